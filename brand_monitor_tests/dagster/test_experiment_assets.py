"""Experiments in the asset graph: asked by a person, never by surprise."""

from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import pytest
import yaml

from brand_monitor.build import build_defs
from brand_monitor.defs import schedules
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.labels import POOL_ASKING

ANSWERS = dg.AssetKey(["experiments", "designed_answers"])
MENTIONS = dg.AssetKey(["experiments", "designed_mentions"])
EFFECTS = dg.AssetKey(["experiments", "source_effects"])
MONITOR = {
    "id": "tiny",
    "market": "Shoes",
    "brands": [
        {"id": "own", "name": "Larkstride", "role": "own"},
        {"id": "ctrl", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "p", "text": "Which shoes?"}],
    "sites": [{"id": "s", "pages": ["https://example.com/"]}],
    "engines": [
        {"id": "a", "family": "local"},
        {"id": "b", "family": "grounded"},
        {"id": "c", "family": "openai", "model": "gpt-6-luna"},
    ],
    "experiments": [{"id": "one", "engines": ["b"]}, {"id": "two", "engines": ["c", "b"]}],
}


@pytest.fixture
def on_sunday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "today", lambda: date(2026, 11, 22))


def tick(defs: dg.Definitions) -> list[Any]:
    """Return what the schedule yields on a Sunday."""
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 11, 22, 8, tzinfo=UTC))
    return list(defs.resolve_schedule_def("weekly_experiments")(context))


@pytest.mark.parametrize("job", ["daily", "ask", "rederive", "publish"])
def test_no_job_of_a_day_asks_an_experiment(defs: dg.Definitions, job: str) -> None:
    selected = defs.resolve_job_def(job).asset_layer.executable_asset_keys
    assert not {ANSWERS, MENTIONS, EFFECTS} & set(selected)


def test_the_job_of_experiments_asks_nothing_else(defs: dg.Definitions) -> None:
    selected = set(defs.resolve_job_def("experiment").asset_layer.executable_asset_keys)
    assert {ANSWERS, MENTIONS, EFFECTS} <= selected
    assert {key.path[0] for key in selected} == {"experiments", "seed"}


@pytest.mark.parametrize("key", [ANSWERS, MENTIONS, EFFECTS])
def test_no_condition_leads_to_an_experiment(defs: dg.Definitions, key: dg.AssetKey) -> None:
    assert defs.resolve_asset_graph().get(key).automation_condition is None


def test_experiments_ask_through_the_pool_of_all_asking(defs: dg.Definitions) -> None:
    assert defs.resolve_assets_def(ANSWERS).op.pool == POOL_ASKING


@pytest.mark.parametrize("deployment", ["local", "ci", "staging", "production"])
def test_the_weekly_schedule_is_stopped_until_a_person_starts_it(
    deployment: Deployment, settings: Settings
) -> None:
    schedule = build_defs(deployment, settings=settings).resolve_schedule_def("weekly_experiments")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


@pytest.mark.usefixtures("on_sunday")
def test_a_weekly_tick_asks_each_family_that_an_experiment_names(
    defs: dg.Definitions, settings: Settings
) -> None:
    settings.monitors_dir.mkdir(parents=True)
    (settings.monitors_dir / "tiny.yaml").write_text(yaml.safe_dump(MONITOR))
    keys = [request.partition_key for request in tick(defs)]
    assert keys == ["2026-11-22|grounded", "2026-11-22|openai"]


@pytest.mark.usefixtures("on_sunday")
def test_a_weekly_tick_without_experiments_says_so(defs: dg.Definitions, settings: Settings) -> None:
    settings.monitors_dir.mkdir(parents=True)
    (settings.monitors_dir / "tiny.yaml").write_text(yaml.safe_dump(MONITOR | {"experiments": []}))
    [skip] = tick(defs)
    assert skip.skip_message == "no monitor has experiments"
