"""The tables of the journal come from every earlier version to this one and back, on both databases."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from brand_monitor.backends.tables import migrating
from brand_monitor.backends.tables.engine import connect, open_engine
from brand_monitor.backends.tables.entries import FAILED, RECEIVED, UNKNOWN
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.migrating import HEAD, REVISIONS, VERSION_TABLE, configuration
from brand_monitor.backends.tables.postgresql import SCHEMA
from brand_monitor.backends.tables.schema import METADATA
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.deployment import Settings
from brand_monitor.failures import SetupError
from brand_monitor_tests.contract.stores import KINDS, settings_of

DAY = date(2026, 11, 24)
SHELF = Shelf(DAY, "openai", "shoes")
#: A call as the first version wrote it.
FIRST_SPEC = {
    "prompt_id": "p1",
    "prompt_version": "v1",
    "prompt_text": "Which 'shoes'?",
    "intent": "discovery",
    "persona": None,
    "locale": "en",
    "is_branded": False,
    "repeat": 0,
    "model": "m",
    "temperature": 0.7,
    "max_tokens": 20,
    "seed": 7,
}
EARLIER = list(REVISIONS)[:-1]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with settings_of(request.param, request, tmp_path) as of_store:
        yield of_store


@pytest.fixture
def engine(store: Settings) -> Engine:
    return connect(store.journal_url)


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return migrating.revision_of(connection)


def columns(engine: Engine) -> dict[str, set[tuple[str, str, bool]]]:
    found = inspect(engine)
    schema = SCHEMA if engine.dialect.name == "postgresql" else None
    return {
        table: {
            (column["name"], str(column["type"]).partition("(")[0], bool(column["nullable"]))
            for column in found.get_columns(table, schema=schema)
        }
        for table in found.get_table_names(schema=schema)
    }


def insert_first_calls(engine: Engine) -> None:
    rows = [("a", RECEIVED, 1), ("b", FAILED, 3), ("c", UNKNOWN, 1)]
    statement = text(
        "INSERT INTO calls (call_id, monitor_id, date, engine, engine_id, state, spec, attempts, is_reasked, "
        "planned_at) VALUES (:call_id, 'shoes', :day, 'openai', 'e1', :state, :spec, :attempts, :no, :now)"
    )
    with engine.begin() as connection:
        for call_id, state, attempts in rows:
            now: Any = datetime(2026, 11, 24, 8, tzinfo=UTC)
            values = {
                "call_id": call_id,
                "state": state,
                "attempts": attempts,
                "spec": json.dumps(FIRST_SPEC),
            }
            if engine.dialect.name == "sqlite":
                now = now.replace(tzinfo=None).isoformat(" ")
            day = DAY.isoformat() if engine.dialect.name == "sqlite" else DAY
            connection.execute(statement, values | {"day": day, "no": False, "now": now})


def forget_the_revision(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))


@pytest.mark.parametrize("earlier", EARLIER)
def test_every_earlier_revision_comes_up_and_goes_back(engine: Engine, earlier: str) -> None:
    migrating.upgrade(engine, earlier)
    assert revision(engine) == earlier
    before = columns(engine)
    migrating.upgrade(engine)
    assert revision(engine) == HEAD
    migrating.downgrade(engine, earlier)
    assert (revision(engine), columns(engine)) == (earlier, before)
    migrating.upgrade(engine)
    assert set(columns(engine)) == {*METADATA.tables, VERSION_TABLE}


def test_migrations_end_where_a_new_store_begins(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    for path in ("migrated", "made at once"):
        if path == "migrated":
            migrating.upgrade(engine, "0001")
        migrating.upgrade(engine)
        with engine.connect() as connection:
            options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, METADATA) == [], path
        if path == "migrated":
            migrating.downgrade(engine, "base")
            assert set(columns(engine)) == {VERSION_TABLE}


def test_the_list_of_revisions_is_alembics_own(engine: Engine) -> None:
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection))
    assert [script.revision for script in scripts.walk_revisions()] == list(REVISIONS)[::-1]


@pytest.mark.parametrize("earlier", EARLIER)
def test_a_store_that_kept_no_revision_is_recognised_and_upgraded(
    store: Settings, engine: Engine, earlier: str
) -> None:
    migrating.upgrade(engine, earlier)
    insert_first_calls(engine) if earlier == "0001" else None
    forget_the_revision(engine)
    assert revision(open_engine(store.journal_url)) == HEAD


def test_what_the_first_version_asked_is_still_known(store: Settings, engine: Engine) -> None:
    migrating.upgrade(engine, "0001")
    insert_first_calls(engine)
    forget_the_revision(engine)
    journal = Journal(open_engine(store.journal_url))
    found = {one.call_id: one for one in journal.entries(SHELF)}
    assert {name: one.state for name, one in found.items()} == {"a": RECEIVED, "b": FAILED, "c": UNKNOWN}
    assert found["a"].spec.prompt_text == "Which 'shoes'?"
    assert found["a"].spec.prompt_family == "p1"
    assert [one.call_id for one in journal.pending(SHELF)] == ["c"]  # b failed for good, c is sent once more


def test_going_back_keeps_the_answers(engine: Engine) -> None:
    migrating.upgrade(engine, "0001")
    insert_first_calls(engine)
    migrating.upgrade(engine)
    migrating.downgrade(engine, "0001")
    with engine.connect() as connection:
        specs = connection.execute(text("SELECT spec FROM calls ORDER BY call_id")).scalars().all()
    assert [json.loads(one) if isinstance(one, str) else one for one in specs] == [FIRST_SPEC] * 3


def test_going_back_refuses_to_turn_experiments_into_answers(engine: Engine) -> None:
    migrating.upgrade(engine, "0001")
    insert_first_calls(engine)
    migrating.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE calls SET purpose = 'experiment'"))
    with pytest.raises(SetupError, match="3 calls of canaries and experiments"):
        migrating.downgrade(engine, "0001")
    assert revision(engine) == HEAD  # the whole way back is one transaction


def test_the_version_before_goes_on_writing_to_the_new_tables(engine: Engine) -> None:
    migrating.upgrade(engine)
    insert_first_calls(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM calls WHERE purpose = 'answer'")).scalar() == 3


def test_a_store_of_a_later_version_is_used_as_long_as_it_has_every_column(
    engine: Engine, store: Settings
) -> None:
    migrating.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    open_engine(store.journal_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE leases DROP COLUMN token"))
    with pytest.raises(SetupError, match=r"leases.*later version \(revision 9999\) and lacks token"):
        open_engine(store.journal_url)


def test_where_nobody_asked_for_it_no_table_of_a_server_is_touched(engine: Engine, store: Settings) -> None:
    if engine.dialect.name == "sqlite":
        open_engine(store.journal_url, migrates=False)
        assert revision(engine) == HEAD  # an embedded store has nobody who would run a command
        return
    with pytest.raises(SetupError, match=r"holds no tables.*brand-monitor db upgrade"):
        open_engine(store.journal_url, migrates=False)
    migrating.upgrade(engine, "0002")
    with pytest.raises(SetupError, match="has revision 0002, and this version needs"):
        open_engine(store.journal_url, migrates=False)
    assert revision(engine) == "0002"


@pytest.mark.parametrize("start", [None, "0001"])
def test_processes_that_migrate_at_once_do_it_once(
    engine: Engine, store: Settings, start: str | None
) -> None:
    if start:
        migrating.upgrade(engine, start)
    code = "import sys; from brand_monitor.backends.tables.engine import open_engine; open_engine(sys.stdin.read())"
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [process.communicate(store.journal_url, timeout=120)[1] for process in racing]
    assert [process.returncode for process in racing] == [0, 0, 0], said
    assert revision(engine) == HEAD


def test_a_store_made_without_migrations_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    engine = connect(f"sqlite:///{path}")
    METADATA.create_all(engine, [table for table in METADATA.sorted_tables if table.name != "leases"])
    assert revision(engine) == "0003"
    open_engine(f"sqlite:///{path}")
    with sqlite3.connect(path) as raw:
        assert raw.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [(HEAD,)]
    raw.close()
