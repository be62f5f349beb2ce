"""The store of a team: PostgreSQL through psycopg 3, in a schema of our own.

Belongs here: how a connection is made, how many, and how long anything may take. Not here: queries, or what
is different behind a pooler (``pooler``).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url

from brand_monitor.backends.tables import pooler

#: Our tables live here, so that the database can be shared; Dagster's live in ``public``.
SCHEMA = "brand_monitor"
APPLICATION = "brand-monitor"
CONNECT_SECONDS = 10

#: Of a session, whatever the server's defaults are. A client that is gone is noticed in about a minute, so
#: that the locks it held do not block the next run.
SESSION = {
    "search_path": SCHEMA,
    "timezone": "UTC",
    "statement_timeout": "120s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "120s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


@dataclass(frozen=True)
class Pool:
    """Connections that a process keeps open, and how many more it opens when these are in use."""

    size: int = 5
    max_overflow: int = 10


_ENGINES: dict[tuple[int, URL], Engine] = {}
_OPENING = Lock()


def engine_of(url: str, pool: Pool, renew_url: Callable[[], str] | None = None) -> Engine:
    """Return the engine of this process for a PostgreSQL URL; made once per server, database and user."""
    address = make_url(url)
    key = (os.getpid(), address.set(password=None))
    with _OPENING:
        if (engine := _ENGINES.get(key)) is None:
            engine = _ENGINES[key] = _make(
                address, renew_url or (lambda: url), pool_size=pool.size, max_overflow=pool.max_overflow
            )
        return engine


def unpooled_engine_of(url: str) -> Engine:
    """Return an engine that opens a connection for each use and keeps none: for migrations."""
    return _make(make_url(url), lambda: url, poolclass=NullPool)


def close_engines() -> None:
    """Close every idle connection of this process and forget the engines."""
    with _OPENING:
        for engine in _ENGINES.values():
            engine.dispose()
        _ENGINES.clear()


def address_of(url: URL) -> str:
    """Return what a person may see of a URL: server and database, no user's secret and no option."""
    return f"PostgreSQL {url.host}:{url.port or 5432}/{url.database}"


def _make(url: URL, renew_url: Callable[[], str], **pooling: Any) -> Engine:
    pooled = {"pool_pre_ping": True, "pool_recycle": 1800, "pool_timeout": 30, "pool_use_lifo": True}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=_arguments(url),
        hide_parameters=True,  # an error would show what is asked of whom
        **(pooling if "poolclass" in pooling else pooled | pooling),
    )

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: Any, arguments: Any, parameters: dict[str, Any]) -> Any:
        """Connect; with the password of now, should the one of the start be refused."""
        try:
            return pooler.connect(dialect, arguments, parameters)
        except dialect.loaded_dbapi.OperationalError:
            password = make_url(renew_url()).password
            if password == parameters.get("password"):
                raise
            parameters["password"] = password
            return pooler.connect(dialect, arguments, parameters)

    pooler.settle(engine, SESSION)
    return engine


def _arguments(url: URL) -> dict[str, Any]:
    """Return what a connection is opened with; what the URL says itself wins."""
    given = url.query.get("options", "")
    settings = " ".join(f"-c {name}={value}" for name, value in {**SESSION, **pooler.MARK}.items())
    arguments = {
        "application_name": APPLICATION,
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    fresh = {name: value for name, value in arguments.items() if name not in url.query}
    return {**fresh, "options": f"{settings} {given if isinstance(given, str) else ' '.join(given)}".strip()}
