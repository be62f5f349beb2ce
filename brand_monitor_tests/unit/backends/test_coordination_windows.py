"""The sliding minute: the wait that is told is enough, and no minute grants more than the limit."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from brand_monitor.backends.coordination.interface import Rates
from brand_monitor.backends.coordination.schema import METADATA
from brand_monitor.backends.coordination.sql_storage import SqlWindows
from brand_monitor.backends.coordination.windows import (
    LEAST_WAIT_SECONDS,
    Counters,
    correction,
    demands,
    reserve_in,
    settle_in,
    wait_seconds,
)

LIMITS = st.integers(1, 60)
CALLS = st.lists(st.tuples(st.floats(0, 30), st.integers(0, 40)), max_size=60)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def windows():
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as connection:
        yield SqlWindows(connection)
    engine.dispose()


@given(
    limit=LIMITS,
    cost=st.integers(1, 60),
    counts=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    into=st.floats(0, 59.99),
)
def test_after_the_told_wait_the_call_fits_and_not_long_before(limit, cost, counts, into):
    previous, current = (min(count, limit) for count in counts)
    cost = min(cost, limit)

    def fits(after: float) -> bool:
        moment = into + after
        if moment < 60:
            return int(previous * (60 - moment) / 60) + current + cost <= limit
        return int(current * max(0.0, 120 - moment) / 60) + cost <= limit

    wait = wait_seconds(Counters(previous, 60 - into, current, 120 - into), limit, cost)
    assert fits(wait)
    assert wait == 0 or not fits(wait - 2 * LEAST_WAIT_SECONDS) or wait < 2 * LEAST_WAIT_SECONDS
    assert wait <= 120 + LEAST_WAIT_SECONDS


@pytest.mark.parametrize("kind", ["memory", "sql"])
def test_who_waits_as_told_is_granted_next(kind, clock, windows):
    from limits.storage import MemoryStorage

    storage = MemoryStorage() if kind == "memory" else windows
    rates = Rates(requests_per_minute=7, tokens_per_minute=500)
    waits = 0
    for _ in range(60):
        if wait := reserve_in(storage, "k", rates, 90):
            waits += 1
            clock.now += wait
            assert reserve_in(storage, "k", rates, 90) == 0
    assert waits > 10


@given(limit=LIMITS, calls=CALLS)
def test_no_minute_grants_more_than_its_limit(limit, calls):
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    granted: dict[int, int] = {}
    with engine.connect() as connection, pytest.MonkeyPatch.context() as patch:
        clock = Clock()
        patch.setattr(time, "time", clock)
        windows = SqlWindows(connection)
        for pause, tokens in calls:
            clock.now += pause
            if reserve_in(windows, "k", Rates(tokens_per_minute=limit), tokens) == 0:
                minute = int(clock.now // 60)
                granted[minute] = granted.get(minute, 0) + min(tokens, limit)
    engine.dispose()
    assert all(total <= limit for total in granted.values())


def test_a_call_takes_at_most_the_whole_minute():
    (tokens,) = demands("k", Rates(tokens_per_minute=100), 5_000)
    assert (tokens.key, tokens.cost) == ("k/tokens", 100)


@pytest.mark.parametrize(
    ("counters", "reserved", "used", "change"),
    [
        (Counters(0, 0, 500, 90), 500, 200, -300),
        # The minute changed since: no more than it holds can be given back.
        (Counters(500, 50, 100, 110), 500, 200, -100),
        (Counters(0, 0, 500, 90), 500, 900, 400),
        (Counters(0, 0, 900, 90), 500, 900, 100),
        (Counters(0, 0, 500, 90), 5_000, 1_200, 200),
        (Counters(0, 0, 500, 90), 500, 500, 0),
    ],
)
def test_a_correction_keeps_to_what_the_minute_holds(counters, reserved, used, change):
    assert correction(counters, 1_000, reserved=reserved, used=used) == change


def test_a_store_that_is_slower_than_its_counters_grants_neither(windows, monkeypatch):
    rates = Rates(requests_per_minute=3, tokens_per_minute=100)
    real = windows.acquire_sliding_window_entry
    monkeypatch.setattr(
        windows,
        "acquire_sliding_window_entry",
        lambda key, *rest: False if key == "k/tokens" else real(key, *rest),
    )
    assert reserve_in(windows, "k", rates, 10) == LEAST_WAIT_SECONDS
    assert windows.get_sliding_window("k/requests", 60)[2] == 0


def test_the_counters_can_be_looked_at_and_forgotten(windows, clock):
    reserve_in(windows, "k", Rates(requests_per_minute=3), 0)
    settle_in(windows, "k", Rates(requests_per_minute=3), reserved=5, used=1)
    assert windows.check()
    assert windows.get_sliding_window("k/requests", 60)[2] == 1
    windows.clear_sliding_window("k/requests", 60)
    assert windows.get_sliding_window("k/requests", 60)[2] == 0
    assert windows.get_expiry("none") == clock.now
    windows.incr("a", 60)
    assert windows.get_expiry("a") == clock.now + 60
    assert windows.reset() == 1
