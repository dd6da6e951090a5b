"""Putting numbers, dates and lists into the words that people read."""

import bisect
import math
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = "Europe/London"


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence: "a", "a and b", "a, b and c"."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def on_day(day: date) -> str:
    """A day as people write it: 22/11/2026."""
    return f"{day:%d/%m/%Y}"


def local_day(moment: datetime) -> date:
    """The day in the school's time zone."""
    return moment.astimezone(ZoneInfo(LONDON)).date()


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 post", "3 posts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


BANDS = (10, 20, 50)
"""Where larger numbers of children are cut, so that one more from night to night does not show."""


def band(number: int, below: float) -> tuple[int, int | None]:
    """The first and the last number of the band that a number of children lies in; None where it has no end."""
    edges = [0, math.ceil(below), *(edge for edge in BANDS if edge > below)]
    place = bisect.bisect_right(edges, number) - 1
    return edges[place], edges[place + 1] - 1 if place + 1 < len(edges) else None


def fewer(number: int, below: float) -> str:
    """A number of children as people may read it: small ones, and small changes, could point to one child."""
    first, last = band(number, below)
    if first == 0:
        return f"fewer than {below:g}"
    return f"{first} or more" if last is None else f"{first} to {last}"


def sentence(words: str) -> str:
    """A reason as a sentence: "the account has no handle" becomes "The account has no handle.".

    A name of a host or file keeps its small letter, and an address at the end has no full stop after it.
    """
    first, _, _ = words.partition(" ")
    last = words.rpartition(" ")[2]
    begun = words if "." in first.rstrip(".") else words[:1].upper() + words[1:]
    return begun if not words or words[-1] in ".!?…" or "://" in last else f"{begun}."


def one_of(noun: str) -> str:
    """A noun with its article, to begin a sentence: "A post", "An episode"."""
    return f"{'An' if noun[:1] in 'aeiou' else 'A'} {noun}"
