"""The two-level cluster bootstrap of many rates at once, as one matrix product.

Belongs here: resampling of prompts, and of the answers inside a drawn prompt, for all brands of a frame
together. Keep out: intervals of one figure given as a function of weights (bootstrap.py).

A draw is a row of weights over resampled prompts, and all draws together are weights x resampled rates:
draws x k by k x brands. With both levels, a drawn prompt brings along one of POOL resamples of its answers.
The pool is balanced (Davison, Hinkley & Schechtman 1986, Biometrika 73:555): each answer occurs in it equally
often, so the mean of a pool is the rate of the prompt and the pool adds no shift of its own. Without a pool,
every draw would resample all answers anew: 2,000 x 100,000 picks, for a result no different.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.bootstrap import MIN_DRAWS
from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL, bootstrap_flags
from brand_monitor.domain.statistics.wilson import FloatArray, IntArray, z_score

POOL: Final = 32
_MAX_PICKS: Final = 2**21  # resampled answers, or drawn prompts, at once: 16 MB of indices

Float32Array = npt.NDArray[np.float32]
Figure = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, eq=False)
class BootstrapRates:
    """Figures of B brands with percentile intervals; arrays of shape [B], NaN for no figure or no interval.

    Attributes:
        value: The figures on the answers as they are.
        lower: Lower bounds.
        upper: Upper bounds.
        prompts: Prompts resampled.
        draws: Resamples taken.
        undefined_draws: Of each figure, resamples in which it is undefined; left out.
        flags: Ids of `flags.FLAG_TEXTS`.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    prompts: int
    draws: int
    undefined_draws: IntArray
    flags: tuple[str, ...]


def bootstrap_rates(
    mentions: npt.ArrayLike,
    prompts: npt.ArrayLike,
    *,
    seed: int,
    draws: int = MIN_DRAWS,
    levels: Literal[1, 2] = 2,
    confidence: float = 0.95,
    figure: Figure | None = None,
) -> BootstrapRates:
    """Return prompt-balanced rates of all brands, or a figure made of them, with bootstrap intervals.

    Args:
        mentions: 1 where an answer names a brand, else 0; shape [N, B]. Answers without a usable text are
            left out before.
        prompts: Prompt of each answer, any labels, shape [N].
        seed: The same seed gives the same intervals.
        draws: Resamples, at least 2,000.
        levels: 1 resamples prompts, with their answers as they are; 2 also the answers inside a prompt.
        confidence: Two-sided level.
        figure: Maps rates of shape [rows, B] to figures of shape [rows, F], NaN where undefined: for shares
            of voice ``lambda r: r / r.sum(axis=1, keepdims=True)``. The rates themselves if None.

    Raises:
        ValueError: Too few draws, lengths that differ, or a mention that is not a number.

    Complexity: time O(32 N + 32 N B + draws k B), memory O(32 k B) beside blocks of bounded size.
    Source: Davison & Hinkley (1997), Bootstrap Methods and their Application, 3.8.
    """
    z_score(confidence)
    if draws < MIN_DRAWS:
        raise ValueError(f"{draws} draws are too few for stable bounds: take at least {MIN_DRAWS}")
    answers, sizes = _by_prompt(mentions, prompts)
    rng = np.random.default_rng(seed)
    apply: Figure = (lambda rates: rates) if figure is None else figure
    if sizes.size == 0:
        value = np.full(apply(np.full((1, answers.shape[1]), np.nan)).shape[1], np.nan)
        return BootstrapRates(
            value, value, value, 0, draws, np.full(value.size, draws), bootstrap_flags(0, 0)
        )
    rates = np.add.reduceat(answers, np.cumsum(sizes) - sizes, axis=0) / sizes[:, None]
    value = apply(rates.mean(axis=0, keepdims=True))[0]
    pool = rates.astype(np.float32) if levels == 1 else _balanced_pool(answers, sizes, rng)
    drawn = np.concatenate([apply(block) for block in _drawn(pool, sizes.size, draws, rng)])
    undefined = np.isnan(drawn).sum(axis=0)
    lower, upper = _percentiles(drawn, confidence)
    known = (sizes.size >= MIN_PROMPTS_FOR_INTERVAL) & ~np.isnan(value)
    lower, upper = np.where(known, lower, np.nan), np.where(known, upper, np.nan)
    flags = bootstrap_flags(sizes.size, int(undefined.sum()))
    return BootstrapRates(value, lower, upper, int(sizes.size), draws, undefined, flags)


