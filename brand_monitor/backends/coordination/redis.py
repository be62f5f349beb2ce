"""Coordination through Redis: many machines, one server; windows and pauses go by the server's clock.

Belongs here: keys, scripts and what happens when the server is away. A call that fails is tried again by the
client for some seconds; then it is a ``TransientFailure`` that names the server, never its password.
"""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from brand_monitor.backends.coordination.interface import Coordination, Rates
from brand_monitor.backends.coordination.windows import (
    LEAST_WAIT_SECONDS,
    WINDOW_SECONDS,
    Counters,
    correction,
    demands,
    wait_seconds,
)
from brand_monitor.failures import TransientFailure

if TYPE_CHECKING:
    from redis.asyncio.retry import Retry

PREFIX = "brand-monitor"
#: Longest wait for a connection, for a reply, and for a free connection of the pool.
TIMEOUT_SECONDS = 5.0
#: How often a call is tried again, with a growing and jittered pause of at most a second: about 3 s in all.
RETRIES = 6
_LONGER_PAUSE = """
if redis.call('pttl', KEYS[1]) < tonumber(ARGV[1]) then redis.call('set', KEYS[1], 1, 'px', ARGV[1]) end
"""
_Result = TypeVar("_Result")


class RedisCoordination(Coordination):
    """Shared through a Redis server; belongs to the event loop in which it is first used.

    Args:
        url: ``redis://`` or ``rediss://`` (TLS), with the password if there is one.
        pool_size: most connections of this process; who needs one more waits.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        from limits.aio.storage import RedisStorage
        from redis import asyncio as client

        self._where = shown_address(url)
        # redis-py types neither scripts nor pools to the end.
        self._pool: Any = client.BlockingConnectionPool.from_url(
            url,
            max_connections=pool_size,
            timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=_retry(),
            decode_responses=True,
        )
        self._client: Any = client.Redis(connection_pool=self._pool)
        self._longer_pause = self._client.register_script(_LONGER_PAUSE)
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
        from redis.exceptions import RedisError

        try:
            return await call
        except (RedisError, OSError, TimeoutError) as error:
            raise TransientFailure(_unreachable(self._where, error)) from error


def shown_address(url: str) -> str:
    """Return the address of a Redis without user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 6379}{parts.path}"


def ping(url: str) -> None:
    """Ask the server once whether it is there.

    Raises:
        TransientFailure: it is not, or it wants another password.
    """
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(
            url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry=None
        ) as client:
            client.ping()
    except (RedisError, OSError) as error:
        raise TransientFailure(_unreachable(shown_address(url), error)) from error


def _unreachable(where: str, error: Exception) -> str:
    return f"Redis at {where} cannot be used: {type(error).__name__}: {error}"


def _retry() -> "Retry":
    from redis.asyncio.retry import Retry
    from redis.backoff import ExponentialWithJitterBackoff

    return Retry(ExponentialWithJitterBackoff(cap=1.0, base=0.1), RETRIES)
