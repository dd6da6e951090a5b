"""Method and Run: terms and their words under headings."""

from collections.abc import Iterator, Sequence

from openpyxl.worksheet.pagebreak import Break

from output.page import Book, Column, Page
from output.report import Definition
from output.style import BOLD_TEXT, EMPTY

FIRST = 3
"""The first row below the band, which every page repeats."""
PLAIN_ROW = 15.0
"""Points of a row whose height nobody set."""
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
    row, heading, ends = FIRST, "", list[int]()
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
    room = page.scaled(sum(column.width for column in COLUMNS))
    for end in _breaks(page, ends, row, room):
        page.sheet.row_breaks.append(Break(id=end))
    page.protect()


def _breaks(page: Page, ends: Sequence[int], last: int, room: float) -> Iterator[int]:
    """The rows after which a page ends, so that no heading stands at a page's foot without a line below it."""

    def high(first: int, end: int) -> float:
        known = (page.sheet.row_dimensions.get(row) for row in range(first, end + 1))
        return sum((one.height if one else None) or PLAIN_ROW for one in known)

    band = high(1, FIRST - 1)
    used = band
    for row in range(FIRST, last + 1):
        if row - 1 in ends and row > FIRST and used + high(row, row + 2) > room:
            yield row - 1
            used = band
        elif used + high(row, row) > room:
            used = band
        used += high(row, row)
