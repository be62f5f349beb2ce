"""Work in a transaction that outlives what a server does: deadlocks, a restart, a lost connection.

Belongs here: when work is done again, and how often. Not here: the work (``journal``), or what an error means
(``faults``).

Whoever loses the connection while it commits cannot know what became of it. PostgreSQL does: each transaction
asks for its number first, and after the loss the server is asked whether that number was committed. So no
change is lost, and none is made twice.
"""

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from brand_monitor.backends.tables.faults import failure_of, is_absent, is_undone

#: A deadlock or a serialization failure is tried again this often.
MOST_TRIES = 6
#: A server that went away is awaited this long: a restart takes seconds, a failover half a minute.
PATIENCE_SECONDS = 60.0
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0

_NUMBER = text("SELECT CAST(pg_current_xact_id() AS text)")
_STATUS = text("SELECT pg_xact_status(CAST(:number AS xid8))")

_Result = TypeVar("_Result")


class Transactions:
    """Runs work on one store.

    Args:
        engine: of the store.
        patience_seconds: how long a server that went away is awaited.
    """

    def __init__(self, engine: Engine, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._engine = engine
        self._patience_seconds = patience_seconds
        self._is_shared = engine.dialect.name == "postgresql"

    def read(self, what: str, work: Callable[[Connection], _Result]) -> _Result:
        """Return what ``work`` reads; done again where the server went away.

        Raises:
            StorageError: the store cannot be read.
        """
        return self.patiently(what, lambda: self._once(work, _Fate()))

    def write(self, what: str, work: Callable[[Connection], _Result]) -> _Result:
        """Return what ``work`` returns, its changes committed exactly once.

        Args:
            what: names the operation in messages.
            work: changes rows on the connection that it is given; may be called several times, each time in a
                transaction of its own.

        Raises:
            StorageError: the store cannot be written; nothing of the changes is.
        """
        fate = _Fate()

        def attempt() -> _Result:
            if fate.number is not None and self._was_committed(fate.number):
                return cast("_Result", fate.result)
            fate.number = None
            return self._once(work, fate, is_numbered=self._is_shared)

        return self.patiently(what, attempt)

    def patiently(self, what: str, attempt: Callable[[], _Result]) -> _Result:
        """Return what ``attempt`` returns; it may be called several times, and does the same each time.

        Raises:
            StorageError: the store cannot be reached or refuses the work for now.
            SetupError: a person has to change something.
            SchemaViolationError: a row broke a rule of its table.
        """
        tries, wait, until = 1, _FIRST_WAIT, 0.0
        while True:
            try:
                return attempt()
            except DBAPIError as error:
                if is_undone(error) and tries < MOST_TRIES:
                    tries += 1
                elif is_absent(error):
                    until = until or time.monotonic() + self._patience_seconds
                    if time.monotonic() >= until:
                        raise failure_of(error, self._engine, what) from error
                else:
                    raise failure_of(error, self._engine, what) from error
            except SQLAlchemyError as error:
                raise failure_of(error, self._engine, what) from error
            time.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            wait = min(2 * wait, _LONGEST_WAIT)

    def _once(
        self, work: Callable[[Connection], _Result], fate: "_Fate", *, is_numbered: bool = False
    ) -> _Result:
        with self._engine.begin() as connection:
            number = connection.execute(_NUMBER).scalar_one() if is_numbered else None
            result = work(connection)
            # From here on the transaction may be committed without our hearing of it.
            fate.number, fate.result = number, result
        return result

    def _was_committed(self, number: str) -> bool:
        """Ask what became of a transaction; one that the server still works on is awaited."""
        while True:
            with self._engine.connect() as connection:
                status = connection.execute(_STATUS, {"number": number}).scalar_one()
            if status != "in progress":
                return bool(status == "committed")
            time.sleep(_FIRST_WAIT)


class _Fate:
    """The number of a transaction that may or may not have been committed, and what its work returned."""

    number: str | None = None
    result: Any = None
