"""Intervals for a prompt-balanced rate, over many simulated monitors at once: ours and what else there is.

Belongs here: the rivals of the product's interval, each as a function of mentions [R, k] out of m answers per
prompt. Keep out: anything that the product itself uses.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache
from statistics import NormalDist

import numpy as np

from brand_monitor.domain.statistics import rate_intervals, wilson
from tools.simulation.worlds import FloatArray, IntArray

Bounds = tuple[FloatArray, FloatArray]
Method = Callable[[IntArray, int], Bounds]

DRAWS = 1000
DRAWS_TWO_LEVELS = 400
TAILS = np.array([0.025, 0.975])
_BLOCK = 2**22


def crw(x: IntArray, m: int) -> Bounds:
    """Return the cluster-robust Wilson interval: what the product shows."""
    got = rate_intervals(x, np.full(x.shape[1], m))
    return got.lower, got.upper


def naive(x: IntArray, m: int) -> Bounds:
    """Return Wilson on answers, as if repeats were independent."""
    n = x.shape[1] * m
    return wilson(x.sum(axis=1) / n, n)


def percentile(x: IntArray, m: int) -> Bounds:
    """Return the percentile bootstrap over prompts."""
    lower, upper = np.concatenate([np.quantile(draws, TAILS, axis=1) for draws in _drawn(x / m)], axis=1)
    return lower, upper


def two_level(x: IntArray, m: int) -> Bounds:
    """Return the percentile bootstrap over prompts and over the answers inside them."""
    rng = np.random.default_rng(2)
    k, seen = x.shape[1], np.arange(m + 1)
    found = []
    for start in range(0, len(x), 100):
        # Prompts with as many mentions are alike: draw how many of each kind, then their answers together.
        kinds = (x[start : start + 100, :, None] == seen).mean(axis=1)
        drawn = rng.multinomial(k, kinds[:, None, :], (len(kinds), DRAWS_TWO_LEVELS))
        found.append(np.quantile(rng.binomial(drawn * m, seen / m).sum(axis=2) / (k * m), TAILS, axis=1))
    lower, upper = np.concatenate(found, axis=1)
    return lower, upper


def bca(x: IntArray, m: int) -> Bounds:
    """Return the bias-corrected accelerated bootstrap over prompts (Efron 1987, JASA 82:171)."""
    rates = x / m
    normal = NormalDist()
    found = []
    mean = rates.mean(axis=1)
    for rows, draws in zip(_blocks(len(rates), x.shape[1]), _drawn(rates), strict=True):
        value = mean[rows]
        away = value[:, None] - rates[rows]  # the jackknife of a mean, up to a factor that cancels
        square = (away**2).sum(axis=1)
        skew = np.divide((away**3).sum(axis=1), 6 * square**1.5, out=np.zeros(len(value)), where=square > 0)
        below = (draws < value[:, None]).mean(axis=1) + (draws == value[:, None]).mean(axis=1) / 2
        bias = np.array([normal.inv_cdf(min(max(b, 0.5 / DRAWS), 1 - 0.5 / DRAWS)) for b in below])
        ends = bias[:, None] + np.array([normal.inv_cdf(tail) for tail in TAILS])
        level = _normal_cdf(bias[:, None] + ends / (1 - skew[:, None] * ends))
        at = np.clip(np.rint(level * (DRAWS - 1)), 0, DRAWS - 1).astype(np.int64)
        found.append(np.take_along_axis(np.sort(draws, axis=1), at, axis=1))
    lower, upper = np.concatenate(found).T
    return lower, upper


def logit_t(x: IntArray, m: int) -> Bounds:
    """Return logit(p) +- t_{k-1} SE / (p (1 - p)) with the clustered SE; a point where all is 0 or 1."""
    from scipy import stats

    k = x.shape[1]
    rates = x / m
    p = rates.mean(axis=1)
    inside = (p > 0) & (p < 1)
    q = np.where(inside, p, 0.5)
    half = stats.t.ppf(0.975, k - 1) * rates.std(axis=1, ddof=1) / math.sqrt(k) / (q * (1 - q))
    centre = np.log(q / (1 - q))
    lower, upper = (1 / (1 + np.exp(-(centre + side * half))) for side in (-1, 1))
    return np.where(inside, lower, p), np.where(inside, upper, p)


def beta_binomial(x: IntArray, m: int) -> Bounds:
    """Return the central 95 % credible interval of the mean of a beta-binomial model.

    Flat priors on the mean (a grid of 399) and on the ICC (a grid of 24); the posterior is a sum over grids.
    """
    means = np.linspace(0, 1, 401)[1:-1]
    histogram = np.stack([(x == v).sum(axis=1) for v in range(m + 1)], axis=1).astype(np.float64)
    found = []
    for rows in _blocks(len(x), 24 * means.size // 4):
        log_posterior = (histogram[rows] @ _beta_binomial_table(m)).reshape(-1, 24, means.size)
        log_posterior -= log_posterior.max(axis=(1, 2), keepdims=True)
        cumulated = np.cumsum(np.exp(log_posterior).sum(axis=1), axis=1)
        cumulated /= cumulated[:, -1:]
        found.append(np.stack([means[(cumulated < tail).sum(axis=1)] for tail in TAILS], axis=1))
    lower, upper = np.concatenate(found).T
    return lower, upper


#: By name in the report.
METHODS: Mapping[str, Method] = {
    "CRW (the product's)": crw,
    "Wilson on answers (`naive`)": naive,
    "logit-t, clustered SE": logit_t,
    "Bayesian beta-binomial": beta_binomial,
    "percentile bootstrap, prompts": percentile,
    "percentile bootstrap, two levels": two_level,
    "BCa bootstrap, prompts": bca,
}


def _blocks(monitors: int, cells: int) -> list[slice]:
    rows = max(1, _BLOCK // max(cells, DRAWS))
    return [slice(start, min(start + rows, monitors)) for start in range(0, monitors, rows)]


@cache
def _weights(k: int) -> FloatArray:
    """Weights of the resamples, shared by all monitors of k prompts: each still sees a fair bootstrap."""
    return np.random.default_rng([1, k]).multinomial(k, np.full(k, 1 / k), DRAWS).T / k


def _drawn(rates: FloatArray) -> list[FloatArray]:
    return [rates[rows] @ _weights(rates.shape[1]) for rows in _blocks(len(rates), rates.shape[1])]


@cache
def _beta_binomial_table(m: int) -> FloatArray:
    """Log-likelihood of a prompt with v of m mentions, shape [m + 1, 24 x 399]: ICC varies slowest."""
    from scipy.special import betaln

    icc = (np.arange(24) + 0.5) / 24
    mean = np.linspace(0, 1, 401)[1:-1]
    size = (1 / icc - 1)[:, None]
    a, b = mean * size, (1 - mean) * size
    v = np.arange(m + 1)[:, None, None]
    return np.asarray((betaln(a + v, b + m - v) - betaln(a, b)).reshape(m + 1, -1))


def _normal_cdf(z: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    return np.asarray(ndtr(z))
