"""Dagster's own tables in a real PostgreSQL, and ours beside them, as an installation has them."""

from collections.abc import Iterator

import dagster as dg
import psycopg
import pytest
from pydantic import SecretStr

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.postgresql import close_engines
from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse
from brand_monitor.deployment import Settings
from brand_monitor.instance import STORAGE_VARIABLE, open_instance
from brand_monitor_tests.contract.stores import forget
from brand_monitor_tests.exporter.exported import MONITOR, administrator
from tools.servers.postgres import Postgres

_TABLES = b"""
    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ')
    FROM pg_tables
    WHERE schemaname IN ('public', 'brand_monitor', 'marts') AND tablename !~ 'version|secondary_indexes'
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Settings:
    """An installation with one monitor, both databases in one."""
    home = tmp_path_factory.mktemp("exporter")
    postgres.ensure_databases("exporter")
    url = postgres.url_of("exporter")
    (home / "monitors").mkdir()
    (home / "monitors" / "tiny.yaml").write_text(MONITOR)
    return Settings(home, database_url=SecretStr(url), dagster_database_url=SecretStr(url))


@pytest.fixture(scope="module")
def _opened(settings: Settings, postgres: Postgres) -> Iterator[dg.DagsterInstance]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(STORAGE_VARIABLE, "")  # put back afterwards
        forget(postgres.url_of("exporter"))
        PostgresWarehouse(open_engine(settings.journal_url), migrates=True)
        with open_instance(settings) as instance:
            yield instance
        close_engines()


@pytest.fixture
def instance(settings: Settings, _opened: dg.DagsterInstance) -> dg.DagsterInstance:
    """The instance of the installation, without what an earlier test left in either database."""
    with psycopg.connect(administrator(settings), autocommit=True) as admin:
        tables = admin.execute(_TABLES).fetchone()
        assert tables
        admin.execute(f"TRUNCATE {tables[0]}".encode())
    return _opened
