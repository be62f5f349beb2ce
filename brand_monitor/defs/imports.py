"""Captured answers: the job that reads a dropped file and the sensor that notices it.

A file is journaled first (its rows are what an engine would have answered) and then derived like any
other engine: the import family has no second path.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg

from brand_monitor.backends.llm.importing import import_answers
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.defs.automation import sensor_default
from brand_monitor.defs.jobs import ask
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import day_engine_key

DAYS_TAG = "brand_monitor/imported_days"
#: Output metadata: what became of the rows of the file, in words.
SUMMARY = "summary"
_SUFFIXES = {".jsonl", ".csv"}


class ImportConfig(dg.Config):
    """Which file, for which monitor."""

    path: str
    monitor_id: str


@dg.op
def import_file(
    context: dg.OpExecutionContext,
    config: ImportConfig,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    journal: dg.ResourceParam[Journal],
    objects: dg.ResourceParam[ObjectStore],
) -> None:
    """Journal the rows of one file; bad rows go to a rejects file with line and reason."""
    summary = import_answers(
        Path(config.path),
        monitors[config.monitor_id],
        journal=journal,
        payloads=PayloadStore(objects),
        run_id=context.run_id,
    )
    context.log.info(summary.text)
    context.add_output_metadata({SUMMARY: summary.text})
    context.instance.add_run_tags(
        context.run_id, {DAYS_TAG: ",".join(day.isoformat() for day in summary.days)}
    )


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
    )
    def derive_imported_days(context: dg.RunStatusSensorContext) -> Iterator[dg.RunRequest]:
        """Request the import partition of every day that an imported file speaks of."""
        run = context.instance.get_run_by_id(context.dagster_run.run_id)
        days = (run.tags.get(DAYS_TAG, "") if run else "").split(",")
        for day in filter(None, days):
            key = day_engine_key(date.fromisoformat(day), "import")
            yield dg.RunRequest(run_key=f"{context.dagster_run.run_id}:{day}", partition_key=key)

    return derive_imported_days


def inbox_sensor(inbox: Path, *, running: bool) -> dg.SensorDefinition:
    """Return the sensor that watches ``inbox/<monitor id>/`` for JSONL and CSV files."""

    @dg.sensor(
        name="captured_answers",
        job=import_captured,
        minimum_interval_seconds=30,
        default_status=sensor_default(running=running),
    )
    def captured_answers() -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Request one import per new or changed file; name, size and time tell whether it is new."""
        files = sorted(path for path in inbox.glob("*/*") if path.suffix in _SUFFIXES)
        if not files:
            yield dg.SkipReason(f"no .jsonl or .csv below {inbox}/<monitor id>/")
        for path in files:
            stat = path.stat()
            config = ImportConfig(path=str(path), monitor_id=path.parent.name)
            yield dg.RunRequest(
                run_key=f"{path}:{stat.st_size}:{stat.st_mtime_ns}",
                run_config=dg.RunConfig(ops={"import_file": config}),
            )

    return captured_answers
