"""What steps print is kept in the bucket, and no key stands in the instance's configuration."""

from pathlib import Path

import dagster as dg
import pytest
import yaml

from brand_monitor.backends.objects.compute_logs import compute_logs
from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.deployment import Settings, current_settings
from tools.servers.s3 import S3

BUCKET = "compute-logs"


@dg.op
def speak() -> None:
    print("heard far away")  # noqa: T201 - what it is about


@dg.job
def speaking() -> None:
    speak()


def test_a_folder_of_this_machine_is_left_to_dagster(tmp_path: Path) -> None:
    assert compute_logs(Settings(tmp_path)) is None


def test_what_a_step_prints_lands_in_the_bucket(
    s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.ensure_buckets(BUCKET)
    for name, value in (s3.variables() | {"S3_BUCKET": BUCKET, "S3_PREFIX": "prod/"}).items():
        monkeypatch.setenv(name, value)
    settings = current_settings(tmp_path)
    config = yaml.safe_dump({"compute_logs": compute_logs(settings), "telemetry": {"enabled": False}})
    assert s3.secret_key not in config
    settings.dagster_home.mkdir()
    (settings.dagster_home / "dagster.yaml").write_text(config)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        assert speaking.execute_in_process(instance=instance).success
    store = open_objects(settings)
    printed = [store.get(key) for key in store.list("compute_logs") if key.endswith(".out")]
    assert b"heard far away\n" in printed
