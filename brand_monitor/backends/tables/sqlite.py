"""The embedded store: SQLite, a file in the home folder.

Belongs here: how a connection is set up. Not here: queries.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event


def engine_of(url: str) -> Engine:
    """Return an engine for a SQLite URL; the folder of the file is made when absent.

    WAL mode with full synchronisation: a committed row survives a crash of the process and of the machine,
    and readers never wait for a writer.
    """
    engine = create_engine(url)
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
