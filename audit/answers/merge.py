"""Workbooks that came back, merged into the list of what people typed. Pure.

The list says what each run wrote into each cell, so a cell that says something else was edited by a person, however
long the copy lay about. Nothing that a person typed is lost: what does not become the cell's value stands in the list
as well, or among the orphans. And nothing is revived: what was typed since a workbook was written counts once, so a
copy that is saved again cannot undo what was changed after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from audit.answers.event import CHANGING, Answers, Cell, Event, Kind, Orphan
from audit.answers.known import KnownRow, KnownRows
from audit.answers.typed import CellNote, ReturnedBook, TypedRow, Value
from audit.answers.wording import LONGEST, normal
from checks.wording import counted, listed
from output.answers import COMMENT, FIELDS, WITH_LEAD, AnswerField

BETWEEN = "  |  "
"""Stands between comments that were joined."""
MOST_ENTRIES = 3
"""Entries that one thing typed comes to: taken over, one about what it replaced, and that it was changed since."""
CONFIDENTIAL = "safeguarding"
"""The kind of workbook whose rows may show where a child is found."""

TOLD: Mapping[Kind, str] = {
    Kind.TYPED: "taken over",
    Kind.CLEARED: "emptied",
    Kind.JOINED: "joined",
    Kind.LOST: "set aside for a newer one",
    Kind.WITHDRAWN: "set aside because changed since",
    Kind.UNCLEAR: "not understood",
    Kind.NOT_THEIRS: "answered in another workbook alone",
}


@dataclass(frozen=True, slots=True)
class Merged:
    """What is new: entries for the list, not numbered yet, and orphans. `sentences` are for the log: no free text."""

    events: tuple[Event, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """Something that a person typed into a cell: `kind` says what is known of it before anything else is looked at.

    `upto` is how long the list was when the workbook was written; a note stands beside the cell, whatever that says.
    """

    cell: Cell
    row: KnownRow
    book: ReturnedBook
    upto: int
    typed: str | None
    kind: Kind
    note: str = ""

    def entry(self, kind: Kind, value: str | None, heard: date) -> Event:
        """An entry for the list that says what became of it."""
        book = self.book
        return Event(
            *self.cell,
            value,
            self.typed,
            kind,
            book.kind,
            book.name,
            book.saved,
            heard,
            content=self.row.judged_in(book.run),
        )


def merge(
    books: Iterable[ReturnedBook],
    answers: Answers,
    upto: Mapping[str, int],
    known: KnownRows,
    heard: date,
    orphans: Iterable[Orphan] = (),
) -> Merged:
    """What the workbooks say that the list does not.

    `upto` maps runs to how long the list was when they wrote; `orphans` are those known already. The order of the books
    does not matter, and merging them again adds nothing.
    """
    ordered = sorted(books, key=lambda book: (book.saved, book.kind, book.name, book.digest))
    told = {(one.book, one.words) for one in orphans}
    edits: dict[Cell, list[_Edit]] = {}
    lost: list[Orphan] = []
    for book in ordered:
        for edit in _edits(book, answers, upto, known):
            edits.setdefault(edit.cell, []).append(edit)
        for orphan in _orphans(book, answers, known, heard):
            if (orphan.book, orphan.words) not in told:
                told.add((orphan.book, orphan.words))
                lost.append(orphan)
    number = max((event.number for event in answers.events), default=0) + 1
    number = max(number, *(length + 1 for length in upto.values()), 1)
    events = tuple(event for cell, typed in edits.items() for event in _settle(typed, answers.of(cell), number, heard))
    return Merged(events, tuple(lost), tuple(_sentences(ordered, events, lost)))


# -- what was edited ---------------------------------------------------------------------------------------


def _edits(book: ReturnedBook, answers: Answers, upto: Mapping[str, int], known: KnownRows) -> Iterator[_Edit]:
    """Everything that a person typed into one workbook, beside rows that are known."""
    rows = [(row, typed) for typed in book.rows if (row := known.find(typed))]
    wrote = upto.get(book.run)
    said: dict[tuple[str, str], dict[Value, KnownRow]] = {}
    for row, typed in rows:
        for name, value in typed.cells.items():
            said.setdefault((row.key, name), {}).setdefault(_tidy(value), row)
    for (key, name), values in said.items():
        for value, row in values.items():
            if value is None and len(values) > 1:
                continue  # the row stands there twice, and one of them was left empty
            cell = (key, name, "" if FIELDS[name].shared else book.kind)
            yield from _edit(cell, value, row, book, wrote, answers)
    for note in book.notes:
        if note.row and (row := known.find(note.row)):
            kind = Kind.JOINED if row.takes(book.kind, COMMENT.key) else Kind.NOT_THEIRS
            cell = (row.key, COMMENT.key, book.kind)
            if note.words.strip():
                words, _ = _understood(COMMENT, _noted(note))
                yield _Edit(cell, row, book, 0, words, kind, note=note.words.strip())


def _tidy(value: Value) -> Value:
    return value.strip() or None if isinstance(value, str) else value


def _edit(
    cell: Cell, value: Value, row: KnownRow, book: ReturnedBook, wrote: int | None, answers: Answers
) -> Iterator[_Edit]:
    """What a person typed into a cell; nothing where it says what the workbook's run wrote."""
    if isinstance(value, str) and value.casefold() == WITH_LEAD.casefold():
        return
    words, understood = _understood(FIELDS[cell[1]], value)
    if wrote is None:
        # Nobody knows what that run wrote: what was said at any time is not new, and an empty cell says nothing.
        if words is None or any(words in (event.value, event.typed) for event in answers.of(cell)):
            return
    elif words == answers.value(cell, wrote):
        return
    kind = Kind.TYPED if words is not None else Kind.CLEARED
    if not understood:
        kind = Kind.UNCLEAR
    if not row.takes(book.kind, cell[1]):
        if words is None:
            return  # the cell says nothing that is theirs to empty
        kind = Kind.NOT_THEIRS
    yield _Edit(cell, row, book, wrote or 0, words, kind)


