"""Captured answers that somebody put into the bucket are imported as those in the folder are."""

import json
from pathlib import Path

import dagster as dg
import pytest
import yaml

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.build import build_defs
from brand_monitor.defs.imports import DAYS_TAG
from brand_monitor.deployment import Settings, current_settings
from brand_monitor_tests.dagster.captured_days import MONITOR
from tools.servers.s3 import S3

BUCKET = "captured-answers"
KEY = "inbox/kitchen/monday.jsonl"
GOOD = {
    "question": MONITOR["prompts"][0]["text"],
    "answer": "Buy the Breville Bambino.",
    "engine": "ChatGPT",
    "asked_at": "2026-11-02T12:00:00Z",
}
BAD = GOOD | {"question": "Which shoes?"}


@pytest.fixture
def settings(
    s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Settings:
    """An installation whose lake is a folder of the bucket that this test has for itself."""
    s3.ensure_buckets(BUCKET)
    place = {"S3_BUCKET": BUCKET, "S3_PREFIX": f"{request.node.originalname}-{tmp_path.name[-1]}/"}
    for name, value in (s3.variables() | place).items():
        monkeypatch.setenv(name, value)
    monitors = tmp_path / "monitors"
    monitors.mkdir()
    (monitors / "kitchen.yaml").write_text(yaml.safe_dump(MONITOR))
    asked_only = MONITOR | {"id": "asked", "engines": [{"id": "a", "family": "local"}]}
    (monitors / "asked.yaml").write_text(yaml.safe_dump(asked_only))
    return current_settings(tmp_path)


@pytest.fixture
def objects(settings: Settings) -> ObjectStore:
    return open_objects(settings)


def drop(objects: ObjectStore, *rows: dict[str, str], key: str = KEY) -> None:
    objects.put(key, "".join(json.dumps(row) + "\n" for row in rows).encode())


def noticed(settings: Settings, objects: ObjectStore) -> list[dg.RunRequest]:
    sensor = build_defs("ci", settings=settings).resolve_sensor_def("captured_answers")
    context = dg.build_sensor_context(resources={"objects": objects})
    return list(sensor.evaluate_tick(context).run_requests or [])


def imported(
    settings: Settings, instance: dg.DagsterInstance, request: dg.RunRequest
) -> dg.ExecuteInProcessResult:
    job = build_defs("ci", settings=settings).resolve_job_def("import_captured")
    return job.execute_in_process(
        run_config=dict(request.run_config), instance=instance, raise_on_error=False
    )


def test_an_object_is_noticed_once_and_again_when_its_size_changes(
    settings: Settings, objects: ObjectStore
) -> None:
    drop(objects, GOOD)
    objects.put("inbox/kitchen/notes.txt", b"not for us")
    objects.put("inbox/loose.jsonl", b"{}")
    [first], [same] = noticed(settings, objects), noticed(settings, objects)
    assert first.run_key == same.run_key
    assert first.run_config["ops"]["import_file"]["config"] == {
        "path": KEY,
        "monitor_id": "kitchen",
        "is_object": True,
    }
    drop(objects, GOOD, BAD)
    assert noticed(settings, objects)[0].run_key != first.run_key


def test_its_rows_are_journaled_and_the_rejects_lie_beside_it(
    settings: Settings, objects: ObjectStore, instance: dg.DagsterInstance
) -> None:
    drop(objects, GOOD, BAD)
    [request] = noticed(settings, objects)
    result = imported(settings, instance, request)
    assert result.success
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    assert run.tags[DAYS_TAG] == "2026-11-02"
    [reject] = objects.get(f"{KEY}.rejects").decode().splitlines()
    assert json.loads(reject)["line"] == 2
    said = str([event.step_output_data.metadata for event in result.all_events if event.is_successful_output])
    assert f"{BUCKET}/" in said
    assert f"{KEY}.rejects" in said
    drop(objects, GOOD)
    assert imported(settings, instance, noticed(settings, objects)[0]).success
    assert not objects.exists(f"{KEY}.rejects"), "the rejects of an earlier version of the file went with it"


@pytest.mark.parametrize(
    ("folder", "words"),
    [("kitchens", "no monitor kitchens"), ("asked", f"s3://{BUCKET}/")],
    ids=["no such monitor", "a monitor that imports nothing"],
)
def test_what_cannot_be_imported_is_named_as_it_lies_in_the_bucket(
    settings: Settings, objects: ObjectStore, instance: dg.DagsterInstance, folder: str, words: str
) -> None:
    drop(objects, GOOD, key=f"inbox/{folder}/monday.jsonl")
    result = imported(settings, instance, noticed(settings, objects)[0])
    assert not result.success
    [error] = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    assert error is not None
    assert words in str(error.cause or error)
