"""Looks over a finished workbook for what makes Excel repair or refuse it, run formulas, or shut people out.

Each rule stands for a fault that saves without complaint; validators and LibreOffice let several pass.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from openpyxl.utils import get_column_letter, range_boundaries

from output.answers import FIELDS, ROW_ID, ROW_MARK
from output.cells import LONGEST_ADDRESS, LONGEST_TEXT, LONGEST_TOOLTIP, MOST_LINKS

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_CONTENT_TYPES = "[Content_Types].xml"
_DECODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TABLE_NAME = re.compile(r"[A-Za-z_\\][\w.\\]*")
_BAD_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_UNWANTED = ("vbaProject", "externalLinks/", "activeX", "embeddings/", "connections.xml", "customUI")
_DIGITS = "0123456789"
_ANSWER = "answer_"
MOST_ROWS = 1_048_576
MOST_FORMATS = 64_000
LONGEST_LIST = 257
LONGEST_SHEET_NAME = 31
LONGEST_FOOTER = 255
VALIDATION_LIMITS = {"error": 255, "prompt": 255, "errorTitle": 32, "promptTitle": 32}


class Faulty(Exception):
    """A finished workbook that must not replace the old one: its name, its faults and its bytes."""

    def __init__(self, name: str, found: list[str], content: bytes = b"") -> None:
        more = f" (and {len(found) - 5} more)" if len(found) > 5 else ""  # noqa: PLR2004 - enough to begin with
        super().__init__(f"{name} is faulty and was not saved: {'; '.join(found[:5])}{more}")
        self.found = found
        self.content = content


def faults(path: Path | BinaryIO) -> list[str]:
    """Everything wrong with a finished .xlsx file, in sentences; empty when it is sound."""
    try:
        with zipfile.ZipFile(path) as archive:
            return list(_Package(archive).faults())
    except zipfile.BadZipFile:
        return ["not a zip file"]


def _parse(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314 - a file that we have just written ourselves


class _Package:
    """The parts of one workbook."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = archive.namelist()
        self.roots: dict[str, ET.Element] = {}

    def faults(self) -> Iterator[str]:
        """All faults; when the parts cannot be read, only those."""
        broken = [*self._zip(), *self._read()]
        yield from broken
        if broken:
            return
        yield from self._types()
        yield from self._sheets()
        formats = self.formats()
        if formats > MOST_FORMATS:
            yield f"{formats} cell formats (at most {MOST_FORMATS:,})"
        if not any(fact.tag.endswith("}title") and fact.text for fact in self.roots.get("docProps/core.xml", ())):
            yield "no document title"

    def _zip(self) -> Iterator[str]:
        if len(self.names) != len(set(self.names)):
            yield "a part stands in the file twice"
        for name in self.names:
            if any(word in name for word in _UNWANTED):
                yield f"{name}: no macro, external link or embedded object belongs here"
        for needed in (_CONTENT_TYPES, "xl/workbook.xml", "xl/styles.xml"):
            if needed not in self.names:
                yield f"{needed} is missing"

    def _read(self) -> Iterator[str]:
        for name in self.names:
            if name.endswith((".xml", ".rels")):
                try:
                    self.roots[name] = _parse(self.archive.read(name))
                except ET.ParseError as broken:
                    yield f"{name}: not well formed: {broken}"

    def _types(self) -> Iterator[str]:
        types = self.roots[_CONTENT_TYPES]
        parts = {e.get("PartName", "") for e in types if e.tag.endswith("Override")}
        endings = {e.get("Extension", "").lower() for e in types if e.tag.endswith("Default")}
        for name in self.names:
            by_ending = not name.endswith(".xml") and name.rpartition(".")[2].lower() in endings
            if name != _CONTENT_TYPES and f"/{name}" not in parts and not by_ending:
                yield f"{name}: no content type"
        for part in sorted(parts):
            if part[1:] not in self.names:
                yield f"content type for the missing part {part}"

    def relations(self, part: str) -> tuple[dict[str, tuple[str, str]], list[str]]:
        """A part's relations by id, as (kind, target part), and what is wrong with them."""
        where = posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
        known: dict[str, tuple[str, str]] = {}
        wrong: list[str] = []
        for relation in self.roots.get(where, ()):
            target = relation.get("Target", "")
            kind = relation.get("Type", "").rpartition("/")[2]
            if relation.get("TargetMode") == "External":
                if len(target) > LONGEST_ADDRESS:
                    wrong.append(f"{part}: a link of {len(target):,} characters (at most {LONGEST_ADDRESS:,})")
                if kind != "hyperlink" or urlsplit(target).scheme not in {"http", "https"}:
                    wrong.append(f"{part}: a link that is no web address")
                continue
            full = target[1:] if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
            full = posixpath.normpath(full)
            if full not in self.names:
                wrong.append(f"{part}: a relation to the missing part {full}")
                continue
            known[relation.get("Id", "")] = (kind, full)
        return known, wrong

    def formats(self) -> int:
        """How many cell formats the workbook has."""
        formats = self.roots["xl/styles.xml"].find(f"{_MAIN}cellXfs")
        return 0 if formats is None else len(formats)

    def unlocked(self) -> set[str]:
        """The numbers of the cell formats that leave a cell unlocked when its sheet is protected."""
        formats = self.roots["xl/styles.xml"].find(f"{_MAIN}cellXfs")
        rules = [one.find(f"{_MAIN}protection") for one in (() if formats is None else formats)]
        return {str(number) for number, rule in enumerate(rules) if rule is not None and rule.get("locked") == "0"}

    def _sheets(self) -> Iterator[str]:
        relations, wrong = self.relations("xl/workbook.xml")
        yield from wrong
        sheets: set[str] = set()
        tables: set[str] = set()
        for entry in self.roots["xl/workbook.xml"].iter(f"{_MAIN}sheet"):
            name = entry.get("name", "")
            yield from _sheet_name(name, sheets)
            part = relations.get(entry.get(_RELATION, ""), ("", ""))[1]
            if part:
                yield from _Sheet(self, name, part).faults(tables)
            else:
                yield f"{name}: the sheet's part is missing"


