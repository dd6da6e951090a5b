"""Invitations of pupils onto a platform: "children, follow us", "Year 5, comment below", "DM us your homework".

Read sentence by sentence. A sentence that speaks to grown-ups, or asks pupils to ask theirs, is no invitation of
pupils, and pupils whom a sentence is about are not whom it calls. The words are data/invitations.toml. No pattern
repeats without bound, and `LIMIT` characters are read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from checks.readers.patterns import PatternFile, any_of
from checks.readers.plain_text import plain

LIMIT = 10_000
"""How many characters of a post are read."""
CALL = 5
"""A sentence of so few words may be the call that the next one begins with: "Year 5! Comment below."."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Words of a post that call pupils to do something on the platform.

    `span` is (start, end) in the text as given. `kind` is "call" (pupils are called), "permission" (they are said to
    be welcome) or "pupils' things" (what is asked for is a pupil's). `reason` is a clause for people.
    """

    kind: Literal["call", "permission", "pupils' things"]
    span: tuple[int, int]
    reason: str
    confidence: Literal["likely", "possible"]


def read_invitations(text: str, *, class_names: Sequence[str] = ()) -> tuple[Invitation, ...]:
    """The invitations in a post, at most one for each sentence. `class_names` are the school's own classes."""
    simple = plain(text, LIMIT)
    lowered = simple.text.lower()
    if len(lowered) != len(simple.text):  # a letter whose small form is longer
        lowered = "".join(letter.lower()[0] for letter in simple.text)
    if not _patterns()["«asks»|«about»"].search(lowered):
        return ()
    forms = _forms(tuple(sorted({name.strip().lower() for name in class_names if name.strip()})))
    found = (_invitation(lowered, start, end, forms) for start, end in _sentences(lowered))
    return tuple(
        Invitation(one.kind, simple.span(*one.span), one.reason, one.confidence) for one in found if one is not None
    )


def _invitation(text: str, start: int, end: int, forms: "dict[str, re.Pattern[str]]") -> Invitation | None:
    sentence = text[start:end]
    if _patterns()["«grown_up»"].search(sentence):
        return None
    for name in ("call before", "call behind"):
        for match in forms[name].finditer(sentence):
            if not _spoken_of(sentence, match):
                return Invitation("call", _within(start, match), "calls pupils to answer on the platform", "likely")
    for match in forms["may"].finditer(sentence):
        return Invitation("permission", _within(start, match), "says that pupils may come onto the platform", "likely")
    for match in _patterns()["«about»"].finditer(sentence):
        private = bool(_patterns()["«private»"].match(match["ask"]))
        if private or match["tail"]:
            reason = "asks for what is a pupil's"
            return Invitation("pupils' things", _within(start, match), reason, "likely" if private else "possible")
    return None


def _spoken_of(sentence: str, match: "re.Match[str]") -> bool:
    """Whether the pupils are whom the sentence is about: "photos of Year 5: comment below"."""
    before = match.start("who")
    return bool(_patterns()["«spoken_of_before»"].search(sentence[max(0, before - 40) : before]))


def _within(start: int, match: "re.Match[str]") -> tuple[int, int]:
    first = min(match.start("who"), match.start("ask"))
    return start + first, start + match.end()


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences stand; one of few words goes with the next."""
    start = 0
    for mark in re.finditer(r"[.!?\n\r]{1,9}(?=\s|$)|\n", text):
        if len(text[start : mark.end()].split()) <= CALL and "\n\n" not in mark[0]:
            continue
        yield start, mark.end()
        start = mark.end()
    if start < len(text):
        yield start, len(text)


@cache
def _patterns() -> PatternFile:
    return PatternFile("invitations.toml", {"class": "(?!)"})


@lru_cache(maxsize=16)
def _forms(class_names: tuple[str, ...]) -> "dict[str, re.Pattern[str]]":
    """The patterns that name pupils, the school's own classes among them."""
    if not class_names:
        file = _patterns()
    else:
        file = PatternFile("invitations.toml", {"class": f"(?:{any_of(class_names)})(?: class)?(?!\\w)"})
    return {"call before": file["«call_before»"], "call behind": file["«call_behind»"], "may": file["«may»"]}