def _understood(field: AnswerField, value: Value) -> tuple[str | None, bool]:
    if value is None or (isinstance(value, str) and value.casefold() == WITH_LEAD.casefold()):
        return None, True
    read = normal(field, value)
    return read.value if read.understood or read.value else str(value), read.understood


def _noted(note: CellNote) -> str:
    who = " ".join(note.who.replace(":", " ").split())
    return f"Note by {who}: {note.words.strip()}" if who else f"Note: {note.words.strip()}"


# -- what becomes of it ------------------------------------------------------------------------------------


def _settle(edits: Sequence[_Edit], before: Sequence[Event], number: int, heard: date) -> list[Event]:
    """What everything that was typed into one cell comes to; `before` are the cell's entries, `number` the next one.

    Comments are taken in the order of their workbooks' saving, to be joined; of everything else the newest comes first
    and stays. What is done once more at the end sees all that the other workbooks said.
    """
    ordered = [edit for edit in edits if not edit.note]
    if edits[0].cell[1] != COMMENT.key:
        ordered.reverse()
    ordered += [edit for edit in edits if edit.note]
    events = list(before)
    length = -1
    while len(events) > length:
        length = len(events)
        for edit in ordered:
            events += [replace(one, number=number + index) for index, one in enumerate(_became(edit, events, heard))]
            number += 2
        if len(events) > len(before) + MOST_ENTRIES * len(edits):
            raise AssertionError("an answer is heard again and again")
    return [replace(one, number=0) for one in events[len(before) :]]


def _became(edit: _Edit, events: Sequence[Event], heard: date) -> list[Event]:
    """The new entries for one thing typed, after all the others of its cell; nothing where all is said."""
    last = _last(events)
    current = last.value if last else None
    if edit.kind in (Kind.UNCLEAR, Kind.NOT_THEIRS):
        said = (edit.kind, edit.typed, edit.book.kind)
        same = any((e.kind, e.typed, e.book) == said for e in events if e.number > edit.upto)
        return [] if same else [edit.entry(edit.kind, current, heard)]
    if edit.note:
        same = any(event.typed == edit.typed or _is_note(event.typed, edit.note) for event in events)
        return [] if same else [_joined(edit, current, heard)]
    if edit.typed == current:
        return []
    since = [event for event in events if event.number > edit.upto]
    if any(_says(event, edit) for event in since):
        return _withdrawn(edit, since, current, heard)
    taken = edit.entry(edit.kind, edit.typed, heard)
    if last is None or last.kind is Kind.AUDIT or not _changed(edit, events):
        return [taken]
    if edit.cell[1] == COMMENT.key:
        return [_joined(edit, current, heard)]
    if edit.book.saved > last.saved:
        return [taken, *_overtaken(last, edit, heard)]
    return [edit.entry(Kind.LOST, current, heard)]


def _last(events: Sequence[Event]) -> Event | None:
    return next((event for event in reversed(events) if event.kind in CHANGING), None)


def _changed(edit: _Edit, events: Sequence[Event]) -> bool:
    """Whether somebody changed the cell since the workbook was written."""
    base = _last([event for event in events if event.number <= edit.upto])
    wrote = base.value if base else None
    return any(e.value != wrote for e in events if e.number > edit.upto and e.kind in CHANGING)


def _says(event: Event, edit: _Edit) -> bool:
    """Whether an entry says what was typed, so that it is nothing new."""
    match event.kind:
        case Kind.AUDIT:
            return event.value == edit.typed
        case Kind.UNCLEAR:
            return False
        case Kind.NOT_THEIRS:
            return event.typed == edit.typed and event.book == edit.book.kind
        case Kind.LOST | Kind.WITHDRAWN:
            return event.typed == edit.typed
        case _:
            return edit.typed in (event.typed, event.value)


