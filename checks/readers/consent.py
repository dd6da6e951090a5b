"""Whether a text names somebody of the school's list of children who must not be shown or named.

The list is never here in clear: the school's own machine turned each name into keyed hashes (`NoConsent.of`), and a
text is compared by hashing its words in the same way. Without the key nothing can be read from the list; with it one
can only ask whether a given name stands there. No name is returned.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

Kind = Literal["full name", "first name and initial", "first name and class"]

LIMIT = 20_000
"""How many characters of a text are read."""
LONGEST = 4
"""So many words at most make a first name and a surname together."""
LONGEST_FIRST = 2
LONGEST_CLASS = 3
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
_WHOLE = str.maketrans({
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "\u0131": "i",
    "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th",
})  # fmt: skip
"""Letters that Unicode does not take apart, as people write them who do not have them: Lukasz for Łukasz."""
_POSSESSIVE = re.compile(rf"{_APOSTROPHES.pattern}[sS]\b")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:year|yr|y)([0-9]{1,2})")
_YEAR_WORDS = frozenset({"year", "yr", "y"})


@dataclass(frozen=True, slots=True, repr=False)
class NoConsent:
    """Children who must not be shown or named, as hashes. `key` is the school's own secret of 16 to 64 bytes."""

    key: bytes
    marks: frozenset[str]

    @classmethod
    def of(cls, key: bytes, children: Iterable[tuple[str, str, str]]) -> "NoConsent":
        """The list of children given as (first name, surname, class); the class may be "".

        Raises ValueError where the key has another length, or a first name or a surname has no letters.
        """
        return cls(key, frozenset(mark for child in children for mark in marks_of(key, *child)))


LEAST_KEY, MOST_KEY = 16, 64


def marks_of(key: bytes, first: str, last: str, group: str) -> tuple[str, ...]:
    """The hashes that stand for one child: full name, first name with initial, and first name with class."""
    if not LEAST_KEY <= len(key) <= MOST_KEY:
        raise ValueError(f"the key needs {LEAST_KEY} to {MOST_KEY} bytes, not {len(key)}")
    one, other = "".join(_words(first)), "".join(_words(last))
    if not one or not other:
        raise ValueError("a child on the list needs a first name and a surname")
    marks = [_mark(key, "full name", one + other), _mark(key, "first name and initial", f"{one} {other[0]}")]
    if of_class := _class(_words(group)):
        marks.append(_mark(key, "first name and class", f"{one} {of_class}"))
    return tuple(marks)


def read_unwanted(text: str, listed: NoConsent, class_names: Sequence[str] = ()) -> tuple[Kind, ...]:
    """The ways in which the first `LIMIT` characters name somebody of the list, the surest first; () for nobody.

    `class_names` are the school's own; years ("Year 3", "Y3"), nursery and Reception are known anyway.
    """
    if not listed.marks:
        return ()
    written = _written(text[:LIMIT])
    words = [word.casefold() for word in written]
    classes = set(_classes(words, class_names))

    def stands(kind: Kind, name: str) -> bool:
        return _mark(listed.key, kind, name) in listed.marks

    full = any(stands("full name", "".join(run)) for run in _runs(words, LONGEST))
    initial = any(
        stands("first name and initial", f"{''.join(run)} {after.casefold()}")
        for size in range(1, LONGEST_FIRST + 1)
        for run, after in zip(_runs_of(words, size), written[size:], strict=False)
        if len(after) == 1 and after.isupper()
    )
    with_class = any(
        stands("first name and class", f"{''.join(run)} {one}")
        for run in (_runs(words, LONGEST_FIRST) if classes else ())
        for one in classes
    )
    found: tuple[tuple[Kind, bool], ...] = (
        ("full name", full),
        ("first name and initial", initial),
        ("first name and class", with_class),
    )
    return tuple(kind for kind, is_there in found if is_there)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _written(text)]


def _written(text: str) -> list[str]:
    """Words without accents; what an apostrophe joins is one word, without a possessive's "s"."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _WORD.findall(_APOSTROPHES.sub("", _POSSESSIVE.sub("", plain.translate(_WHOLE))))


def _runs(words: Sequence[str], longest: int) -> Iterator[Sequence[str]]:
    return (run for size in range(1, longest + 1) for run in _runs_of(words, size))


def _runs_of(words: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (words[start : start + size] for start in range(len(words) - size + 1))


def _class(words: Sequence[str]) -> str:
    """A class in one form: "Year 3", "Yr 3" and "Y3" are the same, and so are "Kingfishers" and "Kingfishers Class"."""
    if len(words) > 1 and words[0] in _YEAR_WORDS and words[1].isdigit():
        return f"year{int(words[1])}"
    joined = "".join(word for word in words if word != "class")
    year = _YEAR.fullmatch(joined)
    return f"year{int(year[1])}" if year else joined


def _classes(words: Sequence[str], class_names: Sequence[str]) -> Iterator[str]:
    own = {"reception", "nursery", *(_class(_words(name)) for name in class_names)} - {""}
    for run in _runs(words, LONGEST_CLASS):
        one = _class(run)
        if one in own or (_YEAR.fullmatch(one) and len(run) <= 2):  # noqa: PLR2004 - "Y3" or "Year 3"
            yield one


def _mark(key: bytes, kind: Kind, name: str) -> str:
    return blake2b(f"{kind}\x1f{name}".encode(), digest_size=16, key=key).hexdigest()
