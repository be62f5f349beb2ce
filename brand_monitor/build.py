"""Assembles the definitions of one deployment: assets, checks, jobs, automation, resources.

Belongs here: putting together. Not here: anything that is put together. Tests and the CLI call
``build_defs`` with overrides to get a fresh graph on their own resources.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from brand_monitor.backends.bundles import resources_for
from brand_monitor.defs import (
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
    graph,
    imports,
    impressions,
    jobs,
    marts,
    mentions,
    metrics,
    pages,
    reports,
    schedules,
    search,
    seed,
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
    running = runs_by_itself(deployment)
    return dg.Definitions.merge(
        dg.load_definitions_from_modules(_ASSET_MODULES),
        dg.Definitions(
            asset_checks=checks.build_checks(),
            jobs=[jobs.daily, jobs.ask, jobs.rederive, jobs.publish, imports.import_captured],
            schedules=[experiments.weekly_experiments(settings.monitors_dir)],
            sensors=[
                imports.inbox_sensor(settings.inbox_dir, running=running),
                imports.derived_days_sensor(running=running),
            ],
            resources=_resources(deployment, settings) | dict(resource_overrides or {}),
            executor=dg.in_process_executor,
        ),
        schedules.build_automation(deployment, settings.monitors_dir),
        marts.build_marts(),
    )


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
