"""The memory of earlier nights: runs, outcomes, findings, flagged people, the mirror of own posts.

SQLite at state/audit.db by default; the tables are SQLAlchemy Core, so that another database can hold them.
Everything that one run learned is written in one transaction: a run that dies leaves the night before intact. What its
readings used up of money and quotas is noted as they end, for it is used up all the same.
"""

import hashlib
import hmac
import secrets
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from audit.allowances import DOLLARS
from audit.compare import State, Tracked
from audit.problems import ConfigurationError, Problem
from checks.finding import Carried, Confidence, Evidence, Finding, History, Outcome, Severity, fingerprint
from checks.outcome import Result
from checks.readers.picture import SeenPicture, from_json, to_json
from connectors.snapshot import POSTS, Profile, Resolved, Resource, Standing, frame
from output.report import Delta

SCHEMA_VERSION = 3


def _usage_and_links(connection: Connection) -> None:
    """Money became one of the things that readings use up; where links led is remembered."""
    USAGE.create(connection)
    LINKS.create(connection)
    old = connection.execute(text("SELECT run, platform, date, dollars FROM spending")).mappings().all()
    _insert(
        connection,
        USAGE,
        (
            {
                "run": row["run"],
                "account": row["platform"],
                "name": DOLLARS,
                "platform": row["platform"],
                "mark": "",
                "at": f"{row['date']}T00:00:00+00:00",
                "amount": row["dollars"],
            }
            for row in old
        ),
    )
    connection.execute(text("DROP TABLE spending"))


def _pictures_and_facts(connection: Connection) -> None:
    """What was read in pictures, what a model made of own texts, and numbers of each night are remembered."""
    for table in (PICTURES, FACTS, COUNTS):
        table.create(connection)


MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: _usage_and_links, 2: _pictures_and_facts}
"""From version n to n + 1. Each runs inside the transaction that raises the version."""

YOUNG_FOLLOWERS = "young followers"
"""The name of a number that is kept of each night: how many followers say that they are too young."""
READINGS = 2
"""So many earlier readings tell, with tonight's, whether a number rises."""

WAITING: Mapping[str, Any] = {"connect_args": {"timeout": 60}}
"""How many seconds SQLite waits for another program, such as a backup, to let go of the ledger."""
RESTORE = "the file of an earlier night; restore it from a backup, or move it away to begin anew"

