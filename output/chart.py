"""Charts as every reader can see them: values kept inside, patterns beside colours, words for those who cannot look.

openpyxl writes a chart's references and not the values behind them, so that Protected View and phones show an empty
frame: the caches are filled here. It hides both axes, and knows no description of a chart: both are put right here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from openpyxl.chart import BarChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RichTextProperties,
)
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import Element

from output import cells, style
from output.page import Page

EPOCH = date(1899, 12, 30)
"""The day that Excel counts its dates from."""
LEAST_POINTS = 2
"""A chart of fewer points would show nothing that a sentence does not."""
FEW, LEAST_HIGH = 10, 4
"""Columns no higher than the first are marked one by one; the axis goes up to the second at least."""
MOST_LABELS = 20
"""Dates below an axis; more would not be read."""
SLANTED = -45 * 60_000
"""Words that rise to the right, in 60,000ths of a degree."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One part of every column: its name, its ground, and the pattern in an ink that tells it from the others.

    Without a pattern the ground alone is seen.
    """

    name: str
    ground: str
    ink: str
    pattern: Literal["wdUpDiag", "ltVert", "ltHorz", "pct5"] | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table to draw: its sheet, the row of its headings, the column of the labels, the first one of the values.

    `labels` are dates or words, one a row below the headings; `values` has for each row a number for each stack.
    """

    heading: int
    label: int
    first: int
    labels: Sequence[date] | Sequence[str]
    values: Sequence[Sequence[int]]


class _Described(TwoCellAnchor):
    """Where a chart stands, with the words that are read aloud in its place."""

    __elements__ = TwoCellAnchor.__elements__
    __attrs__ = TwoCellAnchor.__attrs__
    words = ""

    def to_tree(self, *args: Any, **kwargs: Any) -> Element:
        frame: Any = self.graphicFrame
        frame.nvGraphicFramePr.cNvPr.descr = self.words
        return super().to_tree(*args, **kwargs)


def columns(page: Page, drawn: Drawn, stacks: Sequence[Stack], words: str, area: tuple[int, int, int, int]) -> None:
    """Draw stacked columns over an area of the page: first row, first column, last row, last column.

    `words` describe the chart for people who cannot see it.
    """
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 40
    chart.roundedCorners = False
    sheet = page.sheet.title
    count = len(drawn.labels)
    for offset, stack in enumerate(stacks):
        chart.series.append(_series(sheet, drawn, offset, stack, count))
    _axes(chart, count, dates=isinstance(drawn.labels[0], date))
    highest = max(sum(row) for row in drawn.values)
    if highest <= FEW:  # or programs mark halves, and write two of them alike
        chart.y_axis.majorUnit = 1
        chart.y_axis.scaling.max = max(highest, LEAST_HIGH)
    chart.legend.position = "t"
    chart.legend.txPr = _words(9)
    chart.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    top, left, bottom, right = area
    anchor = _Described(editAs="oneCell")
    anchor._from = AnchorMarker(col=left - 1, row=top - 1)  # noqa: SLF001 - openpyxl's own name for it
    anchor.to = AnchorMarker(col=right, row=bottom)
    anchor.words = cells.text(words)
    chart.anchor = anchor  # type: ignore[assignment]  # openpyxl takes more than a cell's name
    page.sheet.add_chart(chart)


def _series(sheet: str, drawn: Drawn, offset: int, stack: Stack, count: int) -> Series:
    top, column = drawn.heading + 1, get_column_letter(drawn.first + offset)
    end = drawn.heading + count
    values = NumData(
        formatCode="0",
        ptCount=count,
        pt=[NumVal(idx=index, v=str(row[offset])) for index, row in enumerate(drawn.values)],
    )
    name = StrData(ptCount=1, pt=[StrVal(idx=0, v=stack.name)])
    series = Series(
        tx=SeriesLabel(strRef=StrRef(f=f"'{sheet}'!${column}${drawn.heading}", strCache=name)),
        cat=_labels(sheet, drawn, end),
        val=NumDataSource(numRef=NumRef(f=f"'{sheet}'!${column}${top}:${column}${end}", numCache=values)),
    )
    series.invertIfNegative = False
    series.spPr = _filled(stack)
    return series


def _labels(sheet: str, drawn: Drawn, end: int) -> AxDataSource:
    column = get_column_letter(drawn.label)
    where, count = f"'{sheet}'!${column}${drawn.heading + 1}:${column}${end}", len(drawn.labels)
    days = [(index, day) for index, day in enumerate(drawn.labels) if isinstance(day, date)]
    if days:
        numbers = [NumVal(idx=index, v=str((day - EPOCH).days)) for index, day in days]
        return AxDataSource(
            numRef=NumRef(f=where, numCache=NumData(formatCode=style.DATE.format, ptCount=count, pt=numbers))
        )
    said = [StrVal(idx=index, v=cells.text(str(label))) for index, label in enumerate(drawn.labels)]
    return AxDataSource(strRef=StrRef(f=where, strCache=StrData(ptCount=count, pt=said)))


def _filled(stack: Stack) -> GraphicalProperties:
    edge = LineProperties(solidFill=style.MUTED, w=6350)
    if stack.pattern is None:
        return GraphicalProperties(solidFill=stack.ground, ln=edge)
    pattern = PatternFillProperties(prst=stack.pattern, fgClr=_colour(stack.ink), bgClr=_colour(stack.ground))
    return GraphicalProperties(pattFill=pattern, ln=edge)


def _colour(rgb: Any) -> ColorChoice:  # openpyxl's stubs know no colour as text
    return ColorChoice(srgbClr=rgb)


def _axes(chart: BarChart, count: int, *, dates: bool) -> None:
    across, up = chart.x_axis, chart.y_axis
    across.delete = up.delete = False
    across.number_format, up.number_format = ("dd/mm/yy" if dates else "General"), "0"
    across.txPr, up.txPr = _words(8, SLANTED if dates else 0), _words(8)
    across.tickLblSkip = across.tickMarkSkip = max(1, -(-count // MOST_LABELS))
    across.auto = False
    across.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=style.MUTED))
    up.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    up.majorGridlines = ChartLines(GraphicalProperties(ln=LineProperties(solidFill=style.LINE, w=6350)))
    up.scaling.min = 0


def _words(points: int, slant: int = 0) -> RichText:
    face = CharacterProperties(sz=points * 100, solidFill=style.INK, latin=Font(typeface="Calibri"))
    return RichText(
        bodyPr=RichTextProperties(rot=slant, vert="horz"),
        p=[Paragraph(pPr=ParagraphProperties(defRPr=face), endParaRPr=CharacterProperties())],
    )
