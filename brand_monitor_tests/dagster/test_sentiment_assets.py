"""Sentiment in the asset graph: judged by the lexicon, or by an engine that is asked once and then never again."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl
import pytest
import yaml

from brand_monitor.backends.graders.llm import GRADE
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.build import build_defs
from brand_monitor.deployment import Settings
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import day_engine_key, today
from brand_monitor_tests.provider_stubs.server import StubServer

SENTIMENTS, BALANCE = "core/answer_sentiments", "metrics/brand_sentiments"
TABLES = ["seed/brands", "raw/answers", "core/answer_mentions", SENTIMENTS, BALANCE]

# Dagster warns of its own code where one resource depends on another.
pytestmark = pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning")

MONITOR: dict[str, Any] = {
    "version": 1,
    "id": "teas",
    "market": "Tea",
    "brands": [
        {"id": "northwind", "name": "Northwind", "role": "own"},
        {"id": "ctrl", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": f"p{at}", "text": f"Which tea is best, question {at}?"} for at in range(3)],
    "engines": [{"id": "one", "family": "openai", "model": "gpt-5-mini", "repeats": 1}],
}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubServer]:
    with StubServer("openai") as stub:
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        monkeypatch.setenv("OPENAI_BASE_URL", stub.base_url)
        yield stub


def filled(settings: Settings, *, ask: bool = True, **changes: Any) -> Lake:
    settings.monitors_dir.mkdir(parents=True, exist_ok=True)
    (settings.monitors_dir / "teas.yaml").write_text(yaml.safe_dump(MONITOR | changes))
    defs = build_defs("ci", settings=settings)
    keys = [asset for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition)]
    config = {"config": {"ask": ask}}
    assert dg.materialize(
        keys,
        selection=[dg.AssetKey(table.split("/")) for table in TABLES],
        resources=defs.resources,
        run_config={"ops": {"raw__answers": config, "core__answer_sentiments": config}},
        partition_key=day_engine_key(today(), "openai"),
    ).success
    return Lake(FolderStore(settings.lake_dir))


def rows(lake: Lake, table: str) -> pl.DataFrame:
    return lake.read(table, [Partition(today(), "openai")])


def test_every_answer_is_judged_without_asking_anybody(settings: Settings, stub: StubServer) -> None:
    lake = filled(settings)
    assert stub.total == 3
    overall = rows(lake, SENTIMENTS).filter(pl.col("aspect") == "overall")
    assert overall.select("brand_id", "label", "grader").unique().rows() == [
        ("northwind", "positive", "lexicon")
    ]
    (figure,) = (
        rows(lake, BALANCE)
        .filter(pl.col("brand_id") == "northwind", pl.col("aspect") == "overall")
        .filter(pl.col("segment") == "non_branded")
        .to_dicts()
    )
    assert (figure["value"], figure["n"], figure["k"]) == (1.0, 3, 3)
    assert figure["lower"] < 1


def test_an_engine_that_judges_is_asked_once_per_text_and_not_when_derived_again(
    settings: Settings, stub: StubServer
) -> None:
    first = rows(filled(settings, judge="one"), SENTIMENTS)
    # The three answers are alike, so there is one text to judge.
    assert stub.total == 3 + 1
    shelf = Shelf(today(), "openai", "teas", GRADE)
    assert Journal(open_engine(settings.journal_url)).count(shelf) == 1
    # The stub answers in prose, which is no judgement.
    assert first["reason"].unique().to_list() == ["grader_invalid_json"]
    again = rows(filled(settings, ask=False, judge="one"), SENTIMENTS)
    assert stub.total == 3 + 1
    assert again.equals(first)
