"""The product behind a real PgBouncer in transaction mode: Dagster's storage, the lock of a partition, the bound."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import dagster as dg
import polars as pl
import psycopg
import pytest
import yaml
from dagster._core.scheduler.instigation import InstigatorType, TickData, TickStatus
from pydantic import SecretStr
from sqlalchemy import Connection, text

from brand_monitor.backends.coordination.interface import Rates
from brand_monitor.backends.coordination.sql import SqlCoordination
from brand_monitor.backends.tables.engine import connect, open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.pooler import is_behind_one, through
from brand_monitor.backends.tables.postgresql import SESSION, close_engines
from brand_monitor.backends.warehouse.interface import PUBLISHED
from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse
from brand_monitor.cli.checks import servers
from brand_monitor.deployment import Settings
from brand_monitor.failures import SetupError, StorageError, TransientFailure
from brand_monitor.instance import STORAGE_VARIABLE, open_instance
from brand_monitor.schemas.registry import polars_schema
from brand_monitor_tests.contract.stores import empty_database
from brand_monitor_tests.servers.fixtures import folder_for_servers, start_or_skip
from tools.servers.pgbouncer import PgBouncer
from tools.servers.postgres import Postgres

DAY = date(2026, 11, 24)
#: Who ask at once, more than three times as many as PgBouncer has connections.
ASKING = 20


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
def counted(context: dg.AssetExecutionContext) -> dg.MaterializeResult[int]:
    context.log.info("counted behind a pooler")
    return dg.MaterializeResult(value=1, metadata={"rows": 7})


@pytest.fixture
def pooler(pgbouncer: PgBouncer) -> str:
    return pgbouncer.variables()["DATABASE_POOLER"]


@pytest.fixture
def direct(postgres: Postgres) -> Iterator[str]:
    """Yield the address of an empty database, past PgBouncer."""
    with empty_database(postgres, "pooled") as url:
        yield url


@pytest.fixture
def pooled(direct: str, pooler: str) -> str:
    return through(direct, pooler)


@pytest.fixture
def instance_folder(postgres: Postgres, pooler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the storage that the chart's file describes."""
    postgres.ensure_databases("pooled_dagster")
    monkeypatch.setenv(STORAGE_VARIABLE, postgres.url_of("pooled_dagster"))
    config = {"postgres_url": {"env": STORAGE_VARIABLE}, "pooler": pooler}
    storage = {"module": "brand_monitor.pooled_storage", "class": "PooledPostgresStorage", "config": config}
    file = {"storage": {"custom": storage}, "telemetry": {"enabled": False}}
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(file))
    return tmp_path


@pytest.fixture
def instance(instance_folder: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(instance_folder)) as opened:
        yield opened


def connections(postgres: Postgres, database: str) -> int:
    """Return how many connections the server itself sees to a database."""
    with psycopg.connect(postgres.url) as reader:
        kind = b"backend_type = 'client backend'"  # and not the server's own vacuuming
        query = b"SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND " + kind
        row = reader.execute(query, [database]).fetchone()
    assert row is not None
    return int(row[0])


def test_a_run_its_events_and_its_ticks_are_kept_behind_it(instance: dg.DagsterInstance) -> None:
    result = dg.materialize([counted], partition_key="a", instance=instance)
    assert result.success
    [record] = instance.fetch_materializations(counted.key, limit=1).records
    assert (record.run_id, record.partition_key) == (result.run_id, "a")
    logs = [entry.user_message for entry in instance.all_logs(result.run_id)]
    assert "counted behind a pooler" in logs
    assert instance.get_materialized_partitions(counted.key) == {"a"}
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.SUCCESS
    moment = datetime(2026, 11, 24, tzinfo=UTC).timestamp()
    tick = instance.create_tick(
        TickData("origin", "daily", InstigatorType.SCHEDULE, TickStatus.STARTED, moment, selector_id="s")
    )
    instance.update_tick(tick.with_status(TickStatus.SUCCESS))
    assert [one.status for one in instance.get_ticks("origin", "s")] == [TickStatus.SUCCESS]
    instance.event_log_storage.set_concurrency_slots("asking", 2)
    assert instance.event_log_storage.get_concurrency_info("asking").slot_count == 2


def test_an_instance_of_the_command_line_goes_through_it_too(
    postgres: Postgres, pgbouncer: PgBouncer, pooler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORAGE_VARIABLE, "")
    postgres.ensure_databases("pooled_dagster")
    url = SecretStr(postgres.url_of("pooled_dagster"))
    with open_instance(Settings(tmp_path, dagster_database_url=url, database_pooler=pooler)) as instance:
        assert dg.materialize([counted], partition_key="b", instance=instance).success
        [mine] = [pool for pool in pgbouncer.show("POOLS") if pool["database"] == "pooled_dagster"]
        assert mine["cl_active"] > 0


