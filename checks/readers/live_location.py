"""Posts that tell where a class is while it is there: "we're at the zoo with Year 2".

What is over, still to come or at school itself is left alone. The reader knows no clock: that a post went out while
the class was away is what its present tense says.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from checks.readers.patterns import PatternFile
from checks.readers.plain_text import plain

Kind = Literal["trip", "place tag"]
Confidence = Literal["likely"]

LIMIT = 20_000
"""How many characters of a text are read: longer than any post, shorter than a book."""


@dataclass(frozen=True, slots=True)
class LocationReading:
    """Where a class is, told while it is there. `span` is (start, end) of the telling words; `reason` is a clause.

    "likely": the present tense, children and a place outside the school, all three.
    """

    kind: Kind
    span: tuple[int, int]
    reason: str
    confidence: Confidence


def read_live_location(text: str, *, place: str = "") -> tuple[LocationReading, ...]:
    """Whether the first `LIMIT` characters tell where children are now; at most one reading.

    `place` is the name in the post's own field for places; it counts unless it is a school.
    """
    simple = plain(text, LIMIT)
    now = _patterns()["«now_away»"].search(simple.text)
    if now is None or _patterns()["«other_time»"].search(simple.text):
        return ()
    children = bool(_patterns()["«group»"].search(simple.text))
    tagged = bool(place) and "school" not in place.casefold()
    away = tagged or bool(_patterns()["«place»"].search(simple.text))
    if not (children and away):
        return ()
    kind: Kind = "place tag" if tagged else "trip"
    reason = "speaks of children away from school in the present tense" + (", with a place" if tagged else "")
    return (LocationReading(kind, simple.span(*now.span()), reason, "likely"),)


@cache
def _patterns() -> PatternFile:
    return PatternFile("live_location.toml", {})
