"""Layer ``metrics``: rates beside what they would be without the machine's errors, where labels tell."""

import dagster as dg
import polars as pl

from brand_monitor.backends.llm.simulation import Stores
from brand_monitor.defs.tables import keys_of, preview, table_asset
from brand_monitor.domain.gold.corrections import TABLE, WINDOW_DAYS, corrected_rates
from brand_monitor.golden import gold_file, gold_inputs, gold_scores, gold_version, read_gold
from brand_monitor.io_managers.lake import Lake
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY_BY_ENGINE, day_and_engine
from brand_monitor.schemas.registry import conform, empty_frame

# The gold set is a file that a person writes: its hash stands in every row and in the metadata.
_DEPS = keys_of("raw/answers", "core/answer_mentions", "seed/brands")


@table_asset(TABLE, kinds={"numpy", "parquet"}, partitions_def=DAILY_BY_ENGINE, deps=_DEPS)
def corrected(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    monitors: dg.ResourceParam[dict[str, Monitor]],
    stores: dg.ResourceParam[Stores],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, segment, brand and metric of a monitor with labels: the raw and corrected rate."""
    day, family = day_and_engine(context.partition_key)
    frames, versions = [empty_frame(TABLE)], {}
    for monitor in monitors:
        file = gold_file(stores.settings.home, monitor)
        pairs = read_gold(file) if file.is_file() else []
        labelled = sum(pair.labels is not None for pair in pairs)
        if not labelled:
            continue
        versions[monitor] = gold_version(pairs)
        window = gold_inputs(lake, monitor, day, WINDOW_DAYS, engines=[family])
        rates = corrected_rates(*window, gold=gold_scores(lake, pairs), day=day, days=WINDOW_DAYS)
        frames.append(
            conform(
                TABLE,
                rates.with_columns(gold_version=pl.lit(versions[monitor]), gold_pairs=pl.lit(labelled)),
            )
        )
    frame = pl.concat(frames)
    shown = ["engine_id", "segment", "metric", "brand_id", "raw", "corrected", "reason"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "gold_versions": versions,
            "monitors_without_labels": len(monitors) - len(versions),
            "preview": preview(frame, shown, rows=40),
        },
    )
