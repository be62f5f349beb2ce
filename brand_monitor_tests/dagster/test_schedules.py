"""The timetable: what each tick requests, which deployments have it, late ticks and clock changes."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import yaml
from dagster._utils.schedules import schedule_execution_time_iterator
from dagster._utils.tags import TagConcurrencyLimitsCounter

from brand_monitor.build import build_defs
from brand_monitor.defs import schedules
from brand_monitor.defs.ranges import range_tags
from brand_monitor.defs.timetable import DAILY_RUN, MONTHLY_MAINTENANCE, STANDING_CHECKS, WEEKLY_EXPERIMENTS
from brand_monitor.deployment import Settings
from brand_monitor.instance import TEMPLATE
from brand_monitor.partitions import today

TIMETABLE = (DAILY_RUN, WEEKLY_EXPERIMENTS, STANDING_CHECKS, MONTHLY_MAINTENANCE)


def tick(defs: dg.Definitions, name: str, moment: datetime) -> list[Any]:
    return list(defs.resolve_schedule_def(name)(dg.build_schedule_context(scheduled_execution_time=moment)))


def five_o_clock(day_offset: int = 0) -> datetime:
    return datetime.combine(today() + timedelta(days=day_offset), datetime.min.time(), UTC).replace(hour=5)


def test_every_line_of_the_timetable_is_a_schedule_of_its_job(defs: dg.Definitions) -> None:
    for line in TIMETABLE:
        schedule = defs.resolve_schedule_def(line.name)
        assert (schedule.job_name, schedule.cron_schedule) == (line.job, line.cron)
        assert defs.resolve_job_def(line.job)


def test_the_daily_tick_requests_its_own_day_once(defs: dg.Definitions) -> None:
    [request] = tick(defs, DAILY_RUN.name, five_o_clock())
    assert (request.partition_key, request.run_key) == (today().isoformat(), today().isoformat())


def test_a_tick_that_was_missed_until_the_day_was_over_says_why_nothing_runs(defs: dg.Definitions) -> None:
    [skipped] = tick(defs, DAILY_RUN.name, five_o_clock(-1))
    assert "has passed" in skipped.skip_message


def test_a_tick_that_comes_late_on_its_day_still_runs_for_that_day(
    defs: dg.Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "today", lambda: five_o_clock().date())
    [request] = tick(defs, DAILY_RUN.name, five_o_clock())
    assert request.partition_key == five_o_clock().date().isoformat()


@pytest.mark.parametrize("line", [STANDING_CHECKS, MONTHLY_MAINTENANCE])
def test_what_has_no_partition_is_requested_once_a_day(defs: dg.Definitions, line: Any) -> None:
    [request] = tick(defs, line.name, five_o_clock())
    assert (request.partition_key, request.run_key) == (None, today().isoformat())


def ticks_of(schedule: dg.ScheduleDefinition, start: datetime, count: int) -> list[datetime]:
    """Return the moments at which the daemon would start the schedule."""
    moments = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    return [next(moments).astimezone(ZoneInfo(schedule.execution_timezone)) for _ in range(count)]


@pytest.mark.parametrize(
    ("first", "clock"),
    [
        (datetime(2026, 3, 28, 0, tzinfo=UTC), "summer time begins on the 29th at 2:00"),
        (datetime(2026, 10, 24, 0, tzinfo=UTC), "summer time ends on the 25th at 3:00"),
    ],
)
def test_a_clock_change_neither_skips_nor_doubles_a_day(
    settings: Settings, first: datetime, clock: str
) -> None:
    berlin = settings.model_copy(update={"schedule_timezone": "Europe/Berlin"})
    schedule = build_defs("production", settings=berlin).resolve_schedule_def(DAILY_RUN.name)
    moments = ticks_of(schedule, first, 3)
    assert {moment.hour for moment in moments} == {5}, clock
    days = [moment.astimezone(UTC).date() for moment in moments]
    assert [later - earlier for earlier, later in itertools.pairwise(days)] == [timedelta(days=1)] * 2


def test_the_day_of_a_tick_is_the_utc_day_wherever_the_clock_stands(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokyo = settings.model_copy(update={"schedule_timezone": "Asia/Tokyo"})
    defs = build_defs("production", settings=tokyo)
    moment = datetime(2026, 11, 24, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
    monkeypatch.setattr(schedules, "today", lambda: datetime(2026, 11, 23, tzinfo=UTC).date())
    [request] = tick(defs, DAILY_RUN.name, moment)
    assert request.partition_key == "2026-11-23"


def run_of(partition: str) -> dg.DagsterRun:
    """Return a run with the tags that Dagster gives to one of a day and engine, of a day, or of a range."""
    if " to " in partition:
        return dg.DagsterRun(job_name="rederive", tags=range_tags(*partition.split(" to ")))
    day, _, engine = partition.partition("|")
    axes = {"dagster/partition/date": day, "dagster/partition/engine": engine} if engine else {}
    return dg.DagsterRun(job_name="ask", tags={"dagster/partition": partition, **axes})


@pytest.mark.parametrize(
    ("running", "wanted", "waits"),
    [
        ("2026-11-24|openai", "2026-11-24|openai", True),
        ("2026-11-24|openai", "2026-11-24|gemini", False),
        ("2026-11-24|openai", "2026-11-23|openai", False),
        ("2026-11-24|local", "2026-11-23|local", True),
        ("2026-11-24|grounded", "2026-11-23|grounded", True),
        ("2026-11-24", "2026-11-24", True),
        ("2026-11-24", "2026-11-24|openai", False),
        ("2026-11-01|openai to 2026-11-20|openai", "2026-11-15|openai to 2026-11-24|openai", True),
        ("2026-11-01|openai to 2026-11-20|openai", "2026-11-24|openai", False),
    ],
)
def test_a_day_waits_for_itself_a_range_for_every_range_and_the_embedded_model_for_its_other_days(
    running: str, wanted: str, *, waits: bool
) -> None:
    """The limits stand in the instance file, and Dagster's own counter judges them."""
    limits = yaml.safe_load(TEMPLATE.read_text())["concurrency"]["runs"]["tag_concurrency_limits"]
    counter = TagConcurrencyLimitsCounter(limits, [run_of(running)])
    assert counter.is_blocked(run_of(wanted)) is waits


def test_engines_are_asked_one_after_the_other_until_somebody_raises_the_pool() -> None:
    pools = yaml.safe_load(TEMPLATE.read_text())["concurrency"]["pools"]
    assert (pools["default_limit"], pools["granularity"]) == (1, "op")
