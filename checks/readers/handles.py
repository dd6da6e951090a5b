"""Accounts that look like the school's: imitations told from its neighbours, its parents' bodies and other schools.

Handles and display names are compared as people see them: letters of other scripts, styled letters, accents, digits
for letters and "rn" for "m" are undone (the skeleton of Unicode Technical Standard 39, cut down to a-z), separators
are dropped. Then the school's own name is looked for, spelt right or nearly so, and every word beside it says what the
account is: a school, its parents' association, a club, somebody who works there. The words are data/handles.toml.
What is read is likeness, never malice: a lookalike may be the school's own forgotten account.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any, Literal

from rapidfuzz.distance import OSA, Levenshtein

from checks.readers.plain_text import plain

LIMIT = 200
"""How many characters of a handle, and of a display name, are read."""

Kind = Literal["lookalike", "affiliated", "person", "parody", "other school", "local", "unrelated"]


@dataclass(frozen=True, slots=True)
class Official:
    """The school's own account. `place` may be "": then what follows a comma in the name, or the handle, tells it."""

    handle: str
    name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class HandleReading:
    """What an account is beside the school's own.

    `lookalike` passes for the school, or for a part of it. `affiliated` are bodies of parents and former pupils,
    `person` is somebody who works or belongs there, `parody` says so itself, `local` is something else of that place.
    `span` is where the school's name, or what looks like it, stands in `seen_in`; None where it does not.
    """

    kind: Kind
    reason: str
    confidence: Literal["certain", "likely", "possible"]
    seen_in: Literal["handle", "name", ""] = ""
    span: tuple[int, int] | None = None


def read_handle(official: Official, handle: str, display: str) -> HandleReading:
    """What the account with this handle and display name is, beside the school's own."""
    school = _own(official)
    name, user = _survey(display, school), _survey(_local_part(handle), school)
    near = _nearness(user.text, school)
    seen: Literal["handle", "name"] = "name" if name.found else "handle"
    found = name.found or user.found
    start = len(handle) - len(handle.removeprefix("@"))
    span = name.span if name.found else user.span
    if span and seen == "handle":
        span = (span[0] + start, span[1] + start)
    kind, reason, confidence = _judge(school, name, user, near, display)
    return HandleReading(kind, reason, confidence, seen if found else "", span)


# -- what is said beside the school's name


_Verdict = tuple[Kind, str, Literal["certain", "likely", "possible"]]
_PHASES = frozenset({"infant", "junior", "primary", "first", "middle", "nursery", "secondary", "prep", "special"})
_FAITHS = frozenset({"ce", "rc", "other_faith"})
_ENOUGH = 5
"""Shorter names and handles are too much like too many others to be found misspelt."""


def _judge(school: "_School", name: "_Survey", user: "_Survey", near: str, display: str) -> _Verdict:
    named = school.is_named(name) or school.is_named(user)
    if not (named or near):
        return _unnamed(name, user)
    if other := _something_else(name, user, near):
        return other
    if named and "disguised" in (name.found, user.found):
        return "lookalike", "the school's name in letters that only look like its own", "certain"
    if other := _neighbour(school, name, user, display):
        return other
    if school.shared and not (near or school.is_meant(name, user)):
        return "other school", "a name that many schools share, and no sign of this one's place", "possible"
    if near in ("same", "within"):
        return "lookalike", f"the school's own handle {_NEAR[near]}", "certain" if near == "same" else "likely"
    if "misspelt" in (name.found, user.found):
        return "lookalike", "the school's name, misspelt", "likely"
    if not named:
        return "lookalike", f"the school's own handle {_NEAR[near]}", "likely"
    if {"mockery", "money"} & (name.roles | user.roles):
        return "lookalike", "the school's name with words that no school puts beside it", "likely"
    return "lookalike", "the school's own name", "possible" if name.unknown else "likely"


_NEAR = {"same": "but for separators and lookalike letters", "within": "with words added", "typo": "but for a letter"}


