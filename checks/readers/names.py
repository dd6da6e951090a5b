"""Pupils' names in a text: full names, first names beside words about children, and lists of them.

Nobody is asked for a roll of pupils. A name is known by its shape (first_names.toml, surnames.toml) and by the words
beside it (names.toml): praise, a class, a year or an age speak for a pupil; a title, a post, a profession, a firm or a
lesson about somebody for a grown-up. Whom pupils learn about is in known_names.toml; whom the school itself may name
comes with `SchoolNames`. Readings say where a name stands, never what it is. What the text does not tell apart - a
grown-up whom it names like a child - only the school's own lists can.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Literal, NamedTuple

from checks.readers.patterns import PatternFile, strings
from checks.readers.plain_text import plain

Kind = Literal["full name", "first name", "list of names"]
Confidence = Literal["certain", "likely", "possible"]

LIMIT = 20_000
"""How many characters of a text are read: longer than any post, shorter than a book."""
LIST = 4
"""From how many names on a text is a list of names."""


@dataclass(frozen=True, slots=True)
class NameReading:
    """One name, or one list of `people` names. `span` is (start, end) in the text as given; `reason` a clause.

    "certain": a class, a year, an age or an award stands right beside it. "likely": its shape and the text agree.
    "possible": it could name a grown-up or no person.
    """

    kind: Kind
    span: tuple[int, int]
    reason: str
    confidence: Confidence
    people: int = 1


@dataclass(frozen=True, slots=True)
class SchoolNames:
    """Names that the school may publish; make one with `of`.

    `staff` are (first name or initial, surname), `surnames` those of staff of whom no more is known, `allowed` other
    names and phrases, word by word. All in lower case.
    """

    staff: frozenset[tuple[str, str]] = frozenset()
    surnames: frozenset[str] = frozenset()
    allowed: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def of(cls, *, staff: Iterable[str] = (), allowed: Iterable[str] = ()) -> "SchoolNames":
        """Names as people write them: "Angela Poole", "Mrs A Poole", "Mrs Poole"; "Hazel House", "Rowan Larch"."""
        titles = _words("titles")
        people = [[word for word in _split(name) if word not in titles] for name in staff]
        return cls(
            staff=frozenset((words[0], words[-1]) for words in people if len(words) > 1),
            surnames=frozenset(words[0] for words in people if len(words) == 1),
            allowed=frozenset(words for name in allowed if (words := _split(name))),
        )

    def names(self, first: str, last: str) -> bool:
        """Whether the staff list has somebody of this first name, or initial, and surname."""
        return (first, last) in self.staff or (first[:1], last) in self.staff


NOBODY = SchoolNames()


def read_names(text: str, *, known: SchoolNames = NOBODY) -> tuple[NameReading, ...]:
    """Pupils' names in the first `LIMIT` characters, in their order; a list comes before its names."""
    simple = plain(text, LIMIT)
    if not _worth_reading(simple.text):
        return ()
    words = list(_tokens(simple.text))
    mentions = list(_mentions(words, known))
    judged = [
        _Judged(mention, *verdict)
        for group in _groups(simple.text, mentions)
        for mention, verdict in zip(group, _verdicts(simple.text, group), strict=True)
        if verdict is not None
    ]
    readings = [
        NameReading(
            "full name" if one.mention.last else "first name",
            simple.span(one.mention.start, one.mention.end),
            one.reason,
            one.confidence,
        )
        for one in judged
    ]
    return (*_listed(readings, judged), *readings)


def _worth_reading(text: str) -> bool:
    """Whether a text has a first name, a hashtag, or two words in a row that could be a name of no list."""
    words = _WORD.findall(text)
    looks = [_look(word.removesuffix("'s")) for word in words]
    if any(one.first in _KNOWN_FIRST for one in looks) or any(word[0] == "#" for word in words):
        return True
    return any(one.first and other.last and other.case == "capital" for one, other in pairwise(looks))


def _listed(readings: Sequence[NameReading], judged: Sequence["_Judged"]) -> Iterator[NameReading]:
    sure = [number for number, one in enumerate(readings) if one.confidence != "possible"]
    people = {(judged[number].mention.first, judged[number].mention.last) for number in sure}
    people -= {(first, "") for first, last in people if last}
    if len(people) >= LIST:
        span = (readings[sure[0]].span[0], readings[sure[-1]].span[1])
        yield NameReading("list of names", span, "four or more names in one text", "likely", len(people))


