"""What a day will take is computed from its plan and its latest answers, and a budget is held against it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from brand_monitor.backends.llm.forecast import Forecast, forecast, over_budget
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.pricing import Pricer
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.schemas.registry import polars_schema

DAY = date(2026, 11, 25)
PRICES = """
prices:
  - {provider: openai, model: dear, valid_from: 2026-11-01, input_usd_per_million: 10,
     output_usd_per_million: 100, source: test}
"""


def monitor(**engine: Any) -> Monitor:
    return Monitor.model_validate(
        {
            "id": "shoes",
            "market": "running shoes",
            "brands": [
                {"id": "lark", "name": "Larkstride", "role": "own"},
                {"id": "ctrl", "name": "Ombrevale", "role": "control"},
            ],
            "prompts": [
                {"id": "p1", "text": "Which running shoes last longest?"},
                {"id": "p2", "text": "Which running shoes suit wide feet, and which do not?"},
            ],
            "engines": [{"id": "gpt", "family": "openai", "model": "dear", "repeats": 3, **engine}],
        }
    )


def answer(**changes: Any) -> dict[str, Any]:
    return {
        "engine_id": "gpt",
        "model": "dear",
        "is_web": False,
        "status": "ok",
        "is_cached": False,
        "cost_usd": 0.02,
        "latency_ms": 4_000.0,
        "input_tokens": 50,
        "output_tokens": 200,
        **changes,
    }


def history(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=polars_schema("raw/answers"))


@pytest.fixture
def expect(tmp_path: Path):
    """Return a function that forecasts the one engine of a monitor."""
    (tmp_path / "prices.yaml").write_text(PRICES)
    sheet = PriceSheet(tmp_path)

    def of(rows: pl.DataFrame | None = None, settled: int = 0, skip: int = 0, **engine: Any) -> Forecast:
        watched = monitor(**engine)
        spec = watched.engines[0]
        entries = list(plan_calls(watched, spec, DAY))[skip:]
        return forecast(
            spec,
            Pricer(sheet, spec, DAY),
            settled=settled,
            to_ask=iter(entries),
            history=history() if rows is None else rows,
        )

    return of


def pricer(tmp_path: Path, spec: EngineSpec) -> Pricer:
    return Pricer(PriceSheet(tmp_path), spec, DAY)


def test_without_answers_the_upper_bound_of_every_call_is_the_price(expect, tmp_path):
    found = expect()
    watched = monitor()
    spec = watched.engines[0]
    reserved = [pricer(tmp_path, spec).reserve(entry) for entry in plan_calls(watched, spec, DAY)]

    assert found.expected_usd is None
    assert found.most_usd == pytest.approx(sum(reserved))
    assert found.likely_usd == found.most_usd
    assert found.dearest_usd == pytest.approx(max(reserved))
    assert (found.planned, found.to_ask, found.based_on) == (6, 6, 0)
    assert found.output_tokens == 6 * spec.asked_max_tokens
    assert found.seconds is None


def test_answers_of_before_say_what_calls_cost_and_how_long_they_take(expect):
    found = expect(history(answer(), answer(cost_usd=0.04, latency_ms=8_000.0)), concurrency=2)

    assert found.expected_usd == pytest.approx(6 * 0.03)
    assert found.seconds == pytest.approx(6 * 6.0 / 2)
    assert (found.input_tokens, found.output_tokens, found.based_on) == (300, 1_200, 2)
    assert found.most_usd > found.expected_usd


@pytest.mark.parametrize(
    "other",
    [
        {"engine_id": "another"},
        {"model": "cheaper"},
        {"is_web": True},
        {"effort": "high"},
        {"is_cached": True, "cost_usd": 0.0},
        {"status": "failed", "cost_usd": None},
        {"status": "not_asked", "cost_usd": None},
    ],
)
def test_answers_that_were_got_in_another_way_tell_nothing(expect, other):
    assert expect(history(answer(**other))).expected_usd is None
    assert expect(history(answer(), answer(**other))).expected_usd == pytest.approx(6 * 0.02)


def test_refused_and_empty_answers_were_paid_too(expect):
    rows = history(answer(status="refused", cost_usd=0.01), answer(status="empty", cost_usd=0.03))
    assert expect(rows).expected_usd == pytest.approx(6 * 0.02)


def test_what_is_settled_is_planned_and_costs_nothing_more(expect):
    found = expect(history(answer()), settled=4, skip=4)
    assert (found.planned, found.to_ask) == (6, 2)
    assert found.expected_usd == pytest.approx(2 * 0.02)


def test_a_day_that_is_done_costs_nothing_even_where_no_price_is_known(expect):
    found = expect(settled=6, skip=6, model="nobody-knows")
    assert (found.expected_usd, found.most_usd, found.seconds, found.note) == (0.0, 0.0, 0.0, None)


def test_an_unknown_price_is_none_with_a_reason_and_never_zero(expect):
    found = expect(model="nobody-knows")
    assert (found.expected_usd, found.most_usd, found.dearest_usd) == (None, None, None)
    assert found.note == "No price is known for this model on this day: add one to prices.yaml."


def test_the_embedded_model_costs_nothing_and_answers_one_call_at_a_time(expect):
    model = {"family": "local", "model": "SmolLM2-135M-Instruct"}
    rows = history(answer(model=model["model"], cost_usd=0.0, latency_ms=2_000.0))

    assert expect(**model).expected_usd == 0.0
    assert expect(rows, **model).seconds == pytest.approx(12.0)


def test_limits_of_an_engine_make_it_slower(expect):
    rows = history(answer())
    assert expect(rows, requests_per_minute=2).seconds == pytest.approx(180.0)
    per_call = expect(rows).output_tokens
    assert per_call < 6 * 4_000  # a rate limit counts what a call may use, not what calls used
    assert expect(rows, tokens_per_minute=4_000).seconds > 6 * 60.0


BEARABLE = Forecast(
    engine_id="gpt",
    family="openai",
    model="dear",
    web=False,
    planned=10,
    to_ask=10,
    input_tokens=1,
    output_tokens=1,
    expected_usd=1.0,
    most_usd=4.0,
    dearest_usd=0.5,
    seconds=None,
    based_on=10,
)


@pytest.mark.parametrize(("day", "month"), [(None, None), (1.0, None), (None, 1.0), (2.0, 5.0)])
def test_a_budget_that_bears_what_is_expected_refuses_nothing(day, month):
    assert over_budget([BEARABLE], day, month) is None


def test_a_budget_that_does_not_says_the_numbers_and_what_to_do():
    assert over_budget([BEARABLE, replace(BEARABLE, engine_id="other")], 1.5, 40.0) == (
        "20 calls are expected to cost $2.00 (at most $8.00), and $1.50 of the day's budget is left. "
        "Raise budget.day_usd, ask for fewer repeats, name a cheaper model, or lower max_tokens"
    )
    assert "of the month's budget is left. Raise budget.month_usd" in str(over_budget([BEARABLE], 2.0, 0.25))


def test_without_answers_a_budget_must_bear_the_upper_bound_and_says_that_it_is_one():
    reason = over_budget([replace(BEARABLE, expected_usd=None)], 2.0, None)
    assert reason is not None
    assert reason.startswith("10 calls are priced at up to $4.00 (not every engine has answers yet")


def test_a_budget_that_does_not_bear_one_call_refuses_what_seems_cheap():
    cheap = replace(BEARABLE, expected_usd=0.01)
    assert "one call may cost up to $0.5000, and $0.2000 of the day's budget is left" in str(
        over_budget([cheap], 0.2, None)
    )


def test_an_unknown_price_is_refused_only_where_there_is_a_budget():
    unknown = replace(BEARABLE, expected_usd=None, most_usd=None, dearest_usd=None)
    assert over_budget([unknown], None, None) is None
    assert "no price is known for gpt (openai dear)" in str(over_budget([unknown], 5.0, None))


def test_engines_that_cost_nothing_are_never_refused():
    free = replace(BEARABLE, expected_usd=0.0, most_usd=0.0, dearest_usd=0.0)
    disabled = replace(BEARABLE, disabled="OPENAI_API_KEY is not set")
    done = replace(BEARABLE, to_ask=0, expected_usd=0.0, most_usd=0.0, dearest_usd=0.0)
    assert over_budget([free, disabled, done], -0.1, 0.0) is None
