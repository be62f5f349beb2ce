"""Asks what the journal says is still to be asked: bounded, resumable, nothing lost or asked twice.

Belongs here: the loop between journal, gate, engine and ledger. Not here: what to ask (``planning``), when a
provider may be asked (``gate``), how one engine answers, or what an answer says.

Every call is marked ``sent`` before it leaves and ``received`` after its payload is durable, so a process
killed at any moment costs at most the calls in the air (engine.concurrency of them).
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from tenacity import AsyncRetrying, RetryCallState
from tenacity.wait import wait_random_exponential

from brand_monitor.backends.llm.answer_cache import AnswerCache
from brand_monitor.backends.llm.calls import call_of
from brand_monitor.backends.llm.factory import read
from brand_monitor.backends.llm.faults import HANDLING, Fault
from brand_monitor.backends.llm.gate import Gate
from brand_monitor.backends.llm.interface import Call, Engine, Reading
from brand_monitor.backends.llm.ledger import Ledger
from brand_monitor.backends.llm.pricing import Pricer
from brand_monitor.backends.llm.progress import Progress, Report
from brand_monitor.backends.tables.changes import Failing, Releasing, Sending, Settling
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.domain.costs.pricing import FROM_CACHE
from brand_monitor.failures import CallRejectedError, EngineCallError, EngineStoppedError

#: Pauses between attempts of one call: random, up to 1 s at first, doubling, a minute at most.
_BACKOFF = AsyncRetrying(wait=wait_random_exponential(multiplier=1, max=60))
#: A call is sent at most this often in one run; only waiting for a rate limit brings it that far.
_MOST_SENDS = 10
BUDGET = "budget"


@dataclass(frozen=True)
class Desk:
    """What asking one engine needs besides the calls."""

    engine: Engine
    gate: Gate
    ledger: Ledger
    pricer: Pricer
    cache: AnswerCache
    run_id: str | None = None
    is_reasked: bool = False


async def ask_all(desk: Desk, entries: Iterable[JournalEntry], progress: Progress, report: Report) -> None:
    """Ask every entry, at most ``engine.concurrency`` at once, and keep the progress.

    A failed call is journaled and does not stop the others; a stopped engine or a spent budget does, and the
    rest stays planned. Memory is bounded by the concurrency.

    Args:
        desk: engine, gate, ledger.
        entries: ``progress.planned`` of them, taken as places get free.
        progress: changed as calls end.
        report: called with it after each call.

    Raises:
        StorageError: an answer cannot be stored; nothing more is sent.
    """
    try:
        async with desk.engine, desk.ledger:
            asker = _Asker(desk, progress, report, monotonic())
            await asker.work_side_by_side(iter(entries), min(desk.engine.concurrency, progress.planned))
    except EngineStoppedError as error:  # it would not even start
        progress.stop(error)


class _Asker:
    def __init__(self, desk: Desk, progress: Progress, report: Report, started: float) -> None:
        self._desk = desk
        self._progress = progress
        self._report = report
        self._started = started
        self._in_air = 0
        self._landed = asyncio.Event()

    async def work_side_by_side(self, queue: Iterator[JournalEntry], workers: int) -> None:
        """Ask all entries, ``workers`` at once.

        Raises:
            Exception: what the first worker met; the others are cancelled.
        """
        met: BaseExceptionGroup[Exception] | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(workers):
                    group.create_task(self._work(queue))
        except* Exception as errors:  # noqa: BLE001 - a group says less than the error itself
            met = errors
        if (
            met is not None
        ):  # out here: early releases of Python 3.11 put what is raised in there into a group
            raise _first(met) from None

    async def _work(self, queue: Iterator[JournalEntry]) -> None:
        """Ask one entry after the other until none is left or nothing more may be asked."""
        for entry in queue:
            if self._progress.stopped is not None:
                return
            await self._ask(entry)
            self._progress.seconds = monotonic() - self._started
            self._report(self._progress)

    async def _ask(self, entry: JournalEntry) -> None:
        """Ask one call until it is answered, refused for good, or out of attempts."""
        if await self._take_from_cache(entry):
            return
        failures, sends = 0, RetryCallState(_BACKOFF, None, (), {})
        while True:
            try:
                await self._attempt(entry)
            except EngineCallError as error:
                failures += error.fault != Fault.RATE_LIMITED
                if failures >= entry.failures_left or sends.attempt_number >= _MOST_SENDS:
                    self._progress.failed += 1
                    return
                # A pause that the provider asks for is kept by the gate, for all calls.
                await asyncio.sleep(0.0 if error.retry_after_seconds else _BACKOFF.wait(sends))
                sends.prepare_for_next_attempt()
            except CallRejectedError:
                self._progress.failed += 1
                return
            except EngineStoppedError as error:
                self._progress.stop(error)
                self._desk.gate.stop(error)
                return
            else:
                return

    async def _attempt(self, entry: JournalEntry) -> None:
        """Send the call once, when gate and budget let it through."""
        desk, call_id = self._desk, entry.call_id
        call = call_of(entry)
        reserve, tokens = desk.pricer.reserve(entry), desk.pricer.expected_tokens(entry)
        await desk.gate.enter(tokens)
        if self._progress.stopped is not None:  # while this one waited for its turn
            raise EngineStoppedError(self._progress.stopped, fault=self._progress.stopped_by or BUDGET)
        await self._take_off(Sending(call_id, reserve, desk.run_id, desk.is_reasked))
        try:
            await self._fly(entry, call, reserve, tokens)
        finally:
            self._in_air -= 1
            self._landed.set()
            self._landed = asyncio.Event()

    async def _take_off(self, sending: Sending) -> None:
        """Mark the call as sent, as soon as the budget allows: a call in the air may cost less than it may.

        Raises:
            EngineStoppedError: nothing is in the air, and still the budget does not allow it.
        """
        while not await self._desk.ledger.write(sending):
            await asyncio.sleep(0)  # those that the same commit let through take off first
            if not self._in_air:
                raise EngineStoppedError(
                    "the budget of the monitor does not allow one call more; what is left of it, and what a "
                    "call may cost, is shown by `brand-monitor plan`",
                    fault=BUDGET,
                )
            await self._landed.wait()
        self._in_air += 1

    async def _fly(self, entry: JournalEntry, call: Call, reserve: float, tokens: int) -> None:
        """Ask, and journal what came of it."""
        desk, call_id = self._desk, entry.call_id
        try:
            payload = await desk.engine.ask(call)
        except EngineCallError as error:
            # A call that may be paid already gets this one chance more.
            is_final = bool(entry.unknowns) and error.fault != Fault.RATE_LIMITED
            await self._failed(entry, error, reserve, is_final=is_final)
            await desk.gate.failed(Fault(error.fault), error.retry_after_seconds)
            raise
        except CallRejectedError as error:
            await self._failed(entry, error, reserve, is_final=True)
            desk.gate.succeeded()
            raise
        except EngineStoppedError as error:
            releasing = Releasing(call_id, str(error), error.fault, error.is_half_answered, reserve)
            await desk.ledger.write(releasing)
            raise
        desk.gate.succeeded()
        usage = (await self._received(entry, payload, reserve)).usage
        if usage.input_tokens is not None and usage.output_tokens is not None:
            await desk.gate.settle(reserved=tokens, used=usage.input_tokens + usage.output_tokens)

    async def _received(self, entry: JournalEntry, payload: Mapping[str, Any], reserve: float) -> Reading:
        """Make the answer durable, count it, and return what it says."""
        readings: list[Reading] = []

        def settle(payload_hash: str) -> Settling:
            reading = read(payload)
            readings.append(reading)
            cost = self._desk.pricer.price(entry, payload, reading)
            return Settling(
                entry.call_id,
                payload_hash,
                cost_usd=cost.usd,
                cost_note=cost.note,
                error_class=reading.status if reading.status in {Fault.REFUSED, Fault.EMPTY} else None,
                reserved_usd=reserve,
            )

        settled = await self._desk.ledger.settle(payload, settle)
        self._progress.received += 1
        if settled.error_class:
            self._progress.faults[settled.error_class] += 1
        self._progress.cost_usd += settled.cost_usd or 0.0
        self._progress.unpriced += settled.cost_usd is None
        await self._desk.cache.remember(entry, settled.payload_hash, readings[0])
        return readings[0]

    async def _failed(
        self,
        entry: JournalEntry,
        error: EngineCallError | CallRejectedError,
        reserve: float,
        *,
        is_final: bool,
    ) -> None:
        self._progress.faults[error.fault] += 1
        failing = Failing(
            entry.call_id,
            str(error),
            error.fault,
            counts=error.fault != Fault.RATE_LIMITED,
            is_final=is_final,
            may_be_paid=error.is_half_answered or HANDLING[Fault(error.fault)].may_be_paid,
            reserved_usd=reserve,
        )
        await self._desk.ledger.write(failing)

    async def _take_from_cache(self, entry: JournalEntry) -> bool:
        payload_hash = await self._desk.cache.find(entry)
        if payload_hash is None:
            return False
        change = Settling(entry.call_id, payload_hash, FROM_CACHE.usd, FROM_CACHE.note, is_cached=True)
        await self._desk.ledger.write(change)
        self._progress.received += 1
        self._progress.cached += 1
        return True


def _first(errors: BaseExceptionGroup[Exception]) -> Exception:
    """Return the first error of a group, however deep it stands."""
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