def _unnamed(name: "_Survey", user: "_Survey") -> _Verdict:
    if name.found or user.found:
        return "local", "the name of the place, or of a person, without a word for a school", "likely"
    if name.says_school or user.says_school:
        return "other school", "another name", "likely"
    return "unrelated", "nothing of the school's name", "certain"


def _something_else(name: "_Survey", user: "_Survey", near: str) -> _Verdict | None:
    """Where the display name says what it is, and that is not the school."""
    if not name.found and name.says_school and (name.unknown or name.roles & {"home", "abroad"}):
        return "other school", "another name", "likely"
    if not name.says_school and {"other", "lessons"} & name.roles:
        return "local", "something else in the place", "likely"
    weak = near != "same" and not user.roles & _PHASES and "school" not in user.roles
    if name.found and name.unknown and not name.says_school and weak and "place" not in name.roles:
        return "local", "the name of the place with another word", "possible"
    return None


def _neighbour(school: "_School", name: "_Survey", user: "_Survey", display: str) -> _Verdict | None:
    """What names the school and yet is not it: its parents, its people, its namesakes."""
    roles = name.roles | user.roles
    if "parody" in name.roles or {"parody", "spoof", "satire"} & set(user.words):
        return "parody", "says that it is a parody or a fan's", "likely"
    if "affiliate" in roles and "money" not in roles:
        return "affiliated", "a body of parents, former pupils or friends", "likely"
    if _is_person(school, name, display) and not (user.found and _is_page_of_staff(school, display)):
        return "person", "somebody who names the school", "likely"
    said = name.roles if name.says_school else user.roles
    if school.conflicts(said):
        return "other school", "another kind of school", "likely"
    if _GROUPS.intersection(name.words) and not _GROUPS & school.words:
        return "other school", "a group of schools", "likely"
    if "lessons" in name.roles and not name.roles & _PHASES:
        return "local", "lessons of another kind", "likely"
    if "other" in name.roles:
        return "local", "something else in the place", "likely"
    if name.says_school and name.beside & {"namepart"}:
        return "other school", "another name with the same word in it", "likely"
    if "abroad" in roles or (school.shared and "home" in roles and "place" not in roles):
        return "other school", "a school of that name elsewhere", "likely"
    return None


_GROUPS = frozenset({"academies", "federation", "fed", "mat", "schools"})
_SEPARATORS = re.compile(r"[,|•·:;/()\[\]\u2013\u2014~]+| -+ | (?i:at|from) | ?@ ?")


def _is_person(school: "_School", name: "_Survey", display: str) -> bool:
    """Whether a display name begins with somebody and goes on to the school: "Jo, TA at Hazelbrook Primary"."""
    if not name.found:
        return False
    parts = [part for part in _SEPARATORS.split(display[:LIMIT]) if part.strip()]
    first = _survey(parts[0], school)
    rest = " ".join(parts[1:])
    titled = bool(first.words) and first.words[0] in _words("title")  # Mrs Elm is no class called Elm
    official = first.roles & {"claim", "office", "mockery", "money", *(() if titled else ("klass",))}
    if rest and not (first.found or first.says_school) and _survey(rest, school).found:
        if first.words and first.words[0] in _words("person"):
            return True
        return bool(first.unknown or "title" in first.roles) and not official
    before = name.words_before
    if "person" in name.roles and before and not _roles(before[0], school.place):
        return True
    return bool(before) and before[0] in _words("title") and bool(name.unknown)


_BAR = re.compile(r"[|•·\u2013\u2014]| - ")


def _is_page_of_staff(school: "_School", display: str) -> bool:
    """Whether a title and a name stand beside the school's whole name, as on a page of its own."""
    who, *more = _BAR.split(display[:LIMIT])
    words, rest = _survey(who, school).words, _survey(" ".join(more), school)
    return bool(words and words[0] in _words("title") and rest.found and rest.says_school) and not (
        rest.unknown or rest.roles & {"person", "klass", "lessons", "other"}
    )


# -- the school


