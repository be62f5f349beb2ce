"""Layer ``marts``: the dbt models, one Dagster asset each, with the dbt tests as asset checks."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from brand_monitor.backends.marts.workspace import marts_workspace
from brand_monitor.defs.automation import after_engines
from brand_monitor.failures import SetupError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.labels import MARTS, OWNERS, POOL_MARTS
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, ONE_RUN_PER_PARTITION, split_key

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
        yield from events

    resource = DbtCliResource(project_dir=str(PROJECT_DIR), dbt_executable=dbt_executable())
    return dg.Definitions(assets=[marts], resources={"dbt": resource})


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
