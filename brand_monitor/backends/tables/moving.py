"""Moving a journal into another store: from the file of one machine to the server of a team.

Belongs here: which rows go, and the comparison of what arrived. Not here: a bulk insert (``adding``), or the
payloads that the rows name (``backends.objects.copying``).

Locks (table ``leases``) stay where they are: whoever held one is not there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select, tuple_

from brand_monitor.backends.tables.adding import add_missing
from brand_monitor.backends.tables.faults import named_failures, place_of
from brand_monitor.backends.tables.schema import CALLS, REFUSED_PARAMETERS, SPENDING
from brand_monitor.backends.tables.transactions import Transactions
from brand_monitor.failures import SetupError, StorageError

MOVED = (CALLS, SPENDING, REFUSED_PARAMETERS)
_PAGE = 1_000
_NAMED = 5

_Row = dict[str, Any]


@dataclass
class Moved:
    """What a move did to one table, in rows."""

    table: str
    copied: int = 0
    present: int = 0


@dataclass
class Comparison:
    """One table in both stores: rows that are equal, that the target lacks, and what speaks against it."""

    equal: int = 0
    missing: int = 0
    different: list[str] = field(default_factory=list)
    foreign: int = 0


def move_journal(
    source: Engine, target: Engine, report: Callable[[str, int], None] = lambda _table, _rows: None
) -> list[Moved]:
    """Copy every row that the target lacks, then read both and compare all columns. Repeat it to resume.

    Args:
        source: where from, with tables of this version; nothing may be writing to it.
        target: where to, with tables of this version.
        report: told the table and the rows so far after each page.

    Raises:
        SetupError: the target holds rows that the source does not, or holds other values: another
            installation's, or runs have used it since. Nothing is changed then.
        StorageError: a store does not serve, or what arrived is not what was sent; repeat it.
    """
    found = refuse_another(source, target)
    moved = [_copied(source, target, table, found[table.name], report) for table in MOVED]
    for table in MOVED:
        after = _compared(source, target, table)
        if after.missing or after.different or after.foreign:
            raise StorageError(
                f"{place_of(target)}: {table.name} differs after the copy ({after.missing} rows missing, "
                f"{len(after.different)} different, {after.foreign} more than the source has); end every run "
                "that writes to either store and repeat"
            )
    return moved


def refuse_another(source: Engine, target: Engine) -> dict[str, Comparison]:
    """Compare two journals table by table; raise ``SetupError`` if the target cannot be the source's copy."""
    found = {table.name: _compared(source, target, table) for table in MOVED}
    reasons = [
        reason
        for name, one in found.items()
        for reason in (
            one.foreign and f"{one.foreign} rows of {name} that this home does not have",
            one.different and f"other values of {name} {', '.join(one.different[:_NAMED])}",
        )
        if reason
    ]
    if reasons:
        raise SetupError(
            f"{place_of(target)} holds {' and '.join(reasons)}: it is another installation's, or runs "
            "have used it since. Nothing was copied; name an empty database, or leave the journal as it is"
        )
    return found


def _copied(
    source: Engine,
    target: Engine,
    table: Table,
    found: Comparison,
    report: Callable[[str, int], None],
) -> Moved:
    moved = Moved(table.name, present=found.equal)
    if not found.missing:
        return moved
    writing, done = Transactions(target), 0
    for page in _pages(source, table):
        write = partial(add_missing, table=table, rows=page)
        moved.copied += writing.write("copying the journal", write)
        done += len(page)
        report(table.name, done)
    return moved


def _compared(source: Engine, target: Engine, table: Table) -> Comparison:
    """Compare a table row by row, a page at a time."""
    found = Comparison()
    for page in _pages(source, table):
        with named_failures(target, "reading the journal"), target.connect() as connection:
            there = _rows_of(connection, table, page)
        for row in page:
            key = _key(table, row)
            if key not in there:
                found.missing += 1
            elif there[key] == row:
                found.equal += 1
            else:
                found.different.append("/".join(map(str, key)))
    with named_failures(target, "reading the journal"), target.connect() as connection:
        held = connection.execute(select(func.count()).select_from(table)).scalar_one()
    found.foreign = held - found.equal - len(found.different)
    return found


def _pages(engine: Engine, table: Table) -> Iterator[list[_Row]]:
    """Yield all rows in the order of their keys; one page in memory."""
    keys, after = list(table.primary_key.columns), None
    while True:
        page = select(table).order_by(*keys).limit(_PAGE)
        if after is not None:
            page = page.where(tuple_(*keys) > tuple_(*after))
        with named_failures(engine, "reading the journal"), engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(page).mappings()]
        if rows:
            yield rows
        if len(rows) < _PAGE:
            return
        after = _key(table, rows[-1])


def _rows_of(connection: Connection, table: Table, page: list[_Row]) -> dict[tuple[Any, ...], _Row]:
    """Return the target's rows with the keys of a page."""
    keys = list(table.primary_key.columns)
    wanted = select(table).where(tuple_(*keys).in_([_key(table, row) for row in page]))
    rows = [dict(row) for row in connection.execute(wanted).mappings()]
    return {_key(table, row): row for row in rows}


def _key(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)
