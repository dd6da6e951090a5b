"""Workbooks that came back, for tests of how they are read."""

import shutil
import subprocess
from datetime import datetime

import pytest
from imitations.written_workbooks import build, column
from openpyxl import load_workbook
from openpyxl.comments import Comment

from audit.answers.returned import read_book
from output.answers import AGREED, COMMENT, OWNER, STATUS


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The governors' workbook as the audit wrote it; nobody changes this file."""
    return build(tmp_path_factory.mktemp("written") / "governors.xlsx")


@pytest.fixture
def edited(written, tmp_path):
    """Reads the workbook back after a change that somebody made to it."""

    def edit(change, name="Copy of governors (2).xlsx"):
        workbook = load_workbook(written)
        change(workbook)
        path = tmp_path / name
        workbook.save(path)
        return read_book(path)

    return edit


@pytest.fixture(scope="session")
def converted(written, tmp_path_factory):
    """The workbook, filled in and with a note, as LibreOffice saves it in every format; by format."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not on this machine")
    folder = tmp_path_factory.mktemp("libreoffice")
    workbook = load_workbook(written)
    sheet = workbook["Findings"]
    sheet[f"{column(sheet, STATUS.key)}8"] = "Done - please re-check"
    sheet[f"{column(sheet, AGREED.key)}8"] = datetime(2027, 1, 31)
    sheet[f"{column(sheet, OWNER.key)}8"] = "_x005F_x0041_ and\ttab"
    sheet[f"{column(sheet, COMMENT.key)}5"] = "=-spoke to the office"
    note = Comment("A. Whitlock:\nplease look\nagain", "A. Whitlock")
    sheet[f"{column(sheet, COMMENT.key)}7"].comment = note
    start = folder / "filled.xlsx"
    workbook.save(start)
    made = {}
    for format_ in ("xlsx", "ods", "xls"):
        out = folder / format_
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        subprocess.run(
            [office, profile, "--headless", "--convert-to", format_, "--outdir", str(out), str(start)],
            timeout=120,
            check=True,
            capture_output=True,
        )
        made[format_] = out / f"filled.{format_}"
    return made
