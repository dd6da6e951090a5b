"""The ledger's tables (SQLAlchemy Core, so that another database can hold them), and how older ones become these."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Float, Integer, MetaData, String, Table, Text, text

from audit.allowances import DOLLARS

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
ANSWERS = Table(
    "answers",
    tables,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("row", String, nullable=False),
    Column("field", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("value", Text),
    Column("typed", Text),
    Column("kind", String, nullable=False),
    Column("book", String, nullable=False),
    Column("source", Text, nullable=False),
    Column("saved", String, nullable=False),
    Column("heard", Date, nullable=False),
    Column("content", String, nullable=False),
    Column("why", Text, nullable=False),
)
ORPHANS = Table(
    "orphans",
    tables,
    Column("n", Integer, primary_key=True),
    Column("book", String, nullable=False),
    Column("source", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("heard", Date, nullable=False),
)
ABSORBED = Table(
    "absorbed",
    tables,
    Column("digest", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("heard", Date, nullable=False),
    Column("seen", Date, nullable=False),
)
WRITTEN = Table(
    "written",
    tables,
    Column("run", String, primary_key=True),
    Column("upto", Integer, nullable=False),
)
FORMER = Table(
    "former",
    tables,
    Column("fingerprint", String, primary_key=True),
    Column("now", String, nullable=False),
)


def insert_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, or nothing where there are none."""
    listed = [dict(row) for row in rows]
    if listed:
        connection.execute(table.insert(), listed)


SCHEMA_VERSION = 4


def _usage_and_links(connection: Connection) -> None:
    """Money became one of the things that readings use up; where links led is remembered."""
    USAGE.create(connection)
    LINKS.create(connection)
    old = connection.execute(text("SELECT run, platform, date, dollars FROM spending")).mappings().all()
    insert_rows(
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


def _answers(connection: Connection) -> None:
    """What people type into the workbooks is kept, and by which marks it is known."""
    for table in (ANSWERS, ORPHANS, ABSORBED, WRITTEN, FORMER):
        table.create(connection)


MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: _usage_and_links, 2: _pictures_and_facts, 3: _answers}
"""From version n to n + 1. Each runs inside the transaction that raises the version."""
