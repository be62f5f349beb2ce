"""Experiment designs: which sources of a context are shown, in which order, how often.

Belongs here: the arms of an experiment, pure and seeded. Not here: what the sources are, who is asked, or the
estimation of effects from the answers.

A context of ``k`` sources, numbered from 0 in the order in which retrieval ranked them, is shown

* whole, in that order (``full``), the control that everything is compared with;
* not at all (``empty``): what the model says of itself under the same words. Shapley values start from
  there, and the effect of the context as a whole is ``full`` less ``empty``;
* without one source, for each source (``leave_one_out``), the others in their order;
* as a random half of the sources (``mask``), from which a sparse regression finds the weight of each;
* whole in another order (``permutation``), which tells a source from its place.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["full", "empty", "leave_one_out", "mask", "permutation"]
KINDS: tuple[Kind, ...] = ("full", "empty", "leave_one_out", "mask", "permutation")

#: More sources than an engine can be given (``top_k``); a design of any size would still be right.
MAX_SOURCES = 20
#: Searches for balanced masks start from this many random ones; the best is kept.
_STARTS = 8
#: Up to this many classes of orders are listed and shuffled; beyond, random ones are seldom drawn twice.
_LISTED = 5_040

Order = tuple[int, ...]


@dataclass(frozen=True)
class Design:
    """One answer to ask for.

    Attributes:
        arm: stable id of what is shown; its replicates are independent draws.
        kind: why it is shown.
        order: sources as shown, 0-based; those left out are absent.
        replicate: number of the draw, from 0.
    """

    arm: str
    kind: Kind
    order: Order
    replicate: int


def designs(
    k: int,
    *,
    replicates: int,
    leave_one_out: bool = True,
    masks: int = 0,
    permutations: int = 0,
    seed: int = 0,
) -> list[Design]:
    """Return the rows of an experiment on ``k`` sources, one whole replicate of all arms after the other.

    A run that is stopped between has whole replicates, and no kind of arm stands apart in time.

    Args:
        k: sources in the context, 1 to ``MAX_SOURCES``.
        replicates: draws per arm, at least 1.
        leave_one_out: one arm per source, without it.
        masks: arms of random subsets, see ``balanced_masks``; none for a single source.
        permutations: arms of other orders, see ``balanced_orders``.
        seed: of masks and orders; the same arguments give the same rows.

    Raises:
        ValueError: an argument is out of its range.
    """
    if not 1 <= k <= MAX_SOURCES or replicates < 1 or masks < 0 or permutations < 0:
        raise ValueError(
            f"no design for k={k}, replicates={replicates}, masks={masks}, permutations={permutations}: "
            f"k is 1 to {MAX_SOURCES}, replicates at least 1, the others not negative"
        )
    arms = list(_arms(k, leave_one_out=leave_one_out, masks=masks, permutations=permutations, seed=seed))
    return [
        Design(arm, kind, order, replicate) for replicate in range(replicates) for arm, kind, order in arms
    ]


def _arms(
    k: int, *, leave_one_out: bool, masks: int, permutations: int, seed: int
) -> Iterator[tuple[str, Kind, Order]]:
    whole = tuple(range(k))
    yield "full", "full", whole
    yield "empty", "empty", ()
    if leave_one_out:
        for source in whole:
            yield f"without-{source}", "leave_one_out", (*whole[:source], *whole[source + 1 :])
    # Each kind has a stream of its own: more masks leave the orders as they are.
    for arm, mask in _named("mask", balanced_masks(k, masks, seed=seed)):
        yield arm, "mask", mask
    for arm, order in _named("order", balanced_orders(k, permutations, seed=seed)):
        yield arm, "permutation", order


def _named(prefix: str, orders: list[Order]) -> Iterator[tuple[str, Order]]:
    """Name arms by what they show; what is shown again, once all else is used up, gets a number."""
    seen: dict[Order, int] = {}
    for order in orders:
        seen[order] = seen.get(order, 0) + 1
        again = f".{seen[order]}" if seen[order] > 1 else ""
        yield f"{prefix}-{'-'.join(map(str, order))}{again}", order


def balanced_masks(k: int, n: int, *, seed: int) -> list[Order]:
    """Return ``n`` subsets of ``k`` sources, never none and never all, sources in ascending order.

    Each source is in as many masks as it is out of, up to 1; so, nearly, is each pair together as apart.
    Masks come with their complements: main effects are then free of the effects of pairs (a fold-over
    design). All are distinct while there are enough (``2**k - 2``); then all are used before one returns.
    A single source has no mask.
    """
    available: int = 2**k - 2
    if available == 0 or n == 0:
        return []
    rounds, rest = divmod(n, available)
    rng = np.random.default_rng([seed, k, n, 1])
    every = [_order(side) for row in _all_halves(k) for side in (row, -row)] if rounds else []
    return every * rounds + (_fold_over(k, rest, rng) if rest else [])


def _all_halves(k: int) -> list[NDArray[np.int64]]:
    """Return one of each pair of complementary masks, as rows of +1 (shown) and -1."""
    signs = itertools.product((1, -1), repeat=k - 1)
    return [np.array((1, *row), dtype=np.int64) for row in signs if -1 in row]


def _fold_over(k: int, n: int, rng: np.random.Generator) -> list[Order]:
    """Return ``n`` distinct masks, fewer than there are: pairs of complements, and one alone if odd."""
    halves = [_spread(_random_half(k, (n + 1) // 2, rng)) for _ in range(_STARTS)]
    best = min(halves, key=_imbalance)
    return [_order(side) for row in best for side in (row, -row)][:n]


def _random_half(k: int, h: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return ``h`` random rows of +1 and -1, no two equal or opposite, none of one sign only."""
    pairs = 2 ** (k - 1) - 1
    if 2 * h > pairs:  # dense: drawing would meet the same rows again and again
        listed = _all_halves(k)
        chosen = [listed[at] for at in rng.permutation(pairs)[:h]]
    else:
        rows: dict[Order, NDArray[np.int64]] = {}
        while len(rows) < h:
            row = rng.choice((-1, 1), size=k)
            if abs(row.sum()) < k:
                rows.setdefault(_key(row), row)
        chosen = list(rows.values())
    flips = rng.choice((-1, 1), size=h)
    return np.array([row * flip for row, flip in zip(chosen, flips, strict=True)], dtype=np.int64)