@dataclass(frozen=True)
class _School:
    """What tells the school: its name's own part, place, kind, and whether many schools share the name."""

    official: Official
    cores: tuple[str, ...]
    place: str
    roles: frozenset[str]
    accents: bool
    words: frozenset[str]
    told_by_place: bool = False

    @cached_property
    def shared(self) -> bool:
        """Whether many schools have this name: saints, "Park", "Holy Trinity", "Harris Academy Merton"."""
        saint = re.match(r"\W*(?:st|saint)\b", self.official.name, re.IGNORECASE)
        return self.told_by_place or bool(saint) or not _words_joined("shared", "names").isdisjoint(self.cores)

    @cached_property
    def handle(self) -> "_Text":
        return _read(_local_part(self.official.handle))

    def is_named(self, survey: "_Survey") -> bool:
        said = survey.says_school or bool(survey.roles & _FAITHS & self.roles)
        return bool(survey.found) and (said or (self.shared and "place" in survey.roles and not survey.unknown))

    def conflicts(self, roles: frozenset[str]) -> bool:
        """Whether words for kinds of school are all of kinds that this one is not."""
        phases, faiths = roles & _PHASES, roles & _FAITHS
        own_phases, own_faiths = self.roles & _PHASES, self.roles & _FAITHS
        return bool(
            (phases and own_phases and not phases & own_phases)
            or (phases == {"secondary"} and not own_phases)
            or (faiths and own_faiths and not faiths & own_faiths)
            or (faiths - {"ce"} and not own_faiths)
        )

    def is_meant(self, name: "_Survey", user: "_Survey") -> bool:
        """Of a name that many schools have: whether the place, or the whole name, points to this one."""
        roles = name.roles | user.roles
        whole = bool(name.found) and not name.unknown and name.roles & _FAITHS == self.roles & _FAITHS
        return "place" in roles or whole or bool("claim" in name.roles and not name.unknown)


@lru_cache(maxsize=64)
def _own(official: Official) -> _School:
    name, _, after = official.name.partition(",")
    text = _read(name)
    pieces, end = _without_place(_pieces(text, 0, len(text.letters), ""))
    if pieces and {"namepart", "secondary"} <= pieces[0][1]:
        pieces[0] = (pieces[0][0], frozenset({"namepart"}))  # "Upper Beeding Primary School" is no upper school
    telling = [(word, roles) for word, roles in pieces if not roles & (_NAMELESS - {"plain"})]
    spare = ["".join(word for word, roles in telling if not roles & {"plain"}), "".join(word for word, _ in telling)]
    spare += [_shortened(core) for core in spare]
    cores = tuple(dict.fromkeys(core for core in spare if core)) or (text.letters,)
    roles = frozenset(role for _, roles in pieces for role in roles & (_PHASES | _FAITHS))
    place = _read(official.place or after).letters or end
    accents = bool(text.odd)
    words = frozenset(_words_of(text, 0, len(text.letters)))
    if not place:
        handle = _read(_local_part(official.handle))
        bare = _School(official, cores, "", roles, accents, words)
        found = _find(handle, bare)
        place = _over(handle, found) if found else ""
    return _School(official, cores, place, roles, accents, words, told_by_place=bool(end))


def _without_place(pieces: "_Pieces") -> tuple["_Pieces", str]:
    """The words of a school's name, and of which place it is where that stands at the end: "Hillside School Leeds"."""
    kinds = frozenset({"school"}) | _PHASES
    last = max((index for index, (_, roles) in enumerate(pieces) if roles & kinds), default=0)
    after = pieces[last + 1 :]
    places = frozenset({"home", "namepart"})
    named = any(not roles & _NAMELESS for _, roles in pieces[:last])
    if not (named and after and all(roles <= places for _, roles in after)):
        return pieces, ""
    return pieces[: last + 1], "".join(word for word, _ in after)


