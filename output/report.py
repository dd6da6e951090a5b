"""`Report`: everything the outputs show, decided and counted before it comes here.

audit/reporting.py builds it; the sheets only lay it out. Each workbook gets a view of its own, and a view
holds nothing that its readers may not see: what is not in `GovernorsView` cannot reach the governors'
workbook. All texts are ready for people; all dates are local.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from checks.finding import Severity
from checks.policy import GOVERNANCE
from output.answers import Answer, HeardLine


class Tone(StrEnum):
    """The colour of a box; a word always stands in it too."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    UNSEEN = "unseen"
    PLAIN = "plain"


class Delta(StrEnum):
    """What became of a finding since the last run."""

    NEW = "new"
    PERSISTING = "persisting"
    FIXED = "fixed"
    REOPENED = "reopened"
    PENDING = "pending"
    NOT_RECHECKED = "not re-checked"


class Rating(StrEnum):
    """The indicative assurance rating."""

    NOT_GIVEN = "Opinion not given"
    NO = "No assurance"
    LIMITED = "Limited assurance"
    REASONABLE = "Reasonable assurance"
    SUBSTANTIAL = "Substantial assurance"


@dataclass(frozen=True, slots=True)
class Box:
    """One cell of a matrix: its words, its tone, and a reason to show in full elsewhere."""

    words: str
    tone: Tone = Tone.PLAIN
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of every sheet, and on the Run sheet."""

    school: str
    policy: str
    run: str
    on: date
    started: datetime
    finished: datetime
    next_check: date
    version: str
    incomplete: tuple[str, ...] = ()
    live: bool = True


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts that every sheet and file repeats. Recommendations are counted apart and in none of these.

    `open` counts findings by severity, `awaiting` items that need a human look (REVIEW), `not_audited` checks
    that could not be concluded, `closed` what was closed since `since`. `coverage` is the coverage share,
    0 to 1, None when nothing was applicable.
    """

    open: Mapping[Severity, int]
    awaiting: int
    not_audited: int
    closed: int
    new: int
    fixed: int
    pending: int
    recommendations: int
    coverage: float | None
    concluded: int
    applicable: int
    since: date | None

    @property
    def open_total(self) -> int:
        """All open findings."""
        return sum(self.open.values())


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """One line of the Summary: a clause with its four counts, which add up to those of `Totals`."""

    clause: str
    plain: str
    open: int
    awaiting: int
    not_audited: int
    closed: int
    worst: Box


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One line of the Clauses sheet: a clause, one check under it, and how that ended over all accounts.

    Clauses without an automatic check have a line with `by` "Person".
    """

    clause: str
    words: str
    check: str
    title: str
    by: str
    result: Box
    open: int
    awaiting: int
    not_audited: int
    reason: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of the Accounts sheet and of the Summary's matrix. `boxes` has one box per clause.

    `if_announced_were_law` says what an announced minimum age would change for this account.
    """

    account: str
    platform: str
    address: str
    kind: str
    status: str
    owner: str
    audience: str
    minimum_age: str
    minimum_age_ahead: str
    followers: str
    items_read: int | None
    last_post: date | None
    last_audited: date | None
    open: int
    awaiting: int
    boxes: Mapping[str, Box]
    changes: str
    if_announced_were_law: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One open finding, as the governors may see it.

    `address` is the item's link for findings that everybody may open, else "". `recommended` marks findings
    against requirements that the school has not adopted. `mark` is the fingerprint, by which answers are found
    again, `answers` what the cells that people fill in show, by AnswerField key, and `answered` what became of it.
    `answerable` is False where the safeguarding lead alone answers: then only free text may be typed.
    """

    id: str
    severity: Severity
    clause: str
    see_also: str
    account: str
    platform: str
    title: str
    detail: str
    criterion: str
    risk: str
    recommendation: str
    first_seen: date
    nights_open: int
    delta: Delta
    confidence: str
    awaiting: bool
    recommended: bool
    due: date | None
    overdue: int
    address: str = ""
    mark: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    answered: str = ""
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One account (or the school) and one check: how it ended and why. `missed`: it could not be concluded."""

    account: str
    check: str
    title: str
    letter: str
    outcome: str
    reason: str
    on: date
    read: str
    missed: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be audited of an account: the commonest reason, and what is to be done."""

    account: str
    why: str
    do: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One line of the Method sheet, under a heading."""

    heading: str
    term: str
    words: str


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One night, or the last night of a half-term, on the Trend sheet.

    `open` and `awaiting` are counted as in `Totals`; `closed` counts what was closed on that night, or in that
    half-term. `awaiting` is None where an earlier version kept the night: its `open` counts recommendations and what
    awaits a look too. `coverage` is a share, 0 to 1, None when nothing was applicable or it was not kept.
    """

    on: date
    label: str
    open: Mapping[Severity, int]
    awaiting: int | None
    closed: int
    coverage: float | None = None
    rating: str = ""


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision that only the governors can take. `accounts` are those that it concerns.

    `mark` is the decision's own and stays from night to night; `answers` and `answered` are as in `FindingLine`.
    `decided` says that it is settled and only waits to be carried out.
    """

    id: str
    mark: str
    asked: str
    clause: str
    why: str
    accounts: tuple[str, ...]
    since: date | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    answered: str = ""
    decided: bool = False


