"""Forums: Discourse and Misago by their public interfaces, any other forum by the feed that it publishes.

What runs at an address, its front page tells: Discourse names itself as the page's generator, signed-in members only
or not; Misago's pages carry data for its scripts.
"""

from dataclasses import replace

from connectors import discourse, feeds, markup, misago
from connectors.connector import Connector, LoginWall, NotOffered
from connectors.forum_disguise import disguise
from connectors.forum_reading import RESOURCES, misago_says, place
from connectors.http import Client
from connectors.snapshot import Account, CollectPlan, Coverage, Snapshot, not_offered

__all__ = ["RESOURCES", "collect", "disguise", "prove"]

_BY_PERSON = "Of this forum's software only the feed is read; a person looks at the rest."


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account, category or forum at `account.address`. Raises ConnectorError when nothing can be read.

    The address is that of the account's profile, or the forum's own beside a handle; an address of a category or
    forum without a handle means that the category or forum is the school's.
    """
    software = _software(account, http)
    snapshot = software.collect(account, plan, http)
    if software is not feeds:
        return snapshot
    coverage = {
        resource: plan.skip.get(resource) or snapshot.coverage.get(resource) or _unread() for resource in RESOURCES
    }
    kind = "forum member" if account.handle and "//" not in account.handle else "group"
    profile = replace(snapshot.profile, kind=kind) if snapshot.profile else None
    return replace(snapshot, coverage=coverage, profile=profile)


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Find out what runs there, and read the profile or open the feed. Raises ConnectorError."""
    return _software(account, http).prove(account, plan, http)


def _unread() -> Coverage:
    return not_offered(_BY_PERSON)


def _software(account: Account, http: Client) -> Connector:
    """What reads this forum. Raises LoginWall when a page asks for a password first, NotOffered without any feed."""
    where = place(account)
    front = http.get(f"{where.url}/", ok=(200, 401, 403))
    page = front.text
    generator = markup.parse(page).select_one("meta[name=generator]") if markup.is_page(front.content) else None
    if generator is not None and str(generator.get("content")).casefold().startswith("discourse"):
        return discourse
    if misago_says(page) is not None:
        return misago
    if markup.is_page(front.content) and markup.asks_for_password(page):
        raise LoginWall(f"{where.host} asks to sign in first; a person who is a member has to look.")
    if front.status != 200:  # noqa: PLR2004 - HTTP's
        raise NotOffered(f"{where.host} turns this tool away ({front.status}); a person looks.")
    return feeds