def _over(handle: "_Text", found: "_Match") -> str:
    """The longest word of a handle beside the school's name that is not one for a school, an office or the like."""
    cuts = sorted({0, found.start, found.end, len(handle.letters), *handle.starts})
    words = (handle.letters[start:end] for start, end in pairwise(cuts) if not found.start <= start < found.end)
    places = frozenset({"home", "namepart", "klass", "other"})
    return max(
        (word for word in words if len(word) >= _LONG and (_roles(word, "") or places) <= places), key=len, default=""
    )


def _shortened(core: str) -> str:
    """The name with its first word cut short as people do it: "Gt Dunholme"."""
    short = ((long, cut) for long, cut in _table()["short"].items() if core.startswith(long) and core != long)
    return next((cut + core[len(long) :] for long, cut in short), core)


_NAMELESS = frozenset({"school", "kind", "initials", "plain"}) | _PHASES | _FAITHS


# -- a text, taken to pieces


@dataclass(frozen=True, slots=True)
class _Text:
    """Letters and digits of a text in lower case without separators.

    `starts` are the positions where a word begins (and the end); `origins` where each letter stands in the original;
    `odd` the positions of letters that only look like a-z.
    """

    letters: str
    starts: frozenset[int]
    origins: tuple[int, ...]
    odd: frozenset[int]

    def aligned(self, index: int) -> bool:
        if index in self.starts:
            return True
        return self.letters[index - 1].isdigit() != self.letters[index].isdigit()


def _read(text: str) -> _Text:
    letters: list[str] = []
    origins: list[int] = []
    starts, odd = {0}, set[int]()
    before = ""
    simple = plain(text, LIMIT)
    for position, character in enumerate(simple.text):
        origin = simple.origins[position]
        shown = _table()["looks_like"].get(text[origin]) or _latin(character)
        if not shown:
            if character not in "'\u2019`":
                starts.add(len(letters))
                before = ""
            continue
        if before.islower() and character.isupper():
            starts.add(len(letters))
        if not text[origin].isascii():
            odd.update(range(len(letters), len(letters) + len(shown)))
        before = character
        letters += shown
        origins += [origin] * len(shown)
    starts.add(len(letters))
    return _Text("".join(letters), frozenset(starts), tuple(origins), frozenset(odd))


@lru_cache(maxsize=4096)
def _latin(character: str) -> str:
    """The letters a-z and digits that a character stands for or looks like; "" where it is no letter."""
    if character in "&+":
        return "and"
    if shown := _table()["looks_like"].get(character):
        return str(shown)
    base = "".join(one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one))
    base = "".join(_table()["looks_like"].get(one, one) for one in base)
    return base.casefold() if base.isalnum() else ""


