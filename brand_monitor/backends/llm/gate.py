"""The gate of one engine: every call waits here until the provider may be asked.

Belongs here: pauses that a provider ordered, limits of the engine, its breaker, in this order. Not here:
where limits and pauses are kept (``coordination``), when one call is given up (``asking``).
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from brand_monitor.backends.coordination.interface import Coordination, Rates
from brand_monitor.backends.llm.breaker import Breaker
from brand_monitor.backends.llm.faults import HANDLING, Fault
from brand_monitor.failures import EngineStoppedError, TransientFailure

#: Faults of a provider that is not well; a reply that is cut or garbled counts, since it may be charged.
BREAKING = frozenset({Fault.OVERLOADED, Fault.TIMEOUT, Fault.CONNECTION, Fault.TRUNCATED, Fault.MALFORMED})
#: Whoever waits looks again after this time, and pauses of other processes are noticed after it; looking
#: before each call would cost more than the call.
LOOK_SECONDS = 1.0
#: A provider that wants a longer pause is left alone for this run.
LONGEST_PAUSE_SECONDS = 900.0
#: No pause is kept for longer, whatever the provider writes.
MOST_KEPT_SECONDS = 86_400.0
#: Pause after a refusal for too many requests that does not say how long: doubling up to this.
LONGEST_GUESS_SECONDS = 60.0
#: How often a store of limits that is away is tried again, with pauses of 1, 2 and 4 s.
STORE_TRIES = 4


class Gate:
    """Stands before each call of one engine; one gate per run and engine, for all its workers.

    Workers pass in the order in which they came, and only the first of them looks at the shared limits: so
    waiting costs a shared store the same for one worker and for fifty.

    Args:
        coordination: where limits and pauses are shared.
        key: what is limited, such as ``openai/gpt-6-luna``.
        rates: limits a minute.
        clock: monotonic seconds.
        sleep: waits so many seconds.
        jitter: draws from 0 to 1.
    """

    def __init__(
        self,
        coordination: Coordination,
        key: str,
        rates: Rates,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._coordination = coordination
        self._key = key
        self._rates = rates
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._breaker = Breaker(clock=clock, jitter=jitter)
        self._turn = asyncio.Lock()
        self._paused_until = 0.0
        self._looked_at: float | None = None
        self._refusals = 0
        self._last_fault = Fault.OVERLOADED
        self._stopped: EngineStoppedError | None = None

    async def enter(self, tokens: int) -> None:
        """Wait until a call of about ``tokens`` tokens may leave. May be cancelled at any time.

        Raises:
            EngineStoppedError: the breaker has given up, the provider wants a very long pause, or ``stop``.
            TransientFailure: the store of the limits stays away.
        """
        async with self._turn:
            while wait := await self._wait_seconds(tokens):
                # Up to a tenth more, so that processes that wait for the same moment do not wake as one.
                await self._sleep(min(wait, LOOK_SECONDS) * (1 + self._jitter() / 10))
            self._breaker.went()

    def stop(self, error: EngineStoppedError) -> None:
        """Let nobody through: who waits raises this within a second or so; the first reason stays."""
        self._stopped = self._stopped or error

    def succeeded(self) -> None:
        """Note that the provider answered, be it with a refusal of this one call."""
        self._breaker.succeeded()
        self._refusals = 0

    async def failed(self, fault: Fault, retry_after_seconds: float | None = None) -> None:
        """Note that a call failed; holds everybody back if the provider says so.

        Args:
            fault: the class of the failure.
            retry_after_seconds: how long the provider asks to wait, if it does.
        """
        if fault in BREAKING:
            self._last_fault = fault
            self._breaker.failed()
        else:
            self._breaker.succeeded()
        if fault == Fault.RATE_LIMITED and retry_after_seconds is None:
            guess = min(LONGEST_GUESS_SECONDS, 2.0**self._refusals)
            retry_after_seconds = guess * (0.75 + self._jitter() / 2)
            self._refusals += 1
        if retry_after_seconds is not None and retry_after_seconds > 0:
            await self._pause(retry_after_seconds)

    async def settle(self, *, reserved: int, used: int) -> None:
        """Correct the tokens that a call reserved by those it used."""
        if self._rates.tokens_per_minute is None:
            return
        # Without the correction the minute is only a little emptier than it could be.
        with suppress(TransientFailure):
            await self._coordination.settle_tokens(self._key, self._rates, reserved=reserved, used=used)

    async def _wait_seconds(self, tokens: int) -> float:
        """Return how long to wait before looking again; 0.0 once the call may go, its share being taken."""
        if self._stopped is not None:
            raise EngineStoppedError(str(self._stopped), fault=self._stopped.fault)
        if self._breaker.has_given_up:
            handling = HANDLING[self._last_fault]
            raise EngineStoppedError(
                f"{self._key}: no answer for minutes, at last because of this: {handling.meaning}. What was "
                f"not asked stays planned for the next run. What to do: {handling.advice}",
                fault=self._last_fault,
            )
        if (wait := max(self._breaker.wait_seconds(), await self._pause_seconds())) > 0:
            return wait
        if self._rates.are_limited:
            wait = await self._tried(lambda: self._coordination.reserve(self._key, self._rates, tokens))
        # It may have opened meanwhile; the share that was taken is lost then, which errs on the safe side.
        return wait or self._breaker.wait_seconds()

    async def _tried(self, look: Callable[[], Awaitable[float]]) -> float:
        """Look into the shared store; one that is away is tried again for some seconds."""
        for attempt in range(STORE_TRIES):
            try:
                return await look()
            except TransientFailure:
                if attempt == STORE_TRIES - 1:
                    raise
                await self._sleep(2.0**attempt * (0.75 + self._jitter() / 2))
        raise AssertionError("unreachable")

    async def _pause_seconds(self) -> float:
        """Return how long a pause still lasts, also one that another process was told."""
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            shared = await self._tried(lambda: self._coordination.paused_seconds(self._key))
            self._paused_until = max(self._paused_until, now + shared)
        left = self._paused_until - now
        if left > LONGEST_PAUSE_SECONDS:
            raise EngineStoppedError(
                f"{self._key}: the provider wants no request for {left / 60:,.0f} minutes; what was not "
                "asked stays planned for a later run",
                fault=Fault.RATE_LIMITED,
            )
        return left

    async def _pause(self, seconds: float) -> None:
        seconds = min(seconds, MOST_KEPT_SECONDS)
        self._paused_until = max(self._paused_until, self._clock() + seconds)
        # A store that is away must not hide why the call failed: the next call meets it in ``enter``.
        with suppress(TransientFailure):
            await self._coordination.pause(self._key, seconds)
