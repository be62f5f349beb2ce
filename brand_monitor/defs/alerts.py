"""Sensors that tell a person: of runs that failed, and of models that changed.

Belongs here: from events of Dagster to alerts. Not here: carriers and the memory of what was told
(``backends.notify``), money (``money``), standing checks (``inventory``).
"""

import re
from collections.abc import Mapping
from typing import Any

import dagster as dg

from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert
from brand_monitor.defs.automation import sensor_default
from brand_monitor.partitions import today

_RETRY_TAG = "dagster/retry_number"
#: What differs between failures of one cause: numbers, ids, dates, quoted names.
_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|\b[0-9a-f]{8,}\b|\d+")
_LONGEST = 1_500


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
        title=f"run of {run.job_name} failed: {partition}",
        text=f"{f'Step {where}: ' if where else ''}{what[:_LONGEST]}\nRun {run.run_id}.",
    )


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
    """Return the sensor that tells of models that changed."""

    @dg.asset_sensor(
        asset_key=dg.AssetKey(["core", "model_changes"]),
        name="model_change_alerts",
        default_status=sensor_default(running=running),
        description="Tells when the model that a provider serves, or how it answers canaries, changed.",
    )
    def model_changes(event: dg.EventLogEntry, alerts: dg.ResourceParam[AlertDesk]) -> dg.SkipReason:
        materialization = event.asset_materialization
        assert materialization is not None
        found = materialization.metadata.get("kinds")
        kinds = found.value if found is not None and isinstance(found.value, Mapping) else {}
        alert = model_change_alert(materialization.partition or "", kinds)
        told = alert is not None and alerts.raise_alert(alert)
        return dg.SkipReason("told of it" if told else "nothing changed that nobody heard of")

    return model_changes
