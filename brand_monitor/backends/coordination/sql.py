"""Coordination over SQL: SQLite for the processes of one machine, PostgreSQL for many machines.

Belongs here: transactions and the time to live of rows. Each method is one short transaction on a thread of
its own, so that the loop that asks never waits for a lock. Machines that share one store need clocks that
agree within a second or so.

On PostgreSQL the tables have a schema of their own that belongs to the user of the runs: all of it may be
lost, so it needs neither migrations nor backups.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from brand_monitor.backends.coordination.interface import Coordination, Rates, slots
from brand_monitor.backends.coordination.schema import METADATA, PAUSES, VALUES, WINDOWS
from brand_monitor.backends.coordination.windows import reserve_in, settle_in
from brand_monitor.backends.tables.faults import failure_of
from brand_monitor.backends.tables.postgresql import Pool, engine_of

#: Seconds between two clearances of what has expired, per process.
CLEARANCE_SECONDS = 60.0
#: Schema of the tables on PostgreSQL.
SCHEMA = "brand_monitor_limits"
_Result = TypeVar("_Result")


class SqlCoordination(Coordination):
    """Shared through the tables at a SQLAlchemy URL; they are made when absent.

    Raises:
        SetupError: the server refuses the user, or lets it make no schema.
        TransientFailure: the store cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self._engine = _open(url)
        self._cleared_at = 0.0
        with self._exclusive("schema") as connection:
            # Whoever may not make a schema may not even say IF NOT EXISTS.
            if _is_postgresql(self._engine) and not inspect(connection).has_schema(SCHEMA):
                connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
            METADATA.create_all(connection)

    async def reserve(self, key: str, rates: Rates, tokens: int) -> float:
        """Take from the minute; see ``Coordination.reserve``."""
        return await self._run(key, lambda connection: reserve_in(_windows(connection), key, rates, tokens))

    async def settle_tokens(self, key: str, rates: Rates, *, reserved: int, used: int) -> None:
        """Correct a reservation; see ``Coordination.settle_tokens``."""
        if rates.tokens_per_minute is None:
            return
        await self._run(
            key,
            lambda connection: settle_in(_windows(connection), key, rates, reserved=reserved, used=used),
        )

    async def pause(self, key: str, seconds: float) -> None:
        """Pause a key; see ``Coordination.pause``."""

        def extend(connection: Connection) -> None:
            until = max(_expiry(connection, PAUSES, key), time.time() + seconds)
            _put(connection, PAUSES, key, expires_at=until)

        await self._run(key, extend)

    async def paused_seconds(self, key: str) -> float:
        """Return what is left of the pause."""
        until = await self._run(key, lambda connection: _expiry(connection, PAUSES, key))
        return max(0.0, until - time.time())

    async def next_slot(self, key: str, seconds: float) -> float:
        """Take the next free slot; see ``Coordination.next_slot``."""

        def take(connection: Connection) -> float:
            now = time.time()
            free = max(_expiry(connection, PAUSES, slots(key)), now)
            _put(connection, PAUSES, slots(key), expires_at=free + seconds)
            return free - now

        return await self._run(slots(key), take)

    async def cached(self, key: str) -> str | None:
        """Return a remembered value."""
        query = select(VALUES.c.value).where(VALUES.c.key == key, VALUES.c.expires_at > time.time())
        value: str | None = await self._run(key, lambda connection: connection.execute(query).scalar())
        return value

    async def remember(self, key: str, value: str, ttl_seconds: float) -> None:
        """Remember a value."""
        until = time.time() + ttl_seconds
        await self._run(key, lambda connection: _put(connection, VALUES, key, value=value, expires_at=until))

    async def close(self) -> None:
        """Close the connections; those to PostgreSQL are of the whole process and stay."""
        if not _is_postgresql(self._engine):
            await asyncio.to_thread(self._engine.dispose)

    async def _run(self, key: str, work: Callable[[Connection], _Result]) -> _Result:
        return await asyncio.to_thread(self._transact, key, work)

    def _transact(self, key: str, work: Callable[[Connection], _Result]) -> _Result:
        with self._exclusive(key) as connection:
            if time.time() - self._cleared_at > CLEARANCE_SECONDS:
                self._cleared_at = time.time()
                for table in (WINDOWS, PAUSES, VALUES):
                    connection.execute(delete(table).where(table.c.expires_at < time.time()))
            return work(connection)

    @contextmanager
    def _exclusive(self, key: str) -> Iterator[Connection]:
        """Open a transaction that nobody else has on this key: SQLite locks the file, PostgreSQL the key."""
        try:
            with self._engine.begin() as connection:
                if _is_postgresql(self._engine):
                    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
                yield connection
        except SQLAlchemyError as error:
            raise failure_of(error, self._engine, "sharing limits") from error


def _windows(connection: Connection) -> Any:
    from brand_monitor.backends.coordination.sql_storage import SqlWindows

    return SqlWindows(connection)


def _expiry(connection: Connection, table: Any, key: str) -> float:
    return connection.execute(select(table.c.expires_at).where(table.c.key == key)).scalar() or 0.0


def _put(connection: Connection, table: Any, key: str, **values: Any) -> None:
    """Insert or replace a row; the transaction is the only one on its key."""
    if not connection.execute(update(table).where(table.c.key == key).values(**values)).rowcount:
        connection.execute(insert(table).values(key=key, **values))


def _is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _open(url: str) -> Engine:
    if make_url(url).get_backend_name() == "postgresql":
        # The connections of the journal, if it is in the same database.
        return engine_of(url, Pool()).execution_options(schema_translate_map={None: SCHEMA})
    engine = create_engine(url)
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _configure_sqlite)
    # The driver begins a transaction too late: two processes would read the same count and both add.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    # Nothing here must survive a crash of the machine, and a flush per call would be the slowest part of it.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
