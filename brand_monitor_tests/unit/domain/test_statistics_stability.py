"""Stability and drift: overlaps by their definitions, volatility from 20 transitions on, alarms and change points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.statistics import (
    bray_curtis,
    canary_test,
    concentration,
    cusum,
    is_uninformative,
    jaccard,
    mean_jaccard,
    rank_biased_overlap,
    volatility,
)

items = st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=8)


def test_jaccard_counts_what_both_have_among_what_either_has():
    assert jaccard({"a", "b"}, ["b", "c"]) == pytest.approx(1 / 3)
    assert jaccard([], ["a"]) == 0
    assert jaccard([], []) is None


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=8))
def test_the_mean_over_repeats_is_the_mean_over_pairs(members):
    named = [{i for i, there in enumerate(row) if there} for row in members]
    pairs = [jaccard(a, b) for n, a in enumerate(named) for b in named[n + 1 :]]
    known = [value for value in pairs if value is not None]

    assert mean_jaccard(members) == (pytest.approx(np.mean(known)) if known else None)


def overlap_by_definition(first, second, p):
    """Webber, Moffat & Zobel (2010), eq. 32, written out."""
    short, long = sorted((first, second), key=len)
    s, last = len(short), len(long)
    common = [len(set(short[:d]) & set(long[:d])) for d in range(last + 1)]
    total = sum(common[d] / d * p**d for d in range(1, last + 1))
    total += sum(common[s] * (d - s) / (s * d) * p**d for d in range(s + 1, last + 1))
    return (1 - p) / p * total + ((common[last] - common[s]) / last + common[s] / s) * p**last


@given(items.filter(bool), items.filter(bool), st.floats(0.1, 0.98))
def test_the_overlap_of_ranked_lists_is_the_published_formula(first, second, p):
    got = rank_biased_overlap(first, second, p)

    assert got == pytest.approx(overlap_by_definition(first, second, p))
    assert got == pytest.approx(rank_biased_overlap(second, first, p))
    assert -1e-9 <= got <= 1 + 1e-9


@given(items.filter(bool))
def test_a_list_agrees_wholly_with_itself_and_not_with_strangers(ranked):
    assert rank_biased_overlap(ranked, ranked) == pytest.approx(1)
    assert rank_biased_overlap(ranked, [item.upper() for item in ranked]) == 0


def test_a_swap_on_top_costs_more_than_one_below():
    top, below = rank_biased_overlap("abcde", "bacde"), rank_biased_overlap("abcde", "abced")

    assert top < below < 1


def test_empty_lists_and_wrong_lists():
    assert rank_biased_overlap([], []) is None
    assert rank_biased_overlap([], ["a"]) == 0
    with pytest.raises(ValueError, match="twice"):
        rank_biased_overlap(["a", "a"], ["b"])
    with pytest.raises(ValueError, match="between 0 and 1"):
        rank_biased_overlap(["a"], ["b"], p=1)


def test_bray_curtis_of_shares():
    assert bray_curtis([0.5, 0.5, 0], [0.25, 0.5, 0.25]) == pytest.approx(0.25)
    assert bray_curtis([[1, 0], [0, 1]], [[1, 0], [1, 0]]).tolist() == [0, 1]


def test_volatility_is_shown_from_twenty_transitions_on():
    days = np.tile([[0.5, 0.5, 0], [0.5, 0, 0.5]], (11, 1))

    early, shown = volatility(days[:20]), volatility(days[:21])
    assert (early.by_sets, early.by_shares, early.transitions) == (None, None, 19)
    assert early.flags == ("under_20_transitions",)
    assert (shown.by_sets, shown.by_shares, shown.flags) == (pytest.approx(2 / 3), pytest.approx(0.5), ())


def test_a_day_without_shares_makes_no_transition():
    days = np.tile([[1.0, 0.0]], (30, 1))
    days[5], days[20] = np.nan, 0

    assert volatility(days).transitions == 29 - 4
    assert volatility(days).by_shares == 0


def test_concentration_is_one_over_the_number_that_count():
    assert concentration([5, 5, 5, 5]) == pytest.approx(0.25)
    assert concentration([[1, 0], [2, 2]]) == pytest.approx([1, 0.5])
    assert np.isnan(concentration([0, 0]))


def test_two_samples_are_compared_answer_by_answer():
    # {a, b} and {a} against {a}: 1/2 and 1; a pair of two empty answers agrees on nothing and is left out.
    assert mean_jaccard([[1, 1], [1, 0]], [[1, 0]]) == pytest.approx(0.75)
    assert mean_jaccard([[0, 0], [1, 0]], [[0, 0]]) == 0
    assert mean_jaccard([[0, 0]], [[0, 0]]) is None


def test_a_prompt_set_is_uninformative_only_where_even_the_upper_bound_is_low():
    assert is_uninformative(0.49)
    assert not is_uninformative(0.5)
    assert not is_uninformative(None)


def test_a_day_is_tested_against_the_seven_days_before_it():
    old, week = [0] * 5, [27] * 7
    got = canary_test(15, 30, [*old, *week], [30] * 12)

    assert (got.rate, got.baseline, got.baseline_days) == (0.5, 0.9, 7)
    pooled = (15 + 189) / 240
    assert got.z == pytest.approx(-0.4 / np.sqrt(pooled * (1 - pooled) * (1 / 30 + 1 / 210)))
    assert got.exact
    assert got.p_value < 1e-5


@pytest.mark.parametrize(
    ("hits", "answers", "before", "asked"), [(1, 3, 20, 21), (3, 3, 21, 21), (0, 3, 11, 21)]
)
def test_few_answers_are_tested_exactly_as_scipy_does(hits, answers, before, asked):
    from scipy import stats

    got = canary_test(hits, answers, [before], [asked])
    table = [[hits, answers - hits], [before, asked - before]]

    assert got.exact
    assert got.p_value == pytest.approx(stats.fisher_exact(table).pvalue)


def test_a_drift_cannot_be_tested_without_answers_on_both_sides():
    assert canary_test(0, 0, [3], [3]) is None
    assert canary_test(1, 3, [0] * 7, [0] * 7) is None
    with pytest.raises(ValueError, match="4 hits in 3"):
        canary_test(4, 3, [3], [3])


def by_hand(rates, baseline, deviation, slack):
    high = low = 0.0
    for rate in rates:
        z = 0.0 if np.isnan(rate) else (rate - baseline) / deviation
        if not np.isnan(rate):
            high, low = max(0.0, high + z - slack), max(0.0, low - z - slack)
        yield high, low


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=1, max_size=40))
def test_the_sums_are_those_of_the_recursion_day_by_day(rates):
    got = cusum(rates, [10] * len(rates), 0.4, deviation=0.1)

    assert np.stack([got.high, got.low], axis=1) == pytest.approx(
        np.array(list(by_hand(rates, 0.4, 0.1, 0.5)))
    )


def test_a_small_lasting_fall_is_seen_and_dated():
    rates = np.concatenate([np.tile([0.6, 0.4], 10), np.full(12, 0.35)])
    got = cusum(rates, np.full(32, 25), 0.5)

    assert got.direction == "down"
    assert got.since in {19, 20}  # the low day before the fall may be its first
    assert 20 < got.alarm < 32


def test_calm_days_give_no_alarm():
    got = cusum(np.tile([0.6, 0.4], 20), np.full(40, 25), 0.5)

    assert (got.alarm, got.since, got.direction) == (None, None, None)


@pytest.mark.parametrize("wrong", [{"baseline": 1.0}, {"limit": 0}, {"slack": -1}, {"deviation": 0}])
def test_a_chart_without_a_scale_is_refused(wrong):
    with pytest.raises(ValueError, match="need 0 < baseline < 1"):
        cusum([0.5], [10], **{"baseline": 0.5, **wrong})
