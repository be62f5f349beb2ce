"""Changes: two figures of the same prompts, compared pair by pair.

Belongs here: the paired difference of two rates or two shares with its interval and its test. Two periods
are paired by prompt, two brands by answer; two independent intervals are no comparison. Keep out: the tests
themselves (significance.py, re-exported here) and verdicts, which also know whether the model changed.

The interval is MOVER, "method of variance estimates recovery" (Newcombe 1998, Stat. Med. 17:2635, method 10;
Zou & Donner 2008, Stat. Med. 27:1693): with estimates p1, p2, their intervals (l1, u1), (l2, u2) and the
correlation r of the two estimates,

    lower = d - sqrt((p2 - l2)^2 + (u1 - p1)^2 - 2 r (p2 - l2)(u1 - p1)),   d = p2 - p1
    upper = d + sqrt((u2 - p2)^2 + (p1 - l1)^2 - 2 r (u2 - p2)(p1 - l1))

A positive r, which narrows the interval, is shrunk by m / (m + 1), m = min(changed prompts, k - 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.flags import MIN_CHANGED_PROMPTS, change_flags
from brand_monitor.domain.statistics.intervals import ClusteredInterval
from brand_monitor.domain.statistics.rates import rate_interval
from brand_monitor.domain.statistics.shares import FrameRates, frame_rates, share_interval
from brand_monitor.domain.statistics.significance import (
    McNemar,
    SignFlip,
    benjamini_hochberg,
    mcnemar,
    sign_flip_test,
)
from brand_monitor.domain.statistics.wilson import BoolArray, FloatArray

__all__ = [
    "Change",
    "McNemar",
    "SignFlip",
    "benjamini_hochberg",
    "mcnemar",
    "rate_change",
    "share_change",
    "sign_flip_test",
]

_ROUNDING: Final = 1e-12  # contributions of this size are rounding of an unchanged prompt


@dataclass(frozen=True)
class Change:
    """A paired difference, second minus first, on the prompts that both have answers for.

    Attributes:
        first: Figure of the earlier period, or of the first brand.
        second: Figure of the later period, or of the second brand.
        difference: second.value - first.value.
        lower: Lower bound of the difference, None under 3 prompts.
        upper: Upper bound of the difference, None under 3 prompts.
        correlation: Correlation of the two estimates that the interval used.
        prompts: Prompts compared.
        changed_prompts: Of these, prompts whose figure differs.
        test: Sign-flip test of no change.
        flags: Ids of `flags.FLAG_TEXTS`.
    """

    first: ClusteredInterval
    second: ClusteredInterval
    difference: float
    lower: float | None
    upper: float | None
    correlation: float
    prompts: int
    changed_prompts: int
    test: SignFlip
    flags: tuple[str, ...]

    @property
    def testable(self) -> bool:
        """Whether enough prompts changed for the test to be able to speak."""
        return self.changed_prompts >= MIN_CHANGED_PROMPTS


def rate_change(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, confidence: float = 0.95
) -> Change | None:
    """Return the change of a rate between two periods, or the gap between two brands of the same answers.

    Args:
        x1: Answers with a mention, per prompt, shape [k]: first period or brand.
        n1: Answers per prompt, shape [k].
        x2: As `x1`, of the second period or brand, the same prompts in the same order.
        n2: As `n1`.
        confidence: Two-sided level.

    Returns:
        None if no prompt was answered in both.

    Raises:
        ValueError: A count is negative or above its number of answers.
    """
    counts = [np.asarray(values, dtype=np.float64) for values in (x1, n1, x2, n2)]
    both = _usable(*counts[:2]) & _usable(*counts[2:])
    a, n, b, m = (values[both] for values in counts)
    first, second = rate_interval(a, n, confidence), rate_interval(b, m, confidence)
    if first is None or second is None:
        return None
    exact = [
        Fraction(after) / Fraction(m_j) - Fraction(before) / Fraction(n_j)
        for before, n_j, after, m_j in zip(a.tolist(), n.tolist(), b.tolist(), m.tolist(), strict=True)
    ]
    return _change(first, second, a / n, b / m, exact)


def share_change(
    counts1: npt.ArrayLike,
    n1: npt.ArrayLike,
    counts2: npt.ArrayLike,
    n2: npt.ArrayLike,
    brand: int,
    *,
    confidence: float = 0.95,
) -> Change | None:
    """Return the change of one brand's share of voice between two periods on the same prompts.

    Args:
        counts1: Answers that mention each brand of the frame, shape [k, b]: first period.
        n1: Answers per prompt, shape [k].
        counts2: As `counts1`, second period, the same prompts and brands in the same order.
        n2: As `n1`.
        brand: Column of the brand.
        confidence: Two-sided level.

    Returns:
        None where the share of either period is undefined.

    Raises:
        ValueError: A count is negative or above its number of answers.
    """
    a, n, b, m = (np.asarray(values, dtype=np.float64) for values in (counts1, n1, counts2, n2))
    both = _usable(a.sum(axis=-1), n) & _usable(b.sum(axis=-1), m)
    a, n, b, m = a[both], n[both], b[both], m[both]
    first, second = share_interval(a, n, brand, confidence), share_interval(b, m, brand, confidence)
    if first is None or second is None:
        return None
    before, after = frame_rates(a, n), frame_rates(b, m)
    parts = _pooled_contributions(before, after, brand)
    differences = np.where(np.abs(parts) > _ROUNDING, parts, 0.0)
    return _change(first, second, before.residuals[:, brand], after.residuals[:, brand], differences)


def _usable(counts: FloatArray, answers: FloatArray) -> BoolArray:
    return np.isfinite(counts) & np.isfinite(answers) & (answers > 0)


def _pooled_contributions(before: FrameRates, after: FrameRates, brand: int) -> FloatArray:
    """What each prompt adds to the change of the share, around the share of both periods together."""
    rates = before.rates + after.rates
    share = rates[:, brand].sum() / rates.sum()
    first, second = (f.rates[:, brand] - share * f.voice for f in (before, after))
    return np.asarray(second / after.voice.sum() - first / before.voice.sum())


def _change(
    first: ClusteredInterval,
    second: ClusteredInterval,
    contributions1: FloatArray,
    contributions2: FloatArray,
    differences: Sequence[Fraction] | FloatArray,
) -> Change:
    test = sign_flip_test(differences)
    r = _correlation(contributions1, contributions2, min(test.changed, first.prompts - 1))
    lower, upper = _mover(first, second, r)
    return Change(
        first=first,
        second=second,
        difference=second.value - first.value,
        lower=lower,
        upper=upper,
        correlation=r,
        prompts=first.prompts,
        changed_prompts=test.changed,
        test=test,
        flags=change_flags(first.prompts, test.changed),
    )


def _correlation(a: FloatArray, b: FloatArray, informative: int) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = float((a @ a) * (b @ b))
    r = float(a @ b) / sqrt(scale) if scale > _ROUNDING**2 else 0.0
    return r * informative / (informative + 1) if r > 0 else r


def _mover(
    first: ClusteredInterval, second: ClusteredInterval, r: float
) -> tuple[float | None, float | None]:
    if first.lower is None or first.upper is None or second.lower is None or second.upper is None:
        return None, None
    difference = second.value - first.value

    def distance(a: float, b: float) -> float:
        return sqrt(max(0.0, a * a + b * b - 2 * r * a * b))

    lower = difference - distance(second.value - second.lower, first.upper - first.value)
    upper = difference + distance(second.upper - second.value, first.value - first.lower)
    return max(-1.0, lower), min(1.0, upper)
