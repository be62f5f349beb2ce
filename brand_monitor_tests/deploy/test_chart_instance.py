"""The instance file of the chart: accepted by the installed Dagster, and the limits of ``dagster.yaml``."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config
from dagster._core.instance.ref import InstanceRef

from brand_monitor.backends.objects.compute_logs import compute_logs
from brand_monitor.deployment import Settings
from brand_monitor_tests.deploy.chart_runs import launcher
from brand_monitor_tests.deploy.charting import VALUES, instance_file, one, render


@pytest.fixture(scope="module")
def at_the_root() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parents[2] / "dagster.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_the_installed_dagster_accepts_it(
    values: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_DATABASE_URL", "postgresql://user:password@host/dagster")
    documents = render(*values)
    (tmp_path / "dagster.yaml").write_text(one(documents, "ConfigMap", "instance")["data"]["dagster.yaml"])
    config, _ = dagster_instance_config(str(tmp_path))
    assert config["concurrency"]["runs"]["max_concurrent_runs"] > 0
    ref = InstanceRef.from_dir(str(tmp_path))
    assert ref.run_coordinator is not None
    assert ref.compute_log_manager is not None
    launcher(documents)


def test_limits_are_those_of_the_repository(at_the_root: dict[str, Any]) -> None:
    mine = instance_file(render())
    assert mine["concurrency"] == at_the_root["concurrency"]
    for block in ("telemetry", "freshness", "retention"):
        assert mine[block] == at_the_root[block]
    monitoring = at_the_root["run_monitoring"]
    assert {name: mine["run_monitoring"][name] for name in monitoring} == monitoring


def test_limits_that_a_cluster_may_raise_are_values_and_the_rest_stays(at_the_root: dict[str, Any]) -> None:
    mine = instance_file(render(concurrency={"maxConcurrentRuns": 20, "defaultPoolLimit": 2}))
    assert mine["concurrency"]["runs"]["max_concurrent_runs"] == 20
    assert mine["concurrency"]["pools"] == {"default_limit": 2, "granularity": "op"}
    limits = at_the_root["concurrency"]["runs"]["tag_concurrency_limits"]
    assert mine["concurrency"]["runs"]["tag_concurrency_limits"] == limits


def test_a_run_whose_pod_died_is_started_again_and_a_step_that_failed_is_not(
    at_the_root: dict[str, Any],
) -> None:
    retries = instance_file(render())["run_retries"]
    assert retries["max_retries"] == 2
    assert retries["retry_on_asset_or_op_failure"] is False
    assert at_the_root["run_retries"]["retry_on_asset_or_op_failure"] is False


def test_it_holds_no_password_and_names_the_variable_that_does() -> None:
    assert instance_file(render())["storage"] == {
        "postgres": {"postgres_url": {"env": "DAGSTER_DATABASE_URL"}}
    }


@pytest.mark.parametrize("prefix", ["", "production/"])
def test_logs_lie_where_the_command_line_looks_for_them(prefix: str) -> None:
    given = {
        "s3_bucket": "lake",
        "s3_prefix": prefix,
        "s3_region": "eu-central-1",
        "s3_endpoint_url": "https://s3.example.com",
        "s3_kms_key_id": "alias/key",
    }
    wanted = compute_logs(Settings(Path("/var/lib/brand-monitor"), **given))
    values = {name.upper(): value for name, value in given.items()}
    assert instance_file(render(settings=values))["compute_logs"] == wanted


def test_nothing_that_dagster_writes_lies_outside_the_folders_that_can_be_written() -> None:
    file = instance_file(render())
    assert file["local_artifact_storage"]["config"]["base_dir"].startswith("/var/lib/brand-monitor/")
    assert file["compute_logs"]["config"]["local_dir"].startswith("/var/lib/brand-monitor/")
