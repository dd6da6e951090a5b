"""A workbook in the making, and the parts that its sheets are made of: bands, headings, tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby, pairwise
from typing import Generic, TypeVar

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from output import cells, style, validations
from output.answers import ROW_ID, WITH_LEAD, AnswerField
from output.cells import CellValue
from output.report import Head
from output.style import Look

FORMAT_VERSION = 2
"""Raised when a column changes its key or meaning."""
KEY_ROW = 3
"""The hidden row with the keys of a table's columns, by which answers find their way back."""
HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
DATA_SHEET = "Run data"
ANSWERED = "answered"
"""Key of the column that says what became of an answer; it begins with WITH_LEAD in rows answered elsewhere."""
FILL_IN = "For you to fill in"
PRINTABLE = 780.0
"""Points between the margins of a landscape A4 page."""
PRINTABLE_TALL = 515.0
"""Points between the upper and the lower margin, and a little less, since programs differ."""
PRINTED_UNIT = 5.6
"""Points that a unit of column width takes in print, in the program that is least sparing."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table: a stable key, its heading, its width in Excel's units, and what it shows.

    `link` gives the web address that the words open, `jump` the sheet and the cell of this workbook that they lead to,
    None for words that lead nowhere. `turn` begins a new printed page after this column, and
    `screen` keeps this column and those right of it off the paper. `answer` is what people fill in here (see
    output/answer_columns.py), `closed` that some rows of it are answered in another workbook. `upright` turns the
    heading of a narrow column on its side.
    """

    key: str
    title: str
    width: float
    value: Callable[[Row], CellValue]
    look: Look | Callable[[Row], Look] = style.TEXT
    link: Callable[[Row], str] | None = None
    jump: Callable[[Row], tuple[str, str] | None] | None = None
    turn: bool = False
    screen: bool = False
    answer: AnswerField | None = None
    closed: bool = False
    upright: bool = False


class Book:
    """A workbook in the making. `kind` names it in the hidden sheet; `reader` stands on every footer.

    `places` gives the sheet and the cell of each row id that stands in a table, the first one where there are several.
    """

    def __init__(self, head: Head, kind: str, title: str, reader: str) -> None:
        self.head, self.kind, self.reader = head, kind, reader
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self._first = self.workbook.create_sheet("first")
        style.set_default_font(self.workbook)
        self.painter = style.Painter(self.workbook)
        self.places: dict[str, tuple[str, str]] = {}
        self._facts: list[tuple[str, CellValue]] = [
            ("format", f"school-audit-{kind}"),
            ("format_version", FORMAT_VERSION),
            ("run_id", head.run),
            ("key_row", KEY_ROW),
        ]
        self._lists: dict[tuple[str, ...], str] = {}
        about = self.workbook.properties
        about.title = cells.text(f"{title} · {head.school[:200]} · {head.on:%d/%m/%Y}")
        about.creator = f"school-audit {head.version}"
        about.language = "en-GB"
        about.created = about.modified = head.finished.astimezone(UTC).replace(tzinfo=None)

    def page(self, title: str, colour: str = style.TEAL) -> "Page":
        """A new sheet."""
        return Page(self, title, colour)

    def listed(self, words: Sequence[str]) -> str:
        """Where words to choose from stand on the hidden sheet; they are put there once."""
        known = tuple(words)
        if known not in self._lists:
            first = len(self._facts) + 1
            self._facts += [(f"list_{len(self._lists) + 1}_{number}", one) for number, one in enumerate(known, 1)]
            self._lists[known] = f"'{DATA_SHEET}'!$B${first}:$B${len(self._facts)}"
        return self._lists[known]

    def finish(self) -> Workbook:
        """The workbook, with the hidden sheet that says which run wrote it."""
        self.workbook.remove(self._first)
        sheet = self.workbook.create_sheet(DATA_SHEET)
        painted = self.painter.paint(style.PLAIN)
        for row, fact in enumerate(self._facts, 1):
            for column, words in enumerate(fact, 1):
                cell = sheet.cell(row, column)
                assert isinstance(cell, Cell)  # no merged cells here
                cells.write(cell, words, painted)
        sheet.sheet_state = "hidden"
        return self.workbook