def _by_prompt(mentions: npt.ArrayLike, prompts: npt.ArrayLike) -> tuple[Float32Array, IntArray]:
    """Return the answers ordered by prompt, shape [N, B], and the number of answers of each prompt."""
    values = np.asarray(mentions, dtype=np.float32)
    labels = np.asarray(prompts)
    if values.ndim != 2 or labels.shape != values.shape[:1]:  # noqa: PLR2004 - answers x brands
        raise ValueError(f"need mentions [N, B] and prompts [N], got {values.shape} and {labels.shape}")
    if not np.isfinite(values).all():
        raise ValueError("a mention is NaN or infinite: leave answers without a usable text out")
    _, prompt, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return values[np.argsort(prompt, kind="stable")], sizes


def _drawn(pool: Float32Array, prompts: int, draws: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield drawn rates: selections [block, rows of the pool], k ones a row, times the pool [rows, B].

    A prompt has as many rows in the pool as any other, so a uniform pick of a row picks a prompt uniformly.
    """
    from scipy.sparse import csr_array

    rows = max(1, _MAX_PICKS // prompts)
    for start in range(0, draws, rows):
        block = min(rows, draws - start)
        picks = rng.integers(0, len(pool), size=block * prompts, dtype=np.int32)
        ends = np.arange(block + 1, dtype=np.int32) * prompts
        chosen = csr_array((np.ones(picks.size, np.float32), picks, ends), shape=(block, len(pool)))
        yield (chosen @ pool).astype(np.float64) / prompts


def _balanced_pool(answers: Float32Array, sizes: IntArray, rng: np.random.Generator) -> Float32Array:
    """Return POOL resampled rates of every prompt, shape [k x POOL, B]; prompts of one size go together."""
    brands = answers.shape[1]
    first = np.cumsum(sizes) - sizes
    pool = np.empty((sizes.size, POOL, brands), dtype=np.float32)
    for size in np.unique(sizes):
        same = np.flatnonzero(sizes == size)
        together = max(1, _MAX_PICKS // (POOL * int(size)))
        for start in range(0, same.size, together):
            some = same[start : start + together]
            rows = first[some][:, None] + np.arange(size)
            pool[some] = _picked(some.size, int(size), rng) @ answers[rows] / size
    return pool.reshape(-1, brands)


def _picked(prompts: int, size: int, rng: np.random.Generator) -> Float32Array:
    """Return how often each answer is in each resample, shape [prompts, POOL, size]; columns sum to POOL."""
    deck = np.tile(np.arange(size, dtype=np.int32), (prompts, POOL))
    rng.permuted(deck, axis=1, out=deck)
    cell = deck.reshape(prompts * POOL, size) + np.arange(prompts * POOL)[:, None] * size
    counts = np.bincount(cell.ravel(), minlength=prompts * POOL * size)
    return counts.reshape(prompts, POOL, size).astype(np.float32)


def _percentiles(drawn: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    tail = (1 - confidence) / 2
    defined = ~np.isnan(drawn).all(axis=0)
    bounds = np.full((2, drawn.shape[1]), np.nan)
    if defined.any():
        bounds[:, defined] = np.nanquantile(drawn[:, defined], [tail, 1 - tail], axis=0)
    return bounds[0], bounds[1]
