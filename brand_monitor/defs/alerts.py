"""Sensors that tell a person: of runs that failed, and of models that changed.

Belongs here: from events of Dagster to alerts. Not here: carriers and the memory of what was told
(``backends.notify``), money (``money``), standing checks (``inventory``).
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import dagster as dg
from dagster._core.definitions.assets.job.asset_job import is_reserved_asset_job_name

from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert
from brand_monitor.defs.automation import sensor_default
from brand_monitor.partitions import split_key, today

_RETRY_TAG = "dagster/retry_number"
#: What differs between failures of one cause: numbers, ids, dates, quoted names.
_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|\b[0-9a-f]{8,}\b|\d+")
_LONGEST = 1_500
MODEL_CHANGES = dg.AssetKey(["core", "model_changes"])
#: How old a day may be whose change of model is told of.
NEWS = timedelta(days=7)
_MOST = 500


def failure_alert(context: dg.RunFailureSensorContext) -> Alert | None:
    """Return the alert of a failed run, None for a retry: its first attempt was told of.

    The cause is the job and the first error without what varies: ten engines that fail on one full disk are
    one alert a day.
    """
    run = context.dagster_run
    if _RETRY_TAG in run.tags:
        return None
    where, what = _first_error(context)
    partition = run.tags.get("dagster/partition") or "no partition"
    return Alert(
        cause=f"run:{run.job_name}:{where}:{_VARIABLE.sub('#', what.splitlines()[0] if what else '')}",
        period=today().isoformat(),
        severity="error",
        title=f"{_name_of(run, where)} failed: {partition}",
        text=f"{f'Step {where}: ' if where else ''}{what[:_LONGEST]}\nRun {run.run_id}.",
    )


def _name_of(run: dg.DagsterRun, step: str) -> str:
    """Return what a person calls the run: assets that automation or the UI chose have no job of their own."""
    return f"run of assets ({step})" if is_reserved_asset_job_name(run.job_name) else f"run of {run.job_name}"


def _first_error(context: dg.RunFailureSensorContext) -> tuple[str, str]:
    """Return step and innermost error of the first step that failed, else what the run says."""
    for event in context.get_step_failure_events():
        if error := event.step_failure_data.error:
            while error.cause is not None:
                error = error.cause
            return event.step_key or "", error.message.strip()
    return "", context.failure_event.message or ""


def failure_sensor(*, running: bool) -> dg.SensorDefinition:
    """Return the sensor that tells of failed runs of every job, once a cause and day."""

    @dg.run_failure_sensor(
        name="failed_runs",
        default_status=sensor_default(running=running),
        description="One alert per cause and day; retries of a run are not told of again.",
    )
    def failed_runs(context: dg.RunFailureSensorContext, alerts: dg.ResourceParam[AlertDesk]) -> None:
        if (alert := failure_alert(context)) is not None:
            alerts.raise_alert(alert)

    return failed_runs


def model_change_alert(partition: str, kinds: Mapping[str, Any]) -> Alert | None:
    """Return the alert of a day and engine on which a model changed, None if none did."""
    if not kinds:
        return None
    day, _, engine = partition.partition("|")
    said = ", ".join(f"{name} ({count})" for name, count in kinds.items())
    return Alert(
        cause=f"model:{engine}",
        period=day,
        severity="warning",
        title=f"{engine}: the model behind an engine changed on {day}",
        text=(
            f"Found: {said}. Figures before and after are not of one model: changes across this day carry "
            "the verdict model_changed. The rows are in core/model_changes."
        ),
    )


def model_change_sensor(*, running: bool) -> dg.SensorDefinition:
    """Return the sensor that tells of models that changed.

    It reads every materialization since its last tick: Dagster's own asset sensor sees the latest alone, and
    ten engines are done between two ticks.
    """

    @dg.sensor(
        name="model_change_alerts",
        minimum_interval_seconds=60,
        default_status=sensor_default(running=running),
        description="Tells when the model that a provider serves, or how it answers canaries, changed.",
    )
    def model_changes(
        context: dg.SensorEvaluationContext, alerts: dg.ResourceParam[AlertDesk]
    ) -> dg.SkipReason:
        seen = int(context.cursor) if context.cursor else _newest(context.instance)
        told = []
        since = dg.AssetRecordsFilter(asset_key=MODEL_CHANGES, after_storage_id=seen)
        for record in context.instance.fetch_materializations(since, limit=_MOST, ascending=True).records:
            alert = _alert_of(record.asset_materialization)
            if alert is not None and alerts.raise_alert(alert):
                told.append(alert.title)
            seen = record.storage_id
        context.update_cursor(str(seen))
        return dg.SkipReason("; ".join(told) or "nothing changed that nobody heard of")

    return model_changes


def _newest(instance: dg.DagsterInstance) -> int:
    """Return where a first tick begins: what happened before the sensor was there is no news."""
    newest = instance.fetch_materializations(MODEL_CHANGES, limit=1).records
    return newest[0].storage_id if newest else 0


def _alert_of(materialization: dg.AssetMaterialization | None) -> Alert | None:
    """Return the alert of a materialization; a day that was derived again much later is no news either."""
    if materialization is None or not materialization.partition:
        return None
    day, _ = split_key(materialization.partition)
    found = materialization.metadata.get("kinds")
    kinds = found.value if found is not None and isinstance(found.value, Mapping) else {}
    return model_change_alert(materialization.partition, kinds) if day >= today() - NEWS else None
