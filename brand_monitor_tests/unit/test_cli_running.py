"""``run`` and ``demo``: what they pass on, what they show, and the exit code of what came of it."""

import io
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from brand_monitor.backends.llm.progress import Progress
from brand_monitor.cli import progress as shown
from brand_monitor.cli.app import app
from brand_monitor.cli.exits import INCOMPLETE
from brand_monitor.cli.running import code_of
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.failures import ImportFileError, PastPartitionError, UnknownNameError
from brand_monitor.importer import ImportSummary
from brand_monitor.monitor.starter import write_example
from brand_monitor.partitions import today
from brand_monitor.stages import RunSummary, Stage, StageResult, execute

pytestmark = pytest.mark.usefixtures("one_day")


class FakeDay:
    """Stands in for a day's run: remembers how it was asked for, reports progress, returns a summary."""

    def __init__(self, *, errors: tuple[str, ...] = (), error: BaseException | None = None) -> None:
        self.errors, self.error = errors, error
        self.arguments: dict = {}

    def __call__(self, settings, deployment, day, **arguments) -> RunSummary:
        self.arguments = {"settings": settings, "deployment": deployment, "day": day, **arguments}
        if self.error is not None:
            raise self.error
        stage = Stage("ask", f"{day}|local")
        arguments["on_stage"](stage)
        report = arguments["progress"].start(None, "shoes: small-local")
        for received in range(1, 13):
            report(Progress(planned=12, received=received, failed=0, seconds=received * 2.0))
        result = StageResult(
            stage,
            "run-1",
            ok=not self.errors,
            seconds=30.0,
            errors=self.errors,
            model_seconds=24.0,
            calls_sent=12,
        )
        return RunSummary(day, [result], seconds=31.0)


@pytest.fixture
def home(tmp_path) -> Path:
    write_example("shoes", tmp_path / "monitors" / "shoes.yaml")
    return tmp_path


@pytest.fixture
def start(home, monkeypatch):
    """Run a command against a fake day; return the day and what the command did."""

    def run(*arguments: str, **kwargs):
        day = FakeDay(**kwargs)
        monkeypatch.setattr(shown, "run_day", day)
        monkeypatch.setattr("brand_monitor.cli.planning.refuse_above_budget", lambda *_: None)
        return day, CliRunner().invoke(app, ["--home", str(home), *arguments])

    return run


@pytest.fixture(autouse=True)
def _terminal(capfd):
    """Let the copied stderr be the one that the test captures."""


def test_run_asks_for_today_and_everything_by_default(start, home):
    day, done = start("run")

    assert done.exit_code == 0, done.stderr
    assert day.arguments["settings"].home == home
    assert day.arguments["day"] == today()
    assert day.arguments["deployment"] == "local"
    assert (day.arguments["monitors"], day.arguments["engines"]) == ((), ())
    assert (day.arguments["allow_reask"], day.arguments["ask"]) == (False, True)


def test_run_passes_its_options_on(start):
    day, _ = start(
        "run",
        "--date",
        "2026-11-20",
        "--monitor",
        "a",
        "--monitor",
        "b",
        "--engine",
        "local",
        "--allow-reask",
    )
    assert day.arguments["day"] == date(2026, 11, 20)
    assert day.arguments["monitors"] == ["a", "b"]
    assert day.arguments["engines"] == ["local"]
    assert day.arguments["allow_reask"]


def test_rederive_asks_nothing(start):
    day, _ = start("run", "--rederive")
    assert not day.arguments["ask"]


def test_run_ends_with_calls_and_with_the_time_of_models_and_of_everything_else(start):
    _, done = start("run", "--date", "2026-11-24")
    assert done.stdout.splitlines()[-1] == (
        "2026-11-24: 12 calls. Models' own time 24 s, everything else 7 s."
    )


def test_stages_and_counts_are_shown_without_a_terminal_too(start, capfd):
    start("run", "--date", "2026-11-24")
    assert capfd.readouterr().err.splitlines() == [
        "> ask 2026-11-24, local",
        "  shoes: small-local: 10/12 answers; 0:00:04 left",
        "  shoes: small-local: 12/12 answers; 0:00:00 left",
    ]


def test_a_failed_stage_is_shown_as_a_block_with_its_run_and_is_code_1(start):
    _, done = start("run", "--date", "2026-11-24", errors=("raw__answers: the model server\ndid not start",))
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "Error: ask 2026-11-24, local failed (Dagster run run-1)",
        "  raw__answers: the model server",
        "  did not start",
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnknownNameError("no monitor boots; known: shoes"), 2),
        (PastPartitionError("2026-11-20 has passed"), 5),
        (RuntimeError("boom"), 70),
    ],
)
def test_an_error_before_the_run_is_one_block(start, error, code):
    _, done = start("run", error=error)
    assert done.exit_code == code
    assert str(error) in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupted_run_is_code_130(start):
    _, done = start("run", error=KeyboardInterrupt())
    assert done.exit_code == 130
    assert "what was answered is stored; the same command goes on from there" in done.stderr


def test_demo_writes_its_monitor_runs_it_and_names_the_ui_command(start, home):
    day, done = start("demo")

    assert done.exit_code == 0, done.stderr
    assert (home / "monitors" / "demo.yaml").is_file()
    assert day.arguments["monitors"] == ["demo"]
    assert f"DAGSTER_HOME={home / 'dagster'} " in done.stdout
    assert "dagster dev -m brand_monitor.definitions" in done.stdout


