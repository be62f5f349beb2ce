"""PostgreSQL dies, refuses, blocks and forgets: no change is lost or made twice, and the error says what to do."""

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, make_url, text

from brand_monitor.backends.tables import postgresql
from brand_monitor.backends.tables.changes import Sending, Settling
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.entries import PLANNED, RECEIVED, SENT, CallSpec, JournalEntry, call_id
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.postgresql import Pool, close_engines
from brand_monitor.backends.tables.resource import open_journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.backends.tables.spending import Account
from brand_monitor.backends.tables.transactions import Transactions
from brand_monitor.deployment import current_settings
from brand_monitor.failures import (
    BrandMonitorError,
    SchemaViolationError,
    SetupError,
    StorageError,
    TransientFailure,
)
from brand_monitor_tests.contract.stores import empty_database, forget
from brand_monitor_tests.servers.fixtures import start_or_skip
from tools.servers.postgres import Postgres

DAY = date(2026, 11, 24)
SHELF = Shelf(DAY, "openai", "shoes")
ACCOUNT = Account("shoes", DAY, day_usd=100.0)
CANARY = "s3cr3t-canary-7f"
SPEC = CallSpec("p1", "p1", "v1", "Which shoes?", "discovery", None, "en", False, 0, "m")  # noqa: FBT003


def entry(number: int) -> JournalEntry:
    spec = replace(SPEC, repeat=number)
    return JournalEntry(
        call_id("shoes", DAY, "e1", spec), "shoes", DAY, "openai", "e1", PLANNED, spec, position=number
    )


def send(number: int) -> Sending:
    return Sending(entry(number).call_id, 0.25, "run-1")


def settle(number: int) -> Settling:
    return Settling(entry(number).call_id, "a" * 64, cost_usd=0.2, reserved_usd=0.25)


@pytest.fixture(autouse=True)
def no_engine_is_left() -> Iterator[None]:
    yield
    close_engines()


@pytest.fixture(scope="module")
def victim() -> Iterator[Postgres]:
    """Start one server for all tests that kill it: making one takes longer than the tests."""
    folder = Path(tempfile.mkdtemp(prefix="brand-monitor-"))
    folder.chmod(0o755)  # root starts it as another user
    started = start_or_skip(Postgres(folder / "postgres"))
    yield started
    started.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(victim: Postgres) -> Postgres:
    victim.start()
    forget(victim.url)
    return victim


def journal_on(url: str, *, patience: float = 30.0, plan: int = 20) -> Journal:
    journal = Journal(open_engine(url), patience_seconds=patience)
    journal.open_account(ACCOUNT)
    journal.plan([entry(number) for number in range(plan)])
    return journal


@pytest.fixture
def shared(postgres: Postgres) -> Iterator[str]:
    with empty_database(postgres, "journal_faults") as url:
        yield url


def states(journal: Journal) -> list[str]:
    return [one.state for one in journal.entries(SHELF)]


def test_a_server_that_is_killed_among_the_commits_loses_none_and_makes_none_twice(server: Postgres) -> None:
    journal = journal_on(server.url)
    half = Event()

    def ask() -> None:
        for number in range(20):
            assert journal.commit([send(number)], ACCOUNT) == set()
            assert journal.commit([settle(number)], ACCOUNT) == set()
            if number == 8:
                half.set()

    with ThreadPoolExecutor(1) as pool, journal.exclusive("shoes"):
        asking = pool.submit(ask)
        half.wait()
        server.kill()
        server.start()
        asking.result()
    found = list(journal.entries(SHELF))
    assert [one.state for one in found] == [RECEIVED] * 20
    assert [one.attempts for one in found] == [1] * 20  # a commit made twice would count two
    assert journal.spent(ACCOUNT) == pytest.approx((20 * 0.2, 0.0))


