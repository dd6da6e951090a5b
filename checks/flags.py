"""What platforms say of accounts and items in fields of their own (data/flags.toml), and what it means."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Literal

from checks.finding import Severity
from checks.policy import Frozen, read_data

Word = Literal["platform", "account", "either"]
"""Whose word a label or mark is: the platform's, the account's own, or either."""


class Label(Frozen):
    """A label of an account: what it has to read, what it means in words, and how much it matters."""

    pattern: str
    words: str
    severity: Severity
    by: Word

    def fits(self, label: str) -> bool:
        """Whether a label reads so, whole and in any letters."""
        return re.fullmatch(self.pattern, label, re.IGNORECASE) is not None


class Mark(Frozen):
    """A mark of an item, by its name among connectors.snapshot.MARKS."""

    mark: str
    words: str
    severity: Severity
    by: Word


class Tells(Frozen):
    """Which platforms' connectors hand on what.

    `no_places` are those whose items have no field for a place, `no_descriptions` those whose pictures have none for an
    alternative text.
    """

    standing: frozenset[str]
    places: frozenset[str]
    no_places: frozenset[str]
    descriptions: frozenset[str]
    no_descriptions: frozenset[str]


class Flags(Frozen):
    """The tables of data/flags.toml, which says what each is for."""

    source: str
    verified_on: date
    labels: tuple[Label, ...]
    marks: tuple[Mark, ...]
    tells: Tells
    look: Mapping[str, str]
    official_types: Mapping[str, str]

    def of_account(self, labels: Iterable[str]) -> list[Label]:
        """What an account's labels mean, each meaning once and the most serious first."""
        labels = tuple(labels)
        found = [known for known in self.labels if any(known.fits(label) for label in labels)]
        return sorted(found, key=lambda known: known.severity.rank)

    def set_by_platform(self) -> tuple[Mark, ...]:
        """Marks that the platform has put on an item."""
        return tuple(mark for mark in self.marks if mark.by == "platform")

    def set_by_account(self) -> tuple[Mark, ...]:
        """Marks that whoever published the item may have put on it."""
        return tuple(mark for mark in self.marks if mark.by != "platform")


@cache
def flags() -> Flags:
    """The tables that this version ships."""
    return Flags.model_validate(read_data("flags.toml"))
