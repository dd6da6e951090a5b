"""What the connectors of all forum software share: where the school's part of a forum is, and how it is read."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors import markup
from connectors.connector import NotFound, SchemaDrift, reading
from connectors.http import Client
from connectors.snapshot import (
    COMMENTS,
    MEDIA,
    PEOPLE,
    POSTS,
    Account,
    CollectPlan,
    Coverage,
    Profile,
    Resource,
    Settings,
    Snapshot,
    complete,
    frame,
    how_bad,
    partial,
)

RESOURCES = frozenset(
    {
        Resource.PROFILE,
        Resource.SETTINGS,
        Resource.POSTS,
        Resource.MEDIA,
        Resource.COMMENTS,
        Resource.FOLLOWERS,
        Resource.FOLLOWING,
    }
)

Body = Mapping[str, Any]
Row = dict[str, Any]

_MEMBER, _CATEGORY, _THREAD = frozenset({"u", "users"}), frozenset({"c"}), frozenset({"t"})
_PLATFORM_ID = re.compile(r"(?P<host>[^/\s]+)(?:/(?P<part>[uc])/(?P<number>\d+))?")
_QUOTED = (
    "aside.quote, aside.quote-block, .lightbox-wrapper .meta, img.avatar"  # Discourse's, Misago's, pictures' captions
)
_MENTIONS = "a.mention, a.mention-group, a[data-quote]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the school's part of a forum is.

    `url` is the forum's address without its last slash. `member` is the name of the school's account there, `number`
    that of the account or category as far as it is known, `category` the path of a category that is the school's.
    Without member and category the whole forum is.
    """

    url: str
    member: str = ""
    category: str = ""
    number: str = ""

    @property
    def host(self) -> str:
        """The host and port, which ids are told apart by."""
        return markup.host(self.url)

    @property
    def platform_id(self) -> str:
        """The id in the register: `host/u/number`, `host/c/number`, or the host for a whole forum."""
        part = "u" if self.member else "c" if self.category else ""
        return f"{self.host}/{part}/{self.number}" if part else self.host


def place(account: Account) -> Place:
    """Where the account of the register is: the address of a profile, a category or a front page, and a handle.

    Profiles are at `/u/NAME` (Discourse) and `/u/NAME/NUMBER/` (Misago), categories at `/c/NAME/NUMBER`, below the
    forum's own address. Raises NotFound when there is no address of a forum.
    """
    address = account.address if "//" in account.address else account.handle
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise NotFound("Write the address of the forum in the register, or that of the account's profile on it.")
    steps = [unquote(step) for step in parts.path.split("/") if step]
    at = next((n for n, step in enumerate(steps) if step in _MEMBER | _CATEGORY | _THREAD), len(steps))
    url = "/".join([f"{parts.scheme}://{parts.netloc}", *steps[:at]])
    kind, rest = (steps[at], steps[at + 1 :]) if at < len(steps) else ("", [])
    numbers = [step for step in rest if step.isdecimal()]
    if kind in _MEMBER and rest:
        found = Place(url, rest[0], number=next((step for step in rest[1:2] if step.isdecimal()), ""))
    elif kind in _CATEGORY and numbers:
        found = Place(url, category="/".join(rest[: rest.index(numbers[-1]) + 1]), number=numbers[-1])
    elif account.handle and "//" not in account.handle:
        found = Place(url, account.handle.strip().removeprefix("@"))
    else:
        found = Place(url)
    known = _PLATFORM_ID.fullmatch(account.platform_id.casefold())
    if account.platform_id and (known is None or known["host"] != found.host):
        raise NotFound(f"'{account.platform_id}' is no id on {found.host}: empty 'Platform id' in the register.")
    return replace(found, number=known["number"] or found.number) if known else found


