"""The commands ``changes`` and ``gold``: verdicts in words, labels by keys, and what is refused."""

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from brand_monitor.cli.app import app
from brand_monitor.golden import gold_file, read_gold
from brand_monitor.io_managers.lake import Partition
from brand_monitor_tests.unit.cli_home import GPT, Home
from brand_monitor_tests.unit.domain.market_frames import DAY, Market, brand_frame

PROMPTS = [f"p{n}" for n in range(12)]
ROLES = {"north": ("own", []), "contoso": ("competitor", []), "ctrl": ("control", [])}


def run(home: Home, *arguments: str, keys: str | None = None) -> Result:
    return CliRunner().invoke(app, ["--home", str(home.folder), *arguments], input=keys)


def day_of(*, ago: int, own: int) -> Market:
    """A day on which the first ``own`` prompts name the own brand, and all name the rival."""
    market = Market(day=DAY - timedelta(days=ago), monitor="teas")
    for n, prompt in enumerate(PROMPTS):
        market.ask(prompt, *(("north", "contoso") if n < own else ("contoso",)))
    return market


def published(home: Home, market: Market, model: str = "m-1") -> None:
    answers = market.answers.with_columns(
        served_model=pl.lit(model), text=pl.lit("Contoso is fine. Northwind too."), run_id=pl.lit("run")
    )
    mentions = market.mentions.with_columns(start=pl.lit(0, pl.Int64), end=pl.lit(7, pl.Int64))
    for table, frame in (("raw/answers", answers), ("core/answer_mentions", mentions)):
        home.lake.publish(table, frame, partition=Partition(market.day, "local"), monitors=["teas"])
    brands = brand_frame("teas", ROLES)
    home.lake.publish("seed/brands", brands, partition=Partition(), monitors=["teas"])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation with two weeks of one engine: the own brand in 2 prompts, then in 11."""
    home = Home(tmp_path / "home")
    home.watch(GPT)
    published(home, day_of(ago=7, own=2))
    published(home, day_of(ago=0, own=11))
    return home


def test_changes_says_in_words_what_moved_and_what_cannot_be_told(home: Home) -> None:
    result = run(home, "changes", "--monitor", "teas")
    assert result.exit_code == 0, result.output
    lines = {
        brand: line for line in result.output.splitlines() for brand in ("North", "Contoso") if brand in line
    }
    assert "moved up" in lines["North"]
    assert "17\N{NO-BREAK SPACE}%" in lines["North"]
    assert "9 of 12 differ" in lines["North"]
    assert "cannot tell. Fewer than 7 prompts differ" in lines["Contoso"]
    assert "paired_change@1" in result.output


def test_changes_refuses_another_model_and_compares_on_an_explicit_wish(home: Home) -> None:
    published(home, day_of(ago=0, own=11), model="m-2")
    refused = run(home, "changes")
    assert "not compared, the model changed: m-1 -> m-2" in refused.output
    assert "moved" not in refused.output.replace("what moved", "")
    forced = run(home, "changes", "--across-models")
    assert "moved up (another model answered)" in forced.output
    assert "may be the model, not the market" in forced.output


def test_changes_can_set_own_brands_beside_rivals_of_the_same_answers(home: Home) -> None:
    result = run(home, "changes", "--rivals", "--days", "1")
    assert "North against Contoso" in result.output
    assert "1 of 12 differ" in result.output
    assert "in the same answers" in result.output


def test_changes_of_a_day_before_which_nothing_was_asked_says_so(home: Home) -> None:
    result = run(home, "changes", "--date", str(DAY - timedelta(days=7)))
    assert result.exit_code == 0
    assert "cannot tell. The window before holds no usable answer." in result.output


def test_changes_without_any_answer_says_what_to_do(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.watch(GPT)
    result = run(home, "changes")
    assert result.exit_code == 5
    assert "brand-monitor run" in result.output


def test_a_gold_set_is_drawn_labelled_and_scored(home: Home) -> None:
    drawn = run(home, "gold", "sample", "--monitor", "teas", "--n", "12")
    assert drawn.exit_code == 0, drawn.output
    file = gold_file(home.folder, "teas")
    assert len(file.read_text().splitlines()) == 12
    assert "Contoso is fine" not in file.read_text()
    # Two labels, one of them taken back and given again, and out.
    first = run(home, "gold", "label", "--monitor", "teas", keys="n\n0\nb\nr\nq\n")
    assert first.exit_code == 0, first.output
    assert "2 of 12 labelled" in first.output
    labels = [pair.labels for pair in read_gold(file)]
    assert labels[:3] == [("named",), ("recommended",), None]
    again = run(home, "gold", "label", "--monitor", "teas", keys="x\n?\nu\n" + "n\n" * 9)
    assert "no key x" in again.output
    assert "12 of 12 labelled" in again.output
    scored = run(home, "gold", "score", "--monitor", "teas")
    assert scored.exit_code == 0, scored.output
    assert "11 labelled pairs (1 unclear and 0 open ones left out)" in scored.output
    assert "recommended" in scored.output
    assert "rogan_gladen@1" in scored.output


def test_the_labeller_marks_the_mention_and_keeps_its_opinion_to_itself(home: Home) -> None:
    run(home, "gold", "sample", "--monitor", "teas", "--n", "12")
    shown = run(home, "gold", "label", "--monitor", "teas", keys="q\n").output
    assert "Question: Text of p" in shown
    marked = run(home, "gold", "label", "--monitor", "teas", keys="n\n" * 12).output
    assert ">>Contoso<< is fine" in marked
    assert "confidence" not in marked


def test_a_gold_set_with_labels_is_not_thrown_away_unless_one_says_so(home: Home) -> None:
    run(home, "gold", "sample", "--monitor", "teas", "--n", "12")
    run(home, "gold", "label", "--monitor", "teas", keys="n\nq\n")
    refused = run(home, "gold", "sample", "--monitor", "teas")
    assert refused.exit_code == 2
    assert "1 labels" in refused.output
    assert run(home, "gold", "sample", "--monitor", "teas", "--replace").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("gold", "label", "--monitor", "teas"), 5, "gold sample"),
        (("gold", "score", "--monitor", "teas"), 5, "gold sample"),
        (("gold", "sample", "--monitor", "coffees"), 2, "no monitor coffees"),
        (("gold", "sample", "--monitor", "teas", "--n", "2"), 2, "draw at least"),
    ],
)
def test_what_gold_cannot_do_is_said(home: Home, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = run(home, *arguments)
    assert result.exit_code == code, result.output
    assert words in " ".join(result.output.split())


def test_a_set_without_labels_has_no_score_and_a_damaged_line_is_named(home: Home) -> None:
    run(home, "gold", "sample", "--monitor", "teas", "--n", "12")
    assert "has no labels yet" in run(home, "gold", "score", "--monitor", "teas").output
    file = gold_file(home.folder, "teas")
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], json.dumps({"labels": None})]))
    result = run(home, "gold", "score", "--monitor", "teas")
    assert result.exit_code == 3
    assert "line 2" in result.output