class Aside(StrEnum):
    """How a finding left the list of open ones."""

    ACCEPTED = "Accepted risk"
    NOT_AN_ISSUE = "Not an issue"
    CLOSED = "Closed"
    ATTESTED = "Closed by attestation"


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """A finding that somebody set aside, or that was closed since the last governors' meeting.

    `reason` is what was typed in this workbook, or that another one has it. `since` and `until` bound an acceptance;
    `how` says whether the thing is still seen, or how it was closed. `unneeded`: an accepted risk that is no longer
    there. `mark`, `answers`, `answered` and `answerable` are as in `FindingLine`.
    """

    id: str
    kind: Aside
    severity: Severity
    clause: str
    account: str
    what: str
    reason: str = ""
    approver: str = ""
    since: date | None = None
    until: date | None = None
    days_left: int | None = None
    how: str = ""
    closed_on: date | None = None
    unneeded: bool = False
    mark: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    answered: str = ""
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """A children's matter that was closed, for the safeguarding lead: who was behind it is forgotten.

    `answer` is what the lead answered to it.
    """

    id: str
    severity: Severity
    account: str
    what: str
    how: str
    first_seen: date
    closed_on: date
    answer: str = ""


@dataclass(frozen=True, slots=True)
class GovernorsView:
    """What governors.xlsx shows. No child, no third party, no handle or link of theirs, no text typed elsewhere."""

    rating: Rating
    reasons: tuple[str, ...]
    clauses: tuple[ClauseCount, ...]
    lines: tuple[ClauseLine, ...]
    accounts: tuple[AccountLine, ...]
    findings: tuple[FindingLine, ...]
    coverage: tuple[CoverageLine, ...]
    gaps: tuple[Gap, ...]
    decisions: tuple[DecisionLine, ...]
    first: tuple[FindingLine, ...]
    method: tuple[Definition, ...]
    heard: tuple[HeardLine, ...] = ()
    nights: tuple[TrendPoint, ...] = ()
    half_terms: tuple[TrendPoint, ...] = ()
    accepted: tuple[AcceptedLine, ...] = ()

    @property
    def clause_names(self) -> tuple[str, ...]:
        """The policy's clauses in their order, for the boxes of each account; governance has none."""
        return tuple(line.clause for line in self.clauses if line.clause != GOVERNANCE)


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One click path for IT. For children's matters `item` is empty and the steps say "with the DSL".

    `aside` says that an answer set it aside: nothing is to do. `quotes` are the school's own published words that the
    finding is about, never anybody else's. `mark`, `answers`, `answered` and `answerable` are as in `FindingLine`.
    `caution` says how far the menus in the steps can be relied on.
    """

    id: str
    severity: Severity
    account: str
    platform: str
    account_address: str
    item_address: str
    title: str
    detail: str
    steps: tuple[str, ...]
    approver: str
    due: date | None
    overdue: int
    recheck: str
    recommended: bool
    quotes: tuple[str, ...] = ()
    aside: bool = False
    mark: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    answered: str = ""
    answerable: bool = True
    caution: str = ""


@dataclass(frozen=True, slots=True)
class ItFindingLine:
    """One open finding, as IT may see it: of a children's matter no more than that there is one, with the DSL."""

    id: str
    severity: Severity
    clause: str
    account: str
    title: str
    detail: str
    approver: str
    first_seen: date
    nights_open: int
    delta: Delta
    confidence: str
    awaiting: bool
    recommended: bool


