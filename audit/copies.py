"""Files that lie for a while: dated copies, a meeting's copy, logs, what people sent back; and when each goes."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from audit.answers.returned import LARGEST
from audit.ledger_answers import AbsorbedFile
from checks.policy import Retention, Term
from output.atomic import remove_unfinished
from output.save import BESIDE, UNSOUND, put

MEETINGS = "meetings"
"""The folder in `reports` with one copy of the governors' workbook for each meeting."""


Read = Mapping[str, AbsorbedFile]
"""Files that were read, by the SHA-256 of their bytes in hex; those without a kind are nobody's workbook."""


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
    copy = reports / MEETINGS / meeting.isoformat() / "governors.xlsx"
    night = max((day for day, _ in dated(reports) if day <= meeting), default=None)
    if night is None or copy.exists():
        return None
    seen = reports / night.isoformat() / copy.name
    if not seen.is_file():
        return None
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return put(seen.read_bytes(), copy, mode=mode)


def dated_folders(reports: Path) -> list[Path]:
    """The folders with dated copies and with those of meetings: people may type in these, too."""
    return [path for folder in (reports, reports / MEETINGS) for _, path in dated(folder)]


def purge_copies(
    reports: Path,
    retention: Mapping[str, Retention],
    terms: tuple[Term, ...],
    on: date,
    read: Read | None = None,
) -> dict[str, int]:
    """Remove dated copies that were kept long enough; how many of each kind went.

    Governors' copies stay for 30 days, the last one of each half-term and the one of a meeting for three years; IT's
    for 30 days; run.json as long as the record of runs (the numbers are the policy data's). Where every dated folder is
    searched for answers, `read` are the files that were read, and a copy that is none of them stays.
    """
    removed = {"governors.xlsx": 0, "it.xlsx": 0, "run.json": 0, f"{MEETINGS}/governors.xlsx": 0}
    folders = list(dated(reports))
    last = {_half_term(day, terms): day for day, path in folders if (path / "governors.xlsx").exists()}
    for day, path in folders:
        kept = last.get(_half_term(day, terms)) == day
        limits = {
            "governors.xlsx": "governors_half_term" if kept else "governors_nightly",
            "it.xlsx": "it_copies",
            "run.json": "runs",
        }
        for name, limit in limits.items():
            removed[name] += _purge_one(path / name, day, retention[limit].days, on, read)
        remove_unfinished(path)
        _remove_empty(path)
    for day, path in dated(reports / MEETINGS):
        days = retention["governors_meetings"].days
        removed[f"{MEETINGS}/governors.xlsx"] += _purge_one(path / "governors.xlsx", day, days, on, read)
        remove_unfinished(path)
        _remove_empty(path)
    return removed


def beside_usual(folder: Path, book: str) -> list[Path]:
    """What went beside a usual workbook, in earlier nights or tonight, by its name."""
    return [path for mark in (BESIDE, UNSOUND) for path in folder.glob(f"{book}{mark}*.xlsx")]


def beside_days(retention: Mapping[str, Retention]) -> dict[str, int]:
    """How many days a workbook that went beside the usual one stays after it was read, by its kind."""
    others = retention["beside_copies"].days
    return {"governors": others, "it": others, "safeguarding": retention["safeguarding_copies"].days}


def purge_inbox(inbox: Path, read: Read, retention: Mapping[str, Retention], on: date) -> int:
    """Remove from the inbox, and the folders in it, the workbooks that were read long enough ago; how many went.

    What is no workbook of ours, what could not be read, and links stay.
    """
    others = retention["inbox_copies"].days
    days = {"governors": others, "it": others, "safeguarding": retention["inbox_safeguarding"].days}
    paths = [Path(place, name) for place, _, names in os.walk(inbox) for name in names]
    return sum(purge_read(path, read, days, on) for path in paths)


def purge_read(path: Path, read: Read, days: Mapping[str, int], on: date) -> int:
    """Remove a file once it was read so many days ago, by the kind of workbook that it is; how many went.

    One whose bytes nothing has read stays however old it is, and one that is open elsewhere until another night.
    """
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST:
            return 0
        known = read.get(digest_of(path))
        if known is None or not known.kind or known.heard > on - timedelta(days=days[known.kind]):
            return 0
        path.unlink()
    except OSError:
        return 0
    return 1


def purge_backup(backup: Path, days: int, on: date) -> int:
    """Remove the ledger as it was before an update, which forgets nothing, after so many days; how many went."""
    try:
        if datetime.fromtimestamp(backup.stat().st_mtime, UTC).date() > on - timedelta(days=days):
            return 0
        backup.unlink()
    except OSError:
        return 0
    return 1


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
    return any(day < on and (path / "run.json").exists() for day, path in dated(reports))


def _purge_one(path: Path, day: date, days: int, on: date, read: Read | None) -> int:
    if day >= on - timedelta(days=days) or not path.exists():
        return 0
    try:
        if read is not None and path.suffix == ".xlsx" and digest_of(path) not in read:
            return 0
        path.unlink()
    except OSError:  # open elsewhere: another night removes it
        return 0
    return 1


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # not empty, or gone
        folder.rmdir()


def dated(folder: Path) -> Iterator[tuple[date, Path]]:
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