def test_the_server_sees_the_bound_while_twenty_ask_at_once(
    instance: dg.DagsterInstance, instance_folder: Path, postgres: Postgres, pgbouncer: PgBouncer
) -> None:
    """Each keeps a connection to PgBouncer, and PgBouncer has six; it keeps what it opened for minutes."""
    run_id = dg.materialize([counted], partition_key="a", instance=instance).run_id
    all_there, looked_at = Barrier(ASKING + 1, timeout=120), Barrier(ASKING + 1, timeout=120)

    def ask(_: int) -> list[int]:
        with dg.DagsterInstance.from_config(str(instance_folder)) as mine:
            mine.optimize_for_webserver(statement_timeout=15_000, pool_recycle=600, max_overflow=2)
            found = [len(mine.all_logs(run_id)) for _ in range(5)]
            all_there.wait()
            looked_at.wait()
            return found

    with ThreadPoolExecutor(ASKING) as pool:
        asking = pool.map(ask, range(ASKING))
        all_there.wait()
        mine = [one for one in pgbouncer.show("POOLS") if one["database"] == "pooled_dagster"]
        seen = connections(postgres, "pooled_dagster")
        looked_at.wait()
        answers = list(asking)
    assert len({tuple(found) for found in answers}) == 1
    assert answers[0][0] > 5
    assert sum(one["cl_active"] for one in mine) >= ASKING
    assert 0 < seen <= PgBouncer.CONNECTIONS


def settings_in(connection: Connection) -> dict[str, str]:
    """Return what holds in a transaction, for the settings that are not of the socket."""
    names = [name for name in SESSION if not name.startswith("tcp_")]
    return {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names}


@pytest.mark.parametrize("ignored", ["extra_float_digits", "extra_float_digits, options"])
def test_settings_hold_in_every_transaction_and_for_nobody_else(
    ignored: str, postgres: Postgres, direct: str
) -> None:
    """Whether PgBouncer refuses the settings of a session, or takes them and forgets them."""
    with folder_for_servers() as folder:
        options = {"ignore_startup_parameters": ignored, "default_pool_size": "1", "max_db_connections": "1"}
        pgbouncer = start_or_skip(
            PgBouncer(
                folder / "pgbouncer", upstream=postgres, settings=options | {"server_reset_query_always": "0"}
            )
        )
        engine = connect(pgbouncer.url_of("pooled"))
        with connect(direct).connect() as connection:
            assert not is_behind_one(connection)
            expected = settings_in(connection)
        for _ in range(2):
            with engine.begin() as connection:
                assert is_behind_one(connection)
                assert settings_in(connection) == expected
        with psycopg.connect(pgbouncer.url_of("pooled")) as stranger:
            assert stranger.execute("SHOW search_path").fetchone() == ('"$user", public',)
            assert stranger.execute("SHOW statement_timeout").fetchone() == ("0",)
        close_engines()
        pgbouncer.kill()


def test_a_statement_that_is_asked_again_and_again_is_not_prepared(pooled: str) -> None:
    """It would be there in one of the six sessions, and not in the next."""
    engine = connect(pooled)

    def ask(number: int) -> int:
        with engine.connect() as connection:
            return sum(
                connection.execute(text("SELECT CAST(:n AS int) + 1"), {"n": number}).scalar_one()
                for _ in range(8)
            )

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(ask, range(60))) == [8 * (number + 1) for number in range(60)]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 0


def test_the_lock_of_a_partition_holds_until_it_is_given_back(pooled: str, direct: str) -> None:
    mine, other = Journal(open_engine(pooled)), Journal(open_engine(direct))
    with mine.exclusive("shoes"):
        for elsewhere in (mine, other):
            with pytest.raises(TransientFailure, match="shoes is in use"), elsewhere.exclusive("shoes"):
                pass
    with other.exclusive("shoes"):
        pass


@pytest.mark.parametrize("way", ["pooled", "direct"])
def test_the_transaction_of_the_lock_keeps_no_old_row_alive_and_is_not_timed_out(
    way: str, direct: str, request: pytest.FixtureRequest
) -> None:
    journal = Journal(open_engine(request.getfixturevalue(way)))
    query = (
        b"SELECT state, backend_xid IS NULL, backend_xmin IS NULL FROM pg_stat_activity a JOIN pg_locks l "
        b"USING (pid) WHERE l.locktype = 'advisory' AND a.datname = 'pooled'"
    )
    with journal.exclusive("shoes"), psycopg.connect(direct) as looking:
        [lease] = journal._leases
        for _ in range(2):
            assert looking.execute(query).fetchall() == [("idle in transaction", True, True)]
            lease.renew()
        assert lease._connection is not None
        limit = lease._connection.execute(text("SHOW idle_in_transaction_session_timeout"))
        assert limit.scalar_one() == "0"


