"""The one safe way to write a cell.

Everything that comes from outside is text and stays text: Excel never takes it for a formula, decodes nothing
in it, and always opens the file. What a cell cannot hold is replaced visibly.
"""

import math
import re
from copy import copy
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from openpyxl.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.hyperlink import Hyperlink

CellValue = str | bool | int | float | datetime | date | None

REPLACEMENT = "\ufffd"
"""Stands for a control character or half of a character pair: neither can be stored."""
LONGEST_TEXT = 32_767
"""UTF-16 units in one cell; Excel repairs a file that has more."""
CUT = " … [cut here: a cell holds no more]"
LONGEST_ADDRESS = 2_079
LONGEST_TOOLTIP = 255
MOST_LINKS = 65_530
"""Links on one sheet; Excel repairs a file that has more."""
LONGEST_NUMBER = 10**15
"""Excel keeps 15 digits; a longer whole number is an identifier, and stays whole as text."""

LONDON = ZoneInfo("Europe/London")
FIRST_DATE = date(1900, 3, 1)
"""Excel knows no date before 1900, and miscounts its first two months."""

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HALF_ESCAPE = re.compile(r"_(x(0(0(5F?)?)?)?)?$")
_FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\n")
_IN_ADDRESS = "%:/?#@!$&'()*+,;=~-._"


class Painted(NamedTuple):
    """A look ready for cells: one style array for ordinary values, one for text that looks like a formula."""

    plain: StyleArray
    quoted: StyleArray


def text(words: str) -> str:
    """Words as they are stored.

    Line ends become line feeds, control characters and lone surrogates U+FFFD; what Excel would decode
    (`_x0041_`) is escaped so that it shows as typed; text beyond what a cell holds is cut with a note.
    """
    return _limited(words, LONGEST_TEXT, CUT)


def _limited(words: str, longest: int, note: str) -> str:
    cleaned = _UNSTORABLE.sub(REPLACEMENT, words.replace("\r\n", "\n").replace("\r", "\n"))
    stored = _ESCAPE_LIKE.sub("_x005F_", cleaned)
    if len(stored) * 2 <= longest or _units(stored) <= longest:
        return stored
    room = longest - _units(note)
    kept = stored.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")
    return _HALF_ESCAPE.sub("", kept) + note


def _units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def storable(value: CellValue) -> str | int | float | datetime | date | None:
    """A value as a cell can hold it: words for yes and no, local naive times, identifiers as text."""
    match value:
        case str():
            return text(value)
        case bool():
            return "yes" if value else "no"
        case int():
            return value if -LONGEST_NUMBER < value < LONGEST_NUMBER else str(value)
        case float():
            return value if math.isfinite(value) else "not a number"
        case datetime():
            local = value.astimezone(LONDON).replace(tzinfo=None) if value.tzinfo else value
            return local if local.date() >= FIRST_DATE else f"{local:%d/%m/}{local.year:04} {local:%H:%M}"
        case date():
            return value if value >= FIRST_DATE else f"{value:%d/%m/}{value.year:04}"
        case None:
            return None


def write(cell: Cell, value: CellValue, painted: Painted) -> None:
    """Write a value into a cell, with its look."""
    stored = storable(value)
    dressed = painted.plain
    if isinstance(stored, str) and stored:
        # Not by way of `value`, which would look through the words once more, and take = for a formula.
        cell._value = stored  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way
        cell.data_type = "s"
        if stored.startswith(_FORMULA_LIKE):
            dressed = painted.quoted
    else:
        cell.value = None if stored == "" else stored
    # After the value, which may touch the style. A saved array costs a quarter of setting style objects.
    cell._style = dressed  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way


def address_of(words: str) -> str:
    """A web address as a link may carry it, or "" when it cannot be one.

    Refused are other schemes than http and https, names and passwords before the host, and addresses that
    are longer than Excel allows. Characters that no address may hold are percent-encoded.
    """
    try:
        parts = urlsplit(words)
        host, port = parts.hostname, parts.port
        named = parts.username is not None
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or named or port == 0:
        return ""
    if _UNSTORABLE.search(words) or not re.fullmatch(r"[A-Za-z0-9.-]+", host):
        return ""
    encoded = quote(words, safe=_IN_ADDRESS)
    return encoded if len(encoded) <= LONGEST_ADDRESS else ""


def link(cell: Cell, words: str, address: str, painted: Painted, plain: Painted, tooltip: str = "") -> None:
    """Write words that open a web address; plain text when the address cannot be a link."""
    target = address_of(address)
    if not target:
        write(cell, words, plain)
        return
    write(cell, words, painted)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, target=target, tooltip=_tooltip(tooltip or address))


def jump(cell: Cell, words: str, sheet: str, where: str, painted: Painted) -> None:
    """Write words that lead to a cell of another sheet of the same workbook."""
    write(cell, words, painted)
    tip = _tooltip(f"Go to {sheet}")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{where}", tooltip=tip)


def _tooltip(words: str) -> str:
    return _limited(" ".join(words.split()), LONGEST_TOOLTIP, " …")


def quoted(plain: StyleArray) -> StyleArray:
    """The same look for text that looks like a formula: it stays text when somebody types in the cell."""
    other = copy(plain)
    other.quotePrefix = 1
    return other