def _local_part(handle: str) -> str:
    """A handle without its server: @name@server, name.bsky.social, name@server."""
    name = handle[: LIMIT * 2].removeprefix("@")
    name = name.partition("@")[0] if "@" in name else name
    return re.sub(r"\.(?:bsky\.social|sch\.uk|co\.uk|org\.uk|com|org)$", "", name, flags=re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Survey:
    """A text with the school's name found in it or not, and what the words beside that say."""

    text: _Text
    found: Literal["exact", "disguised", "misspelt", ""]
    span: tuple[int, int] | None
    words: tuple[str, ...]
    words_before: tuple[str, ...]
    beside: frozenset[str]
    roles: frozenset[str]
    unknown: tuple[str, ...]

    @property
    def says_school(self) -> bool:
        return bool(self.roles & (_PHASES | {"school", "initials"}))


def _survey(words: str, school: _School) -> _Survey:
    text = _read(words)
    found = _find(text, school)
    pieces = _leftover(text, found, school.place)
    before = _pieces(text, 0, found.start, school.place) if found else []
    span = (text.origins[found.start], text.origins[found.end - 1] + 1) if found else None
    return _Survey(
        text,
        found.how if found else "",
        span,
        tuple(word for word, _ in pieces),
        tuple(word for word, _ in before),
        frozenset().union(*(roles for _, roles in (before[-1:] + pieces[len(before) :][:1]))),
        frozenset(role for _, roles in pieces for role in roles),
        tuple(word for word, roles in pieces if not roles and len(word) > 1),
    )


_Pieces = list[tuple[str, frozenset[str]]]
_PHRASE = 5
"""How many words a phrase of the lists has at most."""
_SHORT, _LONG = 3, 4
"""From how many letters on a word is known inside a longer run, and may be known though it lacks vowels."""


def _leftover(text: _Text, found: "_Found", place: str) -> _Pieces:
    """The words on both sides of the school's name; all of them where it was not found."""
    if not found:
        return _pieces(text, 0, len(text.letters), place)
    return _pieces(text, 0, found.start, place) + _pieces(text, found.end, len(text.letters), place, after=True)


def _pieces(text: _Text, start: int, end: int, place: str, *, after: bool = False) -> _Pieces:
    """The words of a stretch with their roles, the longest phrases first; unknown words have no role.

    `after` says that the school's name stands right before it, so that a run of letters may begin with a word for a
    school and go on unknown ("HazelbrookPrimaryZebras").
    """
    cuts = sorted({start, end, *(one for one in text.starts if start < one < end)})
    pieces: _Pieces = []
    index = 0
    while index < len(cuts) - 1:
        for stop in range(min(index + _PHRASE, len(cuts) - 1), index, -1):
            word = text.letters[cuts[index] : cuts[stop]]
            if roles := _roles(word, place):
                pieces.append((word, roles))
                break
        else:
            stop = index + 1
            pieces += _split(word, place, after and index == 0)
        index = stop
    return pieces


@lru_cache(maxsize=65536)
def _split(run: str, place: str, after: bool) -> tuple[tuple[str, frozenset[str]], ...]:  # noqa: FBT001 - a key
    """A run of letters as known words and digits, the fewest; as one unknown word where it is not made of them."""
    best: list[tuple[tuple[str, frozenset[str]], ...] | None] = [()]
    for end in range(1, len(run) + 1):
        choices = []
        for start in range(max(0, end - _longest()), end):
            known = best[start]
            word = run[start:end]
            short = len(word) < _SHORT and start > 0 and end < len(run) and not run[end].isdigit()
            if known is None or short:
                continue
            roles = _roles(word, place)
            if roles and len(word) < _SHORT and "plain" in roles:
                continue  # "Elmby" is no elm
            if roles or word.isdigit():
                choices.append((*known, (word, roles or frozenset())))
        best.append(min(choices, key=len, default=None))
    whole = best[-1]
    if whole is not None:
        return tuple((word, roles) for word, roles in whole if roles)
    if near := _nearly(run):
        return ((run, near),)
    if after:
        for end in range(len(run) - 1, _SHORT - 1, -1):
            first = _roles(run[:end], place)
            if first and first & (_PHASES | {"school"}):
                return ((run[:end], first), (run[end:], frozenset()))
    return ((run, frozenset()),)


# -- the school's name in a text


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    how: Literal["exact", "disguised", "misspelt"]


_Found = _Match | None
_RANKS = ("exact", "disguised", "misspelt")
_MISSING, _EXTRA = 4, 3
"""How many letters a misspelt name may lack or have too many, at most."""


def _find(text: _Text, school: _School) -> _Found:
    """The school's name, where it begins and ends with a word, or beside words that are known."""
    matches = [match for start in _beginnings(text) for match in _matches(text, start, school) if _ends(text, match)]
    return min(matches, key=lambda match: (_RANKS.index(match.how), match.start - match.end), default=None)


def _matches(text: _Text, start: int, school: _School) -> Iterator[_Match]:
    for core in school.cores:
        for end in range(start + max(2, len(core) - _MISSING), min(len(text.letters), start + len(core) + _EXTRA) + 1):
            if how := _likeness(text.letters[start:end], core):
                odd = how == "exact" and not school.accents and not text.odd.isdisjoint(range(start, end))
                if how != "misspelt" or not _says_another(text, start, end, school):
                    yield _Match(start, end, "disguised" if odd else how)


def _says_another(text: _Text, start: int, end: int, school: _School) -> bool:
    """Whether a name that looks misspelt has a word of its own, spelt right: "Wren Hall" is not "Wren Hill"."""
    return any(word not in school.words and _roles(word, "") for word in _words_of(text, start, end))


def _words_of(text: _Text, start: int, end: int) -> list[str]:
    cuts = sorted({start, end, *(one for one in text.starts if start < one < end)})
    return [text.letters[first:last] for first, last in pairwise(cuts) if last - first >= _SHORT]


def _beginnings(text: _Text) -> list[int]:
    """Where the name may begin: where a word does, or after known words that are run together with it."""
    reached = {start for start in text.starts if start < len(text.letters)}
    for index in range(len(text.letters)):
        if index in reached:
            reached.update(
                index + length
                for length in range(_SHORT, _longest() + 1)
                if index + length < len(text.letters) and _roles(text.letters[index : index + length], "")
            )
    return sorted(reached)


def _ends(text: _Text, match: _Match) -> bool:
    """Whether what follows in the same word is known: letters run on make another name of it ("Ash", "Ashfield")."""
    if text.aligned(match.end) if match.end < len(text.letters) else True:
        return True
    stop = min(start for start in text.starts if start > match.end)
    if stop - match.end == 1 and match.how != "misspelt":
        return True
    return all(roles for _, roles in _pieces(text, match.end, stop, ""))


@lru_cache(maxsize=65536)
def _likeness(word: str, name: str) -> Literal["exact", "disguised", "misspelt"] | None:
    """How a word is like a name, None where it is another word."""
    if name.startswith("st") and word.startswith("saint"):
        word = f"st{word[5:]}"
    if word == name:
        return "exact"
    if _skeleton(word) == _skeleton(name):
        return "disguised"
    return "misspelt" if _is_misspelt(word, name) else None


def _is_misspelt(word: str, name: str) -> bool:
    """Whether a word is a name with a slip of the kind that imitations have, and not a neighbour's name."""
    if len(name) < _ENOUGH or not word or word in _places() or word in _words_joined("shared", "names"):
        return False
    if _single(word) == _single(name):
        return True
    if word[:2] == name[1::-1] and word[2:] == name[2:]:
        return True
    if not _alike(word[0], name[0]):
        return False
    if len(word) >= _LONG and _drops_vowels(word, name):
        return True
    distance = OSA.distance(word, name, score_cutoff=2)
    if distance == 1:
        # Of short names only letters that changed places count.
        return (len(name) > _ENOUGH or sorted(word) == sorted(name)) and _is_slip(word, name)
    # Two slips need a long name, and each to be one.
    return distance == 2 and len(name) >= 2 * _ENOUGH and _is_slip(word, name)  # noqa: PLR2004


def _is_slip(word: str, name: str) -> bool:
    """Whether every letter exchanged is one that is taken for the other; left out or too many may be any."""
    operations = Levenshtein.editops(name, word)
    if len(operations) > OSA.distance(word, name):
        return True
    return all(
        operation.tag != "replace" or _swapped(name[operation.src_pos], word[operation.dest_pos])
        for operation in operations
    )


_VOWELS = frozenset("aeiou")


def _drops_vowels(word: str, name: str) -> bool:
    """Whether a word is a name without some of its vowels: "hzlbrk"."""
    letters = iter(word)
    wanted = next(letters, None)
    for letter in name:
        if letter == wanted:
            wanted = next(letters, None)
        elif letter not in _VOWELS:
            return False
    return wanted is None


@cache
def _alike(one: str, other: str) -> bool:
    """Whether one letter sounds or looks like the other."""
    pairs = {frozenset(pair) for pair in _table()["typing"]["swapped"].split()}
    return frozenset((one, other)) in pairs or _skeleton(one) == _skeleton(other)


@cache
def _swapped(one: str, other: str) -> bool:
    """Whether one letter is taken for the other: alike, both vowels, or keys that touch."""
    rows = _table()["typing"]["rows"]
    keys = {frozenset(pair) for row in rows for pair in pairwise(row)}
    for upper, row in pairwise(rows):
        keys |= {frozenset(pair) for shift in (upper, upper[1:]) for pair in zip(shift, row, strict=False)}
    return {one, other} <= _VOWELS or frozenset((one, other)) in keys or _alike(one, other)


@lru_cache(maxsize=65536)
def _skeleton(word: str) -> str:
    """A word as it looks: digits as letters, i as l, "rn" as "m"."""
    shown = word.translate(_table()["digits"])
    for pair, single in _table()["pairs"].items():
        shown = shown.replace(pair, single)
    return shown


def _single(word: str) -> str:
    """A word with each run of one letter as one letter."""
    return re.sub(r"(.)\1+", r"\1", _skeleton(word))


def _nearness(user: _Text, school: _School) -> str:
    """How a handle is like the official one: the same but for disguise, with words added, or one slip away."""
    own, letters = school.handle.letters, user.letters
    if not own or len(own) < _ENOUGH:
        return "same" if own and _skeleton(letters) == _skeleton(own) else ""
    if _skeleton(letters) == _skeleton(own):
        return "same"
    place = letters.find(own)
    if place >= 0:
        around = _pieces(user, 0, place, "") + _pieces(user, place + len(own), len(letters), "")
        roles = frozenset(role for _, roles in around for role in roles)
        known = all(roles or len(word) == 1 for word, roles in around)
        return "within" if known and not roles & {"other", "affiliate", "lessons", "home", "abroad"} else ""
    near = len(own) > _ENOUGH + 1 and OSA.distance(letters, own, score_cutoff=1) == 1 and _is_misspelt(letters, own)
    return "typo" if near else ""


# -- the data


@cache
def _table() -> dict[str, Any]:
    table = tomllib.loads((resources.files("checks.data") / "handles.toml").read_text("utf-8"))
    table["looks_like"] = {one: letter for letter, ones in table["looks_like"].items() for one in ones}
    table["digits"] = str.maketrans(table["digits"])
    return table


@cache
def _known() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """The roles of each word, and of each word's skeleton."""
    roles: dict[str, set[str]] = {}
    lists = {**_table()["roles"], **{name: _table()["places"][name] for name in ("abroad", "home")}}
    for role, words in lists.items():
        for word in words.split():
            roles.setdefault(word.replace("_", ""), set()).add(role)
    exact = {word: frozenset(found) for word, found in roles.items()}
    return exact, {_skeleton(word): found for word, found in exact.items() if len(word) >= _SHORT}


def _roles(word: str, place: str) -> frozenset[str] | None:
    if place and (word == place or (len(word) >= _ENOUGH and _likeness(word, place))):
        return frozenset({"place"})
    exact, shown = _known()
    return exact.get(word) or (shown.get(_skeleton(word)) if len(word) >= _SHORT else None)


@lru_cache(maxsize=65536)
def _nearly(word: str) -> frozenset[str] | None:
    """The role of a word for a kind of school that is misspelt: "Primry", "Schoool"."""
    singles, long = _kinds_of_school()
    near = next((known for known in long if OSA.distance(word, known, score_cutoff=1) == 1), "")
    return singles.get(_single(word)) or _known()[0].get(near)


@cache
def _kinds_of_school() -> tuple[dict[str, frozenset[str]], tuple[str, ...]]:
    """Words for kinds of school without doubled letters, with their roles; and those long enough to be misspelt."""
    kinds = {word: roles for word, roles in _known()[0].items() if roles & (_PHASES | {"school"})}
    return {_single(word): roles for word, roles in kinds.items()}, tuple(w for w in kinds if len(w) >= _ENOUGH)


@cache
def _longest() -> int:
    return max(map(len, _known()[0]))


@cache
def _words(role: str) -> frozenset[str]:
    return frozenset(_table()["roles"][role].split())


@cache
def _words_joined(table: str, name: str) -> frozenset[str]:
    return frozenset(word.replace("_", "") for word in _table()[table][name].split())


@cache
def _places() -> frozenset[str]:
    return _words_joined("places", "home") | _words_joined("places", "abroad")
