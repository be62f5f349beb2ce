"""Canaries are planned the same way every day, whatever else the engine is told."""

from datetime import date

from brand_monitor.backends.llm.canary_calls import plan_canaries, uncached
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.domain.steadiness.canaries import CANARIES
from brand_monitor.monitor.models import EngineSpec, Monitor

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
MONITOR = Monitor.model_validate(
    {
        "id": "shoes",
        "market": "Running shoes",
        "brands": [
            {"id": "lark", "name": "Larkstride", "role": "own"},
            {"id": "ombre", "name": "Ombrevale", "role": "control"},
        ],
        "prompts": [{"id": "best", "text": "Which shoes are best?"}],
        "engines": [
            {
                "id": "sol",
                "family": "openai",
                "model": "gpt-6-sol",
                "web": True,
                "country": "CH",
                "system": "Be brief.",
                "effort": "low",
                "canaries": True,
            },
        ],
    }
)
ENGINE = MONITOR.engines[0]


def test_each_canary_is_asked_once_whatever_the_repeats():
    entries = list(plan_canaries(MONITOR, ENGINE, TODAY))

    assert [entry.spec.prompt_id for entry in entries] == [canary.id for canary in CANARIES]
    assert {entry.purpose for entry in entries} == {"canary"}
    assert {(entry.engine, entry.engine_id, entry.spec.model) for entry in entries} == {
        ("openai", "sol", "gpt-6-sol")
    }


def test_nothing_that_a_person_changes_in_the_engine_changes_what_a_canary_asks():
    plain = EngineSpec(id="sol", family="openai", model="gpt-6-sol", effort="low")
    for spec in (entry.spec for entry in plan_canaries(MONITOR, ENGINE, TODAY)):
        assert (spec.system, spec.web, spec.country, spec.temperature) == (None, False, None, 0.0)
    assert [one.spec for one in plan_canaries(MONITOR, ENGINE, TODAY)] == [
        one.spec for one in plan_canaries(MONITOR, plain, TODAY)
    ]


def test_two_days_ask_the_same_in_calls_of_their_own():
    today, tomorrow = (list(plan_canaries(MONITOR, ENGINE, day)) for day in (TODAY, TOMORROW))

    assert [one.spec for one in today] == [one.spec for one in tomorrow]
    assert not {one.call_id for one in today} & {one.call_id for one in tomorrow}


def test_a_canary_is_no_call_of_the_day_itself():
    calls = {entry.call_id for entry in plan_calls(MONITOR, ENGINE, TODAY)}
    assert not calls & {entry.call_id for entry in plan_canaries(MONITOR, ENGINE, TODAY)}


def test_an_answer_of_yesterday_is_never_taken_for_a_canary():
    cached = EngineSpec(id="sol", family="openai", model="gpt-6-sol", cache=True, temperature=0, repeats=1)
    assert not uncached(cached).cache
