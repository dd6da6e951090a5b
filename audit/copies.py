"""Files that lie for a while: dated copies, a meeting's copy, logs, what people sent back; and when each goes."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from checks.policy import Retention, Term
from output.save import BESIDE, UNSOUND, put

GOVERNORS, SAFEGUARDING = "governors", "safeguarding"
MEETINGS = "meetings"
"""The folder in `reports` with one copy of the governors' workbook for each meeting."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file whose every answer is in the ledger: of which workbook it is, and the night that read it first."""

    book: str
    on: date


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def freeze_meeting(reports: Path, meeting: date | None, on: date, mode: int) -> Path | None:
    """Keep the governors' workbook as it was for their last meeting, once and unchanged; the copy that was made.

    That is the dated copy of the last night up to the meeting. None when the meeting is still to come, when it has its
    copy, and when that night's was not kept: an older one is not what the governors saw.
    """
    if meeting is None or meeting > on or not reports.is_dir():
        return None
    copy = reports / MEETINGS / meeting.isoformat() / f"{GOVERNORS}.xlsx"
    night = max((day for day, _ in _dated(reports) if day <= meeting), default=None)
    if night is None or copy.exists():
        return None
    seen = reports / night.isoformat() / copy.name
    if not seen.is_file():
        return None
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return put(seen.read_bytes(), copy, mode=mode)


def purge_copies(
    reports: Path, retention: Mapping[str, Retention], terms: tuple[Term, ...], on: date
) -> dict[str, int]:
    """Remove dated copies that were kept long enough; how many of each kind went.

    Governors' copies stay for 30 days, the last one of each half-term and the one of a meeting for three years; IT's
    for 30 days; run.json as long as the record of runs (the numbers are the policy data's).
    """
    removed = {"governors.xlsx": 0, "it.xlsx": 0, "run.json": 0, f"{MEETINGS}/governors.xlsx": 0}
    folders = list(_dated(reports))
    last = {_half_term(day, terms): day for day, path in folders if (path / "governors.xlsx").exists()}
    for day, path in folders:
        kept = last.get(_half_term(day, terms)) == day
        limits = {
            "governors.xlsx": "governors_half_term" if kept else "governors_nightly",
            "it.xlsx": "it_copies",
            "run.json": "runs",
        }
        for name, limit in limits.items():
            removed[name] += _purge_one(path / name, day, retention[limit].days, on)
        _remove_empty(path)
    for day, path in _dated(reports / MEETINGS):
        days = retention["governors_meetings"].days
        removed[f"{MEETINGS}/governors.xlsx"] += _purge_one(path / "governors.xlsx", day, days, on)
        _remove_empty(path)
    return removed


def beside_usual(folder: Path, book: str) -> list[Path]:
    """What went beside a usual workbook, in earlier nights or tonight, by its name."""
    return [path for mark in (BESIDE, UNSOUND) for path in folder.glob(f"{book}{mark}*.xlsx")]


def purge_taken(path: Path, taken: Mapping[str, Taken], days: int, on: date) -> int:
    """Remove a file that was read back so many days ago or earlier; how many went.

    One that nothing has read stays however old it is, and what is open elsewhere until another night.
    """
    try:
        known = taken.get(digest_of(path))
        if known is None or known.on > on - timedelta(days=days):
            return 0
        path.unlink()
    except OSError:
        return 0
    return 1


def purge_inbox(
    inbox: Path, taken: Mapping[str, Taken], retention: Mapping[str, Retention], on: date
) -> tuple[int, tuple[str, ...]]:
    """Remove from the inbox what was read back long enough ago; how many went, and the names of files never read.

    Only files that lie in the folder itself count, not links, folders, or what programs hide there.
    """
    removed, unread = 0, []
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        try:
            if path.is_symlink() or not path.is_file() or path.name.startswith((".", "~$")):
                continue
            known = taken.get(digest_of(path))
        except OSError:
            known = None
        if known is None:
            unread.append(path.name)
        else:
            days = retention["inbox_safeguarding" if known.book == SAFEGUARDING else "inbox_copies"].days
            removed += purge_taken(path, taken, days, on)
    return removed, tuple(unread)


def purge_logs(logs: Path, days: int, on: date) -> int:
    """Remove logs older than so many days; how many went."""
    if not logs.is_dir():
        return 0
    old = [path for path in logs.glob("*.log") if (day := _day(path.stem)) and day < on - timedelta(days=days)]
    for path in old:
        path.unlink()
    return len(old)


def nights_before(reports: Path, on: date) -> bool:
    """Whether an earlier night left its record."""
    return any(day < on and (path / "run.json").exists() for day, path in _dated(reports))


def _purge_one(path: Path, day: date, days: int, on: date) -> int:
    if day >= on - timedelta(days=days) or not path.exists():
        return 0
    path.unlink()
    return 1


def _remove_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def _dated(folder: Path) -> Iterator[tuple[date, Path]]:
    """The folders in a folder that are named after a day, in their order."""
    if folder.is_dir():
        yield from sorted((day, path) for path in folder.iterdir() if path.is_dir() and (day := _day(path.name)))


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _half_term(day: date, terms: tuple[Term, ...]) -> str:
    """The stretch of school days that a day is in or follows; two calendar months where none is known."""
    begun = [term for term in terms if term.starts <= day]
    if begun:
        return max(term.starts for term in begun).isoformat()
    return f"{day.year}-{(day.month - 1) // 2}"
