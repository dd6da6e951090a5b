"""The children who must not be shown or named: the school's list turned into keyed hashes, and these read for a night.

The list in clear is read by `school-audit consent` alone, and kept nowhere. No sentence here repeats what stands in it,
nor what stands in the file of hashes, in whose place somebody may have put the list.
"""

import csv
import re
import secrets
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from audit.keys import SECRETS, add_consent_key, read_consent_key
from audit.problems import ConfigurationError, Problem
from audit.register import csv_rows
from checks.readers.consent import LONGEST, MOST_KEY, NoConsent, read_unwanted
from output.atomic import replace_file

MARKS = "no-consent.txt"
HEADINGS = ("first", "last", "class")
LARGEST = 1_000_000
"""Bytes of either file that are read: far more children than any school has."""

_MARK = re.compile(r"[0-9a-f]{32}")
_MADE = f"{MARKS} as school-audit consent makes it"

Child = tuple[str, str, str]
"""First name, surname, class; the class may be ""."""


def make_marks(folder: Path, list_: Path) -> int:
    """Write the marks of the children of a list to `MARKS` in the folder; how many children these are.

    They are made with the key in the folder's secrets.toml, which gets one where it has none. Raises
    ConfigurationError, with nothing written, when the list or secrets.toml needs mending.
    """
    if not folder.is_dir():
        wrong, expected = "there is no such folder", "make one with: school-audit init"
        raise ConfigurationError([Problem(str(folder), "", wrong, expected)])
    problems: list[Problem] = []
    kept = read_consent_key(folder / SECRETS, problems)
    key = kept or secrets.token_bytes(MOST_KEY)
    children = _children(list_, key, problems)
    if problems:
        raise ConfigurationError(problems)
    if not kept:
        add_consent_key(folder / SECRETS, key)
    marks = sorted(NoConsent.of(key, children).marks)
    content = "".join(f"{line}\n" for line in (*marks, _seal(key, marks)))

    def write(file: BinaryIO) -> None:
        file.write(content.encode())

    replace_file(folder / MARKS, write)
    return len(children)


def read_no_consent(path: Path, key: bytes, problems: list[Problem]) -> NoConsent | None:
    """The children of a file of marks; None where it cannot be used, which goes into `problems`."""
    text = _text(path, "the file that [consent] list in school.toml names; school-audit consent makes it", problems)
    if text is None:
        return None
    if not key:
        if not any(problem.file == SECRETS for problem in problems):
            wrong = f"holds no [consent] key, without which {path.name} cannot be read"
            problems.append(Problem(SECRETS, "", wrong, "the key; or make both again: school-audit consent"))
        return None
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if wrong_line := next((number for number, line in lines if not _MARK.fullmatch(line)), 0):
        problems.append(Problem(path.name, f"line {wrong_line}", "is no mark", _MADE))
        return None
    marks = sorted(line for _, line in lines[:-1])
    if not marks or lines[-1][1] != _seal(key, marks):
        wrong = f"is not whole, or was made with another key than [consent] in {SECRETS} holds"
        problems.append(Problem(path.name, "", wrong, _MADE))
        return None
    return NoConsent(key, frozenset(marks))


def _seal(key: bytes, marks: Iterable[str]) -> str:
    """The file's last line, made of the others: with a line lost, or another key, listed names would pass unseen."""
    return blake2b("\n".join(marks).encode(), digest_size=16, key=key).hexdigest()


def _children(path: Path, key: bytes, problems: list[Problem]) -> list[Child]:
    expected = "a CSV file with the columns first, last, class"
    text = _text(path, expected, problems)
    if text is None:
        return []
    before = len(problems)
    try:
        rows = [(number, [cell.strip() for cell in row]) for number, row in csv_rows(text)]
    except csv.Error:
        problems.append(Problem(path.name, "", "is no CSV file", expected))
        return []
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows or sorted(map(str.casefold, rows[0][1])) != sorted(HEADINGS):
        problems.append(Problem(path.name, "row 1", "is not the row of headings", ", ".join(HEADINGS)))
        return []
    order = [[heading.casefold() for heading in rows[0][1]].index(name) for name in HEADINGS]
    children: list[Child] = []
    for number, row in rows[1:]:
        if len(row) != len(HEADINGS):
            wrong = f"holds {len(row)} cells and not {len(HEADINGS)}"
            problems.append(
                Problem(path.name, f"row {number}", wrong, "first name, surname and class, the last may be empty")
            )
            continue
        first, last, group = (row[index] for index in order)
        if _found_again(key, (first, last, group)):
            children.append((first, last, group))
        else:
            wrong = f"holds no first name and surname of {LONGEST} words at most together"
            problems.append(Problem(path.name, f"row {number}", wrong, "the name as a post would write it"))
    if not children and len(problems) == before:
        wrong, expected = "names no child", "a row for each; with no child to name, no [consent] list in school.toml"
        problems.append(Problem(path.name, "", wrong, expected))
    return children


def _found_again(key: bytes, child: Child) -> bool:
    """Whether a post that names the child would be found: longer names than the reader's are better told now."""
    try:
        listed = NoConsent.of(key, [child])
    except ValueError:
        return False
    return "full name" in read_unwanted(f"{child[0]} {child[1]}", listed)


def _text(path: Path, expected: str, problems: list[Problem]) -> str | None:
    wrong = ""
    try:
        if path.stat().st_size > LARGEST:
            wrong = f"has more than {LARGEST // 1_000_000} megabyte"
        else:
            return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        wrong, expected = "is not UTF-8 text", "saved as 'CSV UTF-8'" if path.suffix.lower() == ".csv" else expected
    except OSError as error:
        wrong = f"cannot be read: {error.strerror}"
    problems.append(Problem(path.name, "", wrong, expected))
    return None
