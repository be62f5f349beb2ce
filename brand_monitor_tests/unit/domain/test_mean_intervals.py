"""Intervals of mean shares: they hold the truth, and say little where little was seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.metrics.mean_intervals import mean_intervals


def drawn(k, m, presence, *, markets=2_000, icc=0.3, seed=1):
    """Sums and answers per prompt of many markets at once: Beta(1, 3) where present; the mean is presence / 4."""
    rng = np.random.default_rng(seed)
    spread = (1 - icc) / icc
    chance = rng.beta(presence * spread, (1 - presence) * spread, (k, markets))
    present = rng.random((k, markets, m)) < chance[..., None]
    return (rng.beta(1, 3, (k, markets, m)) * present).sum(axis=2), np.full((k, markets), m)


@pytest.mark.parametrize("presence", [0.05, 0.3, 0.8])
@pytest.mark.parametrize(("k", "m"), [(3, 5), (5, 1), (10, 5), (20, 1), (20, 5), (50, 1), (50, 5)])
def test_the_interval_holds_the_truth(k, m, presence):
    found = mean_intervals(*drawn(k, m, presence))
    truth = presence / 4
    assert ((found.lower <= truth) & (truth <= found.upper)).mean() >= 0.93


def test_an_interval_of_many_prompts_is_no_wider_than_need_be():
    found = mean_intervals(*drawn(50, 5, 0.8))
    spread = np.std(found.value)
    assert np.mean(found.upper - found.lower) == pytest.approx(2 * 1.96 * spread, rel=0.1)


def test_what_was_never_seen_has_the_bound_of_a_rate_never_seen_and_what_is_everything_its_mirror():
    found = mean_intervals([[0, 1]] * 10, [[1, 1]] * 10)
    assert found.value.tolist() == [0, 1]
    assert (found.lower[0], found.upper[1]) == (0, 1)
    assert found.upper[0] == pytest.approx(1 - 0.05 ** (1 / 10))
    assert found.lower[1] == pytest.approx(0.05 ** (1 / 10))


def test_values_that_happen_to_be_alike_are_no_certainty():
    found = mean_intervals([[0.5]] * 3, [[1]] * 3)
    assert found.lower[0] < 0.4
    assert found.upper[0] > 0.6


def test_prompts_without_an_answer_take_no_part():
    found = mean_intervals([[0.2], [0.4], [0.0], [0.6]], [[1], [1], [0], [1]])
    assert found.value[0] == pytest.approx(0.4)
    assert (found.prompts[0], found.seen[0]) == (3, 3)


def test_under_3_prompts_there_is_no_interval_and_without_an_answer_no_value():
    found = mean_intervals([[0.2, 0], [0.4, 0]], [[1, 0], [1, 0]])
    assert found.value[0] == pytest.approx(0.3)
    assert np.isnan([found.lower[0], found.upper[0], found.value[1], found.lower[1]]).all()
    assert mean_intervals(np.zeros((0, 2)), np.zeros((0, 2))).prompts.tolist() == [0, 0]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5)), min_size=3, max_size=12))
def test_a_mean_lies_in_its_interval_and_both_in_0_to_1(prompts):
    found = mean_intervals([[share * n] for share, n in prompts], [[n] for _, n in prompts])
    assert 0 <= found.lower[0] <= found.value[0] + 1e-12
    assert found.value[0] - 1e-12 <= found.upper[0] <= 1 + 1e-12


@given(
    value=st.sampled_from([0.0, 1 / 3, 1.0]) | st.floats(0.0, 1.0),
    prompts=st.integers(3, 12),
    repeats=st.integers(1, 9),
    noise=st.lists(st.integers(-2, 2), min_size=12, max_size=12),
)
def test_values_that_are_alike_but_for_rounding_have_bounds_from_0_to_1(value, prompts, repeats, noise):
    """All repeats of an answer alike, as temperature 0 makes them: their sum may pass the whole by a hair."""
    sums = [[value * repeats * (1 + hair * 2.3e-16)] for hair in noise[:prompts]]
    found = mean_intervals(sums, [[repeats]] * prompts)
    assert 0 <= found.lower[0] <= found.value[0] <= found.upper[0] <= 1
