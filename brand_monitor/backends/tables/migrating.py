"""Brings the tables of a store from any earlier version to this one, and back.

Belongs here: which revision a store has, and moving it, one process at a time. Not here: what each revision
changes (``migrations``).

A store without any table is made as it is now, in one go; one that an earlier version made without keeping a
revision is recognised by its columns. Alembic is imported only where there is something to move.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, func, inspect, select, text

from brand_monitor.backends.tables.faults import named_failures, place_of
from brand_monitor.backends.tables.postgresql import SCHEMA, unpooled_engine_of
from brand_monitor.backends.tables.schema import METADATA
from brand_monitor.failures import SetupError

MIGRATIONS = Path(__file__).with_name("migrations")
#: Not alembic's usual name: Dagster uses that one, and the two histories would destroy each other.
VERSION_TABLE = "brand_monitor_version"
#: Every revision, oldest first, with a column that the tables have from it on.
REVISIONS = {
    "0001": ("calls", "call_id"),
    "0002": ("calls", "purpose"),
    "0003": ("calls", "unknowns"),
    "0004": ("leases", "token"),
}
_OF_THE_FIRST = {"call_id", "monitor_id", "spec", "planned_at"}
HEAD = list(REVISIONS)[-1]


def prepare(engine: Engine, *, may_change: bool) -> None:
    """Make sure that the tables are those of this version.

    Raises:
        SetupError: they are not, and may not be changed from here.
    """
    with engine.connect() as connection:
        revision = revision_of(connection)
    if revision == HEAD:
        return
    if revision is not None and revision not in REVISIONS:
        _accept_newer(engine, revision)
    elif may_change:
        upgrade(engine)
    else:
        state = "holds no tables" if revision is None else f"has revision {revision}"
        raise SetupError(
            f"{place_of(engine)} {state}, and this version needs {HEAD}: run `brand-monitor db upgrade` as "
            "the user that owns the tables, before this version starts"
        )


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the tables, None if there are none.

    Raises:
        SetupError: there is a table of the same name that no version made.
    """
    found = inspect(connection)
    tables = set(found.get_table_names(schema=_schema_of(connection)))
    if VERSION_TABLE in tables:
        return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
    columns = {
        (table, column["name"])
        for table in tables
        for column in found.get_columns(table, schema=_schema_of(connection))
    }
    if "calls" in tables and (missing := sorted(_OF_THE_FIRST - {name for _, name in columns})):
        raise SetupError(
            f"table calls in {place_of(connection.engine)} is none of brand-monitor's, or damaged: it lacks "
            f"{', '.join(missing)}. Move it away, or start a new home (`brand-monitor --home NEW ...`)"
        )
    return max((revision for revision, mark in REVISIONS.items() if mark in columns), default=None)


def upgrade(engine: Engine, revision: str = HEAD) -> str | None:
    """Bring the tables to a later revision and return the one that they had. Idempotent.

    Processes that do it at the same time do it one after the other.

    Raises:
        SetupError: the user may not change the tables.
        StorageError: the store cannot be reached.
    """
    return _move(engine, revision, is_upgrade=True)


def downgrade(engine: Engine, revision: str) -> str | None:
    """Bring the tables back to an earlier revision (``base``: none) and return the one that they had.

    Raises:
        SetupError: the earlier version could not hold what is stored.
    """
    return _move(engine, revision, is_upgrade=False)


def _move(engine: Engine, target: str, *, is_upgrade: bool) -> str | None:
    with named_failures(engine, "changing the tables"), _alone(engine) as connection:
        revision = revision_of(connection)
        if revision is None and is_upgrade and target == HEAD:
            METADATA.create_all(connection)
            _stamp(connection, HEAD)
        elif revision != target and (revision is not None or is_upgrade):
            _migrate(connection, revision, target, is_upgrade=is_upgrade)
        return revision


def _stamp(connection: Connection, revision: str) -> None:
    """Keep the revision, in the table that alembic reads."""
    connection.execute(
        text(f"CREATE TABLE IF NOT EXISTS {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text(f"DELETE FROM {VERSION_TABLE}"))  # noqa: S608
    connection.execute(
        text(f"INSERT INTO {VERSION_TABLE} (version_num) VALUES (:revision)"),  # noqa: S608
        {"revision": revision},
    )


def _migrate(connection: Connection, revision: str | None, target: str, *, is_upgrade: bool) -> None:
    from alembic import command

    config = configuration(connection)
    if revision is not None:
        _stamp(connection, revision)
    (command.upgrade if is_upgrade else command.downgrade)(config, target)


def configuration(connection: Connection) -> Any:
    """Return alembic's configuration for an open connection; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction that no other process migrates in; committed at the end."""
    if engine.dialect.name == "postgresql":
        with _alone_on_postgresql(engine) as connection:
            yield connection
        return
    # A file is locked by a connection of its own; a store in memory has only the one.
    own = create_engine(engine.url, poolclass=NullPool) if engine.url.database else engine
    if own is not engine:
        event.listen(own, "connect", _leave_transactions_to_us)
        event.listen(own, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with own.begin() as connection:
        yield connection


@contextmanager
def _alone_on_postgresql(engine: Engine) -> Iterator[Connection]:
    own = unpooled_engine_of(engine.url.render_as_string(hide_password=False))
    with own.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(VERSION_TABLE, 0))))
        # Whoever may not make a schema may not even say IF NOT EXISTS.
        if SCHEMA not in inspect(connection).get_schema_names():
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # a long table takes its time
        yield connection


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin too late, and leave changes of tables out
    connection.execute("PRAGMA busy_timeout = 30000")


def _accept_newer(engine: Engine, revision: str) -> None:
    """Go on with tables of a later version, as long as they hold all that this version reads and writes.

    Raises:
        SetupError: a column is gone.
    """
    found = inspect(engine)
    for table in METADATA.sorted_tables:
        schema = SCHEMA if engine.dialect.name == "postgresql" else None
        present = (
            {column["name"] for column in found.get_columns(table.name, schema=schema)}
            if found.has_table(table.name, schema=schema)
            else set()
        )
        if missing := [column.name for column in table.columns if column.name not in present]:
            raise SetupError(
                f"table {table.name} in {place_of(engine)} is of a later version (revision {revision}) and "
                f"lacks {', '.join(missing)}; install that version of brand-monitor"
            )


def _schema_of(connection: Connection) -> str | None:
    return SCHEMA if connection.dialect.name == "postgresql" else None
