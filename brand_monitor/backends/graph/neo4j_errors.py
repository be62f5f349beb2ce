"""What the driver and the server say, as our failures.

Belongs here: which error is permanent, which may pass, and what to do. Not here: when calls are made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from brand_monitor.backends.graph.interface import GraphQueryError
from brand_monitor.failures import (
    BrandMonitorError,
    PermanentFailure,
    SetupError,
    StorageError,
    TransientFailure,
)

if TYPE_CHECKING:
    from neo4j.exceptions import Neo4jError

_RIGHTS = "check NEO4J_USER and NEO4J_PASSWORD (they are read again at the next opening)"
_MEMORY = (
    "a day is replaced in one transaction (about 1.5 kB a row): raise dbms.memory.transaction.total.max and "
    "server.memory.heap.max_size of the server; nothing was written"
)
_STORAGE = "the server cannot write: check its disk and its debug.log; nothing was written"


@contextmanager
def explained(where: str, operation: str, *, is_question: bool = False) -> Iterator[None]:
    """Turn errors of driver and server inside the block into ours.

    Args:
        where: Server, for the message.
        operation: What was being done, for the message.
        is_question: What the server refuses is then a ``GraphQueryError``.

    Raises:
        SetupError: wrong user, password, address, certificate or database.
        TransientFailure: the server was away, busy, or the transaction lost a deadlock more than once.
        StorageError: the server cannot write its store.
        GraphQueryError: a question that the server refuses.
        PermanentFailure: the server refuses for another reason; nothing was written.
    """
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except Neo4jError as error:
        raise _of_server(f"{where}: {operation}", error, is_question=is_question) from error
    except DriverError as error:
        raise _of_driver(f"{where}: {operation}", error) from error
    except (OSError, ValueError, TypeError) as error:
        kind = GraphQueryError if is_question else PermanentFailure
        if isinstance(error, OSError):
            kind = TransientFailure
        raise kind(f"{where}: {operation}: {type(error).__name__}: {error}") from error


def _of_driver(what: str, error: Exception) -> BrandMonitorError:
    from neo4j.exceptions import ConfigurationError, IncompleteCommit

    said = f"{what}: {type(error).__name__}: {error}"
    if isinstance(error, ConfigurationError):
        return SetupError(f"{said}; correct NEO4J_URI, NEO4J_DATABASE or NEO4J_CA_FILE")
    if "certificate" in str(error).lower() or "certificate" in str(error.__cause__).lower():
        return SetupError(
            f"{said} ({error.__cause__}); the certificate of the server is not trusted: name its authority in "
            f"NEO4J_CA_FILE"
        )
    if isinstance(error, IncompleteCommit):
        return TransientFailure(
            f"{said}; the day may have been written or not: write it again, which changes nothing if it was"
        )
    return TransientFailure(f"{said}; nothing is half-written, try again when the server is there")


def _of_server(what: str, error: "Neo4jError", *, is_question: bool) -> BrandMonitorError:
    code = error.code or ""
    said = f"{what}: {code}: {error.message}"
    kind, advice = _judged(code, is_question=is_question)
    return kind(f"{said}; {advice}" if advice else said)


def _judged(code: str, *, is_question: bool) -> tuple[type[BrandMonitorError], str]:
    """Return the type of failure and what to do, for a status code of Neo4j."""
    if code.endswith("AuthenticationRateLimit"):
        return TransientFailure, f"too many wrong passwords: wait some seconds, then {_RIGHTS}"
    if ".Security." in code:
        advice = "the account lacks a right for this" if code.endswith("Forbidden") else _RIGHTS
        return SetupError, advice
    if code.endswith("DatabaseNotFound"):
        return SetupError, "correct NEO4J_DATABASE"
    if code.endswith(("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError")):
        return (GraphQueryError, "ask for less") if is_question else (PermanentFailure, _MEMORY)
    if "TransactionTimedOut" in code or code.endswith("TransactionTimedOutClientConfiguration"):
        if is_question:
            return GraphQueryError, "it ran for too long: narrow it by date and monitor_id"
        return TransientFailure, "the write waited or ran for too long and was rolled back; try again"
    if code.endswith("EntityNotFound") and not is_question:
        return TransientFailure, "another program changed the graph meanwhile; try again"
    if code.startswith("Neo.DatabaseError"):
        return StorageError, _STORAGE
    if code.startswith("Neo.TransientError") or code.endswith(("ReadOnly", "ForbiddenOnReadOnlyDatabase")):
        return TransientFailure, "it was tried again for a while; nothing was written, try again later"
    return (GraphQueryError, "") if is_question else (PermanentFailure, "nothing was written")
