"""The asset and the job that publish marts, on a real PostgreSQL and without one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.warehouse.interface import PUBLISHED, Warehouse
from brand_monitor.backends.warehouse.resource import Warehouses, open_warehouse
from brand_monitor.defs.marts import publications, rebuild_marts
from brand_monitor.deployment import current_settings
from brand_monitor.io_managers.dagster_io import LakeIOManager
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import DAILY
from brand_monitor_tests.contract.stores import empty_database
from brand_monitor_tests.contract.test_warehouse import frame_of
from tools.servers.postgres import Postgres

DAY = date(2026, 11, 24)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(FolderStore(tmp_path / "lake"))
    for table in PUBLISHED:
        frame = frame_of(table, DAY, "tea", 3).with_columns(
            segment=pl.lit("non_branded"), n=pl.lit(3), metric=pl.lit("visibility")
        )
        if "window_days" in frame.columns:
            frame = frame.with_columns(window_days=pl.lit(7, pl.Int64))
        lake.write(table, frame, partition=Partition(DAY), monitor_id="tea")
    return lake


@pytest.fixture
def served(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with empty_database(postgres, "published_marts") as url:
        (tmp_path / ".env").write_text(f"DATABASE_URL={url}\n")
        yield open_warehouse(current_settings(tmp_path), migrates=True)


def publish(lake: Lake, home: Path) -> pl.DataFrame:
    marts = [
        dg.AssetSpec(table.split("/"), partitions_def=DAILY).with_io_manager_key("lake_io")
        for table in PUBLISHED
    ]
    result = dg.materialize(
        [publications, *marts],
        partition_key=DAY.isoformat(),
        resources={
            "lake_io": LakeIOManager(lake, ["tea"]),
            "monitors": dg.ResourceDefinition.hardcoded_resource({"tea": None}),
            "warehouse": Warehouses(home=str(home)),
        },
        selection=[publications],
    )
    assert result.success
    return lake.read("marts/publications", [Partition(DAY)])


def test_a_day_is_published_and_its_receipt_says_what_is_held(
    lake: Lake, served: Warehouse, tmp_path: Path
) -> None:
    receipt = publish(lake, tmp_path)
    assert receipt.select("collection", "rows").rows() == [
        ("daily_brand_metrics", 3),
        ("window_brand_metrics", 3),
    ]
    for table in PUBLISHED:
        assert served.day(table, DAY, ["tea"]).height == 3


def test_all_days_are_published_again_from_the_lake(lake: Lake, served: Warehouse, tmp_path: Path) -> None:
    result = rebuild_marts.execute_in_process(
        resources={
            "lake": dg.ResourceDefinition.hardcoded_resource(lake),
            "warehouse": Warehouses(home=str(tmp_path)),
        }
    )
    assert result.success
    assert served.day(PUBLISHED[0], DAY, ["tea"]).height == 3


def test_without_a_server_the_receipt_is_empty(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert publish(lake, tmp_path).is_empty()
