r"""How a text speaks to people and of them: swearing, slurs, insults, threats, bullying, disclosure, taking sides.

Words and patterns are data/conduct.toml. Masks are undone first ("sh1t", "f\*ck", "w a n k", "losserrr"), so that
one spelling stands for all. Words with an innocent sense count only beside words that take it from them, and not
where abuse is told of, taught about or played on a stage. It knows no policy: who said it, and to whom, is for the
checks. Text is judged a sentence or two at a time, so a long innocent text around an insult does not hide it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from checks.readers.needed import Gate, needed
from checks.readers.patterns import PatternFile
from checks.readers.plain_text import plain

Kind = Literal[
    "profanity",
    "slur",
    "insult",
    "threat",
    "bullying",
    "sexual",
    "abuse",
    "disclosure",
    "partisan",
    "opinion",
    "named party",
]
Confidence = Literal["certain", "likely", "possible"]

ABUSE: frozenset[Kind] = frozenset({"profanity", "slur", "insult", "threat", "bullying", "sexual", "abuse"})
"""The kinds that no school wants under its posts, whoever wrote them; "abuse" is what only heads find (abuse.py)."""

LIMIT = 20_000
"""How many characters of a text are read: longer than any post, shorter than a book."""
NEARBY = 80
"""Within so many characters, words say what a find is about."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """One thing found. `span` is (start, end) in the text as given; `reason` is a clause for people.

    "certain": the words are always of this kind. "likely": words and what stands beside them agree. "possible": it
    depends on what was meant.
    """

    kind: Kind
    span: tuple[int, int]
    reason: str
    confidence: Confidence


def read_conduct(text: str) -> tuple[Conduct, ...]:
    """Everything that the rules find in the first `LIMIT` characters, in its order; finds of one kind never overlap."""
    simple = plain(text, LIMIT)
    clear = _unmask(simple.text)
    words: dict[str, tuple[int, int]] = {}
    for found in _WORD.finditer(clear.text.casefold() if clear.text.isascii() else clear.text.lower()):
        words.setdefault(found[0], found.span())
    finds: list[Conduct] = []
    taken: dict[Kind, list[tuple[int, int]]] = {}
    said = (number for word in words.keys() & _by_word().keys() for number in _by_word()[word])
    for number in sorted({*_gate().open(clear.text.lower()), *said}):
        rule = _rules()[number]
        for start, end in rule.finds(clear.text, words):
            if any(start < other_end and other_start < end for other_start, other_end in taken.get(rule.kind, ())):
                continue
            if not rule.excused(clear.text[max(0, start - NEARBY) : end + NEARBY]):
                taken.setdefault(rule.kind, []).append((start, end))
                first, after = clear.starts[start], clear.ends[end - 1]
                finds.append(Conduct(rule.kind, simple.span(first, after), rule.reason, rule.confidence))
    return tuple(sorted(finds, key=lambda find: (find.span, find.kind)))


def settings() -> Mapping[str, Any]:
    """The data file: its lists, rules and numbers."""
    return _file().table


# --- rules -----------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A row of the data file, ready to run."""

    kind: Kind
    reason: str
    confidence: Confidence
    words: frozenset[str]
    cues: frozenset[str]
    pattern: str
    need: "re.Pattern[str] | None"
    excuses: "tuple[re.Pattern[str], ...]"

    def finds(self, text: str, words: Mapping[str, tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Where the rule fits, before excuses. `words` are those of the text with the place of their first."""
        yield from (words[word] for word in self.words & words.keys())
        if self.pattern and (not self.cues or not self.cues.isdisjoint(words)):
            for found in _file()[self.pattern].finditer(text):
                if found[0] and (not self.need or self.need.search(found[0])):
                    yield found.span()

    def excused(self, around: str) -> bool:
        """Whether what stands around a find makes it innocent."""
        return any(excuse.search(around) for excuse in self.excuses)


@cache
def _file() -> PatternFile:
    return PatternFile("conduct.toml", {})


@cache
def _rules() -> tuple[_Rule, ...]:
    file = _file()
    guards = {name: _any_case(file, "|".join(file.table[name])) for name in ("reported", "imagined", "puns")}
    return tuple(rule for row in file.table["rules"] for rule in _of_row(file, row, guards))


@cache
def _gate() -> Gate:
    """Which patterns a text allows; of rules for words none are asked."""
    return Gate({number: needed(_file().text(rule.pattern)) for number, rule in enumerate(_rules()) if rule.pattern})


@cache
def _by_word() -> Mapping[str, tuple[int, ...]]:
    """The rules that have a word."""
    numbers: dict[str, tuple[int, ...]] = {}
    for number, rule in enumerate(_rules()):
        numbers.update({word: (*numbers.get(word, ()), number) for word in rule.words})
    return numbers


def _of_row(file: PatternFile, row: Mapping[str, Any], guards: Mapping[str, "re.Pattern[str]"]) -> Iterator[_Rule]:
    """A rule for the words of a row, and one for each alternative of its pattern: each is tried by itself."""
    excuses = [guards["puns"], *(guards[name] for name in row.get("guards", ()))]
    if unless := row.get("unless"):
        excuses.append(_any_case(file, unless))
    words = frozenset(_words_of(file, row.get("words", "")))
    for pattern in [f"(?i:{one})" for one in _alternatives(row.get("pattern", ""))] + [""] * bool(words):
        yield _Rule(
            kind=row["kind"],
            reason=row["reason"],
            confidence=row["confidence"],
            words=frozenset() if pattern else words,
            cues=frozenset(row.get("cues", "").split()),
            pattern=pattern,
            need=_any_case(file, row["need"]) if "need" in row else None,
            excuses=tuple(excuses),
        )


def _alternatives(pattern: str) -> list[str]:
    """A pattern's alternatives, cut at the bars that stand outside of brackets."""
    parts, depth, start = [], 0, 0
    for sign in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", pattern):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if sign[0] == "|" and depth == 0:
            parts.append(pattern[start : sign.start()])
            start = sign.end()
    return [*parts, pattern[start:]] if pattern else []


def _words_of(file: PatternFile, row: str) -> Iterator[str]:
    """The words of a row; «name» stands for those of a list."""
    for word in row.split():
        yield from file.table["lists"][word[1:-1]] if word.startswith("«") else (word,)


def _any_case(file: PatternFile, pattern: str) -> "re.Pattern[str]":
    return file[f"(?i:{pattern})"]


# --- masks -----------------------------------------------------------------------------------------

_CHUNK = re.compile(r"\S+")
_SPELT = re.compile(r"(?<!\S)(?:[^\W\d_] ){2,12}[^\W\d_](?![^\W_])")
_OUTSIDE = ".,;:?\"'()[]{}<>…-\u2013~"
_REPEATED = re.compile(r"(.)\1{2}|([aeiu])\2|kk")
_RUN = re.compile(r"(.)\1*")
_STARS = re.compile(r"[*#\u2022\u2605\u22c6\u2731\u274b%]+")
_JOINTS = re.compile(r"[.\-_~\u00b7*]+")
_LEET = tuple(str.maketrans("013457@$!|+€(", f"o{one}eastasi{one}tec") for one in "il")
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0455\u0501\u051b\u04bb\u03ba\u03c4\u03bf\u03b9\u03bd\u03c5\u03b1",
    "aeopcxyisdqhktoivua",
)
"""Cyrillic and Greek letters that look like ours."""
_LONGEST_MASK = 30


@dataclass(frozen=True, slots=True)
class _Clear:
    """A text without masks. What became `text[a:b]` is `[starts[a], ends[b - 1])` of the text before."""

    text: str
    starts: range | tuple[int, ...]
    ends: range | tuple[int, ...]


def _unmask(text: str) -> _Clear:
    """The text with words instead of their masks; everything else stays as it is."""
    changes = [(found.start(), found.end(), word) for found in _CHUNK.finditer(text) for word in _plain_words(found[0])]
    changes += [(found.start(), found.end(), word) for found in _SPELT.finditer(text) for word in _spelt(found[0])]
    if not changes:
        return _Clear(text, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for start, end, word in sorted(changes):
        pieces += (text[done:start], word)
        starts += (*range(done, start), *[start] * len(word))
        ends += (*range(done + 1, start + 1), *[end] * len(word))
        done = end
    pieces.append(text[done:])
    starts += range(done, len(text))
    ends += range(done + 1, len(text) + 1)
    return _Clear("".join(pieces), tuple(starts), tuple(ends))


def _spelt(letters: str) -> tuple[str, ...]:
    """The word that single letters with spaces spell, if it is a rude one."""
    word = letters.replace(" ", "").lower()
    return (word,) if _is_rude(word) else ()


@lru_cache(maxsize=20_000)
def _plain_words(chunk: str) -> tuple[str, ...]:
    """What a chunk between spaces says without its mask, in a tuple; () where it has none."""
    core = chunk.strip(_OUTSIDE).rstrip("!").strip(_OUTSIDE).lower()
    ordinary = core.isascii() and core.isalpha()
    if len(core) > _LONGEST_MASK or not any(map(str.isalpha, core)) or (ordinary and not _REPEATED.search(core)):
        return ()
    for word in _readings(core):
        if _is_rude(word):
            return (chunk.lower().replace(core, word, 1),)
    return ()


def _readings(core: str) -> Iterator[str]:
    """What a masked word could be: letters for figures, runs cut, joints out, stars filled."""
    for table in _LEET:
        straight = core.translate(_LOOKALIKES).translate(table)
        if straight != core:
            yield straight
        yield from _unstretched(straight)
        pieces = _JOINTS.split(straight)
        if len(pieces) > 1 and max(map(len, pieces)) <= len("ab"):
            yield "".join(pieces)
    if _STARS.search(core) and core[0].isalpha():
        yield from _filled(core.translate(_LEET[0]))


def _unstretched(word: str) -> Iterator[str]:
    """The rude words that a stretched one may be: "idiotttt", "fuuuck"."""
    if _REPEATED.search(word):
        short = _RUN.sub(r"\1", word)
        runs = [len(run[0]) for run in _RUN.finditer(word)]
        for known in _squeezed().get(short, ()):
            if all(mine >= theirs for mine, theirs in zip(runs, map(len, _runs(known)), strict=True)):
                yield known


def _filled(core: str) -> Iterator[str]:
    """The rude words that stars may hide. One letter alone needs as many stars as letters are missing."""
    seen = sum(map(str.isalpha, core))
    parts = _STARS.split(core)
    gaps = [len(gap) for gap in _STARS.findall(core)]
    if seen + sum(gaps) < len("arse"):
        return
    spare = 2 if seen > 1 else 0
    pattern = re.escape(parts[0])
    for gap, part in zip(gaps, parts[1:], strict=True):
        pattern += f"[a-z]{{{max(1, gap - (1 if spare else 0))},{gap + spare}}}" + re.escape(part)
    yield from (word for word in _file().table["masked"].split() if re.fullmatch(pattern, word))


def _runs(word: str) -> list[str]:
    return [run[0] for run in _RUN.finditer(word)]


@cache
def _rude() -> frozenset[str]:
    """Words that a mask is undone for."""
    file = _file()
    lists = file.table["lists"]
    more: Iterable[str] = ("kill", "kys", "die", "stab", "suicide", "nudes", "hate", "fucks", "fucku")
    by_rules = (word for rule in _rules() for word in rule.words)
    return frozenset({*file.table["masked"].split(), *lists["insults"], *lists["cutting"], *by_rules, *more})


@cache
def _squeezed() -> Mapping[str, tuple[str, ...]]:
    """Rude words by their letters without repetition."""
    words: dict[str, tuple[str, ...]] = {}
    for word in sorted(_rude()):
        short = _RUN.sub(r"\1", word)
        words[short] = (*words.get(short, ()), word)
    return words


def _is_rude(word: str) -> bool:
    return word in _rude() or (word.isascii() and bool(_strong().search(word)))


@cache
def _strong() -> "re.Pattern[str]":
    """The first row of the data file: swearing that is so in any word."""
    return _any_case(_file(), _file().table["rules"][0]["pattern"])
