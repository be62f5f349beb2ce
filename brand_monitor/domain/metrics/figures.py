"""Figures with intervals from counts per family of prompts: many at once, in the columns of a metrics table.

Belongs here: the way from long frames of answers to dense arrays and back, and the rules that hold for
every figure (null with a reason, no interval under 3 prompts). Not here: what is counted (``metrics.py``,
``source_metrics.py``) and the formulas of the intervals (``statistics``).

Every function takes ``wanted``, one row per figure: GROUP, ``subject`` and ``blocked`` (the reason why the
figure cannot be given, or null), and returns one row per figure with the columns FIGURE.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from brand_monitor.domain.metrics.populations import GROUP
from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL
from brand_monitor.domain.statistics.rates import rate_intervals, wilson
from brand_monitor.domain.statistics.shares import share_intervals

FloatArray = npt.NDArray[np.float64]

FIGURE = {
    **dict.fromkeys(["value", "lower", "upper", "naive_lower", "naive_upper"], pl.Float64()),
    **dict.fromkeys(["numerator", "denominator"], pl.Float64()),
    **dict.fromkeys(["n", "k"], pl.Int64()),
    "flags": pl.List(pl.String()),
}
INTERVAL = ["lower", "upper", "naive_lower", "naive_upper"]
NOT_WITHOUT_VALUE = [*INTERVAL, "numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class _Counts:
    """Dense counts: ``hits`` and ``trials`` of shape [figures, prompts], 0 trials where a prompt is absent.

    ``unit`` tells which figures share their trials.
    """

    hits: FloatArray
    trials: FloatArray
    unit: npt.NDArray[np.int64]


def rate_figures(
    wanted: pl.DataFrame, trials: pl.DataFrame, hits: pl.DataFrame, *, nothing: str = "no_answers"
) -> pl.DataFrame:
    """Return prompt-balanced rates with their cluster-robust and their naive interval.

    All figures go through one batched call: O(figures x prompts) time and memory.

    Args:
        wanted: The figures.
        trials: Answers per family ``n``, keyed by ``prompt_family`` and GROUP, or by ``subject`` too where
            each subject has a denominator of its own.
        hits: One row per answer that counts: GROUP, ``subject``, ``prompt_family``.
        nothing: Reason of a figure without any trial.
    """
    counts = _dense(wanted, trials, hits)
    rates = rate_intervals(counts.hits, counts.trials)
    numerator, denominator = counts.hits.sum(axis=1), counts.trials.sum(axis=1)
    naive_lower, naive_upper = wilson(numerator / np.where(denominator > 0, denominator, np.nan), denominator)
    measured = {
        "value": rates.value,
        "lower": rates.lower,
        "upper": rates.upper,
        "naive_lower": naive_lower,
        "naive_upper": naive_upper,
        "numerator": numerator,
        "denominator": denominator,
    }
    flags = [rates.flags_at(row) for row in range(len(wanted))]
    return _measured(wanted, counts, measured, flags, nothing=nothing)


def share_figures(
    wanted: pl.DataFrame, trials: pl.DataFrame, hits: pl.DataFrame, *, nothing: str
) -> pl.DataFrame:
    """Return the shares of the subjects that are not blocked in all that these subjects have together.

    O(figures x prompts) time and memory, one call per group.

    Args:
        wanted: The figures; those of a group that are not blocked form its frame.
        trials: Answers per family ``n``, keyed by GROUP and ``prompt_family``.
        hits: One row per answer and subject that counts: GROUP, ``subject``, ``prompt_family``.
        nothing: Reason where nobody in the frame has anything.
    """
    counts = _dense(wanted, trials, hits)
    in_frame = wanted["blocked"].is_null().to_numpy()
    unknown = np.full(len(wanted), np.nan)
    measured: dict[str, Any] = {name: unknown.copy() for name in ("value", *INTERVAL, "denominator")}
    flags: list[tuple[str, ...]] = [()] * len(wanted)
    for unit in np.unique(counts.unit[in_frame]):
        rows = np.flatnonzero(in_frame & (counts.unit == unit))
        # The empty last column stands for "somebody else": a frame of one subject is a share of 1, not none.
        frame = np.vstack([counts.hits[rows], np.zeros(counts.hits.shape[1])]).T
        shares = share_intervals(frame, counts.trials[rows[0]])
        for name in ("value", "lower", "upper"):
            measured[name][rows] = getattr(shares, name)[:-1]
        measured["denominator"][rows] = frame.sum()
        for column, row in enumerate(rows):
            flags[row] = shares.flags_at(column)
    return _measured(
        wanted, counts, measured | {"numerator": counts.hits.sum(axis=1)}, flags, nothing=nothing
    )


def descriptive_figures(figures: pl.DataFrame, *, nothing: str) -> pl.DataFrame:
    """Return figures that carry no interval.

    Args:
        figures: The figures with ``value``, ``numerator``, ``denominator``, ``n`` and ``k``; nulls allowed.
        nothing: Reason where the value is null.
    """
    no_interval = {name: pl.lit(None, dtype=pl.Float64) for name in INTERVAL}
    flags = pl.lit([], dtype=pl.List(pl.String))
    plain = figures.with_columns(**no_interval, flags=flags).with_columns(pl.col("n", "k").fill_null(0))
    return _finish(plain, nothing=nothing, no_interval="descriptive")


def _finish(figures: pl.DataFrame, *, nothing: str, no_interval: str | None = None) -> pl.DataFrame:
    """Return the columns of a figure, null with a reason where there is no value or no interval.

    Args:
        figures: GROUP, ``subject``, ``blocked`` and the measured columns.
        nothing: Reason where the value is null and nothing blocks it.
        no_interval: Reason why none of the figures has an interval, if so.
    """
    few = pl.col("k") < MIN_PROMPTS_FOR_INTERVAL
    without_interval = pl.when(few).then(pl.lit("fewer_than_3_prompts"))
    reason = (
        pl.when(pl.col("blocked").is_not_null())
        .then("blocked")
        .when(pl.col("value").is_null())
        .then(pl.lit(nothing))
        .otherwise(without_interval if no_interval is None else pl.lit(no_interval))
    )
    return (
        figures.with_columns(value=pl.when(pl.col("blocked").is_null()).then("value"))
        .with_columns(reason=reason)
        .with_columns(pl.when(pl.col("value").is_not_null()).then(pl.col(NOT_WITHOUT_VALUE)))
        .with_columns(pl.when(~few).then(pl.col(INTERVAL)))
        .with_columns(flags=pl.when(pl.col("value").is_not_null()).then("flags").otherwise([]))
        .select(*GROUP, "subject", *(pl.col(name).cast(dtype) for name, dtype in FIGURE.items()), "reason")
    )


def _dense(wanted: pl.DataFrame, trials: pl.DataFrame, hits: pl.DataFrame) -> _Counts:
    """Scatter counts per family into arrays; the families of a unit are numbered from 0."""
    keys = [name for name in trials.columns if name not in ("prompt_family", "n")]
    # Sorted, so that sums run in the same order and the last digit is the same in every run.
    units = trials.select(keys).unique().sort(keys).with_row_index("unit")
    cells = trials.join(units, on=keys).with_columns(
        prompt=pl.col("prompt_family").rank("ordinal").over("unit").cast(pl.Int64) - 1
    )
    figures = wanted.with_row_index("figure").join(units, on=keys, how="left", maintain_order="left")
    counted = (
        hits.group_by(*GROUP, "subject", "prompt_family")
        .agg(hits=pl.len())
        .join(figures.select(*GROUP, "subject", "figure"), on=[*GROUP, "subject"])
        .join(cells.select(*keys, "prompt_family", "prompt"), on=[*keys, "prompt_family"])
    )
    width = max(1, int(cells["prompt"].max() or 0) + 1)  # type: ignore[arg-type]
    per_unit = np.zeros((len(units) + 1, width))  # the last row: no answer at all
    per_unit[cells["unit"].to_numpy(), cells["prompt"].to_numpy()] = cells["n"].to_numpy()
    dense = np.zeros((len(wanted), width))
    dense[counted["figure"].to_numpy(), counted["prompt"].to_numpy()] = counted["hits"].to_numpy()
    unit = figures["unit"].fill_null(len(units)).to_numpy().astype(np.int64)
    return _Counts(dense, per_unit[unit], unit)


def _measured(
    wanted: pl.DataFrame,
    counts: _Counts,
    measured: dict[str, Any],
    flags: list[tuple[str, ...]],
    *,
    nothing: str,
) -> pl.DataFrame:
    """Put measured arrays beside the figures they belong to; NaN becomes null."""
    fewest = np.where(counts.trials > 0, counts.trials, np.inf).min(axis=1)
    unequal = np.isfinite(fewest) & (counts.trials.max(axis=1) > fewest)
    sizes = {"n": counts.trials.sum(axis=1), "k": (counts.trials > 0).sum(axis=1)}
    all_flags = [
        [*one, "unequal_repeats"] if uneven else [*one] for one, uneven in zip(flags, unequal, strict=True)
    ]
    columns = pl.DataFrame(
        {**measured, **sizes, "flags": all_flags}, schema_overrides={"flags": FIGURE["flags"]}
    )
    known = columns.with_columns(pl.col(pl.Float64).fill_nan(None))
    return _finish(pl.concat([wanted, known], how="horizontal"), nothing=nothing)
