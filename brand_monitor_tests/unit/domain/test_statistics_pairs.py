"""Paired comparisons, many sign-flip tests at once, and the verdicts over a family."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brand_monitor.domain.statistics import (
    FLAG_TEXTS,
    VERDICT_TEXTS,
    Verdict,
    compare_brands,
    compare_periods,
    judge,
    mcnemar,
    mcnemar_by_prompt,
    rate_change,
    served_model_changed,
    sign_flip_test,
    sign_flip_tests,
)

whole = st.integers(1, 6).flatmap(
    lambda rows: st.integers(1, 20).flatmap(
        lambda k: arrays(np.int64, (rows, k), elements=st.integers(-10, 10))
    )
)


@given(whole)
def test_many_tests_at_once_are_the_tests_one_by_one(differences):
    together = sign_flip_tests(differences)
    alone = [sign_flip_test(row.tolist()) for row in differences]

    assert together.p_value == pytest.approx([one.p_value for one in alone], abs=1e-12)
    assert together.p_mid == pytest.approx([one.p_mid for one in alone], abs=1e-12)
    assert together.changed.tolist() == [one.changed for one in alone]


def test_a_hundred_prompts_that_all_rise_reach_the_smallest_p_there_is():
    assert sign_flip_tests(np.full((2, 100), 10)).p_value == pytest.approx([2.0**-99] * 2)


def test_p_values_of_prompts_without_a_change_are_spread_evenly_or_on_the_safe_side():
    rng = np.random.default_rng(2)
    rates = rng.beta(1, 2, (4_000, 40))
    p = sign_flip_tests(rng.binomial(5, rates) - rng.binomial(5, rates))

    for level in (0.01, 0.05, 0.1, 0.3, 0.5):
        assert (p.p_value <= level).mean() <= level + 3 * (level / 4_000) ** 0.5
        assert (p.p_mid <= level).mean() == pytest.approx(level, abs=0.02)


def test_differences_that_are_not_whole_are_refused_by_the_batch():
    with pytest.raises(ValueError, match="common denominator"):
        sign_flip_tests([[0.5, 1]])


def answers(counts):
    """Both brands, first only, second only, neither: per prompt."""
    rows = [
        (prompt, a, b)
        for prompt, (both, first, second, neither) in enumerate(counts)
        for n, a, b in ((both, 1, 1), (first, 1, 0), (second, 0, 1), (neither, 0, 0))
        for _ in range(n)
    ]
    prompts, first, second = map(np.array, zip(*rows, strict=True))
    return first, second, prompts


COUNTS = [(1, 0, 2, 0), (0, 0, 2, 1), (0, 1, 0, 2), (3, 0, 0, 0), (0, 0, 3, 0), (1, 0, 1, 1), (0, 0, 1, 2),
          (0, 1, 2, 0), (0, 0, 2, 1), (0, 0, 1, 2)]  # fmt: skip


def test_two_brands_are_compared_in_the_same_answers():
    got = compare_brands(*answers(COUNTS))

    assert got.by_answer == mcnemar(2, 14)
    assert got.by_prompt == mcnemar(1, 8)
    assert got.change.difference == pytest.approx(12 / 30)
    assert got.change.changed_prompts == 9


def test_swapping_the_brands_turns_the_difference_and_nothing_else():
    first, second, prompts = answers(COUNTS)
    there, back = compare_brands(first, second, prompts), compare_brands(second, first, prompts)

    assert back.change.difference == pytest.approx(-there.change.difference)
    assert (back.by_answer, back.by_prompt) == (there.by_answer, there.by_prompt)
    assert back.change.test == there.change.test


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_neither_the_order_of_answers_nor_the_names_of_prompts_count(random):
    first, second, prompts = answers(COUNTS)
    order = random.sample(range(prompts.size), prompts.size)
    names = np.array(random.sample([f"prompt {i}" for i in range(10)], 10))
    got = compare_brands(first[order], second[order], names[prompts[order]])
    plain = compare_brands(first, second, prompts)

    assert (got.by_answer, got.by_prompt, got.change.test) == (
        plain.by_answer,
        plain.by_prompt,
        plain.change.test,
    )
    assert got.change.lower == pytest.approx(plain.change.lower)


def test_answers_unknown_for_one_brand_leave_both_and_no_answer_gives_no_comparison():
    first, second, prompts = answers(COUNTS)
    unknown = np.where(prompts == 3, np.nan, first)

    assert compare_brands(unknown, second, prompts).change.prompts == 9
    assert compare_brands([np.nan], [1], [0]) is None


@pytest.mark.parametrize(
    ("series", "word"), [(([2, 0], [1, 0], [0, 1]), "first holds 2"), (([1, 0], [1, 0], [0]), "lengths")]
)
def test_series_that_are_no_pairs_are_refused(series, word):
    with pytest.raises(ValueError, match=word):
        compare_brands(*series)


def test_periods_are_paired_by_prompt_and_never_by_answer():
    got = compare_periods([0, 1, 2, 0], [3, 3, 3, 0], [1, 1, 1, 3], [3, 3, 3, 3])

    assert got.by_answer is None
    assert got.by_prompt == mcnemar(1, 1)
    assert got.change.prompts == 3
    assert compare_periods([0], [0], [1], [1]) is None


def test_one_run_per_period_makes_it_the_test_of_mcnemar():
    before, after, once = [1, 1, 0, 0, 1], [1, 0, 1, 1, 1], [1] * 5

    assert mcnemar_by_prompt(before, once, after, once) == mcnemar(1, 2)


def test_thirds_of_three_and_sixths_of_six_are_no_change():
    assert mcnemar_by_prompt([1], [3], [2], [6]) == mcnemar(0, 0)


def moved(prompts=12):
    return rate_change([0] * prompts, [3] * prompts, [2] * prompts, [3] * prompts)


def still(prompts=12):
    half = [0, 2] * (prompts // 2)
    return rate_change(half, [3] * prompts, half[::-1], [3] * prompts)


def test_the_four_verdicts():
    got = judge([moved(), still(), moved(6), None, moved()], [False, False, False, False, True])

    assert [one.verdict for one in got] == [
        Verdict.MOVED,
        Verdict.WITHIN_NOISE,
        Verdict.INSUFFICIENT_DATA,
        Verdict.INSUFFICIENT_DATA,
        Verdict.MODEL_CHANGED,
    ]
    assert [one.q_value for one in got[2:]] == [None] * 3
    assert set(VERDICT_TEXTS) == set(Verdict)


def test_only_what_was_tested_counts_in_the_family():
    alone = judge([moved(8)], [False])[0]
    among = judge([moved(8), *[None] * 50, moved(8)], [False, *[False] * 50, True])[0]

    assert alone.q_value == among.q_value == moved(8).test.p_value
    assert judge([moved(8), *[still()] * 9], [False] * 10)[0].verdict is Verdict.WITHIN_NOISE


def test_a_change_of_the_model_is_passed_over_only_by_force_and_says_so():
    forced = judge([moved()], [True], forced=True)[0]

    assert (forced.verdict, forced.flags) == (Verdict.MOVED, ("model_change_forced",))
    assert judge([moved()], [None])[0].flags == ("served_model_unknown",)
    assert {*forced.flags, "served_model_unknown"} <= set(FLAG_TEXTS)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (["a-1", None], ["a-1", "a-1"], False),
        (["a-1"], ["a-2"], True),
        (["a-1"], ["a-1", "a-2"], True),
        ([None], ["a-1"], None),
        ([], [], None),
    ],
)
def test_served_models_are_compared_as_sets_of_the_names_they_gave(before, after, changed):
    assert served_model_changed(before, after) is changed


def test_a_family_of_two_lengths_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        judge([moved()], [])
