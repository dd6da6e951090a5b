"""A TOML file that people write: decoded, and the places in it that problems are told by."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from audit.problems import Problem
from checks.policy import Policy


def decode(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """The file's tables; empty where it cannot be read, which goes into `problems`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problems.append(Problem(path.name, "", "is missing", "make one with: school-audit init"))
    except UnicodeDecodeError:
        problems.append(Problem(path.name, "", "is not UTF-8 text", "save it as UTF-8"))
    except OSError as error:
        problems.append(Problem(path.name, "", f"cannot be read: {error.strerror}", "a readable file"))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        place = f"line {found[1]}" if found else "at its end"
        wrong = re.sub(r" \(at .*\)$", "", str(error))
        problems.append(Problem(path.name, place, f"is not valid TOML: {wrong}", 'lines such as name = "value"'))
    return {}


def known_platforms(
    tables: Mapping[str, Any], prefix: str, path: Path, policy: Policy, problems: list[Problem]
) -> None:
    """Names among `tables` that are no platform go into `problems`; `prefix` is the table they stand in."""
    for name in tables:
        if name not in policy.platforms:
            text = path.read_text(encoding="utf-8")
            wrong = f"there is no platform named {name!r}{meant(name, policy.platforms)}"
            place = place_of(text, (prefix, name) if prefix else (name,))
            problems.append(Problem(path.name, place, wrong, "see: school-audit platforms"))


def meant(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: which known one may have been meant."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def place_of(text: str, loc: tuple[Any, ...]) -> str:
    """The line in a TOML text on which a setting stands: the key, else its table, else ""."""
    names = [str(part) for part in loc if not isinstance(part, int)]
    index = next((part for part in loc if isinstance(part, int)), 0)
    table: list[str] = []
    seen: dict[str, int] = {}
    best = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if header := re.match(r"\[\[?\s*([^\]]+?)\s*\]", stripped):
            table = [part.strip().strip("\"'") for part in header[1].split(".")]
            seen[header[1]] = seen.get(header[1], -1) + 1
            if table == names[: len(table)] and _nth(stripped, seen[header[1]], index):
                best = f"line {number}"
        elif key := re.match(r"[\"']?([^\"'=]+?)[\"']?\s*=", stripped):
            path = [*table, key[1].strip()]
            ordinal = seen.get(".".join(table), 0)
            array = bool(table) and f"[[{table[0]}" in text.replace(" ", "")
            if path == names[: len(path)] and (not array or ordinal == index):
                return f"line {number}"
    return best


def _nth(header: str, seen: int, index: int) -> bool:
    return not header.startswith("[[") or seen == index