def test_a_commit_whose_answer_was_lost_is_found_again_and_not_repeated(shared: str) -> None:
    """The server commits, and the connection breaks before it can say so."""
    journal = journal_on(shared, plan=1)
    engine = journal._engine
    lost: list[str] = []

    def commit_and_lose(dialect: Any, connection: Any) -> None:
        real(connection)
        if not lost:
            lost.append("once")
            raise dialect.loaded_dbapi.OperationalError("server closed the connection unexpectedly")

    real = engine.dialect.do_commit
    engine.dialect.do_commit = lambda connection: commit_and_lose(engine.dialect, connection)
    try:
        assert journal.commit([send(0)], ACCOUNT) == set()
    finally:
        engine.dialect.do_commit = real
    [found] = journal.entries(SHELF)
    assert (lost, found.state, found.attempts) == (["once"], SENT, 1)


def test_a_plan_that_a_crash_interrupts_is_whole_afterwards(server: Postgres) -> None:
    journal = journal_on(server.url, plan=0)
    begun = Event()

    def entries() -> Iterator[JournalEntry]:
        for number in range(12_000):
            if number == 6_000:  # the first batch is written, the second is being made
                begun.set()
            yield entry(number)

    with ThreadPoolExecutor(1) as pool:
        planning = pool.submit(journal.plan, entries())
        begun.wait()
        server.kill()
        server.start()
        assert planning.result() == 12_000
    assert journal.count(SHELF) == 12_000


def test_a_server_that_stays_away_is_named_after_a_while_and_what_was_written_is_kept(
    server: Postgres,
) -> None:
    journal = journal_on(server.url, patience=0.3)
    journal.commit([send(0)], ACCOUNT)
    server.kill()
    with pytest.raises(
        StorageError, match=rf"PostgreSQL 127.0.0.1:{server.port}/postgres: writing the journal"
    ):
        journal.commit([send(1)], ACCOUNT)
    server.start()
    assert states(journal)[:2] == [SENT, PLANNED]


def test_a_refused_connection_is_said_at_once() -> None:
    with pytest.raises(
        StorageError, match=r"127\.0\.0\.1:1/d: opening the journal failed .*Connection refused"
    ):
        open_engine(f"postgresql+psycopg://u:{CANARY}@127.0.0.1:1/d")


