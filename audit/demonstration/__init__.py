"""The demo: a fictional school and two recorded nights, shipped with the package, replayed offline.

Between the nights its people answer: they type into the workbooks as people do, and the second night reads that.
"""

import shutil
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from audit.config import Configuration, load
from audit.mirror import LONDON
from audit.problems import ConfigurationError, Problem
from connectors.recording import Replay
from output.page import HEADER_ROW

FILES = ("school.toml", "requirements.toml", "register.csv")
NIGHTS = ("night-1.jsonl.gz", "night-2.jsonl.gz")
MARK = ".school-audit-demo"
ANSWERS = "answers.toml"
WHAT, ACCOUNT = (
    ("what we found", "what it is about", "what to look at", "what is asked", "decision needed"),
    ("account", "accounts"),
)
"""Headings of the columns by which an answer of ANSWERS finds its row, in small letters."""
KEYS = dict.fromkeys(("SCHOOL_AUDIT_X_BEARER_TOKEN", "SCHOOL_AUDIT_MATRIX_ACCESS_TOKEN"), "no-key-is-needed-to-replay")
"""Without a key nothing of X or of what is said on Matrix would be looked up in the recording either."""


def prepare(folder: Path) -> tuple[Configuration, list[tuple[date, Replay]]]:
    """Lay out the demo school in `folder`, anew each time; its configuration, and its nights in order.

    Raises ConfigurationError when the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        wrong = "is not empty and not a demo of ours"
        raise ConfigurationError([Problem(str(folder), "", wrong, "another folder, or none")])
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    shipped = resources.files("audit.demonstration")
    for name in FILES:
        (folder / name).write_bytes(shipped.joinpath(name).read_bytes())
    replays = [Replay(shipped.joinpath(name)) for name in NIGHTS]
    nights = [(replay.started.astimezone(LONDON).date(), replay) for replay in replays]
    return load(folder, environment=KEYS), nights


def answer(folder: Path) -> int:
    """Type what ANSWERS holds into the workbooks of the last night, as people do; how many rows were answered."""
    listed = tomllib.loads(resources.files("audit.demonstration").joinpath(ANSWERS).read_text(encoding="utf-8"))[
        "answer"
    ]
    answered = 0
    for book in dict.fromkeys(one["book"] for one in listed):
        path = folder / "reports" / f"{book}.xlsx"
        workbook = load_workbook(path)
        for one in (one for one in listed if one["book"] == book):
            answered += _type(workbook[one["sheet"]], one)
        workbook.save(path)
    return answered


def _type(sheet: Worksheet, one: Mapping[str, Any]) -> int:
    """Type one answer into every row that it means; how many there were."""
    rows = sheet.iter_rows(min_row=HEADER_ROW)
    columns = {str(cell.value).casefold(): index for index, cell in enumerate(next(rows))}
    told, account = _first(columns, WHAT), _first(columns, ACCOUNT)
    meant = [
        row
        for row in rows
        if str(row[told].value).startswith(one["row"]) and str(row[account].value).startswith(one["account"])
    ]
    for row in meant:
        for heading, value in one["typed"].items():
            row[columns[heading.casefold()]].value = value
    return len(meant)


def _first(columns: Mapping[str, int], headings: Iterable[str]) -> int:
    return next(columns[heading] for heading in headings if heading in columns)
