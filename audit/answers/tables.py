"""Finds our tables in a workbook that people had in hand: which column is which, which row is about what. Pure.

A column is known by the key in the hidden row, wherever that row stands now, else by its heading, by all headings that
people know it by. Rows need nothing but to be there: what they are about is for others to find out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

from audit.answers.typed import CellNote, TypedRow, Value
from audit.answers.wording import text_of
from output.answers import FIELDS, ROW_ID, ROW_MARK
from output.page import Column
from output.sheets import accepted, actions, by_hand, clauses, closed, coverage, decisions, findings, to_review

ID_HEADINGS = ("finding", "finding id", "id", "ref")
LEAST_KEYS = 3
"""Keys of ours in a row that make it the hidden row of a table; and headings, to go by where there are none."""
LEAST_HEADINGS = 5
"""Headings of one sheet of ours by which a table without any key is known as ours."""
LONGEST_HEADING = 200
TELLING = 8
"""Columns by which a row of headings is known again."""

_ROW_ID = re.compile(r"[FDH]-[0-9A-F]{4,16}(?:-[0-9A-Z]{1,16})?", re.IGNORECASE)
_A_KEY = re.compile(r"[a-z][a-z0-9_.]{0,40}")
_AROUND = " \t\n*:.?!\u25b2\u25bc\u25b4\u25be\u25b3\u25bd\u2191\u2193\u21c5\u2195\ufe0f"
_NAMED = frozenset({ROW_ID, ROW_MARK, *FIELDS})


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its rows that hold something, with their numbers, each from the first column on."""

    name: str
    rows: Sequence[tuple[int, Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class Known:
    """A sheet that we write: in which kind of workbook ("": in several), and the headings of its columns by key."""

    kind: str
    title: str
    headings: Mapping[str, str]


@dataclass(frozen=True)
class TypedTable:
    """What stands in a table of ours.

    `typed` are the rows of a table that `fills_in`, which is: that has columns which people fill in. `by_number` has
    all rows by the number of the sheet's row. `beside` are words that people wrote into columns of their own and below
    the table. `kind` is that of the workbook which has such a sheet, "" when several have.
    """

    typed: tuple[TypedRow, ...] = ()
    by_number: Mapping[int, TypedRow] = field(default_factory=dict)
    beside: tuple[CellNote, ...] = ()
    kind: str = ""
    fills_in: bool = False


@dataclass(frozen=True)
class _Columns:
    """Which column is which. `keys`: the index of each key; `others`: headings of columns that are nobody's of ours.

    `first` is where rows begin, as an index into the sheet's rows; `headed` tells whether the headings were found.
    `repeated` are the first columns with what stands in them where the keys or the headings stand again.
    """

    keys: Mapping[str, int]
    others: Mapping[int, str]
    doubles: Mapping[int, str]
    first: int
    headed: bool
    known: Known | None
    repeated: tuple[tuple[tuple[int, str], ...], ...]


def table_of(grid: Grid) -> TypedTable | None:
    """The table of ours on a sheet; None when there is none."""
    columns = _columns(grid)
    if columns is None:
        return None
    fills_in = any(key in FIELDS for key in columns.keys)
    rows: list[TypedRow] = []
    by_number: dict[int, TypedRow] = {}
    beside: list[CellNote] = []
    for index, (number, cells) in enumerate(grid.rows):
        if _repeats(cells, columns):
            continue
        row = _row(grid.name, number, cells, columns)
        if not (_about(row) if index < columns.first else _says(row)):
            beside += _loose(grid.name, number, cells) if fills_in and columns.headed and index >= columns.first else ()
            continue
        rows.append(row)
        by_number[number] = row
        beside += _beside(row, number, cells, columns)
    kind = columns.known.kind if columns.known else ""
    return TypedTable(tuple(rows) if fills_in else (), by_number, tuple(beside), kind, fills_in)


@cache
def known_sheets() -> tuple[Known, ...]:
    """The sheets of ours whose tables people may write into, or beside."""

    def known(kind: str, title: str, columns: Iterable[Column[Any]]) -> Known:
        return Known(kind, title, {column.key: column.title for column in columns})

    return (
        known("governors", findings.TITLE, findings.COLUMNS),
        known("governors", decisions.TITLE, decisions.COLUMNS),
        known("governors", accepted.TITLE, accepted.COLUMNS),
        known("governors", clauses.TITLE, clauses.COLUMNS),
        known("it", actions.TITLE, actions.COLUMNS),
        known("it", by_hand.TITLE, by_hand.COLUMNS),
        known("safeguarding", to_review.TITLE, to_review.COLUMNS),
        known("safeguarding", closed.TITLE, closed.COLUMNS),
        known("", coverage.TITLE, coverage.COLUMNS),
    )


@cache
def _all_keys() -> frozenset[str]:
    return _NAMED | {key for known in known_sheets() for key in known.headings}


def heading(words: object) -> str:
    """A heading to compare: small letters, plain spaces, without stars, colons and the arrows of filters."""
    if not isinstance(words, str):
        return ""
    return " ".join(words[:LONGEST_HEADING].replace("\xa0", " ").strip(_AROUND).casefold().split())


def place(number: int) -> str:
    """A sheet's row, for people."""
    return f"row {number}"


def cell_name(number: int, index: int) -> str:
    """The name of a cell, such as "C17"; `index` counts columns from 0."""
    return f"{_letters(index)}{number}"


def _letters(index: int) -> str:
    before, last = divmod(index, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _columns(grid: Grid) -> _Columns | None:
    at = _key_row(grid)
    if at is None:
        return _by_headings(grid)
    keys: dict[str, int] = {}
    doubles: dict[int, str] = {}
    for index, value in enumerate(grid.rows[at][1]):
        if key := text_of(value):
            if key in keys:
                doubles[index] = key
            keys.setdefault(key, index)
    known = _nearest(lambda sheet: sum(key in sheet.headings for key in keys))
    headed = _heading_row(grid, at + 1, keys, known)
    headings = _headings(grid.rows[headed][1]) if headed is not None else {}
    for index, key in _named_by_heading(headings, known, taken=set(keys), free=set(keys.values()) | set(doubles)):
        keys.setdefault(key, index)
    first = at + 1 if headed is None else headed + 1
    return _made(grid, keys, headings, doubles, first, known, headed=headed is not None)


def _by_headings(grid: Grid) -> _Columns | None:
    """Columns by their headings alone: the first row that has enough of those of one sheet of ours."""
    for at, (_, cells) in enumerate(grid.rows):
        headings = _headings(cells)
        words = set(headings.values())
        if len(words) < LEAST_HEADINGS:
            continue
        known = _nearest(lambda sheet: sum(heading(title) in words for title in sheet.headings.values()))  # noqa: B023
        keys: dict[str, int] = {}
        for index, key in _named_by_heading(headings, known, set(), set()):
            keys.setdefault(key, index)
        if len(keys) >= LEAST_HEADINGS and (ROW_ID in keys or ROW_MARK in keys) and set(FIELDS) & set(keys):
            return _made(grid, keys, headings, {}, at + 1, known, headed=True)
    return None


def _made(
    grid: Grid,
    keys: Mapping[str, int],
    headings: Mapping[int, str],
    doubles: Mapping[int, str],
    first: int,
    known: Known | None,
    *,
    headed: bool,
) -> _Columns:
    widest = max((len(cells) for _, cells in grid.rows), default=0)
    ours = set(keys.values()) | set(doubles)
    others = {index: headings.get(index, "") for index in range(widest) if index not in ours}
    again = (((index, key) for key, index in keys.items()), headings.items())
    repeated = tuple(tuple(sorted(said)[:TELLING]) for said in again)
    return _Columns(keys, others, doubles, first, headed, known, repeated)


def _key_row(grid: Grid) -> int | None:
    """Which row holds our keys: the one that has most of them, and little else."""
    best: int | None = None
    most = LEAST_KEYS - 1
    for at, (_, cells) in enumerate(grid.rows):
        filled = [value.strip() if isinstance(value, str) else "" for value in cells if value is not None]
        ours = sum(words in _all_keys() for words in filled)
        if ours > most and (ours * 2 >= len(filled) or all(map(_A_KEY.fullmatch, filled))):
            best, most = at, ours
    return best


def _nearest(count: Callable[[Known], int]) -> Known | None:
    """The sheet of ours that has most of what is counted."""
    best = max(known_sheets(), key=count)
    return best if count(best) >= LEAST_KEYS else None


def _titles(key: str, known: Known | None) -> set[str]:
    """The headings by which a column may be known."""
    said = {heading(known.headings[key])} if known and key in known.headings else set()
    if key in FIELDS:
        said |= {heading(FIELDS[key].title), *FIELDS[key].known_as}
    return said | set(ID_HEADINGS if key == ROW_ID else ())


def _heading_row(grid: Grid, start: int, keys: Mapping[str, int], known: Known | None) -> int | None:
    """The first row below the keys whose cells are their headings, as far as people left them."""
    least = min(LEAST_KEYS, len(keys))
    titles = {index: _titles(key, known) for key, index in keys.items()}
    for at in chain(range(start, len(grid.rows)), range(start - 1)):
        cells = grid.rows[at][1]
        if sum(heading(_at(cells, index)) in said for index, said in titles.items()) >= least:
            return at
    return None


def _headings(cells: Sequence[Value]) -> dict[int, str]:
    return {index: words for index, value in enumerate(cells) if (words := heading(value))}


def _named_by_heading(
    headings: Mapping[int, str], known: Known | None, taken: set[str], free: set[int]
) -> Iterator[tuple[int, str]]:
    """Columns and their keys, by headings: the sheet's own first, then those of answers, then all that people say."""
    own = [(heading(title), key) for key, title in known.headings.items()] if known else []
    answers = [(heading(field.title), key) for key, field in FIELDS.items()]
    others = [(words, key) for key, field in FIELDS.items() for words in field.known_as]
    left = {index: words for index, words in headings.items() if index not in free}
    for said, key in (*own, *answers, *((words, ROW_ID) for words in ID_HEADINGS), *others):
        # Two columns may have one heading; then they stand in the order in which we write them.
        index = next((index for index, words in left.items() if words == said), None)
        if index is not None and key not in taken:
            taken.add(key)
            del left[index]
            yield index, key


def _at(cells: Sequence[Value], index: int) -> Value:
    return cells[index] if index < len(cells) else None


def _repeats(cells: Sequence[Value], columns: _Columns) -> bool:
    """Whether a row is the keys, or the headings, wherever they stand again; the first few tell."""
    return any(
        said and sum(heading(_at(cells, index)) == words for index, words in said) >= min(LEAST_KEYS, len(said))
        for said in columns.repeated
    )


def _row(sheet: str, number: int, cells: Sequence[Value], columns: _Columns) -> TypedRow:
    def words(key: str) -> str:
        return (text_of(_at(cells, columns.keys[key])) if key in columns.keys else None) or ""

    answers = {key: _at(cells, index) for key, index in columns.keys.items() if key in FIELDS}
    shown = {key: said for key in columns.keys if key not in _NAMED and (said := words(key))}
    return TypedRow(sheet, place(number), words(ROW_ID), words(ROW_MARK), answers, shown)


def _about(row: TypedRow) -> bool:
    """Whether a row above the headings, where titles stand, is one of ours that was moved or sorted there."""
    return bool(_ROW_ID.fullmatch(row.id)) or (bool(row.mark) and len(row.shown) >= LEAST_KEYS)


def _says(row: TypedRow) -> bool:
    """Whether a row of the table says anything that can be used: what it is about, or an answer."""
    typed = any(text_of(value) for value in row.cells.values())
    return bool(_ROW_ID.fullmatch(row.id) or row.mark or typed or len(row.shown) >= LEAST_KEYS)


def _loose(sheet: str, number: int, cells: Sequence[Value]) -> list[CellNote]:
    """What somebody wrote below the table."""
    return [
        CellNote(sheet, cell_name(number, index), "", words)
        for index, value in enumerate(cells)
        if (words := text_of(value))
    ]


def _beside(row: TypedRow, number: int, cells: Sequence[Value], columns: _Columns) -> list[CellNote]:
    """What somebody wrote beside the row, in columns of their own or in a copy of a column of ours."""
    found = []
    answers = {text_of(value) for value in row.cells.values()} if columns.others else set()
    for index, title in columns.others.items():
        if (words := text_of(_at(cells, index))) and words not in answers:
            said = f"{title.capitalize()}: {words}" if title else words
            found.append(CellNote(row.sheet, cell_name(number, index), "", said, row))
    for index, key in columns.doubles.items():
        words = text_of(_at(cells, index)) if key in FIELDS else None
        if words and words != text_of(row.cells[key]):
            said = f"{FIELDS[key].title}: {words}"
            found.append(CellNote(row.sheet, cell_name(number, index), "", said, row))
    return found
