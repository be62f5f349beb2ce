"""``ask`` asks engines one question, shows who is named, and never pays twice for the same look."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from brand_monitor.backends.llm import embedded_model
from brand_monitor.backends.tables.spending import Account
from brand_monitor.cli import asking
from brand_monitor.domain.mentions.matcher import MentionMatcher
from brand_monitor.io_managers.lake import Partition
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.partitions import today
from brand_monitor.schemas.registry import polars_schema
from brand_monitor_tests.provider_stubs.server import StubServer
from brand_monitor_tests.unit.cli_home import CLAUDE, GPT, Home

pytestmark = pytest.mark.usefixtures("one_day")

QUESTION = "Which tea is best for a rainy day?"


@pytest.fixture
def home(tmp_path: Path, stub: StubServer) -> Home:
    made = Home(tmp_path)
    made.watch({**GPT, "web": True})
    return made


def spent(home: Home) -> float:
    return home.journal.spent(Account("teas", today()))[0]


def test_a_look_shows_the_answer_with_its_brands_marked_its_sources_and_what_it_took(home, stub):
    done = home.run("ask", QUESTION)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "gpt (openai gpt-5-mini, with web search)"
    assert lines[1].startswith("🍵 «Northwind» is the best tea.")
    assert "«Contoso» comes second." in lines[1]
    assert "Brands named: Northwind (own) 1, Contoso 1" in lines
    assert "Sources cited:" in lines
    assert any("https://teas.example/best" in line and "Best teas" in line for line in lines)
    assert "retrieved and not cited" in done.stdout
    facts = lines[-2]
    assert facts.startswith("served by gpt-5-mini-2025-08-07; 9,000 tokens in, 500 out; $0.0")
    assert facts.endswith(" s")
    assert dict(stub.counts) == {QUESTION: 1}


def test_a_look_counts_against_the_budget_and_is_never_an_answer_of_the_day(home):
    home.run("ask", QUESTION)
    assert spent(home) > 0
    monitor = load_monitors(home.settings.monitors_dir)["teas"]
    from brand_monitor.backends.tables.shelf import Shelf

    assert home.journal.count(Shelf(today(), "openai", monitor.id)) == 0


def test_the_same_look_on_the_same_day_is_free_and_says_so(home, stub):
    first = home.run("ask", QUESTION)
    money = spent(home)
    second = home.run("ask", f"  {QUESTION} ")

    assert stub.total == 1
    assert spent(home) == money
    assert second.stdout.splitlines()[1] == first.stdout.splitlines()[1]
    assert "from the journal, asked before" in second.stdout
    assert "from the journal" not in first.stdout


def test_again_draws_once_more_and_shows_the_new_draw_only(home, stub):
    home.run("ask", QUESTION)
    done = home.run("ask", QUESTION, "--again")

    assert stub.total == 2
    assert "gpt (openai gpt-5-mini, with web search), draw 2" in done.stdout
    assert "draw 1" not in done.stdout


def test_more_repeats_ask_only_for_the_draws_that_are_missing(home, stub):
    home.run("ask", QUESTION)
    done = home.run("ask", QUESTION, "--repeats", "3")
    assert stub.total == 3
    assert [line for line in done.stdout.splitlines() if ", draw " in line] == [
        f"gpt (openai gpt-5-mini, with web search), draw {n}" for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("played", "said", "code"),
    [
        ("refused", "refused: ", 0),
        ("empty", "empty: ", 0),
        ("bad_request", "failed (bad request): ", 1),
        ("auth", "not asked (auth): ", 6),
        ("unknown_model", "not asked (unknown model): ", 6),
    ],
)
def test_what_is_no_answer_says_why(home, stub, played, said, code):
    stub.play(played)
    done = home.run("ask", QUESTION)
    assert done.exit_code == code, done.output
    assert said in done.stdout
    assert "sk-test" not in done.output


def test_what_one_look_left_unanswered_is_not_asked_by_the_next_one(home, stub):
    stub.play("auth")
    home.run("ask", "Which tea is left unanswered?")
    home.run("ask", QUESTION)
    assert dict(stub.counts) == {"Which tea is left unanswered?": 1, QUESTION: 1}


def test_a_look_that_failed_is_asked_again_by_the_next_one(home, stub):
    stub.play("auth")
    assert home.run("ask", QUESTION).exit_code == 6
    assert home.run("ask", QUESTION).exit_code == 0
    assert stub.total == 2


def test_a_spent_budget_lets_nobody_be_asked(home, stub):
    home.watch(GPT, budget={"day_usd": 0.000001})
    done = home.run("ask", QUESTION)
    assert done.exit_code == 6
    assert "not asked (budget): the budget of the monitor does not allow one call more" in done.stdout
    assert stub.total == 0


def test_a_budget_without_a_known_price_is_a_problem_of_that_engine(home, stub):
    home.watch({**GPT, "model": "house-model"}, GPT | {"id": "gpt-b"}, budget={"day_usd": 5})
    done = home.run("ask", QUESTION)
    assert done.exit_code == 6
    assert "not asked: teas, engine gpt: no price is known for openai house-model" in done.stdout
    assert "«Northwind»" in done.stdout
    assert stub.total == 1


def test_engines_without_a_key_are_left_out_unless_they_are_named(home):
    home.watch(GPT, CLAUDE)

    everybody = home.run("ask", QUESTION)
    assert everybody.exit_code == 0
    assert "claude is left out: ANTHROPIC_API_KEY is not set" in everybody.stderr
    assert "claude" not in everybody.stdout

    named = home.run("ask", QUESTION, "--engine", "claude")
    assert named.exit_code == 6
    assert "not asked (auth): " in named.stdout
    assert "ANTHROPIC_API_KEY is not set" in named.stdout


def test_nobody_to_ask_is_one_block_with_every_reason(home):
    home.watch(CLAUDE)
    done = home.run("ask", QUESTION)
    assert done.exit_code == 4
    assert "Error: monitor teas has no engine that can be asked\n  claude: ANTHROPIC_API_KEY" in done.stderr


def test_wrong_names_are_wrong_usage_and_list_the_right_ones(home):
    home.watch(GPT, {"id": "captured", "family": "import", "model": "ChatGPT"})
    assert "it has: gpt" in home.run("ask", QUESTION, "--engine", "captured").stderr
    assert home.run("ask", QUESTION, "--engine", "captured").exit_code == 2
    assert home.run("ask", QUESTION, "--monitor", "boots").exit_code == 2
    assert home.run("ask", "  ").exit_code == 2

    home.watch(GPT, name="coffees")
    several = home.run("ask", QUESTION)
    assert several.exit_code == 2
    assert "name one with --monitor: coffees, teas" in several.stderr


def test_a_grounded_engine_reads_the_newest_day_that_has_pages(home, stub):
    sites = [{"id": "reviews", "pages": ["https://teas.example/rain"]}]
    home.watch({"id": "grounded", "family": "grounded", "model": "openai/gpt-5-mini"}, sites=sites)

    without = home.run("ask", QUESTION)
    assert without.exit_code == 6
    assert (
        "has no pages yet that a grounded engine could read: run `brand-monitor run` once" in without.stdout
    )

    home.lake.write("core/documents", _document(), partition=Partition(today()), monitor_id="teas")
    assert home.run("ask", QUESTION).exit_code == 0
    assert "rainy day" in str(stub.requests[-1].body)


def _document() -> pl.DataFrame:
    schema = polars_schema("core/documents")
    text = "Northwind is the best tea for a rainy day, says everybody who was asked about tea."
    row: dict[str, Any] = {
        "monitor_id": "teas",
        "date": today(),
        "document_id": "d1",
        "url": "https://teas.example/rain",
        "title": "Tea for a rainy day",
        "text": text,
    }
    defaults = {pl.String: "x", pl.Int64: 1, pl.Float64: 1.0, pl.Boolean: False, pl.List: []}
    for name, kind in schema.items():
        row.setdefault(name, defaults.get(kind.base_type()))
    return pl.DataFrame([row], schema=schema)


def test_the_embedded_model_is_asked_like_any_other(home, monkeypatch):
    async def answer(_self: Any, call: Any) -> dict[str, Any]:
        message = {"message": {"content": "I drink Ombrevale."}, "finish_reason": "stop"}
        return {"wire": "chat", "request": {}, "response": {"choices": [message]}, "latency_ms": 1_500.0}

    async def enter(self: Any) -> Any:
        return self

    async def leave(_self: Any, *_error: Any) -> None:
        return None

    monkeypatch.setattr(embedded_model.EmbeddedModel, "ask", answer)
    monkeypatch.setattr(embedded_model.EmbeddedModel, "__aenter__", enter)
    monkeypatch.setattr(embedded_model.EmbeddedModel, "__aexit__", leave)
    home.watch({"id": "small", "family": "local"})

    done = home.run("ask", QUESTION)

    assert done.exit_code == 0, done.output
    assert "I drink «Ombrevale»." in done.stdout
    assert "Brands named: Ombrevale (control) 1" in done.stdout
    assert "$0.00; 1.5 s" in done.stdout


def test_on_a_terminal_brands_are_coloured_by_their_role_and_nothing_can_move_the_cursor(home):
    monitor = load_monitors(home.settings.monitors_dir)["teas"]
    text = "Contoso\x1b[2J beats Northwind."
    mentions = MentionMatcher(asking._names(monitor)).find(text)
    roles = {brand.id: brand.role for brand in monitor.brands}
    console = Console(force_terminal=True, color_system="standard", width=80, _environ={})

    with console.capture() as shown:
        console.print(asking._marked(text, mentions, roles, has_colours=True))

    assert shown.get() == "\x1b[1;33mContoso\x1b[0m[U+001B][2J beats \x1b[1;32mNorthwind\x1b[0m.\n"


def test_an_answer_that_names_nobody_says_so(home, stub):
    home.watch(
        GPT,
        brands=[
            {"id": "lark", "name": "Larkstride", "role": "own"},
            {"id": "ctrl", "name": "Ombrevale", "role": "control"},
        ],
    )
    done = home.run("ask", QUESTION)
    assert "Brands named: none of the monitor" in done.stdout
