"""For the register: what the audit learned that the school's register lacks or says otherwise, ready to be copied."""

from dataclasses import replace

from output.page import Book, Column, counted
from output.report import LearnedLine, Report
from output.style import BOLD_TEXT, CENTRE, DATE, TEXT, Look

TITLE = "For the register"


DAY = replace(TEXT, format=DATE.format)


def _says(line: LearnedLine) -> Look:
    return TEXT if isinstance(line.says, str) else DAY


def _found(line: LearnedLine) -> Look:
    return BOLD_TEXT if isinstance(line.found, str) else replace(DAY, bold=True)


COLUMNS: tuple[Column[LearnedLine], ...] = (
    Column("account", "Account", 34, lambda r: r.account, BOLD_TEXT),
    Column("row", "Row in the register", 13, lambda r: r.row, CENTRE),
    Column("column", "Column", 18, lambda r: r.column),
    Column("says", "The register says", 30, lambda r: r.says or "nothing", _says),
    Column("found", "The audit found (copy this)", 40, lambda r: r.found, _found),
    Column("why", "Why it matters", 52, lambda r: r.why),
    Column("seen", "Seen on", 11.5, lambda r: r.seen or "not known", DATE),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.it.learned
    page = book.page(TITLE, "3E8E7E")
    subtitle = (
        f"{counted(len(lines), 'cell')} to complete or correct.  The audit never writes into the register: copy what is"
        " right.  Whole rows for accounts that it lacks stand on Unlisted accounts."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "The register says all that the audit learned.")
