"""Layer ``marts``: the dbt models, with their tests as asset checks, and the publication of their tables.

The marts lie in the lake like every table. Where there is a database server, they are also published there
for SQL and BI users (``backends.warehouse``): a day at a time, or all of them by the job ``rebuild_marts``.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from brand_monitor.backends.checksums import receipt
from brand_monitor.backends.marts.workspace import marts_workspace
from brand_monitor.backends.warehouse.interface import Marts, Warehouse
from brand_monitor.defs.automation import after_engines
from brand_monitor.defs.tables import preview, table_asset, table_in
from brand_monitor.failures import SetupError
from brand_monitor.io_managers.dagster_io import ROW_COUNT
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.labels import MARTS, OWNERS, POOL_MARTS
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, ONE_RUN_PER_PARTITION, split_key
from brand_monitor.schemas.registry import polars_schema

PUBLICATIONS = "marts/publications"

#: The dbt project lies beside the package, at the root of the checkout and of the image.
PROJECT_DIR = Path(__file__).parents[2] / "dbt"
MANIFEST = PROJECT_DIR / "target" / "manifest.json"


def dbt_executable() -> str:
    """Return the dbt of this interpreter's environment, wherever PATH points."""
    return str(Path(sys.executable).with_name("dbt"))


def build_marts() -> dg.Definitions:
    """Return the dbt assets and the dbt resource.

    A function, because importing dagster_dbt costs 2 s: only the code location pays for it.

    Raises:
        SetupError: the manifest was not built.
    """
    from dagster_dbt import DbtCliResource, dbt_assets

    if not MANIFEST.is_file():
        raise SetupError(f"{MANIFEST} is missing: run `make setup`, which parses the dbt project.")

    @dbt_assets(
        manifest=MANIFEST,
        name="marts",
        partitions_def=DAILY,
        backfill_policy=ONE_RUN_PER_PARTITION,
        pool=POOL_MARTS,
        io_manager_key="lake_io",  # nothing is handed over, but ``publications`` reads what was published
        dagster_dbt_translator=_translator(),
    )
    def marts(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        lake: dg.ResourceParam[Lake],
        monitors: dg.ResourceParam[dict[str, Monitor]],
    ) -> Iterator[Any]:
        """Build the day's marts in a scratch database, test them, publish them to the lake."""
        day, _ = split_key(context.partition_key)
        written_by = {"dagster_run_id": context.run.run_id}
        with marts_workspace(lake, day, list(monitors)) as workspace:
            os.environ["BRAND_MONITOR_MARTS_DB"] = str(workspace.database)
            command = ["build", "--vars", f'{{"day": "{day.isoformat()}"}}']
            # Published before the events are emitted: an event never speaks of rows that are not there.
            events = list(dbt.cli(command, context=context, target_path=workspace.target).stream())
            for table, rows in workspace.marts():
                lake.publish(
                    table, rows, partition=Partition(day), monitors=list(monitors), metadata=written_by
                )
                context.add_asset_metadata({ROW_COUNT: rows.height}, dg.AssetKey(table.split("/")))
        yield from events

    resource = DbtCliResource(project_dir=str(PROJECT_DIR), dbt_executable=dbt_executable())
    return dg.Definitions(assets=[marts, publications], jobs=[rebuild_marts], resources={"dbt": resource})


@table_asset(
    PUBLICATIONS,
    kinds={"postgres", "parquet"},
    partitions_def=DAILY,
    pool=POOL_MARTS,
    automation_condition=after_engines(),
    ins={
        "daily": table_in("marts/daily_brand_metrics"),
        "windows": table_in("marts/window_brand_metrics"),
    },
)
def publications(
    context: dg.AssetExecutionContext,
    daily: pl.DataFrame,
    windows: pl.DataFrame,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    warehouse: dg.ResourceParam[Warehouse],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and mart: what the SQL tables hold of the day; none without a database server."""
    day, _ = split_key(context.partition_key)
    marts = {"marts/daily_brand_metrics": daily, "marts/window_brand_metrics": windows}
    warehouse.replace_day(day, list(monitors), marts)
    rows = []
    for table in warehouse.tables:
        for monitor_id in monitors:
            held = warehouse.day(table, day, [monitor_id])
            rows.append(receipt(day, monitor_id, table.partition("/")[2], held.height, held))
    frame = pl.DataFrame(rows, schema=polars_schema(PUBLICATIONS))
    return dg.MaterializeResult(value=frame, metadata={"preview": preview(frame, ["collection", "rows"])})


@dg.op(pool=POOL_MARTS)
def rebuild_warehouse(
    context: dg.OpExecutionContext, lake: dg.ResourceParam[Lake], warehouse: dg.ResourceParam[Warehouse]
) -> None:
    """Publish every day of the lake again, in one transaction: readers see the old marts or the new ones."""
    rows = warehouse.replace_all(lambda: marts_of(lake, warehouse.tables))
    context.log.info(f"published again: {rows or 'nothing, there is no database server'}")


@dg.job(description="Publishes all marts again from the lake and compares them with it.")
def rebuild_marts() -> None:
    """Rebuild the warehouse."""
    rebuild_warehouse()


def marts_of(lake: Lake, tables: Sequence[str]) -> Iterator[tuple[date, Marts]]:
    """Yield the published marts of every day of the lake."""
    for day in sorted({day for table in tables for day in lake.days(table)}):
        yield day, {table: lake.read_window(table, day, day) for table in tables}


def _translator() -> Any:
    """Return how dbt's nodes become assets: models are ``marts/<model>``, tests are their checks."""
    from dagster_dbt import DagsterDbtTranslator

    class Translator(DagsterDbtTranslator):
        def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: Any) -> dg.AssetSpec:
            spec = super().get_asset_spec(manifest, unique_id, project)
            if not unique_id.startswith("model."):
                return spec
            return spec.replace_attributes(
                key=dg.AssetKey([MARTS, spec.key.path[-1]]),
                group_name=MARTS,
                owners=OWNERS,
                code_version="1",
                automation_condition=after_engines(),
            )

    return Translator()
