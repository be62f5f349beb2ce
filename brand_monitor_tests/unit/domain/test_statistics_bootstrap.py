"""The cluster bootstrap: reproducible, right for a mean, honest about undefined figures."""

import numpy as np
import pytest

from brand_monitor.domain.statistics import cluster_bootstrap
from brand_monitor.domain.statistics.bootstrap import resampled_weights

RATES = np.random.default_rng(4).beta(2, 3, 60)


def mean_rate(weights):
    return weights @ RATES / weights.sum(axis=1)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    first = cluster_bootstrap(mean_rate, 60, seed=1)

    assert cluster_bootstrap(mean_rate, 60, seed=1) == first
    assert cluster_bootstrap(mean_rate, 60, seed=2) != first


def test_the_interval_of_a_mean_is_that_of_scipy_up_to_the_noise_of_the_draws():
    from scipy import stats

    ours = cluster_bootstrap(mean_rate, 60, seed=1, draws=10_000)
    theirs = stats.bootstrap(
        (RATES,), np.mean, n_resamples=10_000, method="percentile", rng=1
    ).confidence_interval

    noise = 4 * 2.7 * RATES.std() / np.sqrt(60) / np.sqrt(10_000)
    assert (ours.lower, ours.upper) == pytest.approx((theirs.low, theirs.high), abs=2 * noise)
    assert ours.value == pytest.approx(RATES.mean())


def test_every_resample_draws_as_many_prompts_as_there_are():
    weights = np.concatenate(list(resampled_weights(3_000, 2_000, seed=1)))

    assert weights.shape == (2_000, 3_000)
    assert (weights.sum(axis=1) == 3_000).all()
    assert weights.var() == pytest.approx(1, abs=0.01)


def test_few_prompts_are_flagged_and_under_three_get_no_interval():
    assert cluster_bootstrap(lambda w: w @ RATES[:29] / 29, 29, seed=1).flags == (
        "approximate_under_30_prompts",
    )
    assert cluster_bootstrap(lambda w: w @ RATES[:30] / 30, 30, seed=1).flags == ()
    two = cluster_bootstrap(lambda w: w @ RATES[:2] / 2, 2, seed=1)
    assert (two.lower, two.upper, two.flags) == (None, None, ("no_interval_under_3_prompts",))


def ratio(numerator, denominator):
    """A ratio of sums over prompts, NaN where the denominator was not drawn."""

    def statistic(weights):
        below = weights @ denominator
        return np.where(below > 0, weights @ numerator / np.where(below > 0, below, 1), np.nan)

    return statistic


def test_resamples_without_the_figure_are_left_out_and_counted():
    once = np.eye(40)[0]
    got = cluster_bootstrap(ratio(once, once), 40, seed=1)

    assert (got.value, got.lower, got.upper) == (1, 1, 1)
    assert got.undefined_draws == pytest.approx(2_000 * (1 - 1 / 40) ** 40, rel=0.1)
    assert got.flags == ("undefined_in_some_resamples",)


def test_a_figure_that_no_resample_defines_has_no_interval():
    got = cluster_bootstrap(lambda w: np.where(w.max(axis=1) == 1, 0.5, np.nan), 40, seed=1)

    assert (got.value, got.lower, got.upper, got.undefined_draws) == (0.5, None, None, 2_000)


def test_a_figure_that_is_undefined_on_the_data_is_null():
    assert cluster_bootstrap(ratio(np.zeros(40), np.zeros(40)), 40, seed=1) is None
    assert cluster_bootstrap(mean_rate, 0, seed=1) is None


def test_too_few_draws_and_a_wrong_confidence_are_refused():
    with pytest.raises(ValueError, match="2000"):
        cluster_bootstrap(mean_rate, 60, seed=1, draws=500)
    with pytest.raises(ValueError, match="between 0 and 1"):
        cluster_bootstrap(mean_rate, 60, seed=1, confidence=95)
