"""Coverage at a glance: every check against every account."""

from datetime import date

import pytest
from openpyxl import Workbook

from output.page import FIRST_ROW, HEADER_ROW, Book
from output.report import CoverageLine
from output.sheets import coverage, coverage_matrix

ON = date(2026, 11, 22)


def line(account, check, letter, *, missed=False):
    return CoverageLine(account, check, f"Is {check} so?", letter, "pass", "why", ON, "", missed)


LINES = (
    line("Bluesky · a", "LNK-01", "E", missed=True),
    line("Bluesky · a", "AGE-01", "P"),
    line("X · b", "AGE-01", "-"),
    line("X · b", "LNK-01", "P*"),
    line("The school", "GOV-01", "F"),
)


@pytest.fixture
def sheet(sample):
    """The sheet of these five results, with the list of reasons behind it."""

    def build(lines=LINES) -> Workbook:
        book = Book(sample("good").head, "governors", "x", "x")
        coverage_matrix.add(book, lines)
        coverage.add(book, lines)
        return book.finish()[coverage_matrix.TITLE]

    return build


def table(sheet):
    names = [cell.value for cell in sheet[HEADER_ROW]]
    body = sheet.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 2, values_only=True)
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in body}


def test_letters(sheet):
    """Each box has the letter of its check and account; where a check has nothing to say the box is empty."""
    shown = table(sheet())
    assert shown["LNK-01"]["Bluesky · a"] == "E"
    assert shown["LNK-01"]["X · b"] == "P*"
    assert shown["GOV-01"]["X · b"] in (None, "")


def test_how_many_were_concluded(sheet):
    """Beside each check stands for how many of the accounts that it applies to it was concluded."""
    shown = table(sheet())
    assert {check: row["Concluded"] for check, row in shown.items()} == {
        "AGE-01": "1 of 1",
        "LNK-01": "1 of 2",
        "GOV-01": "1 of 1",
    }


def test_why_not(sheet):
    """A letter that is no pass leads to the row of the Coverage sheet that says why; a pass leads nowhere."""
    links = [cell.hyperlink.location for row in sheet().iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{coverage.TITLE}'!A{FIRST_ROW}"]


def test_names_alike(sheet):
    """Two accounts whose names begin alike have headings of their own, which a table needs."""
    long = "Bluesky · hazelbrook-primary-school-of-the-parish-of-"
    shown = sheet([line(f"{long}{number}", "AGE-01", "P") for number in range(3)])
    names = [cell.value for cell in shown[HEADER_ROW]]
    assert len(set(names)) == len(names)
