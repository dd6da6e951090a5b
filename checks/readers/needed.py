r"""What a text must hold for a pattern to have a chance: so that a thousand patterns cost hardly more than a few.

Every match of a pattern such as `\b(?:kill|hurt) (?:him|her)\b` holds "kill him", "kill her", "hurt him" or "hurt
her". `needed` finds such strings in the parsed pattern, and `Gate` finds in one pass which patterns a text allows.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from checks.readers.patterns import any_of

MOST = 80
"""More strings than this are not told apart: a shorter part of the pattern has to do."""
LEAST = 2
"""Strings of fewer letters stand in every text, and tell nothing."""
_LONG_ENOUGH = 6

_parser: Any = import_module("re._parser")  # Python's own; what it does not know of is taken for needing nothing

Strings = frozenset[str]
NOTHING: Strings = frozenset()


def needed(pattern: str) -> Strings:
    """Strings in small letters, one of which stands in every match; none where that cannot be told."""
    return _walk(_parser.parse(pattern))[1]


class Gate:
    """Patterns by number, of which a text allows some."""

    def __init__(self, needs: Mapping[int, Strings]) -> None:
        """`needs` holds what each pattern needs; one that needs nothing is always allowed."""
        self._always = frozenset(number for number, strings in needs.items() if not strings)
        allowed: dict[str, set[int]] = {}
        for number, strings in needs.items():
            for string in strings:
                allowed.setdefault(string, set()).add(number)
        # The pass finds the longest string at each place: the shorter ones that it begins with stand there too.
        self._allowed = {
            string: frozenset().union(*(allowed.get(string[:end], ()) for end in range(LEAST, len(string) + 1)))
            for string in allowed
        }
        self._strings = re.compile(f"(?=({any_of(allowed)}))") if allowed else None

    def open(self, small: str) -> set[int]:
        """The patterns that a text in small letters allows."""
        found = set(self._strings.findall(small)) if self._strings else set()
        return set(self._always).union(*(self._allowed[string] for string in found))


def _walk(items: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, Strings]:
    """All that a sequence can match, None where that is too much; and what its matches hold at the least."""
    here: Strings = frozenset({""})
    whole, best = True, NOTHING
    for operator, value in items:
        if str(operator) in {"AT", "ASSERT", "ASSERT_NOT"}:
            continue
        all_of_it, inner = _node(str(operator), value)
        if all_of_it is not None and len(here) * len(all_of_it) <= MOST:
            here = frozenset(first + then for first in here for then in all_of_it)
        else:
            best = _better(_better(best, here), inner)
            whole, here = False, all_of_it if all_of_it is not None and len(all_of_it) <= MOST else frozenset({""})
    return (here if whole else None), _better(best, here)


def _node(operator: str, value: Any) -> tuple[Strings | None, Strings]:
    match operator:
        case "LITERAL":
            return frozenset({chr(value).lower()}), NOTHING
        case "IN" if len(value) <= len("abc") and all(str(kind) == "LITERAL" for kind, _ in value):
            return frozenset(chr(letter).lower() for _, letter in value), NOTHING
        case "SUBPATTERN":
            return _walk(value[3])
        case "BRANCH":
            branches = [_walk(branch) for branch in value[1]]
            wholes = [whole for whole, _ in branches if whole is not None]
            all_of_it = frozenset[str]().union(*wholes) if len(wholes) == len(branches) else None
            inner = frozenset[str]().union(*(best for _, best in branches)) if all(b for _, b in branches) else NOTHING
            return all_of_it, inner
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, most, again = value
            whole, best = _walk(again)
            if most == 1 and whole is not None:
                return (whole | {""} if least == 0 else whole), best if least else NOTHING
            return None, best if least else NOTHING
        case _:
            return None, NOTHING


def _better(one: Strings, other: Strings) -> Strings:
    """Which tells more: long strings, then few; none where both tell nothing."""
    best = max(one, other, key=_worth)
    return best if _worth(best) > (0, 0) else NOTHING


def _worth(strings: Strings) -> tuple[int, int]:
    shortest = min(map(len, strings), default=0)
    return (min(shortest, _LONG_ENOUGH), -len(strings)) if shortest >= LEAST else (0, 0)
