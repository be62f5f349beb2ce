"""Shapley values: how much of the effect of a whole context each source is worth, shared out fairly.

Belongs here: values from the subsets of sources that were asked, exact or fitted. Not here: which are asked
(``domain.designs``).

The worth of a subset is the rate at which a brand is named when just these sources are shown, in their order.
The values of all sources add up to the rate under the whole context less that under none of it.
"""

from math import comb
from typing import Final

import numpy as np

from brand_monitor.domain.effects.estimates import Estimates, linear_estimates
from brand_monitor.domain.statistics.wilson import BoolArray, FloatArray

MAX_EXACT_SOURCES: Final = 8


def shapley(shown: FloatArray, x: FloatArray, n: FloatArray) -> tuple[Estimates, str] | None:
    """Return the Shapley value of each source with interval, and how it was computed.

    Exact where all 2^d subsets of at most 8 sources were answered: phi_s = sum_S |S|! (d - |S| - 1)! / d! x
    (worth(S and s) - worth(S)) (Shapley 1953). Else by the least squares of Lundberg & Lee (2017, NeurIPS 30,
    KernelSHAP): the additive fit through ``empty`` and ``full`` whose squared misfit, weighted as
    (d - 1) / (z (d - z)) per size z of a subset, is least; the mass of a size is shared by its subsets that
    were answered. Both are linear in the rates.

    Args:
        shown: 1 where an arm shows a source, else 0, [arms, sources]; no two rows alike, with the row of none
            and the row of all.
        x: Answers that name each brand, [arms, brands].
        n: Usable answers, [arms], at least 1.

    Returns:
        Estimates and ``exact`` or ``kernel``; None where the subsets do not tell the sources apart.
    """
    arms, sources = shown.shape
    if sources <= MAX_EXACT_SOURCES and arms == 2**sources:
        repeats = float(n.sum()) - arms  # what the noise within arms is estimated from, if anything
        return linear_estimates(_exact_rows(shown), x, n, free=repeats or np.inf), "exact"
    sizes = shown.sum(axis=1)
    inner = (sizes > 0) & (sizes < sources)
    if np.linalg.matrix_rank(np.vstack([shown[inner], np.ones(sources)])) < sources:
        return None
    rows = _kernel_rows(shown, inner)
    rates = x / n[:, None]
    empty = rates[np.argmin(sizes)]
    free = int(inner.sum()) - (sources - 1)
    if free < 1:
        return linear_estimates(rows, x, n), "kernel"
    residuals = (rates - empty - shown @ (rows @ rates))[inner]
    misfit = n[inner] @ residuals**2 / free
    return linear_estimates(rows, x, n, misfit=misfit, free=free), "kernel"


def _exact_rows(shown: FloatArray) -> FloatArray:
    """Return [sources, arms]: with s a subset counts 1 / (d C(d-1, z-1)), without s -1 / (d C(d-1, z))."""
    d = shown.shape[1]
    sizes = shown.sum(axis=1).astype(int)
    gain = np.array([1 / (d * comb(d - 1, z - 1)) if z else 0.0 for z in sizes])
    loss = np.array([1 / (d * comb(d - 1, z)) if z < d else 0.0 for z in sizes])
    return np.asarray(np.where(shown.T == 1, gain, -loss))


def _kernel_rows(shown: FloatArray, inner: BoolArray) -> FloatArray:
    """Return [sources, arms]: the solution of the weighted fit under sum(phi) = full - empty.

    With A = V' W V and b = V' W (y - y_empty): A phi + 1 l = b, 1' phi = y_full - y_empty.
    """
    arms, d = shown.shape
    sizes = shown.sum(axis=1)
    counts = {z: int((sizes == z).sum()) for z in set(sizes[inner])}
    mass = np.array([(d - 1) / (z * (d - z)) / counts[z] if 0 < z < d else 0.0 for z in sizes])
    identity = np.eye(arms)
    above_empty = identity - identity[np.argmin(sizes)]
    weighted = shown.T * mass
    a, b = weighted @ shown, weighted @ above_empty
    # One bordered system: it is regular although A alone may not be (the ends tell what the inside does not).
    bordered = np.block([[a, np.ones((d, 1))], [np.ones((1, d)), np.zeros((1, 1))]])
    ends = above_empty[np.argmax(sizes)][None, :]
    return np.asarray(np.linalg.solve(bordered, np.vstack([b, ends]))[:d])
