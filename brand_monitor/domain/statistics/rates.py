"""Rates: how often answers mention a brand, with an interval that knows that prompts are clusters.

Belongs here: the prompt-balanced rate and its interval CRW ("cluster-robust Wilson"). Keep out: shares of
voice (shares.py), comparisons (changes.py). The headline rate is prompt-balanced because the pooled one is
biased as soon as the number of answers goes along with the rate.

For k prompts with x_j mentions in n_j answers, r_j = x_j / n_j:

    p        = mean of r_j
    v        = sum (r_j - p)^2 / (k (k - 1))          variance of a mean of clusters (Cochran 1977, 9A.2)
    c        = v / (p (1 - p)) = 1 / n_eff            Kish's design effect turned into a size (Kish 1965, 8.2)
    c        clipped to [1 / n_max, 1 / k]            ICC = 0 ... ICC = 1; n_max = k^2 / sum (1 / n_j)
    n_eff    = (d + 1) / (d c + 1 / k)                shrunk to ICC = 1; d = informative prompts
    interval = Wilson on n_eff, floored by exact bounds (wilson.guarded_wilson)
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.flags import rate_flags
from brand_monitor.domain.statistics.intervals import (
    ClusteredInterval,
    ClusteredIntervals,
    hide_unsupported,
    read_counts,
)
from brand_monitor.domain.statistics.wilson import (
    BoolArray,
    FloatArray,
    IntArray,
    guarded_wilson,
    shrunken_size,
    wilson,
)

__all__ = ["RateInterval", "RateIntervals", "rate_interval", "rate_intervals", "unseen_upper_bound", "wilson"]


@dataclass(frozen=True)
class RateInterval(ClusteredInterval):
    """A prompt-balanced rate with its cluster-robust Wilson interval."""


@dataclass(frozen=True, eq=False)
class RateIntervals(ClusteredIntervals):
    """B rates as arrays of shape [B]; NaN for a row without any answer."""

    single_answers: BoolArray

    def at(self, row: int) -> RateInterval | None:
        """Return one row as a record, None where there was no answer."""
        if self.prompts[row] == 0:
            return None
        return RateInterval(**self.record((row,)), flags=self.flags_at(row))

    def flags_at(self, row: int) -> tuple[str, ...]:
        """Return the flags of one row, none where there was no answer."""
        if self.prompts[row] == 0:
            return ()
        counts = (int(of[row]) for of in (self.prompts, self.prompts_with, self.prompts_without))
        single = bool(self.single_answers[row])
        return rate_flags(*counts, single_answers=single, inflation=float(self.inflation[row]))


def rate_interval(x: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> RateInterval | None:
    """Return the prompt-balanced rate of one brand with its interval.

    Args:
        x: Answers that mention the brand, per prompt, shape [k].
        n: Answers per prompt, shape [k]; prompts with 0 answers or NaN take no part.
        confidence: Two-sided level.

    Returns:
        None without any answer: null is never 0.

    Raises:
        ValueError: A count is negative or above its number of answers.
    """
    return rate_intervals(np.atleast_2d(np.asarray(x, np.float64)), n, confidence).at(0)


def rate_intervals(x: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> RateIntervals:
    """Return B rates at once; the arguments of `rate_interval`, with shape [B, k] (`n` may be [k]).

    Complexity: O(B k) time and memory. Rows with fewer prompts are padded with 0 answers or NaN.
    """
    mentions, answers, answered = read_counts(x, n)
    prompts = answered.sum(axis=-1)
    seen = (answered & (mentions > 0)).sum(axis=-1)
    missed = (answered & (mentions < answers)).sum(axis=-1)
    rates = mentions / answers
    value = _balanced_mean(rates, prompts, seen, missed)
    n_eff, inflation = _effective_answers(rates, answers, answered, value, np.minimum(seen, missed))
    lower, upper = guarded_wilson(value, n_eff, seen, missed, confidence)
    return RateIntervals(
        value=value,
        lower=hide_unsupported(lower, prompts),
        upper=hide_unsupported(upper, prompts),
        n_eff=n_eff,
        prompts=prompts,
        prompts_with=seen,
        prompts_without=missed,
        inflation=inflation,
        single_answers=(prompts > 0) & np.all(answers == 1, axis=-1),
    )


def unseen_upper_bound(prompts: int, confidence: float = 0.95) -> float:
    """Return the one-sided upper bound of a rate when `prompts` prompts show no mention at all.

    1 - (1 - confidence)^(1 / k), about 3 / k at 95 %, whatever the repeats and however alike they are
    (Hanley & Lippman-Hand 1983, JAMA 249:1743). For the sentence "below ... at 95 %"; the two-sided
    interval of `rate_interval` is a little wider from 7 prompts on.
    """
    return float(1 - (1 - confidence) ** (1 / prompts))


def _balanced_mean(rates: FloatArray, prompts: IntArray, seen: IntArray, missed: IntArray) -> FloatArray:
    mean = rates.sum(axis=-1) / np.where(prompts > 0, prompts, np.nan)
    # All-or-nothing rows are exactly 0 or 1, whatever the sum of rounded rates says.
    mean = np.where((prompts > 0) & (seen == 0), 0.0, mean)
    return np.where((prompts > 0) & (missed == 0), 1.0, mean)


def _effective_answers(
    rates: FloatArray, answers: FloatArray, answered: BoolArray, value: FloatArray, spread_prompts: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return the effective answers and what shrinking them made of the variance."""
    counted = answered.sum(axis=-1)
    k = np.where(counted > 0, counted, np.nan)
    informative = np.minimum(spread_prompts, np.maximum(counted - 1, 0))
    speaks = informative > 0
    deviations = np.where(answered, rates - value[..., None], 0.0)
    variance = (deviations**2).sum(axis=-1) / (k * np.where(speaks, k - 1, 1))
    independent = np.where(answered, 1 / answers, 0.0).sum(axis=-1) / k**2
    inverse = variance / np.where(speaks, value * (1 - value), 1.0)
    inverse = np.where(speaks, np.clip(inverse, independent, 1 / k), 1 / k)
    size = shrunken_size(informative, inverse, 1 / k)
    return size, 1 / (inverse * size)