@pytest.mark.parametrize("fault", ["password", "user", "database"])
def test_a_wrong_login_is_for_a_person_and_never_shows_the_password(
    shared: str, fault: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    address = make_url(shared)
    wrong = {
        "password": address.set(password=CANARY),
        "user": address.set(username="nobody", password=CANARY),
        "database": address.set(database="nothing"),
    }[fault]
    with pytest.raises(SetupError, match="correct DATABASE_URL") as failure:
        open_engine(wrong.render_as_string(hide_password=False))
    chain: BaseException | None = failure.value
    while chain is not None:
        assert CANARY not in f"{chain!r} {chain}"
        chain = chain.__cause__ or chain.__context__
    said = capfd.readouterr()
    assert CANARY not in caplog.text + said.out + said.err + repr(postgresql._ENGINES)


def test_a_password_that_changes_while_a_run_goes_on_is_read_again(
    shared: str, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAND_MONITOR_SECRETS_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    address = make_url(shared).set(username="rotating", password="first")

    def mount(password: str) -> None:
        url = address.set(password=password).render_as_string(hide_password=False)
        (tmp_path / "DATABASE_URL").write_text(url)

    with psycopg.connect(shared, autocommit=True) as admin:
        admin.execute(b"DROP ROLE IF EXISTS rotating")
        admin.execute(b"CREATE ROLE rotating LOGIN SUPERUSER PASSWORD 'first'")
        mount("first")
        journal = open_journal(current_settings(tmp_path), migrates=True)
        journal.plan([entry(0)])
        admin.execute(b"ALTER ROLE rotating PASSWORD 'second'")
        mount("second")
        admin.execute(
            b"SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity WHERE usename = 'rotating'"
        )
        assert journal.count(SHELF) == 1


def take_all(server: Postgres, number: int) -> list[psycopg.Connection]:
    """Take every connection of a server, as those of others come free."""
    taken: list[psycopg.Connection] = []
    while len(taken) < number:
        with suppress(psycopg.OperationalError):
            taken.append(psycopg.connect(server.url))
    return taken


def test_a_server_without_a_free_connection_is_awaited_and_then_named(
    own_postgres: Callable[..., Postgres],
) -> None:
    server = own_postgres(settings={"max_connections": "8", "superuser_reserved_connections": "0"})
    journal = journal_on(server.url, patience=20, plan=1)
    journal._engine.dispose()  # this process holds none of them
    others = take_all(server, 8)
    freeing = Thread(target=lambda: (Event().wait(0.3), [one.close() for one in others]))
    freeing.start()
    assert journal.count(SHELF) == 1
    freeing.join()
    journal._engine.dispose()
    others = take_all(server, 8)
    with pytest.raises(StorageError, match=r"too many clients.*DATABASE_POOL_SIZE"):
        Journal(journal._engine, patience_seconds=0.1).count(SHELF)
    for one in others:
        one.close()


def test_a_pool_that_is_used_up_names_its_settings(shared: str) -> None:
    engine = open_engine(shared, pool=Pool(1, 0))
    engine.pool._timeout = 0.1  # type: ignore[attr-defined]
    with engine.connect(), pytest.raises(StorageError, match="DATABASE_POOL_SIZE"):
        Journal(engine).count(SHELF)


def test_a_read_only_server_is_named_as_such(shared: str) -> None:
    journal = journal_on(shared, plan=1)
    with psycopg.connect(shared, autocommit=True) as admin:
        admin.execute(b"ALTER DATABASE journal_faults SET default_transaction_read_only = on")
        try:
            journal._engine.dispose()
            with pytest.raises(StorageError, match="read-only"):
                journal.commit([send(0)], ACCOUNT)
        finally:
            admin.execute(b"SET default_transaction_read_only = off")
            admin.execute(b"ALTER DATABASE journal_faults RESET default_transaction_read_only")
    journal._engine.dispose()
    assert states(journal) == [PLANNED]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a disk that is nearly full")
def test_a_full_disk_is_named_loses_nothing_and_is_used_again_when_there_is_room(
    own_postgres: Callable[..., Postgres],
) -> None:
    disk = Path(tempfile.mkdtemp(prefix="brand-monitor-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=110m,mode=755", "tmpfs", str(disk)], check=True)
    try:
        server = own_postgres(disk, settings={"min_wal_size": "32MB", "max_wal_size": "32MB"})
        journal = journal_on(server.url, patience=5, plan=10)
        filler = disk / "filler"
        room = os.statvfs(disk)
        filler.write_bytes(b"x" * max(0, room.f_bavail * room.f_frsize - 1_000_000))
        with pytest.raises(StorageError, match="PostgreSQL 127"):
            journal.plan(entry(number) for number in range(10, 30_000))
        filler.unlink()
        server.kill()  # a full disk may have stopped it
        server.start()
        assert states(journal)[:10] == [PLANNED] * 10
        assert journal.plan(entry(number) for number in range(10, 6_000)) >= 0
        assert journal.count(SHELF) >= 6_000
        close_engines()
        server.kill()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()


def test_a_server_that_stands_still_beyond_the_time_out_is_named(server: Postgres) -> None:
    journal = journal_on(f"{server.url}?connect_timeout=2", patience=0.0, plan=1)
    journal._engine.dispose()
    server.pause()
    try:
        with pytest.raises(StorageError, match=r"counting calls failed .*time"):
            journal.count(SHELF)
    finally:
        server.resume()
    assert journal.count(SHELF) == 1


def test_a_statement_beyond_its_time_out_is_named(shared: str) -> None:
    transactions = Transactions(open_engine(shared))

    def sleep(connection: Connection) -> None:
        connection.execute(text("SET LOCAL statement_timeout = '50ms'"))
        connection.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(StorageError, match=r"sleeping failed .*statement timeout"):
        transactions.write("sleeping", sleep)


def test_two_transactions_that_block_each_other_both_come_through(shared: str) -> None:
    journal_on(shared, plan=2)
    transactions, both = Transactions(open_engine(shared)), Barrier(2)
    met: set[int] = set()

    def add_to(first: int, second: int) -> int:
        def work(connection: Connection) -> int:
            for place, number in enumerate((first, second)):
                statement = text("UPDATE calls SET attempts = attempts + 1 WHERE call_id = :id")
                connection.execute(statement, {"id": entry(number).call_id})
                if place == 0 and first not in met:
                    met.add(first)
                    both.wait()
            return first

        return transactions.write("adding", work)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add_to, (0, 1), (1, 0))) == [0, 1]
    with psycopg.connect(shared) as reader:
        assert reader.execute(b"SELECT attempts FROM brand_monitor.calls").fetchall() == [(2,), (2,)]


