"""Maintenance: old logs go and what was materialized stays known; damaged answers are told of."""

import itertools
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert, Notifier
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.build import build_defs
from brand_monitor.defs.maintenance import PRUNED_TAG, compact_lake, prune_runs
from brand_monitor.deployment import Settings
from brand_monitor.failures import PastPartitionError
from brand_monitor.instance import STORAGE_VARIABLE, open_instance
from brand_monitor.io_managers import compacting
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import DAILY, today
from brand_monitor_tests.contract.stores import empty_database
from brand_monitor_tests.dagster.captured_days import captured_home, rederived
from brand_monitor_tests.mention_rows import TABLE, mentions

pytestmark = [
    pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning"),
]


@dg.asset(partitions_def=DAILY)
def table(context: dg.AssetExecutionContext) -> None:
    context.log.info("something to log")


@dg.op
def nothing() -> None: ...


@dg.job
def idle() -> None:
    nothing()


@pytest.fixture(params=["file", "postgresql"])
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """An instance that outlives its process, in each storage that an installation may have."""
    if request.param == "file":
        with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
            yield instance
        return
    monkeypatch.setenv(STORAGE_VARIABLE, "")
    with empty_database(
        request.getfixturevalue("postgres"), f"prune_{zlib.crc32(request.node.name.encode())}"
    ) as url:
        settings = Settings(tmp_path, dagster_database_url=SecretStr(url))
        with open_instance(settings) as instance:
            yield instance


def pruned(instance: dg.DagsterInstance, *, keep_days: int = 0) -> dict[str, int]:
    @dg.job
    def only_prune() -> None:
        prune_runs()

    result = only_prune.execute_in_process(
        instance=instance, run_config={"ops": {"prune_runs": {"config": {"keep_days": keep_days}}}}
    )
    [metadata] = [
        event.step_output_data.metadata for event in result.all_events if event.is_successful_output
    ]
    return {name: value.value for name, value in metadata.items()}


def test_the_log_of_an_old_run_goes_and_its_partition_stays_known(kept: dg.DagsterInstance) -> None:
    run = dg.materialize([table], partition_key=today().isoformat(), instance=kept)
    before = len(kept.all_logs(run.run_id))
    assert pruned(kept) == {"runs_deleted": 0, "logs_deleted": 1}
    left = kept.all_logs(run.run_id)
    assert 0 < len(left) < before
    assert kept.get_materialized_partitions(table.key) == {today().isoformat()}
    assert kept.get_latest_materialization_event(table.key).run_id == run.run_id
    assert kept.get_run_by_id(run.run_id).tags[PRUNED_TAG] == "true"


def test_a_run_that_materialized_nothing_goes_as_a_whole(kept: dg.DagsterInstance) -> None:
    run = idle.execute_in_process(instance=kept)
    assert pruned(kept)["runs_deleted"] == 1
    assert kept.get_run_by_id(run.run_id) is None


def test_nothing_is_pruned_twice_and_nothing_young_at_all(kept: dg.DagsterInstance) -> None:
    dg.materialize([table], partition_key=today().isoformat(), instance=kept)
    assert pruned(kept, keep_days=90) == {"runs_deleted": 0, "logs_deleted": 0}
    assert pruned(kept)["logs_deleted"] == 1
    assert pruned(kept)["logs_deleted"] == 0


class Recorder(Notifier):
    name = "recorder"

    def __init__(self) -> None:
        self.told: list[Alert] = []

    def send(self, alert: Alert) -> None:
        self.told.append(alert)


def test_a_damaged_answer_in_the_sample_is_told_of(settings: Settings, instance: dg.DagsterInstance) -> None:
    captured_home(settings, [today()])
    store = FolderStore(settings.lake_dir)
    damaged = next(iter(Journal(open_engine(settings.journal_url)).payloads())).payload_hash
    store.put(payload_key(damaged), b"damaged")
    recorder = Recorder()
    desk = AlertDesk(store, [recorder])
    defs = build_defs("ci", settings=settings, resource_overrides={"alerts": desk})
    assert defs.resolve_job_def("maintenance").execute_in_process(instance=instance).success
    [alert] = recorder.told
    assert alert.title.startswith("1 of ")
    assert damaged[:8] in alert.text


def test_raw_answers_expire_by_policy_and_their_days_refuse_to_be_derived_again(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLOAD_KEEP_DAYS", "100")
    old, young = today() - timedelta(days=101), today() - timedelta(days=100)
    captured_home(settings, [old])
    journal = Journal(open_engine(settings.journal_url))
    gone = {stored.payload_hash for stored in journal.payloads()}
    captured_home(settings, [young])
    kept = {stored.payload_hash for stored in journal.payloads()} - gone
    defs = build_defs("ci", settings=settings)
    assert defs.resolve_job_def("maintenance").execute_in_process(instance=instance).success
    payloads = PayloadStore(FolderStore(settings.lake_dir))
    assert not any(payloads.holds(digest) for digest in gone)
    assert all(payloads.holds(digest) for digest in kept)
    with pytest.raises(PastPartitionError, match="PAYLOAD_KEEP_DAYS=100"):
        rederived(settings, instance, old, old)


def test_small_files_of_a_month_that_is_over_are_packed_and_a_bad_one_ends_no_run(tmp_path: Path) -> None:
    lake, days = Lake(FolderStore(tmp_path)), [date(2025, 3, n) for n in range(1, 12)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compacting, "SETTLED", timedelta(0))
        for day, monitor in itertools.product(days, ("hats", "shoes")):
            lake.write(TABLE, mentions(date=day), partition=Partition(day), monitor_id=monitor)
        bad = f"{TABLE}/date=2025-03-02/monitor=hats/manifest.json"
        lake.store.put(bad, b"{")

        @dg.job(resource_defs={"objects": dg.ResourceDefinition.hardcoded_resource(lake.store)})
        def only_compact() -> None:
            compact_lake()

        result = only_compact.execute_in_process()
    [output] = [event for event in result.all_events if event.is_successful_output]
    told = {name: value.value for name, value in output.step_output_data.metadata.items()}
    assert told == {"packs_made": 1, "files_packed": 11, "packs_failed": 1}
    assert lake.read_window(TABLE, days[0], days[-1], monitors=["shoes"]).height == 11
