"""Stability, drift and sources of scatter in the asset graph, over days that the partition does not name."""

from datetime import timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.build import build_defs
from brand_monitor.deployment import Settings
from brand_monitor.domain.metrics.brand_metrics import brand_metrics
from brand_monitor.golden import gold_file
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import day_engine_key
from brand_monitor.schemas.registry import empty_frame
from brand_monitor_tests.unit.domain.market_frames import DAY, Market, brand_frame

# Dagster warns of its own code where one resource depends on another.
pytestmark = pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning")

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
PROMPTS = [f"p{n}" for n in range(10)]


@pytest.fixture
def lake(settings: Settings) -> Lake:
    """A lake of 22 calm days: half of the prompts name the own brand in one of two repeats."""
    settings.monitors_dir.mkdir(parents=True)
    (Path(settings.monitors_dir) / "shoes.yaml").write_text(yaml.safe_dump(MONITOR))
    lake = Lake(FolderStore(settings.lake_dir))
    lake.publish("seed/brands", brand_frame(), partition=Partition(), monitors=["shoes"])
    for ago in range(21, -1, -1):
        market = Market(day=DAY - timedelta(days=ago))
        for number, prompt in enumerate(PROMPTS):
            for repeat in range(2):
                named = ("nike", "larkstride") if number % 2 and repeat else ("nike",)
                market.ask(prompt, *named, family="openai", surface="api", cited=("a.example/x",))
        tables = {
            "raw/answers": market.answers,
            "core/answer_mentions": market.mentions,
            "core/citations": market.citations,
            "metrics/brand_metrics": brand_metrics(
                market.answers, market.mentions, market.citations, brand_frame()
            ),
            "core/model_changes": empty_frame("core/model_changes"),
        }
        for table, frame in tables.items():
            lake.publish(table, frame, partition=Partition(market.day, "openai"), monitors=["shoes"])
    return lake


def materialized(settings: Settings, table: str, key: str) -> dict[str, object]:
    defs = build_defs("ci", settings=settings)
    keys = [asset for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition)]
    result = dg.materialize(
        keys,
        selection=[dg.AssetKey(table.split("/"))],
        resources=defs.resources,
        partition_key=key,
    )
    assert result.success
    (event,) = result.get_asset_materialization_events()
    return {name: value.value for name, value in event.materialization.metadata.items()}


def test_a_calm_month_has_overlaps_a_volatility_and_no_drift(settings: Settings, lake: Lake) -> None:
    key = str(day_engine_key(DAY, "openai"))
    for table in ("metrics/stabilities", "metrics/drifts"):
        materialized(settings, table, key)
    stable = lake.read("metrics/stabilities", [Partition(DAY, "openai")]).filter(segment="non_branded")
    found = {(row["items"], row["metric"]): row for row in stable.iter_rows(named=True)}
    # Five of ten prompts name one of two brands in one repeat only: 1/2 in common, the others everything.
    assert found["brands", "repeat_overlap"]["value"] == pytest.approx(0.75)
    assert found["brands", "repeat_overlap"]["k"] == 10
    assert found["domains", "day_overlap"]["value"] == 1
    assert found["brands", "volatility"]["value"] == 0
    assert found["brands", "volatility"]["n"] == 21
    drift = lake.read("metrics/drifts", [Partition(DAY, "openai")])
    own = drift.filter(subject="larkstride").row(0, named=True)
    assert (own["verdict"], own["baseline"], own["baseline_days"]) == ("calm", 0.25, 14)
    assert drift.filter(metric="canaries").row(0, named=True)["reason"] == "no_canaries"


def test_the_scatter_of_a_calm_week_comes_from_prompts_and_repeats(settings: Settings, lake: Lake) -> None:
    materialized(settings, "metrics/variance_components", DAY.isoformat())
    frame = lake.read("metrics/variance_components", [Partition(DAY)]).filter(segment="non_branded")
    found = {row["factor"]: row for row in frame.iter_rows(named=True)}
    assert found["engine"]["reason"] == found["persona"]["reason"] == "one_level"
    assert found["day"]["share"] == pytest.approx(0, abs=0.01)
    assert found["repeat"]["share"] > found["prompt"]["share"] > 0
    assert frame["n"].unique().to_list() == [7 * 20]


def test_a_monitor_without_labels_has_no_corrected_rate(settings: Settings, lake: Lake) -> None:
    told = materialized(settings, "metrics/corrected_rates", str(day_engine_key(DAY, "openai")))
    assert lake.read("metrics/corrected_rates", [Partition(DAY, "openai")]).is_empty()
    assert told["monitors_without_labels"] == 1


def test_labels_put_the_corrected_rate_beside_the_raw_one(settings: Settings, lake: Lake) -> None:
    from brand_monitor.domain.gold.pairs import GoldPair
    from brand_monitor.golden import write_gold

    answers = lake.read("raw/answers", [Partition(DAY, "openai")])
    mentions = lake.read("core/answer_mentions", [Partition(DAY, "openai")])
    named = set(mentions.filter(brand_id="larkstride")["answer_id"])
    pairs = [
        GoldPair(
            monitor_id="shoes",
            date=DAY.isoformat(),
            engine="openai",
            engine_id="alone",
            answer_id=row["answer_id"],
            prompt_family=row["prompt_family"],
            brand_id="larkstride",
            stratum="all",
            stratum_size=1,
            taken=1,
            labels=("named",) if row["answer_id"] in named else (),
        )
        for row in answers.iter_rows(named=True)
    ]
    write_gold(gold_file(settings.home, "shoes"), pairs)
    told = materialized(settings, "metrics/corrected_rates", str(day_engine_key(DAY, "openai")))
    frame = lake.read("metrics/corrected_rates", [Partition(DAY, "openai")])
    own = frame.filter(pl.col("brand_id") == "larkstride", metric="visibility").row(0, named=True)
    assert (own["raw"], own["corrected"]) == (pytest.approx(0.25), pytest.approx(0.25))
    assert own["corrected_upper"] - own["corrected_lower"] > own["upper"] - own["lower"]
    assert told["gold_versions"] == {"shoes": own["gold_version"]}
