"""What the driver and the server say, as our failures.

Belongs here: which error is permanent, which may pass, and what to do. Not here: when calls are made.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

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


class _Verdict(NamedTuple):
    """What a status code of Neo4j means, for a write and for a question."""

    code: str
    of_write: type[BrandMonitorError]
    of_question: type[BrandMonitorError]
    advice: str


_RIGHTS = "check NEO4J_USER and NEO4J_PASSWORD (they are read again at the next opening)"
#: The first pattern that is found in the status code counts.
_VERDICTS = (
    _Verdict(
        "AuthenticationRateLimit$", TransientFailure, TransientFailure, f"wait some seconds, then {_RIGHTS}"
    ),
    _Verdict("Security.Forbidden$", SetupError, SetupError, "the account lacks a right for this"),
    _Verdict("[.]Security[.]", SetupError, SetupError, _RIGHTS),
    _Verdict("DatabaseNotFound$", SetupError, SetupError, "correct NEO4J_DATABASE"),
    _Verdict(
        "OutOfMemoryError$",
        PermanentFailure,
        GraphQueryError,
        "a day is one transaction, about 1.5 kB a row: raise dbms.memory.transaction.total.max and the heap "
        "of the server, or ask for less",
    ),
    _Verdict(
        "TransactionTimedOut",
        TransientFailure,
        GraphQueryError,
        "it ran or waited for too long and was rolled back; narrow a question by date and monitor_id",
    ),
    _Verdict(
        "EntityNotFound$", TransientFailure, GraphQueryError, "another program changed the graph meanwhile"
    ),
    _Verdict("ReadOnly", TransientFailure, GraphQueryError, "the database takes no writes; try again later"),
    _Verdict("^Neo.DatabaseError", StorageError, StorageError, "check the server's disk and its debug.log"),
    _Verdict("^Neo.TransientError", TransientFailure, TransientFailure, "it was tried again for a while"),
    _Verdict("", PermanentFailure, GraphQueryError, "nothing was written"),
)


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
        refused: type[BrandMonitorError] = GraphQueryError if is_question else PermanentFailure
        kind = TransientFailure if isinstance(error, OSError) else refused
        raise kind(f"{where}: {operation}: {type(error).__name__}: {error}") from error


def _of_driver(what: str, error: Exception) -> BrandMonitorError:
    from neo4j.exceptions import ConfigurationError, IncompleteCommit

    said = f"{what}: {type(error).__name__}: {error}"
    if isinstance(error, ConfigurationError):
        return SetupError(f"{said}; correct NEO4J_URI, NEO4J_DATABASE or NEO4J_CA_FILE")
    if "CertVerification" in said:
        return SetupError(
            f"{said}; the certificate of the server is not trusted: name its authority in NEO4J_CA_FILE"
        )
    if isinstance(error, IncompleteCommit):
        return TransientFailure(
            f"{said}; the day may have been written or not: write it again, which changes nothing if it was"
        )
    return TransientFailure(f"{said}; nothing is half-written, try again when the server is there")


def _of_server(what: str, error: "Neo4jError", *, is_question: bool) -> BrandMonitorError:
    code = error.code or ""
    verdict = next(verdict for verdict in _VERDICTS if re.search(verdict.code, code))
    kind = verdict.of_question if is_question else verdict.of_write
    return kind(f"{what}: {code}: {error.message}; {verdict.advice}")
