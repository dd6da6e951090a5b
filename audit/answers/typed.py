"""What a workbook that came back holds: its rows with what stands in the columns that people fill in. Pure types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | None
"""A cell's value as the file gives it; None when empty."""


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row of a table: where it stands, what it is about, and what its answer columns hold.

    `id` and `mark` are as they stand in the file, "" when gone. `cells` has an entry for each answer column that the
    sheet still has, by the AnswerField's key. `shown` are the words of the other columns, by key, to recognise and
    describe the row by. `place` names it for people: "row 17".
    """

    sheet: str
    place: str
    id: str
    mark: str
    cells: Mapping[str, Value]
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CellNote:
    """A note or threaded comment that somebody attached to a cell; `row` is the table's row it hangs on, if any."""

    sheet: str
    cell: str
    who: str
    words: str
    row: TypedRow | None = None


@dataclass(frozen=True, slots=True)
class ReturnedBook:
    """A workbook of ours as it came back. `run` is that of the night which wrote it, "" when the file no longer says.

    `digest` is the SHA-256 of the file's bytes, `saved` when the file was last changed (UTC). `problems` are sentences
    on what could not be read of it.
    """

    name: str
    kind: str
    run: str
    saved: datetime
    digest: str
    rows: tuple[TypedRow, ...]
    notes: tuple[CellNote, ...] = ()
    problems: tuple[str, ...] = ()