def test_a_pooler_that_dies_frees_the_lock_and_the_run_takes_it_again(
    postgres: Postgres, direct: str
) -> None:
    with folder_for_servers() as folder:
        pgbouncer = start_or_skip(PgBouncer(folder / "pgbouncer", upstream=postgres))
        mine, other = Journal(open_engine(pgbouncer.url_of("pooled"))), Journal(open_engine(direct))
        with mine.exclusive("shoes"):
            [lease] = mine._leases
            pgbouncer.kill()
            pgbouncer.start()
            lease.renew()
            with pytest.raises(TransientFailure), other.exclusive("shoes"):
                pass
            pgbouncer.kill()
            until_free(other)
            pgbouncer.start()
            lease.renew()
            with mine._engine.begin() as connection:
                assert not lease.is_ours(connection)
        close_engines()
        pgbouncer.kill()


def until_free(journal: Journal) -> None:
    """Take the lock and give it back: the server hears of the end of a connection a moment later."""
    for _ in range(200):
        try:
            with journal.exclusive("shoes"):
                return
        except TransientFailure:
            time.sleep(0.05)
    pytest.fail("the lock is held for ever")


def test_more_locks_than_its_connections_wait_and_say_so(postgres: Postgres, direct: str) -> None:
    """Each lock keeps a connection: the chart refuses such numbers, an operator of his own PgBouncer may not."""
    open_engine(direct)
    with folder_for_servers() as folder:
        options = {"default_pool_size": "2", "max_db_connections": "2", "query_wait_timeout": "1"}
        pgbouncer = start_or_skip(PgBouncer(folder / "pgbouncer", upstream=postgres, settings=options))
        journal = Journal(open_engine(pgbouncer.url_of("pooled")), patience_seconds=0.0)
        with (
            pytest.raises(StorageError, match="query_wait_timeout"),
            journal.exclusive("a"),
            journal.exclusive("b"),
        ):
            pass
        with journal.exclusive("a"):
            pass
        close_engines()
        pgbouncer.kill()


def test_marts_are_published_and_read_behind_it(pooled: str) -> None:
    warehouse = PostgresWarehouse(open_engine(pooled), migrates=True)
    table = PUBLISHED[0]
    row = dict.fromkeys(polars_schema(table)) | {"date": DAY, "monitor_id": "shoes"}
    frame = pl.DataFrame([row] * 3, schema=polars_schema(table), orient="row")
    for _ in range(2):
        warehouse.replace_day(DAY, ["shoes"], {table: frame})
    assert warehouse.day(table, DAY, ["shoes"]).equals(frame)
    assert warehouse.replace_all(lambda: [(DAY, {table: frame})])[table] == 3


async def _shared_minute(url: str) -> tuple[float, float, float]:
    one, other = SqlCoordination(url), SqlCoordination(url)
    rates = Rates(requests_per_minute=1)
    first = await one.reserve("openai", rates, 0)
    second = await other.reserve("openai", rates, 0)
    await one.pause("openai", 30)
    return first, second, await other.paused_seconds("openai")


def test_limits_are_shared_behind_it(pooled: str) -> None:
    first, second, paused = asyncio.run(_shared_minute(pooled))
    assert first == 0
    assert second > 0
    assert paused > 0


def test_doctor_says_that_it_stands_between(direct: str, pooler: str, tmp_path: Path) -> None:
    open_engine(direct)
    plain = Settings(tmp_path, database_url=SecretStr(direct))
    behind = Settings(tmp_path, database_url=SecretStr(direct), database_pooler=pooler)
    for settings, said in ((plain, False), (behind, True)):
        (found,) = servers.postgres(settings)
        assert found.status in {"ok", "note"}, found
        assert ("behind a pooler" in found.detail) == said


@pytest.mark.parametrize("wrong", ["password", "user", "database"])
def test_what_it_refuses_is_said_at_once_and_without_the_password(
    wrong: str, pooled: str, postgres: Postgres
) -> None:
    url = {
        "password": pooled.replace(postgres.password, "s3cr3t-canary"),
        "user": pooled.replace(f"{postgres.user}:{postgres.password}", "nobody:s3cr3t-canary"),
        "database": pooled.replace("/pooled", "/nowhere").replace(postgres.password, postgres.password),
    }[wrong]
    with pytest.raises(SetupError) as failure:
        open_engine(url)
    assert "s3cr3t-canary" not in str(failure.value)
    assert postgres.password not in str(failure.value)


def test_the_address_of_the_server_leads_to_the_pooler_without_what_is_the_servers() -> None:
    url = "postgresql+psycopg://u:p%40ss@db:5432/d?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=10"
    assert through(url, "pool:6432") == "postgresql+psycopg://u:p%40ss@pool:6432/d?connect_timeout=10"
    assert through(url, None) == url
    settings = Settings(
        Path("home"), database_url=SecretStr("postgresql://u:p@db/d"), database_pooler="pool:6432"
    )
    assert settings.journal_url == "postgresql+psycopg://u:p@pool:6432/d"
    assert settings.coordination_url == settings.journal_url
