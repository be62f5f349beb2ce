"""The journal: every call is planned before it is sent and settled when its payload is durable.

States: ``planned`` -> ``sent`` -> ``received`` | ``failed``; a ``sent`` call found by a later run is
``unknown`` (the process died with the call in the air) and is asked at most once more. Answers are
derived from here, so that every later table can be rebuilt without asking anybody.

Belongs here: what happens to calls, and to the money that they spend. Not here: the statements themselves
(``plans``, ``changes``, ``spending``), or reading calls back (``pages``, ``stored``).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, and_, func, select, update

from brand_monitor.backends.locks import locked
from brand_monitor.backends.tables import spending
from brand_monitor.backends.tables.adding import add_missing
from brand_monitor.backends.tables.changes import Change, Sending, write_changes
from brand_monitor.backends.tables.entries import PLANNED, SENT, UNKNOWN, JournalEntry
from brand_monitor.backends.tables.faults import place_of
from brand_monitor.backends.tables.lease import Lease
from brand_monitor.backends.tables.pages import count_of, entries_of
from brand_monitor.backends.tables.parameters import RefusedParameters
from brand_monitor.backends.tables.plans import BATCH, row_of, write_plan
from brand_monitor.backends.tables.schema import CALLS, SPENDING
from brand_monitor.backends.tables.shelf import Shelf, is_pending
from brand_monitor.backends.tables.spending import Account
from brand_monitor.backends.tables.stored import StoredPayload, stored_payloads
from brand_monitor.backends.tables.transactions import PATIENCE_SECONDS, Transactions
from brand_monitor.failures import StorageError


class Journal:
    """The calls of all days, in SQL. Safe for many threads and processes; on PostgreSQL, of many machines.

    Args:
        engine: of the store, see ``open_engine``.
        patience_seconds: how long a server that went away is awaited.
    """

    def __init__(self, engine: Engine, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._engine = engine
        self._transactions = Transactions(engine, patience_seconds)
        self._leases: list[Lease] = []

    @property
    def parameters(self) -> RefusedParameters:
        """What models were found to refuse, in the same store."""
        return RefusedParameters(self._transactions)

    def plan(self, entries: Iterable[JournalEntry]) -> int:
        """Add the entries that are not there yet and return how many were new. Idempotent.

        Memory is bounded: the entries are taken from the iterable by chunks.
        """
        added, remaining = 0, iter(entries)
        while rows := [row_of(entry) for entry in islice(remaining, BATCH)]:
            added += self._transactions.write("planning calls", partial(write_plan, rows=rows))
        return added

    def replan(self, shelf: Shelf, entries: Iterable[JournalEntry]) -> int:
        """Plan the entries and nothing else: what a changed monitor no longer asks for is not asked.

        Such a call keeps its row, and is current again as soon as a plan holds it again. Return how many
        entries were new.
        """
        forget = update(CALLS).where(shelf.condition).values(is_current=False)
        self._transactions.write("planning calls", lambda connection: connection.execute(forget).rowcount)
        return self.plan(entries)

    def recover(self, shelf: Shelf) -> int:
        """Mark calls that a dead run left in the air as ``unknown``; return how many.

        What they had reserved counts as possibly paid. Call it only while holding ``exclusive`` for the
        shelf: otherwise the calls may be in the air right now.
        """
        condition = and_(shelf.condition, CALLS.c.state == SENT)
        reserved = (
            select(CALLS.c.reserved_on, func.sum(CALLS.c.reserved_usd))
            .where(condition, CALLS.c.reserved_usd > 0)
            .group_by(CALLS.c.reserved_on)
        )
        values = {
            "state": UNKNOWN,
            "possibly_paid": CALLS.c.possibly_paid + 1,
            "unknowns": CALLS.c.unknowns + 1,
            "reserved_usd": 0.0,
        }

        def work(connection: Connection) -> int:
            reserves = {day: float(usd) for day, usd in connection.execute(reserved).all()}
            spending.recover_reserves(connection, shelf.monitor_id, reserves)
            return connection.execute(update(CALLS).where(condition).values(**values)).rowcount

        return self._transactions.write("recovering calls", work)

    def explain(self, shelf: Shelf, reason: str, error_class: str | None) -> None:
        """Say of every call that is still planned why it was not asked."""
        condition = and_(shelf.condition, CALLS.c.state == PLANNED)
        values = {"error": reason[:2_000], "error_class": error_class}
        change = update(CALLS).where(condition).values(**values)
        self._transactions.write("explaining calls", lambda connection: connection.execute(change).rowcount)

    def pending(self, shelf: Shelf) -> Iterator[JournalEntry]:
        """Yield the calls that still have to be asked, in the order of the plan; a page in memory at a time.

        Planned ones, failed ones with attempts left, and unknown ones that may be sent once more.
        """
        yield from entries_of(self._transactions, and_(shelf.condition, is_pending()))

    def count_pending(self, shelf: Shelf) -> int:
        """Return how many calls ``pending`` would yield."""
        return count_of(self._transactions, and_(shelf.condition, is_pending()))

    def count(self, shelf: Shelf) -> int:
        """Return how many calls the shelf holds."""
        return count_of(self._transactions, shelf.condition)

    def entries(self, shelf: Shelf) -> Iterator[JournalEntry]:
        """Yield every call of the shelf, in a stable order; a page in memory at a time."""
        yield from entries_of(self._transactions, shelf.condition)

    def payloads(self, first: date | None = None, last: date | None = None) -> Iterator[StoredPayload]:
        """Yield every payload that a call of these days (inclusive) rests on; see ``stored``."""
        return stored_payloads(self._transactions, first, last)

    def open_account(self, account: Account) -> None:
        """Make sure that the account's day can be booked on. Idempotent; once before ``commit``."""
        row = {"monitor_id": account.monitor_id, "date": account.day}
        self._transactions.write(
            "opening an account", lambda connection: add_missing(connection, SPENDING, [row])
        )

    def commit(self, changes: Sequence[Change], account: Account) -> set[str]:
        """Write changes of many calls in one transaction; return the ids that the budget did not allow.

        A sending that is not allowed is left out; all else is written. When this returns, it survives a
        crash.

        Args:
            changes: at most one a call.
            account: whose money the sendings spend, and how much of it they may; opened before.

        Raises:
            StorageError: the store cannot be written (a full disk) and nothing of the changes is; or the lock
                of ``exclusive`` was lost to another run: then no sending is written, and all else is.
        """
        sendings = [change for change in changes if isinstance(change, Sending)]
        others = [change for change in changes if not isinstance(change, Sending)]
        leases = list(self._leases) if sendings else []
        for lease in leases:
            self._transactions.patiently("locking again", lease.renew)
        now = _now()

        def work(connection: Connection) -> list[Sending] | None:
            spending.book(connection, account, others)
            is_ours = all(lease.is_ours(connection) for lease in leases)
            granted = spending.allowed(connection, account, sendings) if sendings and is_ours else []
            write_changes(connection, [*granted, *others], now, account.day)
            return granted if is_ours else None

        granted = self._transactions.write("writing the journal", work)
        if granted is None:
            raise StorageError(
                f"{place_of(self._engine)}: another run took the lock of {account.monitor_id} while the "
                "server was away; answers so far are kept, nothing more is sent from here"
            )
        return {sending.call_id for sending in sendings} - {sending.call_id for sending in granted}

    def spent(self, account: Account) -> tuple[float, float]:
        """Return what the monitor has spent on the day in USD: surely, and possibly on top of that."""
        columns = (SPENDING.c.spent_usd, SPENDING.c.possible_usd + SPENDING.c.reserved_usd)
        where = and_(SPENDING.c.monitor_id == account.monitor_id, SPENDING.c.date == account.day)
        query = select(*columns).where(where)
        row = self._transactions.read(
            "reading spending", lambda connection: connection.execute(query).first()
        )
        return (0.0, 0.0) if row is None else (float(row[0]), float(row[1]))

    def money_left(self, account: Account) -> tuple[float | None, float | None]:
        """Return what is left of the day's and of the month's budget in USD, None where there is no limit."""
        return self._transactions.read(
            "reading spending", lambda connection: spending.money_left(connection, account)
        )

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Hold the named lock for a block; it is free again when this process dies, however it dies.

        On PostgreSQL it holds for all machines, and a sending is written only while it is held.

        Raises:
            TransientFailure: another live process holds it.
        """
        if self._engine.dialect.name == "postgresql":
            with Lease(self._engine, name) as lease:
                self._leases.append(lease)
                try:
                    yield
                finally:
                    self._leases.remove(lease)
            return
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        folder = Path(self._engine.url.database or ".").parent / "locks"
        with locked(folder / f"{digest}.lock", exclusive=True, wait_seconds=0, what=name):
            yield


def _now() -> datetime:
    return datetime.now(UTC)
