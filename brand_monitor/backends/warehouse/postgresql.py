"""The warehouse on PostgreSQL: schema ``marts``, beside the journal or anywhere else.

Belongs here: replacing a day, replacing everything. Not here: what the tables look like (``definitions``).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, text

from brand_monitor.backends.checksums import frame_checksum
from brand_monitor.backends.tables.faults import named_failures, place_of
from brand_monitor.backends.tables.transactions import Transactions
from brand_monitor.backends.warehouse.definitions import define, missing, name_of
from brand_monitor.backends.warehouse.frames import copy_frame
from brand_monitor.backends.warehouse.interface import PUBLISHED, Marts, Warehouse
from brand_monitor.failures import DamagedProjectionError, SetupError
from brand_monitor.schemas.registry import polars_schema

# Those who replace a day exclude each other on that day; whoever replaces everything excludes all of them.
_SOME_DAY = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('marts', 0))")
_THIS_DAY = text("SELECT pg_advisory_xact_lock(hashtextextended('marts ' || CAST(:day AS text), 0))")
_EVERYTHING = text("SELECT pg_advisory_xact_lock(hashtextextended('marts', 0))")


class PostgresWarehouse(Warehouse):
    """The marts in a PostgreSQL.

    Args:
        engine: of ``tables.engine``.
        migrates: make the tables, or add columns that they lack; False only looks.

    Raises:
        SetupError: tables or columns are missing and may not be made from here.
        StorageError: the server cannot be reached.
    """

    def __init__(self, engine: Engine, *, migrates: bool) -> None:
        self._engine = engine
        self._transactions = Transactions(engine)
        with named_failures(engine, "opening the marts"), engine.begin() as connection:
            lacking = missing(connection)
            if lacking and not migrates:
                raise SetupError(
                    f"{place_of(engine)} lacks columns of {', '.join(lacking)}: run `brand-monitor db "
                    "upgrade` as the user that owns the tables"
                )
            if lacking:
                define(connection)

    @property
    def tables(self) -> tuple[str, ...]:
        """All marts."""
        return PUBLISHED

    def replace_day(self, day: date, monitors: Sequence[str], marts: Marts) -> None:
        """Replace a day in one transaction; see ``Warehouse.replace_day``."""

        def work(connection: Connection) -> None:
            connection.execute(_SOME_DAY)
            connection.execute(_THIS_DAY, {"day": day})
            for table, frame in marts.items():
                delete = text(
                    f"DELETE FROM {name_of(table)} WHERE date = :day AND monitor_id = ANY(:monitors)"  # noqa: S608
                )
                connection.execute(delete, {"day": day, "monitors": list(monitors)})
                if not frame.is_empty():
                    copy_frame(connection, name_of(table), frame)

        self._transactions.write(f"publishing the marts of {day}", work)

    def replace_all(self, read: Callable[[], Iterable[tuple[date, Marts]]]) -> dict[str, int]:
        """Replace everything in one transaction; see ``Warehouse.replace_all``."""
        return self._transactions.write("rebuilding the marts", partial(self._rebuild, read=read))

    def day(self, table: str, day: date, monitors: Sequence[str]) -> pl.DataFrame:
        """Return the published rows of a day, columns as in the registry."""
        return self._transactions.read(
            f"reading {table} of {day}", lambda connection: _rows(connection, table, day, monitors)
        )

    def _rebuild(
        self, connection: Connection, read: Callable[[], Iterable[tuple[date, Marts]]]
    ) -> dict[str, int]:
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # the whole history takes its time
        connection.execute(_EVERYTHING)
        for table in PUBLISHED:
            # Not TRUNCATE: readers would wait for it, and see nothing in the middle of their transaction.
            connection.execute(text(f"DELETE FROM {name_of(table)}"))  # noqa: S608
        written = dict.fromkeys(PUBLISHED, 0)
        for day, marts in read():
            for table, frame in marts.items():
                copy_frame(connection, name_of(table), frame)
                written[table] += frame.height
                held = _rows(connection, table, day)
                if frame_checksum(held) != frame_checksum(frame):
                    raise DamagedProjectionError(
                        f"{place_of(self._engine)}: {table} of {day} holds {held.height} rows, other "
                        f"than the {frame.height} of the lake; what was there stays. Run the rebuild again"
                    )
        return written


def _rows(
    connection: Connection, table: str, day: date, monitors: Sequence[str] | None = None
) -> pl.DataFrame:
    schema = polars_schema(table)
    columns = ", ".join(f'"{name}"' for name in schema)
    query = f"SELECT {columns} FROM {name_of(table)} WHERE date = :day"  # noqa: S608 - names of the registry
    values: dict[str, Any] = {"day": day}
    if monitors is not None:
        query += " AND monitor_id = ANY(:monitors)"
        values["monitors"] = list(monitors)
    rows = connection.execute(text(query), values).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
