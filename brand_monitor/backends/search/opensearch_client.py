"""The connection to OpenSearch: client, bounded retries, errors that say what to do.

Belongs here: everything that is true of any request. Not here: what is asked.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from brand_monitor.failures import BrandMonitorError, DamagedProjectionError, PermanentFailure, StorageError

T = TypeVar("T")

#: Statuses of a server that is busy or not there for the moment.
BUSY = frozenset({429, 502, 503, 504})
_DISK_BLOCK = "cluster_block_exception"


@dataclass(frozen=True)
class Server:
    """Where OpenSearch is and how patiently it is asked.

    Attributes:
        url: ``http(s)://host:port``, without user and password.
        user: name for basic authentication, ``None`` for none.
        password: its password; never shown.
        ca_file: PEM file of the authority that signed the server's certificate, ``None`` for the system's.
        timeout_seconds: how long one request may take.
        attempts: how often a request is sent before the server counts as away.
        backoff_seconds: wait before the second attempt; doubled for each further one.
    """

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout_seconds: float = 30.0
    attempts: int = 5
    backoff_seconds: float = 0.25


def connect(server: Server) -> Any:
    """Return a client of the server; nothing is sent yet."""
    from opensearchpy import OpenSearch

    options: dict[str, Any] = {}
    if server.url.startswith("https"):
        options = {"use_ssl": True, "verify_certs": True, "ssl_show_warn": False}
        if server.ca_file is not None:
            options["ca_certs"] = str(server.ca_file)
    if server.user is not None:
        options["http_auth"] = (server.user, server.password or "")
    # The client's own retries know no pause; ours do.
    return OpenSearch([server.url], timeout=server.timeout_seconds, max_retries=0, **options)


def ask(server: Server, operation: str, request: Callable[[], T]) -> T:
    """Send a request that may be repeated, and return its answer.

    Args:
        server: whom it is sent to.
        operation: what it is for, as it stands in an error.
        request: sends it once.

    Raises:
        StorageError: the server is away, busy, too slow or out of disk, after all attempts.
        PermanentFailure: it refuses the request.
        DamagedProjectionError: an index is gone.
    """
    from opensearchpy.exceptions import TransportError

    for attempt in range(1, server.attempts + 1):
        try:
            return request()
        except TransportError as error:
            if attempt == server.attempts or not _may_pass(error):
                raise typed(server, operation, error, attempt) from None
        pause = server.backoff_seconds * 2 ** (attempt - 1)
        time.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 - spreads retries, no secret
    raise AssertionError("unreachable: the last attempt returns or raises")


def typed(server: Server, operation: str, error: Any, attempts: int = 1) -> BrandMonitorError:
    """Return the error that a person reads for what the client raised."""
    status, where = error.status_code, f"OpenSearch at {server.url}: {operation}"
    times = f" after {attempts} attempts" if attempts > 1 else ""
    if isinstance(status, str):  # the client writes a word where no answer came
        return _unreachable(where, error, times)
    reason = reason_of(error)
    if _DISK_BLOCK in reason:
        return blocked(where, reason)
    if status in BUSY or status >= 500:  # noqa: PLR2004 - the server's own fault
        return StorageError(f"{where}: the server is busy or failed{times} ({reason}); try again later")
    return _refused(status, where, reason)


def _refused(status: int, where: str, reason: str) -> PermanentFailure:
    match status:
        case 401:
            return PermanentFailure(
                f"{where}: wrong user or password; correct OPENSEARCH_USER and OPENSEARCH_PASSWORD"
            )
        case 403:
            return PermanentFailure(
                f"{where}: the user may not do that ({reason}); give the user the role of "
                "docs/backends/opensearch.md"
            )
        case 404:
            return DamagedProjectionError(
                f"{where}: an index is gone ({reason}); it holds nothing that the lake does not: rebuild it"
            )
    return PermanentFailure(f"{where}: the server refuses it ({reason})")


def blocked(where: str, reason: str) -> StorageError:
    """Return the error of an index that takes no writes."""
    return StorageError(
        f"{where}: the index is blocked ({reason}); free disk space below the flood stage, "
        "then the server lifts the block by itself (or set index.blocks.read_only_allow_delete to null)"
    )


def reason_of(error: Any) -> str:
    """Return what the server said, in one line of bounded length."""
    said = error.error if isinstance(error.error, str) else type(error).__name__
    info = error.info
    if isinstance(info, dict) and isinstance(info.get("error"), dict):
        causes = [info["error"], *info["error"].get("root_cause", [])]
        said = "; ".join(dict.fromkeys(f"{cause.get('type')}: {cause.get('reason')}" for cause in causes))
    return " ".join(said.split())[:400]


def _may_pass(error: Any) -> bool:
    from opensearchpy.exceptions import ConnectionError as NotConnectedError
    from opensearchpy.exceptions import SSLError

    if isinstance(error, NotConnectedError):
        return not isinstance(error, SSLError)
    return error.status_code in BUSY and _DISK_BLOCK not in reason_of(error)


def _unreachable(where: str, error: Any, times: str) -> BrandMonitorError:
    from opensearchpy.exceptions import ConnectionTimeout, SSLError

    if isinstance(error, SSLError):
        return PermanentFailure(
            f"{where}: the certificate cannot be trusted; name its authority in OPENSEARCH_CA_FILE"
        )
    if isinstance(error, ConnectionTimeout):
        return StorageError(f"{where}: no answer in time{times}; the server is overloaded or hangs")
    return StorageError(f"{where}: no connection{times}; check that the server runs and OPENSEARCH_URL")
