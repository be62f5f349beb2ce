"""The breaker opens after failures in a row, lets one probe through, and gives up in the end."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from brand_monitor.backends.llm import breaker as module
from brand_monitor.backends.llm.breaker import Breaker

HALF = 0.5  # a pause of just its length


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock) -> Breaker:
    return Breaker(clock=clock, jitter=lambda: HALF)


def open_it(breaker: Breaker) -> None:
    for _ in range(module.FAILURES_TO_OPEN):
        breaker.failed()


def test_it_stays_closed_while_answers_come_in_between(breaker):
    for _ in range(20):
        for _ in range(module.FAILURES_TO_OPEN - 1):
            breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open
    assert breaker.wait_seconds() == 0


def test_it_opens_after_failures_in_a_row(breaker):
    open_it(breaker)
    assert breaker.is_open
    assert breaker.wait_seconds() == module.FIRST_PAUSE_SECONDS


def test_after_the_pause_one_probe_goes_and_the_others_wait_for_it(breaker, clock):
    open_it(breaker)
    clock.now = 5.0
    assert breaker.wait_seconds() == 0
    breaker.went()
    assert breaker.wait_seconds() == module.LOOK_SECONDS
    breaker.succeeded()
    assert not breaker.is_open
    assert breaker.wait_seconds() == 0


def test_a_probe_in_vain_doubles_the_pause_up_to_a_minute_and_in_the_end_it_gives_up(breaker, clock):
    open_it(breaker)
    pauses = []
    while not breaker.has_given_up:
        pauses.append(breaker.wait_seconds())
        clock.now += pauses[-1]
        breaker.went()
        breaker.failed()
    assert pauses == [5, 10, 20, 40, 60, 60]


def test_calls_that_were_in_the_air_when_it_opened_are_no_probes(breaker, clock):
    open_it(breaker)
    for _ in range(50):
        breaker.failed()
    assert breaker.wait_seconds() == module.FIRST_PAUSE_SECONDS
    assert not breaker.has_given_up


def test_an_answer_that_was_in_the_air_closes_it(breaker):
    open_it(breaker)
    breaker.succeeded()
    assert breaker.wait_seconds() == 0


def test_a_probe_that_never_comes_back_is_forgotten(breaker, clock):
    open_it(breaker)
    clock.now = 5.0
    breaker.went()
    clock.now += module.PROBE_SECONDS
    assert breaker.wait_seconds() == 0


@pytest.mark.parametrize(("drawn", "seconds"), [(0.0, 3.75), (1.0, 6.25)])
def test_pauses_of_several_processes_spread_out(clock, drawn, seconds):
    breaker = Breaker(clock=clock, jitter=lambda: drawn)
    open_it(breaker)
    assert breaker.wait_seconds() == seconds


class AnyOrder(RuleBasedStateMachine):
    """Whatever happens in whatever order: waits are bounded, one probe at a time, an answer heals."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.breaker = Breaker(clock=self.clock, jitter=lambda: HALF)

    @rule(seconds=st.floats(0, 100))
    def time_passes(self, seconds):
        self.clock.now += seconds

    @rule()
    def call_fails(self):
        self.breaker.failed()

    @rule()
    def call_is_answered(self):
        self.breaker.succeeded()
        assert self.breaker.wait_seconds() == 0
        assert not self.breaker.has_given_up

    @rule()
    def call_leaves(self):
        if self.breaker.wait_seconds() == 0:
            self.breaker.went()
            assert self.breaker.wait_seconds() == (module.LOOK_SECONDS if self.breaker.is_open else 0)

    @invariant()
    def waits_are_bounded(self):
        assert 0 <= self.breaker.wait_seconds() <= module.LONGEST_PAUSE_SECONDS + 1e-6  # floats round


TestAnyOrder = AnyOrder.TestCase
