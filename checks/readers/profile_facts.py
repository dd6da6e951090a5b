"""What a profile says of the school that may be out of date, and whom it names: words are data/profile_facts.toml."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from checks.readers.patterns import PatternFile, strings
from checks.readers.plain_text import Plain, plain
from checks.readers.profile_links import profile_shaped

NEAR = 40
"""How many characters a year, an area or a role may stand from what it belongs to."""
BESIDE = 4
"""How many characters may stand between a name and a handle that is given with it."""

Confidence = Literal["certain", "likely", "possible"]


@dataclass(frozen=True, slots=True)
class InspectionClaim:
    """An overall grade of Ofsted's that a text claims: without a year (`year` None), or of a year that had none."""

    grade: str
    year: int | None
    span: tuple[int, int]
    reason: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class NamedStaff:
    """A member of staff with a surname and a personal account. `span` is where the name stands."""

    span: tuple[int, int]
    reason: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class NamedHead:
    """Whom a text names as head. `names` are the words of which one is the surname; they belong in no report.

    "likely": a title such as Mrs stands before the name. "possible": a first name does.
    """

    span: tuple[int, int]
    names: frozenset[str] = field(repr=False)
    reason: str
    confidence: Confidence

    def is_called(self, head: str) -> bool:
        """Whether a name such as "Mrs A. Example" shares a surname with it, one part of a double name being enough."""
        return not self.names.isdisjoint(_surnames(head))


def read_inspection_claims(text: str) -> tuple[InspectionClaim, ...]:
    """Overall grades that a text claims and that nobody can place in time; dated ones that could be given are fine."""
    simple = plain(text)
    claims = (_claim(simple, match) for name in ("ofsted_then", "then_ofsted") for match in _find(name, simple.text))
    return tuple({claim.grade: claim for claim in claims if claim}.values())


def _claim(simple: Plain, match: re.Match[str]) -> InspectionClaim | None:
    around = simple.text[max(0, match.start() - NEAR) : match.end() + NEAR]
    behind = simple.text[match.end() : match.end() + NEAR]
    if next(_find("area", behind), None) or next(_find("area", match[0]), None):
        return None
    years = [int(year[0]) for year in _find("year", around)]
    last = _patterns().table["grades"]["last_year"]
    grade, span = match["grade"].lower(), simple.span(*match.span())
    if not years:
        return InspectionClaim(grade, None, span, "a grade without the year of the inspection", "likely")
    if min(years) > last:
        return InspectionClaim(grade, min(years), span, "an overall grade of a year that had none", "possible")
    return None


def read_named_staff(text: str, links: Iterable[str] = (), own: str = "") -> tuple[NamedStaff, ...]:
    """Staff whom a text names together with an account of theirs; heads, the office and governors are public roles.

    `links` are addresses given with the text, `own` the handle of the account itself.
    """
    simple = plain(text)
    handles = [(match["handle"].rstrip(".-"), match.span()) for match in _find("handle", simple.text)]
    shaped = (profile_shaped(link) for link in links)
    linked = [found[1] for found in shaped if found]
    apart = {_letters(own), _letters(own.partition(".")[0])} - {""}
    named = (_named(simple, match, handles, linked, apart) for match in _names(simple.text))
    return tuple({one.span: one for one in named if one}.values())


def _names(text: str) -> Iterator[re.Match[str]]:
    yield from _find("named", text)
    yield from _find("teacher", text)


def _named(
    simple: Plain,
    match: re.Match[str],
    handles: list[tuple[str, tuple[int, int]]],
    linked: list[str],
    own: set[str],
) -> NamedStaff | None:
    text = simple.text
    start, end = match.start("title"), match.end()
    line = text.rfind("\n", 0, start) + 1
    around = text[max(line, start - NEAR) : start], text[end : end + NEAR // 2].partition("\n")[0]
    if any(next(_find("public", part), None) for part in around):
        return None
    surname = _letters(match["surname"])
    theirs = [handle for handle, _ in handles if _letters(handle) not in own]
    if any(surname in _letters(handle) for handle in (*theirs, *linked) if _letters(handle) not in own):
        return NamedStaff(simple.span(start, end), "a name beside an account of that name", "likely")
    beside = [handle for handle, (first, _) in handles if 0 <= first - end <= BESIDE and handle in theirs]
    if beside:
        return NamedStaff(simple.span(start, end), "a name with an account right behind it", "possible")
    return None


def read_heads(text: str) -> tuple[NamedHead, ...]:
    """Whom a text names as head of the school: no deputies, no heads of subjects, nobody who was or will be one."""
    simple = plain(text)
    found = [one for name in ("head_then_name", "name_then_head") for one in _find(name, simple.text)]
    return tuple({one.span: one for match in found if (one := _head(simple, match))}.values())


def _head(simple: Plain, match: re.Match[str]) -> NamedHead | None:
    before = simple.text[max(0, match.start() - NEAR) : match.start()]
    behind = simple.text[match.end() : match.end() + NEAR]
    if next(_find("not_the_head_before", before), None) or next(_find("no_more", behind), None):
        return None
    if match["untitled"] and match["untitled"].split()[0].casefold() not in _first_names():
        return None
    confidence: Confidence = "possible" if match["untitled"] else "likely"
    names = frozenset(part for word in _find("capital", match["name"]) for part in _parts(word[0]))
    return NamedHead(simple.span(*match.span("name")), names, "names a head", confidence)


def _surnames(head: str) -> frozenset[str]:
    """The surnames in "Mrs A. Example" or "Mrs A. Example and Mr B. Otter", each with its parts."""
    bare = re.sub(r"\([^()]{0,100}\)", "", plain(head).text)
    people = filter(None, (person.split() for person in re.split(r"\band\b|[&/,+]", bare)))
    return frozenset(part for words in people for part in (*_parts(words[-1]), _letters("".join(words[-2:]))))


def _parts(name: str) -> set[str]:
    return {_letters(name), *map(_letters, name.split("-"))} - {""}


def _letters(name: str) -> str:
    plainly = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(character for character in plainly if character.isalpha())


def _find(name: str, text: str) -> Iterator[re.Match[str]]:
    return _patterns()[f"«{name}»"].finditer(text)


@cache
def _first_names() -> frozenset[str]:
    return strings("first_names.toml", "pupils") | strings("first_names.toml", "faker")


@cache
def _patterns() -> PatternFile:
    return PatternFile("profile_facts.toml", {})