def _sheet_name(name: str, known: set[str]) -> Iterator[str]:
    folded = name.casefold()
    odd = _BAD_IN_SHEET_NAME.search(name) or name.strip("'") != name or folded == "history"
    if not name or len(name) > LONGEST_SHEET_NAME or odd or folded in known:
        yield f"a sheet may not be called {name!r}"
    known.add(folded)


_Area = tuple[int, int, int, int]
"""Left, top, right and bottom of a range."""


def _area(words: str) -> _Area:
    left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(words))
    return left, top, right, bottom


def _overlap(one: _Area, other: _Area) -> bool:
    (left, top, right, bottom), (a, b, c, d) = one, other
    return not (right < a or c < left or bottom < b or d < top)


class _Sheet:
    """One sheet and its tables."""

    def __init__(self, package: _Package, name: str, part: str) -> None:
        self.package, self.name = package, name
        self.root = package.roots[part]
        self.validated: list[_Area] = []
        self.relations, self.wrong = package.relations(part)

    def faults(self, tables: set[str]) -> Iterator[str]:
        yield from self.wrong
        cells: dict[str, str] = {}
        formats = self.package.formats()
        for cell in self.root.iter(f"{_MAIN}c"):
            yield from self._cell(cell, formats, cells)
        yield from self._limits()
        yield from self._validations()
        yield from self._tables(cells, tables)
        yield from self._drawings()

    def _cell(self, cell: ET.Element, formats: int, cells: dict[str, str]) -> Iterator[str]:
        where = f"{self.name}!{cell.get('r')}"
        words = "".join(part.text or "" for part in cell.iter(f"{_MAIN}t"))
        cells[cell.get("r", "")] = words
        if cell.find(f"{_MAIN}f") is not None:
            yield f"{where}: a formula"
        if cell.get("t") == "e":
            yield f"{where}: an error value"
        if len(words.encode("utf-16-le")) > 2 * LONGEST_TEXT:
            yield f"{where}: text of {len(words):,} characters (at most {LONGEST_TEXT:,})"
        if any(code.upper() != "005F" for code in _DECODED.findall(words)):
            yield f"{where}: text that Excel would decode (_xHHHH_)"
        if int(cell.get("s") or 0) >= formats:
            yield f"{where}: a cell format that does not exist"

    def _drawings(self) -> Iterator[str]:
        """Charts that show nothing where nobody works their cells out, and drawings without words."""
        for kind, part in self.relations.values():
            if kind != "drawing":
                continue
            for shape in self.package.roots[part].iter():
                if shape.tag.endswith("}cNvPr") and not shape.get("descr"):
                    yield f"{self.name}: {shape.get('name')} has no words for people who cannot see it"
            relations, wrong = self.package.relations(part)
            yield from wrong
            for inner, chart in relations.values():
                if inner == "chart":
                    yield from self._chart(self.package.roots[chart])

    def _chart(self, root: ET.Element) -> Iterator[str]:
        references = [*root.iter(f"{_CHART}numRef"), *root.iter(f"{_CHART}strRef")]
        for reference in references:
            cache = next((part for part in reference if part.tag.endswith("Cache")), None)
            if cache is None or not any(value.text for value in cache.iter(f"{_CHART}v")):
                where = reference.findtext(f"{_CHART}f")
                yield f"{self.name}: a chart does not keep the values of {where}"
        if any(axis.get("val") != "0" for axis in root.iter(f"{_CHART}delete")):
            yield f"{self.name}: a chart hides an axis"

    def _limits(self) -> Iterator[str]:
        rows = [int(row.get("r") or 0) for row in self.root.iter(f"{_MAIN}row")]
        if rows and max(rows) > MOST_ROWS:
            yield f"{self.name}: more rows than a sheet has"
        links = list(self.root.iter(f"{_MAIN}hyperlink"))
        if len(links) > MOST_LINKS:
            yield f"{self.name}: {len(links):,} links (at most {MOST_LINKS:,})"
        if any(len(link.get("tooltip") or "") > LONGEST_TOOLTIP for link in links):
            yield f"{self.name}: a link's tooltip is over {LONGEST_TOOLTIP} characters"
        for merged in self.root.iter(f"{_MAIN}mergeCell"):
            yield f"{self.name}: merged cells {merged.get('ref')} (they break sorting and screen readers)"
        for kind in ("oddHeader", "oddFooter"):
            for words in self.root.iter(f"{_MAIN}{kind}"):
                if len(words.text or "") > LONGEST_FOOTER:
                    yield f"{self.name}: header or footer over {LONGEST_FOOTER} characters"

    def _validations(self) -> Iterator[str]:
        known: list[_Area] = []
        for rule in self.root.iter(f"{_MAIN}dataValidation"):
            formula = rule.find(f"{_MAIN}formula1")
            if formula is not None and len(formula.text or "") > LONGEST_LIST:
                yield f"{self.name}: a drop-down list over 255 characters"
            for field, limit in VALIDATION_LIMITS.items():
                if len(rule.get(field) or "") > limit:
                    yield f"{self.name}: a validation's {field} is over {limit} characters"
            for words in (rule.get("sqref") or "").split():
                area = _area(words)
                if any(_overlap(area, other) for other in known):
                    yield f"{self.name}: two validations for {words}"
                known.append(area)
        self.validated = known

    def _tables(self, cells: dict[str, str], known: set[str]) -> Iterator[str]:
        filtered = self.root.find(f"{_MAIN}autoFilter") is not None
        areas: list[_Area] = []
        for kind, part in self.relations.values():
            if kind != "table":
                continue
            table = self.package.roots[part]
            name, ref = table.get("displayName", ""), table.get("ref", "")
            left, top, right, bottom = area = _area(ref)
            headings = [column.get("name", "") for column in table.iter(f"{_MAIN}tableColumn")]
            if name.casefold() in known or not _TABLE_NAME.fullmatch(name):
                yield f"{self.name}: a table may not be called {name!r}"
            known.add(name.casefold())
            if bottom <= top:
                yield f"table {name}: no data row"
            if len({heading.casefold() for heading in headings}) != len(headings):
                yield f"table {name}: two columns have one heading"
            row = [cells.get(f"{get_column_letter(column)}{top}", "") for column in range(left, right + 1)]
            if headings != row:
                yield f"table {name}: the heading cells differ from the table's columns"
            if filtered:
                yield f"{self.name}: a filter of the sheet beside one of a table"
            if any(_overlap(area, other) for other in areas):
                yield f"table {name} overlaps another"
            areas.append(area)
            yield from self._sortable(name, area)
            yield from self._answers(name, area, cells)

    def _sortable(self, name: str, area: _Area) -> Iterator[str]:
        """Excel sorts no locked cells of a protected sheet; a table that is locked whole is not meant to be sorted."""
        left, top, right, bottom = area
        unlocked = self.package.unlocked()
        letters = {get_column_letter(column) for column in range(left, right + 1)}
        free, locked = 0, ""
        for row in self.root.iter(f"{_MAIN}row"):
            number = row.get("r", "")
            if top < int(number or 0) <= bottom:
                styles = [cell.get("s") for cell in row if cell.get("r", "").rstrip(_DIGITS) in letters]
                mine = sum(one in unlocked for one in styles)
                free += mine
                if mine < len(letters):
                    locked = locked or number
        if free and locked:
            yield f"table {name}: a locked cell in row {locked} (Excel would not sort)"

    def _answers(self, name: str, area: _Area, cells: dict[str, str]) -> Iterator[str]:
        """A table that people fill in: its hidden keys, the columns that tell its rows apart, a rule for each cell."""
        left, top, right, bottom = area
        keys = [cells.get(f"{get_column_letter(column)}{top - 1}", "") for column in range(left, right + 1)]
        if not any(key.startswith(_ANSWER) for key in keys):
            return
        if len({key for key in keys if key}) != len(keys):
            yield f"table {name}: a column has no key of its own"
        for key in keys:
            if key.startswith(_ANSWER) and key not in FIELDS:
                yield f"table {name}: nobody knows the answer column {key}"
        for key in (ROW_ID, ROW_MARK):
            if key not in keys:
                yield f"table {name}: answers without the column {key}, which tells its rows apart"
        hidden = {row.get("r") for row in self.root.iter(f"{_MAIN}row") if row.get("hidden") == "1"}
        if str(top - 1) not in hidden:
            yield f"table {name}: its keys can be seen"
        for column, key in enumerate(keys, left):
            if not any(a <= column <= c and b <= top + 1 and bottom <= d for a, b, c, d in self.validated):
                yield f"table {name}: the column {key} has no validation"
