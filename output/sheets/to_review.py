"""To review: the children's matters, for the designated safeguarding lead alone."""

from dataclasses import replace

from output.answer_columns import answer_columns, answered_column, mark_column
from output.answers import ACTION_FIELDS
from output.page import Book, Column, counted
from output.report import Delta, Report, SafeguardingLine
from output.sheets.wording import DELTA_WORDS, numbered, shown_address, standing_of
from output.style import BOLD_TEXT, CENTRE, DATE, LATE, LINK, SUBTITLE, Look, severity_look
from output.style import TITLE as BAND

TITLE = "To review"

WHERE = 26.0
"""Width of the column with addresses."""
WARNING = "This workbook is not a reporting channel, and messages on the accounts may go unseen."
INSTEAD = (
    "A child in danger now: ring 999.  Any other worry: the school's child protection procedure,"
    " by telephone or in person, the same day."
)


def _since(line: SafeguardingLine) -> Look:
    return LATE if line.delta in {Delta.NEW, Delta.REOPENED} else CENTRE


COLUMNS: tuple[Column[SafeguardingLine], ...] = (
    Column("id", "Finding", 18, lambda s: s.id, BOLD_TEXT),
    Column("severity", "Severity", 10, lambda s: s.severity.capitalize(), lambda s: severity_look(s.severity)),
    Column("account", "Account", 22, lambda s: s.account),
    Column("what", "What it is about", 26, lambda s: s.what, BOLD_TEXT),
    Column("rule", "What matched", 22, lambda s: s.rule),
    Column("address", "Where", WHERE, lambda s: shown_address(s.address, WHERE), LINK, lambda s: s.address),
    Column("steps", "Steps", 72, lambda s: numbered(s.steps), turn=True),
    Column("since_last_night", "Since last night", 11, lambda s: DELTA_WORDS[s.delta], _since),
    Column("standing", "Standing", 13, standing_of, CENTRE),
    *answer_columns(ACTION_FIELDS, lambda s: s.answers),
    answered_column(lambda s: s.answered),
    Column("first_seen", "First seen", 11.5, lambda s: s.first_seen, DATE),
    Column("last_seen", "Last seen", 11.5, lambda s: s.last_seen, DATE),
    mark_column(lambda s: s.mark),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    view = report.safeguarding
    page = book.page(TITLE, "8E1B1B")
    items = sum(not line.aside for line in view.lines)
    said = (
        f"{counted(items, 'item')} under {counted(view.findings, 'finding')}, {view.new:,} new."
        "  An indicator is a question for you, not a conclusion."
    )
    page.band(TITLE, WARNING, COLUMNS)
    page.put(1, 2, WARNING, replace(BAND, size=16))
    page.put(2, 2, f"{INSTEAD}   ·   {said}", SUBTITLE)
    page.table(COLUMNS, view.lines, "Nothing awaits the safeguarding lead.")
