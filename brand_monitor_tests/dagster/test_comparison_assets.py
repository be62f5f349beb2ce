"""Comparisons in the asset graph: windows are read back over days that the partition does not name."""

from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.build import build_defs
from brand_monitor.deployment import Settings
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import day_engine_key
from brand_monitor_tests.unit.domain.market_frames import DAY, Market, brand_frame

# Dagster warns of its own code where one resource depends on another.
pytestmark = pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning")

PROMPTS = [f"p{n}" for n in range(10)]
MONITOR = {
    "version": 1,
    "id": "shoes",
    "market": "Shoes",
    "brands": [
        {"id": "larkstride", "name": "Larkstride", "role": "own"},
        {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "p", "text": "Which shoes?"}],
    "engines": [{"id": "alone", "family": "openai", "model": "gpt-5-mini"}],
}


@pytest.fixture
def lake(settings: Settings) -> Lake:
    """A lake with two days, a week apart: nobody, then everybody names the own brand."""
    settings.monitors_dir.mkdir(parents=True)
    (Path(settings.monitors_dir) / "shoes.yaml").write_text(yaml.safe_dump(MONITOR))
    lake = Lake(FolderStore(settings.lake_dir))
    for ago, named in ((7, ("nike",)), (0, ("larkstride", "nike"))):
        market = Market(day=DAY - timedelta(days=ago))
        for prompt in PROMPTS:
            market.ask(prompt, *named, family="openai", surface="api")
        for table, frame in (("raw/answers", market.answers), ("core/answer_mentions", market.mentions)):
            lake.publish(table, frame, partition=Partition(market.day, "openai"), monitors=["shoes"])
    lake.publish("seed/brands", brand_frame(), partition=Partition(), monitors=["shoes"])
    return lake


def materialized(settings: Settings, table: str) -> None:
    defs = build_defs("ci", settings=settings)
    keys = [asset for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition)]
    result = dg.materialize(
        keys,
        selection=[dg.AssetKey(table.split("/"))],
        resources=defs.resources,
        partition_key=day_engine_key(DAY, "openai"),
    )
    assert result.success


def test_the_week_before_is_found_and_the_change_is_published(settings: Settings, lake: Lake) -> None:
    materialized(settings, "metrics/changes")
    frame = lake.read("metrics/changes", [Partition(DAY, "openai")], monitors=["shoes"])
    week = frame.filter(window_days=7, metric="visibility", brand_id="larkstride").row(0, named=True)
    assert (week["before"], week["after"], week["verdict"]) == (0.0, 1.0, "moved")
    day = frame.filter(window_days=1, metric="visibility", brand_id="larkstride").row(0, named=True)
    assert (day["verdict"], day["reason"]) == ("insufficient_data", "no_answers_before")


def test_rivals_are_compared_in_the_same_answers(settings: Settings, lake: Lake) -> None:
    materialized(settings, "metrics/brand_contrasts")
    frame = lake.read("metrics/brand_contrasts", [Partition(DAY, "openai")], monitors=["shoes"])
    hoka = frame.filter(window_days=1, rival_id="hoka").row(0, named=True)
    assert (hoka["only_brand"], hoka["verdict"]) == (10, "ahead")
