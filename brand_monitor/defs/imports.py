"""Captured answers: the job that reads a dropped file and the sensor that notices it.

A file is journaled first (its rows are what an engine would have answered) and then derived like any
other engine: the import family has no second path. It lies in the inbox of the home, or, for those who have
no access to this machine, as an object below ``inbox/`` of the lake's store.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath

import dagster as dg

from brand_monitor.backends.llm.importing import REJECTS_SUFFIX, ImportedFile, import_answers
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.parallel import at_once
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.defs.automation import sensor_default
from brand_monitor.defs.jobs import ask
from brand_monitor.defs.ranges import range_tags, stretches
from brand_monitor.failures import ImportFileError
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.selection import select_monitors
from brand_monitor.partitions import RANGE_RUNS, day_engine_key

DAYS_TAG = "brand_monitor/imported_days"
#: Output metadata: what became of the rows of the file, in words.
SUMMARY = "summary"
INBOX = "inbox"
FAMILY = "import"
_SUFFIXES = {".jsonl", ".csv"}
_DEPTH = len(PurePosixPath("inbox/monitor/file").parts)


class ImportConfig(dg.Config):
    """Which file, for which monitor; ``is_object`` says that ``path`` is a key of the lake's store."""

    path: str
    monitor_id: str
    is_object: bool = False


@dg.op
def import_file(
    context: dg.OpExecutionContext,
    config: ImportConfig,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    journal: dg.ResourceParam[Journal],
    objects: dg.ResourceParam[ObjectStore],
) -> None:
    """Journal the rows of one file; bad rows go to a rejects file beside it, with line and reason."""
    monitor = select_monitors(monitors, [config.monitor_id])[config.monitor_id]
    with _on_disk(config, objects) as path:
        outcome = import_answers(
            path, monitor, journal=journal, payloads=PayloadStore(objects), run_id=context.run_id
        )
        summary = _kept(outcome, config, objects) if config.is_object else outcome.text
    context.log.info(summary)
    context.add_output_metadata({SUMMARY: summary})
    context.instance.add_run_tags(
        context.run_id, {DAYS_TAG: ",".join(day.isoformat() for day in outcome.days)}
    )


@contextmanager
def _on_disk(config: ImportConfig, objects: ObjectStore) -> Iterator[Path]:
    """Yield where the rows can be read: the file, or a copy of the object that is gone afterwards."""
    if not config.is_object:
        yield Path(config.path)
        return
    with tempfile.TemporaryDirectory(prefix="brand-monitor-") as folder:
        copy = Path(folder) / PurePosixPath(config.path).name
        copy.write_bytes(objects.get(config.path))
        try:
            yield copy
        except ImportFileError as error:  # it names the copy, which nobody will find
            raise ImportFileError(str(error).replace(str(copy), objects.uri(config.path))) from error


def _kept(outcome: ImportedFile, config: ImportConfig, objects: ObjectStore) -> str:
    """Keep the rejects as an object beside the object, and return what a person reads of the file."""
    key = config.path + REJECTS_SUFFIX
    if outcome.rejects:
        objects.put(key, outcome.rejects_path.read_bytes())
    else:
        objects.delete(key)
    return outcome.text.replace(str(outcome.rejects_path), objects.uri(key))


@dg.job(description="Journals a file of captured answers; its success derives the days it speaks of.")
def import_captured() -> None:
    """Read one dropped file."""
    import_file()


def derived_days_sensor(*, running: bool) -> dg.SensorDefinition:
    """Return the sensor that leads from an imported file to the days that it speaks of."""

    @dg.run_status_sensor(
        name="derive_imported_days",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[import_captured],
        request_job=ask,
        default_status=sensor_default(running=running),
        description="After an import: derives the days that the file speaks of, a month a run.",
    )
    def derive_imported_days(context: dg.RunStatusSensorContext) -> Iterator[dg.RunRequest]:
        """Request the import partitions of the days that an imported file speaks of, a month a run."""
        run = context.instance.get_run_by_id(context.dagster_run.run_id)
        named = (run.tags.get(DAYS_TAG, "") if run else "").split(",")
        days = sorted(date.fromisoformat(day) for day in named if day)
        for first, last in stretches(days, RANGE_RUNS.max_partitions_per_run or 1):
            keys = (day_engine_key(day, FAMILY) for day in (first, last))
            yield dg.RunRequest(run_key=f"{context.dagster_run.run_id}:{first}", tags=range_tags(*keys))

    return derive_imported_days


def inbox_sensor(inbox: Path, *, running: bool) -> dg.SensorDefinition:
    """Return the sensor that watches ``inbox/<monitor id>/``, of the home and of the lake's store."""

    @dg.sensor(
        name="captured_answers",
        job=import_captured,
        minimum_interval_seconds=30,
        default_status=sensor_default(running=running),
        description="Imports .jsonl and .csv files of inbox/<monitor id>/, in the home or in the bucket.",
    )
    def captured_answers(objects: dg.ResourceParam[ObjectStore]) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Request one import per new or changed file."""
        requests = [*_of_folder(inbox), *_of_store(objects)]
        if not requests:
            yield dg.SkipReason(f"no .jsonl or .csv below {inbox}/<monitor id>/ or {objects.uri(INBOX)}/")
        yield from requests

    return captured_answers


def _of_folder(inbox: Path) -> Iterator[dg.RunRequest]:
    """Yield a request per file; name, size and time tell whether it is new."""
    for path in sorted(path for path in inbox.glob("*/*") if path.suffix in _SUFFIXES):
        stat = path.stat()
        config = ImportConfig(path=str(path), monitor_id=path.parent.name)
        yield _request(f"{path}:{stat.st_size}:{stat.st_mtime_ns}", config)


def _of_store(objects: ObjectStore) -> Iterator[dg.RunRequest]:
    """Yield a request per object; key and size tell whether it is new."""
    keys = [PurePosixPath(key) for key in objects.list(INBOX)]
    keys = [key for key in keys if len(key.parts) == _DEPTH and key.suffix in _SUFFIXES]
    for key, size in zip(keys, at_once(objects, lambda key: objects.size(str(key)), keys), strict=True):
        if size is not None:  # else somebody took it away meanwhile
            config = ImportConfig(path=str(key), monitor_id=key.parent.name, is_object=True)
            yield _request(f"{key}:{size}", config)


def _request(run_key: str, config: ImportConfig) -> dg.RunRequest:
    return dg.RunRequest(run_key=run_key, run_config=dg.RunConfig(ops={"import_file": config}))