# --- words -----------------------------------------------------------------------------------------


_Case = Literal["initial", "upper", "capital", "d'", "lower"]


@dataclass(frozen=True, slots=True)
class _Look:
    """What one written word can be: its form without capitals and accents, its case, and its ranks as a name.

    `first` is "strong", "weak" (also a word), "place" (also a place, a season or a surname), "unknown" (written like a
    name), or "" for no first name;
    `last` is "surname", "word" (also a word), "unknown" (in no list), or "" for a word that is no surname.
    """

    lower: str
    case: _Case
    first: str
    last: str


class _Token(NamedTuple):
    """A word without its 's. `joined`: nothing but a space stands between it and the word before."""

    look: _Look
    start: int
    end: int
    joined: bool
    owner: bool

    @property
    def lower(self) -> str:
        return self.look.lower

    @property
    def case(self) -> _Case:
        return self.look.case


@lru_cache(maxsize=50_000)
def _look(word: str) -> _Look:
    lower, case = _folded(word), _case(word)
    return _Look(lower, case, _first_rank(lower, case), _last_rank(lower, case))


def _case(word: str) -> _Case:
    if len(word) == 1 and word.isupper():
        return "initial"
    if not word[0].isupper():
        return "d'" if word[:2] == "d'" and word[2:3].isupper() else "lower"
    return "upper" if word.isupper() else "capital"


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(sign))


_WORD = re.compile(r"(?>#?[^\W\d_]+(?:['-][^\W\d_]+)*)(?!\d)")
_HUMPS = re.compile(r"(?:Mc|Mac|O)?[A-Z][a-z]+|[A-Z]+(?![a-z])|[a-z]+")


def _tokens(text: str) -> Iterator[_Token]:
    """The words of a text; #WellDoneElla is three."""
    end = -1
    for found in _WORD.finditer(text):
        start, word = found.start(), found[0]
        if word.startswith("#"):
            for place, hump in enumerate(_HUMPS.finditer(word)):
                yield _Token(_look(hump[0]), start + hump.start(), start + hump.end(), place > 0, owner=False)
            end = found.end()
            continue
        joined = text[end:start] in (" ", ". ") and (text[end] == " " or end - 2 < 0 or not text[end - 2].isalpha())
        owner = word[-2:].lower() == "'s" and len(word) > len("'s")
        bare = word[:-2] if owner else word
        yield _Token(_look(bare), start, start + len(bare), joined, owner)
        end = found.end()


def _split(name: str) -> tuple[str, ...]:
    return tuple(token.lower for token in _tokens(plain(name).text))


# --- names by their shape --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mention:
    """Words shaped like a name. `worth` is how sure the shape alone makes it, 0 to 3; `last` is "" for a first name.

    `kept_out`: the school's lists name the person. `known`: many people know somebody of this name.
    """

    first: str
    last: str
    start: int
    end: int
    worth: float
    known: bool = False
    kept_out: bool = False


def _mentions(tokens: Sequence[_Token], known: SchoolNames) -> Iterator[_Mention]:
    phrases = _phrases_at(tokens, _known_names())
    allowed = _phrases_at(tokens, _by_first_word(known.allowed))
    number = 0
    while number < len(tokens):
        if not tokens[number].look.first:
            number += 1
            continue
        last, worth = _full_name(tokens, number)
        behind = max(phrases.get(number, 0), allowed.get(number, 0))
        if worth and behind > last:
            last = behind - 1
        if not worth:
            if not behind and (mention := _first_name(tokens, number)):
                yield mention
            number = max(number + 1, behind)
            continue
        first, surname = tokens[number], tokens[last]
        yield _Mention(
            first.lower,
            surname.lower,
            first.start,
            surname.end,
            worth if surname.lower not in known.surnames else min(worth, 2.0),
            known=any(phrases.get(place, 0) > last for place in range(number, last + 1)),
            kept_out=allowed.get(number, 0) > last or known.names(first.lower, surname.lower),
        )
        number = last + 1


