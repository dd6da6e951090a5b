"""Forums: Discourse and Misago by their public interfaces, any other forum by the feed that it publishes.

What runs at an address, its front page tells: Discourse names itself as the page's generator, signed-in members only
or not; Misago's pages carry data for its scripts.
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from connectors import feeds, markup
from connectors.connector import LoginWall, NotOffered
from connectors.discourse import Discourse
from connectors.forum_disguise import disguise
from connectors.forum_reading import RESOURCES, Reading, misago_says, place
from connectors.http import Client
from connectors.misago import Misago
from connectors.snapshot import Account, CollectPlan, Coverage, Snapshot, not_offered

__all__ = ["RESOURCES", "collect", "disguise", "prove"]

_BY_PERSON = "Of this forum's software only the feed is read; a person looks at the rest."


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account, category or forum at `account.address`. Raises ConnectorError when nothing can be read.

    The address is that of the account's profile, or the forum's own beside a handle; an address of a category or
    forum without a handle means that the category or forum is the school's.
    """
    software = _software(account, http)
    if software is not None:
        return software(account, plan, http).snapshot()
    snapshot = feeds.collect(account, plan, http)
    coverage = {
        resource: plan.skip.get(resource) or snapshot.coverage.get(resource) or _unread() for resource in RESOURCES
    }
    kind = "forum member" if account.handle and "//" not in account.handle else "group"
    profile = replace(snapshot.profile, kind=kind) if snapshot.profile else None
    return replace(snapshot, coverage=coverage, profile=profile)


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Find out what runs there, and read the profile or open the feed. Raises ConnectorError."""
    software = _software(account, http)
    if software is None:
        return feeds.prove(account, plan, http)
    profile = software(account, plan, http).profile()
    return f"{profile.address} answers as {profile.name or profile.handle}, by {software.software}'s public interface."


def _unread() -> Coverage:
    return not_offered(_BY_PERSON)


def _software(account: Account, http: Client) -> type[Reading] | None:
    """What reads this forum, None for its feed. Raises LoginWall when its page asks for a password first."""
    where = place(account)
    typed = account.address if "//" in account.address else account.handle
    whole = re.split(r"[?#]", typed)[0].rstrip("/") == where.url
    front = http.get(typed if whole else f"{where.url}/", ok=(200, 401, 403))
    page = front.text
    generator = markup.parse(page).select_one("meta[name=generator]") if markup.is_page(front.content) else None
    if generator is not None and str(generator.get("content")).casefold().startswith("discourse"):
        return Discourse
    if misago_says(page) is not None:
        return Misago
    if markup.is_page(front.content) and markup.asks_for_password(page):
        raise LoginWall(f"{where.host} asks to sign in first; a person who is a member has to look.")
    if front.status != 200:  # noqa: PLR2004 - HTTP's
        raise NotOffered(f"{where.host} turns this tool away ({front.status}); a person looks.")
    if whole and where.member and not urlsplit(typed).path.strip("/"):
        raise NotOffered(
            f"The feed of {where.host} does not tell one member's posts from another's. Give the address of the"
            " account's own page or feed there, or have a person look."
        )
    return None
