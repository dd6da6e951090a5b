"""What only the governors can decide: one row for each question, with a mark that stays the same from night to night.

A question is asked as long as what it rests on is open. What the governors resolved stands beside it; it is asked
again when they deferred it, or when it has come to concern other accounts since. Pure.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from audit.answers.shown import cells_of
from audit.compare import Tracked
from audit.reviewed import SCHOOL, Reviewed
from checks.policy import GOVERNANCE
from checks.wording import listed, on_day
from output.answers import DECIDED, DECIDED_ON, DECISION_FIELDS, MINUTE, Answer, Decided
from output.report import AcceptedLine, Aside, DecisionLine

BOOK = "governors"
"""The workbook in which it is decided."""
SOON = timedelta(days=60)
"""How long before its day a thing is brought before the governors: about the time between two meetings."""


def decisions(night: Reviewed, accepted: Sequence[AcceptedLine]) -> tuple[DecisionLine, ...]:
    """Every decision asked of the governors, those not decided yet first. `accepted` are the risks set aside."""
    lines = [*_of_checks(night), *_of_acceptances(night, accepted), *_of_policy(night)]
    return tuple(sorted(lines, key=lambda line: (line.decided, line.since or date.min)))


def for_governors(night: Reviewed, one: Tracked) -> bool:
    """Whether a finding is for the governing body to decide."""
    return "govern" in night.row(one.finding.check).approver.casefold()


def _of_checks(night: Reviewed) -> Iterable[DecisionLine]:
    """One for each check with an open finding that is theirs."""
    theirs: dict[str, list[Tracked]] = {}
    for one in (*night.open, *night.recommendations):
        if for_governors(night, one):
            theirs.setdefault(one.finding.check, []).append(one)
    for check, found in theirs.items():
        row = night.row(check)
        since = {night.label(one.finding.account): _since(one) for one in reversed(found)}
        yield _line(
            night,
            mark=f"D-{check}",
            asked=row.recommendation,
            clause=row.clause,
            why=row.risk,
            since=since,
        )


def _since(one: Tracked) -> date:
    return one.reopened_on or one.opened_on or one.first_seen


def _of_acceptances(night: Reviewed, accepted: Sequence[AcceptedLine]) -> Iterable[DecisionLine]:
    """One for each accepted risk whose time is nearly over, but those that the safeguarding lead answers."""
    for line in accepted:
        if line.kind is not Aside.ACCEPTED or line.until is None or not line.answerable or line.unneeded:
            continue
        if line.until - night.done.on <= SOON:
            yield _line(
                night,
                mark=f"D-{line.id}-{line.until:%Y%m%d}",
                asked=f"Accept the risk for longer, or have it put right: {line.what}.",
                clause=line.clause,
                why=f"It was accepted until {on_day(line.until)}, and is open again after that.",
                since={line.account: line.since or night.done.on},
            )


def _of_policy(night: Reviewed) -> Iterable[DecisionLine]:
    """The policy's review when it is near; that it has passed is a finding of its own."""
    review = night.configuration.school.policy.review_date
    if review is not None and timedelta(0) <= review - night.done.on <= SOON:
        yield _line(
            night,
            mark=f"D-REVIEW-{review:%Y%m%d}",
            asked=f"Review the social media policy by {on_day(review)}.",
            clause=GOVERNANCE,
            why="That is the review date in school.toml. After it the policy is past its review.",
            since={SCHOOL: review - SOON},
        )


def _line(night: Reviewed, *, mark: str, asked: str, clause: str, why: str, since: dict[str, date]) -> DecisionLine:
    """One row, whose mark is short enough to be the id too. `since` says from when on each account is concerned."""
    answers = cells_of(mark, DECISION_FIELDS, BOOK, night.answers)
    said, decided = _answered(answers, since)
    return DecisionLine(
        id=mark,
        mark=mark,
        asked=asked,
        clause=clause,
        why=why,
        accounts=tuple(since),
        since=min(since.values()),
        answers=answers,
        answered=said,
        decided=decided,
    )


def _answered(answers: dict[str, Answer], since: dict[str, date]) -> tuple[str, bool]:
    """What the governors resolved, as a sentence, and whether that settles the question."""
    decided, on, minute = (answers.get(field.key) for field in (DECIDED, DECIDED_ON, MINUTE))
    if decided is None:
        return ("Please choose the decision." if on or minute else ""), False
    when = f" on {on_day(on)}" if isinstance(on, date) else ""
    where = f" (minute {minute})" if minute else ""
    if decided == Decided.DEFERRED:
        return f"Deferred{when}{where}; asked again until it is decided.", False
    later = [account for account, day in since.items() if isinstance(on, date) and day > on]
    if later:
        return f"{decided}{when}{where}, before it concerned {listed(later)}.", False
    if decided == Decided.NOT_AGREED:
        return f"Not agreed{when}{where}. It stays on this list while the finding is open.", True
    return f"Agreed{when}{where}. It leaves this list once the audit no longer finds it.", True
