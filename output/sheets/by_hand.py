"""By hand: what a person looks at, because no program may or can, the next due first."""

from output.page import Book, Column, counted
from output.report import ByHandLine, Report
from output.style import BOLD_TEXT, DATE, LINK

TITLE = "By hand"


def _address(line: ByHandLine) -> str:
    return line.address


COLUMNS: tuple[Column[ByHandLine], ...] = (
    Column("due", "Due", 11.5, lambda a: a.due, DATE),
    Column("account", "Account", 28, lambda a: a.account, BOLD_TEXT),
    Column("what", "What to look at", 70, lambda a: a.what),
    Column("address", "Where", 44, lambda a: a.address, LINK, _address),
    Column("checks", "For checks", 26, lambda a: a.checks),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.it.by_hand
    page = book.page(TITLE, "7A6FB0")
    subtitle = (
        f"{counted(len(lines), 'thing')} that no program may read or can.  Look once each half-term; what is not right"
        " is for the headteacher to determine."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "Nothing has to be looked at by hand.")
