"""The tables of the warehouse, made from the registry: columns, types and the comments that BI tools show.

Belongs here: statements that make or extend them. Not here: their rows.
"""

from pathlib import Path

import polars as pl
from sqlalchemy import Connection, inspect, text

from brand_monitor.backends.warehouse.interface import PUBLISHED
from brand_monitor.schemas.registry import model_of, polars_schema

SCHEMA = "marts"
VIEWS = Path(__file__).with_name("views.sql")
_TYPES = {
    pl.String(): "text",
    pl.Float64(): "double precision",
    pl.Int64(): "bigint",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Datetime("us", "UTC"): "timestamptz",
    pl.List(pl.String()): "text[]",
}


def _quoted(*parts: str) -> str:
    from psycopg.sql import Identifier

    return Identifier(*parts).as_string()


def name_of(table: str) -> str:
    """Return the SQL name of a mart, such as ``marts.daily_brand_metrics``."""
    return _quoted(SCHEMA, table.partition("/")[2])


def missing(connection: Connection) -> dict[str, list[str]]:
    """Return the columns that the database lacks, by mart; empty if it has all."""
    found = inspect(connection)
    lacking = {}
    for table in PUBLISHED:
        name = table.partition("/")[2]
        present = set()
        if found.has_table(name, schema=SCHEMA):
            present = {column["name"] for column in found.get_columns(name, schema=SCHEMA)}
        if columns := [column for column in polars_schema(table) if column not in present]:
            lacking[table] = columns
    return lacking


def define(connection: Connection) -> None:
    """Make schema, tables and views, or add what they lack. Idempotent; one process at a time."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('marts definitions', 0))"))
    if SCHEMA not in inspect(connection).get_schema_names():
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    if not missing(connection):
        return
    for table in PUBLISHED:
        for statement in _statements(table):
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(VIEWS.read_text())


def _statements(table: str) -> list[str]:
    model, name = model_of(table), name_of(table)
    statements = [
        f"CREATE TABLE IF NOT EXISTS {name} ()",
        f"COMMENT ON TABLE {name} IS {_text(model.__doc__)}",
    ]
    for column, properties in model.to_schema().columns.items():
        kind = _TYPES[properties.dtype.type]
        statements += [
            f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {_quoted(column)} {kind}",
            f"COMMENT ON COLUMN {name}.{_quoted(column)} IS {_text(properties.description)}",
        ]
    # A day is replaced, and read, by date and monitor: its cost is the day's, whatever the history.
    index = _quoted(f"{table.partition('/')[2]}_by_day")
    statements.append(f"CREATE INDEX IF NOT EXISTS {index} ON {name} (date, monitor_id)")
    return statements


def _text(value: str | None) -> str:
    """Return a literal of a text of ours; quotes and the driver's percent signs are doubled."""
    said = (value or "").strip().partition("\n")[0].replace("'", "''").replace("%", "%%")
    return f"'{said}'"
