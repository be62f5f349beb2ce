"""The tables of what is shared, as SQLAlchemy Core metadata: small, and every row expires.

Belongs here: columns and indexes. Moments are seconds since 1970 (UTC), as the counters need them.
"""

from sqlalchemy import Column, Double, Integer, MetaData, String, Table, Text

METADATA = MetaData()

WINDOWS = Table(
    "coordination_windows",
    METADATA,
    Column("key", String(300), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expires_at", Double, nullable=False, index=True),
)

PAUSES = Table(
    "coordination_pauses",
    METADATA,
    Column("key", String(300), primary_key=True),
    Column("expires_at", Double, nullable=False, index=True),
)

VALUES = Table(
    "coordination_values",
    METADATA,
    Column("key", String(300), primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires_at", Double, nullable=False, index=True),
)
