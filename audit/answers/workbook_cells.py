"""Every cell of a workbook file; a program of its own, which audit/answers/returned.py starts and may stop.

People send back what they have. A damaged file of the older formats can make its reader take all memory, and a small
one can keep it busy for hours. In a process of its own it can be ended, and the night goes on.
"""

import io
import pickle
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

MOST_MEMORY = 2_000_000_000
"""Bytes of memory that the process may take, where the system can be told."""
MOST_ROWS = 50_000
"""Rows of a sheet that hold something."""
MOST_COLUMNS = 300
"""Columns of a sheet that are read, from the first."""
USUAL_PASSWORD = "VelvetSweatshop"  # noqa: S105 - what Excel itself uses where only the structure is protected

CELLS, OPENED, LOCKED, FOREIGN, LARGE, HEAVY, DAMAGED = (
    "cells",
    "opened",
    "locked",
    "foreign",
    "large",
    "heavy",
    "damaged",
)
"""How it ended, and what follows: the sheets, and whether cells have notes that are not read; the file without its
password; nothing; nothing; the sheet that has too many rows; nothing; nothing."""

Sheet = tuple[str, list[tuple[int, list[Any]]], bool]
"""A sheet's name, its rows that hold something with their numbers, and whether more stands right of what is read."""
Told = tuple[Any, ...]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOTE, _PASSWORD = 0x1C, 0x2F
"""Kinds of records of .xls files ([MS-XLS] 2.3): a cell's note, and how the file is encrypted."""
_MOST_RECORDS = 5_000_000
_ERROR_CELL = re.compile(
    rb'<c(\s[^<>]*?)\bt="e"([^<>]*)>(?:<f[^<>]*(?:/>|>([^<>]*)</f>))?<v>([^<>]*)</v></c>',
)
_ERROR_CELL_ODS = re.compile(
    rb'table:formula="(?:of:|oooc:)?([^"<>]*)"([^<>]*)office:string-value=""([^<>]*calcext:value-type="error")'
)


def told(data: bytes, passwords: Sequence[str]) -> Told:
    """What a file holds; one of the endings above, with what follows."""
    try:
        if data.startswith(_OLE):
            return _old(data, passwords)
        return _cells(_errors_as_words(data), noted=False)
    except MemoryError:
        return (HEAVY,)
    except Exception:  # noqa: BLE001 - a damaged file breaks its readers in a dozen ways
        return (DAMAGED,)


def _cells(data: bytes, *, noted: bool) -> Told:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum  # noqa: PLC0415 - after the limit

    sheets: list[Sheet] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        return (LOCKED,)
    for about in book.sheets_metadata:
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        left = sheet.start[1] if sheet.start else 0
        rows: list[tuple[int, list[Any]]] = []
        wide = False
        # Rows are counted from the top of the sheet, columns from the first that holds something.
        for number, row in enumerate(sheet.iter_rows(), 1):
            if not any(value != "" for value in row):
                continue
            if len(rows) >= MOST_ROWS:
                return (LARGE, about.name)
            wide = wide or any(value != "" for value in row[MOST_COLUMNS - left :])
            rows.append((number, [None] * left + [_plain(value) for value in row[: MOST_COLUMNS - left]]))
        sheets.append((about.name, rows, wide))
    return (CELLS, sheets, noted)


def _plain(value: Any) -> Any:
    """A value as it is compared and kept; times of day and lengths of time become the words that people saw."""
    match value:
        case "":
            return None
        case datetime() | date() | str() | bool() | int() | float():
            return value
        case time():
            return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
        case timedelta():
            minutes = int(value.total_seconds() // 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case _:
            return str(value)


def _errors_as_words(data: bytes) -> bytes:
    """The file with what was typed instead of what Excel made of it where it took words for a formula.

    Who types "-done" gets #NAME? and sees that; the words stand in the formula, and no reader gives them. On the way
    tabs and line ends of .ods files become what the reader understands.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        changed = dict(_changed(archive))
        if not changed:
            return data
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
            for name in archive.namelist():
                copy.writestr(name, changed[name] if name in changed else archive.read(name))
    return made.getvalue()


def _changed(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            content = archive.read(name)
            if b't="e"' in content:
                yield name, _ERROR_CELL.sub(_typed, content)
        elif name == "content.xml":
            content = archive.read(name)
            words = _ERROR_CELL_ODS.sub(rb'\2office:string-value="\1"\3', content)
            words = words.replace(b"<text:tab/>", b"\t").replace(b"<text:line-break/>", b"\n")
            if words != content:
                yield name, words


def _typed(cell: re.Match[bytes]) -> bytes:
    before, after, formula, shown = cell.groups()
    words = b"=" + formula if formula else shown
    return b'<c%st="str"%s><v>%s</v></c>' % (before, after, words)


def _old(data: bytes, passwords: Sequence[str]) -> Told:
    """A file of the old container: .xls, or any workbook behind a password."""
    import olefile  # noqa: PLC0415 - after the limit

    with olefile.OleFileIO(io.BytesIO(data)) as container:
        names = {"/".join(parts).casefold(): parts for parts in container.listdir()}
        if "encryptedpackage" in names:
            opened = _unlocked(data, passwords)
            return (LOCKED,) if opened is None else (OPENED, opened)
        stream = names.get("workbook") or names.get("book")
        if stream is None:
            return (LOCKED,) if any("drmcontent" in name for name in names) else (FOREIGN,)
        records = container.openstream(stream).read()
    if _has(records, _PASSWORD):
        opened = _unlocked(data, passwords)
        if opened is None:
            return (LOCKED,)
        data = opened
    return _cells(data, noted=_has(records, _NOTE))


def _unlocked(data: bytes, passwords: Sequence[str]) -> bytes | None:
    """The file behind a password; None when no password that we have opens it."""
    import msoffcrypto  # noqa: PLC0415 - costs time, and few files need it

    for password in (*passwords, USUAL_PASSWORD):
        # Ways of encrypting that the library does not know raise as wrong passwords do, each with an error of its own.
        with suppress(Exception):
            file, made = msoffcrypto.OfficeFile(io.BytesIO(data)), io.BytesIO()
            if file.format == "ooxml":
                file.load_key(password=password, verify_password=True)
            else:
                file.load_key(password=password)
            file.decrypt(made)
            return made.getvalue()
    return None


def _has(records: bytes, kind: int) -> bool:
    """Whether an .xls file has a record of a kind. Nothing in the records is read: they may be behind a password."""
    at = 0
    for _ in range(_MOST_RECORDS):
        if at + 4 > len(records):
            return False
        if int.from_bytes(records[at : at + 2], "little") == kind:
            return True
        at += 4 + int.from_bytes(records[at + 2 : at + 4], "little")
    return False


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    _limit_memory()
    sys.stdout.buffer.write(pickle.dumps(told(*pickle.load(sys.stdin.buffer))))  # noqa: S301 - from our own parent
