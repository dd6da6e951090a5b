"""The look of every sheet, in one place: colours, fonts, cell looks, and how much room words take."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from string import ascii_letters, digits
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle

from checks.finding import Severity
from output.answers import Decided, Looked, Status
from output.cells import Painted, quoted
from output.report import Rating, Tone

INK, MUTED, NAVY, TEAL, BLUE = "1F2A37", "566173", "12324A", "0B6B66", "0B5394"
PAPER, SHADE, LINE, WHITE, PALE = "F5F7FA", "E8EDF3", "D5DBE3", "FFFFFF", "DCE6EF"
TO_FILL, TO_FILL_LINE = "EDF7F5", "BFDDD8"
"""Ground and lines of the cells that people fill in."""

TONE_COLOURS: Mapping[Tone, tuple[str, str]] = {
    Tone.GOOD: ("D9F0E1", "0B5A2B"),
    Tone.WATCH: ("FDE9B5", "614000"),
    Tone.BAD: ("F9D2C9", "7A1B0C"),
    Tone.UNSEEN: ("E4E7EC", "3B4654"),
    Tone.PLAIN: (WHITE, MUTED),
}
"""Background and ink for each tone; a word always stands in the box too."""
SEVERITY_COLOURS: Mapping[Severity, tuple[str, str]] = {
    Severity.CRITICAL: ("8E1B1B", WHITE),
    Severity.HIGH: TONE_COLOURS[Tone.BAD],
    Severity.MEDIUM: TONE_COLOURS[Tone.WATCH],
    Severity.LOW: ("DCE9F7", "1B4B7A"),
    Severity.INFO: ("ECEFF3", "3B4654"),
}
RATING_TONES: Mapping[Rating, Tone] = {
    Rating.NOT_GIVEN: Tone.UNSEEN,
    Rating.NO: Tone.BAD,
    Rating.LIMITED: Tone.BAD,
    Rating.REASONABLE: Tone.WATCH,
    Rating.SUBSTANTIAL: Tone.GOOD,
}
CHOICE_COLOURS: Mapping[str, tuple[str, str]] = {
    Status.IN_PROGRESS: TONE_COLOURS[Tone.WATCH],
    Status.DONE: SEVERITY_COLOURS[Severity.LOW],
    Status.ATTESTED: TONE_COLOURS[Tone.UNSEEN],
    Status.ACCEPTED: TONE_COLOURS[Tone.UNSEEN],
    Status.NOT_AN_ISSUE: TONE_COLOURS[Tone.UNSEEN],
    Decided.AGREED: SEVERITY_COLOURS[Severity.LOW],
    Decided.NOT_AGREED: TONE_COLOURS[Tone.BAD],
    Decided.DEFERRED: TONE_COLOURS[Tone.WATCH],
    Looked.RIGHT: TONE_COLOURS[Tone.GOOD],
    Looked.NOT_RIGHT: TONE_COLOURS[Tone.BAD],
}
"""Background and ink of a chosen answer, as soon as it is chosen."""

Align = Literal["left", "center", "centerContinuous", "right"]
Edge = Literal["none", "hair", "rule", "column", "gap", "box", "line", "fill"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks. `size` is in points; `edge` names a border; `format` is Excel's number format."""

    size: float = 10
    bold: bool = False
    italic: bool = False
    underline: bool = False
    ink: str = INK
    ground: str = ""
    align: Align = "left"
    vertical: Literal["center", "top"] = "center"
    wrap: bool = False
    indent: int = 0
    edge: Edge = "none"
    format: str = "General"
    open: bool = False
    upright: bool = False


TITLE = Look(size=20, bold=True, ink=WHITE, ground=NAVY, indent=1)
SUBTITLE = Look(ink=PALE, ground=NAVY, vertical="top", indent=1)
KEY = Look(size=8, ink=MUTED)
COLUMN = Look(bold=True, ink=WHITE, ground=NAVY, wrap=True, indent=1, edge="column")
COLUMN_CENTRE = replace(COLUMN, align="center", indent=0)
COLUMN_UPRIGHT = replace(COLUMN_CENTRE, wrap=False, upright=True)
HEADING = Look(size=12, bold=True, ink=TEAL, edge="rule")
NOTE = Look(size=9, italic=True, ink=MUTED, indent=1)
PLAIN = Look()
STRONG = Look(bold=True)
ADVICE = Look(ink=TEAL)
JUMP = Look(ink=BLUE, underline=True)

