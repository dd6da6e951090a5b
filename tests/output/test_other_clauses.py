"""The governors' workbook of a policy with other clauses, and pages without a lonely heading."""

import re
import zipfile
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from output import governors
from output.lint import faults
from output.page import Book
from output.report import Box, ClauseCount, Definition, Tone
from output.save import save
from output.sheets import definitions

GOVERNANCE = "Governance"


def rows(path, sheet):
    """All rows of a sheet."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


@pytest.fixture
def workbook(sample, tmp_path, moment):
    """The bad night's workbook for a policy with so many clauses, named 4.1, 4.2 and on."""

    def make(count):
        report = sample("bad")
        names = [f"4.{number}" for number in range(1, count + 1)]
        view = report.governors
        clauses = tuple(ClauseCount(name, "What it asks.", 0, 0, 0, 0, Box("OK", Tone.GOOD)) for name in names)
        accounts = tuple(
            replace(line, boxes={name: Box(f"{name} seen", Tone.GOOD) for name in names}) for line in view.accounts
        )
        view = replace(view, clauses=(*clauses, view.clauses[-1]), accounts=accounts)
        book = governors.build(replace(report, governors=view))
        return save(book, tmp_path / "governors.xlsx", moment=moment), names

    return make


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_a_policy_with_other_clauses_is_laid_out(count, workbook):
    """Each clause has a line and a column on the Summary and a column on Accounts, and the workbook is sound."""
    path, names = workbook(count)
    assert faults(path) == []
    summary = rows(path, "Summary")
    assert [row[1] for row in summary if row[1] in names] == names
    heads = next(row for row in summary if row[9] == "Account")
    assert [cell for cell in heads[10:] if cell][:-1] == names
    assert [cell for cell in heads if cell][-1] == "Since last night"
    keys, headings = rows(path, "Accounts")[2:4]
    assert [h for k, h in zip(keys, headings, strict=True) if str(k).startswith("clause_")] == names
    words = [str(cell) for row in summary for cell in row]
    assert "Signature" in words
    assert "checks not audited" in words


def test_no_clause_of_another_policy_is_named(workbook):
    """Nothing on the Summary and on Accounts names a clause that this policy does not have."""
    path, _ = workbook(2)
    for sheet in ("Summary", "Accounts"):
        for row in rows(path, sheet)[:4]:
            assert not [cell for cell in row if re.fullmatch(r"7\.[1-4]", str(cell))]


@pytest.mark.parametrize("lines", [1, 6, 7, 8, 9, 17])
def test_no_heading_stands_alone_at_the_foot_of_a_page(lines, sample, tmp_path, moment):
    """However many lines a section has, a page break stands before a heading that would have no line below it."""
    made = [Definition(f"Heading {number}", f"Term {line}", "Words") for number in range(12) for line in range(lines)]
    book = Book(sample("bad").head, "governors", "Title", "Reader")
    definitions.add(book, "Method", "A sentence.", made, "Nothing.")
    path = save(book.finish(), tmp_path / "book.xlsx", moment=moment)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    heights = {int(r): float(h) for r, h in re.findall(r'<row r="(\d+)"[^>]* ht="([\d.]+)"', sheet)}
    scale = int(re.search(r'<pageSetup [^>]*scale="(\d+)"', sheet)[1])
    breaks = {int(one) for one in re.findall(r'<brk id="(\d+)"', sheet)}
    headings = [number for number, row in enumerate(rows(path, "Method"), 1) if str(row[0]).startswith("Heading")]
    room, used = 527 / scale * 100, 0.0
    band = heights[1] + heights[2]
    last_on_page = []
    for row in range(1, max(heights) + 1):
        if used + heights[row] > room:
            last_on_page.append(row - 1)
            used = band
        used += heights[row]
        if row in breaks:
            used = band
    assert not set(last_on_page) & set(headings)