def _full_name(tokens: Sequence[_Token], number: int) -> tuple[int, float]:
    """Where the surname behind a first name stands, and what the two are worth together; 0 where there is none."""
    first = tokens[number]
    rank = first.look.first
    if not rank or first.owner:
        return number, 0
    last = _surname_place(tokens, number)
    if last is None:
        return number, 0
    if rank == "unknown" and tokens[number + 1].look.first == "strong" and _surname_place(tokens, number + 1):
        return number, 0  # "Beekeeper Sheila Larch"
    worth = _WORTH.get((rank, tokens[last].look.last), 0.0)
    if first.case == "lower":
        worth = worth - 1.0 if worth > _POSSIBLE else 0.0
    elif rank in ("weak", "place") and last > number + 1 and tokens[last].look.last != "word":
        worth += 1.0  # "Ivy Rose Larch"
    end = _rest_of_surname(tokens, last)
    if end > last and rank == "unknown":
        worth += 1.0  # "Ravleen Kaur Larch"
    last = end
    behind = tokens[last + 1] if last + 1 < len(tokens) else None
    if behind and behind.joined and not tokens[last].owner and behind.case in ("capital", "upper"):
        named_for_it = behind.lower in _words("organisations")
        worth = 0.0 if named_for_it else worth
    place = tokens[last].lower in _words("places") and tokens[last - 1] is first
    if worth and place:
        at_a_place = first.joined and tokens[number - 1].lower in _PLACED - ({"to"} if rank == "strong" else set())
        worth = 0.0 if at_a_place else worth - 0.5 * (rank != "strong")
    if last > number + 1 and tokens[last].lower in _words("organisations") and tokens[last].case == first.case:
        worth = 0.0  # "Amy Johnson Way"
    if first.joined and tokens[number - 1].case != "lower" and tokens[number - 1].lower in _words("named_after"):
        worth = 0.0
    return last, worth


def _surname_place(tokens: Sequence[_Token], number: int) -> int | None:
    """The first word behind a first name, past middle names and particles, that can be a surname."""
    first, place = tokens[number], number + 1
    while place < len(tokens) and tokens[place].joined and not tokens[place - 1].owner:
        token = tokens[place]
        follower = tokens[place + 1] if place + 1 < len(tokens) else None
        more = bool(follower and follower.joined and not token.owner and _can_be_last(follower, first))
        if token.case == "initial" or token.lower in _words("particles"):
            if not more:
                return None
        elif not _can_be_last(token, first):
            return None
        elif not (more and token.look.first in _KNOWN_FIRST):
            return place
        place += 1
    return None


def _can_be_last(token: _Token, first: _Token) -> bool:
    """Whether a word can be a surname, written like the first name before it."""
    if token.lower in _words("particles") or token.case == "initial":
        return first.case != "lower"
    if token.case != first.case and {token.case, first.case} not in ({"capital", "d'"}, {"capital", "upper"}):
        return False
    return bool(token.look.last) and len(token.lower) > 1


def _rest_of_surname(tokens: Sequence[_Token], last: int) -> int:
    """The last word of a surname of two words."""
    following = last + 1
    if following < len(tokens) and tokens[following].joined and not tokens[last].owner:
        token = tokens[following]
        same = token.case == tokens[last].case and token.case != "lower"
        if same and token.look.last in ("surname", "word") and token.lower not in _words("organisations"):
            return following
    return last


_PLACED = frozenset(
    {"at", "in", "to", "near", "from", "through", "around", "past", "via", "the", "visit", "visited", "visiting"}
)
"""Words behind which Elsie Park is a park."""

_KNOWN_FIRST = ("strong", "weak", "place")
_WORTH: Mapping[tuple[str, str], float] = {
    ("strong", "surname"): 3.0,
    ("strong", "word"): 2.5,
    ("strong", "unknown"): 2.5,
    ("weak", "surname"): 2.5,
    ("weak", "word"): 2.0,
    ("weak", "unknown"): 2.5,
    ("place", "surname"): 2.5,
    ("place", "word"): 1.5,
    ("place", "unknown"): 2.0,
    ("unknown", "surname"): 1.5,
    ("unknown", "unknown"): 0.5,
}
"""What a first name and a surname are worth together: `_LIKELY` needs no word beside it."""


