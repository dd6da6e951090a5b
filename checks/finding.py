"""The words of a judgement: checks, what they look at, and what they find.

A check is one pure function, decorated with `@check`, that looks at a `Subject` (one account on one night)
or a `SchoolSubject` (the school with all its accounts) under a `Policy`, and answers with findings or with a
`Ruling` that says why it does not apply. What that means for the outcome is decided in outcome.py, from the
coverage of the resources that the check needs.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandas as pd

from connectors.snapshot import POSTS, Account, Coverage, Profile, Resolved, Resource, Snapshot, frame

if TYPE_CHECKING:
    from checks.policy import Policy, School
    from checks.readers.facts import Facts
    from checks.readers.picture import SeenPicture


class Severity(StrEnum):
    """How much it matters, most serious first; each has a clock in the policy data."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, 4 for info."""
        return list(Severity).index(self)


class Outcome(StrEnum):
    """What one check came to for one subject in one run."""

    PASS = "pass"  # noqa: S105 - an outcome, no password
    FINDING = "finding"
    REVIEW = "review"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTABLE = "not testable"
    ERROR = "error"
    MANUAL = "manual"


class Confidence(StrEnum):
    """How sure the machine is. `possible` findings are for a human look and never counted as findings."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Handling(StrEnum):
    """Who may see the item of a finding.

    `open`: everybody. `restricted`: IT sees the link and the kind, governors a count. `safeguarding`: the
    safeguarding lead alone sees the link; IT reads "with the DSL", governors a count.
    """

    OPEN = "open"
    RESTRICTED = "restricted"
    SAFEGUARDING = "safeguarding"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a finding rests on.

    `kind` is post, comment, profile, person, page, revision, setting or register. `quote` holds words of the
    school's own items only. `person` is the platform's id of another person; it never leaves memory but as a
    keyed hash. `rule` names what matched, in words.
    """

    kind: str
    address: str = ""
    rule: str = ""
    quote: str = ""
    person: str = ""
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right, or to look at.

    `title` and `detail` are read by governors: no child, no third party, no handle of theirs, no quote of
    other people. `item` is the platform's stable id of the item, "" for the account itself. `account` is the
    register key, "" for the school. `content` is a hash of what was judged: when it changes, an accepted
    finding reopens. `count` is the number of children or people behind it (of a backlog: of items), None
    where it counts nothing. `created` is the item's own date; `nights` says on how many nights it must be seen
    before it alarms. `seen_in` is the resource that must be read again before its absence means that it was put
    right, None: all that its check needs. `recommended` marks one that rests on requirements alone that the school
    has not adopted.
    """

    check: str
    title: str
    severity: Severity
    detail: str = ""
    confidence: Confidence = Confidence.CERTAIN
    outcome: Outcome = Outcome.FINDING
    account: str = ""
    item: str = ""
    address: str = ""
    evidence: tuple[Evidence, ...] = ()
    content: str = ""
    count: int | None = None
    created: datetime | None = None
    nights: int = 1
    seen_in: Resource | None = None
    recommended: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """A check's answer when it has nothing to say about findings: an outcome and its reason."""

    outcome: Outcome
    reason: str


def not_applicable(reason: str) -> Ruling:
    """The check is not about this account."""
    return Ruling(Outcome.NOT_APPLICABLE, reason)


def not_testable(reason: str) -> Ruling:
    """The check is about this account, but nothing lets a machine test it here."""
    return Ruling(Outcome.NOT_TESTABLE, reason)


def manual(reason: str) -> Ruling:
    """A person has to look and attest."""
    return Ruling(Outcome.MANUAL, reason)


