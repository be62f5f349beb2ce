"""Layer ``reports``: the page that an analyst reads, one self-contained HTML file a day and monitor."""

import hashlib
from datetime import date, timedelta

import dagster as dg
import polars as pl

from brand_monitor import __version__
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.defs.automation import after_engines
from brand_monitor.defs.tables import keys_of, preview, table_asset
from brand_monitor.domain.costs.answer_costs import busy_seconds
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.labels import POOL_REPORTS
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, split_key
from brand_monitor.reporting.inputs import OPTIONAL_TABLES, Provenance, ReportInputs
from brand_monitor.reporting.render import render_report
from brand_monitor.schemas.registry import REGISTRY, polars_schema

TABLE = "reports/daily_reports"
EFFECTS = "experiments/source_effects"
HISTORY_DAYS = 28
#: Days that an experiment stays in the report: one that runs weekly is always seen.
EXPERIMENT_DAYS = 7

_DAY_TABLES = [
    "raw/answers",
    "metrics/brand_metrics",
    "core/answer_mentions",
    "core/citations",
    "marts/window_brand_metrics",
    "metrics/source_influence",
    "graph/brand_pageranks",
    "raw/page_snapshots",
    "core/documents",
]
_OPTIONAL = [table for table in OPTIONAL_TABLES if table in REGISTRY]
_DEPS = [*_DAY_TABLES, *_OPTIONAL, "marts/daily_brand_metrics", "seed/brands", "seed/prompts"]


@table_asset(
    TABLE,
    kinds={"html", "altair"},
    partitions_def=DAILY,
    pool=POOL_REPORTS,
    automation_condition=after_engines(),
    deps=keys_of(*_DEPS),
)
def daily_reports(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    objects: dg.ResourceParam[ObjectStore],
    monitors: dg.ResourceParam[dict[str, Monitor]],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor: the report of the day and where it lies."""
    day, _ = split_key(context.partition_key)
    rows = []
    for monitor in monitors.values():
        inputs = report_inputs(lake, monitor, day)
        html = render_report(inputs).encode()
        key = report_key(monitor.id, day)
        objects.put(key, html)
        rows.append(
            {
                "monitor_id": monitor.id,
                "date": day,
                "report_key": key,
                "size_bytes": len(html),
                "content_hash": hashlib.sha256(html).hexdigest(),
                "answers": inputs.answers.height,
                "engines": inputs.answers["engine_id"].n_unique(),
            }
        )
    frame = pl.DataFrame(rows, schema=polars_schema(TABLE))
    places = ", ".join(objects.uri(key) for key in frame["report_key"])
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "reports": places,
            "answers": int(frame["answers"].sum()),
            "preview": preview(frame, ["monitor_id", "report_key", "size_bytes"]),
        },
    )


def report_key(monitor_id: str, day: date) -> str:
    """Return the object key of a report."""
    return f"reports/html/date={day.isoformat()}/monitor={monitor_id}/report.html"


def report_inputs(lake: Lake, monitor: Monitor, day: date) -> ReportInputs:
    """Read everything that the report of one monitor and day shows."""
    mine = [monitor.id]
    tables = {name.split("/")[1]: lake.read_window(name, day, day, monitors=mine) for name in _DAY_TABLES}
    history = lake.read_window(
        "marts/daily_brand_metrics", day - timedelta(days=HISTORY_DAYS), day, monitors=mine
    )
    return ReportInputs(
        monitor_id=monitor.id,
        market=monitor.market,
        day=day,
        brands=lake.read("seed/brands", [Partition()], monitors=mine),
        prompts=lake.read("seed/prompts", [Partition()], monitors=mine),
        history=history,
        provenance=Provenance(
            code_version=__version__,
            run_ids=tuple(sorted(tables["answers"]["run_id"].drop_nulls().unique())),
            versions=_versions(tables["documents"], tables["answers"]),
            model_seconds=busy_seconds(tables["answers"]),
        ),
        optional=_optional(lake, day, mine),
        **tables,
    )


def _optional(lake: Lake, day: date, monitors: list[str]) -> dict[str, pl.DataFrame]:
    """Return what was published of the tables that a day may lack; experiments: of their last days."""
    found = {name: lake.read_window(name, day, day, monitors=monitors) for name in _OPTIONAL}
    if EFFECTS in found:
        first = day - timedelta(days=EXPERIMENT_DAYS - 1)
        found[EFFECTS] = lake.read_window(EFFECTS, first, day, monitors=monitors)
    return found


def _versions(documents: pl.DataFrame, answers: pl.DataFrame) -> dict[str, str]:
    """Return what else shaped the numbers: extractors and the models that say they answered."""
    used = {"extractor": documents["extractor"], "served models": answers["served_model"]}
    named = {name: sorted(column.drop_nulls().unique()) for name, column in used.items()}
    return {name: ", ".join(values) for name, values in named.items() if values}