def _first_rank(lower: str, case: _Case) -> str:
    if case in ("initial", "d'") or len(lower) == 1 or lower in _words("titles"):
        return ""
    firsts, weak = _first_names()
    parts = lower.split("-")
    if lower in firsts or (len(parts) > 1 and all(part in firsts or part in weak for part in parts)):
        return "strong"
    if lower in weak:
        if lower in strings("first_names.toml", "pupils"):
            return "place" if lower in _words("placed") and case != "lower" else "weak"
        return "place" if case != "lower" else ""
    return "unknown" if case == "capital" and lower not in _no_names() else ""


def _last_rank(lower: str, case: _Case) -> str:
    parts = lower.split("-")
    if lower in _surnames("never") or len(lower) == 1 or (len(parts) > 1 and parts[-1] in _surnames("never")):
        return ""  # "Zoo", "Burton-style"
    if lower in _surnames("also_words"):
        return "word" if case != "lower" else ""
    if lower in _surnames("surnames") or len(parts) > 1:
        return "surname"
    if lower.startswith(("mc", "o'", "d'")):
        return "surname"
    return "" if lower in _surnames("ordinary") else "unknown"


def _first_name(tokens: Sequence[_Token], number: int) -> _Mention | None:
    """A first name alone, or with an initial behind it."""
    token = tokens[number]
    rank = token.look.first
    if rank not in _KNOWN_FIRST or (rank != "strong" and token.case == "lower"):
        return None
    end = token.end
    if number + 1 < len(tokens) and (behind := tokens[number + 1]).joined and not token.owner:
        if behind.case == "initial" and behind.lower not in "ai":
            end = behind.end
        elif behind.case in ("capital", "upper") and token.case != "lower":
            return None  # a place, a class, a product
    worth = 1.0 if token.case == "lower" else 2.0
    return _Mention(token.lower, "", token.start, end, worth if rank == "strong" else worth / 2)


# --- labels --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """A text that is one name and nothing else, as on a peg. `sure`: no place, plant or word is written the same.

    `full`: a surname stands with it. `key` tells names on one sheet apart, and is kept nowhere.
    """

    full: bool
    sure: bool
    key: tuple[str, str]


def read_label(text: str, *, known: SchoolNames = NOBODY) -> Label | None:
    """The name that a short text is, also as "Larch, Poppy"; None where it is more, less, or no pupil's by any list."""
    words = list(_tokens(plain(text, LIMIT).text))
    while len(words) > 1 and words[-1].case == "initial" and not words[-1].joined:
        words.pop()  # "Poppy Larch / N": a register's mark
    if not 0 < len(words) <= _LABEL or any(word.lower in _words("titles") | _NUMERALS for word in words):
        return None
    if _phrases_at(words, _known_names()) or _phrases_at(words, _by_first_word(known.allowed)):
        return None
    first = _label_first(words)
    behind = [word for word in words if word is not first]
    if first is None or known.names(first.lower, behind[-1].lower if behind else ""):
        return None
    sure = first.look.first == "strong"
    if not behind or (len(behind) == 1 and behind[0].case == "initial"):
        if first.look.first not in _KNOWN_FIRST:
            return None
        return Label(False, sure, (first.lower, behind[0].lower if behind else ""))
    rank = behind[-1].look.last
    worth = _WORTH.get((first.look.first, rank), 0.0)
    if worth < _POSSIBLE - 0.5 or behind[-1].lower in _words("organisations") | _words("places"):
        return None
    return Label(True, worth >= _LIKELY, (first.lower, behind[-1].lower))


_LABEL = 4
"""More words than this are no label."""
_NUMERALS = frozenset({"i", "ii", "iii", "iv", "vi", "vii", "viii", "ix"})
"""Behind a first name they make a king of it."""


def _label_first(words: Sequence[_Token]) -> _Token | None:
    """The first name of a label: its first word, or the one behind a surname."""
    first = words[0]
    if len(words) > 1 and all(word.case in ("capital", "upper", "d'") for word in words):
        swapped = first.look.first not in _KNOWN_FIRST or not words[1].joined
        if swapped and first.look.last and words[1].look.first in _KNOWN_FIRST:
            return words[1]
    if first.case == "lower":
        return None
    if any(word.case == "lower" and word.lower not in _words("particles") for word in words):
        return None
    return first if first.look.first else None


# --- who is meant ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Judged:
    mention: _Mention
    confidence: Confidence
    reason: str


_Verdict = tuple[Confidence, str]
_CERTAIN, _LIKELY, _POSSIBLE = 4.0, 2.5, 2.0
_NAMED = 1.0
"""What is worth less is a name only with a class, a year or an age behind it."""
_REACH = 90
"""How far around a name words speak of it, in characters."""


