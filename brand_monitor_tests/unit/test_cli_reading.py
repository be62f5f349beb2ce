"""The commands that read: what they show of a lake, and what they say where there is nothing."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.cli.app import app
from brand_monitor.deployment import Settings
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.starter import write_example
from brand_monitor.schemas.registry import polars_schema

DAY = date(2026, 11, 24)
MONITOR = "shoes"


def rows(table: str, *values: dict) -> pl.DataFrame:
    """Return a frame of a table; what is not given is empty, 0 or null by its type."""
    schema = polars_schema(table)
    common = {"monitor_id": MONITOR, "date": DAY, "engine": "local", "engine_id": "small-local"}
    empty = {pl.Int64: 0, pl.String: "", pl.Boolean: False, pl.Float64: 0.0}
    data = [
        {
            name: (common | value).get(
                name, [] if kind.base_type() is pl.List else empty.get(kind.base_type())
            )
            for name, kind in schema.items()
        }
        for value in values
    ]
    return pl.DataFrame(data, schema=schema, orient="row")


def figure(brand_id: str, value: float | None, **more) -> dict:
    return {
        "segment": "non_branded",
        "subject": brand_id,
        "subject_kind": "brand",
        "metric": "visibility",
        "definition": "visibility@1",
        "value": value,
        "lower": None if value is None else max(0.0, value - 0.1),
        "upper": None if value is None else min(1.0, value + 0.1),
        "n": 9,
        "k": 3,
        "numerator": 4.0,
        "denominator": 9.0,
        "reason": None,
        "flags": ["rough_fewer_than_10_prompts"],
    } | more


def answer(number: int, text: str, **more) -> dict:
    return {
        "answer_id": f"a{number}",
        "prompt_id": "first-pair",
        "prompt_text": "Which?",
        "intent": "discovery",
        "persona": None,
        "locale": "en",
        "repeat": number,
        "surface": "local",
        "model": "SmolLM2-135M-Instruct",
        "status": "ok",
        "reason": None,
        "text": text,
        "asked_at": datetime(2026, 11, 24, tzinfo=UTC),
        "attempts": 1,
        "payload_hash": f"{number}" * 64,
        "run_id": "run-ask",
    } | more


def mention(number: int, sentence: str, **more) -> dict:
    return {
        "answer_id": f"a{number}",
        "prompt_id": "first-pair",
        "brand_id": "nike",
        "surface": "Nike",
        "end": 4,
        "kind": "named",
        "is_counted": True,
        "reason": "default",
        "entity_rank": 1,
        "list_rank": None,
        "prominence": 1.0,
        "sentence": sentence,
    } | more


@pytest.fixture
def home(tmp_path) -> Path:
    """An installation with one monitor, one engine and one reported day."""
    settings = Settings(tmp_path / "home")
    write_example(MONITOR, settings.monitors_dir / "shoes.yaml")
    lake = Lake(FolderStore(settings.lake_dir))
    asked, day = Partition(DAY, "local"), Partition(DAY)
    brands = [("nike", "Nike", "own"), ("adidas", "Adidas", "competitor"), ("hoka", "Hoka", "competitor")]
    brands.append(("velmorane", "Velmorane", "control"))
    contents = {
        ("seed/brands", Partition()): [
            {"brand_id": brand_id, "brand": brand, "role": role} for brand_id, brand, role in brands
        ],
        ("metrics/brand_metrics", asked): [
            figure("hoka", None, reason="no_answers", flags=[]),
            figure("adidas", 0.5, failed=2, refused=1),
            figure("nike", 0.4444),
            figure("velmorane", 0.0),
        ],
        ("raw/answers", asked): [
            answer(1, "Nike is good."),
            answer(2, "No idea."),
            *(answer(number, "Nike.") for number in range(3, 15)),
        ],
        ("core/answer_mentions", asked): [
            mention(1, "Nike is \x1b[31mgood\x1b[0m."),
            *(mention(number, "Nike.") for number in range(3, 15)),
        ],
        ("reports/daily_reports", day): [{"report_key": "reports/html/date=2026-11-24/shoes/report.html"}],
    }
    for (table, partition), values in contents.items():
        frame = rows(table, *values)
        metadata = {"dagster_run_id": "run-count"}
        lake.write(table, frame, partition=partition, monitor_id=MONITOR, metadata=metadata)
    return settings.home


@pytest.fixture
def invoke(home):
    def run(*arguments: str):
        return CliRunner().invoke(app, ["--home", str(home), *arguments], env={"COLUMNS": "120"})

    return run


def test_report_shows_figures_with_their_intervals_and_the_path(invoke, home):
    done = invoke("report")

    assert done.exit_code == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Visibility: shoes, 2026-11-24" in lines
    assert "brand n 9, k 3" in lines
    shown = [line for line in lines if line.startswith(("Nike", "Adidas", "Hoka", "Velmorane"))]
    assert shown == [
        "Nike (own) 44 % (34 to 54 %)",
        "Adidas 50 % (40 to 60 %)",
        "Hoka \N{EM DASH} no answers",
        "Velmorane (control) 0 % (0 to 10 %)",
    ]
    assert f"Report: {home}/lake/reports/html/date=2026-11-24/shoes/report.html" in lines


def test_report_says_what_must_be_read_with_the_table(invoke):
    text = invoke("report").stdout
    assert "visibility@1, non-branded prompts, cluster-robust Wilson over prompts, 95 %" in text
    assert "small-local: embedded model: plumbing, not evidence." in text
    assert "small-local: 2 failed and 1 refused answers are in no denominator." in text


def test_a_day_without_a_report_is_refused_with_what_to_do(invoke):
    done = invoke("report", "--date", "2026-11-23")
    assert done.exit_code == 5
    assert "holds no report of 2026-11-23 for monitor shoes; start with `brand-monitor run`" in done.stderr


def test_a_monitor_that_nothing_carries_is_wrong_usage_and_the_known_ones_are_named(invoke):
    done = invoke("report", "--monitor", "boots")
    assert done.exit_code == 2
    assert "no monitor boots; known: shoes" in done.stderr


def test_trace_leads_a_number_to_its_sentences_payloads_and_runs(invoke):
    done = invoke("trace", "shoes/small-local/nike")

    assert done.exit_code == 0, done.stderr
    text = done.stdout
    assert "Visibility (visibility@1) of nike" in text
    assert "0.4444, 34 to 54" in text
    assert "4 of 9" in text
    assert "9 answers (n), 3 prompts (k)" in text
    assert "rough_fewer_than_10_prompts" in text
    assert "computed  Dagster run run-count" in text
    assert "asked     Dagster run run-ask" in text
    assert "  first-pair #1 named as 'Nike': Nike is [U+001B][31mgood[U+001B][0m." in text
    assert f"  + first-pair #1 ok {'1' * 64}" in text
    assert "  - first-pair #2 ok" not in text  # answers that name the brand come first
    assert f"  - first-pair #2 ok {'2' * 64}" in invoke("trace", "shoes/small-local/nike", "--all").stdout


def test_trace_shows_ten_sentences_and_says_how_many_are_left(invoke):
    short, full = (
        invoke("trace", "shoes/small-local/nike@2026-11-24"),
        invoke("trace", "shoes/small-local/nike", "--all"),
    )
    assert "Sentences: 13" in short.stdout
    assert "... 3 more with --all" in short.stdout
    assert full.stdout.count(" named as ") == 13
    assert "more with --all" not in full.stdout


def test_trace_of_a_null_figure_gives_its_reason(invoke):
    assert "value     no_answers, no interval" in invoke("trace", "shoes/small-local/hoka").stdout


def test_trace_of_a_number_that_does_not_exist_lists_those_that_do(invoke):
    done = invoke("trace", "shoes/small-local/asics")
    assert done.exit_code == 2
    assert "small-local/adidas, small-local/hoka, small-local/nike" in done.stderr


@pytest.mark.parametrize("number", ["nike", "a//b", "a/b/c/d/e", "a/b/c@yesterday"])
def test_an_address_that_is_none_is_wrong_usage(invoke, number):
    done = invoke("trace", number)
    assert done.exit_code == 2
    assert "NUMBER" in done.stderr


def test_search_says_where_nothing_is_found(invoke):
    done = invoke("search", "carbon", "plate")
    assert done.exit_code == 0, done.stderr
    assert "Nothing in documents holds any of these words" in done.stdout


def test_search_finds_pages_by_their_words(invoke, home):
    from brand_monitor.backends.search.embedded import TantivyIndex
    from brand_monitor.backends.search.interface import Entry

    index = TantivyIndex(Settings(home).state_dir / "search")
    entry = Entry("d1", title="Trail \x1b]0;shoes", text="A carbon plate is stiff.", url="http://a.example/")
    index.replace_day(MONITOR, DAY, "documents", [entry])
    index.close()

    done = invoke("search", "plates")

    assert "http://a.example/" in done.stdout
    assert "[shoes, 2026-11-24]" in done.stdout
    assert "\x1b" not in done.stdout


def test_reading_writes_nothing(invoke, home):
    before = sorted(str(path) for path in home.rglob("*"))
    for arguments in (["report"], ["trace", "shoes/small-local/nike"], ["check"]):
        invoke(*arguments)
    assert sorted(str(path) for path in home.rglob("*")) == before


def test_an_empty_installation_says_where_to_start(tmp_path):
    for arguments in (["report"], ["run"]):
        done = CliRunner().invoke(app, ["--home", str(tmp_path), *arguments])
        assert done.exit_code == 2
        assert "`brand-monitor init NAME`" in done.stderr
