"""Opens the relational store: one SQLAlchemy engine per store and process, its tables brought up to date.

Belongs here: which database, and whether its tables may be changed. Not here: queries, or how either database
is connected to (``sqlite``, ``postgresql``).
"""

from collections.abc import Callable

from sqlalchemy import Engine, make_url

from brand_monitor.backends.tables import postgresql, sqlite
from brand_monitor.backends.tables.faults import named_failures
from brand_monitor.backends.tables.migrating import prepare


def open_engine(
    url: str,
    *,
    pool: postgresql.Pool | None = None,
    migrates: bool = True,
    renew_url: Callable[[], str] | None = None,
) -> Engine:
    """Return an engine for ``url`` with all tables present and of this version.

    Args:
        url: SQLAlchemy URL, of SQLite or PostgreSQL (psycopg).
        pool: connections to PostgreSQL; the first opening of a store in this process decides.
        migrates: bring the tables of a PostgreSQL up to date; False only looks. SQLite is always brought up
            to date: its one user has nobody to ask.
        renew_url: returns the URL of now, asked when a connection is refused: a password may have been
            changed since this process began.

    Raises:
        SetupError: the tables are not of this version and may not be changed, or the server refuses this
        user. StorageError: the store cannot be reached.
    """
    engine = connect(url, pool=pool, renew_url=renew_url)
    with named_failures(engine, "opening the journal"):
        prepare(engine, may_change=migrates or engine.dialect.name == "sqlite")
    return engine


def connect(
    url: str, *, pool: postgresql.Pool | None = None, renew_url: Callable[[], str] | None = None
) -> Engine:
    """Return an engine for ``url`` without looking at its tables; arguments as in ``open_engine``."""
    if make_url(url).get_backend_name() == "postgresql":
        return postgresql.engine_of(url, pool or postgresql.Pool(), renew_url)
    return sqlite.engine_of(url)
