"""``plan --half-width`` and ``--effect``: how much to ask for a wanted certainty, and what that rests on."""

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.domain.statistics import Spending, plan_half_width
from brand_monitor.io_managers.lake import Partition
from brand_monitor.partitions import today
from brand_monitor.schemas.registry import polars_schema
from brand_monitor_tests.unit.cli_home import GPT, Home
from brand_monitor_tests.unit.domain.market_frames import Market, brand_frame

pytestmark = pytest.mark.usefixtures("one_day")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.watch(GPT)
    return made


def asked(home: Home, *arguments: str) -> dict:
    result = home.run("plan", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["monitors"]["teas"][0]


def with_history(home: Home) -> None:
    """Three days on which half of ten prompts name the own brand in all of two repeats: an ICC of 1."""
    brands = brand_frame("teas", {"north": ("own", []), "ctrl": ("control", [])})
    home.lake.publish("seed/brands", brands, partition=Partition(), monitors=["teas"])
    for ago in range(3):
        market = Market(day=today() - timedelta(days=ago))
        for number in range(10):
            for _ in range(2):
                market.ask(f"p{number}", *(("north",) if number % 2 else ()), family="openai", surface="api")
        own = {"monitor_id": pl.lit("teas"), "engine_id": pl.lit("gpt")}
        tables = {
            "raw/answers": market.answers.with_columns(**own, cost_usd=pl.lit(0.002)),
            "core/answer_mentions": market.mentions.with_columns(**own),
        }
        for table, frame in tables.items():
            rows = frame.select(list(polars_schema(table)))
            home.lake.publish(table, rows, partition=Partition(market.day, "openai"), monitors=["teas"])


def test_without_history_the_plan_rests_on_defaults_and_says_so(home: Home) -> None:
    plan = asked(home, "--half-width", "5")
    assert (plan["basis"]["rate"], plan["basis"]["rate_from"]) == (0.5, "default")
    assert (plan["basis"]["icc"], plan["basis"]["icc_from"]) == (0.3, "default")
    expected = plan_half_width(0.05, Spending(1.0)).options
    assert [one["prompts"] for one in plan["options"]] == [one.prompts for one in expected]


def test_history_gives_the_rate_the_likeness_of_repeats_and_the_price(home: Home) -> None:
    with_history(home)
    plan = asked(home, "--half-width", "10")
    basis = plan["basis"]
    assert (basis["rate"], basis["rate_from"], basis["icc"], basis["icc_from"]) == (
        0.5,
        "history",
        1,
        "history",
    )
    assert (basis["price_usd"], basis["price_from"], basis["answers"], basis["days"]) == (
        pytest.approx(0.002),
        "history",
        60,
        3,
    )
    # Repeats that are all alike say nothing: 1.96^2 / 4 / .1^2 prompts, whatever the repeats.
    assert {one["prompts"] for one in plan["options"]} == {97}
    assert (plan["cheapest"]["repeats"], plan["best_repeats"]) == (1, 1)
    assert plan["cheapest"]["usd_a_day"] == pytest.approx(97 * 0.002)
    assert plan["cheapest"]["usd_a_month"] == pytest.approx(30 * 97 * 0.002)


def test_a_smaller_effect_takes_more_prompts(home: Home) -> None:
    small, large = (asked(home, "--effect", points)["cheapest"] for points in ("5", "20"))
    assert small["answers_a_day"] > large["answers_a_day"]


def test_the_table_says_what_it_rests_on_and_what_the_plan_of_today_gives(home: Home) -> None:
    output = " ".join(home.run("plan", "--half-width", "5").output.split())
    assert "For an interval of +- 5 points: teas, gpt" in output
    assert "rate 50" in output
    assert "default, no history" in output
    assert "As it stands: 3 non-branded prompts x 2 give a half-width of" in output
    assert "further prompts say more than repeats" in output


@pytest.mark.parametrize(
    "arguments",
    [("--half-width", "5", "--effect", "5"), ("--half-width", "80"), ("--effect", "0"), ("--json",)],
)
def test_a_wish_that_cannot_be_planned_for_is_wrong_usage(home: Home, arguments: tuple[str, ...]) -> None:
    assert home.run("plan", *arguments).exit_code == 2
