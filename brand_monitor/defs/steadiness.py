"""Layer ``metrics``: what stays from repeat to repeat and day to day, where scatter comes from, and drift."""

import dagster as dg
import polars as pl

from brand_monitor import histories
from brand_monitor.defs.automation import after_engines
from brand_monitor.defs.tables import counts, keys_of, preview, table_asset
from brand_monitor.domain.steadiness import drifts as drift
from brand_monitor.domain.steadiness import scatter
from brand_monitor.domain.steadiness import volatilities as steadiness
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, DAILY_BY_ENGINE, ONE_RUN_PER_PARTITION, day_and_engine, split_key

Monitors = dict[str, Monitor]
_KINDS = {"numpy", "parquet"}


@table_asset(
    "metrics/stabilities",
    kinds=_KINDS,
    partitions_def=DAILY_BY_ENGINE,
    deps=keys_of(
        "raw/answers",
        "core/answer_mentions",
        "core/citations",
        "core/model_changes",
        "metrics/brand_metrics",
        "seed/brands",
    ),
)
def stabilities(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], monitors: dg.ResourceParam[Monitors]
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, segment, kind of item and metric: overlap of repeats and days, volatility."""
    day, family = day_and_engine(context.partition_key)
    mine = list(monitors)
    figures, changes = (
        histories.window(lake, table, day, steadiness.WINDOW_DAYS, monitors=mine, engine=family)
        for table in ("metrics/brand_metrics", "core/model_changes")
    )
    frame = steadiness.stabilities(
        histories.day_frames(lake, day, monitors=mine, engine=family),
        histories.last_frames(lake, day, monitors=mine, engine=family),
        lake.read("seed/brands", [Partition()], monitors=mine),
        figures,
        changes,
        day=day,
    )
    shown = ["engine_id", "segment", "items", "metric", "value", "lower", "upper", "k", "reason"]
    return dg.MaterializeResult(
        value=frame, metadata={"reasons": counts(frame, "reason"), "preview": preview(frame, shown, rows=40)}
    )


@table_asset(
    "metrics/drifts",
    kinds=_KINDS,
    partitions_def=DAILY_BY_ENGINE,
    deps=keys_of("raw/canary_answers", "core/model_changes", "metrics/brand_metrics", "seed/brands"),
)
def drifts(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], monitors: dg.ResourceParam[Monitors]
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine for its canaries and one per brand for its visibility: drifted, calm, unknown."""
    day, family = day_and_engine(context.partition_key)
    mine = list(monitors)
    canaries, figures, changes = (
        histories.window(lake, table, day, drift.WINDOW_DAYS, monitors=mine, engine=family)
        for table in ("raw/canary_answers", "metrics/brand_metrics", "core/model_changes")
    )
    brands = lake.read("seed/brands", [Partition()], monitors=mine)
    frame = drift.drifts(canaries, figures, changes, brands, day=day)
    drifted = frame.filter(verdict="drifted")
    shown = ["engine_id", "metric", "subject", "value", "baseline", "direction", "since"]
    return dg.MaterializeResult(
        value=frame, metadata={"verdicts": counts(frame, "verdict"), "drifted": preview(drifted, shown)}
    )


@table_asset(
    "metrics/variance_components",
    kinds=_KINDS,
    partitions_def=DAILY,
    backfill_policy=ONE_RUN_PER_PARTITION,  # as all that is published with it
    automation_condition=after_engines(),
    deps=keys_of("raw/answers", "core/answer_mentions", "seed/brands"),
)
def variance_components(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], monitors: dg.ResourceParam[Monitors]
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per surface, segment, own brand and source of scatter, over the answers of a week."""
    day, _ = split_key(context.partition_key)
    mine = list(monitors)
    answers, mentions = (
        histories.window(lake, table, day, scatter.WINDOW_DAYS, monitors=mine).drop(unread)
        for table, unread in (
            ("raw/answers", ["text", "sources", "queries"]),
            ("core/answer_mentions", ["sentence"]),
        )
    )
    brands = lake.read("seed/brands", [Partition()], monitors=mine)
    frame = scatter.variance_components(answers, mentions, brands, day=day)
    shown = ["surface", "segment", "brand_id", "factor", "share", "levels", "reason"]
    return dg.MaterializeResult(value=frame, metadata={"preview": preview(frame, shown, rows=40)})
