"""The ablation surrogate: a sparse linear model of which brand is named, given which sources are shown.

Belongs here: the fit, its weights with intervals, and its held-out rank correlation. Not here: which masks
are asked (``domain.designs``).

f_b(v) = c + sum_s w_s v_s, v_s = 1 where source s is shown, fitted to the rates of masks with an L1 penalty
(ContextCite: Cohen-Wang et al. 2024, NeurIPS 37). The penalty is no dial: it is the size that the largest
weight reaches by chance, sd sqrt(2 log(2 d) / N), so that most sources without effect get exactly 0.

A shrunken weight has no honest interval. Where masks outnumber sources, the weight shown is freed from its
shrinkage (van de Geer et al. 2014, Ann. Statist. 42:1166); with as many masks as that asks for this is least
squares. ``lds`` always judges the sparse model.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from brand_monitor.domain.effects.estimates import Estimates, linear_estimates, smoothed_noise
from brand_monitor.domain.statistics.wilson import FloatArray

#: Masks beyond sources and constant that the spread around the fit is taken from.
_SPARE_MASKS: Final = 2
_SWEEPS: Final = 200
_TOLERANCE: Final = 1e-9
#: Masks held out at once: fewer have hardly any ranks to correlate.
_MIN_HELD_OUT: Final = 4
_MAX_FOLDS: Final = 5
_SPLITS: Final = 10


@dataclass(frozen=True)
class Surrogate:
    """A fitted surrogate.

    Attributes:
        sparse: Weights of the L1 fit, [sources, brands].
        weights: Weights with interval; None where masks are too few for one.
        lds: Mean held-out Spearman correlation per brand, -1 to 1; NaN where it is undefined.
    """

    sparse: FloatArray
    weights: Estimates | None
    lds: FloatArray


def surrogate(shown: FloatArray, x: FloatArray, n: FloatArray, *, seed: int = 0) -> Surrogate:
    """Fit the surrogate to the answers of masks.

    Args:
        shown: 1 where a mask shows a source, else 0, [masks, sources]; at least 2 masks.
        x: Answers that name each brand, [masks, brands].
        n: Usable answers, [masks], at least 1.
        seed: Of the splits of ``lds``.
    """
    masks, sources = shown.shape
    _, sparse = _l1_fit(shown, x, n)
    weights = None
    design = np.column_stack([np.ones(masks), shown])
    if masks > sources + _SPARE_MASKS and np.linalg.matrix_rank(design) == sources + 1:
        weights = _least_squares(design, x, n)
    return Surrogate(sparse, weights, held_out_correlation(shown, x, n, seed=seed))


def _least_squares(design: FloatArray, x: FloatArray, n: FloatArray) -> Estimates:
    free = len(design) - design.shape[1]
    rows = least_squares_rows(design, n)
    rates = x / n[:, None]
    misfit = n @ (rates - design @ (rows @ rates)) ** 2 / free
    return linear_estimates(rows[1:], x, n, misfit=misfit, free=free)


def least_squares_rows(design: FloatArray, n: FloatArray) -> FloatArray:
    """Return the matrix that maps rates of arms to coefficients, arms weighing as their answers."""
    root = np.sqrt(n)
    return np.asarray(np.linalg.pinv(design * root[:, None]) * root)


def _l1_fit(shown: FloatArray, x: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return constants [brands] and weights [sources, brands], by coordinate descent over all brands.

    Minimises sum_a n_a (y_a - c - w v_a)^2 / (2 N) + sum_s lambda sd_s |w_s|, O(sweeps x sources^2 x brands).
    """
    total, share = n.sum(), n / n.sum()
    rates = x / n[:, None]
    centre, mean = share @ shown, share @ rates
    v, y = shown - centre, rates - mean
    gram, target = (v * share[:, None]).T @ v, (v * share[:, None]).T @ y
    spread = np.sqrt(np.diag(gram))
    noise = np.sqrt(n @ (smoothed_noise(x, n) * n[:, None]) / total)
    penalty = noise * np.sqrt(2 * np.log(2 * len(spread)) / total) * spread[:, None]
    w = np.zeros((len(spread), x.shape[1]))
    usable = np.flatnonzero(spread > _TOLERANCE)
    for _ in range(_SWEEPS):
        before = w.copy()
        for s in usable:
            rest = target[s] - gram[s] @ w + gram[s, s] * w[s]
            w[s] = np.sign(rest) * np.maximum(np.abs(rest) - penalty[s], 0) / gram[s, s]
        if np.abs(w - before).max() < _TOLERANCE:
            break
    return mean - centre @ w, w


def held_out_correlation(shown: FloatArray, x: FloatArray, n: FloatArray, *, seed: int = 0) -> FloatArray:
    """Return the LDS per brand: Spearman(f, y) on masks that f was not fitted to, by cross-validation.

    The mean over 10 seeded splits into at most 5 folds of at least 4 masks, each fold by itself: ranks across
    folds would be of different fits, whose constants move against what is held out. A fold where the brand is
    named equally often under all masks has no ranks and is left out; a fit that predicts the same for all has
    no knowledge of the ranks: 0.

    Returns:
        [brands]; NaN under 8 masks, and where no fold has ranks.
    """
    masks = len(shown)
    folds = min(_MAX_FOLDS, masks // _MIN_HELD_OUT)
    if masks < 2 * _MIN_HELD_OUT:
        return np.full(x.shape[1], np.nan)
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(_SPLITS):
        for held in np.array_split(rng.permutation(masks), folds):
            kept = np.setdiff1d(np.arange(masks), held)
            constant, w = _l1_fit(shown[kept], x[kept], n[kept])
            found.append(_spearman(constant + shown[held] @ w, x[held] / n[held, None]))
    sums, defined = np.nansum(found, axis=0), (~np.isnan(found)).sum(axis=0)
    return np.where(defined > 0, sums / np.maximum(defined, 1), np.nan)


def _spearman(predicted: FloatArray, seen: FloatArray) -> FloatArray:
    """Return the rank correlation of each column; 0 for constant predictions, NaN for constant outcomes."""
    from scipy.stats import rankdata

    # Rounding must not rank what the model holds for equal.
    a, b = (rankdata(values.round(9), axis=0) for values in (predicted, seen))
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    scale = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    rank = (a * b).sum(axis=0) / np.where(scale > 0, scale, 1.0)
    return np.asarray(np.where((b**2).sum(axis=0) > 0, rank, np.nan))