def _spread(half: NDArray[np.int64]) -> NDArray[np.int64]:
    """Flip single entries as long as that brings pairs of sources nearer to balance."""
    half, k = half.copy(), half.shape[1]
    gram, keys = half.T @ half, {_key(row) for row in half}
    is_better = True
    while is_better:
        is_better = False
        for row, at in itertools.product(half, range(k)):
            step = -2 * row[at] * row
            step[at] = 0
            if int((2 * gram[at] * step + step * step).sum()) >= 0:
                continue
            flipped = row.copy()
            flipped[at] = -flipped[at]
            if abs(flipped.sum()) == k or _key(flipped) in keys:
                continue
            keys = (keys - {_key(row)}) | {_key(flipped)}
            gram[at] += step
            gram[:, at] += step
            row[at] = -row[at]
            is_better = True
    return half


def _imbalance(half: NDArray[np.int64]) -> float:
    """Return how far pairs of sources are from standing together as often as apart; 0 is perfect."""
    gram = half.T @ half
    off = gram - np.diag(np.diag(gram))
    return float((off * off).sum())


def _key(row: NDArray[np.int64]) -> Order:
    """Return what a row and its opposite have in common."""
    return tuple(int(value) for value in row * row[0])


def _order(row: NDArray[np.int64]) -> Order:
    return tuple(int(at) for at in np.flatnonzero(row > 0))


def balanced_orders(k: int, n: int, *, seed: int) -> list[Order]:
    """Return ``n`` orders of ``k`` sources; each source stands at each position equally often, up to 1.

    Orders come in Latin squares. The first is Williams': for an even ``k`` each source also follows each
    other one exactly once. All are distinct while there are enough (``k!``).
    """
    rng = np.random.default_rng([seed, k, n, 2])
    names = rng.permutation(k)
    orders: list[Order] = []
    for base in _bases(k, rng):
        square = [tuple(int(names[(symbol + shift) % k]) for symbol in base) for shift in rng.permutation(k)]
        orders.extend(square[: n - len(orders)])
        if len(orders) >= n:
            break
    return orders


def _bases(k: int, rng: np.random.Generator) -> Iterator[Order]:
    """Yield first rows, for ever; each begins with 0, so that two of them share no order when shifted."""
    zigzag = tuple((step + 1) // 2 if step % 2 else (k - step // 2) % k for step in range(k))
    classes = math.factorial(k - 1)
    while True:
        yield zigzag
        if classes <= _LISTED:
            others = [(0, *rest) for rest in itertools.permutations(range(1, k)) if (0, *rest) != zigzag]
            yield from (others[at] for at in rng.permutation(len(others)))
            continue
        seen = {zigzag}
        while len(seen) < classes:
            base = (0, *(int(symbol) for symbol in 1 + rng.permutation(k - 1)))
            if base not in seen:
                seen.add(base)
                yield base
