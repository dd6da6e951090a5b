"""The rows that may be answered, and how a row of a workbook that came back is known again. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from audit.answers.event import moved
from audit.answers.typed import TypedRow

WHAT = ("what", "title")
"""Keys of the column that says what a row is about; sheets call it by one of them."""
_RUN = re.compile(r"(\d{8})-")
EARLIER = "earlier: "
"""Stands before the content of a thing that has changed since a workbook was written."""
_MARK = re.compile(r"[A-Z]-[0-9A-Za-z/-]{3,80}")
_ID = re.compile(r"[A-Z]-[0-9A-Z]{4,12}(?:-[0-9A-Z]{1,12})?")

_Beside = tuple[tuple[str, str], ...]
"""What a row shows beside what it is about: keys of columns, and their words."""


@dataclass(frozen=True, slots=True)
class KnownRow:
    """One row that may be answered.

    `key` is the row of its answers, `id` the short one that people read. `answers` says which fields, by their keys,
    each kind of workbook may answer. `shown` are its words in the columns of a sheet, by the columns' keys, to know the
    row by when both marks are gone; it needs one of WHAT. `content` stands for what was judged, and `changed_on` is the
    date on which it last changed.
    """

    key: str
    id: str
    answers: Mapping[str, Collection[str]]
    shown: Mapping[str, str] = field(default_factory=dict)
    content: str = ""
    changed_on: date | None = None

    def judged_in(self, run: str) -> str:
        """What stands for the thing that a person judged who had a run's workbook: another one, if it changed since."""
        seen = _RUN.match(run)
        if self.changed_on is None or seen is None or seen[1] >= f"{self.changed_on:%Y%m%d}":
            return self.content
        return f"{EARLIER}{self.content}"

    def takes(self, kind: str, name: str) -> bool:
        """Whether a kind of workbook may answer a field of it."""
        return name in self.answers.get(kind, ())


@dataclass(frozen=True)
class KnownRows:
    """Every row that may be answered.

    `former` gives for a fingerprint that a finding once had the one it has now. `kinds` says who answers rows that
    stand in no list, since their mark says all: by the beginning of the mark, such as "D-" for decisions.
    """

    rows: tuple[KnownRow, ...] = ()
    former: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Mapping[str, Collection[str]]] = field(default_factory=dict)
    _by_key: dict[str, KnownRow] = field(init=False, default_factory=dict, repr=False, compare=False)
    _by_id: dict[str, list[KnownRow]] = field(init=False, default_factory=dict, repr=False, compare=False)
    _by_what: dict[str, dict[_Beside, list[KnownRow]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _moved: list[Callable[[str], str]] = field(init=False, default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_key[row.key] = row
            self._by_id.setdefault(row.id.upper(), []).append(row)
            beside = tuple((key, _plain(words)) for key, words in row.shown.items() if key not in WHAT)
            for what in set(_words(row.shown, WHAT)):
                self._by_what.setdefault(what, {}).setdefault(beside, []).append(row)
        self._moved.append(moved(self.former))

    def find(self, typed: TypedRow) -> KnownRow | None:
        """The row that a row of a workbook is: by its mark, else by its id, else by what it shows.

        A row that names another one is that one, known or not, whatever it shows. Where mark and id name two rows,
        because somebody moved a part of the line, the words beside the answers decide.
        """
        marked = self._marked(self.now(typed.mark.strip() or typed.id.strip()))
        named = self._named(typed.id)
        if marked and named and marked is not named:
            return named if _shows(named, typed) and not _shows(marked, typed) else marked
        if marked or named or typed.mark.strip() or _ID.fullmatch(typed.id.strip().upper()):
            return marked or named
        return self._alike(typed)

    def _alike(self, typed: TypedRow) -> KnownRow | None:
        """The one row that shows the same words; rows that look the same are compared once for all of them."""
        shown = {key: _plain(words) for key, words in typed.shown.items()}
        found: dict[str, KnownRow] = {}
        for what in _words(typed.shown, WHAT):
            for beside, rows in self._by_what.get(what, {}).items():
                both = [shown[key] == words for key, words in beside if key in shown]
                if both and all(both):
                    found |= {row.key: row for row in rows[:2]}
                if len(found) > 1:
                    return None
        return next(iter(found.values()), None)

    def _marked(self, mark: str) -> KnownRow | None:
        answers = self.kinds.get(mark[:2]) if _MARK.fullmatch(mark) else None
        return KnownRow(mark, mark, answers) if answers else self._by_key.get(mark)

    def now(self, mark: str) -> str:
        """The mark that a row has now which once had this one."""
        return self._moved[0](mark)

    def _named(self, words: str) -> KnownRow | None:
        """The row with an id, if there is exactly one."""
        typed = words.strip().upper()
        found = self._by_id.get(typed) or self._by_id.get(self.now(typed), [])
        return found[0] if len(found) == 1 else None


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _words(shown: Mapping[str, str], keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        if words := _plain(shown.get(key, "")):
            yield words


def _shows(row: KnownRow, typed: TypedRow) -> bool:
    """Whether a row shows the same words as one of a workbook, in every column that both have: two at the least."""
    what = set(_words(row.shown, WHAT)) & set(_words(typed.shown, WHAT))
    both = [key for key in row.shown if key in typed.shown and key not in WHAT]
    return bool(what and both) and all(_plain(row.shown[key]) == _plain(typed.shown[key]) for key in both)
