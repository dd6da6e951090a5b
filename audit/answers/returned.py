"""Reads back a workbook that people filled in: any format they may have saved it in, whatever they did to its sheets.

A workbook of ours is known by its hidden sheet "Run data"; when somebody removed that, by a table that has our keys or
enough of our headings, and its kind is then that of the workbook in which we write such a table. The file is read once,
so that a program which synchronises it meanwhile changes nothing.
"""

import hashlib
import io
import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from audit.answers import workbook_cells
from audit.answers.cell_notes import NOT_READ, notes_of
from audit.answers.tables import Grid, TypedTable, known_sheets, table_of
from audit.answers.typed import CellNote, ReturnedBook, TypedRow
from audit.answers.wording import text_of
from output.page import DATA_SHEET, FORMAT_VERSION

KINDS = ("governors", "it", "safeguarding")
SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
"""A file with such a name that cannot be read is reported; any other is simply no workbook."""
LARGEST = 50_000_000
"""Bytes of a file; a workbook of 5,000 findings has two million."""
UNPACKED = 300_000_000
"""Bytes that a file may unpack to."""
MOST_PARTS = 5_000
LONGEST = 120.0
"""Seconds that a file may take: one with a million empty rows takes about five."""
FORMAT = "school-audit-"
"""How the hidden sheet names what a file is; the kind follows."""

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES, _KIND, _MANIFEST = "[Content_Types].xml", "mimetype", "META-INF/manifest.xml"
"""Parts of a zip file that say what it is: Excel's, and the two of LibreOffice."""
_EXCEL = re.compile(rb"(?:spreadsheetml|ms-excel)\.(?:sheet|template)(?:\.\w{1,20}){0,2}\.main")
_PASSING = ("~$", ".~lock.", ".school-audit-")
"""How files are called that programs lay beside a workbook while it is open, or while it is written."""
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}<(?:!doctype|html|head|\?xml|!--)", re.IGNORECASE)


class Unreadable(Exception):
    """A file that may hold answers and cannot be read: one sentence on which, what happened, and what to do."""


def read_book(path: Path, passwords: Sequence[str] = ()) -> ReturnedBook | None:
    """What a workbook of ours holds; None for a file that is none of ours.

    A file that is behind a password is tried with `passwords`.

    Raises:
        Unreadable: it is called a workbook, so it may be one of ours, and cannot be read.
    """
    if path.name.startswith(_PASSING):
        return None
    try:
        data, changed = _read_once(path)
        told = _Reading(path.name, passwords).book(data)
    except Unreadable:
        if path.suffix.lower() in SUFFIXES:
            raise
        return None
    if told is None:
        return None
    kind, run, rows, notes, problems, saved = told
    moment = min(saved, changed) if saved else changed
    return ReturnedBook(path.name, kind, run, moment, hashlib.sha256(data).hexdigest(), rows, notes, problems)


def _read_once(path: Path) -> tuple[bytes, datetime]:
    """The bytes of a file, and when it was last changed."""
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            data = file.read(LARGEST + 1)
        after = path.stat()
    except FileNotFoundError:
        raise Unreadable(f"{path.name} went away while it was being read; the next run looks again") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unreadable(
            f"{path.name} cannot be opened ({why}); close it where it is open, and let school-audit's account read it"
        ) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Unreadable(f"{path.name} was being written while it was read; the next run looks again")
    if len(data) > LARGEST:
        raise Unreadable(
            f"{path.name} is larger than {LARGEST // 1_000_000} MB; save a copy without the pictures that were added"
        )
    return data, datetime.fromtimestamp(before.st_mtime, UTC)


def _sheet(title: str) -> str:
    """How a sentence, which goes into logs, calls a sheet: by its name where that is ours, and not what people type."""
    ours = any(title == known.title for known in known_sheets())
    return f"the sheet '{title}'" if ours else "a sheet that somebody added or named anew"


