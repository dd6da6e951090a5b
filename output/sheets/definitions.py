"""Method and Run: terms and their words under headings."""

from collections.abc import Sequence

from output.page import Book
from output.report import Definition
from output.style import BOLD_TEXT, EMPTY, TEXT, lines_taken, row_height

WIDTHS = (38.0, 122.0)


def add(book: Book, title: str, subtitle: str, lines: Sequence[Definition], empty: str) -> None:
    """Add a sheet of definitions."""
    page = book.page(title, "A7B0BC")
    page.widths(WIDTHS)
    page.band(title, subtitle, len(WIDTHS))
    row, heading = 3, ""
    for line in lines:
        if line.heading != heading:
            page.height(row, 8)
            page.heading(row + 1, line.heading, 1, len(WIDTHS))
            row, heading = row + 2, line.heading
        page.put(row, 1, line.term, BOLD_TEXT)
        page.put(row, 2, line.words, TEXT)
        taken = max(
            lines_taken(line.term, WIDTHS[0], BOLD_TEXT), lines_taken(line.words, WIDTHS[1], TEXT)
        )
        page.height(row, row_height(taken))
        row += 1
    if not lines:
        page.put(row, 1, empty, EMPTY)
        page.height(row, 40)
    page.sheet.freeze_panes = "A3"
    page.sheet.print_title_rows = "1:2"
    page.sheet.print_area = f"A1:B{max(row, 3)}"
    page.paper(tall=0)
    page.protect()
