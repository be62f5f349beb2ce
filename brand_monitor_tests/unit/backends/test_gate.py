"""The gate: every call waits until its provider may be asked; no test waits."""

import asyncio
from typing import Any

import pytest

from brand_monitor.backends.coordination.interface import Rates
from brand_monitor.backends.coordination.memory import MemoryCoordination
from brand_monitor.backends.llm import gate as module
from brand_monitor.backends.llm.breaker import FAILURES_TO_OPEN, MOST_PROBES
from brand_monitor.backends.llm.faults import HANDLING, Fault
from brand_monitor.backends.llm.gate import BREAKING, Gate
from brand_monitor.failures import EngineCallError, EngineStoppedError, TransientFailure

KEY = "openai/gpt-6-luna"
FREE = Rates()
LIMITED = Rates(requests_per_minute=60)


class Time:
    """A clock that only sleeping moves; also of the shared store."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.naps: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class Shared(MemoryCoordination):
    """Counts who looks, and is away where told so."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self.looks = 0
        self.absences = 0
        self.settled: list[tuple[int, int]] = []

    def _knock(self) -> None:
        if self.absences:
            self.absences -= 1
            raise TransientFailure("away")

    async def reserve(self, key, rates, tokens) -> float:
        self._knock()
        self.looks += 1
        return self.waits.pop(0) if self.waits else await super().reserve(key, rates, tokens)

    async def paused_seconds(self, key) -> float:
        self._knock()
        self.looks += 1
        return await super().paused_seconds(key)

    async def pause(self, key, seconds) -> None:
        self._knock()
        await super().pause(key, seconds)

    async def settle_tokens(self, key, rates, *, reserved, used) -> None:
        self._knock()
        self.settled.append((reserved, used))


@pytest.fixture
def time(monkeypatch) -> Time:
    time = Time()
    monkeypatch.setattr("time.time", time.clock)
    return time


@pytest.fixture
def shared() -> Shared:
    return Shared()


def gate_of(shared: Shared, time: Time, rates: Rates = FREE, sleep: Any = None) -> Gate:
    return Gate(shared, KEY, rates, clock=time.clock, sleep=sleep or time.sleep, jitter=lambda: 0.5)


async def open_breaker(gate: Gate, fault: Fault = Fault.OVERLOADED) -> None:
    for _ in range(FAILURES_TO_OPEN):
        await gate.failed(fault)


def test_a_free_gate_is_passed_at_once_and_looks_at_pauses_once_a_second(shared, time):
    async def run() -> None:
        gate = gate_of(shared, time)
        for _ in range(100):
            await gate.enter(10)

    asyncio.run(run())
    assert time.naps == []
    assert shared.looks == 1


def test_who_is_refused_by_the_limit_waits_and_then_passes(shared, time):
    shared.waits = [3.0, 0.5]
    asyncio.run(gate_of(shared, time, LIMITED).enter(10))
    # Never longer than a second at once, each a little longer than told.
    assert time.naps == pytest.approx([1.05, 0.525])


def test_a_minute_lets_no_more_through_than_its_limit(shared, time):
    moments = []

    async def run() -> None:
        gate = gate_of(shared, time, Rates(requests_per_minute=6, tokens_per_minute=10_000))

        async def call() -> None:
            await gate.enter(100)
            moments.append(time.now)

        await asyncio.gather(*(call() for _ in range(30)))

    asyncio.run(run())
    minutes = [int(moment // 60) for moment in moments]
    assert len(moments) == 30
    assert max(minutes.count(minute) for minute in minutes) <= 6


def test_workers_pass_in_the_order_in_which_they_came(shared, time):
    shared.waits = [2.0] * 5
    order = []

    async def run() -> None:
        gate = gate_of(shared, time, LIMITED)

        async def call(number: int) -> None:
            await gate.enter(10)
            order.append(number)

        await asyncio.gather(*map(call, range(10)))

    asyncio.run(run())
    assert order == list(range(10))


def test_a_cancelled_waiter_lets_the_next_one_in(shared, time):
    async def run() -> bool:
        gate = gate_of(shared, time, LIMITED, sleep=asyncio.sleep)
        shared.waits = [1_000.0]
        first = asyncio.create_task(gate.enter(10))
        await asyncio.sleep(0)
        second = asyncio.create_task(gate.enter(10))
        first.cancel()
        await second
        return first.cancelled()

    assert asyncio.run(run())


def test_a_retry_after_holds_back_every_gate_of_the_same_key_and_no_other(shared, time):
    async def run() -> list[float]:
        here, there = gate_of(shared, time), gate_of(shared, time)
        other = Gate(shared, "gemini/x", Rates(), clock=time.clock, sleep=time.sleep)
        began = time.now
        await here.failed(Fault.RATE_LIMITED, 30.0)
        passed = []
        for gate in (other, here, there):
            await gate.enter(10)
            passed.append(time.now - began)
        return passed

    other, here, there = asyncio.run(run())
    assert other == 0
    assert 30 <= here < 32
    assert there == here


def test_a_pause_of_another_process_is_noticed_by_a_gate_in_use(shared, time):
    async def run() -> float:
        here, there = gate_of(shared, time), gate_of(shared, time)
        await there.enter(10)
        await here.failed(Fault.RATE_LIMITED, 30.0)
        time.now += module.LOOK_SECONDS
        await there.enter(10)
        return time.now

    assert asyncio.run(run()) >= 1_800_000_030


def test_an_overloaded_provider_that_says_how_long_is_obeyed_too(shared, time):
    async def run() -> None:
        gate = gate_of(shared, time)
        await gate.failed(Fault.OVERLOADED, 7.0)
        await gate.enter(10)

    asyncio.run(run())
    assert sum(time.naps) >= 7


def test_without_a_word_how_long_the_pause_doubles_until_an_answer_comes(shared, time):
    async def run() -> list[float]:
        gate = gate_of(shared, time)
        waits = []
        for step in range(10):
            if step == 8:
                gate.succeeded()
            before = time.now
            await gate.failed(Fault.RATE_LIMITED)
            waits.append(await shared.paused_seconds(KEY))
            time.now = before + waits[-1]
        return waits

    assert asyncio.run(run()) == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60, 1, 2], abs=1e-3)


