"""Planning: textbook sample sizes, and the clustering diagnostics worked out by hand."""

from math import sqrt

import numpy as np
import pytest

from brand_monitor.domain.statistics import (
    clustered_standard_error,
    design_effect,
    effective_answers,
    icc,
    sample_size_rate,
    sample_size_two_rates,
)


@pytest.mark.parametrize(("p1", "p2", "per_arm"), [(0.5, 0.6, 388), (0.1, 0.2, 199), (0.6, 0.5, 388)])
def test_answers_per_arm_to_tell_two_rates_apart_at_80_percent_power(p1, p2, per_arm):
    plan = sample_size_two_rates(p1, p2)

    assert (plan.independent_answers, plan.prompts, plan.repeats, plan.answers) == (
        per_arm,
        per_arm,
        1,
        per_arm,
    )


def test_repeats_of_similar_answers_cost_more_answers_but_fewer_prompts():
    plan = sample_size_two_rates(0.1, 0.2, icc=0.5, repeats=3)

    assert plan.design_effect == pytest.approx(2)
    assert (plan.prompts, plan.answers) == (133, 399)


def test_answers_for_ten_points_around_one_half():
    assert sample_size_rate(0.1).answers == 97
    assert sample_size_rate(0.1, icc=1, repeats=4).prompts == 97


def test_a_rarer_brand_and_a_lower_confidence_need_fewer_answers():
    assert sample_size_rate(0.05, rate=0.1).answers < sample_size_rate(0.05).answers
    assert sample_size_rate(0.05, confidence=0.8).answers < sample_size_rate(0.05).answers


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (lambda: sample_size_rate(0), "half_width"),
        (lambda: sample_size_rate(0.1, rate=1), "rate"),
        (lambda: sample_size_rate(0.1, repeats=0), "repeat"),
        (lambda: sample_size_rate(0.1, icc=-0.1), "ICC"),
        (lambda: sample_size_two_rates(0.2, 0.2), "different"),
        (lambda: sample_size_two_rates(0.2, 20), "p2"),
        (lambda: sample_size_two_rates(0.2, 0.3, power=80), "power"),
    ],
)
def test_a_plan_for_impossible_wishes_is_refused_by_name(plan, word):
    with pytest.raises(ValueError, match=word):
        plan()


@pytest.mark.parametrize(
    ("x", "n", "expected"),
    [
        ([3, 0, 3, 0], [3] * 4, 1),
        ([1, 2, 1, 2], [3] * 4, -2 / 7),
        ([3, 1, 0, 2], [3, 3, 0, 3], 1 / 7),
    ],
    ids=["answers agree within prompts", "prompts differ less than chance", "an unanswered prompt"],
)
def test_the_icc_of_small_tables_worked_out_by_hand(x, n, expected):
    assert icc(x, n) == pytest.approx(expected)


@pytest.mark.parametrize(("x", "n"), [([1], [3]), ([1, 0, 1], [1, 1, 1]), ([0, 0], [3, 3]), ([3, 3], [3, 3])])
def test_an_icc_that_cannot_be_estimated_is_null(x, n):
    assert icc(x, n) is None


def test_the_icc_of_simulated_prompts_is_the_one_they_were_made_with():
    rng = np.random.default_rng(8)
    x = rng.binomial(4, rng.beta(0.3 * 7 / 3, 0.7 * 7 / 3, 20_000))

    assert icc(x, np.full(20_000, 4)) == pytest.approx(0.3, abs=0.01)


def test_design_effect_and_effective_answers():
    assert design_effect(0.5, 3) == 2
    assert effective_answers(60, 0.5, 3) == 30


def test_the_clustered_standard_error_adds_residuals_within_prompts_first():
    assert clustered_standard_error([3, 0, 2, 1], [3] * 4) == pytest.approx(sqrt(5) / 12)
    assert clustered_standard_error([3, 0, 2, 1, 9], [3] * 4 + [0]) == pytest.approx(sqrt(5) / 12)
    assert clustered_standard_error([0], [0]) is None
