"""To review: the children's matters, for the designated safeguarding lead alone."""

from dataclasses import replace

from output.page import Book, Column, counted
from output.report import Delta, Report, SafeguardingLine
from output.sheets.wording import DELTA_WORDS, numbered, standing_of
from output.style import BOLD_TEXT, CENTRE, DATE, LATE, LINK, Look, severity_look
from output.style import TITLE as BAND

TITLE = "To review"

WARNING = "This workbook is not a reporting channel, and messages on the accounts may go unseen."
INSTEAD = (
    "A child in danger now: ring 999.  Any other worry: the school's child protection procedure,"
    " by telephone or in person, the same day."
)


def _since(line: SafeguardingLine) -> Look:
    return LATE if line.delta in {Delta.NEW, Delta.REOPENED} else CENTRE


COLUMNS: tuple[Column[SafeguardingLine], ...] = (
    Column("id", "Finding", 10.5, lambda s: s.id, BOLD_TEXT),
    Column("severity", "Severity", 10, lambda s: s.severity.capitalize(), lambda s: severity_look(s.severity)),
    Column("account", "Account", 23, lambda s: s.account),
    Column("what", "What it is about", 28, lambda s: s.what, BOLD_TEXT),
    Column("rule", "What matched", 26, lambda s: s.rule),
    Column("address", "Where", 32, lambda s: s.address, LINK, lambda s: s.address),
    Column("first_seen", "First seen", 11.5, lambda s: s.first_seen, DATE),
    Column("last_seen", "Last seen", 11.5, lambda s: s.last_seen, DATE),
    Column("since_last_night", "Since last night", 11, lambda s: DELTA_WORDS[s.delta], _since),
    Column("standing", "Standing", 13, standing_of, CENTRE),
    Column("steps", "Steps", 38, lambda s: numbered(s.steps)),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    view = report.safeguarding
    page = book.page(TITLE, "8E1B1B")
    said = (
        f"{counted(len(view.lines), 'item')} under {counted(view.findings, 'finding')}, {view.new:,} new."
        "  An indicator is a question for you, not a conclusion."
    )
    page.band(WARNING, f"{INSTEAD}   ·   {said}", COLUMNS, replace(BAND, size=16))
    page.table(COLUMNS, view.lines, "Nothing awaits the safeguarding lead.")
