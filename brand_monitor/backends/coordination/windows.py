"""The arithmetic of a sliding minute, on the counters that the library ``limits`` keeps.

Belongs here: what a call takes from which counter, and how long it has to wait. Not here: keeping counters
(``limits.storage`` and ``sql_storage``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from brand_monitor.backends.coordination.interface import Rates

if TYPE_CHECKING:
    from limits.storage.base import SlidingWindowCounterSupport

WINDOW_SECONDS = 60
#: What is waited where the counters say "now" and the store says "no": somebody was faster.
LEAST_WAIT_SECONDS = 0.05


class Counters(NamedTuple):
    """Counts of the minute before and of this one, and the seconds for which each still counts.

    The order is that of ``get_sliding_window``; the life of this minute includes the next one, in which it
    is the minute before.
    """

    previous: int
    previous_left: float
    current: int
    current_left: float


@dataclass(frozen=True)
class Demand:
    """What a call takes from one counter; never more than the limit, or it would wait for ever."""

    key: str
    limit: int
    cost: int


def demands(key: str, rates: Rates, tokens: int) -> Iterator[Demand]:
    """Yield what a call takes from each counter that is limited."""
    if (limit := rates.requests_per_minute) is not None:
        yield Demand(f"{key}/requests", limit, 1)
    if (limit := rates.tokens_per_minute) is not None:
        yield Demand(f"{key}/tokens", limit, min(max(tokens, 0), limit))


def wait_seconds(counters: Counters, limit: int, cost: int) -> float:
    """Return after how many seconds ``cost`` fits under ``limit`` if nobody else takes anything; 0.0: now.

    It fits once ``floor(previous * previous_left / 60) + current + cost <= limit``.
    """
    previous, previous_left, current, current_left = counters
    room = limit - current - cost
    if room >= 0:
        if floor(previous * previous_left / WINDOW_SECONDS) <= room:
            return 0.0
        return max(0.0, previous_left - (room + 1) * WINDOW_SECONDS / previous) + LEAST_WAIT_SECONDS
    # Not in this minute: once it is the minute before, its weight falls from 1 to 0.
    weight = (limit - cost + 1) / current
    until_next = max(0.0, current_left - WINDOW_SECONDS)
    return until_next + max(0.0, 1 - weight) * WINDOW_SECONDS + LEAST_WAIT_SECONDS


def correction(counters: Counters, limit: int, *, reserved: int, used: int) -> int:
    """Return by how much to change the count of this minute: the difference, as far as it fits there."""
    difference = used - min(reserved, limit)
    if difference < 0:
        return max(difference, -counters.current)
    taken = floor(counters.previous * counters.previous_left / WINDOW_SECONDS) + counters.current
    return min(difference, max(0, limit - taken))


def reserve_in(storage: "SlidingWindowCounterSupport", key: str, rates: Rates, tokens: int) -> float:
    """Take all demands of a call or none, as ``Coordination.reserve`` says; nobody else may come between."""
    wanted = list(demands(key, rates, tokens))
    windows = [Counters(*storage.get_sliding_window(demand.key, WINDOW_SECONDS)) for demand in wanted]
    waits = [
        wait_seconds(window, demand.limit, demand.cost)
        for window, demand in zip(windows, wanted, strict=True)
    ]
    if (wait := max(waits, default=0.0)) > 0:
        return wait
    for index, demand in enumerate(wanted):
        if not storage.acquire_sliding_window_entry(demand.key, demand.limit, WINDOW_SECONDS, demand.cost):
            for taken in wanted[:index]:
                storage.acquire_sliding_window_entry(taken.key, taken.limit, WINDOW_SECONDS, -taken.cost)
            return LEAST_WAIT_SECONDS
    return 0.0


def settle_in(
    storage: "SlidingWindowCounterSupport", key: str, rates: Rates, *, reserved: int, used: int
) -> None:
    """Correct the count of tokens; see ``Coordination.settle_tokens``."""
    if (limit := rates.tokens_per_minute) is None:
        return
    counter = f"{key}/tokens"
    counters = Counters(*storage.get_sliding_window(counter, WINDOW_SECONDS))
    if change := correction(counters, limit, reserved=reserved, used=used):
        storage.acquire_sliding_window_entry(counter, limit, WINDOW_SECONDS, change)
