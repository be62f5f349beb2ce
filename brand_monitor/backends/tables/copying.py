"""PostgreSQL's COPY: many rows in one statement.

Belongs here: from Python rows to the stream. Not here: frames (``backends.warehouse``), or which rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Connection, Table
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    import psycopg


def copy_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Add rows in the transaction of ``connection`` and return how many.

    Args:
        connection: of the open transaction.
        table: of ``schema``.
        rows: all with the same columns; a column that they lack takes its default.

    Raises:
        IntegrityError: one of them is there already.
    """
    columns = [column for column in table.columns if column.name in rows[0]]
    names = [column.name for column in columns]
    wrapped = {column.name for column in columns if isinstance(column.type, JSON)}
    with copying(connection, statement_of(connection, table.name, names)) as copy:
        for row in _tuples(rows, names, wrapped):
            copy.write_row(row)
    return len(rows)


def statement_of(connection: Connection, table: str, columns: Iterable[str], options: str = "") -> str:
    """Return the COPY statement of columns, their names quoted as the server wants them.

    Args:
        connection: whose dialect quotes.
        table: its name, quoted where it is needed.
        columns: in the order of the rows.
        options: behind the statement, such as ``(FORMAT csv)``.
    """
    quote = connection.dialect.identifier_preparer.quote
    return f"COPY {table} ({', '.join(map(quote, columns))}) FROM STDIN {options}".rstrip()


@contextmanager
def copying(connection: Connection, statement: str) -> "Iterator[psycopg.Copy]":
    """Yield the stream of a COPY; what goes wrong is raised as SQLAlchemy's errors, as elsewhere."""
    from psycopg import Connection as Raw
    from psycopg import Error

    raw = connection.connection.driver_connection
    assert isinstance(raw, Raw)
    try:
        with raw.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            yield copy
    except Error as error:
        raise DBAPIError.instance(
            statement, None, error, Error, connection_invalidated=raw.closed, dialect=connection.dialect
        ) from error


def _tuples(
    rows: Iterable[Mapping[str, Any]], names: Sequence[str], wrapped: set[str]
) -> Iterator[tuple[Any, ...]]:
    from psycopg.types.json import Json

    for row in rows:
        yield tuple(Json(row[name]) if name in wrapped else row[name] for name in names)
