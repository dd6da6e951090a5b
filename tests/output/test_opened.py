"""Who has a workbook open, from the lock files of two programs."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from output.opened import LONGEST_NAME, opened_by

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def excel(name, short=None):
    """The 165 bytes that Excel lays down: the name twice, each with its length and padded."""
    narrow = (name if short is None else short).encode("cp1252", "replace")
    wide = name.encode("utf-16-le")
    return bytes([len(narrow)]) + narrow.ljust(54) + bytes([len(wide) // 2, 0]) + wide + b" \0" * (54 - len(wide) // 2)


@pytest.fixture
def book(tmp_path):
    return tmp_path / "it.xlsx"


def lay(path, content, age=timedelta(minutes=5)):
    path.write_bytes(content)
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))


def test_nobody_has_it_open(book):
    """Without a lock file there is nothing to say."""
    assert opened_by(book, NOW) == ""


def test_excel_says_who(book):
    """The name stands in Excel's file, with every letter it has."""
    assert len(excel("Angela Poole")) == 165
    lay(book.with_name("~$it.xlsx"), excel("Angela Poolé Łuk", "Angela Poolé ?uk"))
    assert opened_by(book, NOW) == "Angela Poolé Łuk has it open in Excel"


def test_an_older_excel_says_who(book):
    """Where the second half of the file is missing, the first one has the name."""
    lay(book.with_name("~$it.xlsx"), excel("Angela Poole")[:55])
    assert opened_by(book, NOW) == "Angela Poole has it open in Excel"


@pytest.mark.parametrize(
    ("content", "who"),
    [
        (b"Angela Poole,apoole,office-3,22.11.2026 02:16,file:///home/apoole;", "Angela Poole"),
        (rb"Poole\, Angela,apoole,office-3,22.11.2026 02:16,file:///home/apoole;", "Poole, Angela"),
        (b",apoole,office-3,22.11.2026 02:16,file:///home/apoole;", "apoole"),
        (b"", "somebody"),
        (b"\x00\\", "somebody"),
    ],
)
def test_libreoffice_says_who(book, content, who):
    """The name is the first field; where nobody entered one the sign-in name follows it."""
    lay(book.with_name(".~lock.it.xlsx#"), content)
    assert opened_by(book, NOW) == f"{who} has it open in LibreOffice"


def test_an_old_lock_only_seems(book):
    """A program that crashed leaves its lock behind, so an old one proves nothing."""
    lay(book.with_name("~$it.xlsx"), excel("Angela Poole"), timedelta(hours=13))
    assert opened_by(book, NOW) == "Angela Poole seems to have it open in Excel"


def test_two_programs_are_both_named(book):
    """Each program's lock is told."""
    lay(book.with_name("~$it.xlsx"), excel("Angela Poole"))
    lay(book.with_name(".~lock.it.xlsx#"), b"Robin Otter,r,h,d,f;")
    assert opened_by(book, NOW) == "Angela Poole has it open in Excel and Robin Otter has it open in LibreOffice"


def test_a_name_steers_no_terminal_and_fills_no_page(book):
    """Control characters go, and a long name is cut."""
    lay(book.with_name(".~lock.it.xlsx#"), b"\x1b[31mA\x00B\r\n" + "\u202e".encode() + b"x" * 900)
    said = opened_by(book, NOW)
    assert said.isprintable()
    assert said == f"{'[31mAB' + 'x' * (LONGEST_NAME - 6)} has it open in LibreOffice"


@pytest.mark.skipif(os.name != "posix", reason="Windows makes neither")
def test_what_is_no_file_is_not_read(book, tmp_path):
    """A link could lead to somebody's secrets, and a pipe would never end."""
    (tmp_path / "secrets.toml").write_text("planted,secret;")
    book.with_name(".~lock.it.xlsx#").symlink_to(tmp_path / "secrets.toml")
    os.mkfifo(book.with_name("~$it.xlsx"))
    assert opened_by(book, NOW) == ""
