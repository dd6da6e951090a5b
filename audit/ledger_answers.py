"""What the ledger keeps of the answers: the list of what people typed, orphans, what was read, what each run wrote.

Numbers of entries are given here and never twice, also where the newest entries were forgotten: a run that wrote when
the list was so long must never seem to have written something later.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Column, ColumnElement, Connection, and_, delete, func, insert, or_, select, update
from sqlalchemy.engine import Engine

from audit.answers.event import Answers, Event, Kind, Orphan, moved
from audit.compare import State
from audit.ledger_tables import (
    ABSORBED,
    ANSWERS,
    FINDINGS,
    FORMER,
    ORPHANS,
    PEOPLE,
    RUNS,
    WRITTEN,
    insert_rows,
)
from output.answers import FIELDS, Sort

FREE_TEXT = frozenset(field.key for field in FIELDS.values() if field.sort is Sort.TEXT)
WORDS = frozenset({Kind.UNCLEAR, Kind.NOT_THEIRS})
"""Kinds of entries that hold whatever was typed, in any column."""
AT_ONCE = 500
"""Rows that one statement names: databases limit that."""

Flagged = frozenset[tuple[str, str]]
"""Flagged people on record: a finding's fingerprint, and the keyed hash of a person."""


@dataclass(frozen=True, slots=True)
class AbsorbedFile:
    """A file that was read: the SHA-256 of its bytes, its name, and its kind.

    Of nobody's workbook neither name nor kind are kept, which are "" then. `heard` is the date of the night that read
    it, `seen` the last one on which it lay there.
    """

    digest: str
    name: str
    kind: str
    heard: date
    seen: date


class AnswersLedger:
    """The answers in the ledger's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -- reading -------------------------------------------------------------------------------------------

    def list(self) -> Answers:
        """Everything that people typed, and what the audit itself added, in its order."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(ANSWERS).order_by(ANSWERS.c.n)).mappings()
            return Answers(
                tuple(
                    Event(
                        row["row"],
                        row["field"],
                        row["scope"],
                        row["value"],
                        row["typed"],
                        Kind(row["kind"]),
                        row["book"],
                        row["source"],
                        datetime.fromisoformat(row["saved"]),
                        row["heard"],
                        row["content"],
                        row["why"],
                        row["n"],
                    )
                    for row in rows
                )
            )

    def orphans(self) -> tuple[Orphan, ...]:
        """What was typed and belongs to no row, oldest first."""
        columns = [column for column in ORPHANS.c if column.name != "n"]
        with self._engine.connect() as connection:
            return tuple(Orphan(**row) for row in connection.execute(select(*columns).order_by(ORPHANS.c.n)).mappings())

    def absorbed(self) -> dict[str, AbsorbedFile]:
        """Every file that was read, by the SHA-256 of its bytes."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(ABSORBED)).mappings()
            return {row["digest"]: AbsorbedFile(**row) for row in rows}

    def upto_by_run(self) -> dict[str, int]:
        """How long the list was when each run wrote its workbooks."""
        with self._engine.connect() as connection:
            return dict(connection.execute(select(WRITTEN.c.run, WRITTEN.c.upto)).all())

    def former(self) -> dict[str, str]:
        """For each fingerprint that a finding had before its account's stable id was known the one it has now."""
        with self._engine.connect() as connection:
            return dict(connection.execute(select(FORMER.c.fingerprint, FORMER.c.now)).all())

    # -- writing -------------------------------------------------------------------------------------------

    def keep(
        self,
        events: Iterable[Event],
        orphans: Iterable[Orphan] = (),
        files: Iterable[AbsorbedFile] = (),
    ) -> tuple[Event, ...]:
        """Add to the list, in one transaction with the orphans and the files; the entries with their numbers.

        A file that is known already becomes what is said of it now.
        """
        with self._engine.begin() as connection:
            first = _longest(connection) + 1
            numbered = tuple(replace(event, number=number) for number, event in enumerate(events, first))
            insert_rows(connection, ANSWERS, map(_row, numbered))
            insert_rows(connection, ORPHANS, map(asdict, orphans))
            seen = {file.digest: file for file in files}
            _delete(connection, ABSORBED.c.digest, seen)
            insert_rows(connection, ABSORBED, map(asdict, seen.values()))
        return numbered

    def wrote(self, run: str, upto: int | None = None) -> int:
        """Note how long the list is of which a run writes the workbooks; by default, all of it. That length."""
        with self._engine.begin() as connection:
            length = _longest(connection) if upto is None else upto
            connection.execute(delete(WRITTEN).where(WRITTEN.c.run == run))
            connection.execute(insert(WRITTEN).values(run=run, upto=length))
        return length


def _longest(connection: Connection) -> int:
    """The highest number that an entry has, or had when a run wrote."""
    highest = (connection.execute(select(func.max(column))).scalar() for column in (ANSWERS.c.n, WRITTEN.c.upto))
    return max(number or 0 for number in highest)