def test_a_bar_says_failures_by_class_money_and_time_and_takes_no_words_for_markup():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120, color_system=None, _environ={})
    with shown._bars(console) as bars:
        report = shown.Bars(bars).start(None, "shoes: gpt")
        report(
            Progress(
                planned=10,
                received=4,
                failed=1,
                faults=Counter(timeout=2),
                cost_usd=1.25,
                seconds=50.0,
            )
        )
        bars.refresh()
        report(Progress(planned=10, received=5, stopped="[/closed] by the provider"))

    assert "5/10 1 failed; timeout 2; $1.25 so far; 0:00:50 left" in stream.getvalue()
    assert "5/10 5 not asked: [/closed] by the provider" in stream.getvalue()


def test_a_log_gets_a_line_now_and_then_at_the_end_and_when_nothing_more_is_asked():
    lines: list[str] = []
    report = ProgressSink().start(SimpleNamespace(info=lines.append), "shoes: gpt")
    for received in range(1, 13):
        report(Progress(planned=12, received=received, seconds=1.0))
    report(Progress(planned=12, received=3, stopped="no key"))

    assert lines == [
        "shoes: gpt: 10/12 answers; 0:00:00 left",
        "shoes: gpt: 12/12 answers; 0:00:00 left",
        "shoes: gpt: 3/12 answers; 9 not asked: no key",
    ]


@pytest.fixture
def bring_in(home, monkeypatch):
    """Run ``import`` against a fake importer; return its arguments and what the command did."""

    def run(result, *arguments: str):
        asked = []

        def fake(*positional, **keywords):
            asked.extend(positional)
            if isinstance(result, Exception):
                raise result
            keywords["on_stage"](Stage("rederive", "2026-11-20|import"))
            return result

        monkeypatch.setattr(shown, "import_captured", fake)
        return asked, CliRunner().invoke(app, ["--home", str(home), "import", *arguments])

    return run


def test_import_says_what_became_of_the_rows_and_of_every_day(bring_in, home, tmp_path):
    file = tmp_path / "answers.jsonl"
    file.write_text("{}")
    days = tuple(RunSummary(date(2026, 11, day), seconds=3.0) for day in (20, 21))

    asked, done = bring_in(
        ImportSummary("5 rows went in, 1 was rejected", days), str(file), "--monitor", "shoes"
    )

    assert done.exit_code == 0, done.stderr
    assert asked[1:] == ["local", file, "shoes"]
    assert done.stdout.splitlines()[0] == "5 rows went in, 1 was rejected"
    assert "2026-11-20: 0 calls" in done.stdout
    assert "2026-11-21: 0 calls" in done.stdout


def test_a_day_that_could_not_be_derived_makes_the_import_code_1(bring_in, tmp_path):
    file = tmp_path / "answers.jsonl"
    file.write_text("{}")
    stage = Stage("publish", "2026-11-20")
    failed = StageResult(stage, "run-1", ok=False, seconds=1.0, errors=("marts: dbt said no",))

    _, done = bring_in(
        ImportSummary("1 row went in", (RunSummary(date(2026, 11, 20), [failed]),)),
        str(file),
        "--monitor",
        "shoes",
    )

    assert done.exit_code == 1
    assert "Error: publish 2026-11-20 failed (Dagster run run-1)\n  marts: dbt said no" in done.stderr


def test_a_file_that_cannot_be_read_is_code_3_and_a_missing_one_wrong_usage(bring_in, tmp_path):
    file = tmp_path / "answers.pdf"
    file.write_text("%PDF")

    _, unreadable = bring_in(ImportFileError("answers.pdf is neither"), str(file), "--monitor", "shoes")
    _, missing = bring_in(None, str(tmp_path / "none.csv"), "--monitor", "shoes")

    assert (unreadable.exit_code, missing.exit_code) == (3, 2)
    assert unreadable.stderr == "Error: answers.pdf is neither\n"


def test_every_paid_call_of_a_run_is_in_its_summary_and_canaries_left_out_make_it_code_6():
    """Two tables of one run tell of their calls; one of them could not be asked."""
    days = dg.DailyPartitionsDefinition("2026-11-24")

    @dg.asset(partitions_def=days)
    def answers() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"calls_sent": 3, "cost_usd": 0.5, "model_seconds": 2.0})

    @dg.asset(partitions_def=days)
    def canaries() -> dg.MaterializeResult:
        told = {"calls_sent": 1, "cost_usd": 0.25, "incomplete": "shoes: gpt, canaries: no key"}
        return dg.MaterializeResult(metadata=told)

    defs = dg.Definitions([answers, canaries], jobs=[dg.define_asset_job("ask", selection="*")])
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute(defs, instance, Stage("ask", "2026-11-24"), {}, {})

    summary = RunSummary(date(2026, 11, 24), [result])
    assert (summary.calls_sent, summary.cost_usd, summary.model_seconds) == (4, 0.75, 2.0)
    assert summary.incomplete == ["shoes: gpt, canaries: no key"]
    assert code_of(summary) == INCOMPLETE
