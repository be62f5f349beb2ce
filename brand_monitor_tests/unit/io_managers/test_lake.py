"""The lake: typed tables, whole partitions, and errors that name what is missing."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.failures import MissingPartitionError, SchemaViolationError, UnknownNameError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.schemas.registry import REGISTRY, empty_frame, polars_schema
from brand_monitor_tests.mention_rows import DAY, TABLE, mentions


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(FolderStore(tmp_path))


def test_what_was_written_is_read_back(lake: Lake) -> None:
    lake.write(TABLE, mentions(), partition=Partition(DAY), monitor_id="shoes")
    assert lake.read(TABLE, [Partition(DAY)]).equals(mentions())


def test_the_path_says_table_day_engine_and_monitor(lake: Lake) -> None:
    key = lake.write(
        "raw/answers", empty_frame("raw/answers"), partition=Partition(DAY, "local"), monitor_id="shoes"
    )
    assert key == "raw/answers/date=2026-11-24/engine=local/monitor=shoes/manifest.json"


def test_writing_again_replaces_the_partition_of_that_monitor_only(lake: Lake) -> None:
    lake.write(TABLE, mentions(rows=3), partition=Partition(DAY), monitor_id="shoes")
    lake.write(TABLE, mentions(monitor_id="hats"), partition=Partition(DAY), monitor_id="hats")
    lake.write(TABLE, mentions("asics"), partition=Partition(DAY), monitor_id="shoes")
    found = lake.read(TABLE, [Partition(DAY)])
    assert sorted(found.select("monitor_id", "brand_id").rows()) == [("hats", "nike"), ("shoes", "asics")]


def test_a_missing_partition_is_named(lake: Lake) -> None:
    with pytest.raises(MissingPartitionError, match=r"core/page_mentions.*shoes.*date=2026-11-24"):
        lake.read(TABLE, [Partition(DAY)], monitors=["shoes"])


def test_an_empty_partition_is_not_a_missing_one(lake: Lake) -> None:
    lake.write(TABLE, empty_frame(TABLE), partition=Partition(DAY), monitor_id="shoes")
    assert lake.read(TABLE, [Partition(DAY)]).height == 0


def test_a_window_leaves_missing_days_out(lake: Lake) -> None:
    for day in (date(2026, 11, 20), DAY):
        lake.write(TABLE, mentions(date=day), partition=Partition(day), monitor_id="shoes")
    found = lake.read_window(TABLE, date(2026, 11, 18), DAY)
    assert found["date"].to_list() == [date(2026, 11, 20), DAY]
    assert lake.days(TABLE) == [date(2026, 11, 20), DAY]


def test_an_empty_window_has_the_columns_of_the_table(lake: Lake) -> None:
    assert lake.read_window(TABLE, DAY, DAY).schema == polars_schema(TABLE)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (mentions().drop("url"), "missing column.*url"),
        (mentions().with_columns(extra=1), "unknown column.*extra"),
        (mentions(kind="shouted"), "kind"),
        (mentions(start=-1), "start"),
        (mentions().with_columns(start=pl.lit("x")), "core/page_mentions"),
    ],
)
def test_a_frame_that_breaks_the_schema_is_not_written(lake: Lake, frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(SchemaViolationError, match=message):
        lake.write(TABLE, frame, partition=Partition(DAY), monitor_id="shoes")
    assert list(lake.store.list("")) == []


def test_an_unknown_table_lists_the_known_ones(lake: Lake) -> None:
    with pytest.raises(UnknownNameError, match="raw/answers"):
        lake.read("raw/anwsers", [Partition(DAY)])


def test_the_footer_names_the_run_that_wrote(lake: Lake) -> None:
    lake.write(
        TABLE, mentions(), partition=Partition(DAY), monitor_id="shoes", metadata={"dagster_run_id": "r1"}
    )
    assert lake.footer(TABLE, Partition(DAY), "shoes") == {"table": TABLE, "dagster_run_id": "r1"}


@pytest.mark.parametrize("table", sorted(REGISTRY))
def test_every_table_accepts_its_own_empty_frame(lake: Lake, table: str) -> None:
    lake.write(table, empty_frame(table), partition=Partition(), monitor_id="shoes")


@pytest.mark.parametrize("table", sorted(REGISTRY))
def test_every_table_and_column_says_what_it_means(table: str) -> None:
    model = REGISTRY[table]
    assert model.__doc__
    assert model.__doc__.startswith("One row per")
    assert all(column.description for column in model.to_schema().columns.values())
