"""What the workbooks show of the answers: the cells that people filled in, and what became of what they typed. Pure.

Free text stands in the workbook in which it was typed and in no other; what the safeguarding lead answers stands in
hers alone.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from audit.answers.event import Answers, Event, Kind, Orphan
from audit.answers.review import Review
from audit.compare import State, Tracked
from checks.wording import listed, on_day
from output.answers import FIELDS, STATUS, Answer, AnswerField, HeardLine, Sort, Status

HEARD_FOR = timedelta(days=60)
"""How long the sheet "Your answers" tells of something typed."""
MOST_HEARD = 1_000
"""Lines on that sheet; the newest stay."""
NO_ROW = "nothing we know"


def cells_of(row: str, fields: Iterable[AnswerField], book: str, answers: Answers) -> dict[str, Answer]:
    """What the cells of a row show in a workbook, by the field's key; empty ones are left out."""
    said = {field: answers.value((row, field.key, "" if field.shared else book)) for field in fields}
    return {
        field.key: date.fromisoformat(value) if field.sort is Sort.DATE else value
        for field, value in said.items()
        if value is not None
    }


def became(row: str, review: Review | None, one: Tracked, answers: Answers) -> str:
    """What became of the answer to a row, in a sentence; "" where nobody answered."""
    if review is None:
        last = answers.last((row, STATUS.key, ""))
        return _sentence(last.why) if last and last.kind is Kind.AUDIT else ""
    since = on_day(review.since) if review.since else ""
    match review.status:
        case Status.TO_REVIEW:
            return ""
        case _ if review.lacking:
            return f"Needs {listed(review.lacking)} before it counts."
        case Status.IN_PROGRESS:
            return f"In progress since {since}."
        case Status.DONE if one.state is State.CLOSED and one.closed_on:
            return f"Said to be done on {since}, and closed on {on_day(one.closed_on)}."
        case Status.DONE:
            return f"Said to be done on {since}; not looked at again yet: {one.why or 'the next night looks'}."
        case Status.ATTESTED if one.counts and one.why:
            return f"Attested on {since}; the audit looks again first, as soon as it can: {one.why}."
        case Status.ATTESTED:
            return f"Attested on {since}."
        case Status.ACCEPTED:
            return f"Accepted until {on_day(review.until)}." if review.until else ""
        case Status.NOT_AN_ISSUE:
            return f"Not an issue, as answered on {since}."


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def heard_lines(
    answers: Answers,
    orphans: Sequence[Orphan],
    book: str,
    row_name: Callable[[str], str],
    on: date,
    came_to: Callable[[str], tuple[str, bool]],
) -> tuple[HeardLine, ...]:
    """What was typed in one workbook of late and what became of it, most pressing and newest first.

    `row_name` gives the id that people know a row by, `came_to` what its status came to, in words that follow "taken
    over", and whether a person should look. What the audit itself says of an answer is told where that was typed.
    """
    since = on - HEARD_FOR
    lines = [
        _line(event, row_name(event.row), _became(event, answers, came_to))
        for event in answers.events
        if event.heard >= since and book == (_answered_in(event, answers) if event.kind is Kind.AUDIT else event.book)
        if event.kind is not Kind.AUDIT or event.field == STATUS.key
    ]
    lines += [
        HeardLine(
            orphan.heard,
            NO_ROW,
            orphan.place,
            orphan.words,
            "Kept; it belongs to no row that we know. If it still counts, type it again beside the finding.",
            orphan.source,
            attention=True,
        )
        for orphan in orphans
        if orphan.book == book and orphan.heard >= since
    ]
    lines.sort(key=lambda line: (not line.attention, -line.heard.toordinal(), line.row, line.field))
    return tuple(lines[:MOST_HEARD])


def _answered_in(said: Event, answers: Answers) -> str:
    """The workbook with the answer that an entry of the audit's is about."""
    answered = answers.last((said.row, said.field, said.scope), said.number - 1)
    return answered.book if answered else ""


def _line(event: Event, row: str, said: tuple[str, bool]) -> HeardLine:
    known = FIELDS.get(event.field)
    words = event.typed or ""
    if known and known.sort is Sort.DATE and words:
        words = _as_people_write(words)
    if event.kind is Kind.AUDIT:
        words = ""
    source = event.source or ("the audit itself" if event.kind is Kind.AUDIT else "a file of more than a year ago")
    return HeardLine(event.heard, row, known.title if known else event.field, words, said[0], source, said[1])


def _as_people_write(day: str) -> str:
    try:
        return on_day(date.fromisoformat(day))
    except ValueError:
        return day


def _became(event: Event, answers: Answers, came_to: Callable[[str], tuple[str, bool]]) -> tuple[str, bool]:
    """What became of an entry, in a sentence, and whether a person should look."""
    match event.kind:
        case Kind.TYPED:
            later = _later(event, answers)
            look = False
            if not later and event.field == STATUS.key:
                later, look = came_to(event.row)
            return f"Taken over{later}.", look
        case Kind.CLEARED:
            return "The cell was emptied, and taken over as empty.", False
        case Kind.JOINED:
            return "Joined with what somebody else had typed meanwhile.", False
        case Kind.AUDIT:
            return _sentence(event.why), True
        case Kind.LOST:
            return "Not taken over: somebody else typed something newer there. If yours is right, type it again.", True
        case Kind.WITHDRAWN:
            return "Not taken over: it had been typed before, and was changed since.", True
        case Kind.UNCLEAR:
            return f"Not understood. {_expected(event.field)}", True
        case Kind.NOT_THEIRS:
            return "Has no effect here: the safeguarding lead answers this in the safeguarding workbook.", True


def _later(event: Event, answers: Answers) -> str:
    """Whether a later entry changed the cell again."""
    last = answers.last((event.row, event.field, event.scope))
    if last is None or last.number <= event.number:
        return ""
    return f", and emptied by the audit on {on_day(last.heard)}" if last.kind is Kind.AUDIT else ", and changed since"


def _expected(key: str) -> str:
    field = FIELDS.get(key)
    if field is None:
        return ""
    if field.sort is Sort.DATE:
        return "Please type a date such as 31/01/2027."
    return f"Please choose one of: {listed(field.choices)}." if field.choices else ""
