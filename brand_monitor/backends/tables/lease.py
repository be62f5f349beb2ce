"""A named lock that one process of all machines holds, and that knows when it was lost.

Belongs here: PostgreSQL's lock and the token beside it. Not here: the lock of the embedded store, which is a
file (``backends.locks``).

The lock is held by a transaction that does nothing else and stays open: a pooler in transaction mode leaves
such a connection to its holder, where a session lock would stay behind with a stranger. It has no number, and
no snapshot between its statements, so that it keeps no old row alive.

The server frees the lock when the connection ends, however it ends, and the holder may not know. So a token
in table ``leases`` tells who took it last: a transaction that must not happen without the lock reads the
token and holds it until it is committed.
"""

import hashlib
from contextlib import suppress
from threading import Lock
from typing import Self
from uuid import uuid4

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from brand_monitor.backends.tables.faults import failure_of
from brand_monitor.backends.tables.schema import LEASES
from brand_monitor.failures import TransientFailure

#: Whatever the server's time-outs are: the transaction of the lock lasts as long as the work that it guards.
_FOR_AS_LONG_AS_IT_TAKES = text("""
    SELECT set_config(name, '0', true) FROM pg_settings
    WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
""")
# Without parameters: the driver then uses the simple protocol. The other one leaves a portal open until the
# next statement, hours later, and with it a snapshot.
_TRY = "SELECT pg_try_advisory_xact_lock({})"
_LOOK = text("SELECT 1")


class Lease:
    """The lock ``name``, held from ``take`` to ``give_back`` on a connection of its own."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        digest = hashlib.sha256(name.encode()).digest()
        self._key = int.from_bytes(digest[:8], "big", signed=True)
        self._token = uuid4().hex
        self._connection: Connection | None = None
        self._using = Lock()

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()

    def take(self) -> None:
        """Take the lock.

        Raises:
            TransientFailure: another live process holds it.
        """
        try:
            if self._lock() is None:
                raise TransientFailure(
                    f"{self._name} is in use by another process or thread; nothing was changed, try again "
                    "later"
                )
            row = {"name": self._name, "token": self._token, "taken_at": func.now()}
            statement = insert(LEASES).values(**row)
            with self._engine.begin() as connection:  # others have to see it now
                connection.execute(statement.on_conflict_do_update(index_elements=[LEASES.c.name], set_=row))
        except SQLAlchemyError as error:
            self._drop()
            raise failure_of(error, self._engine, f"locking {self._name}") from error

    def renew(self) -> None:
        """Take the lock again where its connection was lost; whether it is still ours says ``is_ours``."""
        with self._using:
            if not self._is_alive():
                self._drop()
                self._lock()

    def is_ours(self, connection: Connection) -> bool:
        """Tell inside a transaction whether nobody else took the lock since; it stays so until its end."""
        query = select(LEASES.c.token).where(LEASES.c.name == self._name).with_for_update(read=True)
        return connection.execute(query).scalar() == self._token

    def give_back(self) -> None:
        """Free the lock."""
        with self._using:
            self._drop()

    def _lock(self) -> Connection | None:
        """Return a connection that holds the lock, None if another one does."""
        connection = self._engine.connect()
        connection.detach()  # out of the pool: it is nobody else's, and closing it frees the lock
        self._connection = connection
        connection.execute(_FOR_AS_LONG_AS_IT_TAKES)
        if connection.execute(text(_TRY.format(self._key))).scalar_one():
            return connection
        self._drop()
        return None

    def _is_alive(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(_LOOK)
        except SQLAlchemyError:
            return False
        return True

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None
