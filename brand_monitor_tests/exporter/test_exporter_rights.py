"""The exporter reads as a user who may read numbers and states, and can do nothing else."""

from pathlib import Path

import dagster as dg
import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import InternalError, OperationalError

from brand_monitor.deployment import Settings
from brand_monitor.exporter import databases
from brand_monitor.exporter.databases import reading_engine
from brand_monitor_tests.exporter.exported import administrator, collected

ROLE = Path(databases.__file__).with_name("role.sql")
CANARY = "s3cr3t-canary-7b"


@pytest.fixture
def reader(settings: Settings, instance: dg.DagsterInstance) -> str:
    """Apply the role file twice, give the user a password, and return its address."""
    for _ in range(2):
        with psycopg.connect(administrator(settings), autocommit=True) as admin:
            admin.execute(ROLE.read_bytes())
    with psycopg.connect(administrator(settings), autocommit=True) as admin:
        admin.execute(f"ALTER ROLE brand_monitor_exporter PASSWORD '{CANARY}'".encode())
    address = make_url(administrator(settings)).set(username="brand_monitor_exporter", password=CANARY)
    return address.render_as_string(hide_password=False)


def test_the_user_of_the_role_file_can_collect_everything(
    settings: Settings, reader: str, instance: dg.DagsterInstance
) -> None:
    given = {"database_url": SecretStr(reader), "dagster_database_url": SecretStr(reader)}
    exported = collected(Settings(settings.home, **given))
    assert exported.one("dagster_runs_in_flight", "QUEUED") == 0
    assert exported.one("brand_monitor_budget_usd", "tiny", "day") == 4.0


FORBIDDEN = [
    "SELECT run_body FROM runs",
    "SELECT event FROM event_logs",
    "SELECT value FROM run_tags",
    "SELECT tick_body FROM job_ticks",
    "SELECT spec FROM brand_monitor.calls",
    "SELECT value FROM kvs",
    "UPDATE brand_monitor.spending SET spent_usd = 0",
    "DELETE FROM runs",
    "UPDATE concurrency_slots SET run_id = NULL",
    "CREATE TABLE marts.x (y int)",
    "SELECT pg_read_file('/etc/passwd')",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_the_user_may_not_do_fails(reader: str, statement: str) -> None:
    with psycopg.connect(reader, autocommit=True) as session:
        session.execute(b"SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(statement.encode())


def test_its_connection_writes_nothing_even_as_the_owner(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    url = SecretStr(administrator(settings))
    engine = reading_engine(url, lambda: url, schema="public")
    with engine.connect() as connection:
        with pytest.raises(InternalError, match="read-only transaction"):
            connection.exec_driver_sql("DELETE FROM runs")
        connection.rollback()
        timeouts = connection.exec_driver_sql(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        ).one()
        assert tuple(timeouts) == ("5s", "1s")


def test_a_new_password_is_read_when_the_old_one_is_refused(
    settings: Settings, reader: str, instance: dg.DagsterInstance
) -> None:
    old = SecretStr(reader.replace(CANARY, "of-yesterday"))
    with pytest.raises(OperationalError, match="password authentication failed"):
        reading_engine(old, lambda: old, schema="marts").connect()
    with reading_engine(old, lambda: SecretStr(reader), schema="public").connect() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar() == "brand_monitor_exporter"
