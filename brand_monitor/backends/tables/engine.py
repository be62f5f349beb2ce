"""Opens the relational store: one SQLAlchemy engine per URL, tables made when absent.

Belongs here: connection settings. Not here: queries.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from brand_monitor.backends.tables.schema import METADATA


def open_engine(url: str) -> Engine:
    """Return an engine for ``url`` with all tables present.

    SQLite runs in WAL mode with full synchronisation: a committed row survives a crash of the process
    and of the machine, and readers never wait for a writer.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _configure_sqlite)
    METADATA.create_all(engine)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
