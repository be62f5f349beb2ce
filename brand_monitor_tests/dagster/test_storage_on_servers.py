"""Dagster keeps its runs in PostgreSQL and what steps print in a bucket, as the settings say."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import psycopg
import pytest
import yaml
from pydantic import SecretStr

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.deployment import Settings
from brand_monitor.failures import SetupError, StorageError
from brand_monitor.instance import STORAGE_VARIABLE, TEMPLATE, open_instance, storage_url, write_instance_file
from brand_monitor_tests.contract.stores import empty_database
from tools.servers.postgres import Postgres
from tools.servers.s3 import S3


@dg.op
def says_hello() -> None:
    print("hello from a step")  # noqa: T201


@dg.job(executor_def=dg.in_process_executor)
def hello() -> None:
    says_hello()


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv(STORAGE_VARIABLE, "")  # put back afterwards
    with empty_database(postgres, "dagster_storage") as url:
        yield url


def test_a_run_and_its_logs_are_read_back_from_the_servers(
    tmp_path: Path, database: str, s3: S3, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=s3.url)
    client.create_bucket(Bucket="dagster-storage")
    settings = Settings(
        tmp_path,
        dagster_database_url=SecretStr(database),
        s3_bucket="dagster-storage",
        s3_prefix="trial",
        s3_endpoint_url=s3.url,
    )
    with open_instance(settings) as instance:
        run_id = hello.execute_in_process(instance=instance).run_id
    with open_instance(settings) as again:
        run = again.get_run_by_id(run_id)
        events = again.all_logs(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert [event.step_key for event in events] == ["says_hello"]
    keys = [
        one["Key"] for one in client.list_objects_v2(Bucket="dagster-storage", Prefix="trial/")["Contents"]
    ]
    printed = [client.get_object(Bucket="dagster-storage", Key=key)["Body"].read() for key in keys]
    assert any(b"hello from a step" in text for text in printed)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or postgres.password.encode() not in path.read_bytes(), path


def test_a_server_that_was_restarted_between_two_runs_is_used_again(
    tmp_path: Path, own_postgres: Callable[[], Postgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections are kept, and those of before the restart are not used."""
    monkeypatch.setenv(STORAGE_VARIABLE, "")
    server = own_postgres()
    with open_instance(Settings(tmp_path, dagster_database_url=SecretStr(server.url))) as instance:
        assert hello.execute_in_process(instance=instance).success
        with psycopg.connect(server.url) as reader:
            kept = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'brand-monitor-dagster'"
            assert reader.execute(kept.encode()).fetchone() in {(2,), (3,)}
        server.kill()
        server.start()
        assert hello.execute_in_process(instance=instance).success


def test_dagsters_tables_and_ours_live_in_one_database(tmp_path: Path, database: str) -> None:
    settings = Settings(tmp_path, dagster_database_url=SecretStr(database), database_url=SecretStr(database))
    open_engine(settings.journal_url)
    with open_instance(settings) as instance:
        run_id = hello.execute_in_process(instance=instance).run_id
    open_engine(settings.journal_url, migrates=False)
    with psycopg.connect(database) as reader:
        versions = reader.execute(
            b"SELECT table_schema, table_name FROM information_schema.tables WHERE table_name LIKE '%version'"
        ).fetchall()
    assert set(versions) >= {("public", "alembic_version"), ("brand_monitor", "brand_monitor_version")}
    with open_instance(settings) as instance:
        assert instance.get_run_by_id(run_id) is not None


def test_a_password_of_the_secrets_file_reaches_child_processes_too(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(STORAGE_VARIABLE)
    (tmp_path / ".env").write_text(f"{STORAGE_VARIABLE}={database}\n")
    code = (
        "import subprocess, sys; from pathlib import Path\n"
        "from brand_monitor.deployment import current_settings; from brand_monitor.instance import open_instance\n"
        "settings = current_settings(Path(sys.argv[1]))\n"
        "with open_instance(settings): pass\n"
        "child = 'import dagster as dg, sys; print(len(dg.DagsterInstance.from_config(sys.argv[1]).get_runs()))'\n"
        "sys.exit(subprocess.call([sys.executable, '-W', 'ignore', '-c', child, str(settings.dagster_home)]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != STORAGE_VARIABLE},
    )
    assert (done.returncode, done.stdout.strip().isdigit()) == (0, True), done.stderr


def blocks(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text())
    return loaded


def test_without_servers_the_instance_is_the_plain_file(tmp_path: Path) -> None:
    assert write_instance_file(Settings(tmp_path)).read_text() == TEMPLATE.read_text()


def test_an_installation_that_moves_to_a_server_and_back_has_its_file_written_again(tmp_path: Path) -> None:
    embedded = Settings(tmp_path)
    served = Settings(tmp_path, dagster_database_url=SecretStr("postgresql://u:s3cr3t-canary@db:5432/d"))
    file = write_instance_file(embedded)
    write_instance_file(served)
    assert blocks(file)["storage"] == {"postgres": {"postgres_url": {"env": STORAGE_VARIABLE}}}
    assert "s3cr3t-canary" not in file.read_text()
    write_instance_file(embedded)
    assert "storage" not in blocks(file)


def test_a_file_of_a_persons_own_is_kept_and_one_that_contradicts_is_named(tmp_path: Path) -> None:
    file = write_instance_file(Settings(tmp_path))
    file.write_text("telemetry: {enabled: false}\n# mine\n")
    write_instance_file(Settings(tmp_path))
    assert "# mine" in file.read_text()
    with pytest.raises(
        SetupError, match=r"is your own and keeps runs in this folder(.|\n)*DAGSTER_DATABASE_URL"
    ):
        write_instance_file(Settings(tmp_path, dagster_database_url=SecretStr("postgresql://u:p@db:5432/d")))
    file.write_text("storage: {postgres: {postgres_url: {env: MINE}}}\n")
    write_instance_file(Settings(tmp_path, dagster_database_url=SecretStr("postgresql://u:p@db:5432/d")))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_dagster_gets_its_own_driver_whatever_the_address_says(scheme: str) -> None:
    url = storage_url(f"{scheme}://u:p%40ss@db:5432/d?sslmode=verify-full")
    assert url.startswith("postgresql+psycopg2://u:p%40ss@db:5432/d?")
    assert "sslmode=verify-full" in url
    assert "connect_timeout=10" in url


def test_a_server_that_is_not_there_or_refuses_is_said_at_once(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORAGE_VARIABLE, "")
    absent = Settings(tmp_path, dagster_database_url=SecretStr("postgresql://u:s3cr3t-canary@127.0.0.1:1/d"))
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:1/d: opening Dagster's storage failed") as failure:
        open_instance(absent)
    assert "s3cr3t-canary" not in str(failure.value)
    wrong = postgres.url.replace(postgres.password, "s3cr3t-canary")
    with pytest.raises(SetupError, match="password authentication failed"):
        open_instance(Settings(tmp_path, dagster_database_url=SecretStr(wrong)))
