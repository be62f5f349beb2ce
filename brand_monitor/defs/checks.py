"""Asset checks: one blocking check per table from the registry, and the checks that know the domain.

Belongs here: reading a published partition back and judging it. Not here: the schemas.
"""

from itertools import product

import dagster as dg
import polars as pl

from brand_monitor.failures import SchemaViolationError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, DAILY_BY_ENGINE, split_key
from brand_monitor.schemas.registry import REGISTRY, conform, polars_schema

Monitors = dict[str, Monitor]


def partitions_of(table: str) -> dg.PartitionsDefinition | None:
    """Return the partitions of a table: its columns tell which."""
    schema = polars_schema(table)
    if "date" not in schema:
        return None
    # Marts and projections carry the engine as a column of a daily table.
    by_engine = "engine" in schema and table.split("/", maxsplit=1)[0] in {
        "raw",
        "core",
        "metrics",
        "experiments",
    }
    return DAILY_BY_ENGINE if by_engine else DAILY


def schema_check(table: str) -> dg.AssetChecksDefinition:
    """Return the blocking check that what lies in the lake follows the registry."""
    partitions = partitions_of(table)

    @dg.asset_check(
        asset=table.split("/"),
        name="follows_schema",
        blocking=True,
        partitions_def=partitions,
        description="The published rows have the registered columns, types, ranges and unique ids.",
    )
    def follows_schema(
        context: dg.AssetCheckExecutionContext,
        lake: dg.ResourceParam[Lake],
        monitors: dg.ResourceParam[Monitors],
    ) -> dg.AssetCheckResult:
        rows = 0
        # One at a time: ids are unique within a partition of a monitor.
        for partition, monitor_id in product(_partitions(context, partitions), monitors):
            frame = lake.read(table, [partition], monitors=[monitor_id])
            rows += frame.height
            try:
                conform(table, frame)
            except SchemaViolationError as error:
                violation = f"{partition}, {monitor_id}: {error}"
                return dg.AssetCheckResult(passed=False, metadata={"violation": violation})
        return dg.AssetCheckResult(passed=True, metadata={"rows": rows})

    return follows_schema


@dg.asset_check(asset=["metrics", "brand_metrics"], partitions_def=DAILY_BY_ENGINE)
def control_is_never_seen(
    context: dg.AssetCheckExecutionContext,
    lake: dg.ResourceParam[Lake],
    monitors: dg.ResourceParam[Monitors],
) -> dg.AssetCheckResult:
    """The fictitious control brand has rate 0: otherwise the matcher invents mentions."""
    partitions = _partitions(context, DAILY_BY_ENGINE)
    frame = lake.read("metrics/brand_metrics", partitions, monitors=list(monitors))
    controls = [b.id for monitor in monitors.values() for b in monitor.brands if b.role == "control"]
    seen = frame.filter(
        pl.col("subject").is_in(controls), pl.col("metric") == "visibility", pl.col("numerator") > 0
    )
    return dg.AssetCheckResult(passed=seen.is_empty(), metadata={"answers_naming_the_control": seen.height})


@dg.asset_check(asset=["raw", "answers"], partitions_def=DAILY_BY_ENGINE)
def most_calls_were_answered(
    context: dg.AssetCheckExecutionContext,
    lake: dg.ResourceParam[Lake],
    monitors: dg.ResourceParam[Monitors],
) -> dg.AssetCheckResult:
    """At least nine of ten calls came back with text; fewer would bias every figure."""
    frame = lake.read("raw/answers", _partitions(context, DAILY_BY_ENGINE), monitors=list(monitors))
    answered = frame.filter(pl.col("status") == "ok").height
    return dg.AssetCheckResult(
        passed=answered >= 0.9 * frame.height,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"answered": answered, "asked": frame.height},
    )


def _partitions(
    context: dg.AssetCheckExecutionContext, definition: dg.PartitionsDefinition | None
) -> list[Partition]:
    """Return the partitions of this run: one, or those of a range."""
    if definition is None:
        return [Partition()]
    return [Partition(*split_key(key)) for key in context.partition_keys]


def build_checks() -> list[dg.AssetChecksDefinition]:
    """Return all checks."""
    return [*map(schema_check, REGISTRY), control_is_never_seen, most_calls_were_answered]
