"""Method and Run: terms and their words under headings."""

from collections.abc import Sequence

from output.page import Book, Column
from output.report import Definition
from output.style import BOLD_TEXT, EMPTY

COLUMNS: tuple[Column[Definition], ...] = (
    Column("term", "Term", 38, lambda line: line.term, BOLD_TEXT),
    Column("words", "Words", 122, lambda line: line.words),
)


def add(
    book: Book, title: str, subtitle: str, lines: Sequence[Definition], empty: str, printed: int | None = None
) -> None:
    """Add a sheet of definitions, of which those under the first `printed` headings go on paper; all without it."""
    page = book.page(title, "A7B0BC")
    page.widths([column.width for column in COLUMNS])
    page.band(title, subtitle, COLUMNS)
    row, heading, ends = 3, "", list[int]()
    for line in lines:
        if line.heading != heading:
            ends.append(row - 1)
            page.height(row, 8)
            page.heading(row + 1, line.heading, 1, len(COLUMNS))
            row, heading = row + 2, line.heading
        page.line(row, COLUMNS, line)
        row += 1
    if not lines:
        page.put(row, 1, empty, EMPTY)
        page.height(row, 40)
    page.sheet.freeze_panes = "A3"
    page.sheet.print_title_rows = "1:2"
    tall = row if printed is None or printed >= len(ends) else ends[printed]
    page.sheet.print_area = f"A1:B{max(tall, 3)}"
    page.paper(tall=0)
    page.protect()
