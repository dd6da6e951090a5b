"""What the answers mean: which findings are set aside, which are open again, which are closed by somebody's word. Pure.

A person's word never makes a machine's finding go away by itself. "Done" is believed once the audit has looked again;
what it cannot look at again is closed by attestation, and says so; an accepted risk needs a reason, an approver and an
end; "Not an issue" holds as long as what was judged stays the same.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from audit.answers.event import NO_MOMENT, Answers, Event, Kind
from audit.compare import State, Tracked
from audit.lines import Line
from checks.calendar import months_later
from checks.finding import Handling, Severity
from checks.policy import CheckPolicy
from checks.wording import listed, local_day, on_day
from output.answers import APPROVER, COMMENT, STATUS, UNTIL, Status
from output.report import Delta

LONGEST_ACCEPTANCE = 12
"""Months that a risk may be accepted for."""
SERIOUS = (Severity.CRITICAL, Severity.HIGH)
"""Severities that nobody calls "Not an issue" without an approver."""
ASIDE = frozenset({Status.ACCEPTED, Status.NOT_AN_ISSUE})
CONFIRMED = frozenset({Status.IN_PROGRESS, Status.DONE, Status.ATTESTED, Status.ACCEPTED})
"""Answers by which a person says that there is something in it."""
ATTESTED = "closed by attestation"
"""How the reason of a finding begins that somebody's word closed."""
LEADS = "safeguarding"
"""The workbook in which children's matters are answered."""
OTHERS = "answered elsewhere before it was for the safeguarding lead alone to answer"
"""Why a status is emptied that others gave to what has become a children's matter."""
NONE: tuple[str, ...] = ()
_PARTED = "#"


@dataclass(frozen=True, slots=True)
class Review:
    """What a person answered about one row.

    `since` is the day on which the status was typed, as far as the file tells. `reasons` are the comments by workbook:
    each is shown in its own workbook only. `in_force` says that the row is set aside (accepted risk, not an issue);
    `lacking` what it still lacks to be so, as words that follow "needs". `content` stands for what was judged then.
    """

    status: Status = Status.TO_REVIEW
    since: date | None = None
    approver: str = ""
    until: date | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    in_force: bool = False
    content: str = ""


@dataclass(frozen=True, slots=True)
class AfterAnswers:
    """The night's findings after the answers, by fingerprint and row, and what the audit itself says to the list.

    `rows` has a review for each row that was answered. `said` are the audit's own entries.
    """

    tracked: tuple[Tracked, ...]
    rows: Mapping[str, Review]
    said: tuple[Event, ...]


def judged(content: str, severity: Severity) -> str:
    """What stands for the thing that a person judged: its content, and how serious it was."""
    return f"{content}{_PARTED}{severity.rank}"


def judged_line(line: Line, severity: Severity) -> str:
    """What stands for the line that a person judged: the rule that matched, and what it is about as far as is known."""
    return judged(f"{line.rule}{line.content}", severity)


def has_changed(then: str, now: str) -> bool:
    """Whether a thing is another than the one that was judged, or more serious. Nothing is said where `then` is ""."""
    if not then:
        return False
    before, _, rank = then.rpartition(_PARTED)
    after, _, rank_now = now.rpartition(_PARTED)
    return before != after or int(rank_now) < int(rank)


def review_of(row: str, answers: Answers, severity: Severity, *, children: bool, on: date) -> Review | None:
    """What a person answered about a row; None when nobody did. With `children` the safeguarding lead's word counts."""
    last = answers.last((row, STATUS.key, ""))
    if last is None or last.value is None or (children and last.book != LEADS):
        return None
    status = Status(last.value)
    books = (LEADS,) if children else ("governors", "it")
    reasons = {book: said for book in books if (said := answers.value((row, COMMENT.key, book)))}
    approver = answers.value((row, APPROVER.key, "")) or ""
    end = answers.last((row, UNTIL.key, ""))
    until = date.fromisoformat(end.value) if end and end.value else None
    given = max(last.heard, end.heard) if end else last.heard
    lacking = tuple(_lacking(status, severity, reasons, approver, until, given))
    ended = status is Status.ACCEPTED and until is not None and until < on
    return Review(
        status=status,
        since=_typed_on(last),
        approver=approver,
        until=until,
        reasons=reasons,
        lacking=lacking,
        in_force=status in ASIDE and not lacking and not ended,
        content=last.content,
    )


