"""Intervals of effects hold their coverage on a handful of replicates, and do not collapse."""

from itertools import product
from math import lgamma, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from brand_monitor.domain.effects.estimates import linear_estimates, mean_over_prompts, smoothed_noise
from brand_monitor.domain.effects.paired import paired_effect, pooled_effect, stratified_test

RATES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)


def tables(m):
    """All ways in which m pairs fall into both, first only, second only, neither, and log m! / prod n!."""
    found = [t for t in product(range(m + 1), repeat=4) if sum(t) == m]
    ways = [lgamma(m + 1) - sum(lgamma(n + 1) for n in t) for t in found]
    return np.array(found, float).T, np.array(ways)


def pair_probabilities(p, q, correlation):
    both = p * q + correlation * sqrt(p * (1 - p) * q * (1 - q))
    cells = np.array([both, p - both, q - both, 1 - p - q + both])
    return cells if (cells > -1e-12).all() else None


def coverage(m, lower, upper):
    """Exact coverage of P(first) - P(second), by (p, q, correlation)."""
    counts, ways = tables(m)
    found = {}
    for p, q, correlation in product(RATES, RATES, (0.0, 0.3, 0.7)):
        cells = pair_probabilities(p, q, correlation)
        if cells is not None:
            chance = np.exp(ways + counts.T @ np.log(np.maximum(cells, 1e-300)))
            hit = (lower - 1e-9 <= p - q) & (p - q <= upper + 1e-9)
            found[p, q, correlation] = chance[hit].sum()
    return found


@pytest.mark.parametrize("m", [3, 5, 8, 10, 15])
def test_the_paired_interval_covers_the_truth_and_always_the_absence_of_an_effect(m):
    counts, _ = tables(m)
    values = paired_effect(counts[1], counts[2], m)
    found = coverage(m, values.lower, values.upper)
    assert np.mean(list(found.values())) >= 0.95
    assert min(found.values()) >= 0.92
    assert min(chance for (p, q, _), chance in found.items() if p == q) >= 0.95


def test_the_percentile_bootstrap_would_not():
    m = 5
    counts, _ = tables(m)
    rng = np.random.default_rng(1)
    drawn = np.array([rng.multinomial(m, t / m, size=2_000) for t in counts.T])
    bounds = np.quantile((drawn[..., 1] - drawn[..., 2]) / m, [0.025, 0.975], axis=1)
    assert min(coverage(m, *bounds).values()) < 0.5


@pytest.mark.parametrize("m", [1, 2, 5, 20])
def test_none_of_m_and_m_of_m_leave_room_for_doubt(m):
    always = paired_effect(np.array([float(m)]), np.zeros(1), m)
    never = paired_effect(np.zeros(1), np.zeros(1), m)
    assert always.effect == 1
    assert always.lower[0] < 1 == always.upper[0]
    assert never.lower[0] < 0 < never.upper[0]
    assert never.lower[0] == -never.upper[0]


@given(st.integers(1, 30).flatmap(lambda m: st.tuples(st.just(m), st.integers(0, m), st.integers(0, m))))
def test_the_interval_holds_the_effect_and_turns_round_with_the_pair(drawn):
    m, first, second = drawn
    if first + second > m:
        return
    one, other = (
        paired_effect(np.array([float(a)]), np.array([float(b)]), m)
        for a, b in ((first, second), (second, first))
    )
    assert -1 <= one.lower[0] <= one.effect[0] <= one.upper[0] <= 1
    assert one.lower[0] == pytest.approx(-other.upper[0])


@given(st.integers(1, 12).flatmap(lambda m: st.tuples(st.integers(0, m), st.just(m), st.integers(0, m))))
def test_one_prompt_is_tested_as_fisher_does(drawn):
    a, m, b = drawn
    expected = fisher_exact([[a, m - a], [b, m - b]]).pvalue
    assert stratified_test([(a, m, b, m)]) == pytest.approx(expected)


def test_prompts_add_up_their_evidence_and_contradictions_cancel():
    assert stratified_test([(3, 3, 0, 3)]) == pytest.approx(0.1)
    assert stratified_test([(3, 3, 0, 3)] * 2) == pytest.approx(0.1**2 / 2)
    assert stratified_test([(3, 3, 0, 3), (0, 3, 3, 3)]) == 1
    assert stratified_test([(0, 5, 0, 5)]) == 1


@pytest.mark.parametrize("rates", [(0.1, 0.5, 0.9), (0.3, 0.3)])
def test_the_exact_test_keeps_its_size(rates):
    rng = np.random.default_rng(2)
    drawn = rng.binomial(5, rates, size=(600, 2, len(rates)))
    p = [stratified_test([(int(a), 5, int(b), 5) for a, b in zip(*world, strict=True)]) for world in drawn]
    assert np.mean(np.array(p) <= 0.05) <= 0.05


def test_a_pooled_effect_is_the_mean_over_prompts_and_has_an_interval_from_3_on():
    strata = [(5, 5, 0, 5), (4, 5, 4, 5), (3, 4, 0, 5)]
    two, three = pooled_effect([strata[:2]]), pooled_effect([strata])
    assert three.effect[0] == pytest.approx((1 + 0 + 0.75) / 3)
    assert three.lower[0] < three.effect[0] < three.upper[0]
    assert np.isnan(two.lower[0])
    assert two.p[0] == pytest.approx(stratified_test(strata[:2]))


@pytest.mark.parametrize("k", [3, 5, 10])
def test_the_mean_over_prompts_covers_effects_that_differ_from_prompt_to_prompt(k):
    rng = np.random.default_rng(k)
    truth = rng.choice([0.0, 0.8], size=(k, 2_000))
    values = mean_over_prompts(truth + rng.normal(0, 0.2, truth.shape), np.full(truth.shape, 0.04))
    # All of 5 prompts are alike in 1 of 16 worlds: no interval from them can know of the other kind.
    assert np.mean((values.lower <= 0.4) & (values.upper >= 0.4)) >= 0.92


def test_prompts_that_agree_entirely_leave_the_noise_within_them():
    values = mean_over_prompts(np.ones((4, 1)), np.full((4, 1), 0.04))
    assert values.upper[0] == 1
    assert values.lower[0] == pytest.approx(1 - 3.182446 * 0.1, abs=1e-5)


def test_noise_is_never_nothing_and_fades_with_answers():
    few, many = (smoothed_noise(np.zeros((4, 1)), np.full(4, n)) for n in (2.0, 50.0))
    assert (few > many).all()
    assert (many > 0).all()


def test_noise_is_that_of_the_binomial_on_average():
    n, p = 5.0, 0.5
    x = np.random.default_rng(3).binomial(5, p, size=(8, 4_000)).astype(float)
    assert smoothed_noise(x, np.full(8, n)).mean() == pytest.approx(p * (1 - p) / n, rel=0.05)


def test_a_misfit_widens_an_interval_and_never_narrows_it():
    weights, x, n = np.array([[0.5, -0.5]]), np.array([[4.0], [1.0]]), np.array([5.0, 5.0])
    plain = linear_estimates(weights, x, n)
    assert plain.effect[0, 0] == pytest.approx(0.3)
    wide, same = (linear_estimates(weights, x, n, misfit=np.array([m])) for m in (5.0, 0.0))
    assert wide.lower[0, 0] < plain.lower[0, 0] == same.lower[0, 0]
    assert wide.p[0, 0] > plain.p[0, 0]
