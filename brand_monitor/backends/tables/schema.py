"""The relational tables, as SQLAlchemy Core metadata: the same on SQLite and PostgreSQL.

Belongs here: columns and indexes as they are now. Not here: what the rows mean (see ``entries``), or how a
store of an earlier version gets there (``migrations``). A column that is added to a table has a default in
the database: a process of the version before goes on inserting rows without it.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    true,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC moment: SQLite forgets the time zone, PostgreSQL may return another one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the stored moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData()

CALLS = Table(
    "calls",
    METADATA,
    Column("call_id", String(32), primary_key=True),
    Column("monitor_id", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("engine", String(32), nullable=False),
    Column("engine_id", String(64), nullable=False),
    Column("purpose", String(16), nullable=False, server_default="answer"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("state", String(16), nullable=False),
    Column("spec", JSON, nullable=False),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("failures", Integer, nullable=False, default=0, server_default="0"),
    Column("possibly_paid", Integer, nullable=False, default=0, server_default="0"),
    Column("unknowns", Integer, nullable=False, default=0, server_default="0"),
    Column("is_current", Boolean, nullable=False, default=True, server_default=true()),
    Column("is_reasked", Boolean, nullable=False, default=False, server_default=false()),
    Column("is_cached", Boolean, nullable=False, default=False, server_default=false()),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("payload_hash", String(64)),
    Column("error", Text),
    Column("error_class", String(32)),
    Column("reserved_usd", Float, nullable=False, default=0.0, server_default="0"),
    Column("reserved_on", Date),  # the row of the spending that holds the reserve
    Column("cost_usd", Float),
    Column("cost_note", Text),
    Column("run_id", String(64)),
    # Every read is of one day and engine, in the order of the plan: the cost follows the partition, not the
    # history, and a page of the plan is one range of the index.
    Index("calls_by_partition", "date", "engine", "monitor_id", "purpose", "engine_id", "position"),
)

#: What a monitor has spent on a day, kept beside the calls so that a budget is checked without summing them.
SPENDING = Table(
    "spending",
    METADATA,
    Column("monitor_id", String(64), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("spent_usd", Float, nullable=False, default=0.0, server_default="0"),  # answers, at their price
    Column(
        "possible_usd", Float, nullable=False, default=0.0, server_default="0"
    ),  # calls that may have been paid: upper bounds
    Column(
        "reserved_usd", Float, nullable=False, default=0.0, server_default="0"
    ),  # calls in the air: upper bounds
)

#: Parameters that a model was found to refuse.
REFUSED_PARAMETERS = Table(
    "refused_parameters",
    METADATA,
    Column("engine", String(32), primary_key=True),
    Column("model", String(200), primary_key=True),
    Column("parameter", String(64), primary_key=True),
    Column("learned_at", UtcDateTime, nullable=False),
)

#: Who took a lock last, by its name: PostgreSQL only, see ``lease``.
LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(300), primary_key=True),
    Column("token", String(32), nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
)
