"""dagster.yaml is accepted by the installed Dagster and means what the documents say of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster import DagsterInstance


@pytest.fixture
def instance(root: Path, tmp_path: Path) -> Iterator[DagsterInstance]:
    shutil.copy(root / "dagster.yaml", tmp_path)
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def test_the_installed_dagster_accepts_the_file_and_runs_a_job_on_it(instance: DagsterInstance) -> None:
    @dg.job
    def nothing() -> None: ...

    assert nothing.execute_in_process(instance=instance).success
    assert instance.get_runs_count() == 1


def test_nothing_is_reported_to_anybody(instance: DagsterInstance) -> None:
    assert not instance.telemetry_enabled


def test_every_pool_lets_one_step_in_at_a_time(instance: DagsterInstance) -> None:
    pools = instance.get_concurrency_config().pool_config
    assert pools.default_pool_limit == 1
    assert pools.pool_granularity is not None
    assert pools.pool_granularity.value == "op"


def test_a_cancelled_run_frees_its_pool_slot(instance: DagsterInstance) -> None:
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_settings["free_slots_after_run_end_seconds"] > 0


def test_a_failed_run_is_not_retried_behind_the_back_of_who_pays(instance: DagsterInstance) -> None:
    assert instance.run_retries_max_retries == 0


def test_the_file_holds_no_path_and_no_secret_of_a_machine(root: Path) -> None:
    config = yaml.safe_load((root / "dagster.yaml").read_text(encoding="utf-8"))
    assert set(config) == {
        "telemetry",
        "concurrency",
        "run_monitoring",
        "run_retries",
        "retention",
        "freshness",
    }
