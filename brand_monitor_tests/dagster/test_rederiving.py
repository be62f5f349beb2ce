"""Many days are derived again in few runs, from the command line or Python, and nobody is asked."""

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.cli.app import app
from brand_monitor.deployment import Settings
from brand_monitor.failures import MissingPartitionError, PastPartitionError, UnknownNameError
from brand_monitor.instance import open_instance
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import day_engine_key, today
from brand_monitor.rederiving import rederive_days
from brand_monitor.stages import Stage
from brand_monitor_tests.dagster.captured_days import captured_home, rederived

DAYS = [today() - timedelta(days=back) for back in (6, 5, 4, 2)]

pytestmark = [
    pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(tmp_path_factory.mktemp("home"))
    captured_home(settings, DAYS)
    with dg.DagsterInstance.ephemeral() as instance:
        for first, last in ((DAYS[0], DAYS[2]), (DAYS[3], DAYS[3])):
            assert rederived(settings, instance, first, last).success
    return settings


def test_a_run_holds_a_stretch_of_days_of_one_engine(home: Settings) -> None:
    seen: list[Stage] = []
    summary = rederive_days(home, "ci", DAYS[0], today(), publish=False, on_stage=seen.append)
    assert summary.ok
    keys = [str(day_engine_key(day, "import")) for day in DAYS]
    assert seen == [Stage("rederive", keys[0], keys[2]), Stage("rederive", keys[3])]
    assert [stage.label for stage in seen] == [
        f"rederive {DAYS[0]} to {DAYS[2]}, import",
        f"rederive {DAYS[3]}, import",
    ]
    assert summary.calls_sent == 0
    footer = Lake(FolderStore(home.lake_dir)).footer(
        "metrics/brand_metrics", Partition(DAYS[1], "import"), "kitchen"
    )
    assert footer["dagster_run_id"] == summary.results[0].run_id


def test_the_command_line_says_how_many_runs_it_took(home: Settings) -> None:
    days = ["--since", DAYS[0].isoformat(), "--until", DAYS[1].isoformat()]
    done = CliRunner().invoke(app, ["--home", str(home.home), "run", "--rederive", "--no-publish", *days])
    assert done.exit_code == 0, done.output
    assert f"{DAYS[0]} to {DAYS[1]}: 1 of 1 runs succeeded" in done.stdout
    assert "nobody was asked" in done.stdout
    with open_instance(home) as instance:
        [run] = instance.get_runs(limit=1)
    assert run.tags["dagster/asset_partition_range_end"] == str(day_engine_key(DAYS[1], "import"))


@pytest.mark.parametrize(
    ("first", "options", "failure"),
    [
        (date(2025, 3, 1), {}, MissingPartitionError),
        (DAYS[0], {"engines": ["openai"]}, MissingPartitionError),
        (DAYS[0], {"engines": ["nobody"]}, UnknownNameError),
        (DAYS[0], {"monitors": ["nobody"]}, UnknownNameError),
    ],
)
def test_what_is_not_there_is_refused_before_anything_runs(
    home: Settings, first: date, options: dict[str, list[str]], failure: type[Exception]
) -> None:
    last = first + timedelta(days=3)
    with pytest.raises(failure):
        rederive_days(home, "ci", first, last, **options)  # type: ignore[arg-type]


def test_days_to_come_are_refused(home: Settings) -> None:
    with pytest.raises(PastPartitionError, match="yet to come"):
        rederive_days(home, "ci", DAYS[0], today() + timedelta(days=1))


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--since", "2026-01-01"], 5, "cannot answer for days that have passed"),
        (["--until", "2026-01-01", "--rederive"], 2, "--since names the first"),
        (["--since", "2026-01-01", "--date", "2026-01-02", "--rederive"], 2, "--since names the first"),
    ],
)
def test_many_days_are_never_asked(tmp_path: Path, options: list[str], code: int, words: str) -> None:
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "run", *options])
    assert done.exit_code == code
    assert words in " ".join(done.output.split())
