"""The exporter while its databases go away, hang, and come back: the last state is served, and it says so."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import dagster as dg
import psycopg
import pytest
from pydantic import SecretStr

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.postgresql import close_engines
from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse
from brand_monitor.deployment import Settings
from brand_monitor.exporter.serving import serving
from brand_monitor.instance import STORAGE_VARIABLE, open_instance
from brand_monitor_tests.exporter.exported import Exported, scraped
from tools.servers.postgres import Postgres

PATIENCE_SECONDS = 120
SUCCESS = "brand_monitor_exporter_last_success_timestamp_seconds"
ERRORS = "brand_monitor_exporter_errors_total"


@dg.op
def works() -> None:
    """Do nothing."""


@dg.job(executor_def=dg.in_process_executor)
def good() -> None:
    works()


@pytest.fixture
def server(
    own_postgres: Callable[[], Postgres], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Postgres]:
    """A server of its own with the tables of both, and a run that ended well."""
    monkeypatch.setenv(STORAGE_VARIABLE, "")
    server = own_postgres()
    PostgresWarehouse(open_engine(settings_of(server, tmp_path).journal_url), migrates=True)
    with open_instance(settings_of(server, tmp_path)) as instance:
        good.execute_in_process(instance=instance)
    yield server
    close_engines()


def settings_of(server: Postgres, home: Path) -> Settings:
    return Settings(home, database_url=SecretStr(server.url), dagster_database_url=SecretStr(server.url))


def awaited(port: int, condition: Callable[[Exported], bool]) -> Exported:
    """Scrape until the condition holds; every scrape on the way is answered."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition(exported := scraped(port)):
        assert time.monotonic() < until, exported.families
        time.sleep(0.05)
    return exported


def is_complete(exported: Exported) -> bool:
    return all(exported.all(SUCCESS).values())


def test_a_server_that_goes_away_leaves_the_last_state_and_is_read_again_when_it_is_back(
    server: Postgres, tmp_path: Path
) -> None:
    with serving(settings_of(server, tmp_path), "127.0.0.1", 0, 0.2) as port:
        before = awaited(port, is_complete)
        assert before.one("dagster_recent_runs", "good", "SUCCESS") == 1
        server.stop()
        away = awaited(port, lambda one: min(one.all(ERRORS).values()) >= 2)
        for name in ("dagster_recent_runs", "dagster_runs_in_flight", "brand_monitor_relation_bytes"):
            assert away.all(name) == before.all(name)
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        server.start()
        stopped_at = max(away.all(SUCCESS).values())
        after = awaited(port, lambda one: min(one.all(SUCCESS).values()) > stopped_at)
        assert after.one("dagster_recent_runs", "good", "SUCCESS") == 1


def test_a_table_that_is_locked_stops_its_own_figures_alone(server: Postgres, tmp_path: Path) -> None:
    with serving(settings_of(server, tmp_path), "127.0.0.1", 0, 0.2) as port:
        awaited(port, is_complete)
        with psycopg.connect(server.url) as other:
            other.execute(b"LOCK TABLE job_ticks")
            locked = awaited(port, lambda one: one.one(ERRORS, "automation") >= 1)
            since = locked.one(SUCCESS, "runs")
            assert awaited(port, lambda one: one.one(SUCCESS, "runs") > since).one(ERRORS, "runs") == 0
        since = locked.one(SUCCESS, "automation")
        awaited(port, lambda one: one.one(SUCCESS, "automation") > since)