class Reading(ABC):
    """One reading of the school's part of a forum; each software fills in how to ask.

    `posts`, `media` and `comments` hold rows by id. Ids of posts are the forum's numbers.
    """

    software = ""

    def __init__(self, account: Account, plan: CollectPlan, http: Client) -> None:
        self.account, self.plan, self.http = account, plan, http
        self.place = place(account)
        self.posts: dict[str, Row] = {}
        self.media: dict[str, Row] = {}
        self.comments: dict[str, Row] = {}
        self.gone: set[str] = set()

    @abstractmethod
    def profile(self) -> Profile:
        """The account, category or forum. Raises ConnectorError when nothing can be read."""

    @abstractmethod
    def settings(self) -> Settings:
        """What the forum shows of its settings."""

    @abstractmethod
    def read_posts(self) -> Coverage:
        """Fill `posts`, as far back as the plan wants, and `gone`."""

    @abstractmethod
    def read_replies(self) -> Coverage:
        """Fill `comments` with the replies under those threads of the school's that were read."""

    @abstractmethod
    def read_people(self, resource: Resource, rows: dict[str, Row]) -> Coverage:
        """Fill `rows` with followers or followed members, by id."""

    def snapshot(self) -> Snapshot:
        """Read everything that the plan wants. Raises ConnectorError when there is no profile to be read."""
        plan, profile, settings = self.plan, self.profile(), None
        coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
        if plan.wants(Resource.PROFILE):
            coverage[Resource.PROFILE] = complete(1)
        if plan.wants(Resource.SETTINGS):
            with reading(Resource.SETTINGS, coverage):
                settings = self.settings()
                coverage[Resource.SETTINGS] = complete(1)
        self._read_items(coverage)
        people: dict[Resource, dict[str, Row]] = {Resource.FOLLOWERS: {}, Resource.FOLLOWING: {}}
        for resource, rows in people.items():
            if plan.wants(resource):
                with reading(resource, coverage, rows):
                    coverage[resource] = self.read_people(resource, rows)
        return Snapshot(
            account=self.account,
            taken=plan.now,
            coverage=coverage,
            profile=profile if plan.wants(Resource.PROFILE) else None,
            settings=settings,
            posts=frame(POSTS, self.posts.values()),
            media=frame(MEDIA, self.media.values() if plan.wants(Resource.MEDIA) else ()),
            comments=frame(COMMENTS, self.comments.values() if plan.wants(Resource.COMMENTS) else ()),
            followers=frame(PEOPLE, people[Resource.FOLLOWERS].values()),
            following=frame(PEOPLE, people[Resource.FOLLOWING].values()),
            gone=frozenset(self.gone),
        )

    def _read_items(self, coverage: dict[Resource, Coverage]) -> None:
        """Posts, and with them pictures and comments, which cannot be had without."""
        if self.plan.wants(Resource.POSTS):
            with reading(Resource.POSTS, coverage, self.posts):
                coverage[Resource.POSTS] = self.read_posts()
        posts = coverage[Resource.POSTS]
        coverage.setdefault(Resource.MEDIA, replace(posts, read=len(self.media)))
        if self.plan.wants(Resource.COMMENTS):
            with reading(Resource.COMMENTS, coverage, self.comments):
                worse = max(posts, self.read_replies(), key=how_bad)
                coverage[Resource.COMMENTS] = replace(worse, read=len(self.comments))

    def keep(self, row: Row, html: str) -> None:
        """Take a post with what its text, links and media are."""
        shown = read(html, self.place.url)
        addresses = tuple(medium.address for medium in shown.media)
        self.posts[row["id"]] = {**row, "text": shown.text, "links": shown.links, "media": addresses}
        for number, medium in enumerate(shown.media):
            id_ = f"{row['id']}#{number}"
            self.media[id_] = {
                "id": id_,
                "post_id": row["id"],
                "address": medium.address,
                "kind": medium.kind,
                "picture": medium.picture,
                "alt": medium.alt,
                "width": medium.width,
                "height": medium.height,
            }

    def need(self, body: Any, name: str, kind: type | tuple[type, ...], where: str) -> Any:
        """A field that must be there. Raises SchemaDrift naming it."""
        value = body.get(name) if isinstance(body, Mapping) else None
        if not isinstance(value, kind) or isinstance(value, bool):
            raise SchemaDrift(f"{self.software}'s answer lacks '{name}' in {where}.")
        return value

    @property
    def most_threads(self) -> int:
        """How many threads of a category or forum are opened: each is a page to fetch."""
        return min(self.plan.max_posts, self.plan.max_pages)

    def capped(self, most: int, what: str = "posts") -> Coverage:
        """A cap is reached."""
        written = (row["created"] for row in self.posts.values())
        # Threads come by their latest reply, or with old ones that stand first.
        since = min(filter(None, written), default=None) if self.place.member else None
        reason = f"Stopped at the cap of {most} {what}."
        return partial(reason, len(self.posts), planned=True, since=since)


def read(html: str, base: str) -> markup.Shown:
    """What a post says of its own: without what it quotes of others, mentions as text, emoji as what they show."""
    soup = markup.parse(html)
    for quoted in soup.select(_QUOTED):
        quoted.decompose()
    for mention in soup.select(_MENTIONS):
        mention.unwrap()
    for emoji in soup.select("img.emoji"):
        emoji.replace_with(str(emoji.get("alt") or ""))
    body = soup.body
    return markup.read("".join(map(str, body.contents)) if body else "", base)


def misago_says(page: str) -> Body | None:
    """The data that every page of a Misago carries for its scripts; None on all other pages."""
    start = page.find(_MISAGO)
    if start < 0:
        return None
    try:
        said, _ = json.JSONDecoder().raw_decode(page, start + len(_MISAGO))
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, Mapping) else None


_MISAGO = "misago.init("