def _row(event: Event) -> dict[str, object]:
    row = asdict(event)
    return {**row, "n": row.pop("number"), "saved": event.saved.astimezone(UTC).isoformat()}


# -- marks that change -------------------------------------------------------------------------------------


def follow(connection: Connection, now: Mapping[str, str]) -> None:
    """Have the answers about findings go on under their new fingerprints, and remember the old ones.

    They are those to the findings, to their lines, and to decisions about them. `now` gives for each old fingerprint
    the new one.
    """
    if not now:
        return
    renamed = moved(now)
    for row in _rows(connection):
        if (after := renamed(row)) != row:
            connection.execute(update(ANSWERS).where(ANSWERS.c.row == row).values(row=after))
    for old, new in now.items():
        connection.execute(update(FORMER).where(FORMER.c.now == old).values(now=new))
        connection.execute(delete(FORMER).where(FORMER.c.fingerprint == old))
        connection.execute(insert(FORMER).values(fingerprint=old, now=new))


# -- forgetting --------------------------------------------------------------------------------------------


def flagged(connection: Connection) -> Flagged:
    """The flagged people on record."""
    rows = connection.execute(select(PEOPLE.c.fingerprint, PEOPLE.c.person))
    return frozenset((mark, person) for mark, person in rows)


def forget_lines(connection: Connection, before: Flagged) -> int:
    """Forget what was answered about people who were on record `before` and are no longer; how many entries went."""
    gone: dict[str, list[str]] = {}
    for mark, person in before - flagged(connection):
        gone.setdefault(mark, []).append(person)
    if not gone:
        return 0
    lines = [row.partition("/") for row in _rows(connection)]
    rows = [f"{mark}/{line}" for mark, _, line in lines if line and any(p.startswith(line) for p in gone.get(mark, ()))]
    return _delete(connection, ANSWERS.c.row, rows)


def purge_answers(connection: Connection, before: Callable[[str], date]) -> dict[str, int]:
    """Remove what has been kept long enough; how many rows of each went. `before` gives a retention row's first date.

    Answers go with their finding, so that what a cell of it says is never forgotten before. Free text goes sooner once
    the finding is closed, and names of files whether it is or not.
    """
    standing = dict(connection.execute(select(FINDINGS.c.fingerprint, FINDINGS.c.state)).all())
    rows = _rows(connection)
    left = [row for row in rows if _is_finding(row) and row.partition("/")[0] not in standing]
    others = [row for row in rows if not _is_finding(row)]
    closed = [row for row in rows if standing.get(row.partition("/")[0]) == State.CLOSED]
    words = or_(ANSWERS.c.field.in_(FREE_TEXT), ANSWERS.c.kind.in_(WORDS))
    runs, marks = select(RUNS.c.id), select(FINDINGS.c.fingerprint)
    old_text = before("typed_text")
    # It may be about somebody whom the audit has forgotten: a copy that lay about says it once more.
    forgotten = and_(ORPHANS.c.book == "safeguarding", ORPHANS.c.heard < before("unseen_people"))
    # People name files, and may name them after people.
    for column, named in ((ANSWERS.c.source, ANSWERS), (ABSORBED.c.name, ABSORBED)):
        connection.execute(update(named).where(named.c.heard < old_text).values({column: ""}))
    removed = {
        "answers": _delete(connection, ANSWERS.c.row, left)
        + _delete(connection, ANSWERS.c.row, others, ANSWERS.c.heard < before("answers")),
        "typed text": _delete(connection, ANSWERS.c.row, closed, words, ANSWERS.c.heard < old_text),
    }
    for name, statement in (
        ("orphans", delete(ORPHANS).where(or_(ORPHANS.c.heard < old_text, forgotten))),
        ("absorbed", delete(ABSORBED).where(ABSORBED.c.seen < before("absorbed"))),
        ("written", delete(WRITTEN).where(WRITTEN.c.run.not_in(runs))),
        ("former", delete(FORMER).where(FORMER.c.now.not_in(marks))),
    ):
        removed[name] = connection.execute(statement).rowcount
    return removed


def _rows(connection: Connection) -> Sequence[str]:
    return connection.execute(select(ANSWERS.c.row).distinct()).scalars().all()


def _is_finding(row: str) -> bool:
    """Whether a row is a finding or a line of one: fingerprints begin with the number of their version."""
    return row.partition("-")[0].isdigit()


def _delete(
    connection: Connection, column: Column[str], values: Iterable[str], *conditions: ColumnElement[bool]
) -> int:
    """Delete the rows whose column holds one of the values; how many went."""
    return sum(
        connection.execute(delete(column.table).where(column.in_(some), *conditions)).rowcount
        for some in _portions(list(values))
    )


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
