"""Opens the relational store: one SQLAlchemy engine per URL, tables made when absent.

Belongs here: connection settings. Not here: queries.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect

from brand_monitor.backends.tables.schema import METADATA
from brand_monitor.failures import SetupError


def open_engine(url: str) -> Engine:
    """Return an engine for ``url`` with all tables present.

    SQLite runs in WAL mode with full synchronisation: a committed row survives a crash of the process
    and of the machine, and readers never wait for a writer.

    Raises:
        SetupError: the tables are those of an earlier version.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _configure_sqlite)
    METADATA.create_all(engine)
    _refuse_older_tables(engine)
    return engine


def _refuse_older_tables(engine: Engine) -> None:
    """Refuse a store that lacks columns.

    Raises:
        SetupError: an earlier version of the product made it.
    """
    found = inspect(engine)
    for table in METADATA.sorted_tables:
        present = {column["name"] for column in found.get_columns(table.name)}
        if missing := [column.name for column in table.columns if column.name not in present]:
            raise SetupError(
                f"table {table.name} in {engine.url.render_as_string(hide_password=True)} was made by an "
                f"earlier version and lacks {', '.join(missing)}; keep that home for reading with that "
                "version, and start a new one (`brand-monitor --home NEW ...`)"
            )


def _configure_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
