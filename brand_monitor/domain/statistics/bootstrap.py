"""The cluster bootstrap: an interval over prompts for figures without a closed form.

Belongs here: resampling of prompts and the percentile interval. Keep out: the figures themselves; a figure
comes as a function of how often each prompt was drawn. Rates, shares and changes have closed-form intervals
that hold their coverage on few prompts, which this one does not: under 30 prompts it is flagged.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL, bootstrap_flags
from brand_monitor.domain.statistics.wilson import FloatArray, z_score

MIN_DRAWS: Final = 2_000
_MAX_CELLS: Final = 2**16  # weights at once: .5 MB stays in the cache, blocks of 16 MB take 3-5 x as long


@dataclass(frozen=True)
class BootstrapInterval:
    """A figure with its percentile interval over resampled prompts.

    Attributes:
        value: The figure on the prompts as they are.
        lower: Lower bound, None under 3 prompts or where no resample defines the figure.
        upper: Upper bound, likewise.
        prompts: Prompts resampled.
        draws: Resamples taken.
        undefined_draws: Resamples in which the figure is undefined (NaN); they are left out.
        flags: Ids of `flags.FLAG_TEXTS`.
    """

    value: float
    lower: float | None
    upper: float | None
    prompts: int
    draws: int
    undefined_draws: int
    flags: tuple[str, ...]


def cluster_bootstrap(
    statistic: Callable[[FloatArray], FloatArray],
    prompts: int,
    *,
    seed: int,
    draws: int = MIN_DRAWS,
    confidence: float = 0.95,
) -> BootstrapInterval | None:
    """Return the percentile interval of a figure over resampled prompts.

    Args:
        statistic: Maps weights of shape [B, k], how often each prompt was drawn, to B figures; NaN where a
            figure is undefined. For a mean of prompt rates: ``lambda w: w @ rates / w.sum(axis=1)``.
        prompts: Number of prompts k.
        seed: Seed of the resampling; the same seed gives the same interval.
        draws: Resamples B, at least 2,000.
        confidence: Two-sided level.

    Returns:
        None where the figure is undefined on the prompts as they are.

    Raises:
        ValueError: Fewer than 2,000 draws.

    Complexity: O(B k), in blocks of bounded memory. Source: Davison & Hinkley (1997), Bootstrap Methods and
    their Application, 3.8 (resampling of clusters) and 5.3.1 (percentile interval).
    """
    z_score(confidence)
    if draws < MIN_DRAWS:
        raise ValueError(f"{draws} draws are too few for stable bounds: take at least {MIN_DRAWS}")
    value = float(statistic(np.ones((1, prompts)))[0]) if prompts else np.nan
    if np.isnan(value):
        return None
    figures = np.concatenate([statistic(weights) for weights in resampled_weights(prompts, draws, seed)])
    defined = figures[~np.isnan(figures)]
    undefined = draws - defined.size
    lower, upper = _percentiles(defined, confidence) if prompts >= MIN_PROMPTS_FOR_INTERVAL else (None, None)
    flags = bootstrap_flags(prompts, undefined)
    return BootstrapInterval(value, lower, upper, prompts, draws, undefined, flags)


def resampled_weights(prompts: int, draws: int, seed: int) -> Iterator[FloatArray]:
    """Yield blocks of multinomial weights, `draws` rows in all: how often each prompt was drawn.

    Counting uniform draws per row with one `bincount` gives the same distribution as `Generator.multinomial`
    in a tenth of the time, and a statistic that is linear in the weights becomes a matrix product.
    """
    rng = np.random.default_rng(seed)
    rows = max(1, _MAX_CELLS // prompts)
    for start in range(0, draws, rows):
        block = min(rows, draws - start)
        chosen = rng.integers(0, prompts, size=(block, prompts))
        chosen += np.arange(block)[:, None] * prompts
        counts = np.bincount(chosen.ravel(), minlength=block * prompts)
        yield counts.reshape(block, prompts).astype(np.float64)


def _percentiles(figures: FloatArray, confidence: float) -> tuple[float, float] | tuple[None, None]:
    if not figures.size:
        return None, None
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(figures, [tail, 1 - tail])
    return float(lower), float(upper)
