"""Advertising in a text, and prize draws that are entered online: what is offered, and on which terms.

Words are data/promotion.toml. What a school sells or collects for itself (uniform, book fair, raffle, a charity's
day) is no advertising, and a draw at the fair is not entered online. Pictures and what stands behind links are not
seen.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from checks.readers.patterns import PatternFile
from checks.readers.plain_text import Plain, plain

LIMIT = 4_000
"""How many characters of a text are read."""
NEAR = 90
"""How many characters a way to enter and the prize it is for, or a code and its saving, may be apart."""

Kind = Literal["advertising", "labelled advertising", "sharing to win", "tagging to win", "no rules", "alcohol"]


@dataclass(frozen=True, slots=True)
class Promotion:
    """One sign of advertising or of a prize draw.

    `advertising` earns somebody money; `labelled advertising` says so itself. The others are of a draw that is
    entered online: by sharing, by tagging others, without a word on rules and age, or with drink as a prize.
    `span` is (start, end) in the text, None where a link apart from it shows it.
    """

    kind: Kind
    span: tuple[int, int] | None
    reason: str
    confidence: Literal["certain", "likely", "possible"]


def read_promotion(text: str, links: Iterable[str] = ()) -> tuple[Promotion, ...]:
    """Every sign of advertising, and of a prize draw entered online, one for each kind, in that order."""
    simple = plain(text, LIMIT)
    found: dict[Kind, Promotion] = {}
    if _patterns()["«worth_reading»"].search(simple.text):
        for promotion in (*_advertising(simple), *_draws(simple)):
            found.setdefault(promotion.kind, promotion)
    if not {"advertising", "labelled advertising"} & found.keys() and any(map(_earns, links)):
        kind: Kind = "labelled advertising" if _patterns()["«labelled»"].search(simple.text) else "advertising"
        found[kind] = Promotion(kind, None, "a link that earns a commission", "likely")
    return tuple(found.values())


def _earns(link: str) -> bool:
    return bool(_patterns()["«affiliate_link»"].search(link[:LIMIT]))


def _advertising(simple: Plain) -> Iterator[Promotion]:
    text = simple.text
    label = _patterns()["«labelled»"].search(text)
    kind: Kind = "labelled advertising" if label else "advertising"
    for name, reason in _EARNING.items():
        if match := _patterns()[f"«{name}»"].search(text):
            yield Promotion(kind, simple.span(*match.span()), reason, "possible" if label else "likely")
    if label:
        yield Promotion(kind, simple.span(*label.span()), "a label that says so", "possible")
    if _patterns()["«school_business»"].search(text):
        return
    codes = (_near(text, f"«{code}»", "«saving»") for code in ("code", "plain_code", "any_code"))
    if span := next(filter(None, codes), None):
        yield Promotion(kind, simple.span(*span), "a discount code", "possible" if label else "likely")
    if match := _patterns()["«mention»"].search(text):
        yield Promotion(
            kind, simple.span(*match.span()), "a discount for naming the school", "possible" if label else "likely"
        )
    sold = list(_patterns()["«sold»"].finditer(text))
    praised = _patterns()["«praised»"].search(text)
    if len(sold) + bool(praised) > 1 and sold and not _patterns()["«school_event»"].search(text):
        span = simple.span(*(praised or sold[0]).span())
        reason = "praise beside an offer" if praised else "the words of a seller"
        yield Promotion(kind, span, reason, "possible")


_EARNING = {
    "affiliate": "a commission or a referral",
    "affiliate_link": "a link that earns a commission",
    "gifted": "given to be shown or reviewed",
}
"""Signs that somebody earns by the post, whatever it is about."""


def _draws(simple: Plain) -> Iterator[Promotion]:
    """Prize draws that are entered by what one does online."""
    text = simple.text
    if not _patterns()["«prize»"].search(text) or _patterns()["«campaign»"].search(text):
        return
    shared = _near(text, "«sharing»", "«winning»")
    tagged = _near(text, "«tagging»", "«winning»")
    entered = shared or tagged or _near(text, "«engaging»", "«winning»")
    if shared:
        yield Promotion("sharing to win", simple.span(*shared), "sharing a post as a way to enter", "likely")
    if tagged:
        yield Promotion("tagging to win", simple.span(*tagged), "naming friends as a way to enter", "likely")
    if not entered:
        return
    if not _patterns()["«rules»"].search(text):
        reason = "a draw entered online without a word on its rules or on age"
        yield Promotion("no rules", simple.span(*entered), reason, "likely" if shared or tagged else "possible")
    if drink := _patterns()["«drink»"].search(_patterns()["«soft»"].sub(_blank, text)):
        yield Promotion("alcohol", simple.span(*drink.span()), "drink as a prize", "likely")


def _blank(match: "re.Match[str]") -> str:
    return " " * len(match[0])


def _near(text: str, one: str, other: str) -> tuple[int, int] | None:
    """Where the first of two patterns stands with the other near it, before or behind; linear in the text."""
    others = [match.span() for match in _patterns()[other].finditer(text)]
    index = 0
    for match in _patterns()[one].finditer(text):
        start, end = match.span()
        while index < len(others) and others[index][1] < start - NEAR:
            index += 1
        if index < len(others) and others[index][0] <= end + NEAR:
            return start, end
    return None


@cache
def _patterns() -> PatternFile:
    return PatternFile("promotion.toml", {})
