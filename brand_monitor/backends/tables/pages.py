"""Reading calls of the journal, however many there are: a page in memory at a time.

Belongs here: order, pages and counts. Not here: which calls (``shelf``), or what happens to them
(``journal``).
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, or_, select

from brand_monitor.backends.tables.entries import CallSpec, JournalEntry
from brand_monitor.backends.tables.schema import CALLS
from brand_monitor.backends.tables.transactions import Transactions

_PAGE = 500


def entries_of(transactions: Transactions, condition: ColumnElement[bool]) -> Iterator[JournalEntry]:
    """Yield the calls of a condition in the order of their plan; one that changes meanwhile is not met twice.

    Raises:
        StorageError: the store cannot be read.
    """
    columns = [CALLS.c[name] for name in JournalEntry.__dataclass_fields__]
    order = (CALLS.c.engine_id, CALLS.c.position, CALLS.c.call_id)
    last: tuple[Any, ...] | None = None
    while True:
        after = [] if last is None else [_after(order, last)]
        query = select(*columns).where(condition, *after).order_by(*order).limit(_PAGE)
        rows = transactions.read("reading calls", partial(_rows, query=query))
        for row in rows:
            yield JournalEntry(**{**row, "spec": CallSpec(**row["spec"])})
        if len(rows) < _PAGE:
            return
        last = tuple(rows[-1][column.name] for column in order)


def count_of(transactions: Transactions, condition: ColumnElement[bool]) -> int:
    """Return how many calls fulfil a condition.

    Raises:
        StorageError: the store cannot be read.
    """
    query = select(func.count()).where(condition)
    return transactions.read("counting calls", lambda connection: int(connection.execute(query).scalar_one()))


def _rows(connection: Connection, query: Select[Any]) -> Sequence[RowMapping]:
    return connection.execute(query).mappings().all()


def _after(order: tuple[Any, ...], last: tuple[Any, ...]) -> ColumnElement[bool]:
    """Return the condition that a row comes after ``last``, in a form that an index serves."""
    engine_id, position, call = order
    return or_(
        engine_id > last[0],
        and_(engine_id == last[0], position > last[1]),
        and_(engine_id == last[0], position == last[1], call > last[2]),
    )
