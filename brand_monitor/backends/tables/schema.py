"""The relational tables, as SQLAlchemy Core metadata: SQLite now, PostgreSQL without a change.

Belongs here: columns and indexes. Not here: what the rows mean (see ``journal`` and ``pages``).
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC moment: SQLite forgets the time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the stored moment with its zone."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


METADATA = MetaData()

CALLS = Table(
    "calls",
    METADATA,
    Column("call_id", String(32), primary_key=True),
    Column("monitor_id", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("engine", String(32), nullable=False),
    Column("engine_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("spec", JSON, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("is_reasked", Boolean, nullable=False, default=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("payload_hash", String(64)),
    Column("error", Text),
    Column("run_id", String(64)),
    # Every read is of one day and engine: the cost follows the partition, not the history.
    Index("calls_by_partition", "date", "engine", "monitor_id"),
)