@pytest.mark.parametrize("fault", sorted(BREAKING))
def test_faults_of_a_provider_that_is_not_well_open_the_breaker(shared, time, fault):
    async def run() -> None:
        gate = gate_of(shared, time)
        await open_breaker(gate, fault)
        await gate.enter(10)

    asyncio.run(run())
    assert sum(time.naps) >= 5


@pytest.mark.parametrize("fault", sorted(set(Fault) - BREAKING - {Fault.RATE_LIMITED}))
def test_other_faults_show_that_the_provider_is_there(shared, time, fault):
    async def run() -> None:
        gate = gate_of(shared, time)
        for _ in range(4 * FAILURES_TO_OPEN):
            await gate.failed(fault)
        await gate.enter(10)

    asyncio.run(run())
    assert time.naps == []


def test_every_fault_that_is_retried_is_known_to_the_breaker_or_to_the_pause():
    retried = {fault for fault, handling in HANDLING.items() if handling.error is EngineCallError}
    assert retried == BREAKING | {Fault.RATE_LIMITED}


def test_one_probe_goes_through_and_its_answer_lets_the_others_in(shared, time):
    async def run() -> tuple[int, int]:
        gate = gate_of(shared, time)
        await open_breaker(gate)
        inside = 0

        async def call() -> None:
            nonlocal inside
            await gate.enter(10)
            inside += 1

        calls = [asyncio.create_task(call()) for _ in range(20)]
        for _ in range(500):  # long enough for many looks, each of which moves the clock
            await asyncio.sleep(0)
        probing = inside
        gate.succeeded()
        await asyncio.gather(*calls)
        return probing, inside

    assert asyncio.run(run()) == (1, 20)
    assert time.now > 1_800_000_030


def test_a_provider_that_stays_away_stops_the_engine_with_its_last_fault(shared, time):
    async def run() -> int:
        gate = gate_of(shared, time, LIMITED)
        await open_breaker(gate)
        calls = 0
        while True:
            await gate.enter(10)
            calls += 1
            await gate.failed(Fault.TIMEOUT)
            if calls == MOST_PROBES:
                await gate.enter(10)

    with pytest.raises(EngineStoppedError, match=r"no reply in time.*stays planned") as caught:
        asyncio.run(run())
    assert caught.value.fault == "timeout"
    assert sum(time.naps) < 300


def test_a_provider_that_wants_hours_is_left_alone_at_once(shared, time):
    async def run() -> None:
        gate = gate_of(shared, time)
        await gate.failed(Fault.RATE_LIMITED, 7_200.0)
        await gate.enter(10)

    with pytest.raises(EngineStoppedError, match="no request for 120 minutes") as caught:
        asyncio.run(run())
    assert caught.value.fault == "rate_limited"
    assert time.naps == []


def test_no_pause_is_kept_for_longer_than_a_day(shared, time):
    asyncio.run(gate_of(shared, time).failed(Fault.RATE_LIMITED, 1e12))
    assert asyncio.run(shared.paused_seconds(KEY)) <= 86_400


def test_who_waits_leaves_soon_after_the_engine_was_stopped(shared, time):
    async def run() -> None:
        gate = gate_of(shared, time)
        await gate.failed(Fault.RATE_LIMITED, 600.0)
        waiting = asyncio.create_task(gate.enter(10))
        await asyncio.sleep(0)
        gate.stop(EngineStoppedError("no money", fault="quota"))
        gate.stop(EngineStoppedError("later reason", fault="auth"))
        await waiting

    with pytest.raises(EngineStoppedError, match="no money") as caught:
        asyncio.run(run())
    assert caught.value.fault == "quota"
    assert sum(time.naps) < 5


def test_a_store_of_limits_that_comes_back_is_waited_for(shared, time):
    shared.absences = 3
    asyncio.run(gate_of(shared, time, LIMITED).enter(10))
    assert time.naps == [1, 2, 4]


def test_without_the_store_of_limits_nobody_asks(shared, time):
    shared.absences = 100
    with pytest.raises(TransientFailure, match="away"):
        asyncio.run(gate_of(shared, time, LIMITED).enter(10))


def test_a_store_that_is_away_hides_no_fault_and_the_pause_holds_here(shared, time):
    async def run() -> None:
        gate = gate_of(shared, time)
        shared.absences = 1
        await gate.failed(Fault.RATE_LIMITED, 9.0)
        await gate.enter(10)

    asyncio.run(run())
    assert sum(time.naps) >= 9


def test_used_tokens_correct_the_reserved_ones_where_tokens_are_limited(shared, time):
    async def run() -> None:
        await gate_of(shared, time, LIMITED).settle(reserved=10, used=5)
        gate = gate_of(shared, time, Rates(tokens_per_minute=100))
        await gate.settle(reserved=10, used=5)
        shared.absences = 1
        await gate.settle(reserved=10, used=6)

    asyncio.run(run())
    assert shared.settled == [(10, 5)]
