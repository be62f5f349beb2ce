"""``plan`` says what a run will take and whether it would be refused, and asks nobody."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from brand_monitor.backends.tables.changes import Sending, Settling
from brand_monitor.backends.tables.spending import Account
from brand_monitor.cli.planning import refuse_above_budget
from brand_monitor.cli.stores import open_stores
from brand_monitor.failures import BudgetError
from brand_monitor.io_managers.lake import Partition
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.partitions import today
from brand_monitor.planner import forecast_day, refuse_over_budget
from brand_monitor.schemas.registry import polars_schema
from brand_monitor_tests.provider_stubs.server import StubServer
from brand_monitor_tests.unit.cli_home import CLAUDE, GPT, Home

pytestmark = pytest.mark.usefixtures("one_day")


@pytest.fixture
def home(tmp_path: Path, stub: StubServer) -> Home:
    made = Home(tmp_path)
    made.watch(GPT)
    return made


def answered(home: Home, day: date, **changes: Any) -> None:
    """Publish a day of answers of the engine."""
    row = {
        "monitor_id": "teas",
        "date": day,
        "engine": "openai",
        "engine_id": "gpt",
        "answer_id": f"a-{day}",
        "prompt_id": "p0",
        "prompt_family": "p0",
        "prompt_version": "v1",
        "prompt_text": "Which tea is number 0?",
        "intent": "discovery",
        "locale": "en",
        "is_branded": False,
        "repeat": 0,
        "surface": "api",
        "is_web": False,
        "model": "gpt-5-mini",
        "not_sent": [],
        "status": "ok",
        "text": "Northwind.",
        "sources": [],
        "queries": [],
        "latency_ms": 16_000.0,
        "input_tokens": 100,
        "output_tokens": 500,
        "cost_usd": 0.001,
        "attempts": 1,
        "possibly_paid": 0,
        "is_cached": False,
        "is_reasked": False,
    } | changes
    frame = pl.DataFrame([row], schema=polars_schema("raw/answers"))
    home.lake.write("raw/answers", frame, partition=Partition(day, "openai"), monitor_id="teas")


def row_of(output: str, engine: str) -> list[str]:
    """Return the cells of an engine's row."""
    line, *_notes = [line for line in output.splitlines() if line.split()[:1] == [engine]]
    return [cell for cell in line.strip().split("  ") if cell.strip()]


def test_a_first_day_is_planned_by_upper_bounds_and_nobody_is_asked(home, stub):
    done = home.run("plan")

    assert done.exit_code == 0, done.output
    cells = [cell.strip() for cell in row_of(done.stdout, "gpt")]
    assert cells[:5] == ["gpt", "openai gpt-5-mini", "no", "6", "6"]
    assert cells[6] == "≤ 24,000"  # 6 calls of 4,000
    assert cells[7] == "—"
    assert cells[8].startswith("$0.0")
    assert "gpt: no answers of the last days to learn from" in done.stdout
    assert "Budget: no limit is set." in done.stdout
    assert stub.total == 0


def test_answers_of_the_last_days_say_what_is_expected(home):
    for back, usd in ((1, 0.001), (2, 0.003), (5, 0.002), (6, 9.0)):
        answered(home, today() - timedelta(days=back), cost_usd=usd)

    cells = [cell.strip() for cell in row_of(home.run("plan").stdout, "gpt")]

    # Three days with answers count: the sixth day back is not looked at.
    assert cells[5:8] == ["600", "3,000", "$0.0120"]
    assert cells[9] == "0:00:16"  # 6 calls side by side


def test_what_the_journal_holds_already_is_not_asked_again(home):
    with open_stores(home.settings) as (stores, lake):
        monitor = load_monitors(home.settings.monitors_dir)["teas"]
        (before,) = forecast_day(monitor, stores, lake, today())
        from brand_monitor.backends.llm.planning import plan_calls

        entries = list(plan_calls(monitor, monitor.engines[0], today()))
        account = Account("teas", today())
        stores.journal.plan(entries[:4])
        stores.journal.open_account(account)
        stores.journal.commit([Sending(entry.call_id) for entry in entries[:2]], account)
        stores.journal.commit([Settling(entry.call_id, "a" * 64) for entry in entries[:2]], account)
        (after,) = forecast_day(monitor, stores, lake, today())

    assert (before.planned, before.to_ask) == (6, 6)
    assert (after.planned, after.to_ask) == (6, 4)
    assert after.most_usd == pytest.approx(before.most_usd * 4 / 6)


def test_canaries_are_planned_and_priced_too(home):
    home.watch({**GPT, "canaries": True})
    assert [cell.strip() for cell in row_of(home.run("plan").stdout, "gpt")][3:5] == ["9", "9"]


