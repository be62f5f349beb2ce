"""Simulation: how often the 95 % intervals hold the truth when answers to one prompt are alike.

Prompts have beta-distributed rates with mean p and intraclass correlation ICC, answers are binomial. With
8,000 simulated monitors per cell the standard error of a coverage of .95 is .0024.
"""

import numpy as np
import pytest

from brand_monitor.domain.statistics import rate_change, rate_intervals, share_intervals, wilson

MONITORS = 8_000
NOISE = 3 * 0.0024
CELLS = [(k, icc) for k in (20, 40) for icc in (0.1, 0.3, 0.6)]


def simulated_rates(rng, p, icc, shape):
    p = np.asarray(p, dtype=float)
    return rng.beta(p * (1 - icc) / icc, (1 - p) * (1 - icc) / icc, shape)


def coverage(k, icc, p, repeats=3):
    """Share of simulated monitors whose interval holds p."""
    rng = np.random.default_rng([k, round(100 * icc), round(100 * p), repeats])
    x = rng.binomial(repeats, simulated_rates(rng, p, icc, (MONITORS, k)))
    rates = rate_intervals(x, np.full(k, repeats))
    return ((rates.lower <= p) & (p <= rates.upper)).mean()


@pytest.mark.parametrize(("k", "icc"), CELLS)
@pytest.mark.parametrize("p", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("repeats", [3, 5])
def test_moderate_rates_are_covered_in_93_to_97_percent(k, icc, p, repeats):
    assert 0.93 - NOISE <= coverage(k, icc, p, repeats) <= 0.97 + NOISE


@pytest.mark.parametrize(("k", "icc"), CELLS)
@pytest.mark.parametrize("p", [0.05, 0.1, 0.2, 0.9])
def test_rare_and_frequent_brands_are_never_covered_too_little_and_at_most_a_few_points_too_much(k, icc, p):
    # Over-coverage is the price of exact bounds on few sightings: up to .98 at k = 20 or ICC .1.
    assert 0.94 - NOISE <= coverage(k, icc, p) <= 0.98 + NOISE


def test_the_naive_interval_on_answers_fails_where_the_clustered_one_holds():
    rng = np.random.default_rng(1)
    seen = rng.binomial(5, simulated_rates(rng, 0.3, 0.6, (MONITORS, 20))).sum(axis=1)
    lower, upper = wilson(seen / 100, 100)

    assert ((lower <= 0.3) & (upper >= 0.3)).mean() < 0.75


def test_the_balanced_rate_holds_when_frequent_prompts_have_more_answers():
    rng = np.random.default_rng(2)
    truth = simulated_rates(rng, 0.3, 0.3, (MONITORS, 30))
    answers = np.where(truth > 0.3, 6, 2)
    rates = rate_intervals(rng.binomial(answers, truth), answers)

    assert 0.93 - NOISE <= ((rates.lower <= 0.3) & (rates.upper >= 0.3)).mean() <= 0.97 + NOISE


@pytest.mark.parametrize("icc", [0.1, 0.3, 0.6])
def test_shares_of_voice_are_covered(icc):
    rng = np.random.default_rng(round(10 * icc))
    rates = np.array([0.5, 0.3, 0.1])
    mentions = rng.binomial(3, simulated_rates(rng, rates, icc, (MONITORS, 20, 3)))
    shares = share_intervals(mentions, np.full((MONITORS, 20), 3))
    truth = rates / rates.sum()
    held = ((shares.lower <= truth) & (truth <= shares.upper)).mean(axis=0)

    assert held[:2] == pytest.approx(0.95, abs=0.02 + NOISE)
    assert 0.94 - NOISE <= held[2] <= 0.98 + NOISE


def test_paired_changes_are_covered_and_no_change_is_rarely_called_one():
    rng = np.random.default_rng(6)
    n, runs, k = np.full(20, 3), 800, 20
    held = called = 0
    for base in simulated_rates(rng, 0.3, 0.3, (runs, k)):
        before, again = rng.binomial(3, base), rng.binomial(3, base)
        better = rng.binomial(3, base + (1 - base) * 0.2)  # .3 -> .44
        moved = rate_change(before, n, better, n)
        held += moved.lower <= 0.14 <= moved.upper
        called += rate_change(before, n, again, n).test.p_value < 0.05

    assert held / runs + 0.02 >= 0.93
    assert held / runs <= 0.99
    assert called / runs <= 0.05 + 0.02
