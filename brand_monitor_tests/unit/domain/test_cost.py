"""Model time is counted once, however many calls were open."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.costs.answer_costs import busy_seconds

START = datetime(2026, 11, 24, tzinfo=UTC)


def answers(*calls: tuple[float | None, float | None]) -> pl.DataFrame:
    rows = [(None if at is None else START + timedelta(seconds=at), latency) for at, latency in calls]
    schema = {"asked_at": pl.Datetime("us", "UTC"), "latency_ms": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [
        ([(0, 1_000), (5, 2_000)], 3.0),
        ([(0, 4_000), (1, 1_000)], 4.0),
        ([(0, 2_000), (1, 2_000)], 3.0),
        ([(0, 1_000), (None, 9_000), (2, None)], 1.0),
    ],
)
def test_overlapping_calls_count_once(calls: list, seconds: float) -> None:
    assert busy_seconds(answers(*calls)) == pytest.approx(seconds)


def test_calls_that_say_nothing_of_their_time_are_no_zero() -> None:
    assert busy_seconds(answers((None, None))) is None


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 50_000)), min_size=1, max_size=20))
def test_it_is_never_more_than_the_sum_nor_less_than_the_longest_call(calls: list) -> None:
    busy = busy_seconds(answers(*calls))
    longest, total = max(ms for _, ms in calls), sum(ms for _, ms in calls)
    assert longest / 1000 - 1e-6 <= busy <= total / 1000 + 1e-6
