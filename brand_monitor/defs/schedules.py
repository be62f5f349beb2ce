"""Schedules: what each line of the timetable requests when its time comes.

Belongs here: ticks. Not here: the times (``timetable``), the jobs, and what starts on events (``sensors``).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date
from pathlib import Path

import dagster as dg

from brand_monitor.backends.llm.experimenting import families_in_experiments
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


def build_schedules(deployment: Deployment, settings: Settings) -> list[dg.ScheduleDefinition]:
    """Return the schedules that exist in a deployment.

    Args:
        deployment: which schedules exist, and which run by themselves.
        settings: time zone of the cron lines, and where the monitor files lie.
    """
    folder = settings.monitors_dir
    lines: list[tuple[Timing, Callable[[date], Requests]]] = [
        (DAILY_RUN, _daily),
        (WEEKLY_EXPERIMENTS, lambda day: _experiments(folder, day)),
        (STANDING_CHECKS, _once),
        (MONTHLY_MAINTENANCE, _once),
    ]
    return [
        _schedule(timing, requests, deployment, settings.schedule_timezone)
        for timing, requests in lines
        if deployment in timing.exists_in
    ]


def _schedule(
    timing: Timing, requests: Callable[[date], Requests], deployment: Deployment, timezone: str
) -> dg.ScheduleDefinition:
    starts = deployment in timing.starts_in

    @dg.schedule(
        job_name=timing.job,
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
