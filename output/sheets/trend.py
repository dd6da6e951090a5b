"""Trend: how many findings were open, night by night and half-term by half-term, drawn and in numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table, TableStyleInfo

from checks.finding import Severity
from output import chart, style, validations
from output.chart import Drawn, Stack
from output.page import Book, Column, Page, counted
from output.report import Report, TrendPoint
from output.style import CENTRE, Look

TITLE = "Trend"

STACKS = (
    Stack("Critical", *style.SEVERITY_COLOURS[Severity.CRITICAL]),
    Stack("High", style.SEVERITY_COLOURS[Severity.HIGH][0], "C7462B", "wdUpDiag"),
    Stack("Medium", style.SEVERITY_COLOURS[Severity.MEDIUM][0], "C98F14", "ltVert"),
    Stack("Low", style.SEVERITY_COLOURS[Severity.LOW][0], "4F86BF", "ltHorz"),
    Stack("Awaiting a look", style.WHITE, style.MUTED, "pct5"),
)
"""The parts of each column, from the ground up; Low has what is only for information too."""
FIRST = 3
"""The first row below the band."""
CHART_ROWS, CHART_POINTS = 10, 20.5
EARLIER = (
    "“not kept”: an earlier version of this tool counted that night. Its open findings have what awaited a look, and"
    " recommendations, among them."
)
_DAY = replace(style.BOLD_TEXT, format=style.DATE.format)
_SENTENCE = replace(style.PLAIN, indent=1)

Value = Callable[[TrendPoint], int]


def _open(severity: Severity) -> Value:
    return lambda point: point.open[severity]


def _low(point: TrendPoint) -> int:
    return point.open[Severity.LOW] + point.open[Severity.INFO]


def _awaiting(point: TrendPoint) -> int:
    return point.awaiting or 0


VALUES: tuple[Value, ...] = (
    _open(Severity.CRITICAL),
    _open(Severity.HIGH),
    _open(Severity.MEDIUM),
    _low,
    _awaiting,
)
"""What each stack shows, in the order of the stacks and of the tables' columns."""


def _share(point: TrendPoint) -> str:
    return "not kept" if point.coverage is None else f"{int(point.coverage * 100)}%"


@dataclass(frozen=True, slots=True)
class _Part:
    """One chart and its table: nights, or half-terms. `noun` is what one point is called."""

    title: str
    noun: str
    name: str
    columns: tuple[Column[TrendPoint], ...]
    points: tuple[TrendPoint, ...]
    labels: Sequence[date] | Sequence[str]

    @property
    def drawn(self) -> bool:
        """Whether there is enough to draw."""
        return len(self.points) >= chart.LEAST_POINTS

    @property
    def rows(self) -> int:
        """Rows of its heading, its chart or sentence, and a gap."""
        return 2 + (CHART_ROWS if self.drawn else 1)


def _columns(title: str, look: Look) -> tuple[Column[TrendPoint], ...]:
    return (
        Column("when", title, 28, lambda p: p.on if look is _DAY else p.label, look),
        *(
            Column(stack.name, stack.name, 12, value, CENTRE)
            for stack, value in zip(STACKS[:-1], VALUES[:-1], strict=True)
        ),
        Column("awaiting", STACKS[-1].name, 13, lambda p: "not kept" if p.awaiting is None else p.awaiting, CENTRE),
        Column("all", "In all", 12, lambda p: sum(value(p) for value in VALUES), replace(CENTRE, bold=True)),
        Column("closed", "Closed", 12, lambda p: p.closed, CENTRE),
        Column("concluded", "Checks concluded", 12, _share, CENTRE),
        Column("rating", "Indicative rating", 27, lambda p: p.rating or "not kept", CENTRE),
    )


NIGHTS, HALF_TERMS = _columns("Night", _DAY), _columns("Half-term", style.BOLD_TEXT)
LAST = get_column_letter(len(NIGHTS))