def test_what_cannot_be_serialized_is_done_again_and_then_given_up(shared: str) -> None:
    journal_on(shared, plan=1)
    transactions = Transactions(open_engine(shared).execution_options(isolation_level="REPEATABLE READ"))
    tries: list[int] = []

    def lose(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text("SELECT count(*) FROM calls"))
        with psycopg.connect(shared) as other:
            other.execute(b"UPDATE brand_monitor.calls SET attempts = attempts + 1")
        connection.execute(text("UPDATE calls SET attempts = 0"))

    with pytest.raises(StorageError, match="again and again"):
        transactions.write("counting", lose)
    assert len(tries) == 6


def test_a_row_that_breaks_a_rule_writes_nothing_and_shows_no_row(shared: str) -> None:
    journal = journal_on(shared, plan=0)
    secret = "x" * 40  # a state holds 16 letters
    for count in (3, 300):  # by INSERT and by COPY
        with pytest.raises(SchemaViolationError, match="planning calls broke a rule") as failure:
            journal.plan([*map(entry, range(count)), replace(entry(count), state=secret)])
        assert secret not in str(failure.value)
    assert journal.count(SHELF) == 0


def test_two_runs_cannot_ask_the_same_partition_from_two_connections(shared: str) -> None:
    first, second = journal_on(shared), Journal(open_engine(shared))
    with (
        first.exclusive("shoes"),
        pytest.raises(TransientFailure, match="shoes is in use"),
        second.exclusive("shoes"),
    ):
        pass
    with second.exclusive("shoes"):
        pass


def test_a_run_whose_lock_was_lost_and_taken_sends_nothing_more_but_keeps_what_came(shared: str) -> None:
    mine, other = journal_on(shared), Journal(open_engine(shared))
    with mine.exclusive("shoes"):
        mine.commit([send(0)], ACCOUNT)
        with psycopg.connect(shared, autocommit=True) as admin:
            lock = b"SELECT pg_terminate_backend(pid, 9000) FROM pg_locks WHERE locktype = 'advisory'"
            assert admin.execute(lock).fetchall()
        with other.exclusive("shoes"):
            pass
        with pytest.raises(StorageError, match="another run took the lock"):
            mine.commit([settle(0), send(1)], ACCOUNT)
    assert states(mine)[:2] == [RECEIVED, PLANNED]


def test_a_lock_that_was_lost_and_not_taken_is_taken_again(shared: str) -> None:
    mine, other = journal_on(shared), Journal(open_engine(shared))
    with mine.exclusive("shoes"):
        with psycopg.connect(shared, autocommit=True) as admin:
            admin.execute(b"SELECT pg_terminate_backend(pid, 9000) FROM pg_locks WHERE locktype = 'advisory'")
        assert mine.commit([send(1)], ACCOUNT) == set()
        with pytest.raises(TransientFailure), other.exclusive("shoes"):
            pass


def test_every_failure_is_one_of_ours(server: Postgres) -> None:
    journal = journal_on(server.url, patience=0.0)
    server.kill()
    calls: list[Callable[[], object]] = [
        lambda: journal.plan([entry(99)]),
        lambda: journal.recover(SHELF),
        lambda: list(journal.pending(SHELF)),
        lambda: list(journal.payloads()),
        lambda: journal.spent(ACCOUNT),
        lambda: journal.parameters.of("openai", "m"),
        lambda: journal.exclusive("x").__enter__(),
    ]
    for call in calls:
        with pytest.raises(BrandMonitorError, match="PostgreSQL 127"):
            call()