def test_a_run_above_the_budget_would_be_refused_and_is_code_5(home, stub):
    home.watch(GPT, budget={"day_usd": 0.0001, "month_usd": 50})
    done = home.run("plan")

    assert done.exit_code == 5
    assert "Budget: $0.0001 of $0.0001 left today, $50.00 of $50.00 left this month." in done.stdout
    assert "`brand-monitor run` would be refused: 6 calls are priced at up to $" in done.stdout
    assert "Raise budget.day_usd" in done.stdout
    assert stub.total == 0


def test_money_that_was_spent_today_is_not_left(home):
    home.watch(GPT, budget={"day_usd": 1})
    account = Account("teas", today())
    entry = next(_plan(home))
    home.journal.plan([entry])
    home.journal.open_account(account)
    home.journal.commit([Sending(entry.call_id)], account)
    home.journal.commit([Settling(entry.call_id, "a" * 64, cost_usd=0.75)], account)
    assert "Budget: $0.2500 of $1.00 left today." in home.run("plan").stdout


def _plan(home: Home) -> Any:
    from brand_monitor.backends.llm.planning import plan_calls

    monitor = load_monitors(home.settings.monitors_dir)["teas"]
    return plan_calls(monitor, monitor.engines[0], today())


def test_an_unknown_price_is_said_and_is_refused_where_there_is_a_budget(home):
    unknown = {**GPT, "model": "house-model"}
    home.watch(unknown)
    done = home.run("plan")
    assert done.exit_code == 0
    assert row_of(done.stdout, "gpt")[8].strip() == "unknown"
    assert "gpt: No price is known for this model on this day: add one to prices.yaml." in done.stdout

    home.watch(unknown, budget={"day_usd": 5})
    done = home.run("plan")
    assert done.exit_code == 5
    assert "no price is known for gpt (openai house-model)" in done.stdout


def test_an_engine_without_its_key_is_shown_as_disabled_with_what_to_do_and_costs_nothing(home):
    home.watch(CLAUDE, budget={"day_usd": 0.0001})
    done = home.run("plan")

    assert done.exit_code == 0
    assert row_of(done.stdout, "claude")[4].strip() == "disabled"
    assert "claude cannot be asked: ANTHROPIC_API_KEY is not set: put it into the environment" in done.stdout


def test_captured_answers_are_named_and_planned_by_nobody(home):
    home.watch(GPT, {"id": "captured", "family": "import", "model": "ChatGPT"})
    done = home.run("plan")
    assert "captured: its answers are captured elsewhere; `brand-monitor import` brings them." in done.stdout


def test_a_past_day_would_be_refused_until_it_is_asked_for(home):
    done = home.run("plan", "--date", str(today() - timedelta(days=1)))
    assert done.exit_code == 5
    assert "has passed, and today's models cannot answer its 6 open calls for it" in done.stdout


def test_monitors_and_families_are_chosen_and_unknown_ones_are_wrong_usage(home):
    home.watch({**GPT, "id": "gpt-b"}, CLAUDE, name="coffees")

    chosen = home.run("plan", "--monitor", "coffees", "--engine", "openai")
    assert "gpt-b" in chosen.stdout
    assert "Plan: coffees" in chosen.stdout
    assert "claude" not in chosen.stdout
    assert "Plan: teas" not in chosen.stdout

    assert home.run("plan", "--monitor", "boots").exit_code == 2
    nobody = home.run("plan", "--engine", "gemini")
    assert nobody.exit_code == 2
    assert "no chosen monitor uses engine family gemini; in use: anthropic, openai" in nobody.stderr


def test_a_budget_is_held_against_the_families_that_are_about_to_be_asked(home):
    home.watch(GPT, CLAUDE, {"id": "small", "family": "local"}, budget={"day_usd": 0.0001})
    monitor = load_monitors(home.settings.monitors_dir)["teas"]
    with open_stores(home.settings) as (stores, lake):
        with pytest.raises(BudgetError, match=r"^teas: 6 calls are priced at up to"):
            refuse_over_budget(monitor, stores, lake, today(), ["openai"])
        assert [one.engine_id for one in refuse_over_budget(monitor, stores, lake, today(), ["local"])] == [
            "small"
        ]


def test_a_monitor_without_a_budget_is_never_refused(home):
    monitor = load_monitors(home.settings.monitors_dir)["teas"]
    with open_stores(home.settings) as (stores, lake):
        assert refuse_over_budget(monitor, stores, lake, today()) == []


def test_a_run_is_refused_as_a_whole_with_a_line_for_every_monitor_that_is_above_its_budget(home):
    home.watch(GPT, budget={"day_usd": 0.0001})
    home.watch(GPT, budget={"month_usd": 0.0001}, name="coffees")
    home.watch(GPT, name="waters")

    with pytest.raises(BudgetError) as refused:
        refuse_above_budget(home.settings, today())

    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["coffees", "teas"]
    assert "of the month's budget is left" in lines[0]
    refuse_above_budget(home.settings, today(), ["waters"])
    refuse_above_budget(home.settings, today(), (), ["anthropic"])
