"""Public bookmarks, as del.icio.us once kept them: Pinboard's JSON feed, and the feeds of Shaarli and others.

Each bookmark is a post: its title, the note, its tags, and the bookmarked address first among the links. Private
bookmarks are in none of these feeds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from connectors import feeds, markup, syndication
from connectors.connector import LoginWall, NotFound, SchemaDrift, reading
from connectors.http import Client
from connectors.recording import StandIns
from connectors.snapshot import (
    POSTS,
    Account,
    CollectPlan,
    Coverage,
    CoverageStatus,
    Profile,
    Resource,
    Snapshot,
    complete,
    frame,
    not_offered,
    partial,
)

RESOURCES = frozenset({Resource.PROFILE, Resource.POSTS})

_PINBOARD_GIVES = 400  # bookmarks at most, whatever is asked for
_PERMALINK = re.compile(r"\s*\N{EM DASH} (?:Permalink|Direct link)$")  # Shaarli's last words on each bookmark


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the public bookmarks. Raises ConnectorError when their feed cannot be read.

    The whole feed is read every night, whatever `plan.since` says.
    """
    source = _of(account, plan, http)
    coverage = {resource: plan.skip[resource] for resource in RESOURCES if not plan.wants(resource)}
    coverage.setdefault(Resource.PROFILE, source.profile_coverage)
    gone = frozenset[str]()
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, source.posts):
            coverage[Resource.POSTS] = source.read()
        if coverage[Resource.POSTS].status is CoverageStatus.COMPLETE:
            gone = frozenset(plan.refetch) - source.posts.keys()
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=source.profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, source.posts.values()),
        gone=gone,
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Open the feed and say what was found. Raises ConnectorError."""
    source = _of(account, plan, http)
    source.read()
    return f"{source.address} answers with {len(source.posts)} public bookmarks."


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """The account's own public bookmarks are kept; of a page only its links to feeds."""
    return feeds.disguise(body, own, stand_ins)


def _of(account: Account, plan: CollectPlan, http: Client) -> "_Pinboard | _Feed":
    return _Pinboard(account, plan, http) if account.platform == "pinboard" else _Feed(account, plan, http)


@dataclass(slots=True)
class _Source:
    """Tonight's reading: `posts` by id."""

    account: Account
    plan: CollectPlan
    http: Client
    address: str = ""
    posts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    profile: Profile | None = None
    profile_coverage: Coverage = field(default_factory=lambda: complete(1))

    def oldest(self) -> datetime | None:
        """When the oldest bookmark was made."""
        return min(filter(None, (row["created"] for row in self.posts.values())), default=None)

    def add(self, row: Mapping[str, Any], note: str, tags: tuple[str, ...]) -> bool:
        """Take a bookmark, unless the cap is reached or it is there already; whether there was room for it."""
        if row["id"] not in self.posts:
            if len(self.posts) >= self.plan.max_posts:
                return False
            shown = [tag for tag in tags if tag]
            text = "\n".join(filter(None, (note, f"Tags: {', '.join(shown)}" if shown else "")))
            self.posts[row["id"]] = {**row, "kind": "post", "text": text}
        return True

    def latest(self, reason: str) -> Coverage:
        """A part, down to the oldest bookmark; the rest was never to be had."""
        return partial(reason, len(self.posts), planned=True, since=self.oldest())

    def capped(self) -> Coverage:
        """The cap on posts is reached."""
        return self.latest(f"Stopped at the cap of {self.plan.max_posts} bookmarks.")


