"""Tests of a difference, and what many tests at once make of their p-values.

Belongs here: the sign-flip permutation test, McNemar's test and the Benjamini-Hochberg correction. Keep
out: intervals (changes.py) and verdicts, which also know whether the served model changed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Final

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.wilson import FloatArray

_MAX_LATTICE: Final = 2**20  # steps of the exact null distribution: 8 MB, and at most .1 s for 100 prompts
_MAX_ENUMERATED: Final = 32  # two halves of 2**16 sums each: 10 ms
_MAX_CELLS: Final = 2**22  # random signs in memory at once: 32 MB as floats


@dataclass(frozen=True)
class SignFlip:
    """Result of a two-sided sign-flip test.

    Attributes:
        p_value: P(|sum| at least as large as seen) under symmetric signs.
        p_mid: The same with half the weight of ties, less conservative on coarse data (Lancaster 1961).
        changed: Non-zero differences; the test knows nothing of the others.
        method: ``exact`` (the whole null distribution) or ``monte_carlo``.
    """

    p_value: float
    p_mid: float
    changed: int
    method: str


@dataclass(frozen=True)
class McNemar:
    """Result of McNemar's test: `statistic` is chi-squared with 1 degree of freedom."""

    statistic: float
    p_value: float
    p_exact: float


def sign_flip_test(
    differences: Sequence[Fraction | int | float] | FloatArray, *, seed: int = 1, draws: int = 19_999
) -> SignFlip:
    """Test whether paired differences are symmetric around 0, by flipping their signs.

    Whole numbers and fractions get the exact null distribution by convolution, O(changed x lattice) time.
    Real values, and fractions whose common lattice is too fine, are enumerated exactly up to 32 changed
    prompts (meet in the middle, O(2^(changed / 2))); above, `draws` seeded random sign vectors, where
    (hits + 1) / (draws + 1) keeps the test valid (Phipson & Smyth 2010, SAGMB 9:39).

    Source: Fisher (1935), The Design of Experiments, 21; Pagano & Tritchler (1983), JASA 78:435
    (convolution); Horowitz & Sahni (1974), J. ACM 21:277 (the two halves).

    Raises:
        ValueError: A difference is not finite.
    """
    changed = [d for d in differences if d != 0]
    if not changed:
        return SignFlip(1.0, 1.0, 0, "exact")
    if not all(math.isfinite(d) for d in changed):
        raise ValueError("a difference is NaN or infinite: leave prompts without both figures out")
    lattice = _on_lattice(changed) if all(isinstance(d, Rational) for d in changed) else None
    if lattice is not None:
        return _two_sided(*_lattice_tail(lattice), len(changed), "exact")
    values = np.array([float(d) for d in changed])
    if len(changed) <= _MAX_ENUMERATED:
        return _two_sided(*_enumerated_tail(values), len(changed), "exact")
    return _two_sided(*_drawn_tail(values, seed, draws), len(changed), "monte_carlo")


def mcnemar(only_first: int, only_second: int) -> McNemar:
    """Test two paired yes/no series by the pairs that disagree.

    Args:
        only_first: Pairs with a mention in the first series only.
        only_second: Pairs with a mention in the second series only.

    Source: McNemar (1947), Psychometrika 12:153, with Edwards's correction (|b - c| - 1)^2 / (b + c), never
    below 0; `p_exact` is the two-sided binomial test, to be preferred under 25 discordant pairs.
    """
    if min(only_first, only_second) < 0:
        raise ValueError(f"discordant pairs are counts, got {only_first} and {only_second}")
    pairs = only_first + only_second
    if pairs == 0:
        return McNemar(0.0, 1.0, 1.0)
    statistic = max(abs(only_first - only_second) - 1, 0) ** 2 / pairs
    tail = sum(math.comb(pairs, i) for i in range(min(only_first, only_second) + 1))
    exact = min(1.0, float(Fraction(2 * tail, 2**pairs)))
    return McNemar(statistic, math.erfc(math.sqrt(statistic / 2)), exact)


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """Return q-values over the family of tests shown; NaN (no test) stays NaN and does not count.

    q_(i) = min over j >= i of m p_(j) / j. Complexity O(m log m).

    Source: Benjamini & Hochberg (1995), JRSS B 57:289.

    Raises:
        ValueError: A p-value lies outside [0, 1].
    """
    p = np.asarray(p_values, dtype=np.float64)
    if ((p < 0) | (p > 1)).any():
        raise ValueError("a p-value lies outside [0, 1]")
    q = np.full_like(p, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * (order.size / np.arange(1, order.size + 1))
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return q


def _two_sided(reached: float, tied: float, changed: int, method: str) -> SignFlip:
    """Fold P(S >= observed) and P(S = observed) over: the null is symmetric, and 0 is reached by all."""
    return SignFlip(min(1.0, 2 * reached), min(1.0, 2 * reached - tied), changed, method)


def _on_lattice(values: Sequence[Fraction | int | float]) -> list[int] | None:
    """Return the differences as whole multiples of their largest common step; None if that is too fine."""
    fractions = [Fraction(d) for d in values]
    common = math.lcm(*(d.denominator for d in fractions))
    whole = [int(d * common) for d in fractions]
    step = math.gcd(*whole)
    return [w // step for w in whole] if sum(map(abs, whole)) // step <= _MAX_LATTICE else None


def _lattice_tail(steps: list[int]) -> tuple[float, float]:
    """P(S >= observed), P(S = observed): S = 2 T - total for T the sum of a random subset of |steps|."""
    total, observed = sum(map(abs, steps)), abs(sum(steps))
    null = np.zeros(total + 1)
    null[0] = 1.0
    for size in map(abs, steps):
        shifted = null[:-size].copy()
        null *= 0.5
        null[size:] += 0.5 * shifted
    first = (total + observed) // 2  # observed and total have the same parity
    return float(null[first:].sum()), float(null[first])


def _tolerance(values: FloatArray) -> float:
    return 1e-9 * float(np.abs(values).sum())


def _enumerated_tail(values: FloatArray) -> tuple[float, float]:
    """P(S >= observed), P(S = observed) over all sign vectors, from the sorted sums of two halves."""
    observed, tolerance = abs(float(values.sum())), _tolerance(values)
    half = values.size // 2
    left, right = _signed_sums(values[:half]), np.sort(_signed_sums(values[half:]))
    above = right.size - np.searchsorted(right, observed - tolerance - left, side="left")
    beyond = right.size - np.searchsorted(right, observed + tolerance - left, side="right")
    everything = float(left.size) * right.size
    return float(above.sum()) / everything, float((above - beyond).sum()) / everything


def _signed_sums(values: FloatArray) -> FloatArray:
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums - value, sums + value])
    return sums


def _drawn_tail(values: FloatArray, seed: int, draws: int) -> tuple[float, float]:
    """The same from seeded random signs; the observed vector counts as one more draw, tied with itself."""
    rng = np.random.default_rng(seed)
    observed, tolerance = abs(float(values.sum())), _tolerance(values)
    reached = tied = 0
    rows = max(1, _MAX_CELLS // values.size)
    for start in range(0, draws, rows):
        flips = rng.integers(0, 2, size=(min(rows, draws - start), values.size), dtype=np.int8)
        sums = np.abs(2 * (flips @ values) - values.sum())
        reached += int((sums >= observed - tolerance).sum())
        tied += int((np.abs(sums - observed) <= tolerance).sum())
    if observed <= tolerance:
        return 0.5, 0.0
    return (reached + 1) / (draws + 1) / 2, (tied + 1) / (draws + 1) / 2
