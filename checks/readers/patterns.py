"""Patterns and word lists from a data file: what people write is data, and only its meaning is code."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any


class PatternFile:
    """A TOML file with [lists] of words and [pieces] of patterns; «name» stands for another piece or a list.

    A list stands for any of its words, literally, the longest first; one long string is a list of its words.
    `extra` adds pieces that code makes (numbers in words, months). A pattern is compiled once.
    """

    def __init__(self, name: str, extra: Mapping[str, str]) -> None:
        """Read `name` in checks/data."""
        text = (resources.files("checks.data") / name).read_text("utf-8")
        self.table: dict[str, Any] = tomllib.loads(text)
        lists = {
            name: words.split() if isinstance(words, str) else words for name, words in self.table["lists"].items()
        }
        self._pieces = {
            **{name: f"(?:{any_of(words)})" for name, words in lists.items()},
            **self.table["pieces"],
            **extra,
        }
        self._compiled: dict[str, re.Pattern[str]] = {}

    def __getitem__(self, template: str) -> "re.Pattern[str]":
        """The pattern that a template with «pieces» comes to. Raises KeyError for an unknown piece."""
        if template not in self._compiled:
            self._compiled[template] = re.compile(self.text(template))
        return self._compiled[template]

    def text(self, template: str) -> str:
        """The same as text, with every piece filled in."""
        while "«" in template:
            template = re.sub("«([^»]+)»", lambda name: self._pieces[name[1]], template)
        return template


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words or phrases, literally, the longest first.

    Words that begin alike share their beginning, so that a list of a thousand costs hardly more than one of ten.
    """
    following: dict[str, list[str]] = {}
    for word in words:
        following.setdefault(word[:1], []).append(word[1:])
    ends_here = following.pop("", None) is not None
    branches = [re.escape(letter) + any_of(rest) for letter, rest in sorted(following.items())]
    if not branches:
        return ""
    alternatives = branches[0] if len(branches) == 1 and not ends_here else f"(?:{'|'.join(branches)})"
    return alternatives + "?" * ends_here


@cache
def strings(file: str, name: str) -> frozenset[str]:
    """A list of words in a data file that has nothing but lists."""
    table = tomllib.loads((resources.files("checks.data") / file).read_text("utf-8"))
    words = table[name]
    return frozenset(words.split() if isinstance(words, str) else words)