TEXT = Look(wrap=True, indent=1, edge="hair", open=True)
BOLD_TEXT = replace(TEXT, bold=True)
CENTRE = replace(TEXT, align="center", indent=0)
DATE = replace(CENTRE, format="dd/mm/yyyy")
LINK = replace(TEXT, ink=BLUE, underline=True)
LATE = replace(CENTRE, bold=True, ink=TONE_COLOURS[Tone.BAD][1])
LATE_DATE = replace(LATE, format=DATE.format)
JUMP_TEXT = replace(LINK, bold=True)
EMPTY = Look(size=12, ink=TEAL, bold=True, indent=1)
MARK = replace(TEXT, size=8, ink=MUTED, wrap=False)

FILL_IN = Look(size=9, bold=True, ink=WHITE, ground=TEAL, indent=1)
FILL_IN_COLUMN = replace(COLUMN, ground=TEAL)
FILL_IN_COLUMN_CENTRE = replace(COLUMN_CENTRE, ground=TEAL)
ANSWER = replace(TEXT, ground=TO_FILL, edge="fill")
ANSWER_TEXT = replace(ANSWER, format="@")
"""Excel takes nothing typed here for a formula, a number or a date."""
ANSWER_DATE = replace(ANSWER, align="center", indent=0, format=DATE.format)
ELSEWHERE = replace(TEXT, size=9, ink=MUTED, ground=SHADE)
"""A cell of those columns in a row that is answered in another workbook."""


@cache
def tone_look(tone: Tone, base: Look = CENTRE) -> Look:
    """A box in the colours of a tone."""
    ground, ink = TONE_COLOURS[tone]
    return replace(base, ground="" if ground == WHITE else ground, ink=ink, bold=base.bold or tone is Tone.BAD)


@cache
def severity_look(severity: Severity, base: Look = CENTRE) -> Look:
    """A box in the colours of a severity."""
    ground, ink = SEVERITY_COLOURS[severity]
    serious = severity in {Severity.CRITICAL, Severity.HIGH}
    return replace(base, ground=ground, ink=ink, bold=base.bold or serious)


class OrderedFont(Font):
    """A font whose parts are written in the order that the file format asks for."""

    __elements__ = (
        "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color",
        "name", "family", "charset", "scheme",
    )  # fmt: skip
    __nested__ = Font.__nested__


def font(look: Look) -> Font:
    """The font of a look."""
    return OrderedFont(
        name="Calibri",
        family=2,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        underline="single" if look.underline else None,
        color=look.ink,
    )


def when_it_says(words: str, ground: str, ink: str) -> Rule:
    """A rule that colours a cell while it holds exactly these words."""
    colours = DifferentialStyle(font=OrderedFont(bold=True, color=ink), fill=PatternFill(bgColor=ground))
    return Rule(type="cellIs", operator="equal", formula=[f'"{words}"'], dxf=colours)


def set_default_font(workbook: Workbook) -> None:
    """Give a new workbook our font where no look says otherwise."""
    ours = font(Look(size=11))
    workbook._named_styles["Normal"].font = ours  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
    workbook._fonts[0] = ours  # type: ignore[attr-defined]  # noqa: SLF001 - no public way


_NO_SIDE = Side()
_EDGES: Mapping[Edge, tuple[Side, Side]] = {
    "none": (_NO_SIDE, _NO_SIDE),
    "hair": (_NO_SIDE, Side(style="thin", color=LINE)),
    "rule": (_NO_SIDE, Side(style="medium", color=TEAL)),
    "column": (Side(style="thin", color=WHITE), _NO_SIDE),
    "gap": (Side(style="thick", color=WHITE), _NO_SIDE),
    "box": (Side(style="thin", color=WHITE), Side(style="thin", color=LINE)),
    "line": (_NO_SIDE, Side(style="thin", color=INK)),
    "fill": (Side(style="thin", color=TO_FILL_LINE), Side(style="thin", color=TO_FILL_LINE)),
}
"""Left and bottom border of each edge."""


class Painter:
    """Gives every look of one workbook its saved style array, made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._sample = Cell(workbook.worksheets[0], row=1, column=1)
        self._known: dict[Look, Painted] = {}

    def paint(self, look: Look) -> Painted:
        """The look, ready for cells."""
        if look not in self._known:
            self._known[look] = self._make(look)
        return self._known[look]

    def _make(self, look: Look) -> Painted:
        cell = Cell(self._sample.parent, row=1, column=1)
        cell.font = font(look)
        if look.ground:
            cell.fill = PatternFill("solid", fgColor=look.ground)
        left, bottom = _EDGES[look.edge]
        cell.border = Border(left=left, bottom=bottom)
        cell.alignment = Alignment(
            horizontal=look.align,
            vertical=look.vertical,
            wrap_text=look.wrap,
            indent=look.indent,
            text_rotation=UPRIGHT if look.upright else 0,
        )
        cell.protection = Protection(locked=not look.open)
        cell.number_format = look.format
        # Saved, to be shared by all cells of this look.
        plain: StyleArray = cell._style  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
        return Painted(plain, quoted(plain))


# -- how much room words take ------------------------------------------------------------------------------

POINTS_PER_UNIT = 5.25
"""One unit of column width, a digit of Calibri 11, in points."""
TALLEST = 400.0
"""Excel's rows end at 409 points."""
UPRIGHT = 90
"""Degrees by which words are turned that stand on their side."""

