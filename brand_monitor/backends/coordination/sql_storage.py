"""A storage of the library ``limits`` over one open SQL transaction.

Belongs here: counters of windows as rows; whoever opens the transaction holds off everybody else. Imported
where it is used, since ``limits`` takes .1 s to import.
"""

import time
from math import floor
from typing import Any

from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport, TimestampedSlidingWindow
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from brand_monitor.backends.coordination.schema import WINDOWS

_GET = select(WINDOWS.c.key, WINDOWS.c.count).where(WINDOWS.c.key.in_(bindparam("keys", expanding=True)))
_SET = update(WINDOWS).where(WINDOWS.c.key == bindparam("changed"))


class SqlWindows(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """Counters per key and window; windows begin at multiples of their length, by this machine's clock.

    A counter is read once in a transaction: nobody else can change it meanwhile.
    """

    STORAGE_SCHEME = None

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._counts: dict[str, int | None] = {}  # None: there is no row

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a broken store raises."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter and return it; ``expiry`` seconds after its first count it is gone."""
        known = self._read(key)[0]
        count = self._counts[key] = (known or 0) + amount
        if known is None:
            values = {"key": key, "count": count, "expires_at": time.time() + expiry}
            self._connection.execute(insert(WINDOWS), values)
        else:
            self._connection.execute(_SET, {"changed": key, "count": count})
        return count

    def get(self, key: str) -> int:
        """Return a counter, 0 if there is none."""
        return self._read(key)[0] or 0

    def get_expiry(self, key: str) -> float:
        """Return when a counter is gone, seconds since 1970."""
        query = select(WINDOWS.c.expires_at).where(WINDOWS.c.key == key)
        return self._connection.execute(query).scalar() or time.time()

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Add ``amount`` to the window of now if that keeps the limit; a negative one gives back."""
        previous, previous_left, current, _ = self.get_sliding_window(key, expiry)
        if floor(previous * previous_left / expiry) + current + amount > limit:
            return False
        _, current_key = self.sliding_window_keys(key, expiry, time.time())
        self.incr(current_key, 2 * expiry, amount)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return counts and seconds left of the window before and of this one."""
        now = time.time()
        previous_key, current_key = self.sliding_window_keys(key, expiry, now)
        left = expiry - now % expiry
        previous, current = self._read(previous_key, current_key)
        return previous or 0, left, current or 0, left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget both windows of a key."""
        for name in self.sliding_window_keys(key, expiry, time.time()):
            self.clear(name)

    def check(self) -> bool:
        """Return whether the store answers."""
        return self._connection.execute(select(1)).scalar() == 1

    def reset(self) -> int:
        """Forget every counter and return how many there were."""
        self._counts.clear()
        return self._connection.execute(delete(WINDOWS)).rowcount

    def clear(self, key: str) -> None:
        """Forget a counter."""
        self._counts.pop(key, None)
        self._connection.execute(delete(WINDOWS).where(WINDOWS.c.key == key))

    def _read(self, *keys: str) -> list[int | None]:
        if new := [key for key in keys if key not in self._counts]:
            found: dict[Any, int] = dict(self._connection.execute(_GET, {"keys": new}).tuples().all())
            self._counts.update((key, found.get(key)) for key in new)
        return [self._counts[key] for key in keys]
