"""Invitations in words to talk where nobody at school sees it: "add me on snap", "join our WhatsApp group", "DM us".

Read sentence by sentence; where a sentence warns of such talk, forbids it or tells of it, it invites nobody. Links to
messengers are read elsewhere (link_risks.py), and pupils who are called onto a platform in invitations.py. Whose group
it is, and who agreed to it, words do not say: everything is for a human look. The words are
data/private_channels.toml; no pattern repeats without bound, and `LIMIT` characters are read.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from checks.readers.patterns import PatternFile
from checks.readers.plain_text import plain

Kind = Literal["messenger", "own account", "group", "direct message"]
Confidence = Literal["possible"]

LIMIT = 10_000
"""How many characters of a text are read."""
FORMS: tuple[tuple[Kind, str, str], ...] = (
    ("own account", "«over_own»", "asks people to use somebody's own account or number"),
    ("group", "«group»", "invites into a group on a messenger"),
    ("group", "«group_before»", "invites into a group on a messenger"),
    ("messenger", "«over_messenger»", "asks people to talk over a messenger"),
    ("messenger", "«handle»", "gives somebody's name on a messenger"),
    ("direct message", "«direct»", "asks for private messages"),
)
_SENTENCE = re.compile(r"[^.!?\n]{1,1000}(?:[.!?](?=\S)[^.!?\n]{1,200}){0,5}")
_HINT = re.compile(
    r"snap|whats|wats|tele|signal|disc|kik|messen|viber|wechat|imess|facet|skype|groupme|yubo|wizz|robl|fortn|xbox"
    r"|dms?\b|dm's|pms?\b|inbox|direct m|private|personal|home|slide into",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PrivateChannel:
    """Words that ask people to go on in private. `span` is (start, end) in the text as given; `reason` is a clause.

    "possible": whether the school runs the place, and knows of it, is for a person.
    """

    kind: Kind
    span: tuple[int, int]
    reason: str
    confidence: Confidence = "possible"


def read_private_channels(text: str) -> tuple[PrivateChannel, ...]:
    """The invitations in the first `LIMIT` characters, at most one for each sentence."""
    simple = plain(text, LIMIT)
    if not _HINT.search(simple.text):
        return ()
    found = []
    for sentence in _SENTENCE.finditer(simple.text):
        if (one := _invitation(sentence[0])) is not None:
            kind, reason, start, end = one
            span = simple.span(sentence.start() + start, sentence.start() + end)
            found.append(PrivateChannel(kind, span, reason))
    return tuple(found)


def _invitation(sentence: str) -> tuple[Kind, str, int, int] | None:
    """What the first form that fits says of a sentence, and where it stands in it."""
    if not _HINT.search(sentence) or _pattern("«warned»").search(sentence):
        return None
    for kind, form, reason in FORMS:
        if match := _pattern(form).search(sentence):
            return kind, reason, *match.span()
    return None


@cache
def _pattern(form: str) -> "re.Pattern[str]":
    return _file()[f"(?i:{form})"]


@cache
def _file() -> PatternFile:
    return PatternFile("private_channels.toml", {})