def _typed_on(event: Event) -> date:
    """The day on which a workbook with an answer was saved; that of the night which read it where clocks disagree."""
    return event.heard if event.saved == NO_MOMENT else min(event.heard, local_day(event.saved))


def _lacking(
    status: Status, severity: Severity, reasons: Mapping[str, str], approver: str, until: date | None, given: date
) -> Iterator[str]:
    """What an answer lacks, in words that follow "needs". `given` is the day on which it, or its end, was heard."""
    if status is Status.ACCEPTED:
        if not reasons:
            yield "a comment that gives the reason"
        if until is None:
            yield "a date in “Accepted until”"
        elif until < given:
            yield "a date in “Accepted until” that is not over yet"
        elif until > months_later(given, LONGEST_ACCEPTANCE):
            yield f"an end by {on_day(months_later(given, LONGEST_ACCEPTANCE))}, twelve months at most"
    if not approver and (status is Status.ACCEPTED or (status is Status.NOT_AN_ISSUE and severity in SERIOUS)):
        yield "who approved it"


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a finding as tonight left it. `seen`: it was found tonight. `new`: tonight for the first time."""

    key: str
    judged: str
    seen: bool
    new: bool


def apply_answers(
    tracked: Iterable[Tracked],
    lines: Mapping[str, Sequence[Line]],
    answers: Answers,
    checks: Mapping[str, CheckPolicy],
    on: date,
    waits: Container[str] = frozenset(),
) -> AfterAnswers:
    """The night's findings with what people answered about them.

    `lines` are those of audit/lines.py; they are answered one by one where the safeguarding lead answers. A finding is
    set aside when every row of it is. `waits` are the findings that a later night can look at again, as after an
    outage: an attestation closes none of them.
    """
    before = Answers(tuple(event for event in answers.events if event.heard < on))
    after: list[Tracked] = []
    reviews: dict[str, Review] = {}
    said: list[Event] = []
    for one in tracked:
        handling = checks[one.finding.check].handling if one.finding.check in checks else Handling.OPEN
        children = handling is Handling.SAFEGUARDING
        severity = one.finding.severity
        rows = _rows(one, lines.get(one.fingerprint, ()) if children else (), on)
        now = one if children else _unattested(one, answers, on)
        mine: list[Review | None] = []
        for row in rows:
            review = review_of(row.key, answers, severity, children=children, on=on)
            why, cleared = "", NONE
            if review is not None and now.state is not State.PENDING:
                why, cleared = _undone(review, row, now, on)
            elif review is None and children and _is_others(row.key, answers):
                why, cleared = OTHERS, (STATUS.key, APPROVER.key, UNTIL.key)
            if why:
                said += [
                    _entry(row.key, name, why, answers, on) for name in cleared if answers.value((row.key, name, ""))
                ]
                # The lead reads it beside her answer; nobody else reads what she answered.
                now, review = now if children else replace(now, why=why), None
            mine.append(review)
            if review is not None:
                reviews[row.key] = review
        now = _settled(now, mine, on, children=children, waits=one.fingerprint in waits)
        if now.counts and any(not row.new for row in rows):
            held = (_was_held(row.key, before, severity, children=children, on=on) for row in rows if not row.new)
            now = replace(now, delta=Delta.REOPENED, reopened_on=on) if all(held) else now
        after.append(now)
    return AfterAnswers(tuple(after), reviews, tuple(said))


def _rows(one: Tracked, lines: Sequence[Line], on: date) -> list[_Row]:
    finding = one.finding
    if not lines:
        said = judged(finding.content, finding.severity)
        return [_Row(one.fingerprint, said, one.last_seen == on, one.first_seen == on)]
    return [
        _Row(line.row, judged_line(line, finding.severity), line.last_seen == on, line.first_seen == on)
        for line in lines
    ]


def _unattested(one: Tracked, answers: Answers, on: date) -> Tracked:
    """A finding that somebody's word closed is open again once a person takes that back."""
    if one.state is not State.CLOSED or not one.why.startswith(ATTESTED):
        return one
    last = answers.last((one.fingerprint, STATUS.key, ""))
    if last is None or last.kind is Kind.AUDIT or last.value == Status.ATTESTED:
        return one
    why = "it was closed by attestation, which was taken back"
    return replace(one, state=State.OPEN, closed_on=None, reopened_on=on, delta=Delta.REOPENED, why=why)


