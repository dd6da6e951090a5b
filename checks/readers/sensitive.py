"""Sensitive information about one person in a text: health, special needs, free meals, care, behaviour, family.

A word of sensitive.toml counts only in a sentence that names or points at somebody; awareness days, what the school
offers everybody, lessons, stories and collections are left alone. What was found says which kind it is and where it
stands, never who is meant.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from checks.readers.patterns import PatternFile, any_of, strings
from checks.readers.plain_text import plain

Kind = Literal["health", "special needs", "free school meals", "care and protection", "behaviour", "family"]
Confidence = Literal["certain", "likely", "possible"]

LIMIT = 20_000
"""How many characters of a text are read: longer than any post, shorter than a book."""
NEAR = 80
"""How many characters may lie between where a person and what is said of them begin."""


@dataclass(frozen=True, slots=True)
class SensitiveReading:
    """One thing said of somebody. `span` is (start, end) of its words in the text as given; `reason` is a clause.

    "likely": a name, initials or "your son" stand beside it. "possible": only "he" or "she" does, or the sentence
    also speaks of something general.
    """

    kind: Kind
    span: tuple[int, int]
    reason: str
    confidence: Confidence


def read_sensitive(text: str) -> tuple[SensitiveReading, ...]:
    """What the first `LIMIT` characters say of somebody's private circumstances, in their order."""
    simple = plain(text, LIMIT)
    if not _patterns()["«term»"].search(simple.text):
        return ()
    famous = bool(_famous().search(simple.text))
    readings: list[SensitiveReading] = []
    for sentence in _patterns()["«sentence»"].finditer(simple.text):
        for kind, start, end, reason, confidence in _in_sentence(sentence[0], famous=famous):
            span = simple.span(sentence.start() + start, sentence.start() + end)
            readings.append(SensitiveReading(kind, span, reason, confidence))
    return tuple(readings)


_Told = tuple[Kind, int, int, str, Confidence]


def _in_sentence(sentence: str, *, famous: bool) -> Iterator[_Told]:
    if famous or not (terms := list(_patterns()["«term»"].finditer(sentence))):
        return
    people = sorted(_people(sentence))
    starts = [start for (start, _), _ in people]
    general = bool(_patterns()["«general»"].search(sentence))
    for term in terms:
        behind_term = sentence[term.end() : term.end() + 25]
        if _patterns()["«general_behind»"].match(sentence, term.end()):
            continue
        first, last = bisect_left(starts, term.start() - NEAR), bisect_right(starts, term.end() + NEAR)
        for person, how in sorted(people[first:last], key=lambda one: list(_HOW).index(one[1])):
            gap = sentence[person[1] : term.start()] if person[1] <= term.start() else None
            linked = gap is not None and bool(_patterns()["«linked»"].fullmatch(gap))
            behind = person[0] >= term.end() and how in ("name", "initials")
            ahead = gap is not None and how in ("name", "initials", "somebody")
            if not (linked or ((ahead or behind) and not general)):
                continue
            between = sentence[max(0, person[0] - 5) : term.end()]
            doubt = general and not (linked and not _patterns()["«general»"].search(f"{between} {behind_term}"))
            kind = _kind(term[0])
            yield kind, *term.span(), f"speaks of {kind} beside {_HOW[how]}", "possible" if doubt else "likely"
            break


# The surest first.
_HOW = {
    "name": "a name",
    "initials": "initials",
    "somebody": "words for one person",
    "word": "a name",
    "title": "a name with its title",
    "pronoun": '"he" or "she"',
}


def _people(sentence: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Where somebody is named or meant, and how, in the words of `_HOW`."""
    titled = [found.span() for found in _patterns()["«titled»"].finditer(sentence)]
    for found in _patterns()["«capital_word»"].finditer(sentence):
        name = found["name"].lower()
        known = name in strings("first_names.toml", "pupils") or name in strings("first_names.toml", "faker")
        if known and not any(start <= found.start() < end for start, end in titled):
            also_a_word = name in strings("first_names.toml", "also_words") and not found["owner"]
            yield found.span(), "word" if also_a_word else "name"
    for form, how in (("«initials»", "initials"), ("«somebody_meant»", "somebody")):
        yield from ((found.span(), how) for found in _patterns()[form].finditer(sentence))
    yield from ((span, "title") for span in titled)
    yield from ((found.span(), "pronoun") for found in _patterns()["«pronoun»"].finditer(sentence))


def _kind(term: str) -> Kind:
    words = re.sub(r"\s+", " ", term.lower())
    kinds: dict[Kind, list[str]] = _patterns().table["kinds"]
    for kind, listed in kinds.items():
        if any(words == one or (one.endswith("*") and words.startswith(one[:-1])) for one in listed):
            return kind
    raise AssertionError(term)


@cache
def _patterns() -> PatternFile:
    text = (resources.files("checks.data") / "sensitive.toml").read_text("utf-8")
    table = tomllib.loads(text)
    terms = [term for listed in table["kinds"].values() for term in listed]
    return PatternFile("sensitive.toml", {"term": _whole(terms), "general": _whole(table["lists"]["general"])})


def _whole(words: list[str]) -> str:
    """Any of the words, whole; those with a star at their end go on."""
    open_ended = any_of(word[:-1] for word in words if word.endswith("*"))
    closed = any_of(word for word in words if not word.endswith("*"))
    return rf"(?i:(?<![\w-])(?:(?:{closed})(?![\w-])|(?:{open_ended})\w{{0,12}}))"


@cache
def _famous() -> re.Pattern[str]:
    """Whom pupils learn about, by their full names."""
    table = tomllib.loads((resources.files("checks.data") / "known_names.toml").read_text("utf-8"))
    names = (name for listed in table.values() if isinstance(listed, list) for name in listed if " " in name)
    return re.compile(rf"(?<!\w)(?:{any_of(names)})(?!\w)")
