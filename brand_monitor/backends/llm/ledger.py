"""Group commit: what happens to many calls at once is journaled together, each payload durable before.

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

#: A commit waits this long for company: without it, 50 calls in flight make three times as many commits.
GATHER_SECONDS = 0.005

#: Returns the settling of a stored payload, given the hash: reading it happens off the event loop.
Settle = Callable[[str], Settling]


@dataclass(frozen=True)
class _Waiting:
    change: Change
    written: "asyncio.Future[bool]"


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
        self._pool = ThreadPoolExecutor(self._payloads.parallel_writes, thread_name_prefix="payloads")
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
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(change, written))
        self._arrived.set()
        return await written

    async def settle(self, payload: Mapping[str, Any], settle: Settle) -> Settling:
        """Make a payload durable, then what ``settle`` makes of its hash; return that.

        Raises:
            StorageError: the payload or the journal cannot be written.
        """
        loop = asyncio.get_running_loop()
        settling = await loop.run_in_executor(self._pool, self._stored, payload, settle)
        await self.write(settling)
        return settling

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._queue:
                await asyncio.sleep(GATHER_SECONDS)
                batch, self._queue = self._queue, []
                changes = [waiting.change for waiting in batch]
                try:
                    denied = await asyncio.to_thread(self._journal.commit, changes, self._account)
                except Exception as error:  # noqa: BLE001 - whoever waits for the write must hear of it
                    _answer(batch, error)
                else:
                    _answer(batch, denied)
            if self._is_closing:
                return

    def _stored(self, payload: Mapping[str, Any], settle: Settle) -> Settling:
        try:
            return settle(self._payloads.put(payload))
        except OSError as error:
            raise StorageError(
                f"an answer of {self._account.monitor_id} cannot be stored ({error}); those before it are "
                "kept: free some space and run the day again"
            ) from error


def _answer(batch: Sequence[_Waiting], outcome: set[str] | Exception) -> None:
    """Tell those who wait what became of their change; one that was cancelled meanwhile waits no more."""
    for waiting in batch:
        if waiting.written.done():
            continue
        if isinstance(outcome, Exception):
            waiting.written.set_exception(outcome)
        else:
            waiting.written.set_result(waiting.change.call_id not in outcome)
