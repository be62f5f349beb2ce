"""What the exporter says of Dagster is what happened: real runs, ticks, heartbeats, pools and backfills."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import psycopg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.storage.dagster_run import DagsterRunStatus
from dagster._core.test_utils import create_run_for_test
from dagster._daemon.types import DaemonHeartbeat
from dagster._utils.error import SerializableErrorInfo

from brand_monitor.deployment import Settings
from brand_monitor.exporter.assets import FIGURES, PROJECTIONS, WATCHED
from brand_monitor.schemas.registry import REGISTRY
from brand_monitor_tests.exporter.exported import Exported, administrator, collected

DAY = dg.AssetKey(FIGURES.split("/"))
REPOSITORY = RemoteRepositoryOrigin(
    GrpcServerCodeLocationOrigin(host="code", port=4000, location_name="brand_monitor"), "__repository__"
)


@dg.op
def fails() -> None:
    raise ValueError("on purpose")


@dg.op
def works() -> None:
    """Do nothing."""


@dg.job(executor_def=dg.in_process_executor)
def good() -> None:
    works()


@dg.job(executor_def=dg.in_process_executor)
def bad() -> None:
    fails()


def made(instance: dg.DagsterInstance, status: DagsterRunStatus, **tags: str) -> str:
    """Make a run that is in a status and goes no further; return its id."""
    origin = RemoteJobOrigin(REPOSITORY, "good")
    return create_run_for_test(
        instance, job_name="good", status=status, tags=tags or None, remote_job_origin=origin
    ).run_id


def change(settings: Settings, statement: str, *values: Any) -> None:
    with psycopg.connect(administrator(settings), autocommit=True) as admin:
        admin.execute(statement.encode(), values)


def test_runs_are_counted_by_job_and_end(settings: Settings, instance: dg.DagsterInstance) -> None:
    for _ in range(2):
        good.execute_in_process(instance=instance)
    bad.execute_in_process(instance=instance, raise_on_error=False)
    exported = collected(settings)
    assert exported.all("dagster_recent_runs") == {
        ("good", "SUCCESS"): 2,
        ("good", "FAILURE"): 0,
        ("good", "CANCELED"): 0,
        ("bad", "SUCCESS"): 0,
        ("bad", "FAILURE"): 1,
        ("bad", "CANCELED"): 0,
    }
    [run] = [record for record in instance.get_run_records() if record.dagster_run.job_name == "bad"]
    assert run.start_time
    assert run.end_time
    for quantile in ("0.5", "0.95"):
        duration = exported.one("dagster_run_duration_seconds", "bad", quantile)
        assert duration == pytest.approx(run.end_time - run.start_time)
    assert exported.one("dagster_run_wait_to_start_seconds", "0.95") >= 0


def test_quantiles_are_those_of_the_day_and_counts_those_of_the_hour(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    for _ in range(4):
        good.execute_in_process(instance=instance)
    # By id: ran 10 s two hours ago; 20 s two hours ago; 30 s just now; 1,000 s two days ago.
    ended = {1: (7_200, 10), 2: (7_200, 20), 3: (60, 30), 4: (172_800, 1_000)}
    first = min(record.storage_id for record in instance.get_run_records()) - 1
    for number, (ago, took) in ended.items():
        change(
            settings,
            "UPDATE runs SET end_time = extract(epoch FROM now()) - %s, start_time = extract(epoch FROM now()) - %s, "
            "update_timestamp = now() AT TIME ZONE 'UTC' - make_interval(secs => %s), "
            "create_timestamp = now() AT TIME ZONE 'UTC' - make_interval(secs => %s) WHERE id = %s",
            ago,
            ago + took,
            ago,
            ago + took + 5 * number,
            first + number,
        )
    exported = collected(settings)
    assert exported.one("dagster_recent_runs", "good", "SUCCESS") == 1
    assert exported.one("dagster_run_duration_seconds", "good", "0.5") == pytest.approx(20, abs=0.1)
    assert exported.one("dagster_run_duration_seconds", "good", "0.95") == pytest.approx(29, abs=0.1)
    assert exported.one("dagster_run_wait_to_start_seconds", "0.5") == pytest.approx(10, abs=0.1)


def test_a_run_of_long_ago_that_gets_a_tag_today_is_no_run_of_today(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    run_id = bad.execute_in_process(instance=instance, raise_on_error=False).run_id
    change(settings, "UPDATE runs SET start_time = start_time - 90000, end_time = end_time - 90000")
    instance.add_run_tags(run_id, {"seen": "yes"})
    assert collected(settings).all("dagster_recent_runs") == {}


def test_what_is_in_flight_is_counted_and_its_age_told(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    queued = made(instance, DagsterRunStatus.QUEUED)
    made(instance, DagsterRunStatus.QUEUED)
    started = made(instance, DagsterRunStatus.STARTED)
    made(instance, DagsterRunStatus.CANCELING)
    change(
        settings,
        "UPDATE runs SET create_timestamp = create_timestamp - interval '300 s' WHERE run_id = %s",
        queued,
    )
    change(
        settings, "UPDATE runs SET start_time = extract(epoch FROM now()) - 900 WHERE run_id = %s", started
    )
    exported = collected(settings)
    assert exported.all("dagster_runs_in_flight") == {
        ("QUEUED",): 2,
        ("NOT_STARTED",): 0,
        ("STARTING",): 0,
        ("STARTED",): 1,
        ("CANCELING",): 1,
    }
    assert 300 <= exported.one("dagster_oldest_queued_run_age_seconds") < 600
    assert 900 <= exported.one("dagster_oldest_started_run_age_seconds") < 1_200


def test_retries_are_told_from_first_attempts(settings: Settings, instance: dg.DagsterInstance) -> None:
    made(instance, DagsterRunStatus.QUEUED)
    made(instance, DagsterRunStatus.QUEUED, **{"dagster/retry_number": "1"})
    old = made(instance, DagsterRunStatus.QUEUED, **{"dagster/retry_number": "2"})
    change(
        settings,
        "UPDATE runs SET create_timestamp = create_timestamp - interval '2 h' WHERE run_id = %s",
        old,
    )
    assert collected(settings).one("dagster_recent_retried_runs") == 1


def test_times_are_right_whatever_the_zone_of_the_server(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    change(settings, "ALTER DATABASE exporter SET timezone = 'Pacific/Auckland'")
    try:
        good.execute_in_process(instance=instance)
        made(instance, DagsterRunStatus.QUEUED)
        exported = collected(settings)
    finally:
        change(settings, "ALTER DATABASE exporter RESET timezone")
    assert exported.one("dagster_recent_runs", "good", "SUCCESS") == 1
    assert exported.one("dagster_oldest_queued_run_age_seconds") < 600
    assert exported.one("dagster_run_wait_to_start_seconds", "0.5") < 600


_ENDS: dict[TickStatus, dict[str, Any]] = {
    TickStatus.SUCCESS: {"run_ids": ["one"]},
    TickStatus.SKIPPED: {"skip_reason": "nothing new"},
    TickStatus.FAILURE: {"error": SerializableErrorInfo("on purpose", [], None)},
}


def tick(
    instance: dg.DagsterInstance, name: str, kind: InstigatorType, status: TickStatus, at: float
) -> None:
    """Make a schedule or sensor known, as its daemon does, and one tick of it."""
    origin = RemoteInstigatorOrigin(repository_origin=REPOSITORY, instigator_name=name)
    selector = origin.get_selector().get_id()
    if instance.get_instigator_state(origin.get_id(), selector) is None:
        is_schedule = kind == InstigatorType.SCHEDULE
        data = ScheduleInstigatorData("0 5 * * *", at) if is_schedule else SensorInstigatorData()
        instance.add_instigator_state(InstigatorState(origin, kind, InstigatorStatus.RUNNING, data))
    instance.create_tick(
        TickData(
            instigator_origin_id=origin.get_id(),
            instigator_name=name,
            instigator_type=kind,
            status=status,
            timestamp=at,
            selector_id=selector,
            **_ENDS[status],
        )
    )


def test_ticks_of_the_last_hour_are_counted_by_type_and_end(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    now = time.time()
    tick(instance, "daily", InstigatorType.SCHEDULE, TickStatus.SUCCESS, now - 600)
    tick(instance, "daily", InstigatorType.SCHEDULE, TickStatus.FAILURE, now - 7_200)
    for _ in range(3):
        tick(instance, "alerts", InstigatorType.SENSOR, TickStatus.SKIPPED, now - 30)
    tick(instance, "imports", InstigatorType.SENSOR, TickStatus.FAILURE, now - 60)
    found = {key: number for key, number in collected(settings).all("dagster_recent_ticks").items() if number}
    assert found == {("SUCCESS", "SCHEDULE"): 1, ("SKIPPED", "SENSOR"): 3, ("FAILURE", "SENSOR"): 1}


def test_a_kind_without_ticks_is_zero_and_not_missing(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    ticks = collected(settings).all("dagster_recent_ticks")
    assert len(ticks) == 8
    assert set(ticks.values()) == {0}


def test_a_heartbeat_is_told_by_its_time(settings: Settings, instance: dg.DagsterInstance) -> None:
    at = time.time() - 900
    instance.add_daemon_heartbeat(DaemonHeartbeat(at, "SENSOR", "one", []))
    heartbeats = collected(settings).all("dagster_daemon_last_heartbeat_timestamp_seconds")
    assert heartbeats == {("SENSOR",): pytest.approx(at, abs=0.001)}


def test_places_of_pools_are_free_claimed_or_waited_for(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    store = instance.event_log_storage
    store.set_concurrency_slots("asking", 2)
    store.set_concurrency_slots("web", 0)
    runs = [made(instance, DagsterRunStatus.STARTED) for _ in range(3)]
    for run_id in runs:
        store.claim_concurrency_slot("asking", run_id, "step")
    assert collected(settings).all("dagster_pool_slots") == {
        ("asking", "free"): 0,
        ("asking", "claimed"): 2,
        ("asking", "waiting"): 1,
        ("web", "free"): 0,
        ("web", "claimed"): 0,
        ("web", "waiting"): 0,
    }
    store.set_concurrency_slots("asking", 1)  # of the two that hold a place nobody is sent away
    assert collected(settings).one("dagster_pool_slots", "asking", "claimed") == 2


def test_backfills_under_way_are_counted_and_ended_ones_not(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    for number, status in enumerate([BulkActionStatus.REQUESTED, BulkActionStatus.COMPLETED_SUCCESS]):
        instance.add_backfill(
            PartitionBackfill(
                backfill_id=f"b{number}",
                status=status,
                from_failure=False,
                tags={},
                backfill_timestamp=time.time(),
                partition_names=[],
            )
        )
    backfills = collected(settings).all("dagster_backfills")
    assert backfills == {("REQUESTED",): 1, ("CANCELING",): 0, ("FAILING",): 0}


def materialize(instance: dg.DagsterInstance, name: str, day: date | None, engine: str = "") -> None:
    """Report an asset as written, as a run does, for a day and an engine where it has them."""
    partition = None if day is None else f"{day}|{engine}".rstrip("|")
    instance.report_runless_asset_event(
        dg.AssetMaterialization(dg.AssetKey(name.split("/")), partition=partition)
    )


def test_days_that_wait_to_be_published_are_counted_until_they_are(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in (1, 2, 40)]
    for day in days:
        materialize(instance, FIGURES, day, "local")
    for day in days[:2]:
        materialize(instance, "reports/daily_reports", day)
    materialize(instance, FIGURES, days[0], "openai")  # after the report
    exported = collected(settings)
    assert exported.one("brand_monitor_unpublished_days", "reports/daily_reports") == 1
    assert exported.one("brand_monitor_unpublished_days", "marts/publications") == 2
    change(settings, "UPDATE event_logs SET timestamp = timestamp - interval '2 h'")
    assert (
        7_200 <= collected(settings).one("brand_monitor_projection_lag_seconds", "marts/publications") < 7_800
    )
    for name in PROJECTIONS:
        for day in days[:2]:
            materialize(instance, name, day)
    exported = collected(settings)
    assert set(exported.all("brand_monitor_unpublished_days").values()) == {0}
    assert set(exported.all("brand_monitor_projection_lag_seconds").values()) == {0}


def test_the_last_materialization_is_one_that_happened(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    """Dagster's own table of assets moves its time as soon as a run plans to write one."""

    @dg.asset(key=DAY)
    def figures() -> None:
        raise ValueError("on purpose")

    materialize(instance, FIGURES, datetime.now(UTC).date(), "local")
    change(settings, "UPDATE event_logs SET timestamp = timestamp - interval '1 day'")
    dg.materialize([figures], instance=instance, raise_on_error=False)
    at = collected(settings).all("dagster_asset_last_materialization_timestamp_seconds")
    assert at == {(FIGURES,): pytest.approx(time.time() - 86_400, abs=600)}


def test_the_watched_assets_exist() -> None:
    assert set(WATCHED) <= set(REGISTRY)


def test_tables_that_grow_have_a_size(settings: Settings, instance: dg.DagsterInstance) -> None:
    exported = collected(settings)
    assert exported.one("dagster_relation_bytes", "event_logs") > 0
    assert exported.one("brand_monitor_relation_bytes", "brand_monitor.calls") > 0


def test_no_label_holds_a_run(settings: Settings, instance: dg.DagsterInstance) -> None:
    run_id = good.execute_in_process(instance=instance).run_id
    assert run_id not in text_of_all(collected(settings))


def text_of_all(exported: Exported) -> str:
    return repr([sample for family in exported.families.values() for sample in family.samples])
