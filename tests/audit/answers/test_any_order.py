"""Any order of nights, edits, copies, deletions and re-sorts: no answer is lost, and none that was withdrawn comes back.

What people do is played on files that know, of each cell, which act of typing put its value there. An act is fresh until
the first night that read a file with it; afterwards it is heard, however often a copy brings it again.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from audit.answers.event import Event, Kind
from audit.answers.known import KnownRow, KnownRows
from audit.answers.merge import BETWEEN, merge
from audit.answers.typed import ReturnedBook, TypedRow
from audit.answers.wording import normal
from audit.ledger import Ledger
from audit.ledger_answers import AbsorbedFile
from output.answers import COMMENT, FIELDS, STATUS, Status

MARKS = ("1-aaaaaaaa", "1-bbbbbbbb")
KINDS = ("it", "governors")
ANSWERED = (COMMENT.key, STATUS.key)
KNOWN = KnownRows(tuple(KnownRow(mark, mark, dict.fromkeys(KINDS, ANSWERED)) for mark in MARKS))
START = datetime(2026, 11, 1, tzinfo=UTC)

NEW = "words that nobody typed before"
COMMENTS = st.sampled_from([NEW, "asked", "asked the office", "no", "not done", None])
OFTEN_IT = st.sampled_from(["it", "it", "it", "governors"])
NUMBERS = st.sampled_from([0, 0, 0, 1, 2])
STATUSES = st.sampled_from([Status.DONE, Status.IN_PROGRESS, Status.NOT_AN_ISSUE, "?", None])


@dataclass
class Cell:
    value: str | None
    act: int = 0


@dataclass
class Row:
    mark: str
    cells: dict[str, Cell]
    named: bool = True


@dataclass
class File:
    kind: str
    run: str
    rows: list[Row]
    saved: datetime = START
    digest: str = ""
    edited: set[int] = field(default_factory=set)


def parts(value):
    return value.split(BETWEEN) if value else []


def meant(name, value):
    return normal(FIELDS[name], value)


class AnyOrder(RuleBasedStateMachine):
    copies = Bundle("copies")

    @initialize()
    def begin(self):
        self.ledger = Ledger("sqlite://")
        self.hours = self.acts = self.nights = 0
        self.heard: set[int] = set()
        self.main: dict[str, File] = {}
        self.others: list[File] = []
        self.typed: list[tuple[tuple[str, str, str], str | None]] = []
        self.write()

    def teardown(self):
        if hasattr(self, "ledger"):
            self.ledger.close()

    # -- what people do

    def save(self, file):
        self.hours += 1
        file.saved = START + timedelta(hours=self.hours)
        file.digest = f"digest {self.hours}"

    def type(self, file, number, name, value):
        if file.rows:
            self.acts += 1
            value = f"word {self.acts}" if value == NEW else value
            file.rows[number % len(file.rows)].cells[name] = Cell(value, self.acts)
            self.save(file)

    @rule(kind=OFTEN_IT, number=NUMBERS, value=COMMENTS)
    def comment(self, kind, number, value):
        self.type(self.main[kind], number, COMMENT.key, value)

    @rule(kind=OFTEN_IT, number=NUMBERS, value=STATUSES)
    def answer(self, kind, number, value):
        self.type(self.main[kind], number, STATUS.key, value)

    @rule(file=copies, number=NUMBERS, value=COMMENTS)
    def comment_a_copy(self, file, number, value):
        self.type(file, number, COMMENT.key, value)

    @rule(file=copies, number=NUMBERS, value=STATUSES)
    def answer_a_copy(self, file, number, value):
        self.type(file, number, STATUS.key, value)

    @rule(file=copies, number=NUMBERS)
    def write_more(self, file, number):
        if file.rows:
            said = file.rows[number % len(file.rows)].cells[COMMENT.key].value
            self.type(file, number, COMMENT.key, f"{said or ''} and more".strip())

    @rule(target=copies, kind=OFTEN_IT)
    def copy(self, kind):
        return self.copied(self.main[kind])

    @rule(target=copies, file=copies)
    def copy_a_copy(self, file):
        return self.copied(file)

    def copied(self, file):
        rows = [replace(row, cells={name: replace(cell) for name, cell in row.cells.items()}) for row in file.rows]
        self.others.append(replace(file, rows=rows))
        return self.others[-1]

    @rule(file=consumes(copies))
    def throw_away(self, file):
        self.others = [one for one in self.others if one is not file]

    @rule(file=copies, number=NUMBERS, what=st.sampled_from(["save", "delete", "sort", "twin", "mark", "run"]))
    def rework(self, file, number, what):
        """Save a copy again, delete, sort or copy its rows, or lose what it is known by."""
        number %= max(1, len(file.rows))
        match what:
            case "delete":
                del file.rows[number : number + 1]
            case "sort":
                file.rows.reverse()
            case "twin":
                file.rows += self.copied(file).rows[number : number + 1]
                self.others.pop()
            case "mark":
                file.rows = [replace(row, named=row.named and at != number) for at, row in enumerate(file.rows)]
            case "run":
                file.run = ""
        self.save(file)

    # -- what the audit does

    @rule()
    def quiet_night(self):
        self.night(set(), set())

    @rule(locked=st.sets(st.sampled_from(KINDS)), emptied=st.sets(st.sampled_from(MARKS)))
    def night(self, locked, emptied):
        """What is there is taken over, and new workbooks are written, beside those that somebody has open."""
        before = self.ledger.answers.list()
        absorbed = self.ledger.answers.absorbed()
        unread = {file.digest: file for file in (*self.main.values(), *self.others) if file.digest not in absorbed}
        books = [self.returned(file) for file in unread.values()]
        upto = self.ledger.answers.upto_by_run()
        today = date(2026, 11, 1) + timedelta(self.nights)
        merged = merge(books, before, upto, KNOWN, today, self.ledger.answers.orphans())
        files = [AbsorbedFile(book.digest, book.name, book.kind, today, today) for book in books]
        self.ledger.answers.keep(merged.events, merged.orphans, files)
        after = self.ledger.answers.list()
        again = merge(books, after, upto, KNOWN, today, self.ledger.answers.orphans())
        assert (again.events, again.orphans) == ((), ()), "merging the same files again adds something"
        self.nothing_comes_back(before, after, unread.values())
        self.what_nobody_saw_stays(before, after, upto, unread.values())
        self.what_is_alone_counts(after, unread.values())
        for file in unread.values():
            for row in file.rows:
                for name, cell in row.cells.items():
                    if cell.act:
                        self.heard.add(cell.act)
                        scope = "" if FIELDS[name].shared else file.kind
                        self.typed.append(((row.mark, name, scope), cell.value))
        for mark in sorted(emptied):
            if after.value((mark, STATUS.key, "")):
                moment = START + timedelta(hours=self.hours)
                self.ledger.answers.keep(
                    [Event(mark, STATUS.key, "", None, None, Kind.AUDIT, "", "", moment, today, why="it came back")]
                )
        self.others += [self.main[kind] for kind in sorted(locked)]
        self.write()

    def write(self):
        self.nights += 1
        run = f"run {self.nights}"
        self.ledger.answers.wrote(run)
        answers = self.ledger.answers.list()
        for kind in KINDS:
            rows = [
                Row(
                    mark,
                    {name: Cell(answers.value((mark, name, "" if FIELDS[name].shared else kind))) for name in ANSWERED},
                )
                for mark in MARKS
            ]
            self.main[kind] = File(kind, run, rows)
            self.save(self.main[kind])

    @staticmethod
    def returned(file):
        rows = [
            TypedRow(
                "Findings",
                f"row {number}",
                "",
                row.mark if row.named else "",
                {name: cell.value for name, cell in row.cells.items()},
                {},
            )
            for number, row in enumerate(file.rows, 5)
        ]
        return ReturnedBook(f"{file.kind}.xlsx", file.kind, file.run, file.saved, file.digest, tuple(rows))

    # -- what must hold

    def fresh(self, cell, files):
        """Every act of typing into a cell of the list that is read for the first time, with its file."""
        mark, name, scope = cell
        return {
            row.cells[name].act: (row.cells[name].value, file)
            for file in files
            for row in file.rows
            if row.mark == mark and row.named and scope in ("", file.kind)
            if row.cells[name].act and row.cells[name].act not in self.heard
        }

    def nothing_comes_back(self, before, after, files):
        """A value that a night brought was typed anew, or joined of what stood there and what was typed anew."""
        for cell in {(event.row, event.field, event.scope) for event in after.events}:
            old, new = before.value(cell), after.value(cell)
            if new == old:
                continue
            said = [meant(cell[1], value).value for value, _ in self.fresh(cell, files).values()]
            if cell[1] == COMMENT.key and new is not None:
                allowed = {part for value in (old, *said) for part in parts(value)}
                assert set(parts(new)) <= allowed, f"{new!r} came back, {old!r} stood there, {said} were typed"
            else:
                assert new in said, f"{new!r} came back, {old!r} stood there, {said} were typed"

    def what_nobody_saw_stays(self, before, after, upto, files):
        """A part of a comment goes only where somebody typed over it who had it before his eyes."""
        for mark in MARKS:
            for kind in KINDS:
                cell = (mark, COMMENT.key, kind)
                old, new = before.value(cell), after.value(cell) or ""
                if any(part not in new for part in parts(old)):
                    seen = [before.value(cell, upto.get(file.run, 0)) for _, file in self.fresh(cell, files).values()]
                    assert old in seen, f"{old!r} became {new!r}, and who typed saw {seen}"

    def what_is_alone_counts(self, after, files):
        """What one person typed into tonight's own workbook, and nobody else anywhere, is what the cell says."""
        run = f"run {self.nights}"
        for mark in MARKS:
            for kind in KINDS:
                for name in ANSWERED:
                    cell = (mark, name, "" if FIELDS[name].shared else kind)
                    fresh = list(self.fresh(cell, files).values())
                    if len(fresh) == 1 and fresh[0][1].run == run and len(fresh[0][1].rows) == len(MARKS):
                        value = meant(name, fresh[0][0])
                        rows = [row for row in fresh[0][1].rows if row.mark == mark]
                        if value.understood and len(rows) == 1:
                            assert after.value(cell) == value.value

    @invariant()
    def nothing_is_lost(self):
        """Everything that a night read stands in the list of its cell, or among the orphans."""
        if not hasattr(self, "typed"):
            return
        answers = self.ledger.answers.list()
        orphans = [orphan.words for orphan in self.ledger.answers.orphans()]
        for cell, value in self.typed:
            words = meant(cell[1], value).value
            said = [said for event in answers.of(cell) for said in (event.typed, event.value) if said]
            if cell[1] == COMMENT.key and words:
                assert any(words in one for one in (*said, *orphans)), f"{words!r} is lost"
            elif words:
                assert words in said or any(f": {words}" in one for one in orphans), f"{words!r} is lost"
        self.typed = []


AnyOrder.TestCase.settings = settings(max_examples=120, stateful_step_count=30)


class TestAnyOrder(AnyOrder.TestCase):
    """See the module's first lines."""
