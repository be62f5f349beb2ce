"""Plans with prices: what they ask for, which is cheapest, and what a given plan can see."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.statistics import (
    Spending,
    best_repeats,
    detectable_effect,
    expected_half_width,
    plan_effect,
    plan_half_width,
    sample_size_two_rates,
)

CHEAP = Spending(per_answer=0.01)
iccs = st.floats(0, 1)


def test_ten_points_around_one_half_take_97_prompts_or_fewer_with_repeats():
    options = plan_half_width(0.1, CHEAP, icc=0.3).options

    assert [option.prompts for option in options[:3]] == [97, 63, 52]
    assert [option.answers for option in options[:3]] == [97, 126, 156]
    assert options[0].price == pytest.approx(0.97)


def test_where_only_answers_cost_more_prompts_are_cheaper_than_more_repeats():
    assert plan_half_width(0.1, CHEAP, icc=0.3).cheapest.repeats == 1


def test_where_prompts_cost_too_repeats_pay_as_the_formula_of_the_optimum_says():
    dear = Spending(per_answer=0.01, per_prompt=0.2)

    assert best_repeats(0.3, dear) == pytest.approx(math.sqrt(20 * 0.7 / 0.3))
    assert plan_half_width(0.02, dear, icc=0.3).cheapest.repeats == round(best_repeats(0.3, dear))
    assert best_repeats(0, dear) == math.inf


def test_where_prompts_are_few_the_cheapest_plan_is_one_that_can_be_had():
    few = Spending(per_answer=0.01, max_prompts=60)
    plan = plan_half_width(0.1, few, icc=0.3)

    assert (plan.cheapest.repeats, plan.cheapest.prompts) == (3, 52)
    assert [option.feasible for option in plan.options[:3]] == [False, False, True]
    assert plan_half_width(0.01, few, icc=0.3).cheapest is None


@pytest.mark.parametrize(("rate", "effect", "per_arm"), [(0.5, 0.1, 388), (0.1, 0.1, 199)])
def test_other_prompts_in_each_period_need_the_textbook_sizes(rate, effect, per_arm):
    option = plan_effect(rate, effect, CHEAP, icc=0.0, steadiness=None).options[0]

    assert (option.prompts, option.answers, option.periods) == (2 * per_arm, 2 * per_arm, 2)
    assert per_arm == sample_size_two_rates(rate, rate + effect).prompts


def test_the_same_prompts_in_both_periods_need_fewer_the_steadier_they_are():
    plans = [plan_effect(0.3, 0.1, CHEAP, icc=0.4, steadiness=s).options[2] for s in (0.0, 0.5, 1.0)]
    apart = plan_effect(0.3, 0.1, CHEAP, icc=0.4, steadiness=None).options[2]

    assert plans[0].prompts > plans[1].prompts > plans[2].prompts
    assert plans[2].answers < apart.answers
    assert all(plan.price == pytest.approx(0.01 * 2 * 3 * plan.prompts) for plan in plans)


@given(iccs, st.floats(0.02, 0.9), st.floats(0.01, 0.09))
def test_a_finer_aim_never_needs_fewer_prompts(icc, rate, effect):
    fine, coarse = (plan_effect(rate, e, CHEAP, icc=icc) for e in (effect, effect + 0.005))

    assert all(a.prompts >= b.prompts for a, b in zip(fine.options, coarse.options, strict=True))


@given(iccs, st.floats(0.02, 0.9))
def test_more_repeats_never_need_more_prompts_and_no_plan_has_under_ten(icc, rate):
    prompts = [option.prompts for option in plan_half_width(0.05, CHEAP, rate=rate, icc=icc).options]

    assert prompts == sorted(prompts, reverse=True)
    assert min(prompts) >= 10


@given(st.floats(0.05, 0.6), st.integers(20, 400), st.integers(1, 10), st.floats(0, 0.9))
def test_the_effect_that_a_plan_can_see_is_the_one_that_asks_for_that_plan(rate, prompts, repeats, icc):
    effect = detectable_effect(rate, prompts, repeats, icc=icc)

    if effect is None or rate + effect >= 1 - 1e-6:
        return
    assert plan_effect(rate, effect, CHEAP, icc=icc).options[repeats - 1].prompts == pytest.approx(
        prompts, abs=1
    )


def test_a_plan_too_small_for_any_move_says_so():
    assert detectable_effect(0.9, 3, 1) is None


def test_the_half_width_of_a_plan_is_the_one_it_was_made_for():
    assert expected_half_width(52, 3, icc=0.3) == pytest.approx(0.1, abs=0.001)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: plan_half_width(0, CHEAP), "half_width"),
        (lambda: plan_half_width(0.1, CHEAP, icc=2), "ICC"),
        (lambda: plan_effect(0.2, 0, CHEAP), "effect"),
        (lambda: plan_effect(0.95, 0.1, CHEAP), "effect"),
        (lambda: plan_effect(0.2, 0.1, CHEAP, steadiness=2), "steadiness"),
        (lambda: plan_effect(0.2, 0.1, CHEAP, power=80), "power"),
        (lambda: detectable_effect(0.2, 0, 1), "prompt"),
    ],
)
def test_impossible_wishes_are_refused_by_name(call, word):
    with pytest.raises(ValueError, match=word):
        call()
