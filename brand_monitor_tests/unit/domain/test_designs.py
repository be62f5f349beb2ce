"""Designs: balanced, distinct, the same for the same seed."""

from collections import Counter
from itertools import combinations, pairwise, permutations
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.designs import MAX_SOURCES, Design, balanced_masks, balanced_orders, designs

SOURCES = st.integers(1, MAX_SOURCES)
SEEDS = st.integers(0, 2**63 - 1)


def test_a_small_design_written_out() -> None:
    rows = designs(3, replicates=2, leave_one_out=True)
    first = [
        Design("full", "full", (0, 1, 2), 0),
        Design("empty", "empty", (), 0),
        Design("without-0", "leave_one_out", (1, 2), 0),
        Design("without-1", "leave_one_out", (0, 2), 0),
        Design("without-2", "leave_one_out", (0, 1), 0),
    ]
    assert rows[:5] == first
    assert [(row.arm, row.replicate) for row in rows[5:]] == [(row.arm, 1) for row in first]


def test_the_controls_are_there_without_any_intervention() -> None:
    assert [row.arm for row in designs(4, replicates=1, leave_one_out=False)] == ["full", "empty"]


@given(SOURCES, st.integers(1, 3), st.integers(0, 40), st.integers(0, 40), SEEDS)
def test_a_design_has_the_counts_it_was_asked_for(
    k: int, replicates: int, masks: int, orders: int, seed: int
) -> None:
    rows = designs(k, replicates=replicates, masks=masks, permutations=orders, seed=seed)
    kinds = Counter(row.kind for row in rows)
    assert kinds == Counter(
        {
            "full": replicates,
            "empty": replicates,
            "leave_one_out": k * replicates,
            "mask": masks * replicates * (k > 1),
            "permutation": orders * replicates,
        }
    )
    assert len({(row.arm, row.replicate) for row in rows}) == len(rows), "arms and replicates tell rows apart"
    assert all(set(row.order) <= set(range(k)) and len(set(row.order)) == len(row.order) for row in rows)


@given(SOURCES, st.integers(0, 30), st.integers(0, 30), SEEDS)
def test_the_same_seed_gives_the_same_design(k: int, masks: int, orders: int, seed: int) -> None:
    def draw() -> list[Design]:
        return designs(k, replicates=2, masks=masks, permutations=orders, seed=seed)

    assert draw() == draw()


def test_another_seed_gives_another_design() -> None:
    assert balanced_masks(8, 16, seed=1) != balanced_masks(8, 16, seed=2)
    assert balanced_orders(8, 16, seed=1) != balanced_orders(8, 16, seed=2)


def test_more_masks_leave_the_orders_as_they_are() -> None:
    few, many = (designs(6, replicates=1, masks=n, permutations=6, seed=5) for n in (4, 20))
    assert [row for row in few if row.kind == "permutation"] == [
        row for row in many if row.kind == "permutation"
    ]


@given(st.integers(2, MAX_SOURCES), st.integers(0, 80), SEEDS)
def test_each_source_is_shown_in_half_of_the_masks(k: int, n: int, seed: int) -> None:
    masks = balanced_masks(k, n, seed=seed)
    assert len(masks) == n
    assert all(0 < len(mask) < k and list(mask) == sorted(mask) for mask in masks)
    shown = Counter(source for mask in masks for source in mask)
    counts = [shown[source] for source in range(k)]
    assert max(counts) - min(counts) <= 1
    assert all(abs(count - n / 2) <= 0.5 for count in counts)


@given(st.integers(2, MAX_SOURCES), st.integers(1, 80), SEEDS)
def test_masks_are_distinct_until_all_are_used(k: int, n: int, seed: int) -> None:
    times = Counter(balanced_masks(k, n, seed=seed))
    available = 2**k - 2
    assert len(times) == min(n, available)
    assert max(times.values()) == -(-n // available)


@given(st.integers(2, 12), SEEDS)
def test_pairs_of_sources_are_shown_together_about_as_often_as_apart(k: int, seed: int) -> None:
    n = 64
    masks = balanced_masks(k, min(n, 2**k - 2), seed=seed)
    for one, other in combinations(range(k), 2):
        agree = sum((one in mask) == (other in mask) for mask in masks)
        assert abs(agree - len(masks) / 2) <= 4  # the worst pair of independent coins is off by 9 to 11


@given(st.integers(2, MAX_SOURCES), st.integers(1, 40), SEEDS)
def test_masks_come_with_their_complements(k: int, n: int, seed: int) -> None:
    masks = Counter(balanced_masks(k, n, seed=seed))
    whole = set(range(k))
    lonely = [mask for mask in masks if tuple(sorted(whole - set(mask))) not in masks]
    assert len(lonely) <= n % 2


@given(SOURCES, st.integers(0, 80), SEEDS)
def test_each_source_stands_at_each_position_equally_often(k: int, n: int, seed: int) -> None:
    orders = balanced_orders(k, n, seed=seed)
    assert len(orders) == n
    assert all(sorted(order) == list(range(k)) for order in orders)
    for position in range(k):
        stood = Counter(order[position] for order in orders)
        counts = [stood[source] for source in range(k)]
        assert max(counts) - min(counts) <= 1


@given(SOURCES, st.integers(1, 80), SEEDS)
def test_orders_are_distinct_until_all_are_used(k: int, n: int, seed: int) -> None:
    times = Counter(balanced_orders(k, n, seed=seed))
    assert len(times) == min(n, factorial(k))
    assert max(times.values()) == -(-n // factorial(k))


@given(st.sampled_from([2, 4, 6, 8, 10]), SEEDS)
def test_in_the_first_square_each_source_follows_each_other_once(k: int, seed: int) -> None:
    followed = Counter(pair for order in balanced_orders(k, k, seed=seed) for pair in pairwise(order))
    assert followed == Counter(permutations(range(k), 2))


def test_a_single_source_has_no_mask() -> None:
    assert balanced_masks(1, 5, seed=0) == []
    assert [row.arm for row in designs(1, replicates=1, masks=5)] == ["full", "empty", "without-0"]


@pytest.mark.parametrize(
    ("k", "replicates", "masks", "orders"),
    [(0, 1, 0, 0), (21, 1, 0, 0), (3, 0, 0, 0), (3, 1, -1, 0), (3, 1, 0, -1)],
)
def test_impossible_arguments_are_named(k: int, replicates: int, masks: int, orders: int) -> None:
    with pytest.raises(ValueError, match=f"no design for k={k}, replicates={replicates}, masks={masks}"):
        designs(k, replicates=replicates, masks=masks, permutations=orders)
