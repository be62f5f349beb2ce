"""A backfill from the UI gives what the command line gives, and one that was stopped goes on with the rest.

The command line calls the Python API (``rederiving``), whose own tests are in ``test_rederiving``.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.build import build_defs
from brand_monitor.cli.app import app
from brand_monitor.defs.jobs import ASKING
from brand_monitor.defs.ranges import range_tags
from brand_monitor.deployment import Settings
from brand_monitor.instance import open_instance
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import day_engine_key, today
from brand_monitor_tests.dagster.captured_days import captured_home
from brand_monitor_tests.dagster.daemon_in_process import (
    LOCATION,
    REPOSITORY,
    DaemonInProcess,
    daemon_in_process,
)

# Two stretches, so two runs.
DAYS = [today() - timedelta(days=back) for back in (5, 4, 2)]
KEYS = [str(day_engine_key(day, "import")) for day in DAYS]
BEFORE = ["seed/brands", "seed/prompts", "raw/answers"]
STRETCHES = [(KEYS[0], KEYS[1]), (KEYS[2], KEYS[2])]

pytestmark = [
    pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning"),
]


def derive_answers(settings: Settings) -> None:
    """Publish the answers of the days and the monitor, and nothing that is derived of them."""
    job = build_defs("ci", settings=settings).resolve_job_def("rederive")
    with dg.DagsterInstance.ephemeral() as instance:
        for first, last in STRETCHES:
            result = job.execute_in_process(
                instance=instance,
                asset_selection=[dg.AssetKey(table.split("/")) for table in BEFORE],
                run_config={"ops": {"raw__answers": {"config": {"ask": False}}}},
                tags=range_tags(first, last) if first != last else {},
                partition_key=first if first == last else None,
            )
            assert result.success


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answered") / "home"
    captured_home(Settings(folder), DAYS)
    derive_answers(Settings(folder))
    return folder


def copy_of(answered: Path, folder: Path) -> Settings:
    shutil.copytree(answered, folder)
    return Settings(folder)


@pytest.fixture(scope="module")
def by_command(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return a home whose days were derived by the command line."""
    settings = copy_of(answered, tmp_path_factory.mktemp("command") / "home")
    days = ["--since", DAYS[0].isoformat(), "--until", DAYS[-1].isoformat()]
    done = CliRunner().invoke(app, ["--home", str(settings.home), "run", "--rederive", "--no-publish", *days])
    assert done.exit_code == 0, done.output
    with open_instance(settings) as instance:
        assert len(instance.get_runs()) == len(STRETCHES)
    return settings


@contextmanager
def ui_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[DaemonInProcess]:
    monkeypatch.setenv("BRAND_MONITOR_HOME", str(settings.home))
    monkeypatch.setenv("BRAND_MONITOR_ENV", "ci")
    with daemon_in_process(settings) as ui:
        yield ui


def tables_of(job: str, settings: Settings) -> list[str]:
    keys = build_defs("ci", settings=settings).resolve_job_def(job).asset_layer.executable_asset_keys
    return sorted(key.to_user_string() for key in keys)


def selection(tables: list[str]) -> list[dict[str, Any]]:
    return [{"path": table.split("/")} for table in tables]


def stretch_of(run: dg.DagsterRun) -> tuple[str, str]:
    return (
        run.tags["dagster/asset_partition_range_start"],
        run.tags["dagster/asset_partition_range_end"],
    )


def rows(settings: Settings, table: str, day: date) -> pl.DataFrame:
    """Return what was published of a day, without the runs that wrote it."""
    partition = Partition() if table.startswith("seed/") else Partition(day, "import")
    frame = Lake(FolderStore(settings.lake_dir)).read(table, [partition])
    return frame.drop(name for name in frame.columns if name.endswith("run_id"))


def test_a_backfill_of_the_job_derives_what_the_command_line_derives_in_as_many_runs(
    answered: Path, by_command: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copy_of(answered, tmp_path / "home")
    tables = tables_of("rederive", settings)
    with ui_of(settings, monkeypatch) as ui:
        backfill = ui.launch(
            # What the UI sends for *Materialize all* on the page of the job.
            {
                "tags": [],
                "assetSelection": selection(tables),
                "partitionNames": KEYS,
                "fromFailure": False,
                "selector": {
                    "partitionSetName": "rederive_partition_set",
                    "repositorySelector": {
                        "repositoryLocationName": LOCATION,
                        "repositoryName": REPOSITORY,
                    },
                },
            }
        )
        assert ui.finished(backfill) == "COMPLETED_SUCCESS"
        runs = ui.runs_of(backfill)
    assert [stretch_of(run) for run in runs] == STRETCHES
    assert [run.run_config["ops"][op]["config"]["ask"] for run in runs for op in ASKING] == [False] * 6
    for table in tables:
        for day in DAYS:
            assert_frame_equal(rows(settings, table, day), rows(by_command, table, day))


def derived_tables(settings: Settings) -> list[str]:
    """Return the tables by day and engine that are derived of answers."""
    return [
        table for table in tables_of("rederive", settings) if table not in {*BEFORE, "raw/canary_answers"}
    ]


def kill_a_run_between_two_days_of(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill the run that is about to publish a second day of a table, once."""
    publish, published = Lake.publish, []

    def counted(self: Lake, name: str, *positional: Any, **options: Any) -> None:
        published.append(name)
        if name == table and published.count(name) == 2:
            raise dg.DagsterExecutionInterruptedError
        publish(self, name, *positional, **options)

    monkeypatch.setattr(Lake, "publish", counted)


def test_a_backfill_that_was_stopped_has_published_whole_days_and_resumes_with_the_others(
    answered: Path, by_command: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two runs the first is killed between two days of a table, and a person cancels the second."""
    settings = copy_of(answered, tmp_path / "home")
    tables = derived_tables(settings)
    lake = Lake(FolderStore(settings.lake_dir))

    def published() -> set[tuple[str, date]]:
        return {(table, day) for table in tables for day in lake.days(table)}

    kill_a_run_between_two_days_of("metrics/brand_metrics", monkeypatch)
    with ui_of(settings, monkeypatch) as ui:
        # What the UI sends for assets of one axis that a person selected.
        stopped = ui.launch({"tags": [], "assetSelection": selection(tables), "partitionNames": KEYS})
        ui.tick()
        ui.cancel(stopped)
        assert ui.finished(stopped) == "CANCELED"
        killed, cancelled = ui.runs_of(stopped)
        assert (killed.status.value, cancelled.status.value) == ("FAILURE", "CANCELED")

        whole = published()
        assert [table for table, _ in whole].count("core/answer_mentions") == 2
        assert [table for table, _ in whole].count("metrics/brand_metrics") == 1
        assert DAYS[2] not in {day for _, day in whole}
        for table, day in whole:
            assert_frame_equal(rows(settings, table, day), rows(by_command, table, day))

        resumed = ui.resume(stopped)
        assert ui.finished(resumed) == "COMPLETED_SUCCESS"
        rest = ui.runs_of(resumed)
    # The cancelled day takes two runs: what the killed one had done of the others, and then what it had not.
    assert sorted(map(stretch_of, rest)) == [*STRETCHES, STRETCHES[1]]
    [again] = [run for run in rest if stretch_of(run) == STRETCHES[0]]
    assert dg.AssetKey(["core", "answer_mentions"]) not in (again.asset_selection or set())
    assert published() == {(table, day) for table in tables for day in DAYS}
    for table in tables:
        for day in DAYS:
            assert_frame_equal(rows(settings, table, day), rows(by_command, table, day))
