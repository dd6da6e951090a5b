"""What is on the sheets can be read: contrast, no number that does not fit, no row too high, pages not too small."""

from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from audit.publish import BUILDERS
from bench.large_school import large_school
from output import style
from output.page import PRINTABLE, PRINTED_UNIT

LARGE_TEXT = 18
"""Points from which WCAG 2.2 asks for 3:1 and no more."""
SMALLEST = 50
"""Per cent: smaller print than this nobody reads."""


def luminance(colour):
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink, ground):
    high, low = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(scope="module", params=BUILDERS)
def book(request, finished):
    """A workbook of a bad night, as it is read back."""
    return load_workbook(finished("bad", request.param))


@pytest.fixture(
    scope="module", params=[(school, kind) for school in ("bad", "invented") for kind in BUILDERS], ids="-".join
)
def any_book(request, finished):
    """The same, and the workbooks of an invented school that has every kind of line."""
    school, kind = request.param
    if school == "bad":
        return load_workbook(finished("bad", kind))
    return BUILDERS[kind](large_school(accounts=12, findings=60))


def visible(workbook):
    return [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]


def cells(workbook):
    """Every cell of the visible sheets that says something, on rows that are shown."""
    for sheet in visible(workbook):
        for row in sheet.iter_rows():
            if not sheet.row_dimensions[row[0].row].hidden:
                yield from ((sheet, cell) for cell in row if cell.value is not None)


def test_every_style_in_a_saved_file_can_be_read(book):
    """In the finished files every ink stands out from its ground by 4.5:1, from 18 points on by 3:1."""
    used = {}
    for sheet, cell in cells(book):
        ground = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type == "solid" else style.WHITE
        used[cell.font.color.rgb[2:], ground, cell.font.size >= LARGE_TEXT] = f"{sheet.title}!{cell.coordinate}"
    assert len(used) > 5
    faint = [(where, *one) for one, where in used.items() if contrast(one[0], one[1]) < (3 if one[2] else 4.5)]
    assert faint == []


def test_every_colour_that_a_choice_brings_can_be_read(book):
    """What a cell turns to when something is chosen in it stands out by 4.5:1 too."""
    for sheet in visible(book):
        for rules in sheet.conditional_formatting:
            for rule in rules.rules:
                ink, ground = rule.dxf.font.color.rgb[-6:], rule.dxf.fill.bgColor.rgb[-6:]
                assert contrast(ink, ground) >= 4.5, (sheet.title, rule.formula)


def shown(cell):
    """A number or date as its format shows it."""
    if isinstance(cell.value, date | datetime):
        return "00/00/0000 00:00" if "h" in cell.number_format else "00/00/0000"
    if "%" in cell.number_format:
        return f"{cell.value:.0%}"
    return f"{cell.value:,}" if isinstance(cell.value, int) else f"{cell.value:g}"


def narrow(workbook):
    """Numbers and dates that are wider than their columns, which Excel shows as ###."""
    for sheet, cell in cells(workbook):
        if isinstance(cell.value, int | float | date | datetime):
            wide = style._points(shown(cell), cell.font.size, bold=bool(cell.font.bold))
            across = [cell.column]
            if cell.alignment.horizontal == "centerContinuous":
                across += [one.column for one in sheet[cell.row][cell.column :] if one.value is None]
            width = sum(sheet.column_dimensions[get_column_letter(one)].width for one in across)
            if wide > width * style.POINTS_PER_UNIT - 3:
                yield sheet.title, cell.coordinate, shown(cell)


def test_numbers_and_dates_fit_their_columns(any_book):
    """No number or date is wider than its column."""
    assert list(narrow(any_book)) == []


def test_no_row_is_higher_than_excel_allows(any_book):
    """No row is higher than 409 points."""
    for sheet in any_book.worksheets:
        assert all((row.height or 0) <= 409 for row in sheet.row_dimensions.values()), sheet.title


def headings(workbook):
    """The heading cells of every table, with the widths of their columns; those that stand upright need no width."""
    for sheet in visible(workbook):
        for table in sheet.tables.values():
            left, top, right, _ = range_boundaries(table.ref)
            for column in range(left, right + 1):
                cell = sheet.cell(top, column)
                if not cell.alignment.textRotation:
                    yield sheet, cell, sheet.column_dimensions[get_column_letter(column)].width


def test_headings_are_whole(any_book):
    """Every word of a heading fits its column, and its row is high enough for all lines of it."""
    for sheet, cell, width in headings(any_book):
        look = style.COLUMN if cell.alignment.indent else style.COLUMN_CENTRE
        assert all(len(style.fold(word, width, look)) == 1 for word in cell.value.split()), (sheet.title, cell.value)
        needed = style.row_height(len(style.fold(cell.value, width, look)))
        assert sheet.row_dimensions[cell.row].height >= needed, (sheet.title, cell.value)


def test_printed_pages_are_not_too_small(any_book):
    """What is printed across one page stays at least half its size."""
    for sheet in visible(any_book):
        scale = sheet.page_setup.scale
        if sheet.sheet_properties.pageSetUpPr.fitToPage:
            left, _, right, _ = range_boundaries(str(sheet.print_area).rpartition("!")[2].replace("$", ""))
            letters = [get_column_letter(column) for column in range(left, right + 1)]
            width = sum(sheet.column_dimensions[letter].width for letter in letters)
            scale = PRINTABLE / (width * PRINTED_UNIT) * 100
        assert scale >= SMALLEST, (sheet.title, scale)