class Standing(StrEnum):
    """Where a thing stands that a person looks at."""

    NOT_RIGHT = "Not right"
    TO_LOOK = "To look at"
    LOOKED = "Looked at"


@dataclass(frozen=True, slots=True)
class ByHandLine:
    """What a person looks at because no program may or can: where, for which checks, and by when.

    `mark` is the thing's own, by which answers are found again, and its beginning the `id` that people read; `answers`
    and `answered` are as in `FindingLine`. Those that are not right come first, those looked at last.
    """

    account: str
    platform: str
    what: str
    checks: str
    address: str
    due: date
    id: str = ""
    mark: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    answered: str = ""
    standing: Standing = Standing.TO_LOOK
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class UnlistedLine:
    """An account that looks like the school's, or that the school points to, and that its register lacks.

    `seen_on` is the address of the page or item that leads to it. `row` is a row for the register, with a text for each
    of `ItView.register_columns`.
    """

    id: str
    account: str
    address: str
    why: str
    seen_on: str
    since: date
    awaiting: bool
    recommended: bool
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LearnedLine:
    """One cell of the register that lacks what the audit found, or says otherwise. `found` is ready to be copied.

    `row` is the row's number in the register, `seen` when the audit last saw what it says.
    """

    row: int
    account: str
    column: str
    says: str | date
    found: str | date
    why: str
    seen: date | None


@dataclass(frozen=True, slots=True)
class ItView:
    """What it.xlsx shows. `register_columns` are the headings of the register, in its form's order."""

    actions: tuple[ActionLine, ...]
    by_hand: tuple[ByHandLine, ...]
    coverage: tuple[CoverageLine, ...]
    run: tuple[Definition, ...]
    heard: tuple[HeardLine, ...] = ()
    findings: tuple[ItFindingLine, ...] = ()
    unlisted: tuple[UnlistedLine, ...] = ()
    learned: tuple[LearnedLine, ...] = ()
    register_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SafeguardingLine:
    """One item or person of a children's matter, under its finding.

    `mark`, `answers` and `answered` are as in `FindingLine`; the mark is the fingerprint, with "/" and the line's own
    mark where a finding has several lines. `aside` says that an answer set it aside.
    """

    id: str
    severity: Severity
    account: str
    platform: str
    what: str
    rule: str
    address: str
    first_seen: date
    last_seen: date
    delta: Delta
    awaiting: bool
    steps: tuple[str, ...]
    aside: bool = False
    mark: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    answered: str = ""


@dataclass(frozen=True, slots=True)
class SafeguardingView:
    """What safeguarding.xlsx shows: the safeguarding lead's alone.

    Outside that workbook, a number of items below `suppress_below` is never told: an item may be a child.
    """

    lines: tuple[SafeguardingLine, ...]
    findings: int
    new: int
    suppress_below: int = 5
    heard: tuple[HeardLine, ...] = ()
    closed: tuple[ClosedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One night, ready to be laid out. `record` is the content of run.json."""

    head: Head
    totals: Totals
    governors: GovernorsView
    it: ItView
    safeguarding: SafeguardingView
    record: Mapping[str, Any]
