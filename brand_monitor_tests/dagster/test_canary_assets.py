"""Canaries in the asset graph: asked once a day, never for the past, and compared with the days before."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.build import build_defs
from brand_monitor.defs.canaries import LOOK_BACK_DAYS, last_answers
from brand_monitor.deployment import Settings
from brand_monitor.domain.steadiness.canaries import CANARIES
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import day_engine_key, today
from brand_monitor.schemas.registry import conform, empty_frame
from brand_monitor_tests.provider_stubs.server import StubServer

CANARY_TABLE = "raw/canary_answers"

# Dagster warns of its own code where one resource depends on another.
pytestmark = pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning")

MONITOR = {
    "version": 1,
    "id": "tiny",
    "market": "Shoes",
    "brands": [
        {"id": "own", "name": "Larkstride", "role": "own"},
        {"id": "ctrl", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "p", "text": "Which shoes?"}],
    "engines": [
        {"id": "watched", "family": "openai", "model": "gpt-5-mini", "web": True, "canaries": True},
        {"id": "left-alone", "family": "openai", "model": "gpt-5-nano"},
    ],
}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubServer]:
    with StubServer("openai", default="plain") as stub:
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        monkeypatch.setenv("OPENAI_BASE_URL", stub.base_url)
        yield stub


@pytest.fixture
def home(settings: Settings) -> Path:
    settings.monitors_dir.mkdir(parents=True)
    (settings.monitors_dir / "tiny.yaml").write_text(yaml.safe_dump(MONITOR))
    return settings.home


@pytest.fixture
def lake(settings: Settings) -> Lake:
    return Lake(FolderStore(settings.lake_dir))


def filled(
    settings: Settings, table: str, *, ask: bool = True, days_ago: int = 0
) -> dg.ExecuteInProcessResult:
    """Materialize one table of a day."""
    defs = build_defs("ci", settings=settings)
    keys = [asset for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition)]
    op = table.replace("/", "__")
    config = {"ops": {op: {"config": {"ask": ask}}}} if table.startswith("raw/") else {}
    return dg.materialize(
        keys,
        selection=[dg.AssetKey(table.split("/"))],
        resources=defs.resources,
        run_config=config,
        partition_key=day_engine_key(today() - timedelta(days=days_ago), "openai"),
    )


def rows(lake: Lake, table: str, days_ago: int = 0) -> pl.DataFrame:
    return lake.read(table, [Partition(today() - timedelta(days=days_ago), "openai")])


@pytest.mark.usefixtures("home")
def test_each_watched_engine_is_asked_each_canary_once_a_day(
    settings: Settings, stub: StubServer, lake: Lake
) -> None:
    filled(settings, CANARY_TABLE)
    filled(settings, CANARY_TABLE)

    assert stub.counts == {canary.text: 1 for canary in CANARIES}
    answers = rows(lake, CANARY_TABLE)
    assert answers["engine_id"].unique().to_list() == ["watched"]
    assert answers["status"].unique().to_list() == ["ok"]
    assert not answers["is_web"].any()


@pytest.mark.usefixtures("home")
def test_what_was_stored_is_derived_again_without_a_call(
    settings: Settings, stub: StubServer, lake: Lake
) -> None:
    filled(settings, CANARY_TABLE)
    first = rows(lake, CANARY_TABLE)
    filled(settings, CANARY_TABLE, ask=False)

    assert stub.total == len(CANARIES)
    assert rows(lake, CANARY_TABLE).equals(first)


@pytest.mark.usefixtures("home")
def test_a_day_that_has_passed_is_left_empty_and_nobody_is_asked(
    settings: Settings, stub: StubServer, lake: Lake
) -> None:
    assert filled(settings, CANARY_TABLE, days_ago=1).success
    assert stub.total == 0
    assert rows(lake, CANARY_TABLE, days_ago=1).is_empty()


@pytest.mark.usefixtures("home")
def test_without_a_key_the_canaries_are_not_asked_and_the_run_goes_on(settings: Settings, lake: Lake) -> None:
    result = filled(settings, CANARY_TABLE)
    assert result.success
    (event,) = result.get_asset_materialization_events()
    # What a run that is not complete, and so exit code 6, is told by.
    assert str(event.materialization.metadata["incomplete"].value).startswith("tiny: watched, canaries: ")
    answers = rows(lake, CANARY_TABLE)
    assert answers["status"].unique().to_list() == ["not_asked"]
    assert all("disabled" in reason for reason in answers["reason"])


def published(
    lake: Lake, *engines: str, days_ago: int, status: str = "ok", served: str = "m", table: str = CANARY_TABLE
) -> pl.DataFrame:
    """Publish one answer per engine."""
    day = today() - timedelta(days=days_ago)
    row = {"monitor_id": "tiny", "date": day, "engine": "openai", "prompt_id": "p", "prompt_family": "p"}
    row |= {"prompt_version": "v", "prompt_text": "?", "intent": "canary", "locale": "en", "repeat": 0}
    row |= {"is_branded": False, "is_web": False, "is_cached": False, "is_reasked": False, "attempts": 1}
    row |= {"surface": "api", "model": "m", "possibly_paid": 0, "sources": [], "not_sent": [], "queries": []}
    told = [
        row | {"engine_id": one, "status": status, "answer_id": f"{one}{day}", "served_model": served}
        for one in engines
    ]
    frame = conform(table, pl.DataFrame(told, schema=empty_frame(table).schema))
    lake.write(table, frame, partition=Partition(day, "openai"), monitor_id="tiny")
    return frame


@pytest.mark.usefixtures("home", "stub")
def test_another_model_than_on_the_last_day_with_answers_is_recorded(settings: Settings, lake: Lake) -> None:
    filled(settings, CANARY_TABLE)
    published(lake, "watched", days_ago=4, served="older")
    published(lake, "left-alone", days_ago=3, served="m-1", table="raw/answers")
    published(lake, "left-alone", days_ago=0, served="m-2", table="raw/answers")

    filled(settings, "core/model_changes")

    changes = rows(lake, "core/model_changes")
    found = changes.select("engine_id", "kind", "previous_models", "served_models").rows()
    assert found == [
        ("left-alone", "served_model", ["m-1"], ["m-2"]),
        ("watched", "asked_model", ["older"], ["gpt-5-mini-2025-08-07"]),
    ]
    assert [(today() - day).days for day in changes["previous_date"]] == [3, 4]


def found(lake: Lake, engines: pl.DataFrame) -> list[tuple[str, int]]:
    """Return (engine, days ago) of the answers that a day is compared with."""
    before = last_answers(lake, CANARY_TABLE, today(), family="openai", monitors=["tiny"], engines=engines)
    return sorted((row["engine_id"], (today() - row["date"]).days) for row in before.iter_rows(named=True))


def test_each_engine_is_compared_with_its_own_last_day(lake: Lake) -> None:
    published(lake, "a", "b", days_ago=5)
    published(lake, "b", days_ago=3, status="failed")
    published(lake, "a", days_ago=2)

    assert found(lake, published(lake, "a", "b", days_ago=0)) == [("a", 2), ("b", 5)]


def test_an_engine_that_was_silent_for_too_long_is_compared_with_nothing(lake: Lake) -> None:
    published(lake, "a", days_ago=LOOK_BACK_DAYS + 1)
    assert found(lake, published(lake, "a", days_ago=0)) == []
    published(lake, "a", days_ago=LOOK_BACK_DAYS)
    assert found(lake, published(lake, "a", days_ago=0)) == [("a", LOOK_BACK_DAYS)]
