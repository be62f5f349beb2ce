"""Group commit: what happens to many calls at once is made durable together, payloads first.

Belongs here: from events of calls to payload store and journal, without blocking those who ask. Not here:
what the events mean (``tables.changes``), when they happen (``asking``).

While one commit is being written, the changes that arrive wait for the next: the busier the asking, the
larger the commits. With 50 calls in flight a commit of the journal serves tens of calls.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.changes import Change, Settling
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.spending import Account
from brand_monitor.failures import StorageError

#: Payloads of one commit that are written at the same time; a folder and S3 both like several.
WRITERS = 4

#: Returns the settling of a stored payload, given the hash: reading it happens off the event loop.
Settle = Callable[[str], Settling]


@dataclass(frozen=True)
class _Waiting:
    change: Change | tuple[Mapping[str, Any], Settle]
    written: "asyncio.Future[Change | None]"


class Ledger:
    """The journal and the payload store behind one queue. Entered once per run, used by one event loop."""

    def __init__(self, journal: Journal, payloads: PayloadStore, account: Account) -> None:
        self._journal = journal
        self._payloads = payloads
        self._account = account
        self._queue: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._is_closing = False
        self._pool: ThreadPoolExecutor | None = None
        self._writer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Open the account and start writing."""
        await asyncio.to_thread(self._journal.open_account, self._account)
        self._pool = ThreadPoolExecutor(WRITERS + 1, thread_name_prefix="ledger")
        self._writer = asyncio.create_task(self._write())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what is left and stop."""
        assert self._writer is not None
        assert self._pool is not None
        self._is_closing = True
        self._arrived.set()
        try:
            await self._writer
        finally:
            self._pool.shutdown()

    async def write(self, change: Change) -> bool:
        """Make a change durable; return False if it is a sending that the budget does not allow.

        Raises:
            StorageError: the journal cannot be written.
        """
        return await self._enqueue(change) is not None

    async def settle(self, payload: Mapping[str, Any], settle: Settle) -> Settling:
        """Make a payload durable, then what ``settle`` makes of its hash; return that.

        Raises:
            StorageError: the payload or the journal cannot be written.
        """
        change = await self._enqueue((payload, settle))
        assert isinstance(change, Settling)
        return change

    async def _enqueue(self, change: Change | tuple[Mapping[str, Any], Settle]) -> Change | None:
        written: asyncio.Future[Change | None] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(change, written))
        self._arrived.set()
        return await written

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._queue:
                batch, self._queue = self._queue, []
                try:
                    outcomes = await loop.run_in_executor(self._pool, self._commit, batch)
                except Exception as error:  # noqa: BLE001 - whoever waits for the write must hear of it
                    _fail(batch, error)
                    continue
                for waiting, outcome in zip(batch, outcomes, strict=True):
                    if not waiting.written.done():  # its caller may have been cancelled
                        waiting.written.set_result(outcome)
            if self._is_closing:
                return

    def _commit(self, batch: Sequence[_Waiting]) -> list[Change | None]:
        """Write the payloads, then all changes in one transaction. Runs in a thread."""
        assert self._pool is not None
        changes = list(self._pool.map(self._stored, [waiting.change for waiting in batch]))
        denied = self._journal.commit(changes, self._account)
        return [None if change.call_id in denied else change for change in changes]

    def _stored(self, change: Change | tuple[Mapping[str, Any], Settle]) -> Change:
        if not isinstance(change, tuple):
            return change
        payload, settle = change
        try:
            return settle(self._payloads.put(payload))
        except OSError as error:
            raise StorageError(
                f"an answer of {self._account.monitor_id} cannot be stored ({error}); those before it are "
                "kept: free some space and run the day again"
            ) from error


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.written.done():
            waiting.written.set_exception(error)
