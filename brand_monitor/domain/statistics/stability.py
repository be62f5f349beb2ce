"""Stability: how much of what an engine names or cites stays from one repeat, or day, to the next.

Belongs here: overlap of sets and of ranked lists, volatility, concentration and the gate of an informative
prompt set. Keep out: rates and their intervals; what is named or cited is the caller's business.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.flags import FEW_TRANSITIONS
from brand_monitor.domain.statistics.wilson import FloatArray

MIN_TRANSITIONS: Final = 20
MIN_INFORMATIVE: Final = 0.5


def jaccard(first: Collection[str], second: Collection[str]) -> float | None:
    """Return |A and B| / |A or B|; None where both are empty, which is no agreement on anything.

    Source: Jaccard (1912), New Phytologist 11:37.
    """
    a, b = set(first), set(second)
    return len(a & b) / len(a | b) if a or b else None


def mean_jaccard(members: npt.ArrayLike, others: npt.ArrayLike | None = None) -> float | None:
    """Return the mean Jaccard index over all pairs of T repeats; None under one pair with any member.

    Args:
        members: Whether repeat t names item i, shape [T, I].
        others: Of a second sample, shape [U, I]: then the pairs are those between the two samples.

    Complexity: O(T^2 I), or O(T U I): one matrix product.
    """
    named = np.asarray(members, dtype=np.float64)
    against = named if others is None else np.asarray(others, dtype=np.float64)
    both = named @ against.T
    either = named.sum(axis=1)[:, None] + against.sum(axis=1) - both
    counted = np.triu(either > 0, k=1) if others is None else either > 0
    return float((both[counted] / either[counted]).mean()) if counted.any() else None


def rank_biased_overlap(first: Sequence[str], second: Sequence[str], p: float = 0.9) -> float | None:
    """Return the extrapolated rank-biased overlap of two ranked lists, 0 (nothing shared) to 1 (alike).

    The lists may differ in length and in their items; p = .9 puts 86 % of the weight on the first ten ranks.
    None where both lists are empty; 0 where one is.

    Raises:
        ValueError: A list holds an item twice, or p does not lie between 0 and 1.

    Source: Webber, Moffat & Zobel (2010), ACM TOIS 28:20, eq. 32.
    """
    if not 0 < p < 1:
        raise ValueError(f"p is {p}; give a number between 0 and 1")
    short, long = sorted((list(first), list(second)), key=len)
    if len(set(short)) < len(short) or len(set(long)) < len(long):
        raise ValueError("a ranked list holds an item twice")
    if not short:
        return 0.0 if long else None
    overlap = _overlaps(short, long)
    depth = np.arange(1, len(long) + 1)
    s, x_s, x_l = len(short), overlap[len(short) - 1], overlap[-1]
    agreed = float((overlap / depth * p**depth).sum())
    beyond = depth[s:]
    agreed += float((x_s * (beyond - s) / (s * beyond) * p**beyond).sum())
    tail = (x_l - x_s) / len(long) + x_s / s
    return float((1 - p) / p * agreed + tail * p ** len(long))


def bray_curtis(before: npt.ArrayLike, after: npt.ArrayLike) -> FloatArray:
    """Return the dissimilarity 1 - sum_d min(s_d, s'_d) of shares, shape [..., D]; NaN where a side is NaN.

    Source: Bray & Curtis (1957), Ecol. Monogr. 27:325, for shares that sum to 1.
    """
    first, second = np.asarray(before, np.float64), np.asarray(after, np.float64)
    return np.asarray(np.clip(1 - np.minimum(first, second).sum(axis=-1), 0, 1))


@dataclass(frozen=True)
class Volatility:
    """Mean change from day to day, in [0, 1].

    Attributes:
        by_sets: Mean of 1 - Jaccard of what is there at all; None under 20 transitions.
        by_shares: Mean Bray-Curtis dissimilarity of the shares; None under 20 transitions.
        transitions: Pairs of following days with shares on both.
        flags: Ids of `flags.FLAG_TEXTS`.
    """

    by_sets: float | None
    by_shares: float | None
    transitions: int
    flags: tuple[str, ...]


def volatility(shares: npt.ArrayLike, minimum: int = MIN_TRANSITIONS) -> Volatility:
    """Return the volatility of shares over days.

    Args:
        shares: Shares of D items on T days, shape [T, D], rows sum to 1; a day without any is NaN or 0 and
            makes no transition.
        minimum: Transitions from which the figures are shown.
    """
    days = np.asarray(shares, dtype=np.float64)
    there = np.isfinite(days).all(axis=-1) & (np.nan_to_num(days).sum(axis=-1) > 0)
    follows = there[:-1] & there[1:]
    first, second = days[:-1][follows], days[1:][follows]
    count = int(follows.sum())
    if count < max(minimum, 1):
        return Volatility(None, None, count, (FEW_TRANSITIONS,))
    union = ((first > 0) | (second > 0)).sum(axis=-1)
    common = ((first > 0) & (second > 0)).sum(axis=-1)
    return Volatility(float((1 - common / union).mean()), float(bray_curtis(first, second).mean()), count, ())


def is_uninformative(upper: float | None, below: float = MIN_INFORMATIVE) -> bool:
    """Return whether a prompt set is too silent: the upper bound of its informative rate is below .5."""
    return upper is not None and upper < below


def concentration(shares: npt.ArrayLike) -> FloatArray:
    """Return the Herfindahl-Hirschman index sum s^2 of shares, shape [..., D]; 1 / index is how many count.

    Counts may be given in place of shares. NaN where nothing is shared.

    Source: Herfindahl (1950); Hirschman (1964), Am. Econ. Rev. 54:761.
    """
    given = np.asarray(shares, dtype=np.float64)
    total = given.sum(axis=-1)
    return np.asarray((given**2).sum(axis=-1) / np.where(total > 0, total, np.nan) ** 2)


def _overlaps(short: list[str], long: list[str]) -> FloatArray:
    """Return how many items the first d ranks share, for d = 1 ... len(long)."""
    place = {item: rank for rank, item in enumerate(short)}
    meets = np.zeros(len(long))
    for rank, item in enumerate(long):
        if item in place:
            meets[max(rank, place[item])] += 1
    return np.cumsum(meets)
