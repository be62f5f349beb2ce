"""Adding rows that may be there already, by one process or by several at once.

Belongs here: the fastest way of each database. Not here: which rows (``journal``, ``parameters``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from brand_monitor.backends.tables.copying import copy_rows

#: Fewer rows than this are not worth a savepoint and a COPY.
COPY_FROM_ROWS = 200


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Add the rows whose key is not there yet, in the transaction of ``connection``; return how many.

    Args:
        connection: of the open transaction.
        table: of ``schema``.
        rows: all with the same columns.
    """
    is_shared = connection.dialect.name == "postgresql"
    if is_shared and len(rows) >= COPY_FROM_ROWS:
        try:
            with connection.begin_nested():
                return copy_rows(connection, table, rows)
        except IntegrityError:
            pass  # another process added some of them since we looked
    statement = (postgresql if is_shared else sqlite).insert(table).on_conflict_do_nothing()
    if is_shared:  # its driver does not count many statements
        return len(connection.execute(statement.returning(*table.primary_key), list(rows)).all())
    return connection.execute(statement, list(rows)).rowcount
