"""Who has a workbook open, as the lock files say that Excel and LibreOffice lay beside it."""

import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

STALE = timedelta(hours=12)
"""A lock file older than this may have been left by a program that ended without removing it."""
LONGEST_NAME = 60
_LONGEST_LOCK = 1000
_EXCEL_NAME, _EXCEL_UNICODE = 1, 55
"""Where the owner's name stands in Excel's file: a byte with its length and the name, then the same in two bytes a
character."""
_MOST_LETTERS = 54


def opened_by(path: Path, now: datetime) -> str:
    """Who has a workbook open, as the end of a sentence: "A. Poole has it open in Excel"; "" when nobody does."""
    locks = (
        (path.with_name(f"~${path.name}"), "Excel", _excel_owner),
        (path.with_name(f".~lock.{path.name}#"), "LibreOffice", _libreoffice_owner),
    )
    said: list[str] = []
    for lock, program, owner in locks:
        with suppress(OSError):
            facts = lock.lstat()
            if not stat.S_ISREG(facts.st_mode):
                continue
            with lock.open("rb") as file:
                who = _printable(owner(file.read(_LONGEST_LOCK))) or "somebody"
            since = datetime.fromtimestamp(facts.st_mtime, UTC)
            seems = "seems to have" if now - since > STALE else "has"
            said.append(f"{who} {seems} it open in {program}")
    return " and ".join(said)


def _excel_owner(content: bytes) -> str:
    long = content[_EXCEL_UNICODE : _EXCEL_UNICODE + 2]
    letters = int.from_bytes(long, "little")
    if len(long) == 2 and 0 < letters <= _MOST_LETTERS:  # noqa: PLR2004 - both bytes of the length are there
        start = _EXCEL_UNICODE + 2
        return content[start : start + 2 * letters].decode("utf-16-le", "replace")
    return content[_EXCEL_NAME : _EXCEL_NAME + content[0]].decode("cp1252", "replace") if content else ""


def _libreoffice_owner(content: bytes) -> str:
    """The first field that is not empty of name and sign-in name; a comma within one has a backslash before it."""
    fields, escaped = [""], False
    for letter in content.decode("utf-8", "replace"):
        if letter in ",;" and not escaped:
            fields.append("")
        elif letter != "\\" or escaped:
            fields[-1] += letter
        escaped = letter == "\\" and not escaped
    return next((field for field in fields[:2] if field.strip()), "")


def _printable(name: str) -> str:
    return "".join(one for one in name if one.isprintable())[:LONGEST_NAME].strip()
