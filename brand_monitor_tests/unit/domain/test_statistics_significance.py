"""Tests of a difference: exact against brute force and against scipy, and valid when drawn at random."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.statistics import benjamini_hochberg, mcnemar, sign_flip_test

fractions = st.lists(st.fractions(-1, 1, max_denominator=12), min_size=1, max_size=9)
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def brute_force(differences):
    """Exact (p_value, p_mid) by walking through all sign vectors."""
    observed = abs(sum(differences))
    sums = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in product((-1, 1), repeat=len(differences))
    ]
    reached, tied = sum(s >= observed for s in sums), sum(s == observed for s in sums)
    return reached / len(sums), 1.0 if observed == 0 else (reached - tied / 2) / len(sums)


@settings(deadline=None)
@given(fractions)
def test_convolution_equals_walking_through_all_signs(differences):
    got = sign_flip_test(differences)

    assert (got.p_value, got.p_mid) == pytest.approx(brute_force(differences))
    assert got.method == "exact"
    assert got.changed == sum(d != 0 for d in differences)


@settings(deadline=None)
@given(fractions)
def test_real_values_give_the_same_p_as_the_fractions_they_stand_for(differences):
    exact, real = sign_flip_test(differences), sign_flip_test([float(d) for d in differences])

    assert (real.p_value, real.p_mid) == pytest.approx((exact.p_value, exact.p_mid))


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), max_size=12))
def test_the_test_is_symmetric_in_the_direction_of_the_change(differences):
    forth, back = sign_flip_test(differences), sign_flip_test([-d for d in differences])

    assert (forth.p_value, forth.p_mid) == pytest.approx((back.p_value, back.p_mid))
    assert 0 < forth.p_mid <= forth.p_value <= 1


@pytest.mark.parametrize(("prompts", "p"), [(1, 1.0), (6, 2 / 2**6), (7, 2 / 2**7), (60, 2 / 2**60)])
def test_prompts_that_all_move_the_same_way_reach_the_smallest_possible_p(prompts, p):
    assert sign_flip_test([Fraction(1, 3)] * prompts).p_value == pytest.approx(p)


@pytest.mark.parametrize("differences", [[], [0, 0], np.zeros(3)])
def test_no_change_at_all_has_p_1(differences):
    got = sign_flip_test(differences)

    assert (got.p_value, got.p_mid, got.changed) == (1, 1, 0)


def test_fractions_without_a_common_fine_step_are_still_tested_exactly():
    primes = [101, 103, 107, 109, 113, 127, 131, 137]
    differences = [Fraction(1, q) for q in primes]

    assert sign_flip_test(differences).p_value == pytest.approx(brute_force(differences)[0])


def test_many_real_values_are_tested_by_seeded_draws_close_to_the_exact_p():
    steps = np.random.default_rng(3).integers(-6, 10, 60)
    exact = sign_flip_test(steps.tolist())
    drawn = sign_flip_test(steps / 7)

    assert (exact.method, drawn.method) == ("exact", "monte_carlo")
    assert drawn.p_value == pytest.approx(exact.p_value, abs=4 * (exact.p_value / 19_999) ** 0.5)
    assert drawn.p_mid == pytest.approx(exact.p_mid, abs=4 * (exact.p_value / 19_999) ** 0.5)
    assert sign_flip_test(steps / 7) == drawn
    assert sign_flip_test(steps / 7, seed=2) != drawn


def test_drawn_p_values_are_never_zero_and_are_1_without_a_net_change():
    assert sign_flip_test(np.linspace(1, 2, 40), draws=999).p_value == 1 / 1000
    balanced = sign_flip_test(np.concatenate([np.linspace(0.1, 0.9, 20), -np.linspace(0.1, 0.9, 20)]))
    assert (balanced.p_value, balanced.p_mid) == (1, 1)


def test_a_difference_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="leave prompts without both figures out"):
        sign_flip_test([0.5, float("nan")])


def test_mcnemar_of_a_textbook_table():
    got = mcnemar(121, 59)

    assert got.statistic == pytest.approx((62 - 1) ** 2 / 180)
    assert got.p_value == pytest.approx(5.450094825427134e-06)


@pytest.mark.parametrize("pairs", [(0, 8), (3, 9), (5, 5), (1, 0)])
def test_mcnemar_agrees_with_the_binomial_and_chi_squared_of_scipy(pairs):
    from scipy import stats

    got = mcnemar(*pairs)
    assert got.p_exact == pytest.approx(stats.binomtest(pairs[0], sum(pairs)).pvalue)
    assert got.p_value == pytest.approx(stats.chi2.sf(got.statistic, 1))
    assert got == mcnemar(*pairs[::-1])


def test_mcnemar_without_discordant_pairs_sees_nothing():
    assert (mcnemar(0, 0).p_value, mcnemar(0, 0).p_exact) == (1, 1)


def test_mcnemar_refuses_negative_counts():
    with pytest.raises(ValueError, match="counts"):
        mcnemar(-1, 3)


@settings(deadline=None)
@given(p_values)
def test_q_values_keep_the_order_of_p_values_and_never_fall_below_them(p):
    q = benjamini_hochberg(p)

    assert (np.diff(q[np.argsort(p)]) >= 0).all()
    assert ((q >= np.array(p)) & (q <= 1)).all()


@settings(deadline=None)
@given(p_values)
def test_q_values_agree_with_scipy(p):
    from scipy import stats

    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))


def test_rows_without_a_test_keep_no_q_value_and_do_not_count_in_the_family():
    q = benjamini_hochberg([0.01, np.nan, 0.04])

    assert q == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert benjamini_hochberg([]).size == 0


def test_a_p_value_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="outside"):
        benjamini_hochberg([0.5, 1.2])
