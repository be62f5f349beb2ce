"""One run over many days gives what many runs give, and a changed monitor starts exactly the runs it needs."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.build import build_defs
from brand_monitor.defs.ranges import stretches
from brand_monitor.deployment import Settings
from brand_monitor.failures import MonitorFileError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import day_engine_key, split_key, today
from brand_monitor_tests.dagster.captured_days import MONITOR, captured_home, rederived

DAYS = [today() - timedelta(days=back) for back in (5, 4, 3)]
TABLES = ["raw/answers", "core/answer_mentions", "core/citations", "metrics/brand_metrics"]

pytestmark = [
    pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning"),
]


def home(folder: Path) -> Settings:
    settings = Settings(folder)
    captured_home(settings, DAYS)
    return settings


def lake_of(settings: Settings) -> Lake:
    return Lake(FolderStore(settings.lake_dir))


@pytest.fixture(scope="module")
def by_range(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, dg.DagsterInstance]]:
    settings = home(tmp_path_factory.mktemp("range"))
    with dg.DagsterInstance.ephemeral() as instance:
        assert rederived(settings, instance, DAYS[0], DAYS[-1]).success
        yield settings, instance


@pytest.fixture(scope="module")
def by_day(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = home(tmp_path_factory.mktemp("days"))
    with dg.DagsterInstance.ephemeral() as instance:
        for day in DAYS:
            assert rederived(settings, instance, day, day).success
    return settings


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("day", DAYS)
def test_a_range_writes_each_partition_as_a_run_of_its_own_would(
    by_range: tuple[Settings, dg.DagsterInstance], by_day: Settings, table: str, day: date
) -> None:
    read = [lake_of(one).read(table, [Partition(day, "import")]) for one in (by_range[0], by_day)]
    assert read[0].height > 0
    assert set(read[0]["date"]) == {day}
    changing = [name for name in read[0].columns if name.endswith("run_id")]
    assert_frame_equal(*(frame.drop(changing) for frame in read))


def test_every_partition_of_a_range_is_known_as_materialized(
    by_range: tuple[Settings, dg.DagsterInstance],
) -> None:
    known = by_range[1].get_materialized_partitions(dg.AssetKey(["metrics", "brand_metrics"]))
    assert known == {str(day_engine_key(day, "import")) for day in DAYS}


def test_what_is_told_of_a_partition_is_its_own_and_not_that_of_the_range(
    by_range: tuple[Settings, dg.DagsterInstance],
) -> None:
    settings, instance = by_range
    events = instance.get_records_for_run(
        instance.get_runs()[0].run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    ).records
    every = [record.asset_materialization for record in events]
    told = [one for one in every if one is not None and one.asset_key == dg.AssetKey(["raw", "answers"])]
    assert len(told) == len(DAYS)
    for one in told:
        rows = lake_of(settings).read("raw/answers", [Partition(*split_key(one.partition or ""))])
        assert one.metadata["dagster/row_count"].value == rows.height == len(MONITOR["prompts"])
        assert one.metadata["status"].value == {"ok": rows.height}
        assert one.metadata["calls_sent"].value == 0


def test_the_own_brands_headline_figures_are_numbers_that_the_ui_plots(
    by_range: tuple[Settings, dg.DagsterInstance],
) -> None:
    settings, instance = by_range
    key = str(day_engine_key(DAYS[-1], "import"))
    event = instance.fetch_materializations(
        dg.AssetRecordsFilter(dg.AssetKey(["metrics", "brand_metrics"]), asset_partitions=[key]), limit=1
    ).records[0]
    assert event.asset_materialization is not None
    told = event.asset_materialization.metadata["share_of_voice of breville: kitchen, chatgpt"].value
    figures = lake_of(settings).read("metrics/brand_metrics", [Partition(DAYS[-1], "import")])
    of_brand = figures.filter(metric="share_of_voice", subject="breville", segment="non_branded")
    assert told == of_brand["value"].item()


def tick(
    settings: Settings, instance: dg.DagsterInstance, cursor: str | None
) -> tuple[list[dg.RunRequest], str | None]:
    defs = build_defs("ci", settings=settings)
    context = dg.build_sensor_context(
        instance=instance, cursor=cursor, resources={"lake": lake_of(settings)}, definitions=defs
    )
    result = defs.resolve_sensor_def("changed_monitors").evaluate_tick(context)
    return list(result.run_requests or []), result.cursor


def change(settings: Settings, **changes: object) -> None:
    (settings.monitors_dir / "kitchen.yaml").write_text(yaml.safe_dump(MONITOR | changes))


def test_a_changed_brand_derives_the_days_with_answers_again_in_one_run(
    by_range: tuple[Settings, dg.DagsterInstance],
) -> None:
    settings, instance = by_range
    first, cursor = tick(settings, instance, None)
    assert first == []
    brands = json.loads(json.dumps(MONITOR["brands"]))
    brands[1]["aliases"] = ["Gaggia Classic"]
    change(settings, brands=brands)
    [request], later = tick(settings, instance, cursor)
    assert request.tags["dagster/asset_partition_range_start"] == str(day_engine_key(DAYS[0], "import"))
    assert request.tags["dagster/asset_partition_range_end"] == str(day_engine_key(DAYS[-1], "import"))
    assert request.run_config["resources"]["monitors"]["config"]["only"] == ["kitchen"]
    assert {ask["config"]["ask"] for ask in request.run_config["ops"].values()} == {False}
    assert tick(settings, instance, later)[0] == []


def test_a_changed_prompt_touches_nothing_that_was_answered(
    by_range: tuple[Settings, dg.DagsterInstance],
) -> None:
    settings, instance = by_range
    change(settings)
    _, cursor = tick(settings, instance, None)
    change(settings, prompts=[*MONITOR["prompts"], {"id": "new", "text": "Which grinder?"}])
    assert tick(settings, instance, cursor)[0] == []


def test_a_wrong_file_fails_the_tick_and_forgets_nothing(
    by_range: tuple[Settings, dg.DagsterInstance],
) -> None:
    settings, instance = by_range
    change(settings, brands=[])
    with pytest.raises(MonitorFileError, match="brands"):
        tick(settings, instance, "{}")
    change(settings)


def test_stretches_of_days_end_at_gaps_and_at_the_longest_run() -> None:
    start = date(2026, 1, 1)
    days = [start + timedelta(days=at) for at in (0, 1, 2, 3, 7, 9, 10)]
    assert [(last - first).days + 1 for first, last in stretches(days, 3)] == [3, 1, 1, 2]
    assert list(stretches([], 3)) == []


def test_frames_of_one_day_hold_no_row_of_another(by_range: tuple[Settings, dg.DagsterInstance]) -> None:
    lake = lake_of(by_range[0])
    whole = lake.read_window("core/answer_mentions", DAYS[0], DAYS[-1])
    parts = [lake.read("core/answer_mentions", [Partition(day, "import")]) for day in DAYS]
    assert whole.height == pl.concat(parts).height
