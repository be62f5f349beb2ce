"""The effect of a place: does a source do more when it stands first?

Belongs here: the place of a source as a covariate. Not here: the effect of its being there at all.
"""

from collections.abc import Sequence

import numpy as np

from brand_monitor.domain.effects.estimates import Estimates, linear_estimates
from brand_monitor.domain.effects.surrogate import least_squares_rows
from brand_monitor.domain.statistics.wilson import FloatArray


def position_effect(
    source: int, orders: Sequence[Sequence[int]], sources: int, x: FloatArray, n: FloatArray
) -> Estimates | None:
    """Return P(named, source first) - P(named, source last), from all arms, the same sources being shown.

    The coefficient of -(place of the source) / (sources - 1), 0 where it is not shown, by least squares
    beside a constant and which sources are shown. Above 0: the brand is named more when the source stands
    further up.

    Args:
        source: Which one.
        orders: Sources as shown per arm, indexes from 0.
        sources: Sources of the whole context.
        x: Answers that name each brand, [arms, brands].
        n: Usable answers, [arms], at least 1.

    Returns:
        Estimates of shape [1, brands]; None where the place never varies by itself, or nothing is left to
        judge the misfit by.
    """
    if sources == 1:
        return None
    shown = np.array([[s in order for s in range(sources)] for order in orders], dtype=np.float64)
    place = np.array(
        [-order.index(source) / (sources - 1) if source in order else 0.0 for order in map(list, orders)]
    )
    base = np.column_stack([np.ones(len(shown)), shown])
    design = np.column_stack([base, place])
    rank = int(np.linalg.matrix_rank(design))
    free = len(design) - rank
    if free < 1 or rank == np.linalg.matrix_rank(base):
        return None
    rows = least_squares_rows(design, n)
    rates = x / n[:, None]
    misfit = n @ (rates - design @ (rows @ rates)) ** 2 / free
    return linear_estimates(rows[-1:], x, n, misfit=misfit, free=free)
