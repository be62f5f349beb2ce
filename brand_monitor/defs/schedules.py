"""Schedules: what each line of the timetable requests when its time comes.

Belongs here: ticks. Not here: the times (``timetable``), the jobs, and what starts on events (``sensors``).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date
from pathlib import Path

import dagster as dg

from brand_monitor.backends.llm.experiments import families_in_experiments
from brand_monitor.defs.experiments import experiment
from brand_monitor.defs.inventory import standing_checks
from brand_monitor.defs.jobs import daily
from brand_monitor.defs.maintenance import maintenance
from brand_monitor.defs.timetable import (
    DAILY_RUN,
    MONTHLY_MAINTENANCE,
    STANDING_CHECKS,
    WEEKLY_EXPERIMENTS,
    Timing,
)
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.partitions import day_engine_key, today

Requests = Iterator[dg.RunRequest | dg.SkipReason]
Job = dg.JobDefinition | dg.unresolved_asset_job_definition.UnresolvedAssetJobDefinition


def build_schedules(deployment: Deployment, settings: Settings) -> list[dg.ScheduleDefinition]:
    """Return the schedules that exist in a deployment.

    Args:
        deployment: which schedules exist, and which run by themselves.
        settings: time zone of the cron lines, and where the monitor files lie.
    """
    folder = settings.monitors_dir
    lines: list[tuple[Timing, Job, Callable[[date], Requests]]] = [
        (DAILY_RUN, daily, _daily),
        (WEEKLY_EXPERIMENTS, experiment, lambda day: _experiments(folder, day)),
        (STANDING_CHECKS, standing_checks, _once),
        (MONTHLY_MAINTENANCE, maintenance, _once),
    ]
    return [
        _schedule(timing, job, requests, deployment, settings.schedule_timezone)
        for timing, job, requests in lines
        if deployment in timing.exists_in
    ]


def _schedule(
    timing: Timing, job: Job, requests: Callable[[date], Requests], deployment: Deployment, timezone: str
) -> dg.ScheduleDefinition:
    starts = deployment in timing.starts_in

    @dg.schedule(
        job=job,
        name=timing.name,
        cron_schedule=timing.cron,
        execution_timezone=timezone,
        description=timing.why,
        default_status=dg.DefaultScheduleStatus.RUNNING if starts else dg.DefaultScheduleStatus.STOPPED,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> Requests:
        """Request what the UTC day of the tick's own time needs, also when the tick comes late."""
        yield from requests(context.scheduled_execution_time.astimezone(UTC).date())

    return tick


def _daily(day: date) -> Requests:
    """Request the tick's own day; one that was missed until the day was over cannot be caught up."""
    if day < today():
        yield dg.SkipReason(f"{day} has passed: its pages and today's models cannot speak for it any more")
    else:
        yield dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())


def _experiments(monitors_dir: Path, day: date) -> Requests:
    """Request one run per engine family that experiments name, on the pages of the tick's own day."""
    if day < today():
        yield dg.SkipReason(f"{day} has passed: today's models cannot answer for it")
        return
    families = families_in_experiments(load_monitors(monitors_dir).values())
    if not families:
        yield dg.SkipReason("no monitor has experiments")
    for family in families:
        key = str(day_engine_key(day, family))
        yield dg.RunRequest(run_key=key, partition_key=key)


def _once(day: date) -> Requests:
    """Request the job once a day, whatever number of ticks were missed."""
    yield dg.RunRequest(run_key=day.isoformat())
