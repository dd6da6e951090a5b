"""The memory of earlier nights: runs, outcomes, findings, flagged people, the mirror of own posts, answers.

SQLite at state/audit.db by default; the tables are SQLAlchemy Core, so that another database can hold them.
Everything that one run learned is written in one transaction: a run that dies leaves the night before intact. What its
readings used up of money and quotas is noted as they end, for it is used up all the same.
"""

import hashlib
import hmac
import secrets
import shutil
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import (
    Connection,
    Table,
    create_engine,
    delete,
    event,
    func,
    inspect,
    select,
    update,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from audit.compare import State, Tracked
from audit.ledger_answers import AnswersLedger, flagged, follow, forget_lines, purge_answers
from audit.ledger_rows import (
    finding_row,
    link_body,
    link_of,
    moment_of,
    post_body,
    profile_body,
    profile_of,
    tracked_of,
)
from audit.ledger_tables import (
    ACCOUNTS,
    COUNTS,
    DELTAS,
    FACTS,
    FINDINGS,
    LINKS,
    META,
    MIGRATIONS,
    MIRROR,
    OUTCOMES,
    PEOPLE,
    PICTURES,
    RUNS,
    SCHEMA_VERSION,
    USAGE,
    insert_rows,
    tables,
)
from audit.problems import ConfigurationError, Problem
from audit.trend import REPORTED, RunCounts
from checks.finding import Carried, Evidence, History, Outcome, fingerprint
from checks.outcome import Result
from checks.readers.picture import SeenPicture, from_json, to_json
from connectors.snapshot import POSTS, Profile, Resolved, frame

YOUNG_FOLLOWERS = "young followers"
"""The name of a number that is kept of each night: how many followers say that they are too young."""
READINGS = 2
"""So many earlier readings tell, with tonight's, whether a number rises."""

WAITING: Mapping[str, Any] = {"connect_args": {"timeout": 60}}
"""How many seconds SQLite waits for another program, such as a backup, to let go of the ledger."""
RESTORE = "the file of an earlier night; restore it from a backup, or move it away to begin anew"

PEOPLE_TABLES = frozenset({"people", "orphaned people", "unseen people", "answers about people"})
"""What `Ledger.purge` calls rows that stand for a child each: small numbers of them are told to nobody."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one reading used up of something that has a limit: US dollars, or a platform's quota by its name.

    `mark` is that of the keys with which it was read.
    """

    run: str
    account: str
    name: str
    platform: str
    mark: str
    at: datetime
    amount: float


@dataclass(frozen=True, slots=True)
class FlaggedPerson:
    """What stays of a person whom a finding rests on: no handle, no text."""

    fingerprint: str
    person: str
    address: str
    rule: str
    first_seen: date
    last_seen: date


@dataclass(frozen=True, slots=True, eq=False)
class AccountLearned:
    """What tonight taught about one account, for the ledger to keep.

    `posts` is the merged mirror (schema POSTS), None where posts were not read. `audited` says that
    everything planned was read. `links` is what its links led to when they were last asked, `pictures` what was read in
    the pictures that it shows, by their ids. `facts` is what a model made of its own texts, by a hash of text and
    model; None where its texts were not read. `young_followers` is how many followers say that they are too young, None
    where not all were read.
    """

    key: str
    platform: str
    platform_id: str
    audited: bool
    swept: bool
    posts_whole: bool
    posts_since: datetime | None
    profile: Profile | None
    posts: pd.DataFrame | None
    links: Mapping[str, Resolved] = field(default_factory=dict)
    pictures: Mapping[str, SeenPicture] = field(default_factory=dict)
    facts: Mapping[str, Any] | None = None
    young_followers: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """Everything that one run leaves in the ledger."""

    run: str
    on: date
    started: datetime
    finished: datetime
    exit_code: int
    counts: Mapping[str, Any]
    accounts: Sequence[AccountLearned]
    results: Sequence[Result]
    tracked: Sequence[Tracked]
    rechecked: frozenset[str]


def _forget_for_good(connection: Any, _: object) -> None:
    """Have SQLite overwrite what is deleted, which else stays readable in the file until its place is needed."""
    connection.execute("PRAGMA secure_delete = ON")


def person_hash(key: bytes, platform: str, identifier: str) -> str:
    """The keyed hash by which a flagged person is remembered; it cannot be turned back without the key."""
    message = f"{platform}\x1f{identifier}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


class Ledger:
    """One school's memory. Open it with `Ledger.at(path)` or `Ledger(url)`."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, hide_parameters=True, **WAITING if url.startswith("sqlite") else {})
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _forget_for_good)
        self._prepare()
        self.answers = AnswersLedger(self._engine)
        with self._engine.connect() as connection:
            self.people_key = bytes.fromhex(str(_meta(connection, "people_key")))

    @classmethod
    def at(cls, path: Path) -> "Ledger":
        """The ledger in a SQLite file, made when it is not there. Raises ConfigurationError when damaged or in use.

        An empty file is a damaged one: to begin anew in silence would make everything old look new.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not path.exists()
        if new:
            path.touch(mode=0o600)
        elif path.is_file() and path.stat().st_size == 0:
            raise ConfigurationError([Problem(path.name, "", "is empty: what earlier nights learned is gone", RESTORE)])
        try:
            with sqlite_copy(path):
                return cls(f"sqlite:///{path}")
        except DatabaseError as error:
            if "locked" in str(error.orig):
                wrong, expected = "is in use by another program", "nobody else at work on it; nothing in it is lost"
            else:
                wrong, expected = f"cannot be read as a ledger ({error.orig})", RESTORE
            raise ConfigurationError([Problem(path.name, "", wrong, expected)]) from error

    def _prepare(self) -> None:
        with self._engine.begin() as connection:
            if not inspect(connection).has_table("meta"):
                tables.create_all(connection)
                connection.execute(META.insert(), {"name": "schema", "value": str(SCHEMA_VERSION)})
                connection.execute(META.insert(), {"name": "people_key", "value": secrets.token_hex(32)})
                return
            version = int(str(_meta(connection, "schema")))
            if version > SCHEMA_VERSION:
                wrong = f"was written by a newer school-audit (ledger version {version})"
                raise ConfigurationError(
                    [Problem("audit.db", "", wrong, f"version {SCHEMA_VERSION}; update school-audit")]
                )
            for step in range(version, SCHEMA_VERSION):
                MIGRATIONS[step](connection)
            connection.execute(update(META).where(META.c.name == "schema").values(value=str(SCHEMA_VERSION)))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # -- reading -------------------------------------------------------------------------------------------

    def history(self, key: str, on: date) -> History:
        """What was known of an account before a date's run; "" for the school."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.key == key)).mappings().first()
            outcomes = self._last_outcomes(connection, key, on)
            items = connection.execute(
                select(FINDINGS.c.item)
                .where(FINDINGS.c.account == key, FINDINGS.c.state != State.CLOSED, FINDINGS.c.item != "")
                .order_by(FINDINGS.c.item)
            ).scalars()
            open_items = tuple(items)
            asked = connection.execute(select(LINKS).where(LINKS.c.account == key)).mappings().all()
            links = {one["address"]: link_of(one["asked"], one["body"]) for one in asked}
            pictures = self._pictures(connection, key)
            remembered = connection.execute(select(FACTS.c.key, FACTS.c.body).where(FACTS.c.account == key)).all()
            facts: dict[str, Any] = dict(remembered)
            people = connection.execute(
                select(PEOPLE.c.person, func.min(PEOPLE.c.first_seen))
                .join(FINDINGS, FINDINGS.c.fingerprint == PEOPLE.c.fingerprint)
                .where(FINDINGS.c.account == key)
                .group_by(PEOPLE.c.person)
            ).all()
            posts = self._mirrored(connection, key)
            young = connection.execute(
                select(COUNTS.c.number)
                .where(COUNTS.c.account == key, COUNTS.c.name == YOUNG_FOLLOWERS, COUNTS.c.date < on)
                .order_by(COUNTS.c.date.desc())
                .limit(READINGS)
            ).scalars()
            young_followers = tuple(young)[::-1]
        if row is None:
            return History(outcomes=outcomes, open_items=open_items, links=links, pictures=pictures, facts=facts)
        return History(
            known_since=row["known_since"],
            first_audited=row["first_audited"],
            last_audited=row["last_audited"],
            swept=row["swept"],
            platform_id=row["platform_id"],
            profile=profile_of(row["profile"]),
            posts=posts,
            posts_whole=row["posts_whole"],
            posts_since=moment_of(row["posts_since"]),
            outcomes=outcomes,
            people={person: first for person, first in people},  # noqa: C416 - rows are not pairs to mypy
            open_items=open_items,
            links=links,
            pictures=pictures,
            facts=facts,
            young_followers=young_followers,
        )

    @staticmethod
    def _pictures(connection: Connection, key: str) -> dict[str, SeenPicture]:
        rows = connection.execute(select(PICTURES).where(PICTURES.c.account == key)).mappings()
        seen: dict[str, SeenPicture] = {}
        for row in rows:
            with suppress(KeyError, TypeError, ValueError):  # an earlier version's: it is read again
                reading = from_json(row["body"])
                seen[row["id"]] = SeenPicture(
                    row["id"], row["item"], row["address"], row["alt"], reading, row["read_on"]
                )
        return seen

    @staticmethod
    def _last_outcomes(connection: Connection, key: str, on: date) -> dict[str, Carried]:
        rows = connection.execute(
            select(OUTCOMES.c.check, OUTCOMES.c.outcome, OUTCOMES.c.reason, OUTCOMES.c.reached_on)
            .join(RUNS, RUNS.c.id == OUTCOMES.c.run)
            .where(OUTCOMES.c.account == key, RUNS.c.date <= on)
            .order_by(RUNS.c.date, RUNS.c.started)
        )
        return {check: Carried(Outcome(outcome), reason, day) for check, outcome, reason, day in rows}

    @staticmethod
    def _mirrored(connection: Connection, key: str) -> pd.DataFrame:
        bodies = connection.execute(
            select(MIRROR.c.body).where(MIRROR.c.account == key).order_by(MIRROR.c.id)
        ).scalars()
        return frame(POSTS, bodies)

    def known(self) -> dict[str, Tracked]:
        """Every finding on record, by fingerprint."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(FINDINGS)).mappings().all()
        return {row["fingerprint"]: tracked_of(dict(row)) for row in rows}

    def people(self) -> list[FlaggedPerson]:
        """Every flagged person on record."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(PEOPLE).order_by(PEOPLE.c.first_seen, PEOPLE.c.person))
            return [FlaggedPerson(**row) for row in rows.mappings()]

    def note(self, usage: Iterable[Usage]) -> None:
        """Keep what a reading used up, at once: it is used even when the night is not finished."""
        with self._engine.begin() as connection:
            insert_rows(connection, USAGE, ({**asdict(one), "at": one.at.astimezone(UTC).isoformat()} for one in usage))

    def used_since(self, platform: str, name: str, moment: datetime, mark: str | None = None) -> float:
        """How much of something was used on a platform from a moment on, with the keys of a mark or with any."""
        asked = select(func.sum(USAGE.c.amount)).where(
            USAGE.c.platform == platform, USAGE.c.name == name, USAGE.c.at >= moment.astimezone(UTC).isoformat()
        )
        with self._engine.connect() as connection:
            total = connection.execute(asked if mark is None else asked.where(USAGE.c.mark == mark)).scalar()
        return float(total or 0)

    def last_run(self) -> date | None:
        """The latest date of a run on record."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(RUNS.c.date))).scalar()

    def runs(self) -> list[RunCounts]:
        """The counts of every night on record, by date; of several runs on one date the last."""
        asked = select(RUNS.c.date, RUNS.c.counts).where(RUNS.c.superseded.is_(False)).order_by(RUNS.c.date)
        with self._engine.connect() as connection:
            return [RunCounts(day, counts) for day, counts in connection.execute(asked)]

    # -- writing -------------------------------------------------------------------------------------------

    def adopt(self, account: str, platform: str, reference: str, register: Container[str]) -> None:
        """Take over, once an account's stable id is known, what was kept of it before.

        Findings that were fingerprinted by the register key get the fingerprint that the id gives. What was kept
        under another key that is no longer on the `register` (the row was renamed) goes on under this one.
        """
        if reference == account:
            return
        with self._engine.begin() as connection:
            self._identify(connection, account, platform, reference)
            former = connection.execute(
                select(ACCOUNTS.c.key).where(
                    ACCOUNTS.c.platform == platform, ACCOUNTS.c.platform_id == reference, ACCOUNTS.c.key != account
                )
            ).scalars()
            for key in [key for key in former if key not in register]:
                self._rename(connection, key, account)

    @staticmethod
    def _identify(connection: Connection, account: str, platform: str, reference: str) -> None:
        rows = connection.execute(
            select(FINDINGS.c.fingerprint, FINDINGS.c.check, FINDINGS.c.item).where(
                FINDINGS.c.account == account,
                FINDINGS.c.platform == platform,
                FINDINGS.c.reference == account,
            )
        ).all()
        now = {old: fingerprint(check, platform, reference, item) for old, check, item in rows}
        follow(connection, now)
        for old, new in now.items():
            taken = select(FINDINGS.c.fingerprint).where(FINDINGS.c.fingerprint == new)
            if connection.execute(taken).first() is not None:
                connection.execute(delete(FINDINGS).where(FINDINGS.c.fingerprint == old))
                # The people go where the answers about them went, so that both are forgotten together.
                met = select(PEOPLE.c.person).where(PEOPLE.c.fingerprint == new)
                ours = PEOPLE.c.fingerprint == old
                connection.execute(update(PEOPLE).where(ours, PEOPLE.c.person.not_in(met)).values(fingerprint=new))
                connection.execute(delete(PEOPLE).where(ours))
                continue
            connection.execute(
                update(FINDINGS).where(FINDINGS.c.fingerprint == old).values(fingerprint=new, reference=reference)
            )
            for table in (DELTAS, PEOPLE):
                connection.execute(update(table).where(table.c.fingerprint == old).values(fingerprint=new))

    @staticmethod
    def _rename(connection: Connection, old: str, new: str) -> None:
        connection.execute(update(FINDINGS).where(FINDINGS.c.account == old).values(account=new))
        if connection.execute(select(ACCOUNTS.c.key).where(ACCOUNTS.c.key == new)).first() is not None:
            return
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.key == old).values(key=new))
        for table in (OUTCOMES, MIRROR, LINKS, PICTURES, FACTS, COUNTS):
            connection.execute(update(table).where(table.c.account == old).values(account=new))

    def write(self, night: Night) -> None:
        """Keep everything that one run learned, in one transaction."""
        with self._engine.begin() as connection:
            connection.execute(update(RUNS).where(RUNS.c.date == night.on).values(superseded=True))
            connection.execute(
                RUNS.insert(),
                {
                    "id": night.run,
                    "date": night.on,
                    "started": night.started.isoformat(),
                    "finished": night.finished.isoformat(),
                    "exit_code": night.exit_code,
                    "superseded": False,
                    "counts": dict(night.counts),
                },
            )
            for account in night.accounts:
                self._learn(connection, account, night.on)
            self._keep_outcomes(connection, night)
            people = flagged(connection)
            self._keep_findings(connection, night)
            forget_lines(connection, people)

    def keep_reported(self, run: str, counts: Mapping[str, Any]) -> None:
        """Keep with a run what its report counted, so that both always agree."""
        with self._engine.begin() as connection:
            old = connection.execute(select(RUNS.c.counts).where(RUNS.c.id == run)).scalar_one()
            connection.execute(update(RUNS).where(RUNS.c.id == run).values(counts={**old, REPORTED: dict(counts)}))

    @staticmethod
    def _learn(connection: Connection, learned: AccountLearned, on: date) -> None:
        old = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.key == learned.key)).mappings().first()
        values: dict[str, Any] = dict(old) if old else {"key": learned.key, "first_audited": None}
        values.setdefault("known_since", on)
        values.setdefault("last_audited", None)
        values.setdefault("swept", None)
        values.setdefault("profile", None)
        values["platform"] = learned.platform
        values["platform_id"] = learned.platform_id or values.get("platform_id") or ""
        if learned.audited:
            values["first_audited"] = values["first_audited"] or on
            values["last_audited"] = on
        if learned.profile is not None:
            values["profile"] = profile_body(learned.profile)
        if learned.swept:
            values["swept"] = on
        if learned.posts is not None:
            values["posts_whole"] = learned.posts_whole
            values["posts_since"] = learned.posts_since.isoformat() if learned.posts_since else None
            _mirror(connection, learned.key, learned.posts, on)
        elif not learned.posts_whole:
            values["posts_whole"] = False
        values.setdefault("posts_whole", False)
        values.setdefault("posts_since", None)
        connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.key == learned.key))
        connection.execute(ACCOUNTS.insert(), values)
        _put(
            connection,
            LINKS,
            learned.key,
            (
                {"address": address, "asked": one.asked, "body": link_body(one)}
                for address, one in learned.links.items()
            ),
        )
        _put(
            connection,
            PICTURES,
            learned.key,
            (
                {
                    "id": one.id,
                    "item": one.item,
                    "address": one.address,
                    "alt": one.alt,
                    "read_on": one.read_on,
                    "body": to_json(one.reading),
                }
                for one in learned.pictures.values()
            ),
        )
        if learned.young_followers is not None:
            same = {"account": learned.key, "name": YOUNG_FOLLOWERS, "date": on}
            connection.execute(delete(COUNTS).where(*(COUNTS.c[name] == value for name, value in same.items())))
            insert_rows(connection, COUNTS, [{**same, "number": learned.young_followers}])
        if learned.facts is not None:
            _put(connection, FACTS, learned.key, ({"key": key, "body": body} for key, body in learned.facts.items()))

    @staticmethod
    def _keep_outcomes(connection: Connection, night: Night) -> None:
        insert_rows(
            connection,
            OUTCOMES,
            (
                {
                    "run": night.run,
                    "account": result.account,
                    "check": result.check,
                    "outcome": result.outcome,
                    "reason": result.reason,
                    "reached_on": result.on,
                }
                for result in night.results
            ),
        )

    def _keep_findings(self, connection: Connection, night: Night) -> None:
        old: dict[str, int] = dict(
            connection.execute(select(PEOPLE.c.fingerprint, func.count()).group_by(PEOPLE.c.fingerprint)).all()
        )
        connection.execute(delete(FINDINGS))
        insert_rows(connection, FINDINGS, (finding_row(tracked) for tracked in night.tracked))
        insert_rows(
            connection,
            DELTAS,
            (
                {"run": night.run, "fingerprint": tracked.fingerprint, "delta": tracked.delta}
                for tracked in night.tracked
            ),
        )
        for tracked in night.tracked:
            flagged = [one for one in tracked.finding.evidence if one.person]
            if tracked.last_seen == night.on and flagged:
                self._keep_people(connection, tracked, flagged, night)
            elif tracked.state is State.CLOSED and tracked.fingerprint in old:
                connection.execute(delete(PEOPLE).where(PEOPLE.c.fingerprint == tracked.fingerprint))

    def _keep_people(self, connection: Connection, tracked: Tracked, flagged: list[Evidence], night: Night) -> None:
        mark = tracked.fingerprint
        first = dict(
            connection.execute(select(PEOPLE.c.person, PEOPLE.c.first_seen).where(PEOPLE.c.fingerprint == mark)).all()
        )
        rows = {
            person_hash(self.people_key, tracked.platform, one.person): {
                "fingerprint": mark,
                "address": one.address,
                "rule": one.rule,
                "last_seen": night.on,
            }
            for one in flagged
        }
        gone = delete(PEOPLE).where(PEOPLE.c.fingerprint == mark)
        if mark not in night.rechecked:
            # Only a part was read: who was not seen may still be there.
            gone = gone.where(PEOPLE.c.person.in_(rows))
        connection.execute(gone)
        insert_rows(
            connection,
            PEOPLE,
            ({**row, "person": person, "first_seen": first.get(person, night.on)} for person, row in rows.items()),
        )

    # -- forgetting ----------------------------------------------------------------------------------------

    def purge(self, retention: Mapping[str, int], on: date) -> dict[str, int]:
        """Remove what has been kept long enough (`retention` in days); how many rows of each went.

        Open findings stay whatever their age. Names of retention rows are those of policy.toml.
        """

        def before(name: str) -> date:
            return on - timedelta(days=retention[name])

        removed: dict[str, int] = {}
        with self._engine.begin() as connection:
            people = flagged(connection)
            old_runs = select(RUNS.c.id).where(RUNS.c.date < before("outcomes"))
            closed = select(FINDINGS.c.fingerprint).where(
                FINDINGS.c.state == State.CLOSED, FINDINGS.c.closed_on < before("closed_findings")
            )
            shut = select(FINDINGS.c.fingerprint).where(FINDINGS.c.state == State.CLOSED)
            kept = select(FINDINGS.c.fingerprint)
            left = select(ACCOUNTS.c.key).where(
                func.coalesce(ACCOUNTS.c.last_audited, ACCOUNTS.c.known_since) < before("posts")
            )
            for name, statement in (
                ("people", delete(PEOPLE).where(PEOPLE.c.fingerprint.in_(shut))),
                ("findings", delete(FINDINGS).where(FINDINGS.c.fingerprint.in_(closed))),
                ("orphaned people", delete(PEOPLE).where(PEOPLE.c.fingerprint.not_in(kept))),
                ("unseen people", delete(PEOPLE).where(PEOPLE.c.last_seen < before("unseen_people"))),
                ("mirror", delete(MIRROR).where(MIRROR.c.last_seen < before("posts"))),
                *((table.name, delete(table).where(table.c.account.in_(left))) for table in (LINKS, PICTURES, FACTS)),
                ("deltas", delete(DELTAS).where(DELTAS.c.run.in_(old_runs))),
                ("outcomes", delete(OUTCOMES).where(OUTCOMES.c.run.in_(old_runs))),
                ("runs", delete(RUNS).where(RUNS.c.date < before("outcomes"))),
                ("counts", delete(COUNTS).where(COUNTS.c.date < before("outcomes"))),
                ("usage", delete(USAGE).where(USAGE.c.at < before("outcomes").isoformat())),
            ):
                removed[name] = connection.execute(statement).rowcount
            removed["answers about people"] = forget_lines(connection, people)
            removed |= purge_answers(connection, before)
        return removed


