"""Shares of voice: fixed vectors, properties, and the cases in which a share does not exist."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brand_monitor.domain.statistics import share_interval, share_intervals

ROUNDED = 5.1e-5
FRAME = [
    [3, 2, 0, 0, 0],
    [3, 3, 1, 0, 0],
    [0, 3, 2, 1, 0],
    [2, 1, 3, 0, 0],
    [0, 0, 3, 3, 0],
    [3, 0, 0, 1, 0],
    [1, 3, 3, 0, 0],
    [0, 2, 0, 0, 0],
]
UNEQUAL = [[5, 4, 0], [0, 2, 3], [1, 0, 0], [3, 3, 1], [0, 0, 4]]

# counts, n, brand, (value, lower, upper, n_eff), (prompts, with, with rivals)
VECTORS = [
    (FRAME, [3] * 8, 0, (0.2791, 0.138, 0.4834, 22.9819), (8, 5, 8)),
    (FRAME, [3] * 8, 3, (0.1163, 0.0356, 0.3193, 20.2584), (8, 3, 8)),
    (FRAME, [3] * 8, 4, (0.0, 0.0, 0.2114, 14.3333), (8, 0, 8)),
    (UNEQUAL, [5, 4, 1, 3, 5], 0, (0.4176, 0.2028, 0.6691, 13.4546), (5, 3, 4)),
]


@st.composite
def frames(draw):
    """Counts of 3 to 15 prompts, 2 to 5 brands, 1 to 6 answers."""
    brands = draw(st.integers(2, 5))
    answers = draw(st.lists(st.integers(1, 6), min_size=3, max_size=15))
    return [[draw(st.integers(0, n)) for _ in range(brands)] for n in answers], answers


@pytest.mark.parametrize(("counts", "n", "brand", "figures", "seen"), VECTORS)
def test_the_interval_reproduces_the_reference_vectors(counts, n, brand, figures, seen):
    got = share_interval(counts, n, brand)

    assert (got.value, got.lower, got.upper, got.n_eff) == pytest.approx(figures, abs=ROUNDED)
    assert (got.prompts, got.prompts_with, got.prompts_without) == seen


@pytest.mark.parametrize(
    ("counts", "n"),
    [
        ([[3], [2], [1]], [3, 3, 3]),
        (np.zeros((3, 0)), [3, 3, 3]),
        (np.zeros((3, 2)), [3, 3, 3]),
        ([[3, 1], [2, 1]], [0, 0]),
    ],
    ids=["a single brand", "no brand", "nobody mentioned", "no answers"],
)
def test_a_share_without_a_competitor_frame_or_mentions_is_null(counts, n):
    shares = share_intervals(counts, n)

    assert [shares.at(b) for b in range(shares.value.size)] == [None] * shares.value.size


def test_unanswered_prompts_and_unknown_counts_take_no_part():
    padded = [*UNEQUAL, [9, 9, 9], [1, np.nan, 1]]

    assert share_interval(padded, [5, 4, 1, 3, 5, 0, 3], 0) == share_interval(UNEQUAL, [5, 4, 1, 3, 5], 0)


def test_a_brand_without_any_rival_seen_has_the_whole_voice_and_only_a_lower_bound():
    got = share_interval([[2, 0]] * 12, [3] * 12, 0)

    assert (got.value, got.upper) == (1.0, 1.0)
    assert 0 < got.lower < 1
    assert got.flags == ("no_rival_seen",)


def test_rivals_that_hardly_appear_and_few_prompts_are_flagged():
    assert share_interval([[2, 0], [2, 0], [1, 1]], [3] * 3, 0).flags == (
        "counts_only_under_5_prompts",
        "rival_seen_in_1_prompt",
        "coverage_above_97_percent",
    )
    assert share_interval([[2, 0], [2, 0], [1, 1]], [3] * 3, 1).flags == (
        "counts_only_under_5_prompts",
        "seen_in_1_prompt",
        "coverage_above_97_percent",
    )


def test_under_three_prompts_there_is_a_share_but_no_interval():
    got = share_interval([[2, 1], [1, 2]], [3, 3], 0)

    assert (got.value, got.lower, got.upper) == (pytest.approx(0.5), None, None)
    assert got.flags[0] == "no_interval_under_3_prompts"


def test_one_prompt_that_holds_all_mentions_still_gives_an_interval():
    got = share_interval([[2, 1], *[[0, 0]] * 9], [3] * 10, 0)

    assert got.value == pytest.approx(2 / 3)
    assert 0 < got.lower < got.value < got.upper < 1


def test_more_answers_with_a_mention_than_answers_are_refused():
    with pytest.raises(ValueError, match=r"4 mentions in 3 answers at index \(1, 0\)"):
        share_intervals([[1, 1], [4, 1]], [3, 3])


@settings(deadline=None)
@given(frames())
def test_the_interval_contains_its_share_and_the_shares_add_up(frame):
    counts, _ = frame
    assume(np.sum(counts) > 0)
    shares = share_intervals(*frame)

    assert shares.value.sum() == pytest.approx(1)
    assert ((shares.lower >= 0) & (shares.lower <= shares.value)).all()
    assert ((shares.value <= shares.upper) & (shares.upper <= 1)).all()


@settings(deadline=None)
@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_prompts_and_of_brands_does_not_matter(frame, random):
    counts, n = np.array(frame[0]), np.array(frame[1])
    assume(counts.sum() > 0)
    rows, columns = list(range(counts.shape[0])), list(range(counts.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    before, after = share_intervals(counts, n), share_intervals(counts[rows][:, columns], n[rows])

    assert after.lower == pytest.approx(before.lower[columns])
    assert after.upper == pytest.approx(before.upper[columns])


@settings(deadline=None)
@given(frames())
def test_two_brands_have_mirrored_shares(frame):
    counts, n = np.array(frame[0])[:, :2], frame[1]
    assume(counts.sum() > 0)
    first, second = share_interval(counts, n, 0), share_interval(counts, n, 1)

    assert [1 - second.upper, 1 - second.value, 1 - second.lower] == pytest.approx(
        [first.lower, first.value, first.upper]
    )


def test_many_frames_at_once_equal_each_alone():
    rng = np.random.default_rng(5)
    n = rng.integers(0, 5, (6, 9))
    counts = rng.integers(0, n[..., None] + 1, (6, 9, 4))
    together = share_intervals(counts, n)

    for i in range(6):
        alone = share_intervals(counts[i], n[i])
        assert together.lower[i] == pytest.approx(alone.lower)
        assert together.at(i, 2) == alone.at(2)
