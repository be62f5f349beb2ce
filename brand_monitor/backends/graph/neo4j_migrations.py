"""Constraints and indexes of the graph on Neo4j, as numbered steps that the graph itself records.

Belongs here: what the schema is and how it came about. Not here: statements that write days.

The one node ``(:GraphSchema {name: 'brand-monitor'})`` holds the number of the last step. Writers also lock
it: one day is written at a time, so that two runs neither deadlock on the brands they share nor delete a
page that the other has just begun to use. Every step may run twice; a later step is added, none is edited.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from brand_monitor.backends.graph.vocabulary import EDGE_TYPES, NODE_LABELS
from brand_monitor.failures import DamagedProjectionError

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, Session

SCHEMA_NAME = "brand-monitor"
INDEX_SECONDS = 600

_VERSION = "MATCH (s:GraphSchema {name: $name}) RETURN s.version AS version"
_RECORD = (
    "MERGE (s:GraphSchema {name: $name}) "
    "SET s.version = CASE WHEN coalesce(s.version, 0) < $version THEN $version ELSE s.version END"
)


class Migration(NamedTuple):
    """One step: its number, what it is for, and statements that change nothing when run again."""

    number: int
    name: str
    statements: Sequence[str]


def _unique(label: str, key: str) -> str:
    name = f"brand_monitor_{label.lower()}"
    return f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{key} IS UNIQUE"


def _day_index(name: str) -> str:
    return (
        f"CREATE INDEX brand_monitor_{name.lower()}_day IF NOT EXISTS "
        f"FOR ()-[e:{name}]-() ON (e.monitor_id, e.date)"
    )


EDGE_NAMES = sorted({kind.name for kind in EDGE_TYPES})

MIGRATIONS = [
    Migration(
        1,
        "each id once",
        [
            _unique("GraphSchema", "name"),
            _unique("Day", "day_id"),
            *(_unique(label, "node_id") for label in NODE_LABELS.values()),
        ],
    ),
    Migration(2, "edges of a day without a scan", [_day_index(name) for name in EDGE_NAMES]),
]


def schema_version(session: "Session") -> int:
    """Return the number of the last step that the graph records, 0 if none.

    Raises:
        DamagedProjectionError: a newer version of this product made the graph.
    """
    version = session.execute_read(_recorded)
    if version > MIGRATIONS[-1].number:
        raise DamagedProjectionError(
            f"the graph has schema {version}, this version knows {MIGRATIONS[-1].number}: use the newer "
            f"version of brand-monitor, or empty the database and rebuild the graph"
        )
    return version


def migrate(session: "Session") -> None:
    """Run the steps that the graph does not record yet; two processes may do so at once."""
    version = schema_version(session)
    for migration in MIGRATIONS[version:]:
        for statement in migration.statements:
            session.execute_write(_define, statement)
        session.run("CALL db.awaitIndexes($seconds)", seconds=INDEX_SECONDS).consume()
        session.execute_write(_record, migration.number)


def _recorded(transaction: "ManagedTransaction") -> int:
    record = transaction.run(_VERSION, name=SCHEMA_NAME).single()
    return 0 if record is None else int(record["version"])


def _record(transaction: "ManagedTransaction", version: int) -> None:
    transaction.run(_RECORD, name=SCHEMA_NAME, version=version).consume()


def _define(transaction: "ManagedTransaction", statement: str) -> None:
    from neo4j.exceptions import ClientError

    try:
        transaction.run(statement).consume()
    except ClientError as error:
        # IF NOT EXISTS looks before it locks; another process was faster.
        if not str(error.code).endswith("AlreadyExists"):
            raise
