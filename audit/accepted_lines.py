"""What people set aside, and what was closed: accepted risks, what is no issue, how each finding ended. Pure.

Free text is shown in the workbook in which it was typed. A children's matter is told as the governors may hear it; who
was behind it is forgotten when it closes.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from audit.answers.review import ATTESTED, Review
from audit.answers.shown import became, cells_of
from audit.compare import State, Tracked
from audit.reviewed import Reviewed
from checks.finding import Handling, finding_id
from checks.wording import listed, sentence
from output.answers import ACTION_FIELDS, COMMENT, STATUS, Status
from output.report import AcceptedLine, Aside, ClosedLine

BOOK, LEADS = "governors", "safeguarding"
OWN_FIELDS = tuple(field for field in ACTION_FIELDS if not field.shared)
"""What may be typed here beside a children's matter: it is answered in the safeguarding lead's workbook."""
ELSEWHERE = "Given in another workbook."
CLOSED_FOR = timedelta(days=365)
"""How long the safeguarding lead is told of what was closed: a school year, as long as run.json is kept."""
UNNEEDED = "No longer seen: the acceptance is not needed any more."


_Reviews = dict[str, list[Review]]
"""What was answered about each finding, as a whole or line by line, by fingerprint."""


def accepted_lines(night: Reviewed) -> tuple[AcceptedLine, ...]:
    """Accepted risks by their end, what is not an issue, and what was closed since the last meeting, newest first."""
    told = {one.fingerprint for one in night.closed}
    reviews: _Reviews = {}
    for row, review in night.done.reviews.items():
        reviews.setdefault(row.partition("/")[0], []).append(review)
    before = (one for one in _closed(night) if one.fingerprint not in told)
    aside = [*night.aside, *(one for one in before if _accepted(reviews.get(one.fingerprint, ())))]
    lines = [_line(night, one, _kind_aside(one), reviews) for one in aside]
    lines.sort(key=lambda line: (line.kind is not Aside.ACCEPTED, line.until or date.max, line.id))
    ended = sorted(night.closed, key=lambda one: one.closed_on or date.min, reverse=True)
    return (*lines, *(_line(night, one, _kind_closed(one), reviews) for one in ended))


def closed_lines(night: Reviewed) -> tuple[ClosedLine, ...]:
    """The children's matters closed in the last year, for the safeguarding lead, newest first."""
    mine = [
        one
        for one in _closed(night)
        if one.closed_on and one.closed_on > night.done.on - CLOSED_FOR
        if night.row(one.finding.check).handling is Handling.SAFEGUARDING
    ]
    said = _leads_answers(night)
    mine.sort(key=lambda one: (one.closed_on or date.min, one.fingerprint), reverse=True)
    return tuple(
        ClosedLine(
            id=finding_id(one.fingerprint),
            severity=one.finding.severity,
            account=night.label(one.finding.account),
            what=night.row(one.finding.check).title,
            how=sentence(one.why),
            first_seen=one.first_seen,
            closed_on=one.closed_on or night.done.on,
            answer="; ".join(said.get(one.fingerprint, ())),
        )
        for one in mine
    )


def _closed(night: Reviewed) -> Iterable[Tracked]:
    """Closed findings of checks that this version has."""
    checks = night.configuration.policy.checks
    return (one for one in night.done.tracked if one.state is State.CLOSED and one.finding.check in checks)


def _accepted(reviews: Iterable[Review]) -> bool:
    """Whether a risk is accepted, whether or not it is still there."""
    return any(review.in_force and review.status is Status.ACCEPTED for review in reviews)


def _kind_aside(one: Tracked) -> Aside:
    return Aside.NOT_AN_ISSUE if one.aside == Status.NOT_AN_ISSUE else Aside.ACCEPTED


def _kind_closed(one: Tracked) -> Aside:
    return Aside.ATTESTED if one.why.startswith(ATTESTED) else Aside.CLOSED


def _line(night: Reviewed, one: Tracked, kind: Aside, answered: _Reviews) -> AcceptedLine:
    finding = one.finding
    children = night.row(finding.check).handling is Handling.SAFEGUARDING
    reviews = answered.get(one.fingerprint, [])
    if children:
        reviews = _as_one(reviews, kind)
    ends = [review.until for review in reviews if review.until and review.status is Status.ACCEPTED]
    until = min(ends, default=None) if kind is Aside.ACCEPTED else None
    gone = one.state is State.CLOSED
    review = night.review(one.fingerprint)
    return AcceptedLine(
        id=finding_id(one.fingerprint),
        kind=kind,
        severity=finding.severity,
        clause=night.row(finding.check).clause,
        account=night.label(finding.account),
        what=finding.title,
        reason=_reason(reviews),
        approver=listed(sorted({review.approver for review in reviews if review.approver})),
        since=min((review.since for review in reviews if review.since), default=None),
        until=until,
        days_left=(until - night.done.on).days if until else None,
        how=_how(night, one, kind, reviews),
        closed_on=one.closed_on if gone else None,
        unneeded=gone and kind is Aside.ACCEPTED,
        mark=one.fingerprint,
        answers=cells_of(one.fingerprint, OWN_FIELDS if children else ACTION_FIELDS, BOOK, night.answers),
        answered="" if children else became(one.fingerprint, review, one, night.answers),
        answerable=not children,
    )


def _as_one(reviews: list[Review], kind: Aside) -> list[Review]:
    """What is told of the lead's answers to a children's matter: the one that ends first, as if it were the only one.

    Several approvers or days would tell of several children. Of what is closed, how it ended says enough.
    """
    if kind in (Aside.CLOSED, Aside.ATTESTED):
        return []
    ended = sorted(reviews, key=lambda one: (one.until or date.max, one.since or date.max, one.approver))
    return [one for one in ended if kind is not Aside.ACCEPTED or one.status is Status.ACCEPTED][:1]


def _reason(reviews: list[Review]) -> str:
    here = [review.reasons[BOOK] for review in reviews if BOOK in review.reasons]
    if here:
        return "\n".join(dict.fromkeys(here))
    return ELSEWHERE if any(review.reasons for review in reviews) else ""


def _how(night: Reviewed, one: Tracked, kind: Aside, reviews: Iterable[Review]) -> str:
    """Whether it is still there, or how it was closed."""
    if one.state is not State.CLOSED:
        return "Still seen." if one.last_seen == night.done.on else sentence(f"not looked at again: {one.why}")
    if kind is Aside.ACCEPTED:
        return UNNEEDED
    how = sentence(one.why)
    return f"{how} Its acceptance is not needed any more." if _accepted(reviews) else how


def _leads_answers(night: Reviewed) -> dict[str, dict[str, None]]:
    """The lead's own words and statuses by fingerprint, each once."""
    said: dict[str, dict[str, None]] = {}
    for (row, field, scope), value in night.answers.cells().items():
        if (field, scope) in ((STATUS.key, ""), (COMMENT.key, LEADS)):
            said.setdefault(row.partition("/")[0], {})[value] = None
    return said
