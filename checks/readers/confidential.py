"""Texts that carry a mark of confidence, or speak of staffing, money and tenders before they are public."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from checks.readers.patterns import PatternFile
from checks.readers.plain_text import plain

Kind = Literal["mark", "staffing", "money", "tender"]
Confidence = Literal["certain", "likely", "possible"]

LIMIT = 20_000
"""How many characters of a text are read: longer than any post, shorter than a book."""


@dataclass(frozen=True, slots=True)
class ConfidentialReading:
    """One sign of the school's inner business. `span` is (start, end) in the text as given; `reason` is a clause.

    "likely": a mark that papers carry, or business that nothing says is news. "possible": it may be news or a lesson.
    """

    kind: Kind
    span: tuple[int, int]
    reason: str
    confidence: Confidence


def read_confidential(text: str) -> tuple[ConfidentialReading, ...]:
    """Signs of confidential business in the first `LIMIT` characters, marks first, else in their order."""
    simple = plain(text, LIMIT)
    return tuple(
        ConfidentialReading(kind, simple.span(start, end), _REASONS[kind], confidence)
        for kind, start, end, confidence in _signs(simple.text)
    )


_REASONS: dict[Kind, str] = {
    "mark": "carries a mark of confidence",
    "staffing": "speaks of posts or pay that are being settled",
    "money": "speaks of the school's budget before it is settled",
    "tender": "speaks of tenders and prices",
}


def _signs(text: str) -> Iterator[tuple[Kind, int, int, Confidence]]:
    for found in _patterns()["«mark»"].finditer(text):
        yield "mark", *found.span(), "likely"
    for found in _patterns()["«business»"].finditer(text):
        kind: Kind = "staffing" if found["staffing"] else "money" if found["money"] else "tender"
        yield kind, *found.span(), "possible" if _patterns()["«told_elsewhere»"].search(text) else "likely"


@cache
def _patterns() -> PatternFile:
    return PatternFile("confidential.toml", {})
