"""The relational tables, as SQLAlchemy Core metadata: SQLite now, PostgreSQL without a change.

Belongs here: columns and indexes. Not here: what the rows mean (see ``journal`` and ``pages``).
"""

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Text

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
    Column("planned_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
    Column("payload_hash", String(64)),
    Column("error", Text),
    Column("run_id", String(64)),
    # Every read is of one day and engine: the cost follows the partition, not the history.
    Index("calls_by_partition", "date", "engine", "monitor_id"),
)