def _groups(text: str, mentions: Sequence[_Mention]) -> Iterator[list[_Mention]]:
    """Mentions between which there is nothing but commas, "and", places and brackets."""
    group = list(mentions[:1])
    for before, mention in pairwise(mentions):
        between = text[before.end : mention.start]
        if len(between) > _REACH // 2 or not _patterns()["«link»"].match(between.removeprefix("'s")):
            yield group
            group = []
        group.append(mention)
    if group:
        yield group


@dataclass(frozen=True, slots=True)
class _Around:
    """What the sentence around a group of names says.

    `tagged`: a class, a year, an age or an award stands right before the names. `direct`: praise does. `praised`: the
    sentence is about pupils. `kindness`: it is about what grown-ups do for a school. `acting`: a person's deeds follow.
    `mentioned`: words follow or precede that are said of children. `grown_up`: "surely", "probably" or "".
    """

    tagged: bool
    direct: bool
    praised: bool
    kindness: bool
    acting: bool
    mentioned: bool
    grown_up: str


def _around(text: str, group: Sequence[_Mention]) -> _Around:
    start, end = _sentence(text, group[0].start, group[-1].end)
    before, behind = text[start : group[0].start], text[group[-1].end : end]
    sentence, patterns = text[start:end], _patterns()
    closes = not before.strip() or bool(patterns["«closing»"].search(before))
    signed = len(group) == 1 and closes and _is_signature(text, group[0])
    return _Around(
        tagged=bool(patterns["«tag_before»"].search(before)),
        direct=bool(patterns["«direct_before»"].search(before)),
        praised=bool(patterns["«praised»"].search(sentence)),
        kindness=bool(patterns["«kindness»"].search(sentence)),
        acting=bool(patterns["«person_behind»"].match(behind)),
        mentioned=bool(patterns["«first_praised»"].search(sentence)),
        grown_up="surely" if signed else _is_grown_up(before, behind),
    )


def _verdicts(text: str, group: Sequence[_Mention]) -> Iterator[_Verdict | None]:
    """What each name of a group comes to; None for no pupil's. A class behind the last name is said of all."""
    around = _around(text, group)
    company = any(one.known or one.kept_out or _has_title(text, one) for one in group)
    for mention in group:
        tagged = any(
            _patterns()["«tag_behind»"].match(text[one.end : one.end + _REACH]) for one in (mention, group[-1])
        )
        ruled_out = mention.kept_out or _has_title(text, mention) or around.grown_up == "surely"
        if ruled_out or ((mention.known or around.grown_up) and not tagged):
            yield None
            continue
        if mention.worth < _NAMED and not tagged:
            yield None
            continue
        doubtful = not tagged and (company or around.kindness)
        here = replace(around, tagged=tagged or around.tagged)
        worth = mention.worth - doubtful
        if mention.last:
            yield _by_worth(worth + _full_name_bonus(mention, here, doubtful=doubtful), here)
        else:
            yield _first_name_verdict(worth, len(group), here)


def _full_name_bonus(mention: _Mention, around: _Around, *, doubtful: bool) -> float:
    if around.tagged:
        return 2.0
    if doubtful:
        return 0.0
    return around.praised + 0.5 * around.direct + 0.5 * (around.acting and mention.worth < _LIKELY)


def _by_worth(worth: float, around: _Around) -> _Verdict | None:
    if worth < _POSSIBLE:
        return None
    reason = "a first name and a surname"
    if around.tagged:
        reason += " beside a class, a year, an age or an award"
    elif around.praised:
        reason += " in a sentence about pupils"
    if worth < _LIKELY:
        return "possible", reason
    return ("certain" if around.tagged and worth >= _CERTAIN else "likely"), reason


def _first_name_verdict(worth: float, people: int, around: _Around) -> _Verdict | None:
    """A first name counts only beside words about children, or beside other names."""
    if not (around.tagged or around.praised or around.mentioned or people > 1):
        return None
    worth += around.tagged + 0.5 * (around.direct + around.praised + (people > 1))
    if worth < _POSSIBLE:
        return None
    return ("likely" if worth >= _LIKELY else "possible"), "a first name beside words about children"


