"""What people typed, as an append-only list: the truth about answers, from which every cell and every review is made.

A run writes into its workbooks what the list says at that moment, so what a run wrote is known from how long the list
then was. A cell that differs from what its workbook's run wrote was edited by a person. Pure.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from checks.finding import finding_id


class Kind(StrEnum):
    """What became of something typed. Only the first four change the cell's value."""

    TYPED = "typed"
    CLEARED = "cleared"
    JOINED = "joined"
    AUDIT = "audit"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    UNCLEAR = "unclear"
    NOT_THEIRS = "not theirs"


CHANGING = frozenset({Kind.TYPED, Kind.CLEARED, Kind.JOINED, Kind.AUDIT})


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. `number` counts entries from 1; 0 is one that the ledger has not numbered yet.

    `row` is a finding's fingerprint, with "/" and a line's mark where a finding has several lines, or the mark of a
    decision or of something to look at by hand. `field` is an AnswerField's key. `scope` is "" for shared fields, else
    the workbook's kind. `value` is the cell's after this entry, `typed` what the person typed (dates as YYYY-MM-DD;
    None: empty). `book` and `source` are the kind and the name of the file in which it was found, "" for the audit's
    own entries; `saved` is when that file was saved (UTC). `heard` is the date of the night that read it, `content` the
    finding's content hash then. `why` is said by the audit's own entries.
    """

    row: str
    field: str
    scope: str
    value: str | None
    typed: str | None
    kind: Kind
    book: str
    source: str
    saved: datetime
    heard: date
    content: str = ""
    why: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Orphan:
    """Something typed that belongs to no row known: kept as it is, and shown in its workbook."""

    book: str
    source: str
    sheet: str
    place: str
    words: str
    heard: date


Cell = tuple[str, str, str]
"""Row, field and scope of an answer."""

_ABOUT = re.compile(r"(D-)?(\d+-[0-9A-Za-z]+|F-[0-9A-Z]+)(.*)", re.DOTALL)
"""A beginning, the mark or id of a finding, and the rest: rows are findings, lines of them, and decisions about one."""


def moved(former: Mapping[str, str]) -> Callable[[str], str]:
    """A function that gives the row that one is now. `former` gives the fingerprint now for each that there was."""
    now = {**former, **{finding_id(old): finding_id(new) for old, new in former.items()}}

    def row_now(row: str) -> str:
        if found := _ABOUT.fullmatch(row):
            before, mark, rest = found.groups("")
            return f"{before}{now.get(mark, mark)}{rest}"
        return row

    return row_now


@dataclass(frozen=True)
class Answers:
    """The list in its order, and what it says."""

    events: tuple[Event, ...] = ()
    _by_cell: dict[Cell, list[Event]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for event in self.events:
            self._by_cell.setdefault((event.row, event.field, event.scope), []).append(event)

    def of(self, cell: Cell) -> tuple[Event, ...]:
        """Every entry about one cell."""
        return tuple(self._by_cell.get(cell, ()))

    def last(self, cell: Cell, upto: int | None = None) -> Event | None:
        """The entry that made a cell what it is, or was when the list was `upto` entries long."""
        changing = (
            one
            for one in reversed(self._by_cell.get(cell, ()))
            if one.kind in CHANGING and (upto is None or one.number <= upto)
        )
        return next(changing, None)

    def value(self, cell: Cell, upto: int | None = None) -> str | None:
        """What a cell says, or said when the list was `upto` entries long; None when empty."""
        last = self.last(cell, upto)
        return last.value if last else None

    def cells(self) -> Mapping[Cell, str]:
        """Every cell that is not empty now."""
        said = {cell: self.value(cell) for cell in self._by_cell}
        return {cell: value for cell, value in said.items() if value is not None}

    def under(self, former: Mapping[str, str]) -> "Answers":
        """The list with every entry at the row that it is about now."""
        if not former:
            return self
        now = moved(former)
        return Answers(tuple(replace(event, row=now(event.row)) for event in self.events))

    def with_(self, more: Iterable[Event]) -> "Answers":
        """The list with more entries at its end."""
        return Answers((*self.events, *more))


NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
