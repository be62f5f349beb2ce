"""What starts by itself: the daily schedule, the step from pages to engines, the projections.

Belongs here: when runs start. Not here: what they do.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from brand_monitor import labels
from brand_monitor.backends.llm.planning import engines_in_use
from brand_monitor.defs.automation import runs_by_itself, sensor_default
from brand_monitor.defs.jobs import ask, daily
from brand_monitor.deployment import Deployment
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.partitions import ASKING_FAMILIES, day_engine_key, split_key


def build_automation(deployment: Deployment, monitors_dir: Path) -> dg.Definitions:
    """Return schedules and sensors; they run by themselves only in staging and production."""
    running = runs_by_itself(deployment)
    sensor_status = sensor_default(running=running)

    @dg.schedule(
        job=daily,
        name="daily_at_05_00",
        cron_schedule="0 5 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING if running else dg.DefaultScheduleStatus.STOPPED,
    )
    def daily_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Request the partition of the tick's own day: the main job reports today."""
        day = context.scheduled_execution_time.date().isoformat()
        return dg.RunRequest(run_key=day, partition_key=day)

    @dg.run_status_sensor(
        name="ask_after_daily",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[daily],
        request_job=ask,
        default_status=sensor_status,
    )
    def ask_after_daily(context: dg.RunStatusSensorContext) -> Iterator[dg.RunRequest]:
        """Request one run per engine family in use, once the day's pages are there."""
        day, _ = split_key(context.dagster_run.tags["dagster/partition"])
        for family in engines_in_use(load_monitors(monitors_dir).values()):
            if family in ASKING_FAMILIES:
                key = day_engine_key(day, family)
                yield dg.RunRequest(run_key=f"{context.dagster_run.run_id}:{family}", partition_key=key)

    projections = dg.AutomationConditionSensorDefinition(
        "projections",
        target=dg.AssetSelection.groups(labels.MARTS, labels.GRAPH, labels.SEARCH, labels.REPORTS),
        default_status=sensor_status,
        minimum_interval_seconds=60,
    )
    return dg.Definitions(schedules=[daily_schedule], sensors=[ask_after_daily, projections])
