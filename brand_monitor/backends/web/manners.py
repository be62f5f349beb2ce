"""Manners: one request at a time to a host, and a pause before the next.

Belongs here: turns per host. Not here: how long the pause is (robots.txt and the limits say that).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Turns:
    """Turns per host. The clock (seconds) and the sleep can be replaced, so that tests need no time."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._locks: dict[str, asyncio.Lock] = {}
        self._last_end: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold the host: nobody else talks to it meanwhile. Never hold two, or two may wait for ever."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            yield

    async def pause(self, host: str, delay_seconds: float) -> None:
        """Wait until ``delay_seconds`` have passed since the last request to ``host`` ended."""
        last = self._last_end.get(host)
        remaining = 0.0 if last is None else last + delay_seconds - self._clock()
        if remaining > 0:
            await self._sleep(remaining)

    def ended(self, host: str) -> None:
        """Note that a request to ``host`` has just ended."""
        self._last_end[host] = self._clock()
