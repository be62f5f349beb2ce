"""Paired changes of rates and shares: fixed vectors, and what pairing must and must not do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.statistics import rate_change, share_change

ROUNDED = 5.1e-5
SHARES_1 = [
    [3, 2, 0, 0, 0],
    [3, 3, 1, 0, 0],
    [0, 3, 2, 1, 0],
    [2, 1, 3, 0, 0],
    [0, 0, 3, 3, 0],
    [3, 0, 0, 1, 0],
    [1, 3, 3, 0, 0],
    [0, 2, 0, 0, 0],
]
SHARES_2 = [
    [3, 2, 0, 1, 0],
    [3, 3, 0, 0, 0],
    [1, 2, 2, 1, 0],
    [3, 1, 2, 0, 0],
    [1, 0, 3, 2, 0],
    [3, 1, 0, 0, 0],
    [2, 3, 2, 0, 0],
    [1, 2, 0, 0, 0],
]

# x1, n1, x2, n2, (first, second, difference, lower, upper, r, p_value, p_mid, prompts, changed prompts)
VECTORS = [
    (
        [3, 3, 0, 2, 0, 3, 1, 0, 3, 0, 0, 2],
        [3] * 12,
        [3, 2, 1, 3, 2, 3, 3, 0, 3, 1, 2, 3],
        [3] * 12,
        (0.4722, 0.7222, 0.25, 0.0507, 0.4252, 0.6354, 0.0469, 0.0273, 12, 8),
    ),
    (
        [0, 1, 0, 0, 2, 0, 0, 0],
        [5] * 8,
        [1, 3, 2, 0, 5, 1, 1, 2],
        [5, 5, 5, 5, 5, 5, 4, 5],
        (0.075, 0.3813, 0.3063, 0.1629, 0.4939, 0.797, 0.0156, 0.0078, 8, 7),
    ),
    (
        [3, 0, 3, 0, 1, 0],
        [3] * 6,
        [3, 0, 3, 0, 1, 0],
        [3] * 6,
        (0.3889, 0.3889, 0.0, -0.4394, 0.4394, 0.0, 1.0, 1.0, 6, 0),
    ),
]

pairs = st.integers(3, 15).flatmap(
    lambda k: st.tuples(*(st.lists(st.integers(0, 4), min_size=k, max_size=k) for _ in range(2)))
)


def figures(change):
    """Everything a change states, in the order of the vectors."""
    bounds = (change.first.value, change.second.value, change.difference, change.lower, change.upper)
    test = (change.correlation, change.test.p_value, change.test.p_mid)
    return (*bounds, *test, change.prompts, change.changed_prompts)


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "expected"), VECTORS)
def test_a_rate_change_reproduces_the_reference_vectors(x1, n1, x2, n2, expected):
    assert figures(rate_change(x1, n1, x2, n2)) == pytest.approx(expected, abs=ROUNDED)


def test_a_share_change_reproduces_the_reference_vector():
    expected = (0.2791, 0.3864, 0.1073, -0.0133, 0.1853, 0.8442, 0.0469, 0.043, 8, 8)

    assert figures(share_change(SHARES_1, [3] * 8, SHARES_2, [3] * 8, 0)) == pytest.approx(
        expected, abs=ROUNDED
    )


@pytest.mark.parametrize(("changed", "testable"), [(6, False), (7, True)])
def test_a_test_needs_seven_prompts_that_changed(changed, testable):
    got = rate_change([0] * 12, [3] * 12, [1] * changed + [0] * (12 - changed), [3] * 12)

    assert got.testable is testable
    assert ("untestable_under_7_changed_prompts" in got.flags) is not testable


def test_only_prompts_answered_both_times_are_compared():
    compared = rate_change([3, 0, 1], [3] * 3, [2, 1, 3], [3] * 3)

    assert rate_change([3, 2, 0, np.nan, 1], [3, 3, 3, 3, 3], [2, 0, 1, 1, 3], [3, 0, 3, 3, 3]) == compared
    assert compared.prompts == 3


def test_shares_are_compared_on_prompts_answered_both_times():
    n1, n2 = [3] * 7 + [0], [3] * 8

    assert share_change(SHARES_1, n1, SHARES_2, n2, 0) == share_change(
        SHARES_1[:7], n1[:7], SHARES_2[:7], n2[:7], 0
    )


def test_without_a_common_prompt_there_is_no_change():
    assert rate_change([1, 0], [3, 0], [0, 1], [0, 3]) is None


def test_a_share_that_does_not_exist_in_one_period_has_no_change():
    assert share_change([[1, 1]] * 3, [3] * 3, [[0, 0]] * 3, [3] * 3, 0) is None


def test_two_prompts_give_a_difference_without_an_interval():
    got = rate_change([0, 1], [3, 3], [3, 3], [3, 3])

    assert (got.difference, got.lower, got.upper) == (pytest.approx(5 / 6), None, None)
    assert "no_interval_under_3_prompts" in got.flags


def test_an_unchanged_share_counts_no_prompt_as_changed():
    got = share_change(SHARES_1, [3] * 8, SHARES_1, [3] * 8, 0)

    assert (got.difference, got.changed_prompts, got.test.p_value) == (0, 0, 1)


def test_pairing_by_prompt_narrows_the_interval_when_prompts_differ_more_than_periods():
    before, after = [0, 0, 1, 1, 2, 2, 3, 3, 3, 0], [0, 1, 1, 2, 2, 3, 3, 3, 3, 0]
    paired = rate_change(before, [3] * 10, after, [3] * 10)
    shuffled = rate_change(before, [3] * 10, after[::-1], [3] * 10)

    assert paired.upper - paired.lower < 0.6 * (shuffled.upper - shuffled.lower)


@settings(deadline=None)
@given(pairs)
def test_the_interval_contains_the_difference_and_mirrors_when_the_periods_swap(counts):
    first, second = counts
    n = [4] * len(first)
    forth, back = rate_change(first, n, second, n), rate_change(second, n, first, n)

    assert -1 <= forth.lower <= forth.difference <= forth.upper <= 1
    assert [-back.upper, -back.difference, -back.lower] == pytest.approx(
        [forth.lower, forth.difference, forth.upper]
    )
    assert (back.test.p_value, back.test.p_mid) == (forth.test.p_value, forth.test.p_mid)


@settings(deadline=None)
@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_prompts_does_not_matter(counts, random):
    shuffled = list(zip(*counts, strict=True))
    random.shuffle(shuffled)
    n = [4] * len(shuffled)
    before, after = (rate_change(a, n, b, n) for a, b in (counts, zip(*shuffled, strict=True)))

    assert [after.lower, after.upper, after.test.p_value] == pytest.approx(
        [before.lower, before.upper, before.test.p_value]
    )