tables = MetaData()
META = Table("meta", tables, Column("name", String, primary_key=True), Column("value", Text))
RUNS = Table(
    "runs",
    tables,
    Column("id", String, primary_key=True),
    Column("date", Date, nullable=False),
    Column("started", String, nullable=False),
    Column("finished", String, nullable=False),
    Column("exit_code", Integer, nullable=False),
    Column("superseded", Boolean, nullable=False, default=False),
    Column("counts", JSON, nullable=False),
)
ACCOUNTS = Table(
    "accounts",
    tables,
    Column("key", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("platform_id", String, nullable=False, default=""),
    Column("known_since", Date, nullable=False),
    Column("first_audited", Date),
    Column("last_audited", Date),
    Column("swept", Date),
    Column("posts_whole", Boolean, nullable=False, default=False),
    Column("posts_since", String),
    Column("profile", JSON),
)
OUTCOMES = Table(
    "outcomes",
    tables,
    Column("run", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("check", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reached_on", Date, nullable=False),
)
FINDINGS = Table(
    "findings",
    tables,
    Column("fingerprint", String, primary_key=True),
    Column("check", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("account", String, nullable=False),
    Column("item", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    Column("last_checked", Date, nullable=False),
    Column("nights", Integer, nullable=False),
    Column("opened_on", Date),
    Column("reopened_on", Date),
    Column("closed_on", Date),
    Column("why", Text, nullable=False),
    Column("delta", String, nullable=False),
    Column("body", JSON, nullable=False),
)
DELTAS = Table(
    "deltas",
    tables,
    Column("run", String, primary_key=True),
    Column("fingerprint", String, primary_key=True),
    Column("delta", String, nullable=False),
)
PEOPLE = Table(
    "people",
    tables,
    Column("fingerprint", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("address", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
)
MIRROR = Table(
    "mirror",
    tables,
    Column("account", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("body", JSON, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
)
USAGE = Table(
    "usage",
    tables,
    Column("run", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("at", String, nullable=False),
    Column("amount", Float, nullable=False),
)
LINKS = Table(
    "links",
    tables,
    Column("account", String, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("asked", Date, nullable=False),
    Column("body", JSON, nullable=False),
)
PICTURES = Table(
    "pictures",
    tables,
    Column("account", String, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("alt", Text, nullable=False),
    Column("read_on", Date, nullable=False),
    Column("body", JSON, nullable=False),
)
FACTS = Table(
    "facts",
    tables,
    Column("account", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", JSON, nullable=False),
)
COUNTS = Table(
    "counts",
    tables,
    Column("account", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("date", Date, primary_key=True),
    Column("number", Integer, nullable=False),
)

PEOPLE_TABLES = frozenset({"people", "orphaned people", "unseen people"})
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
            links = {one["address"]: _link(one["asked"], one["body"]) for one in asked}
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
            profile=_profile(row["profile"]),
            posts=posts,
            posts_whole=row["posts_whole"],
            posts_since=_moment(row["posts_since"]),
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
        return {row["fingerprint"]: _tracked(dict(row)) for row in rows}

    def people(self) -> list[FlaggedPerson]:
        """Every flagged person on record."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(PEOPLE).order_by(PEOPLE.c.first_seen, PEOPLE.c.person))
            return [FlaggedPerson(**row) for row in rows.mappings()]

    def note(self, usage: Iterable[Usage]) -> None:
        """Keep what a reading used up, at once: it is used even when the night is not finished."""
        with self._engine.begin() as connection:
            _insert(connection, USAGE, ({**asdict(one), "at": one.at.astimezone(UTC).isoformat()} for one in usage))

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
        for old, check, item in rows:
            new = fingerprint(check, platform, reference, item)
            taken = select(FINDINGS.c.fingerprint).where(FINDINGS.c.fingerprint == new)
            if connection.execute(taken).first() is not None:
                connection.execute(delete(FINDINGS).where(FINDINGS.c.fingerprint == old))
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
            self._keep_findings(connection, night)

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
            values["profile"] = _profile_body(learned.profile)
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
                {"address": address, "asked": one.asked, "body": _link_body(one)}
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
            _insert(connection, COUNTS, [{**same, "number": learned.young_followers}])
        if learned.facts is not None:
            _put(connection, FACTS, learned.key, ({"key": key, "body": body} for key, body in learned.facts.items()))

    @staticmethod
    def _keep_outcomes(connection: Connection, night: Night) -> None:
        _insert(
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
        _insert(connection, FINDINGS, (_row(tracked) for tracked in night.tracked))
        _insert(
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
        _insert(
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
        return removed


def _meta(connection: Connection, name: str) -> object:
    return connection.execute(select(META.c.value).where(META.c.name == name)).scalar_one()


def _insert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    listed = [dict(row) for row in rows]
    if listed:
        connection.execute(table.insert(), listed)


def _put(connection: Connection, table: Table, key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace what a table holds of an account."""
    connection.execute(delete(table).where(table.c.account == key))
    _insert(connection, table, ({"account": key, **row} for row in rows))


def _mirror(connection: Connection, key: str, posts: pd.DataFrame, on: date) -> None:
    """Replace an account's mirror by what is there tonight; first sights are kept."""
    first = dict(connection.execute(select(MIRROR.c.id, MIRROR.c.first_seen).where(MIRROR.c.account == key)).all())
    connection.execute(delete(MIRROR).where(MIRROR.c.account == key))
    _insert(
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
            for body in map(_post_body, posts.to_dict("records"))
        ),
    )


def _post_body(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A post as the mirror keeps it. Of what the account passed on, nothing stays that somebody else wrote."""
    body: dict[str, Any] = {}
    theirs = row["kind"] == "repost"
    for name, kind in POSTS.items():
        value = row[name]
        if theirs and kind != "time" and name not in ("id", "kind"):
            value = () if kind == "tuple" else ""
        if kind == "time":
            body[name] = None if pd.isna(value) else value.isoformat()
        elif kind == "tuple":
            body[name] = list(value)
        else:
            body[name] = value
    return body


def _link_body(link: Resolved) -> dict[str, Any]:
    """What is kept of a link that was asked: of the page at its end nothing, which may be somebody else's."""
    body = {"standing": link.standing, "chain": list(link.chain), "status": link.status, "reason": link.reason}
    return body if link.holds is None else body | {"holds": [list(held) for held in link.holds]}


def _link(asked: date, body: Mapping[str, Any]) -> Resolved:
    holds = tuple((kind, confidence) for kind, confidence in body["holds"]) if "holds" in body else None
    return Resolved(
        Standing(body["standing"]), asked, tuple(body["chain"]), body["status"], body["reason"], holds=holds
    )


def _profile_body(profile: Profile) -> dict[str, Any]:
    body = asdict(profile)
    body["created"] = profile.created.isoformat() if profile.created else None
    return body


def _profile(body: Mapping[str, Any] | None) -> Profile | None:
    if body is None:
        return None
    known = {name: body[name] for name in Profile.__dataclass_fields__ if name in body}
    known["created"] = _moment(known.get("created"))
    known |= {name: tuple(known.get(name, ())) for name in ("links", "labels", "contacts")}
    return Profile(**known)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _row(tracked: Tracked) -> dict[str, Any]:
    finding = _forgotten(tracked.finding) if tracked.state is State.CLOSED else tracked.finding
    return {
        "fingerprint": tracked.fingerprint,
        "check": finding.check,
        "platform": tracked.platform,
        "reference": tracked.reference,
        "account": finding.account,
        "item": finding.item,
        "state": tracked.state,
        "first_seen": tracked.first_seen,
        "last_seen": tracked.last_seen,
        "last_checked": tracked.last_checked,
        "nights": tracked.nights,
        "opened_on": tracked.opened_on,
        "reopened_on": tracked.reopened_on,
        "closed_on": tracked.closed_on,
        "why": tracked.why,
        "delta": tracked.delta,
        "body": _finding_body(finding),
    }


def _forgotten(finding: Finding) -> Finding:
    """A closed finding without what it may have kept of other people: how many they were, and where to find them.

    Its address may be somebody's post that the account passed on; its item somebody's comment or profile.
    """
    left = replace(finding, address="", evidence=(), count=None)
    return replace(left, item="", content="", created=None) if finding.seen_in in NOT_OURS else left


NOT_OURS = (Resource.COMMENTS, Resource.LINKS)
"""Where findings are seen whose items are other people's."""


def _finding_body(finding: Finding) -> dict[str, Any]:
    """The rest of a finding. People among the evidence are left to the table of flagged people."""
    return {
        "title": finding.title,
        "severity": finding.severity,
        "detail": finding.detail,
        "confidence": finding.confidence,
        "outcome": finding.outcome,
        "address": finding.address,
        "content": finding.content,
        "count": finding.count,
        "created": finding.created.isoformat() if finding.created else None,
        "nights": finding.nights,
        "recommended": finding.recommended,
        "seen_in": finding.seen_in,
        "evidence": [
            {
                "kind": one.kind,
                "address": one.address,
                "rule": one.rule,
                "quote": one.quote,
                "when": one.when.isoformat() if one.when else None,
            }
            for one in finding.evidence
            if not one.person
        ],
    }


def _tracked(row: Mapping[str, Any]) -> Tracked:
    body = row["body"]
    evidence = tuple(
        Evidence(one["kind"], one["address"], one["rule"], one["quote"], "", _moment(one["when"]))
        for one in body["evidence"]
    )
    finding = Finding(
        check=row["check"],
        title=body["title"],
        severity=Severity(body["severity"]),
        detail=body["detail"],
        confidence=Confidence(body["confidence"]),
        outcome=Outcome(body["outcome"]),
        account=row["account"],
        item=row["item"],
        address=body["address"],
        evidence=evidence,
        content=body["content"],
        count=body["count"],
        created=_moment(body["created"]),
        nights=body["nights"],
        recommended=body["recommended"],
        seen_in=Resource(body["seen_in"]) if body["seen_in"] else None,
    )
    return Tracked(
        fingerprint=row["fingerprint"],
        finding=finding,
        platform=row["platform"],
        reference=row["reference"],
        state=State(row["state"]),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        last_checked=row["last_checked"],
        nights=row["nights"],
        opened_on=row["opened_on"],
        reopened_on=row["reopened_on"],
        closed_on=row["closed_on"],
        why=row["why"],
        delta=Delta(row["delta"]),
    )


@contextmanager
def sqlite_copy(path: Path) -> Iterator[None]:
    """Keep a copy beside a ledger of an older version while it is brought up to date."""
    if not _is_older(path):
        yield
        return
    copy = path.with_suffix(".before-update.db")
    shutil.copy2(path, copy)
    yield


def _is_older(path: Path) -> bool:
    if path.stat().st_size == 0:
        return False
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            return int(str(_meta(connection, "schema"))) < SCHEMA_VERSION
    finally:
        engine.dispose()
