"""Coordination within one process: for tests, and for a run that shares nothing."""

import time

from brand_monitor.backends.coordination.interface import Coordination, Rates, slots
from brand_monitor.backends.coordination.windows import reserve_in, settle_in

#: Cached values that are kept; the oldest goes first.
MOST_VALUES = 10_000


class MemoryCoordination(Coordination):
    """Kept in this process; no method lets another task in between, so that none needs a lock."""

    def __init__(self) -> None:
        from limits.storage import MemoryStorage

        self._windows = MemoryStorage()
        self._pauses: dict[str, float] = {}
        self._values: dict[str, tuple[str, float]] = {}

    async def reserve(self, key: str, rates: Rates, tokens: int) -> float:
        """Take from the minute; see ``Coordination.reserve``."""
        return reserve_in(self._windows, key, rates, tokens)

    async def settle_tokens(self, key: str, rates: Rates, *, reserved: int, used: int) -> None:
        """Correct a reservation; see ``Coordination.settle_tokens``."""
        settle_in(self._windows, key, rates, reserved=reserved, used=used)

    async def pause(self, key: str, seconds: float) -> None:
        """Pause a key; see ``Coordination.pause``."""
        self._pauses[key] = max(self._pauses.get(key, 0.0), time.time() + seconds)

    async def paused_seconds(self, key: str) -> float:
        """Return what is left of the pause."""
        return max(0.0, self._pauses.get(key, 0.0) - time.time())

    async def next_slot(self, key: str, seconds: float) -> float:
        """Take the next free slot; see ``Coordination.next_slot``."""
        wait = await self.paused_seconds(slots(key))
        self._pauses[slots(key)] = time.time() + wait + seconds
        return wait

    async def cached(self, key: str) -> str | None:
        """Return a remembered value."""
        value, expires_at = self._values.get(key, (None, 0.0))
        return value if expires_at > time.time() else None

    async def remember(self, key: str, value: str, ttl_seconds: float) -> None:
        """Remember a value."""
        self._values.pop(key, None)
        self._values[key] = (value, time.time() + ttl_seconds)
        while len(self._values) > MOST_VALUES:
            del self._values[next(iter(self._values))]

    async def close(self) -> None:
        """Do nothing: there is no connection."""
