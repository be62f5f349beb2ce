"""The command ``discover``: what it prints, and what it says where there is nothing."""

from datetime import date, timedelta

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
NIKE = {"brand_id": "nike", "brand": "Nike", "role": "own"}
TARN = {
    "engine": "openai", "engine_id": "gpt", "candidate_key": "tarn", "candidate": "Tarn", "score": 4.0, "answers": 5,
    "listed_answers": 4, "sightings": 6, "titles": 2, "prompt_ids": ["p1", "p2"], "products": ["Ridge"],
    "sentence": "Try the \x1b[31mTarn Ridge.", "answer_id": "a1", "sentence_start": 0, "name_start": 8, "name_end": 12,
}  # fmt: skip


@pytest.fixture
def home(tmp_path):
    settings = Settings(tmp_path / "home")
    write_example("shoes", settings.monitors_dir / "shoes.yaml")
    return settings


def publish(settings, days, *rows):
    lake = Lake(FolderStore(settings.lake_dir))
    for table, partition, values in [
        ("seed/brands", Partition(), [NIKE]),
        *(("core/brand_candidates", Partition(day, "openai"), rows) for day in days),
    ]:
        schema = polars_schema(table)
        common = {"monitor_id": "shoes", "date": partition.day}
        full = [{name: (common | row).get(name, []) for name in schema} for row in values]
        lake.write(
            table, pl.DataFrame(full, schema=schema), partition=partition, monitor_id="shoes", metadata={}
        )


def run(settings, *arguments):
    return CliRunner().invoke(app, ["--home", str(settings.home), "discover", *arguments])


def test_suggestions_come_with_counts_a_sentence_and_yaml(home):
    publish(home, [DAY - timedelta(days=1), DAY], TARN)
    shown = run(home).output
    assert "Tarn  [10 answers, 8 list it, 2 prompts, gpt, 4 page titles]" in shown
    assert "Tarn Ridge." in shown
    assert "\x1b" not in shown
    assert '  - id: tarn\n    name: "Tarn"\n    role: competitor\n    products: ["Ridge"]' in shown


def test_days_bounds_the_window(home):
    publish(home, [DAY - timedelta(days=1), DAY], TARN)
    assert "[5 answers" in run(home, "--days", "1", "--monitor", "shoes").output


def test_the_monitor_file_is_never_changed(home):
    publish(home, [DAY], TARN)
    file = home.monitors_dir / "shoes.yaml"
    before = file.read_bytes()
    run(home)
    assert file.read_bytes() == before


def test_nothing_to_suggest_is_said(home):
    publish(home, [DAY], TARN | {"candidate": "Nike", "candidate_key": "nike"})
    assert "no name that is not tracked" in run(home).output


def test_without_a_run_the_command_says_what_to_do(home):
    result = run(home)
    assert result.exit_code != 0
    assert "start with `brand-monitor run`" in result.output


def test_an_unknown_monitor_is_named(home):
    publish(home, [DAY], TARN)
    result = run(home, "--monitor", "boots")
    assert result.exit_code != 0
    assert "boots" in result.output
