"""Coordination through Redis: many machines, one server; windows and pauses go by the server's clock.

Belongs here: keys and scripts. Not here: how the server is reached (``redis_access``).
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from brand_monitor.backends.coordination.interface import Coordination, Rates, slots
from brand_monitor.backends.coordination.redis_access import CALL_SECONDS, RedisAccess
from brand_monitor.backends.coordination.windows import (
    LEAST_WAIT_SECONDS,
    WINDOW_SECONDS,
    Counters,
    correction,
    demands,
    wait_seconds,
)

PREFIX = "brand-monitor"
_LONGER_PAUSE = """
if redis.call('pttl', KEYS[1]) < tonumber(ARGV[1]) then redis.call('set', KEYS[1], 1, 'px', ARGV[1]) end
"""
#: ``pttl`` is negative where there is no key.
_NEXT_SLOT = """
local left = math.max(redis.call('pttl', KEYS[1]), 0)
redis.call('set', KEYS[1], 1, 'px', left + ARGV[1])
return left
"""
_Result = TypeVar("_Result")


class RedisCoordination(Coordination):
    """Shared through a Redis server; belongs to the event loop in which it is first used.

    Args:
        access: which server, and how.
        pool_size: most connections of this process; who needs one more waits.

    Raises:
        SetupError: the settings of TLS do not fit the address, or their file cannot be read.
    """

    def __init__(self, access: RedisAccess, *, pool_size: int = 10) -> None:
        from limits.aio.storage import RedisStorage
        from redis import asyncio as client

        self._access = access
        # redis-py types neither scripts nor pools to the end.
        self._pool: Any = access.pool(pool_size)
        self._client: Any = client.Redis(connection_pool=self._pool)
        self._longer_pause = self._client.register_script(_LONGER_PAUSE)
        self._next_slot = self._client.register_script(_NEXT_SLOT)
        # The storage gets the pool, so the address that it parses needs no password.
        options: Any = {"connection_pool": self._pool}
        self._windows = RedisStorage(
            "async+redis://shared:1", implementation="redispy", key_prefix=PREFIX, **options
        )

    async def reserve(self, key: str, rates: Rates, tokens: int) -> float:
        """Take from the minute; see ``Coordination.reserve``."""
        taken = []
        for demand in demands(key, rates, tokens):
            if await self._taken(demand.key, demand.limit, demand.cost):
                taken.append(demand)
                continue
            for earlier in taken:
                await self._taken(earlier.key, earlier.limit, -earlier.cost)
            counters = await self._counters(demand.key)
            return wait_seconds(counters, demand.limit, demand.cost) or LEAST_WAIT_SECONDS
        return 0.0

    async def settle_tokens(self, key: str, rates: Rates, *, reserved: int, used: int) -> None:
        """Correct a reservation; see ``Coordination.settle_tokens``."""
        if (limit := rates.tokens_per_minute) is None:
            return
        counters = await self._counters(f"{key}/tokens")
        if change := correction(counters, limit, reserved=reserved, used=used):
            await self._taken(f"{key}/tokens", limit, change)

    async def pause(self, key: str, seconds: float) -> None:
        """Pause a key; see ``Coordination.pause``."""
        milliseconds = max(1, round(seconds * 1_000))
        await self._done(self._longer_pause(keys=[f"{PREFIX}:pause:{key}"], args=[milliseconds]))

    async def paused_seconds(self, key: str) -> float:
        """Return what is left of the pause."""
        milliseconds: int = await self._done(self._client.pttl(f"{PREFIX}:pause:{key}"))
        return max(0, milliseconds) / 1_000

    async def next_slot(self, key: str, seconds: float) -> float:
        """Take the next free slot; see ``Coordination.next_slot``."""
        milliseconds = max(1, round(seconds * 1_000))
        left = await self._done(self._next_slot(keys=[f"{PREFIX}:pause:{slots(key)}"], args=[milliseconds]))
        return int(left) / 1_000

    async def cached(self, key: str) -> str | None:
        """Return a remembered value."""
        value: str | None = await self._done(self._client.get(f"{PREFIX}:value:{key}"))
        return value

    async def remember(self, key: str, value: str, ttl_seconds: float) -> None:
        """Remember a value."""
        milliseconds = max(1, round(ttl_seconds * 1_000))
        await self._done(self._client.set(f"{PREFIX}:value:{key}", value, px=milliseconds))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
        await self._pool.disconnect()

    async def _taken(self, key: str, limit: int, cost: int) -> bool:
        entry = self._windows.acquire_sliding_window_entry(key, limit, WINDOW_SECONDS, cost)
        return bool(await self._done(entry))

    async def _counters(self, key: str) -> Counters:
        return Counters(*await self._done(self._windows.get_sliding_window(key, WINDOW_SECONDS)))

    async def _done(self, call: Awaitable[_Result]) -> _Result:
        """Wait for a call, its repetitions included; one that was repeated may have counted twice."""
        with self._access.failures():
            async with asyncio.timeout(CALL_SECONDS):
                return await call
