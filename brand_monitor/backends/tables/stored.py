"""Which payloads the journal rests on: what `verify` compares with its hashes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from brand_monitor.backends.tables.entries import EXPERIMENT
from brand_monitor.backends.tables.schema import CALLS
from brand_monitor.backends.tables.transactions import Transactions

_CHUNK = 500


@dataclass(frozen=True)
class StoredPayload:
    """The payload that a call rests on."""

    call_id: str
    monitor_id: str
    date: date
    payload_hash: str


def stored_payloads(
    transactions: Transactions, first: date | None = None, last: date | None = None
) -> Iterator[StoredPayload]:
    """Yield every payload that a call of these days (inclusive) rests on; a page in memory at a time.

    The frozen contexts of experiments are among them.
    """
    columns = (CALLS.c.call_id, CALLS.c.monitor_id, CALLS.c.date, CALLS.c.payload_hash)
    wanted: list[ColumnElement[bool]] = [CALLS.c.payload_hash.is_not(None)]
    wanted += [CALLS.c.date >= first] if first else []
    wanted += [CALLS.c.date <= last] if last else []
    yield from _contexts(transactions, first, last)
    after = ""
    while True:
        query = select(*columns).where(CALLS.c.call_id > after, *wanted).order_by(CALLS.c.call_id)
        rows = transactions.read("reading payloads", partial(_rows, query=query.limit(_CHUNK)))
        yield from (StoredPayload(*row) for row in rows)
        if len(rows) < _CHUNK:
            return
        after = rows[-1].call_id


def _contexts(transactions: Transactions, first: date | None, last: date | None) -> Iterator[StoredPayload]:
    """Yield the frozen context of each experiment once, with one of its calls."""
    context = CALLS.c.spec["design"]["context_hash"].as_string().label("context_hash")
    columns = (func.min(CALLS.c.call_id), CALLS.c.monitor_id, func.min(CALLS.c.date), context)
    wanted: list[ColumnElement[bool]] = [CALLS.c.purpose == EXPERIMENT]
    wanted += [CALLS.c.date >= first] if first else []
    wanted += [CALLS.c.date <= last] if last else []
    query = select(*columns).where(*wanted).group_by(CALLS.c.monitor_id, "context_hash")
    rows = transactions.read("reading payloads", partial(_rows, query=query))
    yield from (StoredPayload(*row) for row in rows if row[3] is not None)


def _rows(connection: Connection, query: Select[Any]) -> Sequence[Row[Any]]:
    return connection.execute(query).all()