def _said(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part; nothing where there is none."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(1_000_000)


Told = tuple[str, str, tuple[TypedRow, ...], tuple[CellNote, ...], tuple[str, ...], datetime | None]


class _Reading:
    """The reading of one file."""

    def __init__(self, name: str, passwords: Sequence[str]) -> None:
        self.name, self.passwords = name, tuple(passwords)

    def book(self, data: bytes) -> Told | None:
        """Kind, run, rows, notes, problems, and when the file says that it was saved."""
        if data.startswith(_OLE):
            told = self._told(data)
            if told[0] == workbook_cells.OPENED:
                return self._zipped(told[1])
            return self._taken(told, data)
        if data.startswith(_ZIP):
            return self._zipped(data)
        if not data:
            raise self._unreadable("is empty, perhaps not yet synchronised; send or copy it once more")
        if _WEB_PAGE.match(data):
            raise self._unreadable("is a web page or XML text; download it again, signed in, or save it as .xlsx")
        raise self._unreadable("is called a workbook and is none; open it in Excel and save it as .xlsx")

    def _zipped(self, data: bytes) -> Told | None:
        """Of a zip file, which most workbooks are; every part is looked over, so that none is cut short."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = archive.infolist()
                large = len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED
                says = {} if large else {name: _said(archive, name) for name in (_TYPES, _KIND, _MANIFEST)}
                locked = "encrypted-package" in archive.namelist() or b"encryption-data" in says.get(_MANIFEST, b"")
                bad = None if large or locked else archive.testzip()
        except Exception:  # noqa: BLE001 - a damaged archive breaks its reader in a dozen ways
            raise self._damaged() from None
        if large:
            raise self._unreadable(
                f"unpacks to more than {UNPACKED // 1_000_000} MB; save a copy without what was added to it"
            )
        if not _EXCEL.search(says[_TYPES]) and b"spreadsheet" not in says[_KIND]:
            return self._taken((workbook_cells.FOREIGN,), data)
        if bad:
            raise self._damaged()
        return self._taken((workbook_cells.LOCKED,) if locked else self._told(data), data)

    def _taken(self, told: workbook_cells.Told, data: bytes) -> Told | None:
        """What the program that reads workbooks said, as rows and notes."""
        match told:
            case (workbook_cells.CELLS, sheets, noted):
                return self._ours(sheets, data, noted=noted)
            case (workbook_cells.FOREIGN,):
                raise self._unreadable("is called a workbook and holds something else; save the workbook as .xlsx")
            case (workbook_cells.LARGE, sheet):
                raise self._unreadable(
                    f"has more than {workbook_cells.MOST_ROWS:,} rows on {_sheet(sheet)}; delete those"
                    " that are not needed, and save it again"
                )
            case (workbook_cells.LOCKED,):
                raise self._unreadable("is behind a password that school-audit does not have; save a copy without one")
            case (workbook_cells.HEAVY,):
                raise self._unreadable(
                    "takes more memory or time to read than it may; delete what stands far below or far right of its"
                    " tables, and save it again as .xlsx"
                )
            case _:
                raise self._damaged()

    def _damaged(self) -> Unreadable:
        return self._unreadable(
            "is damaged or only half written; open it, save it again as .xlsx, or send it once more"
        )

    def _unreadable(self, what: str) -> Unreadable:
        return Unreadable(f"{self.name} {what}")

    def _told(self, data: bytes) -> workbook_cells.Told:
        """What the program that reads workbooks says; it is stopped when it takes too long."""
        command = [sys.executable, "-P", str(Path(workbook_cells.__file__))]
        try:
            done = subprocess.run(  # noqa: S603 - our own program; the file goes to its standard input
                command, input=pickle.dumps((data, self.passwords)), capture_output=True, timeout=LONGEST, check=False
            )
            told = pickle.loads(done.stdout) if done.returncode == 0 else None  # noqa: S301 - from our own program
        except subprocess.TimeoutExpired:
            return (workbook_cells.HEAVY,)
        if isinstance(told, tuple):
            return told
        # Who runs out of memory is ended; who only stumbles says over what.
        return (workbook_cells.DAMAGED if b"Exception" in done.stderr else workbook_cells.HEAVY,)

    def _ours(self, sheets: Iterable[workbook_cells.Sheet], data: bytes, *, noted: bool) -> Told | None:
        grids = [Grid(name, rows) for name, rows, _ in sheets]
        facts = _facts(grids)
        tables = {grid.name: table for grid in grids if (table := table_of(grid))}
        if facts is None and not any(table.fills_in for table in tables.values()):
            return None
        version, kind, run = facts or (FORMAT_VERSION, _kind(tables), "")
        if version > FORMAT_VERSION:
            raise self._unreadable("was written by a newer school-audit than this one; update school-audit to read it")
        if facts and kind not in KINDS:
            return None
        last = workbook_cells.MOST_COLUMNS
        problems = [
            f"what stands right of its column {last} on {_sheet(name)} was not read" for name, _, wide in sheets if wide
        ]
        beside = [note for table in tables.values() for note in table.beside]
        notes, more = _notes(data, tables, noted=noted)
        rows = [row for table in tables.values() for row in table.typed]
        return kind, run, tuple(rows), (*beside, *notes), (*problems, *more), _saved(data)


def _facts(grids: Iterable[Grid]) -> tuple[int, str, str] | None:
    """The format's version, the kind and the run, as the hidden sheet says, whatever it is called now."""
    for grid in sorted(grids, key=lambda grid: grid.name != DATA_SHEET):
        facts: dict[str, str] = {}
        for _, cells in grid.rows:
            words = [said for value in cells if (said := text_of(value))]
            if len(words) > 1:
                facts.setdefault(words[0], words[1])
        if facts.get("format", "").startswith(FORMAT):
            version = facts.get("format_version", "")
            number = int(version) if version.isdecimal() and len(version) < 10 else FORMAT_VERSION  # noqa: PLR2004
            return number, facts["format"].removeprefix(FORMAT), facts.get("run_id", "")
    return None


def _kind(tables: Mapping[str, TypedTable]) -> str:
    """Of which kind a workbook is that no longer says so: by its tables, else by the names of its sheets."""
    by_table = next((table.kind for table in tables.values() if table.kind and table.typed), "")
    by_name = next((known.kind for name in tables for known in known_sheets() if name == known.title), "")
    return by_table or by_name


def _notes(
    data: bytes, tables: Mapping[str, TypedTable], *, noted: bool
) -> tuple[tuple[CellNote, ...], tuple[str, ...]]:
    """The notes on cells, each with the row on which it stands."""
    if not data.startswith(_ZIP):
        return (), (NOT_READ,) if noted else ()
    found, problems = notes_of(data)
    rows = {name: table.by_number for name, table in tables.items()}
    notes = [CellNote(one.sheet, one.cell, one.who, one.words, rows.get(one.sheet, {}).get(one.row)) for one in found]
    return tuple(notes), problems


def _saved(data: bytes) -> datetime | None:
    """When the program that saved an Excel file says that it did so; None where it says nothing new.

    A copy that came by e-mail bears the date on which it was put into the folder. Programs that leave the date as the
    audit wrote it, equal to that of the file's making, do not count.
    """
    with suppress(KeyError, ValueError, OSError, zipfile.BadZipFile, etree.XMLSyntaxError):
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("docProps/core.xml") as part:
            content = part.read(100_000)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        tree = etree.fromstring(content, parser)
        made, changed = (tree.findtext(f"{{http://purl.org/dc/terms/}}{name}") for name in ("created", "modified"))
        if changed and made != changed:
            moment = datetime.fromisoformat(changed.strip())
            return moment.astimezone(UTC) if moment.tzinfo else None
    return None