def _is_others(row: str, answers: Answers) -> bool:
    """Whether a row of a children's matter bears a status that somebody else than the safeguarding lead gave."""
    last = answers.last((row, STATUS.key, ""))
    return last is not None and last.value is not None and last.book != LEADS


def _was_held(row: str, before: Answers, severity: Severity, *, children: bool, on: date) -> bool:
    """Whether a row was set aside until tonight; what then ended was emptied then, so no date is looked at.

    Whether an approver was needed goes by how serious it was when it was answered.
    """
    last = before.last((row, STATUS.key, ""))
    rank = last.content.rpartition(_PARTED)[2] if last else ""
    then = next((one for one in Severity if str(one.rank) == rank), severity)
    review = review_of(row, before, then, children=children, on=on)
    return review is not None and review.status in ASIDE and not review.lacking


def _undone(review: Review, row: _Row, one: Tracked, on: date) -> tuple[str, tuple[str, ...]]:
    """Why an answer no longer stands, as a sentence, and which cells it leaves empty; "" when it stands."""
    said = on_day(review.since) if review.since else ""
    if row.seen and one.state is State.OPEN:
        if review.status is Status.DONE:
            again = "it came back" if one.delta is Delta.REOPENED else "it was still there"
            return f"said to be done on {said}; {again} on {on_day(on)}", (STATUS.key,)
        if review.status is Status.ATTESTED:
            return f"attested on {said}; it could be looked at, and was there on {on_day(on)}", (STATUS.key,)
    if review.status is Status.ACCEPTED and review.until and review.until < on and not review.lacking:
        return f"the risk was accepted until {on_day(review.until)}", (STATUS.key, UNTIL.key)
    if review.status in ASIDE and row.seen and has_changed(review.content, row.judged):
        words = "accepted" if review.status is Status.ACCEPTED else "called not an issue"
        return f"what was {words} on {said} has changed or become more serious", (STATUS.key, UNTIL.key)
    return "", ()


def _entry(row: str, field: str, why: str, answers: Answers, on: date) -> Event:
    last = answers.last((row, field, ""))
    saved = last.saved if last else NO_MOMENT
    return Event(row, field, "", None, None, Kind.AUDIT, "", "", saved, on, why=why)


def _settled(one: Tracked, reviews: Sequence[Review | None], on: date, *, children: bool, waits: bool) -> Tracked:
    """A finding under the reviews of its rows.

    Of a children's matter the last attestation alone is told: several days would tell of several children.
    """
    if not any(reviews):
        return one
    given = [review for review in reviews if review is not None]
    whole = len(given) == len(reviews)
    looked = whole and all(review.status in CONFIRMED for review in given)
    if one.state is State.OPEN and whole and all(r.in_force or r.status is Status.ATTESTED for r in given):
        if any(review.in_force for review in given):
            aside = Status.ACCEPTED if any(r.status is Status.ACCEPTED for r in given) else Status.NOT_AN_ISSUE
            return replace(one, aside=aside, looked_at=True)
        if waits:
            return replace(one, looked_at=looked)
        days = sorted({review.since for review in given if review.since})
        since = listed([on_day(day) for day in (days[-1:] if children else days)])
        why = f"closed by attestation of {since}: it cannot be re-checked"
        return replace(one, state=State.CLOSED, closed_on=on, delta=Delta.FIXED, why=why, looked_at=True)
    return replace(one, looked_at=looked)


def precision(answers: Answers, checks: Mapping[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    """How many rows people confirmed, and how many they called not an issue, by check; unanswered ones are left out.

    `checks` maps fingerprints to their check. The last word that a person typed counts.
    """
    confirmed: dict[str, int] = {}
    dismissed: dict[str, int] = {}
    last: dict[str, str] = {}
    for event in answers.events:
        if event.field == STATUS.key and event.kind in (Kind.TYPED, Kind.CLEARED):
            last[event.row] = event.value or ""
    for row, value in last.items():
        check = checks.get(row.partition("/")[0])
        if check is None:
            continue
        if value == Status.NOT_AN_ISSUE:
            dismissed[check] = dismissed.get(check, 0) + 1
        elif value in CONFIRMED:
            confirmed[check] = confirmed.get(check, 0) + 1
    return confirmed, dismissed