@dataclass(frozen=True, slots=True)
class Carried:
    """The last outcome of a check for a subject, for nights on which it is not due."""

    outcome: Outcome
    reason: str
    on: date


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What the ledger knew of an account before this run.

    `known_since` is the date of the first run with the account on the register; `first_audited` and
    `last_audited` are dates on which everything planned was read.
    `posts` is the mirror of its own posts (schema POSTS); `posts_whole` says that a complete sweep once read
    them all, and `posts_since` is the oldest moment mirrored otherwise. `outcomes` are the last ones by
    check. `people` maps the keyed hash of a flagged person to the date of first sight. `links` is what the account's
    links led to when they were last asked, `pictures` what was read in its pictures, by their ids. `facts` is what a
    model made of its texts, by a hash of text and model. `young_followers` is how many followers said that they are too
    young, at the last two readings, the older first.
    """

    known_since: date | None = None
    first_audited: date | None = None
    last_audited: date | None = None
    swept: date | None = None
    platform_id: str = ""
    profile: Profile | None = None
    posts: pd.DataFrame = field(default_factory=lambda: frame(POSTS))
    posts_whole: bool = False
    posts_since: datetime | None = None
    outcomes: Mapping[str, Carried] = field(default_factory=dict)
    people: Mapping[str, date] = field(default_factory=dict)
    open_items: tuple[str, ...] = ()
    links: Mapping[str, Resolved] = field(default_factory=dict)
    pictures: Mapping[str, "SeenPicture"] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    young_followers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One account on one night, with everything a check may look at."""

    account: Account
    snapshot: Snapshot
    facts: "Facts"
    school: "School"
    on: date
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True, eq=False)
class SchoolSubject:
    """The school with all its accounts, after the last account was read. People are left out."""

    subjects: tuple[Subject, ...]
    school: "School"
    on: date
    history: History = field(default_factory=History)


Answer = Sequence[Finding] | Ruling | Coverage
"""What a check says of one account: findings, or a ruling, or - where it found nothing and what it read
decides what that is worth - the coverage of what it read."""

SchoolAnswer = Answer | Mapping[str, Answer]
"""What a check of the whole school says: one answer, or one for each account by register key ("" is the
school itself)."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the catalogue: its id, what it needs, and the function that judges.

    `needs` lists the resources whose coverage decides whether finding nothing is a pass. `also` lists those
    that it reads where they are given: what is missing of them is said beside a pass and does not spoil it,
    unless reading them failed. `feature` is the part of the DPIA that must cover it. `scope` is "account" or
    "school". The function's docstring is what `school-audit explain` prints.
    """

    id: str
    judge: Callable[[Any, "Policy"], SchoolAnswer]
    scope: str
    needs: tuple[Resource, ...]
    also: tuple[Resource, ...]
    feature: str

    @property
    def explanation(self) -> str:
        """The function's docstring."""
        return self.judge.__doc__ or ""


def check(
    identifier: str,
    *,
    scope: str = "account",
    needs: tuple[Resource, ...] = (),
    also: tuple[Resource, ...] = (),
    feature: str = "",
) -> Callable[[Callable[[Any, "Policy"], SchoolAnswer]], Check]:
    """Make a check of a pure function `(subject, policy) -> findings or a ruling`."""

    def make(judge: Callable[[Any, "Policy"], SchoolAnswer]) -> Check:
        return Check(identifier, judge, scope, needs, also, feature)

    return make


def content_hash(*parts: object) -> str:
    """A short hash of what was judged, to notice that it changed. Not keyed: for own items only."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:16]


FINGERPRINT_VERSION = 1


def fingerprint(check_id: str, platform: str, account: str, item: str) -> str:
    """The name of a finding that stays the same every night, however the account or the item is worded.

    `account` is the platform's stable account id, or the register key until that is known; `item` the
    platform's stable id of the item, "" for the account itself. Never a handle, a text or a row number.
    """
    parts = f"{check_id}\x1f{platform}\x1f{account}\x1f{item}"
    digest = hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{FINGERPRINT_VERSION}-{digest[:24]}"


def finding_id(mark: str) -> str:
    """The short id that people read, type and search for, made from a fingerprint: `F-` and 8 characters."""
    return f"F-{mark.partition('-')[2][:8].upper()}"