def add(book: Book, report: Report) -> None:
    """Add the sheet: both charts on the first page, the tables that they are drawn from below."""
    view = report.governors
    page = book.page(TITLE, "7FAEDB")
    page.widths([column.width for column in NIGHTS])
    page.band(
        TITLE,
        "Open findings by severity, with what awaits a human look.  Low has what is for information too."
        "  The rating is indicative: the Method sheet has its rule.",
        NIGHTS,
    )
    nights = _Part("Night by night", "night", "Nights", NIGHTS, view.nights, [one.on for one in view.nights])
    halves = _Part(
        "Half-term by half-term: the last night of each",
        "half-term",
        "HalfTerms",
        HALF_TERMS,
        view.half_terms,
        [one.label for one in view.half_terms],
    )
    numbers = FIRST + nights.rows + halves.rows
    if nights.drawn:
        page.sheet.row_breaks.append(Break(id=numbers - 1))
    below = _table(page, numbers, halves)
    end = _table(page, below, nights)
    if any(point.awaiting is None for point in nights.points):
        page.put(end, 1, EARLIER, style.NOTE)
    _drawing(page, FIRST, nights, below + 1)
    _drawing(page, FIRST + nights.rows, halves, numbers + 1)
    page.sheet.freeze_panes = "A3"
    page.sheet.print_title_rows = "1:2"
    page.sheet.print_area = f"A1:{LAST}{(below if halves.drawn else numbers) - 2}"
    page.paper(tall=0)
    page.scaled(sum(column.width for column in NIGHTS))
    page.protect()


def _table(page: Page, row: int, part: _Part) -> int:
    """The numbers behind a chart; the first row below them and a gap."""
    page.heading(row, f"{part.title}, in numbers", 1, len(NIGHTS))
    row += 1
    for index, column in enumerate(part.columns, 1):
        page.put(row, index, column.title, style.COLUMN if index == 1 else style.COLUMN_CENTRE)
    page.height(row, 35)
    for number, point in enumerate(part.points, row + 1):
        page.line(number, part.columns, point)
    end = row + len(part.points)
    if part.points:
        table = Table(displayName=f"{TITLE}{part.name}", ref=f"A{row}:{LAST}{end}")
        table.tableStyleInfo = TableStyleInfo(name=None, showRowStripes=False)
        page.sheet.add_table(table)
        guard = validations.guard()
        guard.add(f"A{row + 1}:{LAST}{end}")
        page.sheet.add_data_validation(guard)
    return end + 2


def _drawing(page: Page, row: int, part: _Part, heading: int) -> None:
    """A part's heading with its chart; or with a sentence, where there is too little to draw."""
    page.heading(row, part.title, 1, len(NIGHTS))
    if not part.drawn:
        words = f"{counted(len(part.points), part.noun)} on record: a chart is drawn from {chart.LEAST_POINTS} on."
        page.put(row + 1, 1, words, _SENTENCE)
        page.height(row + 1, 20)
        return
    for offset in range(1, CHART_ROWS + 1):
        page.height(row + offset, CHART_POINTS)
    values = [[value(point) for value in VALUES] for point in part.points]
    drawn = Drawn(heading, 1, 2, part.labels, values)
    chart.columns(page, drawn, STACKS, _aloud(part), (row + 1, 1, row + CHART_ROWS, len(NIGHTS)))


def _aloud(part: _Part) -> str:
    """A chart in words."""

    def said(point: TrendPoint) -> str:
        counts = zip(VALUES, STACKS, strict=True)
        return f"{point.label}: " + ", ".join(f"{value(point):,} {stack.name.casefold()}" for value, stack in counts)

    return (
        f"Stacked columns, one for each of {counted(len(part.points), part.noun)}: open findings by severity, and what"
        f" awaits a human look. First, {said(part.points[0])}. Last, {said(part.points[-1])}. A table further down has"
        " every number."
    )
