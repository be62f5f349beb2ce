"""The two-level bootstrap: right for means, reproducible, blind to order and labels, null where it must be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.statistics import bootstrap_rates
from brand_monitor.domain.statistics.resampling import POOL, _balanced_pool

RNG = np.random.default_rng(11)
SIZES = RNG.integers(2, 9, 60)
PROMPTS = np.repeat(np.arange(60), SIZES)
MENTIONS = (RNG.random((PROMPTS.size, 3)) < RNG.beta(1, 2, (60, 3))[PROMPTS]).astype(float)
RATES = np.array([MENTIONS[j == PROMPTS].mean(axis=0) for j in range(60)])


def shares(rates):
    return rates / rates.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("levels", [1, 2])
def test_the_figure_is_the_mean_of_the_rates_of_prompts(levels):
    got = bootstrap_rates(MENTIONS, PROMPTS, seed=1, levels=levels)

    assert got.value == pytest.approx(RATES.mean(axis=0))
    assert (got.lower < got.value).all()
    assert (got.value < got.upper).all()
    assert (got.prompts, got.draws, got.flags) == (60, 2_000, ())


def test_one_level_scatters_as_prompts_do_and_two_levels_add_the_answers_inside():
    within = np.array([MENTIONS[j == PROMPTS].var(axis=0) / SIZES[j] for j in range(60)])
    variances = {1: RATES.var(axis=0) / 60, 2: (RATES.var(axis=0) + within.mean(axis=0)) / 60}

    for levels, variance in variances.items():
        got = bootstrap_rates(MENTIONS, PROMPTS, seed=3, levels=levels, draws=20_000)
        assert (got.upper - got.lower) / 3.92 == pytest.approx(np.sqrt(variance), rel=0.05)


def test_the_bounds_of_two_levels_are_those_of_plain_resampling_up_to_noise():
    rng = np.random.default_rng(5)
    rows = [np.flatnonzero(j == PROMPTS) for j in range(60)]
    plain = [
        np.mean(
            [MENTIONS[rng.choice(rows[j], rows[j].size)].mean(axis=0) for j in rng.integers(0, 60, 60)],
            axis=0,
        )
        for _ in range(2_000)
    ]
    got = bootstrap_rates(MENTIONS, PROMPTS, seed=1, draws=20_000)

    noise = 5 * 2.7 * np.std(plain, axis=0).max() / np.sqrt(2_000)
    assert np.stack([got.lower, got.upper]) == pytest.approx(
        np.quantile(plain, [0.025, 0.975], axis=0), abs=noise
    )


def test_each_answer_is_in_the_pool_equally_often_so_it_has_the_rates_of_the_prompts():
    order = np.argsort(PROMPTS, kind="stable")
    pool = _balanced_pool(MENTIONS[order].astype(np.float32), SIZES, np.random.default_rng(1))

    assert pool.reshape(60, POOL, 3).mean(axis=1) == pytest.approx(RATES, abs=1e-6)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_a_seed_decides_everything_and_the_order_of_answers_of_other_prompts_nothing(seed):
    first = bootstrap_rates(MENTIONS, PROMPTS, seed=seed)
    again = bootstrap_rates(MENTIONS, PROMPTS, seed=seed)
    renamed = bootstrap_rates(MENTIONS, np.array([f"q{label:03d}" for label in PROMPTS]), seed=seed)

    for other in (again, renamed):
        assert np.array_equal(first.lower, other.lower)
        assert np.array_equal(first.upper, other.upper)


def test_another_seed_gives_other_bounds():
    assert (
        bootstrap_rates(MENTIONS, PROMPTS, seed=1).lower != bootstrap_rates(MENTIONS, PROMPTS, seed=2).lower
    ).any()


def test_shares_of_voice_come_from_the_same_draws_and_sum_to_one():
    got = bootstrap_rates(MENTIONS, PROMPTS, seed=1, figure=shares)

    assert got.value == pytest.approx(RATES.mean(axis=0) / RATES.mean(axis=0).sum())
    assert ((got.lower < got.value) & (got.value < got.upper)).all()


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_share_of_nothing_is_null_and_draws_without_it_are_counted():
    lone = np.zeros((40, 2))
    lone[0] = 1
    got = bootstrap_rates(lone, np.arange(40), seed=1, levels=1, figure=shares)
    nothing = bootstrap_rates(np.zeros((40, 2)), np.arange(40), seed=1, figure=shares)

    assert got.undefined_draws == pytest.approx(2_000 * (1 - 1 / 40) ** 40, rel=0.1)
    assert got.flags == ("undefined_in_some_resamples",)
    assert np.isnan([nothing.value, nothing.lower, nothing.upper]).all()


def test_under_three_prompts_there_is_no_interval_and_without_answers_no_figure():
    two = bootstrap_rates(np.ones((4, 1)), [1, 1, 2, 2], seed=1)
    none = bootstrap_rates(np.empty((0, 2)), [], seed=1)

    assert two.value == 1
    assert np.isnan([two.lower, two.upper]).all()
    assert two.flags == none.flags == ("no_interval_under_3_prompts",)
    assert np.isnan(none.value).all()


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: bootstrap_rates(MENTIONS, PROMPTS, seed=1, draws=10), "at least 2000"),
        (lambda: bootstrap_rates(MENTIONS, PROMPTS[1:], seed=1), "prompts"),
        (lambda: bootstrap_rates(MENTIONS[:, 0], PROMPTS, seed=1), "mentions"),
        (lambda: bootstrap_rates(np.full((4, 1), np.nan), [1, 1, 2, 2], seed=1), "usable text"),
        (lambda: bootstrap_rates(MENTIONS, PROMPTS, seed=1, confidence=95), "between 0 and 1"),
    ],
)
def test_what_cannot_be_resampled_is_refused_in_words(call, word):
    with pytest.raises(ValueError, match=word):
        call()
