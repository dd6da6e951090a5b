"""By hand: what a person looks at, because no program may or can, and answers; what is not right comes first."""

from output.answer_columns import answer_columns, answered_column, mark_column
from output.answers import BY_HAND_FIELDS
from output.page import Book, Column, counted
from output.report import ByHandLine, Report, Standing, Tone
from output.sheets.wording import shown_address
from output.style import BOLD_TEXT, DATE, LATE_DATE, LINK, Look, tone_look

TITLE = "By hand"
WHERE = 42

TONES = {Standing.NOT_RIGHT: Tone.BAD, Standing.TO_LOOK: Tone.WATCH, Standing.LOOKED: Tone.GOOD}


def _address(line: ByHandLine) -> str:
    return line.address


def _standing(line: ByHandLine) -> Look:
    return tone_look(TONES[line.standing])


COLUMNS: tuple[Column[ByHandLine], ...] = (
    Column("id", "Look", 14, lambda a: a.id, BOLD_TEXT),
    Column("standing", "Standing", 11, lambda a: a.standing, _standing),
    Column("due", "Due", 11.5, lambda a: a.due, lambda a: LATE_DATE if a.overdue else DATE),
    Column("account", "Account", 28, lambda a: a.account, BOLD_TEXT),
    Column("what", "What to look at", 54, lambda a: a.what),
    Column("address", "Where", WHERE, lambda a: shown_address(a.address, WHERE), LINK, _address),
    *answer_columns(BY_HAND_FIELDS, lambda a: a.answers),
    answered_column(lambda a: a.answered),
    Column("checks", "For checks", 26, lambda a: a.checks, screen=True),
    mark_column(lambda a: a.mark),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.it.by_hand
    counts = {standing: sum(line.standing is standing for line in lines) for standing in Standing}
    page = book.page(TITLE, "7A6FB0")
    subtitle = (
        f"{counted(len(lines), 'thing')} that no program may read or can: {counts[Standing.TO_LOOK]:,} to look at"
        f" in this half-term, {counts[Standing.LOOKED]:,} looked at.  What is not right is for the headteacher."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "Nothing has to be looked at by hand.")
