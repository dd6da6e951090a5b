"""Your answers: what people typed into this workbook, and what became of it; in each of the three workbooks."""

from collections.abc import Sequence

from output.answers import FIELDS, HeardLine
from output.page import Book, Column, counted
from output.style import BOLD_TEXT, CENTRE, DATE, JUMP_TEXT, LATE, TEAL, Look

TITLE = "Your answers"

LOOK, HEARD = "Please look", "Heard"
HOW = (
    "Type into the teal columns, save under any name, and leave the file where it is or drop it into inbox/;"
    " tonight's run reads it."
)


def _attention(line: HeardLine) -> Look:
    return LATE if line.attention else CENTRE


def _columns(book: Book) -> tuple[Column[HeardLine], ...]:
    def where(line: HeardLine) -> tuple[str, str] | None:
        return book.places.get(line.row)

    return (
        Column("heard", "Read on", 11.5, lambda h: h.heard, DATE),
        Column("attention", "Attention", 13, lambda h: LOOK if h.attention else HEARD, _attention),
        Column("row", "Row", 18, lambda h: h.row, lambda h: JUMP_TEXT if where(h) else BOLD_TEXT, jump=where),
        Column("column", "Column", 18, lambda h: FIELDS[h.field].title if h.field in FIELDS else h.field),
        Column("typed", "What was typed", 48, lambda h: h.typed or "(emptied)"),
        Column("became", "What became of it", 52, lambda h: h.became),
        Column("source", "From the file", 34, lambda h: h.source),
    )


def add(book: Book, lines: Sequence[HeardLine]) -> None:
    """Add the sheet; after the others, so that its rows lead to theirs."""
    ordered = sorted(lines, key=lambda line: not line.attention)
    asking = sum(line.attention for line in lines)
    page = book.page(TITLE, TEAL)
    subtitle = "What was typed into this workbook, and what became of it."
    if lines:
        read = f"{counted(len(lines), 'answer')} read in the last two months"
        subtitle = f"{read}, {asking:,} to look at, which come first.  {HOW}"
    columns = _columns(book)
    page.band(TITLE, subtitle, columns)
    page.table(columns, ordered, f"Nothing was read in the last two months.  {HOW}")
