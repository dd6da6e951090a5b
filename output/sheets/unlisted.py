"""Unlisted accounts: those that the school points to and its register lacks, each with a row for the register."""

from collections.abc import Sequence

from output.page import Book, Column, counted
from output.report import Report, UnlistedLine
from output.sheets.wording import shown_address, standing
from output.style import BOLD_TEXT, CENTRE, DATE, JUMP_TEXT, LINK

TITLE = "Unlisted accounts"
WIDE = 42


def _address(line: UnlistedLine) -> str:
    return line.address


def _page(line: UnlistedLine) -> str:
    return line.seen_on


def _columns(book: Book, headings: Sequence[str]) -> tuple[Column[UnlistedLine], ...]:
    def action(line: UnlistedLine) -> tuple[str, str] | None:
        return book.places.get(line.id)

    def copied(index: int, heading: str) -> Column[UnlistedLine]:
        wide = 34 if heading in {"Address", "Notes"} else max(14, len(heading) / 1.6)
        return Column(f"register_{index}", heading, wide, lambda u: u.row[index], screen=not index)

    return (
        Column("id", "Finding", 15, lambda u: u.id, JUMP_TEXT, jump=action),
        Column("account", "Account", 30, lambda u: u.account, BOLD_TEXT),
        Column("opens", "Where it is", WIDE, lambda u: shown_address(u.address, WIDE), LINK, _address),
        Column("seen_on", "Where it was seen", WIDE, lambda u: shown_address(u.seen_on, WIDE), LINK, _page),
        Column("since", "Since", 11.5, lambda u: u.since, DATE),
        Column("why", "What its name tells", 46, lambda u: u.why),
        Column("standing", "Standing", 15, standing, CENTRE),
        *(copied(index, heading) for index, heading in enumerate(headings)),
    )


def add(book: Book, report: Report) -> None:
    """Add the sheet; after Actions, so that its rows lead there."""
    lines = report.it.unlisted
    columns = _columns(book, report.it.register_columns)
    page = book.page(TITLE, "B4654A")
    subtitle = (
        f"{counted(len(lines), 'account')} that our website or posts lead to and the register lacks.  Ask whose each"
        " is; if it is the school's, copy its row into the register from the columns to the right."
    )
    page.band(TITLE, subtitle, columns)
    page.table(columns, lines, "Nothing of the school's leads to an account that the register lacks.")
