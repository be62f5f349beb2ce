"""Assembles the definitions of one deployment: assets, checks, jobs, automation, resources.

Belongs here: putting together. Not here: anything that is put together. Tests and the CLI call
``build_defs`` with overrides to get a fresh graph on their own resources.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from brand_monitor.backends.bundles import resources_for
from brand_monitor.defs import (
    alerts,
    answers,
    canaries,
    checks,
    citations,
    comparisons,
    corrections,
    costs,
    discovery,
    documents,
    effects,
    experiments,
    freshness,
    graph,
    imports,
    impressions,
    inventory,
    jobs,
    maintenance,
    marts,
    mentions,
    metrics,
    money,
    monitor_changes,
    pages,
    reports,
    schedules,
    search,
    seed,
    sensors,
    sentiment,
    steadiness,
)
from brand_monitor.defs.automation import runs_by_itself
from brand_monitor.defs.runtime import LakeIO, LakeResource, Monitors, ProgressSink
from brand_monitor.deployment import Deployment, Settings, current_settings

_ASSET_MODULES = [
    seed,
    pages,
    documents,
    mentions,
    citations,
    impressions,
    discovery,
    answers,
    canaries,
    metrics,
    sentiment,
    comparisons,
    steadiness,
    corrections,
    costs,
    experiments,
    effects,
    graph,
    search,
    reports,
]


def build_defs(
    deployment: Deployment,
    *,
    settings: Settings | None = None,
    resource_overrides: Mapping[str, Any] | None = None,
) -> dg.Definitions:
    """Return the definitions of ``deployment``.

    Args:
        deployment: which backends are chosen and whether automation runs by itself.
        settings: where files live; read from the environment by default.
        resource_overrides: resources that replace the chosen ones, by key.
    """
    settings = settings or current_settings()
    tables = dg.Definitions.merge(dg.load_definitions_from_modules(_ASSET_MODULES), marts.build_marts())
    return dg.Definitions.merge(
        freshness.with_deadlines(tables, deployment, settings),
        dg.Definitions(
            asset_checks=[*checks.build_checks(), inventory.build_inventory(assets_of(tables))],
            jobs=[
                jobs.daily,
                jobs.ask,
                jobs.rederive,
                jobs.publish,
                imports.import_captured,
                inventory.standing_checks,
                maintenance.maintenance,
            ],
            schedules=schedules.build_schedules(deployment, settings),
            sensors=_sensors(settings, running=runs_by_itself(deployment)),
            resources=_resources(deployment, settings) | dict(resource_overrides or {}),
            executor=dg.in_process_executor,
        ),
    )


def assets_of(definitions: dg.Definitions) -> list[dg.AssetsDefinition]:
    """Return the assets that definitions were made of."""
    return [asset for asset in definitions.assets or [] if isinstance(asset, dg.AssetsDefinition)]


def _sensors(settings: Settings, *, running: bool) -> list[dg.SensorDefinition]:
    return [
        imports.inbox_sensor(settings.inbox_dir, running=running),
        imports.derived_days_sensor(running=running),
        sensors.engines_sensor(settings.monitors_dir, running=running),
        sensors.projections_sensor(running=running),
        monitor_changes.monitor_sensor(settings.monitors_dir, running=running),
        money.budget_sensor(running=running),
        alerts.failure_sensor(running=running),
        alerts.model_change_sensor(running=running),
    ]


def _resources(deployment: Deployment, settings: Settings) -> dict[str, Any]:
    clients = resources_for(deployment, settings)
    monitors = Monitors(folder=str(settings.monitors_dir))
    lake = LakeResource(objects=clients["objects"])
    return {
        **clients,
        "monitors": monitors,
        "lake": lake,
        "lake_io": LakeIO(lake=lake, monitors=monitors),
        "progress": ProgressSink(),
    }
