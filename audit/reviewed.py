"""One night with everything that the views of the report are made from: what is open, closed, due. Pure."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from audit.answers.event import Answers, Orphan
from audit.answers.review import Review
from audit.answers.shown import heard_lines
from audit.compare import State, Tracked
from audit.config import Configuration
from audit.ledger import PEOPLE_TABLES
from audit.lines import row_id
from audit.night import Done
from audit.trend import RunCounts
from checks.calendar import SchoolCalendar
from checks.finding import Confidence, Outcome, Severity, finding_id
from checks.outcome import Result
from checks.policy import CheckPolicy, Policy
from checks.wording import listed, on_day
from connectors.snapshot import Account
from output.answers import HeardLine

CONCLUDED = frozenset({Outcome.PASS, Outcome.FINDING, Outcome.REVIEW})
"""Outcomes that count as seen."""

SCHOOL = "The school"
DECISION_MARK, LOOK_MARK = "D-", "H-"
"""How the marks begin of decisions and of what a person looks at by hand."""
LOOK_ID = 8
"""Characters of a look's mark that people read."""


@dataclass(frozen=True, eq=False)
class Reviewed:
    """One night with everything that the views are made from."""

    configuration: Configuration
    done: Done
    version: str
    runs: tuple[RunCounts, ...] = ()
    answers: Answers = field(default_factory=Answers)
    orphans: tuple[Orphan, ...] = ()

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The school's year."""
        return SchoolCalendar(self.configuration.school.terms)

    @cached_property
    def open(self) -> tuple[Tracked, ...]:
        """Open findings that count, most serious and earliest due first."""
        return self._sorted([one for one in self._all_open if not one.finding.recommended])

    @cached_property
    def recommendations(self) -> tuple[Tracked, ...]:
        """Open findings against requirements that are not adopted: shown apart, counted nowhere."""
        return self._sorted([one for one in self._all_open if one.finding.recommended])

    @cached_property
    def _all_open(self) -> tuple[Tracked, ...]:
        return tuple(one for one in self.done.tracked if one.counts)

    @cached_property
    def aside(self) -> tuple[Tracked, ...]:
        """What a person's answer set aside: accepted risks, and what is not an issue."""
        return self._sorted([one for one in self.done.tracked if one.aside])

    @cached_property
    def closed(self) -> tuple[Tracked, ...]:
        """Findings closed since the last governors' meeting, or ever where no meeting is known."""
        return tuple(
            one
            for one in self.done.tracked
            if one.state is State.CLOSED
            and not one.finding.recommended
            and (self.since is None or (one.closed_on or self.since) >= self.since)
        )

    @property
    def since(self) -> date | None:
        """The date of the last governors' meeting."""
        return self.configuration.school.governance.last_meeting

    @cached_property
    def applicable(self) -> tuple[Result, ...]:
        """Results of checks that concern their subject."""
        return tuple(r for r in self.done.results if r.outcome is not Outcome.NOT_APPLICABLE)

    def is_small(self, table: str, count: int) -> bool:
        """Whether so many rows, removed from a table of the ledger, are too few children to be told."""
        return table in PEOPLE_TABLES and 0 < count < self.configuration.policy.setting("suppress_below")

    def row(self, check: str) -> CheckPolicy:
        """The policy's row of a check."""
        return self.configuration.policy.checks[check]

    def due(self, tracked: Tracked) -> date | None:
        """The day by which it should be put right, from the severity's clock; None for information."""
        severity = tracked.finding.severity
        start = tracked.reopened_on or tracked.opened_on or tracked.first_seen
        days = self.configuration.policy.clocks[severity].school_days
        if severity is Severity.INFO:
            return None
        if days is None:
            return self.calendar.end_of_term(start)
        return self.calendar.add_school_days(start, days)

    def nights_open(self, tracked: Tracked) -> int:
        """Nights since it was first seen, or since it came back; tonight is one of them."""
        return (self.done.on - (tracked.reopened_on or tracked.first_seen)).days + 1

    def overdue(self, tracked: Tracked) -> int:
        """Days past the due date, 0 when in date."""
        due = self.due(tracked)
        return max(0, (self.done.on - due).days) if due else 0

    def label(self, key: str) -> str:
        """How an account is called in every sheet."""
        for night in self.done.nights:
            if night.subject.account.key == key:
                return self.name(night.subject.account)
        return f"{key.partition(':')[2]} (no longer on the register)" if key else SCHOOL

    def name(self, account: Account) -> str:
        """An account's platform and handle or address."""
        return account_name(account, self.configuration.policy)

    def platform(self, key: str) -> str:
        """A platform's name."""
        return platform_name(key, self.configuration.policy)

    def review(self, row: str) -> Review | None:
        """What a person answered about a row."""
        return self.done.reviews.get(row)

    def heard(self, book: str) -> tuple[HeardLine, ...]:
        """What was typed in one workbook of late, and what became of it."""
        return heard_lines(self.answers, self.orphans, book, self._row_name, self.done.on, self._came_to)

    def _came_to(self, row: str) -> tuple[str, bool]:
        """What the status of a row came to, in words that follow "taken over", and whether a person should look."""
        review = self.review(row)
        if review and review.lacking:
            return f"; needs {listed(review.lacking)} before it counts", True
        one = self._by_mark.get(row.partition("/")[0])
        if one and one.state is State.CLOSED and one.closed_on:
            return f", and the finding was closed on {on_day(one.closed_on)}", False
        return "", False

    @cached_property
    def _by_mark(self) -> dict[str, Tracked]:
        return {one.fingerprint: one for one in self.done.tracked}

    def _row_name(self, row: str) -> str:
        """The id that people know a row by."""
        mark = row.partition("/")[0]
        if mark in self._by_mark:
            return row_id(finding_id(mark), row)
        if row.startswith(LOOK_MARK):
            return row[: len(LOOK_MARK) + LOOK_ID]
        within = next((mark for mark in self._by_mark if mark in row), "") if row.startswith(DECISION_MARK) else ""
        return f"{DECISION_MARK}{finding_id(within)}" if within else row

    def _sorted(self, tracked: list[Tracked]) -> tuple[Tracked, ...]:
        far = date.max
        return tuple(
            sorted(
                tracked,
                key=lambda one: (
                    one.finding.severity.rank,
                    awaiting(one),
                    self.due(one) or far,
                    one.finding.account,
                    one.finding.check,
                    one.fingerprint,
                ),
            )
        )


def account_name(account: Account, policy: Policy) -> str:
    """An account's platform and handle or address: how it is called in every sheet."""
    where = account.handle or account.address.partition("//")[2].removeprefix("www.").rstrip("/")
    return f"{platform_name(account.platform, policy)} · {where}"


def platform_name(key: str, policy: Policy) -> str:
    """A platform's name; "" for what is none."""
    return policy.platforms[key].name if key in policy.platforms else ""


def awaiting(tracked: Tracked) -> bool:
    """Whether a human has to look before it counts as found, and none did."""
    finding = tracked.finding
    if tracked.looked_at:
        return False
    return finding.outcome is Outcome.REVIEW or finding.confidence is Confidence.POSSIBLE