_DIGIT, _FULL_WIDTH, _FIRST_FULL_WIDTH = 0.54, 1.05, "\u2e80"


class _Ems(dict[str, float]):
    """The widths of letters in ems; one that is not listed is as wide as a digit, or as a full square."""

    def __missing__(self, letter: str) -> float:
        return _FULL_WIDTH if letter >= _FIRST_FULL_WIDTH else _DIGIT


_EMS = _Ems(
    (letter, ems)
    for ems, letters in {
        _DIGIT: ascii_letters + digits,
        0.26: " '`,.:;iljI·",
        0.32: "()[]{}f-!J",
        0.37: "tr/\\",
        0.43: 'szcxL"',
        0.48: "vykFSgaZ?|ET",
        0.66: "DHGUNOQ&",
        0.73: "w%…",
        0.90: "mMW@→",
    }.items()
    for letter in letters
)
"""The widths of Calibri's letters in ems, rounded up; all others are as wide as digits."""


def _points(word: str, size: float, *, bold: bool) -> float:
    """How wide a word is in Calibri, in points."""
    return sum(map(_EMS.__getitem__, word)) * _scale(size, bold=bold)


def _scale(size: float, *, bold: bool) -> float:
    """Points that an em takes."""
    return size * (1.04 if bold else 1)


def fold(words: str, width: float, look: Look = PLAIN) -> list[str]:
    """Words broken into the lines that they take in a column of a width."""
    return _folded(words, _room(width, look), _scale(look.size, bold=look.bold))


def _folded(words: str, room: float, scale: float) -> list[str]:
    space, ems = 0.23 * scale, _EMS.__getitem__
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            wide = sum(map(ems, word)) * scale
            if line and used + space + wide > room:
                lines.append(line)
                line, used = "", 0.0
            if wide > room:  # one long word is broken wherever the line ends
                *whole, word = _broken(word, room, scale)  # noqa: PLW2901 - its rest
                lines += whole
                wide = sum(map(ems, word)) * scale
            line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
        lines.append(line)
    return lines


def _broken(word: str, room: float, scale: float) -> list[str]:
    """A word too long for a line, in pieces that fit."""
    pieces, start, used = [], 0, 0.0
    for index, letter in enumerate(word):
        wide = _EMS[letter] * scale
        if used + wide > room and index > start:
            pieces.append(word[start:index])
            start, used = index, 0.0
        used += wide
    return [*pieces, word[start:]]


def lines_taken(words: str, width: float, look: Look) -> int:
    """How many lines words take in a column; never more than a row can show."""
    return _count(words[:5_000], _room(width, look), _scale(look.size, bold=look.bold))


@lru_cache(maxsize=20_000)
def _count(words: str, room: float, scale: float) -> int:
    if "\n" not in words and sum(map(_EMS.__getitem__, words)) * scale <= room:
        return 1
    return len(_folded(words, room, scale))


def row_height(lines: int, size: float = 10, least: float = 22) -> float:
    """The height of a row that shows so many lines, in points."""
    return min(TALLEST, max(least, math.ceil(lines * size * 1.32 + 8)))


def upright_height(words: str, look: Look) -> float:
    """The height that words on their side need in one line, in points."""
    return min(TALLEST, _points(words, look.size, bold=look.bold) + 12)


def shortened(words: str, width: float, look: Look = PLAIN, most: int = 1) -> list[str]:
    """Words in at most so many lines, the last one ending in an ellipsis when there were more."""
    flat = " ".join(words[:2_000].split())
    lines = fold(flat, width, look)
    if len(lines) <= most:
        return lines
    rest = flat[sum(len(line) + 1 for line in lines[: most - 1]) :] if most > 1 else flat
    low, high = 0, min(len(rest), 400)
    while low < high:  # the longest beginning that fits on one line
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(rest[:middle] + "…", width, look) else (low, middle - 1)
    return [*lines[: most - 1], rest[:low].rstrip(" ,;.·") + "…"]


def _fits(words: str, width: float, look: Look) -> bool:
    return _points(words, look.size, bold=look.bold) <= _room(width, look)


def _room(width: float, look: Look) -> float:
    return max(10.0, (width - look.indent * 1.3) * POINTS_PER_UNIT - 6)