def _meta(connection: Connection, name: str) -> object:
    return connection.execute(select(META.c.value).where(META.c.name == name)).scalar_one()


def _put(connection: Connection, table: Table, key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace what a table holds of an account."""
    connection.execute(delete(table).where(table.c.account == key))
    insert_rows(connection, table, ({"account": key, **row} for row in rows))


def _mirror(connection: Connection, key: str, posts: pd.DataFrame, on: date) -> None:
    """Replace an account's mirror by what is there tonight; first sights are kept."""
    first = dict(connection.execute(select(MIRROR.c.id, MIRROR.c.first_seen).where(MIRROR.c.account == key)).all())
    connection.execute(delete(MIRROR).where(MIRROR.c.account == key))
    insert_rows(
        connection,
        MIRROR,
        (
            {
                "account": key,
                "id": body["id"],
                "body": body,
                "first_seen": first.get(body["id"], on),
                "last_seen": on,
            }
            for body in map(post_body, posts.to_dict("records"))
        ),
    )


@contextmanager
def sqlite_copy(path: Path) -> Iterator[None]:
    """Keep a copy beside a ledger of an older version while it is brought up to date."""
    if not _is_older(path):
        yield
        return
    copy = before_update(path)
    copy.touch(mode=0o600)
    shutil.copyfile(path, copy)
    yield


def before_update(path: Path) -> Path:
    """Where a ledger lies as it was before it was brought up to date."""
    return path.with_suffix(".before-update.db")


def _is_older(path: Path) -> bool:
    if path.stat().st_size == 0:
        return False
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            return int(str(_meta(connection, "schema"))) < SCHEMA_VERSION
    finally:
        engine.dispose()
