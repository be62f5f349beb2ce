"""What starts by itself: the schedule, the step to the engines, captured answers, the projections."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.events import StepMaterializationData

from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.simulation import Stores
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.build import build_defs
from brand_monitor.defs.automation import after_engines
from brand_monitor.defs.imports import DAYS_TAG, inbox_sensor
from brand_monitor.defs.ranges import range_tags
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.failures import PermanentFailure
from brand_monitor.partitions import DAILY, DAILY_BY_ENGINE, day_engine_key, split_key, today

MONITOR = {
    "version": 1,
    "id": "tiny",
    "market": "Shoes",
    "brands": [
        {"id": "own", "name": "Larkstride", "role": "own"},
        {"id": "ctrl", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "p", "text": "Which shoes?"}],
    "sites": [{"id": "s", "pages": ["https://example.com/"]}],
    "engines": [
        {"id": "a", "family": "local"},
        {"id": "b", "family": "grounded"},
        {"id": "c", "family": "import", "model": "ChatGPT"},
    ],
}


@pytest.fixture
def monitors(settings: Settings) -> Path:
    settings.monitors_dir.mkdir(parents=True)
    path = settings.monitors_dir / "tiny.yaml"
    path.write_text(yaml.safe_dump(MONITOR))
    return path


IMPORT_CONFIG = {"ops": {"import_file": {"config": {"path": "a.jsonl", "monitor_id": "tiny"}}}}


def success_of(defs: dg.Definitions, job: str, instance: dg.DagsterInstance, tags: dict[str, str]) -> dict:
    """Return what a run-status sensor is told of a run of ``job`` that succeeded."""
    definition = defs.resolve_job_def(job)
    run = instance.create_run_for_job(
        definition, tags=tags, run_config=IMPORT_CONFIG if job == "import_captured" else {}
    )
    event = dg.DagsterEvent("PIPELINE_SUCCESS", job_name=job)
    return {"dagster_instance": instance, "dagster_run": run, "dagster_event": event}


def stores_in(settings: Settings) -> Stores:
    """Return the stores of an installation in which nothing was asked."""
    return Stores(
        settings=settings,
        journal=Journal(open_engine(settings.journal_url)),
        payloads=PayloadStore(FolderStore(settings.lake_dir)),
        coordinations=Coordinations(settings.coordination_url),
        prices=PriceSheet(settings.home),
    )


def test_todays_partition_exists_while_the_day_still_runs() -> None:
    assert today().isoformat() in DAILY.get_partition_keys()
    assert DAILY_BY_ENGINE.has_partition_key(day_engine_key(today(), "local"))


def test_a_partition_key_splits_into_day_and_engine() -> None:
    day = today()
    assert split_key(day_engine_key(day, "grounded")) == (day, "grounded")
    assert split_key(day.isoformat()) == (day, None)


@pytest.mark.parametrize(
    ("deployment", "status"),
    [("local", "STOPPED"), ("ci", "STOPPED"), ("staging", "RUNNING"), ("production", "RUNNING")],
)
def test_nothing_starts_by_itself_on_a_persons_machine(
    deployment: Deployment, status: str, settings: Settings
) -> None:
    defs = build_defs(deployment, settings=settings)
    for schedule in ("daily_at_05_00", "evening_checks", "monthly_maintenance"):
        assert defs.resolve_schedule_def(schedule).default_status.value == status
    for sensor in (
        "ask_after_daily",
        "projections",
        "captured_answers",
        "derive_imported_days",
        "changed_monitors",
        "budget_alerts",
        "failed_runs",
        "model_change_alerts",
    ):
        assert defs.resolve_sensor_def(sensor).default_status.value == status


@pytest.mark.usefixtures("monitors")
def test_when_the_pages_are_there_each_engine_in_use_is_asked_once(
    defs: dg.Definitions, instance: dg.DagsterInstance, settings: Settings
) -> None:
    told = success_of(defs, "daily", instance, {"dagster/partition": "2026-11-24"})
    sensor = defs.resolve_sensor_def("ask_after_daily")
    resources = {"stores": stores_in(settings)}
    context = dg.build_run_status_sensor_context("ask_after_daily", resources=resources, **told)
    requests = list(sensor(context))
    assert [request.partition_key for request in requests] == ["2026-11-24|grounded", "2026-11-24|local"]
    assert len({request.run_key for request in requests}) == 2


@pytest.mark.usefixtures("monitors")
def test_pages_of_several_days_ask_nobody(
    defs: dg.Definitions, instance: dg.DagsterInstance, settings: Settings
) -> None:
    """A person who scrapes for past days starts a run that names no day."""
    told = success_of(defs, "daily", instance, range_tags("2026-11-23", "2026-11-24"))
    context = dg.build_run_status_sensor_context(
        "ask_after_daily", resources={"stores": stores_in(settings)}, **told
    )
    [skipped] = list(defs.resolve_sensor_def("ask_after_daily")(context))
    assert "several days" in skipped.skip_message


def test_a_dropped_file_is_imported_once_and_again_when_it_changes(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    sensor = inbox_sensor(inbox, running=False)

    def tick() -> Any:
        context = dg.build_sensor_context(resources={"objects": FolderStore(tmp_path / "lake")})
        return sensor.evaluate_tick(context)

    assert "no .jsonl or .csv" in str(tick().skip_message)
    file = inbox / "tiny" / "answers.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text("{}\n")
    (file.parent / "answers.jsonl.rejects").write_text("")
    [first] = tick().run_requests or []
    [same] = tick().run_requests or []
    assert first.run_key == same.run_key
    assert first.run_config["ops"]["import_file"]["config"] == {
        "path": str(file),
        "monitor_id": "tiny",
        "is_object": False,
    }
    file.write_text("{}\n{}\n")
    [changed] = tick().run_requests or []
    assert changed.run_key != first.run_key


def test_an_imported_file_derives_the_days_it_speaks_of(
    defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    told = success_of(defs, "import_captured", instance, {DAYS_TAG: "2025-05-24,2025-05-25,2025-05-30"})
    sensor = defs.resolve_sensor_def("derive_imported_days")
    requests = list(sensor(dg.build_run_status_sensor_context("derive_imported_days", **told)))
    assert [
        [request.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end")]
        for request in requests
    ] == [["2025-05-24|import", "2025-05-25|import"], ["2025-05-30|import", "2025-05-30|import"]]


def test_a_projection_follows_an_engine_although_others_never_ran(instance: dg.DagsterInstance) -> None:
    """``eager()`` would wait for the engines that nobody configured."""

    @dg.asset(partitions_def=DAILY_BY_ENGINE)
    def figures() -> None: ...

    @dg.asset(partitions_def=DAILY, deps=[figures], automation_condition=after_engines(waits_for=()))
    def mart() -> None: ...

    defs = dg.Definitions(assets=[figures, mart])
    day = today().isoformat()
    first = dg.evaluate_automation_conditions(defs=defs, instance=instance)
    assert first.total_requested == 0
    instance.report_runless_asset_event(dg.AssetMaterialization("figures", partition=f"{day}|local"))
    second = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=first.cursor)
    assert second.get_requested_partitions(dg.AssetKey("mart")) == {day}
    third = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=second.cursor)
    assert third.total_requested == 0
    instance.report_runless_asset_event(dg.AssetMaterialization("figures", partition="2025-05-24|import"))
    fourth = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=third.cursor)
    assert fourth.get_requested_partitions(dg.AssetKey("mart")) == {"2025-05-24"}


def test_a_day_that_failed_is_published_again_only_when_one_of_its_tables_changes(
    instance: dg.DagsterInstance,
) -> None:
    """The third way in which Dagster could try again what needs a person."""

    @dg.asset(partitions_def=DAILY_BY_ENGINE)
    def figures() -> None: ...

    @dg.asset(partitions_def=DAILY, deps=[figures], automation_condition=after_engines(waits_for=()))
    def mart() -> None:
        raise PermanentFailure("a rule of the schema is broken")

    defs = dg.Definitions(assets=[figures, mart])
    day, cursor = "2026-11-24", None

    def tick() -> set[str | None]:
        nonlocal cursor
        result = dg.evaluate_automation_conditions(defs=defs, instance=instance, cursor=cursor)
        cursor = result.cursor
        return set(result.get_requested_partitions(dg.AssetKey("mart")))

    def measured() -> None:
        instance.report_runless_asset_event(dg.AssetMaterialization("figures", partition=f"{day}|local"))

    assert tick() == set()
    measured()
    assert tick() == {day}
    failed = dg.materialize(
        [figures, mart], selection=[mart], partition_key=day, instance=instance, raise_on_error=False
    )
    assert not failed.success
    assert [tick(), tick()] == [set(), set()]
    measured()
    assert tick() == {day}


def test_a_changed_seed_table_does_not_rebuild_every_day_since_the_first(
    defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    """Every run writes the seed tables, which have no partitions: each would count for hundreds of days."""
    selection = dg.AssetSelection.groups("marts", "graph", "search", "reports")
    day = today().isoformat()
    instance.report_runless_asset_event(
        dg.AssetMaterialization(["metrics", "brand_metrics"], partition=f"{day}|local")
    )
    first = dg.evaluate_automation_conditions(defs=defs, instance=instance, asset_selection=selection)
    for seed in ("brands", "prompts"):
        instance.report_runless_asset_event(dg.AssetMaterialization(["seed", seed]))
    second = dg.evaluate_automation_conditions(
        defs=defs, instance=instance, asset_selection=selection, cursor=first.cursor
    )
    assert second.total_requested == 0
    instance.report_runless_asset_event(dg.AssetMaterialization(["raw", "answers"], partition=f"{day}|local"))
    third = dg.evaluate_automation_conditions(
        defs=defs, instance=instance, asset_selection=selection, cursor=second.cursor
    )
    assert third.get_requested_partitions(dg.AssetKey(["graph", "nodes"])) == {day}
    assert third.get_requested_partitions(dg.AssetKey(["reports", "daily_reports"])) == {day}


def test_a_days_pages_alone_publish_nothing(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    """The engines are asked after them: a graph of pages without one answer is a run that fails."""
    selection = dg.AssetSelection.groups("marts", "graph", "search", "reports")
    day = today().isoformat()
    first = dg.evaluate_automation_conditions(defs=defs, instance=instance, asset_selection=selection)
    for table in (["raw", "page_snapshots"], ["core", "documents"], ["core", "page_mentions"]):
        instance.report_runless_asset_event(dg.AssetMaterialization(table, partition=day))
    second = dg.evaluate_automation_conditions(
        defs=defs, instance=instance, asset_selection=selection, cursor=first.cursor
    )
    assert second.total_requested == 0


def test_nothing_of_a_day_is_published_before_its_engines_wrote_their_last_table(
    defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    """Else ranks of a graph are wanted before the graph: their own inputs are written minutes earlier."""
    day, ask = today(), defs.resolve_job_def("ask")
    partition = str(day_engine_key(day, "openai"))
    target = dg.AssetSelection.groups("marts", "graph", "search", "reports")
    now = dg.evaluate_automation_conditions(defs=defs, instance=instance, asset_selection=target)
    # Dagster notes what the run will write. Its seed tables stay unwritten: they hold up no day.
    run = instance.create_run_for_job(
        ask, tags={"dagster/partition": partition}, status=dg.DagsterRunStatus.STARTED
    )
    planned = [key for key in ask.asset_layer.executable_asset_keys if key.path[0] != "seed"]
    *most, last = sorted(planned, key=lambda key: key.path[0] == "metrics")

    def write(key: dg.AssetKey) -> None:
        written = StepMaterializationData(dg.AssetMaterialization(key, partition=partition))
        event = dg.DagsterEvent("ASSET_MATERIALIZATION", job_name="ask", event_specific_data=written)
        instance.report_dagster_event(event, run.run_id)

    for keys in (most, [last]):
        assert now.total_requested == 0
        for key in keys:
            write(key)
        now = dg.evaluate_automation_conditions(
            defs=defs, instance=instance, asset_selection=target, cursor=now.cursor
        )
    for table in (
        "graph/nodes",
        "graph/brand_pageranks",
        "marts/window_brand_metrics",
        "search/search_projections",
        "reports/daily_reports",
    ):
        assert now.get_requested_partitions(dg.AssetKey(table.split("/"))) == {day.isoformat()}, table
