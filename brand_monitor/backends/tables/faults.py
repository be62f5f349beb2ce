"""What an error of the database means: try again, wait for the server, or tell a person.

Belongs here: from SQLSTATE to the failures of ``failures``, with the server and the operation and no secret.
Not here: trying again (``transactions``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from brand_monitor.backends.tables.postgresql import address_of
from brand_monitor.failures import BrandMonitorError, SchemaViolationError, SetupError, StorageError

#: The server undid the whole transaction for the sake of another one: it may simply be done again.
_UNDONE = {"40001", "40P01"}
#: The server stops, starts, or has no connection left: it will be back.
_ABSENT = {"57P01", "57P02", "57P03", "53300"}
#: Said where a connection was refused for good: such an error carries no code.
_LOGIN_REFUSED = (
    "password authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    'FATAL:  role "',
    'FATAL:  database "',
    "permission denied for database",
    # PgBouncer's words
    "SASL authentication failed",
    "no such database",
    "no such user",
    "certificate verify failed",
    "server does not support SSL",
    "root certificate file",
)
_NO_PLACE = ("too many clients", "too many connections", "connection slots are reserved")
_ADVICE = {
    "53100": "its disk is full: free some space and run the day again; what was written before is kept",
    "25006": "it is read-only (a standby, or set so): name the server that is written to, and run again",
    "53300": "all its connections are in use: lower DATABASE_POOL_SIZE, DATABASE_MAX_OVERFLOW or the number "
    "of runs, or raise max_connections",
    "55P03": "another transaction held a lock for too long: run the day again",
    "57014": "it took longer than its time-out: see what else the server does, and run the day again",
    "40P01": "it ran into a deadlock again and again: run the day again",
    "40001": "others changed the same rows again and again: run the day again",
}
_SETUP = {
    "28P01": "the password is wrong: correct DATABASE_URL",
    "28000": "the server refuses this user: see its pg_hba.conf and TLS settings, or correct DATABASE_URL",
    "3D000": "there is no such database: create it, or correct DATABASE_URL",
    "42501": "this user lacks the right: apply brand_monitor/backends/tables/roles.sql as its head says",
    "42P01": "its tables were never made: run `brand-monitor db upgrade`",
    "42703": "its tables are of another version: run `brand-monitor db upgrade`",
}
_LATER = "answers so far are kept: free some space, or bring the server back, and run the day again"


def is_undone(error: DBAPIError) -> bool:
    """Tell whether the transaction was undone (deadlock, serialization) and may be done again as it is."""
    return _sqlstate(error) in _UNDONE


def is_absent(error: DBAPIError) -> bool:
    """Tell whether the server is away for now: the connection broke, or was refused for want of a place."""
    if not isinstance(error, OperationalError) or not hasattr(error.orig, "sqlstate"):
        return False  # SQLite's have none
    if (state := _sqlstate(error)) is None:  # a failed connection carries no code
        return not _is_refused_login(said_by(error))
    return state in _ABSENT or state.startswith("08")


def failure_of(error: SQLAlchemyError, engine: Engine, what: str) -> BrandMonitorError:
    """Return the typed failure of an error: it names server and operation, and says what to do."""
    where, said = place_of(engine), said_by(error)
    if isinstance(error, PoolTimeoutError):
        return StorageError(
            f"{where}: {what} found no free connection of this process's pool; raise DATABASE_POOL_SIZE or "
            "DATABASE_MAX_OVERFLOW, or run less at once"
        )
    state = _sqlstate(error) if isinstance(error, DBAPIError) else None
    if state in _SETUP:
        return SetupError(f"{where}: {what} failed ({said}); {_SETUP[state]}")
    if (state is not None and state[:2] in {"22", "23"}) or isinstance(error, IntegrityError):
        return SchemaViolationError(
            f"{where}: {what} broke a rule of its tables ({said}); nothing was written"
        )
    if state is None and _is_refused_login(said):
        return SetupError(f"{where}: {what} failed ({said}); correct DATABASE_URL or the rights of its user")
    if any(sign in said for sign in _NO_PLACE):
        state = "53300"
    return StorageError(f"{where}: {what} failed ({said}); {_ADVICE.get(state or '', _LATER)}")


@contextmanager
def named_failures(engine: Engine, what: str) -> Iterator[None]:
    """Raise the typed failure in place of any error of the database.

    Raises:
        SetupError: a person has to change something.
        StorageError: it may pass.
        SchemaViolationError: a row broke a rule of its table.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise failure_of(error, engine, what) from error


def place_of(engine: Engine) -> str:
    """Return which store, without a secret."""
    if engine.dialect.name == "postgresql":
        return address_of(engine.url)
    return f"SQLite {engine.url.database or 'in memory'}"


def said_by(error: SQLAlchemyError) -> str:
    """Return the first line of what the database said: further lines quote rows."""
    cause = getattr(error, "orig", None) or error
    primary = getattr(getattr(cause, "diag", None), "message_primary", None)
    return str(primary or cause).strip().partition("\n")[0]


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _is_refused_login(said: str) -> bool:
    return any(sign in said for sign in _LOGIN_REFUSED)
