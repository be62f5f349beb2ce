"""The published marts equal the lake, whatever happened to it, and a reader never sees half of a day."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import polars as pl
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.backends.checksums import frame_checksum
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.warehouse.embedded import NoWarehouse
from brand_monitor.backends.warehouse.interface import PUBLISHED, Marts, Warehouse
from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse
from brand_monitor.backends.warehouse.resource import open_warehouse
from brand_monitor.deployment import Settings
from brand_monitor.failures import DamagedProjectionError, SetupError, UnknownNameError
from brand_monitor.schemas.registry import empty_frame, polars_schema
from brand_monitor_tests.contract.stores import empty_database
from brand_monitor_tests.faults.unreliable import Unreliable, until_it_succeeds
from tools.servers.postgres import Postgres

DAILY, WINDOWS = PUBLISHED
START = date(2026, 11, 1)
NASTY = ["plain", "", "o'brien", 'a "quoted" name', "x,y", "line\nbreak", "\\N", "NULL", "{é}", "100%", "\\"]


def frame_of(table: str, day: date, monitor_id: str, rows: int, seed: int = 0) -> pl.DataFrame:
    """Return rows with every kind of value that a column may hold."""

    def value(kind: Any, row: int) -> Any:
        number = row * 7 + seed
        values = {
            pl.String: NASTY[number % len(NASTY)],
            pl.Float64: [0.1 + number, None, float("inf"), -1e-300][number % 4],
            pl.Int64: number,
            pl.Boolean: number % 2 == 0,
            pl.List: [[], ["small_n", NASTY[number % len(NASTY)]], [""]][number % 3],
        }
        return next(held for of, held in values.items() if kind == of)

    fixed = {"date": day, "monitor_id": monitor_id, "metric": "visibility", "subject_kind": "brand"}
    schema = polars_schema(table)
    records = [
        {name: fixed[name] if name in fixed else value(kind, row) for name, kind in schema.items()}
        for row in range(rows)
    ]
    return pl.DataFrame(records, schema=schema)


def marts_of(day: date, monitor_id: str, rows: int, seed: int = 0) -> Marts:
    return {table: frame_of(table, day, monitor_id, rows, seed) for table in PUBLISHED}


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    with empty_database(postgres, "warehouse_contract") as url:
        yield url


@pytest.fixture
def warehouse(database: str) -> Warehouse:
    return PostgresWarehouse(open_engine(database), migrates=True)


def held(warehouse: Warehouse, day: date, monitors: list[str]) -> dict[str, str]:
    return {table: frame_checksum(warehouse.day(table, day, monitors)) for table in PUBLISHED}


def test_what_was_published_reads_back_exactly(warehouse: Warehouse) -> None:
    marts = marts_of(START, "tea", 60)
    warehouse.replace_day(START, ["tea"], marts)
    for table, frame in marts.items():
        assert frame_checksum(warehouse.day(table, START, ["tea"])) == frame_checksum(frame)


def test_a_day_is_replaced_for_its_monitors_and_nothing_else(warehouse: Warehouse) -> None:
    for day in (START, START + timedelta(days=1)):
        for monitor in ("tea", "coffee"):
            warehouse.replace_day(day, [monitor], marts_of(day, monitor, 3))
    warehouse.replace_day(START, ["tea"], marts_of(START, "tea", 1, seed=5))
    assert warehouse.day(DAILY, START, ["tea"]).height == 1
    assert warehouse.day(DAILY, START, ["coffee"]).height == 3
    assert warehouse.day(DAILY, START + timedelta(days=1), ["tea", "coffee"]).height == 6


def test_publishing_the_same_again_changes_nothing(warehouse: Warehouse) -> None:
    marts = marts_of(START, "tea", 5)
    warehouse.replace_day(START, ["tea"], marts)
    before = held(warehouse, START, ["tea"])
    warehouse.replace_day(START, ["tea"], marts)
    assert held(warehouse, START, ["tea"]) == before


def test_a_day_without_rows_is_published_as_such(warehouse: Warehouse) -> None:
    warehouse.replace_day(START, ["tea"], marts_of(START, "tea", 4))
    warehouse.replace_day(START, ["tea"], {table: empty_frame(table) for table in PUBLISHED})
    assert warehouse.day(DAILY, START, ["tea"]).is_empty()


def test_a_text_that_the_server_cannot_store_loses_that_letter_only(warehouse: Warehouse) -> None:
    frame = frame_of(DAILY, START, "tea", 1).with_columns(brand=pl.lit("a\x00b"))
    warehouse.replace_day(START, ["tea"], {DAILY: frame})
    assert warehouse.day(DAILY, START, ["tea"])["brand"].to_list() == ["a\N{REPLACEMENT CHARACTER}b"]


def test_a_reader_sees_the_old_day_or_the_new_one(warehouse: Warehouse, database: str) -> None:
    """Counts both marts in one statement while a writer swaps days of two sizes: never a mixture."""
    sizes = (40, 90)
    warehouse.replace_day(START, ["tea"], marts_of(START, "tea", sizes[0]))
    stop, seen = Event(), set()

    def write() -> None:
        for number in range(12):
            warehouse.replace_day(START, ["tea"], marts_of(START, "tea", sizes[number % 2], seed=number))
        stop.set()

    writer = Thread(target=write)
    writer.start()
    count = b"SELECT (SELECT count(*) FROM marts.daily_brand_metrics), (SELECT count(*) FROM marts.window_brand_metrics)"
    with psycopg.connect(database, autocommit=True) as reader:
        while not stop.is_set():
            seen.add(reader.execute(count).fetchone())
    writer.join()
    assert seen <= {(size, size) for size in sizes}


def test_two_runs_that_publish_the_same_day_leave_one_of_them(warehouse: Warehouse) -> None:
    both = [marts_of(START, "tea", 30, seed=1), marts_of(START, "tea", 50, seed=2)]
    threads = [Thread(target=warehouse.replace_day, args=(START, ["tea"], marts)) for marts in both * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = held(warehouse, START, ["tea"])
    assert found in [{table: frame_checksum(frame) for table, frame in marts.items()} for marts in both]


class Days:
    """A lake in memory: marts by day and monitor."""

    def __init__(self) -> None:
        self.held: dict[tuple[date, str], Marts] = {}

    def read(self) -> Iterator[tuple[date, Marts]]:
        for day in sorted({day for day, _ in self.held}):
            found = [marts for (of, _), marts in self.held.items() if of == day]
            yield day, {table: pl.concat([marts[table] for marts in found]) for table in PUBLISHED}


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "derive again", "delete"]),
        st.integers(0, 3),
        st.sampled_from(["tea", "coffee"]),
        st.integers(0, 9),
    ),
    min_size=3,
    max_size=14,
)


@pytest.fixture(scope="module")
def random_warehouse(postgres: Postgres) -> Iterator[Warehouse]:
    with empty_database(postgres, "warehouse_random") as url:
        yield PostgresWarehouse(open_engine(url), migrates=True)


@settings(max_examples=12)
@given(operations=OPERATIONS)
def test_day_by_day_and_a_rebuild_come_to_the_same(
    random_warehouse: Warehouse, operations: list[Any]
) -> None:
    lake, days = Days(), [START + timedelta(days=number) for number in range(4)]
    random_warehouse.replace_all(lambda: iter([]))
    for operation, number, monitor, seed in operations:
        day = days[number]
        if operation == "delete":
            lake.held.pop((day, monitor), None)
            marts: Marts = {table: empty_frame(table) for table in PUBLISHED}
        else:
            marts = lake.held[day, monitor] = marts_of(day, monitor, 1 + seed, seed)
        random_warehouse.replace_day(day, [monitor], marts)
    everyone = ["tea", "coffee"]
    grown = [held(random_warehouse, day, everyone) for day in days]
    written = random_warehouse.replace_all(lake.read)
    assert [held(random_warehouse, day, everyone) for day in days] == grown
    assert written[DAILY] == sum(marts[DAILY].height for marts in lake.held.values())


def test_a_publisher_that_tries_again_after_every_accident_ends_with_the_same_marts(
    warehouse: Warehouse,
) -> None:
    dice, lake = random.Random(1), Days()
    methods = {"replace_day", "replace_all"}
    unreliable = Unreliable(warehouse, methods, refused=0.3, lost=0.3, doubled=0.3, seed=2)
    for seed in range(8):
        day, monitor = START + timedelta(days=dice.randrange(2)), dice.choice(["tea", "coffee"])
        marts = lake.held[day, monitor] = marts_of(day, monitor, dice.randrange(1, 5), seed)
        until_it_succeeds(partial(unreliable.replace_day, day, [monitor], marts))
    published = {day: held(warehouse, day, ["tea", "coffee"]) for day, _ in lake.read()}
    assert published == {
        day: {table: frame_checksum(frame) for table, frame in marts.items()} for day, marts in lake.read()
    }
    until_it_succeeds(partial(unreliable.replace_all, lake.read))
    assert {day: held(warehouse, day, ["tea", "coffee"]) for day, _ in lake.read()} == published
    assert set(unreliable.faults) == {"refused", "lost", "doubled"}


def test_a_rebuild_removes_what_the_lake_no_longer_holds(warehouse: Warehouse) -> None:
    warehouse.replace_day(START, ["gone"], marts_of(START, "gone", 3))
    warehouse.replace_all(lambda: [(START, marts_of(START, "tea", 2))])
    assert warehouse.day(DAILY, START, ["gone"]).is_empty()
    assert warehouse.day(DAILY, START, ["tea"]).height == 2


def test_a_rebuild_that_does_not_equal_the_lake_changes_nothing(warehouse: Warehouse, database: str) -> None:
    warehouse.replace_day(START, ["tea"], marts_of(START, "tea", 3))
    before = held(warehouse, START, ["tea"])
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(
            b"CREATE FUNCTION marts.spoil() RETURNS trigger LANGUAGE plpgsql AS "
            b"$$ BEGIN NEW.n := NEW.n + 1; RETURN NEW; END $$"
        )
        admin.execute(
            b"CREATE TRIGGER spoil BEFORE INSERT ON marts.daily_brand_metrics "
            b"FOR EACH ROW EXECUTE FUNCTION marts.spoil()"
        )
    with pytest.raises(DamagedProjectionError, match="other than the 2 of the lake"):
        warehouse.replace_all(lambda: [(START, marts_of(START, "tea", 2))])
    assert held(warehouse, START, ["tea"]) == before


def test_a_later_version_adds_its_columns_and_says_so_where_it_may_not(database: str) -> None:
    engine = open_engine(database)
    with pytest.raises(SetupError, match=r"marts/daily_brand_metrics.*brand-monitor db upgrade"):
        PostgresWarehouse(engine, migrates=False)
    PostgresWarehouse(engine, migrates=True)
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(b"DROP VIEW marts.latest_brand_metrics, marts.visibility_by_day")
        admin.execute(b"ALTER TABLE marts.daily_brand_metrics DROP COLUMN role")
    with pytest.raises(SetupError, match="lacks columns of marts/daily_brand_metrics"):
        PostgresWarehouse(engine, migrates=False)
    warehouse = PostgresWarehouse(engine, migrates=True)
    warehouse.replace_day(START, ["tea"], marts_of(START, "tea", 2))
    assert warehouse.day(DAILY, START, ["tea"])["role"].null_count() == 0


def test_a_bi_tool_finds_every_table_column_and_view_explained(warehouse: Warehouse, database: str) -> None:
    query = (
        b"SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace "
        b"JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        b"WHERE s.nspname = 'marts' AND c.relkind = 'r' AND col_description(c.oid, a.attnum) IS NULL"
    )
    with psycopg.connect(database) as reader:
        assert reader.execute(query).fetchall() == []
        objects = reader.execute(
            b"SELECT c.relname, obj_description(c.oid) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace "
            b"WHERE s.nspname = 'marts' AND c.relkind IN ('r', 'v')"
        ).fetchall()
    assert {name for name, _ in objects} >= {
        "visibility_by_day",
        "share_of_voice_28_days",
        "latest_brand_metrics",
    }
    assert all(said for _, said in objects)


def test_views_show_what_their_names_say(warehouse: Warehouse, database: str) -> None:
    for number in range(2):
        day = START + timedelta(days=number)
        warehouse.replace_day(day, ["tea"], marts_of(day, "tea", 4 + number))
    with psycopg.connect(database) as reader:
        latest = reader.execute(b"SELECT min(date), count(*) FROM marts.latest_brand_metrics").fetchone()
        visible = reader.execute(b"SELECT count(*) FROM marts.visibility_by_day").fetchone()
    assert latest == (START + timedelta(days=1), 5)
    assert visible == (9,)


def test_without_a_server_nothing_is_published_and_nothing_fails(tmp_path: Path) -> None:
    warehouse = open_warehouse(Settings(tmp_path), migrates=False)
    assert isinstance(warehouse, NoWarehouse)
    warehouse.replace_day(START, ["tea"], marts_of(START, "tea", 2))
    assert warehouse.replace_all(lambda: [(START, marts_of(START, "tea", 2))]) == {}
    assert (warehouse.tables, warehouse.day(DAILY, START, ["tea"]).height) == ((), 0)
    with pytest.raises(UnknownNameError):
        warehouse.day("marts/nothing", START, ["tea"])
