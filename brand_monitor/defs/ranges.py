"""Range runs: one run that derives many partitions, each as if it were alone.

Belongs here: how a run is told of its range, cutting the inputs into partitions, joining what came of each.
Not here: what an asset does, or how many partitions a run takes (``partitions``).

A run costs about 3 s of CPU before its first row, so a year of re-derivation is cheap only by the month. An
asset is still written for one partition: this wrapper calls it once for each, in the order of the range.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import dagster as dg
import polars as pl

from brand_monitor.io_managers.dagster_io import ROW_COUNT, rows_of

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
#: Tags of the parts of one partition: its day, its engine.
_PART = "dagster/partition/"


def range_tags(first: str, last: str) -> dict[str, str]:
    """Return the tags by which Dagster knows a run of all partitions from ``first`` to ``last``."""
    return {RANGE_START: first, RANGE_END: last}


def heed_range(run: dg.DagsterRun) -> None:
    """Let a run of a range be one, before its first step.

    A backfill of a job (the button on its page in the UI) also gives each run the day and the engine of the
    very first partition. Dagster 1.13 then takes that one for the whole run, derives it alone, and calls the
    range a success. The tags that the instance shows stay as they are.
    """
    if RANGE_START in run.tags:
        for tag in [tag for tag in run.tags if tag.startswith(_PART)]:
            del run.tags[tag]  # type: ignore[attr-defined]  # a dict, said to be a mapping


def stretches(days: Sequence[date], longest: int) -> Iterator[tuple[date, date]]:
    """Yield the stretches of days without a gap, first and last of each, at most ``longest`` days."""
    start = 0
    for stop in range(1, len(days) + 1):
        ends = stop == len(days) or days[stop] - days[stop - 1] > timedelta(days=1)
        if ends or stop - start == longest:
            yield days[start], days[stop - 1]
            start = stop


class OnePartition:
    """The context of a range run, narrowed to one of its partitions."""

    def __init__(self, context: dg.AssetExecutionContext, key: str) -> None:
        self._context = context
        self.partition_key = key
        self.partition_keys = [key]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


def once_per_partition(derive: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``derive`` for ranges: called with the rows of one partition at a time.

    Args:
        derive: the function of an asset; it returns a frame, a ``MaterializeResult``, or nothing.

    Memory is that of the whole range, which the backfill policy bounds.
    """

    @functools.wraps(derive)
    def run(*positional: Any, **inputs: Any) -> Any:
        context = dg.AssetExecutionContext.get()
        # A run of a range also derives tables without partitions: those once.
        is_range = context.has_partition_key_range and context.assets_def.partitions_def is not None
        keys = list(context.partition_keys) if is_range else []
        if len(keys) < 2:  # noqa: PLR2004 - a range of one
            return derive(*positional, **inputs)
        results = []
        for key in keys:
            narrowed = [OnePartition(context, key) if one is context else one for one in positional]
            rows = {
                name: rows_of(value, key) if isinstance(value, pl.DataFrame) else value
                for name, value in inputs.items()
            }
            results.append(_told_of(context, key, derive(*narrowed, **rows)))
        return pl.concat(results) if isinstance(results[0], pl.DataFrame) else results[-1]

    return run


def _told_of(context: dg.AssetExecutionContext, key: str, result: Any) -> Any:
    """Tell Dagster what was said of one partition, so that its figures are its own; return the rows."""
    metadata: dict[str, Any] = {}
    if isinstance(result, dg.MaterializeResult):
        metadata, result = dict(result.metadata or {}), result.value
    if isinstance(result, pl.DataFrame):
        metadata[ROW_COUNT] = result.height
    else:
        result = None
    context.add_asset_metadata(metadata, partition_key=key)
    return result
