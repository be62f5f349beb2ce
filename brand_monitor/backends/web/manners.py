"""Manners: one request at a time to a host, and a pause before the next, over all processes that scrape.

Belongs here: turns per host. Not here: how long the pause is (robots.txt and the limits say that).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from brand_monitor.backends.coordination.interface import Coordination


class Turns:
    """Turns per host.

    Args:
        clock: seconds; it and the sleep can be replaced, so that tests need no time.
        sleep: waits so many seconds.
        shared: what processes share, so that runs that scrape one host at once keep its pause together.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        shared: Coordination | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._shared = shared
        self._locks: dict[str, asyncio.Lock] = {}
        self._last_end: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold the host: nobody else talks to it meanwhile. Never hold two, or two may wait for ever."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            yield

    async def pause(self, host: str, delay_seconds: float) -> None:
        """Wait until the delay has passed since our last request to ``host`` ended, and anybody's began.

        Raises:
            TransientFailure: what processes share cannot be reached, so nobody knows what the others do.
        """
        last = self._last_end.get(host)
        remaining = 0.0 if last is None else last + delay_seconds - self._clock()
        if remaining > 0:
            await self._sleep(remaining)
        if self._shared is not None and delay_seconds > 0:
            wait = await self._shared.next_slot(f"host/{host}", delay_seconds)
            if wait > 0:
                await self._sleep(wait)

    def ended(self, host: str) -> None:
        """Note that a request to ``host`` has just ended."""
        self._last_end[host] = self._clock()
