"""Each method on one question: which arms it reads, and what it says where it cannot say anything.

Belongs here: from a ``Question`` to ``Finding``s. Not here: the mathematics (``paired``, ``surrogate``,
``shapley``, ``positions``), and rows of tables.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from brand_monitor.domain.effects.arms import Question
from brand_monitor.domain.effects.estimates import Estimates
from brand_monitor.domain.effects.notes import Estimator, Method
from brand_monitor.domain.effects.paired import Stratum, paired_effect, stratified_test
from brand_monitor.domain.effects.positions import position_effect
from brand_monitor.domain.effects.shapley import shapley
from brand_monitor.domain.effects.surrogate import surrogate
from brand_monitor.domain.statistics.wilson import FloatArray

_MIN_MASKS: Final = 2


@dataclass(frozen=True)
class Finding:
    """What one method says of one source, for all brands. Arrays are [brands], NaN where undefined.

    Attributes:
        method: Which method.
        estimator: How it was computed; None where nothing was.
        source: Index of the source.
        values: Effect, interval, test, variance.
        n: Usable answers behind the effect.
        reason: Why the effect or its interval is missing.
        rates: P(named) with the source and without it; leave one out only.
        strata: Counts of the exact test, per brand; leave one out only.
        lds: Held-out rank correlation; surrogate only.
    """

    method: Method
    estimator: Estimator | None
    source: int
    values: Estimates
    n: int
    reason: str | None = None
    rates: tuple[FloatArray, FloatArray] | None = None
    strata: list[Stratum] = field(default_factory=list)
    lds: FloatArray | None = None


def findings(asked: Question) -> Iterator[Finding]:
    """Yield what every method that the design allows says of every source."""
    for method in _METHODS.values():
        yield from method(asked)


def leave_one_out(asked: Question) -> Iterator[Finding]:
    """Yield the paired difference of each source; nothing if the design leaves none out."""
    if "leave_one_out" not in asked.designed:
        return
    for source in range(asked.sources):
        whole, without = asked.pairs(source)
        m = len(whole)
        if m == 0:
            yield _nothing("leave_one_out", asked, source, "no_pairs")
            continue
        strata = [(int(a), m, int(b), m) for a, b in zip(whole.sum(axis=0), without.sum(axis=0), strict=True)]
        first, second = (whole & ~without).sum(axis=0), (without & ~whole).sum(axis=0)
        paired = paired_effect(first.astype(np.float64), second.astype(np.float64), m)
        p = np.array([stratified_test([one]) for one in strata], dtype=np.float64)
        values = Estimates(paired.effect, paired.lower, paired.upper, p, paired.variance)
        rates = (whole.mean(axis=0), without.mean(axis=0))
        yield Finding("leave_one_out", "paired", source, values, 2 * m, rates=rates, strata=strata)


def by_surrogate(asked: Question) -> Iterator[Finding]:
    """Yield the weight of each source in the surrogate; nothing if the design has no masks."""
    if "mask" not in asked.designed:
        return
    orders, x, n = counted = asked.counts(lambda kind: kind == "mask")
    if len(orders) < _MIN_MASKS:
        yield from (_nothing("surrogate", asked, s, "no_masks") for s in range(asked.sources))
        return
    fitted = surrogate(counted.shown(asked.sources), x, n)
    for source in range(asked.sources):
        if fitted.weights is None:
            values, reason = _bare(fitted.sparse[source]), "few_masks"
            yield Finding("surrogate", "l1", source, values, int(n.sum()), reason, lds=fitted.lds)
        else:
            values = _row(fitted.weights, source)
            yield Finding("surrogate", "least_squares", source, values, int(n.sum()), lds=fitted.lds)


def by_shapley(asked: Question) -> Iterator[Finding]:
    """Yield the Shapley value of each source; nothing if the design asks for too few subsets."""
    orders, x, n = counted = asked.counts(lambda kind: kind != "permutation")
    if "mask" not in asked.designed and len(orders) < 2**asked.sources:
        return
    ends = {(), tuple(range(asked.sources))}
    values = shapley(counted.shown(asked.sources), x, n) if ends <= set(orders) else None
    for source in range(asked.sources):
        if values is None:
            reason = "few_subsets" if ends <= set(orders) else "no_control"
            yield _nothing("shapley", asked, source, reason)
        else:
            estimator: Estimator = "exact" if values[1] == "exact" else "kernel"
            yield Finding("shapley", estimator, source, _row(values[0], source), int(n.sum()))


def by_position(asked: Question) -> Iterator[Finding]:
    """Yield the effect of the place of each source; nothing if the design has no permutations."""
    if "permutation" not in asked.designed or asked.sources == 1:
        return
    orders, x, n = asked.counts(lambda _: True)
    for source in range(asked.sources):
        values = position_effect(source, orders, asked.sources, x, n)
        if values is None:
            yield _nothing("position", asked, source, "no_contrast")
        else:
            yield Finding("position", "least_squares", source, _row(values, 0), int(n.sum()))


_METHODS: Final[Mapping[Method, Callable[[Question], Iterator[Finding]]]] = MappingProxyType(
    {
        "leave_one_out": leave_one_out,
        "surrogate": by_surrogate,
        "shapley": by_shapley,
        "position": by_position,
    }
)


def _row(values: Estimates, source: int) -> Estimates:
    fields = (values.effect, values.lower, values.upper, values.p, values.variance)
    return Estimates(*(array[source] for array in fields))


def _bare(effect: FloatArray) -> Estimates:
    unknown = np.full_like(effect, np.nan)
    return Estimates(effect, unknown, unknown, unknown, unknown)


def _nothing(method: Method, asked: Question, source: int, reason: str) -> Finding:
    return Finding(method, None, source, _bare(np.full(asked.named.shape[1], np.nan)), 0, reason)
