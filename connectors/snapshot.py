"""What a platform said about one account on one night: the types every floor above builds on.

This module imports nothing of ours. Posts, media, comments, people, links and revisions are pandas
DataFrames with the columns of the `Schema` constants below, so that a check over a hundred thousand bios
is vectorised; the rest are frozen dataclasses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial as bind
from types import MappingProxyType
from typing import Any

import pandas as pd

Schema = Mapping[str, str]
"""Column name -> kind: `str` (never missing, "" when unknown), `time` (UTC, NaT when unknown),
`bool`, `int` (nullable Int64), `tuple` (a tuple of str in each cell)."""

POSTS: Schema = MappingProxyType(
    {
        "id": "str",  # the platform's stable id of the item
        "address": "str",  # where a person can open it
        "kind": "str",  # post, repost, reply, page, article, episode or video
        "title": "str",
        "text": "str",  # plain text, no markup
        "created": "time",
        "edited": "time",
        "links": "tuple",  # every address the item links to, as written
        "media": "tuple",  # addresses of its pictures and films
        "reply_to": "str",  # id of the item answered, "" when it starts a thread
        "language": "str",
        "marks": "tuple",  # what the platform itself says of the item, in the words of `MARKS`
        "replies": "str",  # who may answer: everyone, limited or nobody, "" when the platform does not say
        "place": "str",  # the name of the place that the item gives in a field of its own
        "position": "str",  # "latitude,longitude" in degrees, of the same
    }
)
MARKS = frozenset(
    {
        "made for kids",
        "not made for kids",
        "age restricted",
        "sensitive",
        "explicit",
        "unlisted",
        "people tagged",
        "withheld",
    }
)
"""What platforms say of an item in a field: `withheld` is what one keeps from some countries or from everybody."""

MEDIA: Schema = MappingProxyType(
    {
        "id": "str",
        "post_id": "str",  # the item that shows it; on the school's website the page's address
        "address": "str",
        "kind": "str",  # image, video or audio
        "picture": "str",  # of a film, the address of a still; of a picture, "" or its own address
        "alt": "str",  # alternative text
        "width": "int",  # pixels
        "height": "int",  # pixels
    }
)
COMMENTS: Schema = MappingProxyType(
    {
        "id": "str",
        "post_id": "str",
        "address": "str",
        "author_id": "str",
        "text": "str",
        "created": "time",
        "ours": "bool",  # written by the account itself
    }
)
PEOPLE: Schema = MappingProxyType(
    {
        "id": "str",  # the platform's stable id
        "handle": "str",
        "name": "str",  # display name
        "bio": "str",
        "address": "str",  # the public profile
        "created": "time",  # when the person's account was made
    }
)
LINKS: Schema = MappingProxyType(
    {
        "address": "str",  # where the link goes, absolute
        "page": "str",  # the page of the school's website that carries it
        "text": "str",
        "kind": "str",  # link, rel-me, same-as (JSON-LD), feed or embed
    }
)
REVISIONS: Schema = MappingProxyType(
    {
        "id": "str",
        "page": "str",  # page title
        "namespace": "int",  # 0 is an article, 1 its talk page
        "user": "str",
        "created": "time",
        "comment": "str",
        "address": "str",
    }
)


def frame(schema: Schema, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """A DataFrame with exactly the columns and types of `schema`; what a row lacks is filled as unknown.

    Raises KeyError when a row has a column that the schema does not know.
    """
    listed = list(rows)
    for row in listed:
        if unknown := row.keys() - schema.keys():
            raise KeyError(f"columns that the schema does not know: {sorted(unknown)}")
    columns = {name: _column([row.get(name) for row in listed], kind) for name, kind in schema.items()}
    return pd.DataFrame(columns)


def _column(values: list[Any], kind: str) -> "pd.Series[Any]":
    match kind:
        case "str":
            return pd.Series(["" if value is None else _storable(str(value)) for value in values], dtype="object")
        case "time":
            times = pd.to_datetime(values, utc=True, errors="coerce", format="ISO8601")
            return pd.Series(times).astype("datetime64[us, UTC]")
        case "bool":
            return pd.Series([bool(value) for value in values], dtype="bool")
        case "int":
            return pd.Series([None if value is None else int(value) for value in values], dtype="Int64")
        case "tuple":
            return pd.Series([tuple(value or ()) for value in values], dtype="object")
        case _:
            raise ValueError(f"no such kind of column: {kind}")


def _storable(text: str) -> str:
    """The text without halves of character pairs, which JSON can hold and no file or database."""
    return text if text.isascii() else text.encode(errors="replace").decode()


class Resource(StrEnum):
    """A part of an account that can be read, and fail, on its own."""

    PROFILE = "profile"
    SETTINGS = "settings"
    POSTS = "posts"
    MEDIA = "media"
    COMMENTS = "comments"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    LINKS = "links"
    REVISIONS = "revisions"
    PICTURES = "pictures"
    """What the pictures show. No connector reads it: the night fetches what MEDIA lists, and reads it here."""


class CoverageStatus(StrEnum):
    """How much of one resource was read tonight."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NOT_DUE = "not due"
    NOT_OFFERED = "not offered"
    NOT_PERMITTED = "not permitted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one resource was read, and why not more.

    `read` counts items. `reason` is a sentence for people, empty only when complete. `planned` says that a
    partial reading was meant (a cap, a spend ceiling, a feed that carries only the latest items): an
    unplanned one makes the run incomplete. `since` is the oldest moment that was covered when partial.
    """

    status: CoverageStatus
    reason: str = ""
    read: int = 0
    planned: bool = False
    since: datetime | None = None

    def __post_init__(self) -> None:
        if self.status is not CoverageStatus.COMPLETE and not self.reason:
            raise ValueError(f"coverage '{self.status}' needs a reason")


def complete(read: int) -> Coverage:
    """Everything there is was read."""
    return Coverage(CoverageStatus.COMPLETE, read=read)


def partial(reason: str, read: int, *, planned: bool = False, since: datetime | None = None) -> Coverage:
    """A part was read; `reason` says why not the rest."""
    return Coverage(CoverageStatus.PARTIAL, reason, read, planned, since)


def not_due(reason: str) -> Coverage:
    """The cadence, the DPIA or the school's choice leaves it out tonight."""
    return Coverage(CoverageStatus.NOT_DUE, reason)


