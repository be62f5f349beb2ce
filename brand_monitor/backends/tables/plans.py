"""Writing the calls of a plan: those that are there are current again, the others are added.

Belongs here: many calls in few statements. Not here: when a plan is made (``journal``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Connection, String, any_, literal, update

from brand_monitor.backends.tables.adding import add_missing
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.backends.tables.schema import CALLS

#: Calls of a plan that are written together; 5,000 are about 10 MB.
BATCH = 5_000
#: SQLite takes so many values in a statement.
_LIST = 500


def row_of(entry: JournalEntry) -> dict[str, Any]:
    """Return the row of a planned entry."""
    # Not `asdict`: it copies every value deeply, which costs more than writing the row.
    return {**vars(entry), "spec": vars(entry.spec), "planned_at": datetime.now(UTC)}


def write_plan(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Add the planned rows that are not there yet, in the transaction of ``connection``; return how many."""
    ids = sorted(row["call_id"] for row in rows)
    known: set[str] = set()
    for is_one_of_these in _conditions(connection, ids):
        again = update(CALLS).where(is_one_of_these).values(is_current=True).returning(CALLS.c.call_id)
        known.update(connection.execute(again).scalars())
    fresh = [row for row in rows if row["call_id"] not in known]
    return add_missing(connection, CALLS, fresh) if fresh else 0


def _conditions(connection: Connection, ids: list[str]) -> Iterator[ColumnElement[bool]]:
    """Yield what a call with one of the ids fulfils: an array on PostgreSQL, lists on SQLite."""
    if connection.dialect.name == "postgresql":
        yield CALLS.c.call_id == any_(literal(ids, ARRAY(String)))
        return
    for start in range(0, len(ids), _LIST):
        yield CALLS.c.call_id.in_(ids[start : start + _LIST])
