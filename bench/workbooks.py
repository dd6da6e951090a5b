"""How fast the three workbooks of a large school are written and read back, and how much memory that takes.

    python -m bench.workbooks [--accounts 40] [--findings 5000] [--times 3]

Writes the complete workbooks of an invented night (bench/large_school.py), and in the same run the same sheets with
XlsxWriter in the place of openpyxl: every value, font, fill, border, alignment, width, height, link, table, rule and
drop-down. What stands in a cell, how it looks and how much room its words take is decided by the same code both times;
XlsxWriter's cells are meanwhile kept in the lightest object there is. Two ratios are printed: of all the processor time
from the report to the file, and of the writers alone, without that deciding. The lint, which XlsxWriter's files never
see, is told apart; charts are drawn by the product alone. Then the governors' workbook, with answers in the rows of
its findings, is read back. Each measurement is a process
of its own, and the middle one of `--times` counts. Linux and macOS only.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import save_workbook

from audit.answers.returned import read_book
from audit.publish import BUILDERS
from bench.large_school import MOMENT, large_school
from output.lint import faults
from output.page import Page
from output.save import save

PARTS = ("openpyxl", "xlsxwriter", "back")
BORDERS = {"thin": 1, "medium": 2, "thick": 5, "hair": 7}
"""XlsxWriter's numbers of borders."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.workbooks", description="Measure the workbooks.")
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--findings", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--part", choices=PARTS, help="one measurement, as JSON, in the folder given")
    parser.add_argument("--folder", type=Path, default=Path())
    given = parser.parse_args(arguments)
    if given.part:
        work = {"openpyxl": _openpyxl, "xlsxwriter": _xlsxwriter, "back": _back}[given.part]
        print(json.dumps(work(given.folder, given.accounts, given.findings)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        _tell(given, Path(folder))
    return 0


def _tell(given: argparse.Namespace, folder: Path) -> None:
    """Run every measurement in a process of its own, and print the middle ones."""
    runs: dict[str, list[dict[str, float]]] = {part: [] for part in PARTS}
    sizes = ["--accounts", str(given.accounts), "--findings", str(given.findings)]
    for _ in range(given.times):
        for part in PARTS:
            command = [sys.executable, "-m", "bench.workbooks", "--part", part, "--folder", str(folder), *sizes]
            said = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this program
            runs[part].append(json.loads(said.stdout))
    ours, theirs, back = ({name: median(run[name] for run in runs[part]) for name in runs[part][0]} for part in PARTS)
    rows = ours["rows"]
    print(f"{given.accounts} accounts, {given.findings:,} findings: {rows:,.0f} rows, {ours['cells']:,.0f} cells")
    both = {"the product": ours["build"] + ours["write"], "XlsxWriter": theirs["build"] + theirs["write"]}
    for (name, seconds), run in zip(both.items(), (ours, theirs), strict=True):
        print(
            f"{name}: {rows / seconds:,.0f} rows a second of processor time ({seconds:.1f} s);"
            f" peak memory {run['before']:,.0f} MB before, {run['peak']:,.0f} MB after"
        )
    alone = both["the product"] - theirs["build"]
    whole, writers = both["XlsxWriter"] / both["the product"], theirs["write"] / alone
    print(f"ratio to XlsxWriter: {whole:.2f} from the report to the files, {writers:.2f} of the writers alone")
    print(f"deciding {theirs['build']:.1f} s, openpyxl {alone:.1f} s, XlsxWriter {theirs['write']:.1f} s")
    print(f"the lint over the three files: {ours['lint']:.1f} s; built, written and looked over: {ours['saved']:.1f} s")
    print(
        f"read back: {back['rows']:,.0f} answered rows, {back['rows'] / back['read']:,.0f} a second of processor time"
        f" ({back['read']:.1f} s)"
    )


def _openpyxl(folder: Path, accounts: int, findings: int) -> dict[str, float]:
    """The product as it is, with the lint apart."""
    report = large_school(accounts, findings)
    figures = {"before": _peak(), "rows": 0.0, "cells": 0.0, "build": 0.0, "write": 0.0, "lint": 0.0}
    for name, build in BUILDERS.items():
        start = time.process_time()
        workbook = build(report)
        built = time.process_time()
        save_workbook(workbook, folder / f"{name}-plain.xlsx")
        written = time.process_time()
        figures["build"] += built - start
        figures["write"] += written - built
        figures["rows"] += sum(sheet.max_row for sheet in workbook.worksheets)
        figures["cells"] += sum(len(_known(sheet)) for sheet in workbook.worksheets)
    figures["peak"] = _peak()
    start = time.process_time()
    for name in BUILDERS:
        if found := faults(folder / f"{name}-plain.xlsx"):
            raise SystemExit(f"{name}: {found[:3]}")
    figures["lint"] = time.process_time() - start
    start = time.process_time()
    for name, build in BUILDERS.items():
        save(build(report), folder / f"{name}.xlsx", moment=MOMENT)
    figures["saved"] = time.process_time() - start
    return figures


# -- the same sheets by XlsxWriter ---------------------------------------------------------------------------


class _Light:
    """A cell that only remembers what the product writes into it."""

    _style: StyleArray
    __slots__ = ("_style", "_value", "column", "data_type", "hyperlink", "row")

    def __init__(self, row: int, column: int) -> None:
        self.row, self.column = row, column
        self._value: Any = None
        self.hyperlink: Any = None

    @property
    def value(self) -> Any:
        """What it holds."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value

    @property
    def coordinate(self) -> str:
        """Its address, which links ask for."""
        return f"{get_column_letter(self.column)}{self.row}"


def _xlsxwriter(folder: Path, accounts: int, findings: int) -> dict[str, float]:
    """The product's sheets, with light cells that XlsxWriter writes."""
    report = large_school(accounts, findings)
    figures = {"before": _peak(), "build": 0.0, "write": 0.0}
    for name, build in BUILDERS.items():
        lights: dict[str, dict[tuple[int, int], _Light]] = {}

        def light(page: Page, row: int, column: int, kept: dict[str, Any] = lights) -> Any:
            known = kept.setdefault(page.sheet.title, {})
            if (row, column) not in known:
                known[row, column] = _Light(row, column)
            return known[row, column]

        Page._cell = light  # type: ignore[assignment,method-assign] # noqa: SLF001 - this process does nothing else
        start = time.process_time()
        workbook = build(report)
        built = time.process_time()
        other = xlsxwriter.Workbook(folder / f"{name}-other.xlsx", {"strings_to_urls": False})
        formats: dict[StyleArray, Any] = {}
        for sheet in workbook.worksheets:
            page = other.add_worksheet(sheet.title)
            cells = lights.get(sheet.title) or _known(sheet)
            _frame(page, sheet, cells)
            for place in sorted(cells):
                cell = cells[place]
                style = cell._style  # noqa: SLF001 - there is no public way
                if style not in formats:
                    formats[style] = other.add_format(_look(workbook, style))
                _write(page, cell, formats[style])
        other.close()
        figures["build"] += built - start
        figures["write"] += time.process_time() - built
    figures["peak"] = _peak()
    return figures


def _known(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """The cells that a sheet has."""
    return dict(sheet._cells)  # noqa: SLF001 - asking otherwise makes empty ones


def _look(workbook: Workbook, style: StyleArray) -> dict[str, Any]:
    """XlsxWriter's names for a cell format."""
    cell = Cell(workbook.worksheets[0], row=1, column=1)
    cell._style = style  # type: ignore[attr-defined] # noqa: SLF001 - there is no public way
    font, border, place = cell.font, cell.border, cell.alignment
    across = place.horizontal == "centerContinuous"
    look: dict[str, Any] = {
        "font_name": font.name,
        "font_size": font.size,
        "font_color": f"#{font.color.rgb[2:]}" if font.color else None,
        "bold": bool(font.bold),
        "italic": bool(font.italic),
        "underline": 1 if font.underline else 0,
        "num_format": cell.number_format,
        "locked": cell.protection.locked,
        "text_wrap": bool(place.wrap_text),
        "indent": int(place.indent or 0),
        "align": "center_across" if across else place.horizontal,
        "valign": "vcenter" if place.vertical == "center" else place.vertical,
        "rotation": int(place.textRotation or 0),
        "quote_prefix": bool(style.quotePrefix),
    }
    if cell.fill.fill_type:
        look |= {"pattern": 1, "fg_color": f"#{cell.fill.fgColor.rgb[2:]}"}
    for side in ("left", "right", "top", "bottom"):
        edge = getattr(border, side)
        if edge is not None and edge.style:
            look |= {side: BORDERS[edge.style], f"{side}_color": f"#{edge.color.rgb[2:]}"}
    return {name: value for name, value in look.items() if value is not None}


def _write(page: Any, cell: Any, look: Any) -> None:
    row, column, value = cell.row - 1, cell.column - 1, cell.value
    if link := cell.hyperlink:
        page.write_url(row, column, link.target or f"internal:{link.location}", look, str(value), link.tooltip)
    elif value is None:
        page.write_blank(row, column, None, look)
    elif isinstance(value, str):
        page.write_string(row, column, value, look)
    elif isinstance(value, date | datetime):
        page.write_datetime(row, column, value, look)
    else:
        page.write_number(row, column, value, look)


def _frame(page: Any, sheet: Worksheet, cells: dict[tuple[int, int], Any]) -> None:
    """Widths, heights, tables, rules and the page of a sheet."""
    for key, column in sheet.column_dimensions.items():
        page.set_column(f"{key}:{key}", column.width, None, {"hidden": column.hidden})
    for number, row in sheet.row_dimensions.items():
        page.set_row(number - 1, row.height, None, {"hidden": row.hidden})
    for table in sheet.tables.values():
        left, top, right, bottom = (int(edge or 1) for edge in range_boundaries(table.ref))
        columns = [{"header": str(cells[top, column].value)} for column in range(left, right + 1)]
        page.add_table(top - 1, left - 1, bottom - 1, right - 1, {"columns": columns, "style": None})
    for rule in sheet.data_validations.dataValidation:
        words = str(rule.formula1)
        options: dict[str, Any] = {"validate": "custom", "value": "=FALSE" if words == "FALSE" else "=TRUE"}
        if rule.type == "list":
            options = {"validate": "list", "source": words.strip('"').split(",") if '"' in words else f"={words}"}
        said = {"error_message": rule.error, "error_title": rule.errorTitle}
        said |= {"input_message": rule.prompt, "input_title": rule.promptTitle}
        options |= {name: words for name, words in said.items() if words}
        for area in str(rule.sqref).split():
            page.data_validation(area, options)
    if sheet.freeze_panes:
        page.freeze_panes(sheet.freeze_panes)
    page.set_landscape()
    page.set_paper(9)
    page.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
    if sheet.sheet_state != "visible":
        page.hide()


# -- back again ----------------------------------------------------------------------------------------------


def _back(folder: Path, _accounts: int, _findings: int) -> dict[str, float]:
    """The governors' workbook, with answers in every row of Findings, as each night reads what comes back."""
    start = os.times()
    book = read_book(folder / "governors.xlsx")
    end = os.times()
    assert book is not None, "the workbook was not known as ours"
    answered = [row for row in book.rows if row.sheet == "Findings" and any(row.cells.values())]
    # The file itself is read in a process of its own, whose time counts.
    return {"rows": float(len(answered)), "read": sum(end[:4]) - sum(start[:4])}


def _peak() -> float:
    """The most memory that this process has taken so far, in MB."""
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return taken / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.exit(main())