def _withdrawn(edit: _Edit, since: Sequence[Event], current: str | None, heard: date) -> list[Event]:
    """An entry about words that were typed before and changed since, where nothing tells this workbook so yet."""
    if edit.typed is None or (edit.cell[1] == COMMENT.key and _holds(current or "", edit.typed)):
        return []
    told = any(
        event.kind in (Kind.LOST, Kind.WITHDRAWN) and (event.typed, event.book) == (edit.typed, edit.book.kind)
        for event in since
    )
    return [] if told else [edit.entry(Kind.WITHDRAWN, current, heard)]


def _overtaken(last: Event, edit: _Edit, heard: date) -> list[Event]:
    """An entry about the value that a newer one replaces unseen; none where it is the same file that goes on."""
    if (last.book, last.source) == (edit.book.kind, edit.book.name):
        return []
    return [replace(last, kind=Kind.LOST, value=edit.typed, typed=last.value, heard=heard, why="", number=0)]


def _joined(edit: _Edit, current: str | None, heard: date) -> Event:
    """A comment joined with the one that stands there: the longer one alone where it says all of the other."""
    typed = edit.typed
    if current is None:
        return edit.entry(Kind.TYPED, typed, heard)
    if typed is None:
        return edit.entry(Kind.LOST, current, heard)
    if _holds(current, typed):
        return edit.entry(Kind.JOINED, current, heard)
    kept = [part for part in current.split(BETWEEN) if not _holds(typed, part)]
    value = BETWEEN.join((*kept, typed))
    if len(value) > LONGEST:
        return edit.entry(Kind.LOST, current, heard)
    return edit.entry(Kind.JOINED if kept else Kind.TYPED, value, heard)


def _holds(longer: str, shorter: str) -> bool:
    """Whether words stand whole in longer ones."""
    start = longer.find(shorter)
    while start >= 0:
        end = start + len(shorter)
        if not (longer[start - 1 : start].isalnum() or longer[end : end + 1].isalnum()):
            return True
        start = longer.find(shorter, start + 1)
    return False


def _is_note(typed: str | None, words: str) -> bool:
    """Whether an entry is about a note with these words; who wrote it is lost by some programs."""
    begun, end = "Note by ", f": {words}"
    if typed is None or not typed.endswith(end):
        return False
    return typed == f"Note{end}" or (typed.startswith(begun) and ": " not in typed[len(begun) : -len(end)])


# -- what belongs to no row --------------------------------------------------------------------------------


def _orphans(book: ReturnedBook, answers: Answers, known: KnownRows, heard: date) -> Iterator[Orphan]:
    for row in book.rows:
        if known.find(row) is None and (words := _words_of(row, book, answers, known)):
            yield Orphan(book.kind, book.name, row.sheet, row.place, words, heard)
    for note in book.notes:
        if (note.row is None or known.find(note.row) is None) and note.words.strip():
            yield Orphan(book.kind, book.name, note.sheet, note.cell, _noted(note), heard)


def _words_of(row: TypedRow, book: ReturnedBook, answers: Answers, known: KnownRows) -> str:
    """What was typed into a row that nobody knows; "" where nothing was.

    A row that has no mark was typed as a whole. What one with a mark shows besides, the audit wrote; it may say where
    a child is found, and is not kept.
    """
    typed: list[str] = []
    mark = known.now(row.mark.strip())
    for name, value in row.cells.items():
        field = FIELDS[name]
        words, _ = _understood(field, _tidy(value))
        said = answers.of((mark, name, "" if field.shared else book.kind)) if mark else ()
        if words is not None and not any(words in (event.value, event.typed) for event in said):
            typed.append(f"{field.title}: {words}")
    named = row.id.strip() or row.mark.strip()
    beside = [] if named or not row.shown else [words for words in row.shown.values() if words.strip()]
    if book.kind == CONFIDENTIAL:
        beside = [words for words in beside if "://" not in words]
    if not typed and not beside:
        return ""
    known_by = row.id.strip()
    if book.kind == CONFIDENTIAL:
        known_by = "-".join(known_by.split("-", 2)[:2])  # the finding's; the rest stands for a person
    return " · ".join((*([known_by] if known_by else []), *beside, *typed))


# -- what is told ------------------------------------------------------------------------------------------


def _sentences(books: Sequence[ReturnedBook], events: Sequence[Event], orphans: Sequence[Orphan]) -> Iterator[str]:
    """A sentence for each kind of workbook that was read. Names of files and people stay out of the log.

    So does how much the safeguarding lead answered, since she answers line by line, and a line may be a child.
    """
    for kind in dict.fromkeys(book.kind for book in books):
        read = sum(book.kind == kind for book in books)
        if kind == CONFIDENTIAL:
            yield f"{kind}: {counted(read, 'workbook')} read"
            continue
        mine = [event.kind for event in events if event.book == kind]
        counts = [f"{mine.count(one):,} {words}" for one, words in TOLD.items() if one in mine]
        lost = sum(orphan.book == kind for orphan in orphans)
        counts += [f"{lost:,} kept that belong to no row"] if lost else []
        yield f"{kind}: {counted(read, 'workbook')} read; answers: {listed(counts) if counts else 'nothing new'}"