class Page:
    """One sheet in the making."""

    def __init__(self, book: Book, title: str, colour: str) -> None:
        self.book = book
        self.sheet: Worksheet = book.workbook.create_sheet(title)
        self.sheet.sheet_properties.tabColor = colour
        self.sheet.sheet_view.showGridLines = False
        self._links = 0
        self._footer()

    def _cell(self, row: int, column: int) -> Cell:
        cell = self.sheet.cell(row, column)
        assert isinstance(cell, Cell)  # no sheet of ours has merged cells
        return cell

    def put(self, row: int, column: int, value: CellValue, look: Look, link: str = "") -> None:
        """Write one cell; with `link`, words that open that address."""
        cell = self._cell(row, column)
        painted = self.book.painter.paint(look)
        if not link or self._links >= cells.MOST_LINKS:
            cells.write(cell, value, painted)
            return
        self._links += 1
        plain = self.book.painter.paint(replace(look, ink=style.INK, underline=False))
        cells.link(cell, str(value), link, painted, plain)

    def jump(self, row: int, column: int, words: str, sheet: str, look: Look, where: str = "A1") -> None:
        """Write words that lead to another sheet; words alone where a sheet has more links than it may."""
        if self._links >= cells.MOST_LINKS:
            self.put(row, column, words, replace(look, ink=style.INK, underline=False))
            return
        self._links += 1
        cells.jump(self._cell(row, column), words, sheet, where, self.book.painter.paint(look))

    def fill(self, row: int, first: int, last: int, look: Look) -> None:
        """Give the cells of a row one look, without words."""
        for column in range(first, last + 1):
            self.put(row, column, None, look)

    def heading(self, row: int, words: str, first: int, last: int) -> None:
        """A section's heading, with a rule below it."""
        self.fill(row, first, last, style.HEADING)
        self.put(row, first, words, style.HEADING)
        self.height(row, 22)

    def height(self, row: int, points: float) -> None:
        """Set a row's height; a taller one stays."""
        known = self.sheet.row_dimensions[row].height or 0
        self.sheet.row_dimensions[row].height = max(known, points)

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the columns, in Excel's units."""
        for column, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def band(self, title: str, subtitle: str, columns: Sequence[Column[Row]], look: Look = style.TITLE) -> None:
        """The dark band at the top: what this sheet is, and a sentence about it.

        Where the table goes on over several printed pages side by side, the sentence stands right of the
        title, because the first column is printed again on each.
        """
        turns = [index for index, column in enumerate(columns, 1) if column.turn]
        filled = [index for index, column in enumerate(columns, 1) if column.answer]
        beside = replace(style.SUBTITLE, vertical="center")
        second = 18 if filled else 8 if turns else 24
        for row, high, one in ((1, 34, look), (2, second, style.SUBTITLE)):
            self.fill(row, 1, len(columns), one)
            self.height(row, high)
        self.put(1, 1, title, look)
        self.put(*((1, 2) if turns else (2, 1)), subtitle, beside if turns else style.SUBTITLE)
        for turn in turns:
            self.put(1, turn + 1, "continued", beside)
        for index in filled:
            self.put(2, index, FILL_IN if index == filled[0] else None, style.FILL_IN)

    def table(
        self, columns: Sequence[Column[Row]], rows: Sequence[Row], empty: str, printed: int | None = None
    ) -> None:
        """A table below the band, with a hidden row of keys; or one sentence when there are no rows.

        Of the rows only the first `printed` go on paper; all of them without it.
        """
        self.widths([column.width for column in columns])
        for index, column in enumerate(columns, 1):
            self.put(KEY_ROW, index, column.key, style.KEY)
        self.sheet.row_dimensions[KEY_ROW].hidden = True
        last = get_column_letter(len(columns))
        if rows:
            self._header(columns, rows[0])
            for number, row in enumerate(rows, FIRST_ROW):
                self.line(number, columns, row)
            end = HEADER_ROW + len(rows)
            name = "".join(c for c in self.sheet.title if c.isalpha()) + "Table"
            table = Table(displayName=name, ref=f"A{HEADER_ROW}:{last}{end}")
            table.tableStyleInfo = TableStyleInfo(name=None, showRowStripes=False)
            # Named here, or openpyxl looks at every cell of the table to find the headings.
            table.tableColumns = [TableColumn(id=n, name=cells.text(c.title)) for n, c in enumerate(columns, 1)]
            table.autoFilter = AutoFilter(ref=table.ref)
            self.sheet.add_table(table)
            self._rules(columns, end)
            self.sheet.freeze_panes = f"B{FIRST_ROW}"
            self.sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
        else:
            end = HEADER_ROW
            self.put(HEADER_ROW, 1, empty, style.EMPTY)
            self.height(HEADER_ROW, 40)
            self._bare(columns)
        ends = (
            index for index, c in enumerate(columns) if c.screen or (not rows and index and columns[index - 1].turn)
        )
        paper = next(ends, len(columns))
        tall = end if printed is None else min(end, HEADER_ROW + printed)
        self.sheet.print_area = f"A1:{get_column_letter(paper)}{tall}"
        self._printed(columns[:paper] if rows else ())
        self.protect()

    def _bare(self, columns: Sequence[Column[Row]]) -> None:
        """Take what leads on to a table's columns out of the band of a sheet without rows."""
        for index, column in enumerate(columns, 1):
            if column.turn:
                self.put(1, index + 1, None, style.SUBTITLE)
            if column.answer:
                self.put(2, index, None, style.SUBTITLE)

    def _header(self, columns: Sequence[Column[Row]], first: Row) -> None:
        for index, column in enumerate(columns, 1):
            sample = column.look if isinstance(column.look, Look) else column.look(first)
            centred = sample.align == "center"
            if column.upright:
                look = style.COLUMN_UPRIGHT
                self.height(HEADER_ROW, style.upright_height(column.title, look))
            elif column.answer:
                look = style.FILL_IN_COLUMN_CENTRE if centred else style.FILL_IN_COLUMN
            else:
                look = style.COLUMN_CENTRE if centred else style.COLUMN
            self.put(HEADER_ROW, index, column.title, look)
        taken = max(style.lines_taken(c.title, c.width, style.COLUMN) for c in columns if not c.upright)
        self.height(HEADER_ROW, style.row_height(taken, least=34))

    def line(self, number: int, columns: Sequence[Column[Row]], row: Row) -> None:
        """One row of a table, as high as its words need."""
        lines = 1
        for index, column in enumerate(columns, 1):
            value = column.value(row)
            look = column.look if isinstance(column.look, Look) else column.look(row)
            if isinstance(value, str) and look.wrap:
                taken = style.lines_taken(value, column.width, look)
                lines = max(lines, taken)
                if style.row_height(taken) >= style.TALLEST:
                    look = replace(look, vertical="top")  # its beginning is seen, not its middle
            if column.jump and (target := column.jump(row)):
                self.jump(number, index, str(value), target[0], look, target[1])
            else:
                self.put(number, index, value, look, column.link(row) if column.link else "")
            if column.key == ROW_ID:
                where = (self.sheet.title, f"{get_column_letter(index)}{number}")
                self.book.places.setdefault(str(value), where)
        self.height(number, style.row_height(lines))

    def _rules(self, columns: Sequence[Column[Row]], end: int) -> None:
        """One rule for each column that people fill in; all others refuse typing."""
        letters = [get_column_letter(index) for index in range(1, len(columns) + 1)]
        told = next((letter for letter, c in zip(letters, columns, strict=True) if c.key == ANSWERED), "")
        closed = f'LEFT(${told}{FIRST_ROW},{len(WITH_LEAD)})="{WITH_LEAD}"'
        guard = validations.guard()
        for answer, group in groupby(zip(letters, columns, strict=True), key=lambda pair: pair[1].answer):
            mine = list(group)
            rule = guard
            if answer:
                rule = validations.answers(answer, self.book.listed, closed if mine[0][1].closed else "")
                self.sheet.add_data_validation(rule)
            area = f"{mine[0][0]}{FIRST_ROW}:{mine[-1][0]}{end}"
            rule.add(area)
            for choice in answer.choices if answer else ():
                if colours := style.CHOICE_COLOURS.get(choice):
                    self.sheet.conditional_formatting.add(area, style.when_it_says(choice, *colours))
        self.sheet.add_data_validation(guard)

    def _printed(self, columns: Sequence[Column[Row]]) -> None:
        """Fit the width on one page, or on as many as the columns ask for, the first column on each."""
        turns = [index for index, column in enumerate(columns, 1) if column.turn]
        self.paper(tall=0)
        if not turns:
            return
        sheet = self.sheet
        widths = [column.width for column in columns]
        edges = [0, *turns, len(columns)]
        pages = [sum(widths[a:b]) + (widths[0] if a else 0) for a, b in pairwise(edges)]
        self.scaled(max(pages))
        sheet.page_setup.pageOrder = "overThenDown"
        sheet.print_title_cols = "A:A"
        for index in turns:
            sheet.col_breaks.append(Break(id=index))

    def scaled(self, width: float) -> float:
        """Print at the scale by which so many units of width fit; how many points of rows then fit on a page.

        Our own page breaks hold then: Excel ignores them where it fits the pages itself.
        """
        scale = min(100, int(PRINTABLE / (width * PRINTED_UNIT) * 100))
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
        self.sheet.page_setup.fitToWidth = self.sheet.page_setup.fitToHeight = None
        self.sheet.page_setup.scale = scale
        return PRINTABLE_TALL / scale * 100

    def paper(self, tall: int) -> None:
        """A4 landscape, one page wide and so many tall (0: as many as needed)."""
        sheet = self.sheet
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, tall
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        margins = sheet.page_margins
        margins.left = margins.right = 0.35
        margins.top, margins.bottom, margins.footer = 0.4, 0.55, 0.25
        sheet.print_options.horizontalCentered = True

    def _footer(self) -> None:
        head = self.book.head
        footer = self.sheet.oddFooter
        assert footer is not None  # every new sheet has one
        school = cells.text(" ".join(head.school[:60].split())).replace("&", "&&")
        footer.left.text = f"{school} · audit of {head.on:%d/%m/%Y}"
        footer.center.text = self.book.reader
        footer.right.text = f"{self.sheet.title} · page &P of &N"
        for part in (footer.left, footer.center, footer.right):
            part.size, part.color = 8, style.MUTED

    def protect(self) -> None:
        """Protect against slips, without a password; filters, sorting and widths stay free."""
        protection = self.sheet.protection
        protection.sheet = True
        protection.autoFilter = protection.sort = False
        protection.formatColumns = protection.formatRows = False


def on_day(day: date | datetime) -> str:
    """A day as people write it."""
    return f"{day:%d/%m/%Y}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 finding", "3 findings"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
