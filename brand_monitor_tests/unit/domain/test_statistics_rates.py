"""Rates: fixed vectors, properties that hold for any counts, and what happens where data is missing."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.statistics import (
    FLAG_TEXTS,
    judge,
    rate_interval,
    rate_intervals,
    unseen_upper_bound,
    volatility,
    wilson,
)
from brand_monitor.domain.statistics.flags import bootstrap_flags, change_flags, rate_flags, share_flags

WIDE = "coverage_above_97_percent"
ROUNDED = 5.1e-5  # the vectors are printed with four decimals

# x, n, (value, lower, upper, n_eff), (prompts, with, without), flags
VECTORS = [
    ([3, 3, 0, 2, 0, 3, 1, 0, 3, 0], [3] * 10, (0.5, 0.2439, 0.7561, 10.8), (10, 6, 6), ()),
    ([0, 0, 5, *[0] * 9], [5] * 12, (0.0833, 0.0043, 0.3539, 12.0), (12, 1, 11), ("seen_in_1_prompt",)),
    (
        [4, 0, 1, 3, 2],
        [5, 4, 1, 3, 5],
        (0.64, 0.2762, 0.8923, 5.8006),
        (5, 4, 3),
        ("rough_under_10_prompts",),
    ),
    ([0] * 8, [3] * 8, (0.0, 0.0, 0.3244, 8.0), (8, 0, 8), ("rough_under_10_prompts", "never_seen")),
    (
        [1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0],
        [1] * 12,
        (0.4167, 0.1933, 0.6805, 12.0),
        (12, 5, 7),
        ("one_answer_per_prompt",),
    ),
    ([*[3] * 14, 2], [3] * 15, (0.9778, 0.8178, 0.9977, 22.3729), (15, 15, 1), ("missed_in_1_prompt", WIDE)),
]


@st.composite
def prompts(draw, min_size=1):
    """Counts of 1 to 30 prompts with 1 to 10 answers each."""
    answers = draw(st.lists(st.integers(1, 10), min_size=min_size, max_size=30))
    return [draw(st.integers(0, n)) for n in answers], answers


@pytest.mark.parametrize(("x", "n", "figures", "counts", "flags"), VECTORS)
def test_the_interval_reproduces_the_reference_vectors(x, n, figures, counts, flags):
    got = rate_interval(x, n)

    assert (got.value, got.lower, got.upper, got.n_eff) == pytest.approx(figures, abs=ROUNDED)
    assert (got.prompts, got.prompts_with, got.prompts_without) == counts
    assert got.flags == flags


def test_naive_wilson_of_49_in_144_answers():
    assert wilson(49 / 144, 144) == pytest.approx((0.268, 0.421), abs=5e-4)


def test_naive_wilson_takes_columns_and_leaves_unknowns_unknown():
    lower, upper = wilson([0.0, 1.0, 0.5, np.nan], [10, 10, 0, 10])

    assert lower == pytest.approx([0, 0.7225, np.nan, np.nan], abs=ROUNDED, nan_ok=True)
    assert upper == pytest.approx([0.2775, 1, np.nan, np.nan], abs=ROUNDED, nan_ok=True)


@pytest.mark.parametrize(("x", "n"), [([], []), ([0, 0], [0, 0]), ([np.nan, 1], [3, np.nan])])
def test_a_rate_without_answers_is_null_and_not_zero(x, n):
    assert rate_interval(x, n) is None


def test_prompts_without_answers_take_no_part():
    asked = rate_interval([3, 1, 0, 2], [3, 3, 3, 3])

    assert rate_interval([3, 0, 1, np.nan, 0, 2, 1], [3, 0, 3, 3, 3, 3, np.nan]) == asked


@pytest.mark.parametrize(
    ("k", "flag", "has_interval"),
    [
        (1, "no_interval_under_3_prompts", False),
        (2, "no_interval_under_3_prompts", False),
        (3, "counts_only_under_5_prompts", True),
        (4, "counts_only_under_5_prompts", True),
        (5, "rough_under_10_prompts", True),
        (9, "rough_under_10_prompts", True),
    ],
)
def test_few_prompts_are_flagged_and_under_three_get_no_interval(k, flag, has_interval):
    got = rate_interval([1] * k, [3] * k)

    assert got.value == pytest.approx(1 / 3)
    assert (got.lower is not None, got.upper is not None) == (has_interval, has_interval)
    assert got.flags[0] == flag


def test_ten_prompts_that_differ_raise_no_flag():
    assert rate_interval([3, 3, 0, 2, 0, 3, 1, 0, 3, 0], [3] * 10).flags == ()


def test_prompts_that_do_not_differ_at_all_have_a_wider_interval_than_need_be_and_say_so():
    assert rate_interval([1] * 10, [3] * 10).flags == (WIDE,)
    assert rate_flags(10, 10, 10, single_answers=False, inflation=1.2) == (WIDE,)
    assert rate_flags(10, 10, 10, single_answers=False, inflation=1.05) == ()


@pytest.mark.parametrize(("seen", "narrow"), [(0, False), (1, True), (2, True), (3, False)])
def test_a_rare_brand_asked_once_may_have_too_narrow_an_interval_and_says_so(seen, narrow):
    flags = rate_interval([1] * seen + [0] * (12 - seen), [1] * 12).flags

    assert ("coverage_below_93_percent" in flags) is narrow


@pytest.mark.parametrize(
    ("x", "flag"),
    [
        ([0] * 10, "never_seen"),
        ([1, *[0] * 9], "seen_in_1_prompt"),
        ([1, 1, *[0] * 8], "seen_in_2_prompts"),
        ([2] * 10, "always_seen"),
        ([1, *[2] * 9], "missed_in_1_prompt"),
        ([1, 1, *[2] * 8], "missed_in_2_prompts"),
    ],
)
def test_a_brand_seen_or_missed_almost_never_is_flagged(x, flag):
    got = rate_interval(x, [2] * 10)

    assert got.flags[0] == flag
    assert set(got.flags) <= {flag, WIDE}


def test_every_flag_that_can_be_raised_has_a_text_and_no_text_is_left_over():
    raised = set()
    for k, with_, without in product((1, 3, 5, 10, 30), range(4), range(4)):
        raised.update(rate_flags(k, with_, without, single_answers=True), share_flags(k, with_, without))
        raised.update(change_flags(k, with_), bootstrap_flags(k, undefined_draws=with_))
    raised.update(rate_flags(10, 10, 10, single_answers=False, inflation=1.5))
    raised.update(
        volatility([[1.0]]).flags, judge([None], [None])[0].flags, judge([None], [True], forced=True)[0].flags
    )

    assert raised == set(FLAG_TEXTS)
    assert all(text.endswith(".") for text in FLAG_TEXTS.values())


@pytest.mark.parametrize("repeats", [1, 3, 50])
def test_asking_again_does_not_lower_the_upper_bound_of_a_brand_never_seen(repeats):
    once, often = (rate_interval([0] * 20, [r] * 20) for r in (1, repeats))

    assert often.upper == once.upper
    assert often.upper >= unseen_upper_bound(20)


def test_the_upper_bound_of_a_brand_never_seen_is_exact_on_few_prompts():
    assert unseen_upper_bound(3) == pytest.approx(1 - 0.05 ** (1 / 3))
    assert rate_interval([0] * 3, [5] * 3).upper == pytest.approx(unseen_upper_bound(3))


def test_answers_that_agree_within_each_prompt_count_as_one():
    thrice = rate_interval([3, 0] * 10, [3] * 20)
    once = rate_interval([1, 0] * 10, [1] * 20)

    assert thrice.n_eff == pytest.approx(once.n_eff) == pytest.approx(20)


@pytest.mark.parametrize(("x", "n"), [([4], [3]), ([-1], [3])])
def test_impossible_counts_are_refused_and_located(x, n):
    with pytest.raises(ValueError, match=r"mentions in 3 answers at index \(0, 0\)"):
        rate_interval(x, n)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_in_percent_is_refused(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        rate_interval([1], [2], confidence)


@settings(deadline=None)
@given(prompts(min_size=3))
def test_the_interval_contains_its_estimate_and_stays_between_0_and_1(counts):
    got = rate_interval(*counts)

    assert 0 <= got.lower <= got.value <= got.upper <= 1
    # From "repeats add nothing" to "all answers are independent".
    assert got.prompts <= got.n_eff * (1 + 1e-12)
    assert got.n_eff <= sum(counts[1]) * (1 + 1e-12)


@settings(deadline=None)
@given(prompts(min_size=3), st.randoms(use_true_random=False))
def test_the_order_of_prompts_does_not_matter(counts, random):
    pairs = list(zip(*counts, strict=True))
    random.shuffle(pairs)
    before, after = rate_interval(*counts), rate_interval(*zip(*pairs, strict=True))

    assert [after.value, after.lower, after.upper] == pytest.approx(
        [before.value, before.lower, before.upper]
    )
    assert after.flags == before.flags


@settings(deadline=None)
@given(prompts(min_size=3))
def test_a_brand_and_its_absence_have_mirrored_intervals(counts):
    x, n = counts
    seen, missed = rate_interval(x, n), rate_interval([b - a for a, b in zip(x, n, strict=True)], n)

    assert [1 - missed.upper, 1 - missed.lower] == pytest.approx([seen.lower, seen.upper], abs=1e-9)


@settings(deadline=None)
@given(prompts(min_size=3))
def test_a_higher_confidence_never_narrows_the_interval(counts):
    ninety, ninety_nine = rate_interval(*counts, 0.9), rate_interval(*counts, 0.99)

    assert ninety_nine.lower <= ninety.lower
    assert ninety.upper <= ninety_nine.upper


@settings(deadline=None)
@given(st.lists(prompts(), min_size=1, max_size=8))
def test_many_rates_at_once_equal_each_alone(rows):
    width = max(len(x) for x, _ in rows)
    x = np.full((len(rows), width), np.nan)
    n = np.zeros((len(rows), width))
    for i, (mentions, answers) in enumerate(rows):
        x[i, : len(mentions)], n[i, : len(answers)] = mentions, answers
    together = rate_intervals(x, n)

    for i, row in enumerate(rows):
        alone, batched = rate_interval(*row), together.at(i)
        assert [batched.value, batched.n_eff] == pytest.approx([alone.value, alone.n_eff])
        assert [batched.lower, batched.upper] == pytest.approx([alone.lower, alone.upper])
        assert (batched.prompts, batched.prompts_with, batched.prompts_without, batched.flags) == (
            alone.prompts,
            alone.prompts_with,
            alone.prompts_without,
            alone.flags,
        )


def test_a_row_without_answers_is_null_among_others():
    rates = rate_intervals([[1, 2, 3], [0, 0, 0]], [[3, 3, 3], [0, 0, 0]])

    assert rates.at(1) is None
    assert np.isnan([rates.value[1], rates.lower[1], rates.upper[1], rates.n_eff[1]]).all()
    assert rates.at(0) == rate_interval([1, 2, 3], [3, 3, 3])
