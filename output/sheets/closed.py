"""Closed: the children's matters of the last year that ended, for the designated safeguarding lead alone."""

from output.page import Book, Column, counted
from output.report import ClosedLine, Report
from output.style import BOLD_TEXT, DATE, severity_look

TITLE = "Closed"

COLUMNS: tuple[Column[ClosedLine], ...] = (
    Column("id", "Finding", 15, lambda c: c.id, BOLD_TEXT),
    Column("severity", "Severity", 10, lambda c: c.severity.capitalize(), lambda c: severity_look(c.severity)),
    Column("account", "Account", 28, lambda c: c.account),
    Column("what", "What it was about", 36, lambda c: c.what, BOLD_TEXT),
    Column("how", "How it was closed", 44, lambda c: c.how),
    Column("first_seen", "First seen", 11.5, lambda c: c.first_seen, DATE),
    Column("closed_on", "Closed on", 11.5, lambda c: c.closed_on, DATE),
    Column("answer", "What you answered", 46, lambda c: c.answer),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.safeguarding.closed
    page = book.page(TITLE, "A7B0BC")
    subtitle = (
        f"{counted(len(lines), 'finding')} closed in the last year.  The people behind them were forgotten with the"
        " closing; the school's own safeguarding record is the place that keeps."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "Nothing was closed in the last year.")