def _is_grown_up(before: str, behind: str) -> str:
    """Whether the words before or behind names speak of grown-ups: "surely", "probably" or ""."""
    patterns = _patterns()
    if (found := patterns["«role_behind»"].match(behind)) and not patterns["«young_behind»"].search(found[0]):
        return "surely"
    if found := patterns["«role_before»"].search(before):
        ahead = before[: found.start()]
        met = found[0].rstrip()[-1:] in ":-" and patterns["«meeting»"].search(ahead)
        if not met and not patterns["«young_before»"].search(ahead):
            return "surely" if not patterns["«tag_behind»"].match(behind) else ""
    if patterns["«adult_heading»"].match(before):
        return "surely"
    if patterns["«made_by»"].search(before):
        return ""
    probably = (
        patterns["«learning_before»"].search(before)
        or patterns["«by_before»"].search(before)
        or patterns["«from_behind»"].match(behind)
        or patterns["«behind_adult»"].match(behind)
        or patterns["«years_behind»"].match(behind)
        or (
            patterns["«firm»"].match(behind)
            and (patterns["«thanked»"].search(before) or patterns["«firm_gave»"].match(behind))
        )
    )
    return "probably" if probably else ""


_LETTER = 80
"""A text before a name that is long enough for a letter, in characters."""


def _is_signature(text: str, mention: _Mention) -> bool:
    """Whether a name stands alone at the end of a letter, or before the line that says what the writer is."""
    line, _, below = text[mention.end :].partition("\n")
    ends = not line.strip(" .,*_") and bool(_patterns()["«role_line»"].match(below))
    before = text[: mention.start].rstrip(" ")
    return ends and mention.start > _LETTER and not before.endswith((":", "-", ":\n"))


def _has_title(text: str, mention: _Mention) -> bool:
    before = text[max(0, mention.start - 24) : mention.start]
    return bool(_patterns()["«title_before»"].search(before)) and not _patterns()["«missed»"].search(before)


_END = re.compile(r"(?<=[^\W\d_]{2})[.!?]+(?=\s)|\n|(?<=[)\"'])[.!?]+(?=\s)")


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a place begins and ends, no further away than `_REACH`."""
    first = max(0, start - _REACH)
    for found in _END.finditer(text, first, start):
        if text[found.start() - 1 : found.start()] != ":":
            first = found.end()
    found_end = _END.search(text, end, min(len(text), end + _REACH))
    return first, found_end.start() + 1 if found_end else min(len(text), end + _REACH)


# --- data ------------------------------------------------------------------------------------------


@cache
def _patterns() -> PatternFile:
    return PatternFile("names.toml", {})


@cache
def _words(name: str) -> frozenset[str]:
    words = _patterns().table["lists"][name]
    return frozenset(words.split() if isinstance(words, str) else words)


@cache
def _first_names() -> tuple[frozenset[str], frozenset[str]]:
    """First names, and those that are also words."""
    weak = strings("first_names.toml", "also_words")
    return (strings("first_names.toml", "pupils") | strings("first_names.toml", "faker")) - weak, weak


@cache
def _surnames(name: str) -> frozenset[str]:
    return strings("surnames.toml", name)


@cache
def _no_names() -> frozenset[str]:
    """Words that are no first name even with a capital."""
    return _surnames("ordinary") | _surnames("never") | _surnames("also_words") | _words("titles")


Phrases = Mapping[str, Sequence[tuple[str, ...]]]


def _by_first_word(names: Iterable[tuple[str, ...]]) -> Phrases:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for words in names:
        phrases.setdefault(words[0], []).append(words)
    return phrases


@cache
def _known_names() -> Phrases:
    table = tomllib.loads((resources.files("checks.data") / "known_names.toml").read_text("utf-8"))
    return _by_first_word(_split(name) for names in table.values() if isinstance(names, list) for name in names)


def _phrases_at(tokens: Sequence[_Token], phrases: Phrases) -> dict[int, int]:
    """Where known phrases begin, and the number of the first word behind each, the longest taken."""
    ends: dict[int, int] = {}
    if not phrases:
        return ends
    for number, token in enumerate(tokens):
        for words in phrases.get(token.lower, ()):
            following = tokens[number : number + len(words)]
            if tuple(one.lower for one in following) == words and all(one.joined for one in following[1:]):
                ends[number] = max(ends.get(number, 0), number + len(words))
    return ends
