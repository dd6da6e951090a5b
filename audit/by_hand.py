"""What a person looks at because no program may or can, and how long a look that was answered holds. Pure.

Everything is looked at once in each half-term. "All right" holds until the end of the half-term after the one in which
the person looked; "Not right" stays on top until it is put right.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from audit.answers.event import NO_MOMENT, Answers, Event
from audit.answers.shown import cells_of
from audit.reviewed import LOOK_ID, LOOK_MARK, Reviewed
from checks.applicability import person_looks, ready_link
from checks.calendar import SchoolCalendar
from checks.finding import Outcome
from checks.policy import Platform
from checks.wording import listed, local_day, on_day, sentence
from connectors.snapshot import Account
from output.answers import BY_HAND_FIELDS, LOOKED, LOOKED_ON, Looked
from output.report import ByHandLine, Standing

BOOK = "it"
"""The workbook in which it is answered."""
WHOLE_ACCOUNT = "account"
"""What is looked at where no check can be run."""
MARK_LENGTH = 16
MANY = 4
"""So many accounts with the same thing to look at make one line, where they are of several platforms."""
MOST_CHECKS = 6
"""So many of the checks that wait for a look are named; Coverage has them all."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """What a person answered about one thing to look at by hand.

    `seen` is None where nobody looked yet, and `on` the day of the look. `due` is the day by which somebody has to look
    again; until then an "All right" holds. `standing` says where the thing stands now.
    """

    seen: Looked | None
    on: date | None
    due: date
    standing: Standing


def mark_of(account: str, what: str) -> str:
    """The mark of something to look at: of an account, by its key, and of what is looked at there.

    `what` is no sentence, since sentences change: WHOLE_ACCOUNT, or the first of the checks that wait for it.
    """
    digest = hashlib.sha256(f"{account}\x1f{what}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{LOOK_MARK}{digest[:MARK_LENGTH].upper()}"


def last_look(mark: str, answers: Answers, calendar: SchoolCalendar, on: date) -> LastLook:
    """What the answers say of one thing to look at, as it stands on a day."""
    due = calendar.end_of_half_term(on)
    event = answers.last((mark, LOOKED.key, BOOK))
    if event is None or event.value is None:
        return LastLook(None, None, due, Standing.TO_LOOK)
    seen, looked_on = Looked(event.value), _day_of(event, answers.last((mark, LOOKED_ON.key, BOOK)))
    if seen is Looked.NOT_RIGHT:
        return LastLook(seen, looked_on, due, Standing.NOT_RIGHT)
    this = calendar.end_of_half_term(looked_on)
    following = calendar.end_of_half_term(this + timedelta(days=1))
    return LastLook(seen, looked_on, following, Standing.LOOKED if on <= this else Standing.TO_LOOK)


def _day_of(event: Event, typed: Event | None) -> date:
    """When the person looked: the date that they typed, else when they saved the answer.

    A date that lies ahead of the night which read it is a slip; one that was typed before the answer changed belongs to
    an earlier look.
    """
    saved = event.heard if event.saved == NO_MOMENT else min(event.heard, local_day(event.saved))
    if typed is None or typed.value is None:
        return saved
    said = date.fromisoformat(typed.value)
    return saved if said > typed.heard or typed.heard < event.heard else said


def by_hand(night: Reviewed, answers: Answers) -> tuple[ByHandLine, ...]:
    """One line for each account and thing to look at, with all the checks that wait for it.

    What is the same on accounts of several platforms is one line: it is looked at once for all. What is not right
    comes first, what was looked at in this half-term last.
    """
    accounts = {one.subject.account.key: one.subject.account for one in night.done.nights}
    waiting: dict[tuple[str, str], list[str]] = {}
    for result in night.done.results:
        if result.outcome is Outcome.MANUAL and result.account in accounts:
            waiting.setdefault((result.account, result.reason), []).append(result.check)
    lines: list[ByHandLine] = []
    for reason in dict.fromkeys(reason for _, reason in waiting):
        mine = {accounts[key]: checks for (key, one), checks in waiting.items() if one == reason}
        if len(mine) >= MANY and len({account.platform for account in mine}) > 1:
            lines.append(
                _line_of_many(night, answers, tuple(mine), reason, sorted({c for cs in mine.values() for c in cs}))
            )
        else:
            lines += [_line(night, answers, account, reason, checks) for account, checks in mine.items()]
    order = list(Standing)
    return tuple(sorted(lines, key=lambda line: (order.index(line.standing), line.due, line.account, line.checks)))


def _line(night: Reviewed, answers: Answers, account: Account, reason: str, checks: Sequence[str]) -> ByHandLine:
    platform = night.configuration.policy.platforms[account.platform]
    mark = mark_of(account.key, _thing(account, platform, reason, checks))
    one = ByHandLine(
        night.label(account.key),
        platform.name,
        sentence(reason),
        _some(checks),
        ready_link(account, platform),
        date.max,
    )
    return _answered_line(night, answers, one, mark)


def _line_of_many(
    night: Reviewed, answers: Answers, accounts: Sequence[Account], reason: str, checks: Sequence[str]
) -> ByHandLine:
    names = ", ".join(night.label(account.key) for account in accounts)
    one = ByHandLine(
        f"{len(accounts)} accounts", "", f"{sentence(reason)} Accounts: {names}.", _some(checks), "", date.max
    )
    return _answered_line(night, answers, one, mark_of("", min(checks)))


def _answered_line(night: Reviewed, answers: Answers, line: ByHandLine, mark: str) -> ByHandLine:
    """A line with what was answered to it."""
    look = last_look(mark, answers, night.calendar, night.done.on)
    return replace(
        line,
        due=look.due,
        id=mark[: len(LOOK_MARK) + LOOK_ID],
        mark=mark,
        answers=cells_of(mark, BY_HAND_FIELDS, BOOK, answers),
        answered=_answered(look, night.done.on, dated=answers.value((mark, LOOKED_ON.key, BOOK)) is not None),
        standing=look.standing,
        overdue=max(0, (night.done.on - look.due).days),
    )


def _thing(account: Account, platform: Platform, reason: str, checks: Iterable[str]) -> str:
    return WHOLE_ACCOUNT if reason == person_looks(account, platform).reason else min(checks)


def _some(checks: Sequence[str]) -> str:
    more = [f"{len(checks) - MOST_CHECKS} more"] if len(checks) > MOST_CHECKS else []
    return listed([*checks[:MOST_CHECKS], *more])


def _answered(look: LastLook, on: date, *, dated: bool) -> str:
    """What became of the answer, in a sentence."""
    if look.seen is None or look.on is None:
        return "Please choose what you saw." if dated else ""
    if look.seen is Looked.NOT_RIGHT:
        return f"Not right on {on_day(look.on)}: tell the headteacher."
    if look.standing is Standing.LOOKED:
        return f"All right on {on_day(look.on)}. Look again by {on_day(look.due)}."
    if look.due < on:
        return f"All right on {on_day(look.on)}; that held until {on_day(look.due)}. Look again, and type the new date."
    return f"All right on {on_day(look.on)}. Look again by {on_day(look.due)}, and type the new date."
