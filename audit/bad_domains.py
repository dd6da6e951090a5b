"""The school's own list of addresses that nobody should link to: one a line, for LNK-01."""

import re
from pathlib import Path

from audit.problems import Problem

LARGEST = 20_000_000
"""Bytes of a list that are read: more than half a million domains."""
MOST_SAID = 10
"""Lines that are told one by one; of more, how many they are."""

_ENTRY = re.compile(r"(?:[\w-]{1,63}\.){1,10}[\w-]{2,63}(?:/\S{0,500})?")
_TO_NOWHERE = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1)\s+")
EXPECTED = "one domain, such as gamesite.example, or the beginning of an address; # begins a note"


def read_bad_domains(path: Path, problems: list[Problem]) -> tuple[str, ...]:
    """The entries of the file, in its order; lines that are none go into `problems`.

    Lists that are made for a machine's hosts file are read too: "0.0.0.0 gamesite.example".
    """
    name = path.name
    try:
        if path.stat().st_size > LARGEST:
            wrong = f"has more than {LARGEST // 1_000_000} megabytes"
            problems.append(Problem(name, "", wrong, "a shorter list"))
            return ()
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        problems.append(Problem(name, "", "is not UTF-8 text", "save it as UTF-8"))
        return ()
    except OSError as error:
        wrong = f"cannot be read: {error.strerror}"
        problems.append(Problem(name, "", wrong, "the file that [links] bad_domains in school.toml names"))
        return ()
    entries: list[str] = []
    wrong_lines: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        entry = _TO_NOWHERE.sub("", line.partition("#")[0].strip(), count=1)
        if entry and _ENTRY.fullmatch(entry):
            entries.append(entry)
        elif entry:
            wrong_lines.append((number, entry))
    for number, entry in wrong_lines[:MOST_SAID]:
        problems.append(Problem(name, f"line {number}", f"{entry[:60]!r} is no domain", EXPECTED))
    if wrong_lines[MOST_SAID:]:
        wrong = f"{len(wrong_lines) - MOST_SAID} more lines are no domains"
        problems.append(Problem(name, "", wrong, EXPECTED))
    return tuple(entries)