class _Pinboard(_Source):
    """Pinboard's public feed of one user: the latest 400, without a profile."""

    def __init__(self, account: Account, plan: CollectPlan, http: Client) -> None:
        name = account.handle.strip().strip("/").removeprefix("u:").rpartition("/u:")[2]
        if not name:
            raise NotFound("The register gives no user name on Pinboard.")
        super().__init__(account, plan, http, f"{plan.base_url}/json/u:{quote(name, safe='')}/")
        self._page = f"https://pinboard.in/u:{quote(name, safe='')}/"
        self._bookmarks = http.get_json(self.address, params={"count": _PINBOARD_GIVES})
        if not isinstance(self._bookmarks, list):
            raise SchemaDrift("Pinboard's answer is not a list of bookmarks; its interface may have changed.")
        self.profile_coverage = not_offered("Pinboard shows no profile.")

    def read(self) -> Coverage:
        """All bookmarks that were sent. Raises SchemaDrift naming a field that is missing."""
        for bookmark in self._bookmarks:
            if not self.add(*self._row(bookmark)):
                return self.capped()
        if not self._bookmarks:
            return self.latest("Pinboard lists no public bookmark; that does not tell whether the account is there.")
        if len(self._bookmarks) >= _PINBOARD_GIVES:
            return self.latest(f"Pinboard's public feed carries only the latest {_PINBOARD_GIVES} bookmarks.")
        return complete(len(self.posts))

    def _row(self, bookmark: Any) -> tuple[Mapping[str, Any], str, tuple[str, ...]]:
        said = bookmark if isinstance(bookmark, dict) else {}
        for name in ("u", "dt"):
            if not isinstance(said.get(name), str) or not said[name]:
                raise SchemaDrift(f"A bookmark of Pinboard lacks its field '{name}'; its interface may have changed.")
        try:
            created = datetime.fromisoformat(said["dt"])
        except ValueError:
            raise SchemaDrift("A bookmark of Pinboard has no date in its field 'dt'.") from None
        tags = said.get("t")
        row = {
            # A user has an address once; the feed gives no other id.
            "id": sha256(said["u"].encode(errors="replace")).hexdigest()[:20],
            "address": self._page,
            "title": str(said.get("d") or ""),
            "created": created,
            "links": (said["u"],),
        }
        return row, str(said.get("n") or ""), tuple(map(str, tags)) if isinstance(tags, list) else ()


class _Feed(_Source):
    """Any feed of bookmarks, whole where Shaarli makes it or its pages can be followed to their end."""

    def __init__(self, account: Account, plan: CollectPlan, http: Client) -> None:
        address = account.address or account.handle
        super().__init__(account, plan, http, address)
        front = http.get(address, headers=syndication.ACCEPT)
        if markup.is_page(front.content):
            self._first = self._open(syndication.named_by(front))
        else:
            self._first = syndication.feed(front, "post")
        first = self._first
        self.address = first.address
        self.profile = Profile(
            "", account.handle, first.home or address, first.title, first.description, avatar=first.picture
        )

    def read(self) -> Coverage:
        """The feed with the pages that follow. Raises ConnectorError."""
        if "shaarli" in self._first.generator:
            whole = self._open(_with_all(self._first.address))
            return complete(len(self.posts)) if self._take(whole) else self.capped()
        page, seen = self._first, {self._first.address}
        for _ in range(self.plan.max_pages):
            if not self._take(page):
                return self.capped()
            if not page.next or page.next in seen:
                break
            seen.add(page.next)
            page = self._open(page.next)
        else:
            return self.latest(f"Stopped at the cap of {self.plan.max_pages} pages of the feed.")
        if len(seen) > 1 and not page.next:
            return complete(len(self.posts))
        return self.latest(f"The feed carries only its latest {len(self.posts)} bookmarks.")

    def _open(self, address: str) -> syndication.Feed:
        answer = self.http.get(address, headers=syndication.ACCEPT)
        if markup.is_page(answer.content) and markup.asks_for_password(answer.text):
            raise LoginWall(f"{answer.url} asks to sign in; what is for the public has to open without.")
        return syndication.feed(answer, "post")

    def _take(self, page: syndication.Feed) -> bool:
        return all(self.add(*_bookmark(row, page)) for row, _ in page.posts)


def _with_all(address: str) -> str:
    """Shaarli's feed with all its bookmarks, where it would give the latest 50."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "nb"]
    return parts._replace(query=urlencode([*query, ("nb", "all")])).geturl()


def _bookmark(row: syndication.Row, page: syndication.Feed) -> tuple[Mapping[str, Any], str, tuple[str, ...]]:
    """A feed's item as a bookmark: the site's own page of it, where it has one, is the address and no link."""
    key = row["id"]
    permalink = key if markup.host(key) and markup.host(key) == markup.host(page.address) else ""
    links = tuple(dict.fromkeys(link for link in (row["address"], *row["links"]) if link and link != permalink))
    address = permalink or page.home or page.address
    return {**row, "address": address, "links": links}, _PERMALINK.sub("", row["text"]), page.tags[key]
