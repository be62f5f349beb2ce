"""Sensors that lead from one stage of a day to the next: from pages to engines, from engines to projections.

Belongs here: what starts on events. Not here: conditions (``automation``), alerts (``alerts``, ``money``),
captured answers (``imports``), changed monitor files (``monitor_changes``).
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from brand_monitor.backends.llm.planning import engines_in_use
from brand_monitor.backends.llm.simulation import Stores
from brand_monitor.defs.automation import sensor_default
from brand_monitor.defs.jobs import PUBLISHED, ask, daily
from brand_monitor.defs.money import paused_families
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.partitions import ASKING_FAMILIES, day_engine_key, split_key


def engines_sensor(monitors_dir: Path, *, running: bool) -> dg.SensorDefinition:
    """Return the sensor that asks every engine in use once the day's pages are there."""

    @dg.run_status_sensor(
        name="ask_after_daily",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[daily],
        request_job=ask,
        default_status=sensor_default(running=running),
        description="After a day's pages: one run per engine family; one whose budget is spent waits.",
    )
    def ask_after_daily(
        context: dg.RunStatusSensorContext, stores: dg.ResourceParam[Stores]
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Request one run per engine family in use that somebody has money for."""
        if (partition := context.dagster_run.tags.get("dagster/partition")) is None:
            yield dg.SkipReason("pages of several days: engines are asked for the day that still runs alone")
            return
        day, _ = split_key(partition)
        monitors = load_monitors(monitors_dir)
        families = [name for name in engines_in_use(monitors.values()) if name in ASKING_FAMILIES]
        paused = paused_families(monitors, families, stores, day)
        for family, reason in paused.items():
            context.log.warning("%s is not asked: %s", family, reason)
        if families and not set(families) - paused.keys():
            yield dg.SkipReason("; ".join(paused.values()))
        for family in families:
            if family not in paused:
                key = day_engine_key(day, family)
                yield dg.RunRequest(run_key=f"{context.dagster_run.run_id}:{family}", partition_key=key)

    return ask_after_daily


def projections_sensor(*, running: bool) -> dg.SensorDefinition:
    """Return the sensor that evaluates the conditions of marts, graph, search and reports."""
    return dg.AutomationConditionSensorDefinition(
        "projections",
        target=PUBLISHED,
        default_status=sensor_default(running=running),
        minimum_interval_seconds=60,
        description="Publishes each day whose tables changed: marts, graph, search, report.",
    )
