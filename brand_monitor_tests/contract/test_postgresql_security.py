"""Who may do what in PostgreSQL, that the way there can be trusted, and that no password is shown."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psycopg
import pytest
from sqlalchemy import make_url

from brand_monitor.backends.bundles import resources_for
from brand_monitor.backends.tables.changes import Sending, Settling
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.migrating import MIGRATIONS
from brand_monitor.backends.tables.postgresql import close_engines
from brand_monitor.backends.tables.spending import Account
from brand_monitor.backends.warehouse.interface import PUBLISHED
from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse
from brand_monitor.deployment import current_settings
from brand_monitor.failures import BrandMonitorError, SetupError
from brand_monitor.schemas.registry import empty_frame
from brand_monitor_tests.contract.stores import empty_database
from brand_monitor_tests.contract.test_journal import DAY, SHELF, entry
from tools.servers.postgres import Postgres

ROLES = MIGRATIONS.with_name("roles.sql")
CANARY = "s3cr3t-canary-9c"


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    with empty_database(postgres, "roles_contract") as url:
        yield url


@pytest.fixture
def users(database: str) -> dict[str, str]:
    """Apply the role file twice, give passwords, migrate as the owner; return the address of each user."""
    for _ in range(2):
        with psycopg.connect(database, autocommit=True) as admin:
            admin.execute(ROLES.read_bytes())
    addresses = {}
    with psycopg.connect(database, autocommit=True) as admin:
        for name in ("owner", "app", "reader"):
            role = f"brand_monitor_{name}"
            admin.execute(f"ALTER ROLE {role} PASSWORD '{CANARY}'".encode())
            address = make_url(database).set(username=role, password=CANARY)
            addresses[name] = address.render_as_string(hide_password=False)
    PostgresWarehouse(open_engine(addresses["owner"]), migrates=True)
    return addresses


def test_runs_do_all_their_work_as_the_user_with_few_rights(users: dict[str, str]) -> None:
    engine = open_engine(users["app"], migrates=False)
    journal, account = Journal(engine), Account("shoes", DAY, day_usd=1.0, month_usd=5.0)
    journal.open_account(account)
    assert journal.plan([entry(number) for number in range(300)]) == 300  # by COPY
    assert journal.plan([entry(number) for number in range(302)]) == 2  # by INSERT
    with journal.exclusive("shoes"):
        journal.recover(SHELF)
        assert not journal.commit([Sending(entry().call_id, 0.1)], account)
        journal.commit([Settling(entry().call_id, "a" * 64, 0.1, reserved_usd=0.1)], account)
    journal.parameters.learn("openai", "m", {"seed"})
    warehouse = PostgresWarehouse(engine, migrates=False)
    warehouse.replace_day(DAY, ["shoes"], {table: empty_frame(table) for table in PUBLISHED})
    warehouse.replace_all(lambda: iter([]))


FORBIDDEN = {
    "app": [
        "DELETE FROM brand_monitor.calls",
        "TRUNCATE brand_monitor.calls",
        "DROP TABLE brand_monitor.calls",
        "ALTER TABLE brand_monitor.calls ADD COLUMN x int",
        "CREATE TABLE brand_monitor.x (y int)",
        "CREATE TABLE marts.x (y int)",
        "UPDATE brand_monitor.brand_monitor_version SET version_num = '0001' WHERE false; DROP SCHEMA marts CASCADE",
        "TRUNCATE marts.daily_brand_metrics",
        "CREATE ROLE x",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY brand_monitor.calls TO PROGRAM 'cat'",
    ],
    "reader": [
        "SELECT * FROM brand_monitor.calls",
        "SELECT * FROM brand_monitor.spending",
        "INSERT INTO marts.daily_brand_metrics DEFAULT VALUES",
        "SET default_transaction_read_only = off; DELETE FROM marts.daily_brand_metrics",
        "SET default_transaction_read_only = off; CREATE TABLE marts.x (y int)",
        "SET default_transaction_read_only = off; DROP VIEW marts.latest_brand_metrics",
        "COPY marts.daily_brand_metrics TO PROGRAM 'cat'",
    ],
}


@pytest.mark.parametrize("user", FORBIDDEN)
def test_what_a_user_may_not_do_fails(users: dict[str, str], user: str) -> None:
    refusals = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)
    for statement in FORBIDDEN[user]:
        with psycopg.connect(users[user], autocommit=True) as session, pytest.raises(refusals):
            session.execute(statement.encode())


def test_readers_read_every_table_and_view_of_the_marts(users: dict[str, str]) -> None:
    with psycopg.connect(users["reader"]) as session:
        names = session.execute(
            b"SELECT table_name FROM information_schema.tables WHERE table_schema = 'marts'"
        ).fetchall()
        assert len(names) == 5
        for (name,) in names:
            session.execute(f"SELECT count(*) FROM {name}".encode())


def test_a_run_that_may_not_change_tables_says_who_may(database: str, users: dict[str, str]) -> None:
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(b"UPDATE brand_monitor.brand_monitor_version SET version_num = '0003'")
        admin.execute(b"DROP TABLE brand_monitor.leases")
    with pytest.raises(SetupError, match=r"roles\.sql|brand-monitor db upgrade"):
        open_engine(users["app"], migrates=True)


def test_tls_is_verified_and_a_server_that_cannot_prove_itself_is_refused(
    own_postgres: Callable[..., Postgres], tmp_path: Path
) -> None:
    server = own_postgres(tls=True)
    assert "sslmode=verify-full" in server.url
    engine = open_engine(server.url)
    with engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar()
    assert row is True
    close_engines()
    stranger = tmp_path / "stranger.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=stranger",
            "-days",
            "1",
            "-keyout",
            str(tmp_path / "key.pem"),
            "-out",
            str(stranger),
        ],
        check=True,
        capture_output=True,
    )
    other = make_url(server.url).update_query_dict({"sslrootcert": str(stranger)})
    with pytest.raises(BrandMonitorError, match="certificate verify failed"):
        open_engine(other.render_as_string(hide_password=False))


def test_a_server_without_tls_is_refused_where_tls_is_asked_for(database: str) -> None:
    url = make_url(database).update_query_dict({"sslmode": "require"}).render_as_string(hide_password=False)
    with pytest.raises(SetupError, match="does not support SSL"):
        open_engine(url)


def test_resources_show_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:{CANARY}@db:5432/d?sslpassword={CANARY}")
    settings = current_settings(tmp_path)
    resources = resources_for("production", settings)
    shown = [repr(settings), *(repr(one) for one in resources.values())]
    shown += [
        str(one._config_schema) for one in resources.values() if isinstance(one, dg.ConfigurableResource)
    ]
    shown += [str(one.model_dump()) for one in resources.values() if isinstance(one, dg.ConfigurableResource)]
    assert all(CANARY not in text for text in shown)


def test_no_statement_is_put_together_from_values() -> None:
    """Values travel beside the statement: what is formatted into one are names of our own schemas."""
    folder = MIGRATIONS.parent
    for path in [*folder.glob("*.py"), *folder.with_name("warehouse").glob("*.py")]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if "# noqa: S608" in line:
                assert any(name in line for name in ("VERSION_TABLE", "name_of(table)")), f"{path}:{number}"
