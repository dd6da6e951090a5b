"""Text as a reader of patterns wants it: plain letters and digits, whatever people dressed them up as.

People write in bold mathematics, in circles ("ⓨⓔⓐⓡ ➅") and on keycaps ("Y5️⃣"). `plain` undoes that, keeps upper
and lower case, and remembers for every character which one of the original it came from, so that a reader's span is
always a span of what the person wrote.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

LIMIT = 2_000
"""How many characters of a text are read, by default: more than a bio has on any platform we audit."""

_DROPPED = frozenset({"Mn", "Me", "Cf", "Cs"})
"""Categories without a glyph of their own: accents set apart, a keycap's box, joiners, stray surrogates."""
_STYLED = re.compile(r"(?:LATIN LETTER SMALL CAPITAL|NEGATIVE (?:SQUARED|CIRCLED) LATIN CAPITAL LETTER) ([A-Z])")
_LIKE_ASCII = str.maketrans(
    "\u2018\u2019\u02bc\u00b4\u201c\u201d\u2044\u2010\u2011\u2012\u2013\u2014\u2212\u00a0",
    "''''\"\"/------ ",
)
"""Quotation marks, the slash of fractions, hyphens and dashes, the space that does not break."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in plain characters. `origins[i]` is where `text[i]` stands in the original; one more for the end."""

    text: str
    origins: range | tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original, as (start, end), that became `text[start:end]`."""
        return self.origins[start], self.origins[end - 1] + 1 if end > start else self.origins[start]

    def rewritten(self, pattern: "re.Pattern[str]", becomes: "Callable[[re.Match[str]], str]") -> "Plain":
        """The text with every match of `pattern` replaced; each new character comes from a place of the old ones."""
        texts: list[str] = []
        origins: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            new = becomes(match)
            last = max(len(new) - 1, 1)
            texts += (self.text[done:start], new)
            origins += self.origins[done:start]
            origins += (self.origins[start + place * (end - start - 1) // last] for place in range(len(new)))
            done = end
        if not texts:
            return self
        return Plain("".join((*texts, self.text[done:])), (*origins, *self.origins[done:]))


def plain(text: str, limit: int = LIMIT) -> Plain:
    """The first `limit` characters in plain form (NFKC, styled letters and digits undone, marks dropped)."""
    text = text[:limit]
    if text.isascii():
        return Plain(text, range(len(text) + 1))
    parts: list[str] = []
    origins: list[int] = []
    done = 0
    for found in _NOT_ASCII.finditer(text):
        index = found.start()
        becomes = _plain_character(found[0])
        parts += (text[done:index], becomes)
        origins += range(done, index)
        origins += [index] * len(becomes)
        done = index + 1
    return Plain("".join((*parts, text[done:])), (*origins, *range(done, len(text) + 1)))


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def _is_number_sign(character: str) -> bool:
    """Whether one character is a whole number: a digit of any script, "⓫", "Ⅺ", "⒒"."""
    return unicodedata.category(character) in {"Nd", "Nl", "No"}


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) in _DROPPED:
        return ""
    if character == "🔟":
        return "10"
    if unicodedata.decomposition(character).startswith("<fraction>"):
        # A space keeps "10¾" from becoming 103/4.
        return " " + unicodedata.normalize("NFKC", character).translate(_LIKE_ASCII)
    normal = unicodedata.normalize("NFKC", character)
    if _is_number_sign(character) and (value := unicodedata.numeric(character, None)) is not None:
        return f"{value:g}" if value.is_integer() else normal
    if normal == character and (styled := _STYLED.fullmatch(unicodedata.name(character, ""))):
        return styled[1]
    return normal.translate(_LIKE_ASCII)