def not_offered(reason: str) -> Coverage:
    """The platform offers no way to read it."""
    return Coverage(CoverageStatus.NOT_OFFERED, reason)


def not_permitted(reason: str) -> Coverage:
    """It could be read, but we lack the key, the permission or the agreement."""
    return Coverage(CoverageStatus.NOT_PERMITTED, reason)


def failed(reason: str) -> Coverage:
    """Reading was tried and went wrong."""
    return Coverage(CoverageStatus.FAILED, reason)


def as_counted(platform: str, read: int, counted: int | None, what: str) -> Coverage:
    """Complete, unless the platform itself counts many more than its list showed.

    A fifth may be missing, at least two: what was suspended, deleted or hidden since stays in platforms' counts for
    a while. More than that, or nothing at all where something is counted, is no list to trust.
    """
    missing = (counted or 0) - read
    few = max(2, (counted or 0) // 5)
    if missing <= 0 or (read and missing <= few):
        return complete(read)
    return partial(f"{platform} counts {counted} {what} and shows {read}.", read, planned=missing <= few)


def how_bad(coverage: Coverage) -> int:
    """Which of two readings says less: 0 for a complete one, 1 for what was planned, 2 for what was not."""
    if coverage.status is CoverageStatus.COMPLETE:
        return 0
    return 1 if coverage.planned else 2


def moment(text: Any) -> datetime | None:
    """A moment in UTC from an ISO date, or None where the text is no date that exists."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the school's register. Texts are as typed, trimmed; people appear as roles only.

    `key` is the platform and the normalised handle or address: it identifies the row until the platform's
    own stable id is known.
    """

    key: str
    row: int
    platform: str
    handle: str = ""
    address: str = ""
    platform_id: str = ""
    purpose: str = ""
    audience: str = ""
    owner: str = ""
    administrators: tuple[str, ...] = ()
    administrator_leaves_on: date | None = None
    moderators: tuple[str, ...] = ()
    shared_login: bool | None = None
    recovery_at_school: bool | None = None
    mfa_attested_on: date | None = None
    approved_by: str = ""
    approved_on: date | None = None
    created_on: date | None = None
    older_than_policy: bool | None = None
    next_review: date | None = None
    exit_plan: str = ""
    success_measure: str = ""
    house_rules: str = ""
    kind: str = ""
    status: str = "live"
    season: str = ""
    consented_service: bool | None = None
    notes: str = ""

    @property
    def label(self) -> str:
        """How people recognise the account in a sentence or a log line."""
        return f"{self.platform} {self.handle or self.address}"


@dataclass(frozen=True, slots=True)
class Profile:
    """The public face of an account. None means that the platform did not say.

    `kind` is what the platform says the account is, in the words of `KINDS`, "" when it does not say. `contacts`
    are e-mail addresses and telephone numbers that it gives in fields of their own. `labels` are what the platform
    says of the account besides, in small letters ("suspended", "made for kids", "verified link: ...").
    """

    platform_id: str
    handle: str
    address: str
    name: str = ""
    bio: str = ""
    location: str = ""
    links: tuple[str, ...] = ()
    created: datetime | None = None
    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    avatar: str = ""
    verified: bool | None = None
    protected: bool | None = None
    labels: tuple[str, ...] = ()
    kind: str = ""
    contacts: tuple[str, ...] = ()


KINDS = frozenset(
    {
        "article",
        "automated",
        "business",
        "channel",
        "creator",
        "forum member",
        "group",
        "page",
        "personal",
        "room",
        "site",
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the account that the platform shows; None where it does not tell.

    `messages_from` says who may send private messages: `everyone`, `following` or `nobody`. `replies_from` says who
    may comment where an item does not say otherwise: `everyone`, `limited` or `nobody`. `posting_by` says who may
    write on the account's wall, or in its room or group: `everyone`, `members`, `approved` or `owner`. `joining` says
    who may become a member: `everyone`, `asked` (somebody lets them in) or `invited`. `filtered` says that comments
    with certain words, or all of them, are held back. `least_age` is the age in years below which the platform lets
    nobody see the account, 0 for no such limit. `administrators` is how many people have every right on it.
    """

    messages_from: str | None = None
    replies_from: str | None = None
    posting_by: str | None = None
    joining: str | None = None
    filtered: bool | None = None
    least_age: int | None = None
    administrators: int | None = None


class Standing(StrEnum):
    """What became of asking a link. Only `gone` and `broken` say that a visitor finds nothing there."""

    ANSWERS = "answers"
    GONE = "gone"
    """There is no such page or no server of that name."""
    BROKEN = "broken"
    """A fault of the server, no answer in time, or a circle of redirects."""
    UNTRUSTED = "untrusted"
    """Its certificate cannot be trusted."""
    UNTESTABLE = "not testable"
    """It answers people and not programs, or may not be visited from here."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one link that the account published led to, on the day it was asked.

    `chain` holds every address on the way, the link itself first; the last one is where it ends. `status` is the last
    HTTP status, 0 for none. `reason` is a sentence for people, "" where it answers. `title` and `words` (at most 2,000
    characters) are those of the page at the end; they stay in memory. `holds` are the kinds of private details that
    the document at the end was found to hold, each with how sure that is; None of what is no document, or was not read.
    """

    standing: Standing
    asked: date
    chain: tuple[str, ...]
    status: int = 0
    reason: str = ""
    title: str = ""
    words: str = ""
    holds: tuple[tuple[str, str], ...] | None = None

    @property
    def final(self) -> str:
        """Where the link ends."""
        return self.chain[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything that was read of one account on one night.

    `coverage` has an entry for every `Resource` that the connector knows. `gone` holds ids of items that we asked for
    by id, or looked for in a complete sweep, and that are no longer there. `pages` are the addresses of the website's
    own pages that were read or that lead elsewhere now. `spent` is in US dollars. `used` is what this reading used of
    the allowances in the plan, by name. `standing` says why nothing could be read: `not found` or `suspended`, "" for
    everything else. `resolved` says of links that the account published where they led when they were last asked, by
    the address as written. The frames follow the schemas above.
    """

    account: Account
    taken: datetime
    coverage: Mapping[Resource, Coverage]
    profile: Profile | None = None
    settings: Settings | None = None
    posts: pd.DataFrame = field(default_factory=bind(frame, POSTS))
    media: pd.DataFrame = field(default_factory=bind(frame, MEDIA))
    comments: pd.DataFrame = field(default_factory=bind(frame, COMMENTS))
    followers: pd.DataFrame = field(default_factory=bind(frame, PEOPLE))
    following: pd.DataFrame = field(default_factory=bind(frame, PEOPLE))
    links: pd.DataFrame = field(default_factory=bind(frame, LINKS))
    revisions: pd.DataFrame = field(default_factory=bind(frame, REVISIONS))
    gone: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    spent: float = 0.0
    used: Mapping[str, float] = field(default_factory=dict)
    standing: str = ""
    resolved: Mapping[str, Resolved] = field(default_factory=dict)

    def without_people(self) -> "Snapshot":
        """The same without followers, followed people and commenters, to keep memory and data small."""
        return replace(self, followers=frame(PEOPLE), following=frame(PEOPLE), comments=frame(COMMENTS))


@dataclass(frozen=True, slots=True)
class CollectPlan:
    """What a connector shall read of one account tonight.

    `skip` holds the resources that are not to be read, each with the coverage that says why. `since` is the
    moment from which posts are wanted (None: all of them, a sweep); `refetch` lists ids of own items that
    have to be looked at again in any case. Caps are counts; `spend_limit` is in US dollars, None without a
    limit. `options` are the platform's settings from school.toml. `allowances` are what this reading may use of the
    platform's quotas, by their names in the platform data (YouTube: units, searches; Flickr: questions; Graph:
    percent).
    """

    base_url: str
    now: datetime
    skip: Mapping[Resource, Coverage] = field(default_factory=dict)
    since: datetime | None = None
    refetch: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    max_posts: int = 10_000
    max_people: int = 100_000
    max_pages: int = 300
    spend_limit: float | None = None
    allowances: Mapping[str, float] = field(default_factory=dict)

    def wants(self, resource: Resource) -> bool:
        """Whether this resource is to be read tonight."""
        return resource not in self.skip
