"""Tonight's files put where people find them: the three workbooks, the dated copies, run.json."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from audit.config import BOOKS, Configuration, WorkbookOptions
from checks.calendar import SchoolCalendar
from checks.policy import Retention, Term
from output import governors, it, safeguarding
from output.atomic import remove_unfinished
from output.records import write_record
from output.report import Report
from output.save import BESIDE, save

BUILDERS = {"governors": governors.build, "it": it.build, "safeguarding": safeguarding.build}
COPIED = ("governors", "it")
"""Workbooks of which dated copies are kept."""
UNCOPIED = "safeguarding"
"""The workbook of which there is one and no other."""


def publish(report: Report, configuration: Configuration) -> dict[str, Path]:
    """Write every file of the night; where each lies. Raises output.lint.Faulty when a book is not sound.

    Every workbook is built and checked before the first one is replaced.
    """
    moment = report.head.finished
    books = {name: build(report) for name, build in BUILDERS.items()}
    dated = configuration.folder / "reports" / report.head.on.isoformat()
    dated.mkdir(parents=True, exist_ok=True, mode=0o700)
    written: dict[str, Path] = {}
    for name in BOOKS:
        options = configuration.workbooks.get(name, WorkbookOptions())
        folder = configuration.report_folder(name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = int(options.mode, 8)
        remove_unfinished(folder)
        written[name] = save(books[name], folder / f"{name}.xlsx", moment=moment, mode=mode, group=options.group)
    _leave_one(written[UNCOPIED], configuration.folder / "reports")
    for name in COPIED:
        shutil.copy2(written[name], dated / f"{name}.xlsx")
    written["record"] = dated / "run.json"
    write_record(report, written["record"])
    return written


def _leave_one(written: Path, reports: Path) -> None:
    """Remove what else there is of the safeguarding lead's workbook: it would keep what was closed since.

    That is the one in `reports`, from before it got a folder of its own, and copies that went beside one which was
    open. What is open now stays until the next night.
    """
    stem = UNCOPIED
    others = list(written.parent.glob(f"{stem}{BESIDE}*.xlsx"))
    if not written.parent.samefile(reports):
        others += [reports / f"{stem}.xlsx", *reports.glob(f"{stem}{BESIDE}*.xlsx")]
    for path in others:
        if path != written:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def purge_copies(
    reports: Path, retention: Mapping[str, Retention], terms: tuple[Term, ...], on: date
) -> dict[str, int]:
    """Remove dated copies that were kept long enough; how many of each kind went.

    Governors' copies stay for 30 days, and the last one of each half-term for three years; IT's for 30 days;
    run.json as long as the record of runs (the numbers are the policy data's).
    """
    removed = {"governors.xlsx": 0, "it.xlsx": 0, "run.json": 0}
    if not reports.is_dir():
        return removed
    folders = sorted((day, path) for path in reports.iterdir() if path.is_dir() and (day := _day(path.name)))
    calendar = SchoolCalendar(terms)
    last = {calendar.half_term(day): day for day, path in folders if (path / "governors.xlsx").exists()}
    for day, path in folders:
        kept = last.get(calendar.half_term(day)) == day
        limits = {
            "governors.xlsx": "governors_half_term" if kept else "governors_nightly",
            "it.xlsx": "it_copies",
            "run.json": "runs",
        }
        for name, limit in limits.items():
            old = day < on - timedelta(days=retention[limit].days)
            if old and (path / name).exists():
                (path / name).unlink()
                removed[name] += 1
        if not any(path.iterdir()):
            path.rmdir()
    return removed


def purge_logs(logs: Path, days: int, on: date) -> int:
    """Remove logs older than so many days; how many went."""
    if not logs.is_dir():
        return 0
    old = [path for path in logs.glob("*.log") if (day := _day(path.stem)) and day < on - timedelta(days=days)]
    for path in old:
        path.unlink()
    return len(old)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None
