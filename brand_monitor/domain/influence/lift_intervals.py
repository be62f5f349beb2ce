"""How sure an association lift is: an interval over resampled prompts.

Belongs here: the bootstrap of ``source_association@1``. Not here: the lift itself (``influence``). An
interval around a frequency is still about frequency: it says nothing of cause.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from brand_monitor.domain.metrics.populations import SCOPE
from brand_monitor.domain.statistics.bootstrap import MIN_DRAWS, resampled_weights
from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL, bootstrap_flags
from brand_monitor.domain.statistics.wilson import FloatArray, IntArray

SEED: Final = 0
#: Figures at once, 32 MB.
_MAX_CELLS: Final = 2**22

#: The grain of a lift, without its engine.
PAIR: Final = ["url", "brand_id"]
BOUNDS: Final = {"lift_lower": pl.Float64(), "lift_upper": pl.Float64(), "flags": pl.List(pl.String())}


def lift_intervals(
    pairs: pl.DataFrame, usable: pl.DataFrame, present: pl.DataFrame, named: pl.DataFrame
) -> pl.DataFrame:
    """Return ``pairs`` with ``lift_lower``, ``lift_upper`` and ``flags``.

    Percentile interval over 2,000 seeded resamples of the engine's prompts (families); resamples in which the
    ratio is undefined are left out, and flagged. Null under 3 prompts. O(2,000 x prompts x pairs).

    Args:
        pairs: One row per engine, source and brand whose lift is defined: SCOPE and PAIR.
        usable: One row per answer: SCOPE, ``answer_id``, ``prompt_family``.
        present: One row per answer and source that it had, with the columns of ``usable`` and ``url``.
        named: One row per answer and brand that it names: SCOPE, ``answer_id``, ``brand_id``.
    """
    parts = [
        _with_bounds(
            of_engine, *(frame.join(of_engine, on=SCOPE, how="semi") for frame in (usable, present, named))
        )
        for of_engine in pairs.partition_by(SCOPE, maintain_order=True)
    ]
    return pl.concat(
        [pairs.clear().with_columns(pl.lit(None, kind).alias(name) for name, kind in BOUNDS.items()), *parts]
    )


def _with_bounds(
    pairs: pl.DataFrame, usable: pl.DataFrame, present: pl.DataFrame, named: pl.DataFrame
) -> pl.DataFrame:
    asked = usable.group_by("prompt_family").len().sort("prompt_family").with_row_index("prompt")
    prompts = usable.join(asked, on="prompt_family").select("answer_id", "prompt")
    numbered = pairs.select(PAIR).with_row_index("pair")
    had, naming = (frame.select("answer_id", key) for frame, key in ((present, "url"), (named, "brand_id")))
    counts = [
        _counts(rows.join(prompts, on="answer_id").join(numbered, on=key), asked.height, pairs.height)
        for rows, key in ((had, "url"), (naming, "brand_id"), (had.join(naming, on="answer_id"), PAIR))
    ]
    bounds, undefined = np.full((2, pairs.height), np.nan), np.zeros(pairs.height, dtype=np.int64)
    if asked.height >= MIN_PROMPTS_FOR_INTERVAL:
        weights = np.concatenate(list(resampled_weights(asked.height, MIN_DRAWS, SEED)))
        found = [percentiles(block) for block in _lifts(weights, asked["len"].to_numpy(), *counts)]
        bounds = np.concatenate([one[0] for one in found], axis=1)
        undefined = np.concatenate([one[1] for one in found])
    flags = [list(bootstrap_flags(asked.height, int(one))) for one in undefined]
    columns = dict(zip(BOUNDS, (*bounds, flags), strict=True))
    added = pl.DataFrame(columns, schema=BOUNDS)
    return pl.concat([pairs, added.with_columns(pl.col(pl.Float64).fill_nan(None))], how="horizontal")


def _counts(rows: pl.DataFrame, prompts: int, pairs: int) -> FloatArray:
    """Return how many rows each prompt has per pair, [prompts, pairs]."""
    cells = rows["prompt"].to_numpy().astype(np.int64) * pairs + rows["pair"].to_numpy()
    return np.bincount(cells, minlength=prompts * pairs).reshape(prompts, pairs).astype(np.float64)


def _lifts(
    weights: FloatArray, answers: FloatArray, had: FloatArray, naming: FloatArray, both: FloatArray
) -> Iterator[FloatArray]:
    """Yield blocks [draws, pairs] of P(M | s) / P(M) in every resample; NaN where it is undefined."""
    total = (weights @ answers)[:, None]
    step = max(1, _MAX_CELLS // len(weights))
    for first in range(0, both.shape[1], step):
        with_source, names, together = (
            weights @ table[:, first : first + step] for table in (had, naming, both)
        )
        below = with_source * names
        yield np.where(below > 0, together * total / np.where(below > 0, below, 1), np.nan)


def percentiles(figures: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the 2.5 and 97.5 % points of each column, [2, columns], and its number of NaN, left out."""
    ordered = np.sort(figures, axis=0)  # NaN last
    defined = (~np.isnan(figures)).sum(axis=0)
    bounds = []
    for level in (0.025, 0.975):
        at = level * np.maximum(defined - 1, 0)
        low = np.floor(at).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(defined - 1, 0))
        below, above = (np.take_along_axis(ordered, one[None, :], axis=0)[0] for one in (low, high))
        bounds.append(below + (at - low) * (above - below))
    return np.array(bounds), len(figures) - defined
