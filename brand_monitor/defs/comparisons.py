"""Layer ``metrics``: what changed since the window before, and who is ahead of whom, with verdicts."""

import dagster as dg
import polars as pl

from brand_monitor.comparing import comparison_inputs
from brand_monitor.defs.tables import counts, keys_of, preview, table_asset
from brand_monitor.domain.comparisons.contrasts import brand_contrasts as contrast
from brand_monitor.domain.comparisons.periods import period_changes
from brand_monitor.io_managers.lake import Lake
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY_BY_ENGINE, day_and_engine

_KINDS = {"numpy", "parquet"}
# Read from the lake and not as inputs: a comparison goes back over days that this partition does not name.
_DEPS = keys_of("raw/answers", "core/answer_mentions", "seed/brands")


@table_asset("metrics/changes", kinds=_KINDS, partitions_def=DAILY_BY_ENGINE, deps=_DEPS)
def changes(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    monitors: dg.ResourceParam[dict[str, Monitor]],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, segment, window, metric and brand: the window against the one before it."""
    day, family = day_and_engine(context.partition_key)
    frame = period_changes(*comparison_inputs(lake, day, monitors=list(monitors), engines=[family]), day=day)
    moved = frame.filter(pl.col("verdict") == "moved")
    shown = ["engine_id", "window_days", "metric", "brand_id", "before", "after", "q"]
    return dg.MaterializeResult(
        value=frame, metadata={"verdicts": counts(frame, "verdict"), "moved": preview(moved, shown)}
    )


@table_asset("metrics/brand_contrasts", kinds=_KINDS, partitions_def=DAILY_BY_ENGINE, deps=_DEPS)
def brand_contrasts(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    monitors: dg.ResourceParam[dict[str, Monitor]],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, segment, window, own brand and rival, paired by answer."""
    day, family = day_and_engine(context.partition_key)
    frame = contrast(*comparison_inputs(lake, day, monitors=list(monitors), engines=[family]), day=day)
    shown = ["engine_id", "window_days", "brand_id", "rival_id", "rate", "rival_rate", "q", "verdict"]
    return dg.MaterializeResult(
        value=frame, metadata={"verdicts": counts(frame, "verdict"), "preview": preview(frame, shown)}
    )
