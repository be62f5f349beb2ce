"""Automation conditions: named, each with its reason.

Belongs here: conditions for what costs nothing. Not here: anything for ``raw/answers``, the paid root: a
wrong condition there would spend money.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from brand_monitor.defs.jobs import OVER_ENGINES, PAGES
from brand_monitor.deployment import Deployment
from brand_monitor.labels import METRICS, SEED
from brand_monitor.schemas.registry import REGISTRY

#: What a day cannot be built from alone: its engines come after its pages.
_SEED = dg.AssetSelection.groups(SEED)
_BEFORE_ENGINES = _SEED | PAGES
#: What the run of an engine writes last; a run that is under way has them all before it.
WRITTEN_BY_ENGINES = tuple(
    dg.AssetKey(table.split("/"))
    for table in REGISTRY
    if table.startswith(f"{METRICS}/") and table != OVER_ENGINES
)
LAST_PUBLISHED = dg.AssetKey(["reports", "daily_reports"])


def runs_by_itself(deployment: Deployment) -> bool:
    """Tell whether schedules and sensors start without a person switching them on."""
    return deployment in {"staging", "production"}


def sensor_default(*, running: bool) -> dg.DefaultSensorStatus:
    """Return the status that a sensor has until somebody changes it in the UI."""
    return dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED


def after_engines(
    waits_for: Sequence[dg.AssetKey] = (*WRITTEN_BY_ENGINES, LAST_PUBLISHED),
) -> dg.AutomationCondition[Any]:
    """Rebuild a day's projection when any of its inputs was updated, once nothing upstream still runs.

    ``eager()`` does not fit: it waits until no dependency is missing, and an engine that no monitor
    configures never has a partition, so the day would wait for ever. Missing engines are left out by
    the readers and shown as such by the report. Seed tables are ignored: they have no partitions, so one
    that is updated or in progress would count for every day since the first, and every run writes them.
    Pages are ignored: the engines are asked after them, and a graph without one answer is a failed run.

    A day is published as a whole: nothing of it is requested while an engine's run still writes a table of
    the day or while the day is being published (``waits_for``). Direct inputs alone would not do: those of
    one projection are written minutes before those of another, and the day would fall into runs that
    overtake each other.

    Edge-triggered (``since_last_handled``): a day that failed is not tried again until an input changes.
    """
    updated = dg.AutomationCondition.any_deps_updated().ignore(_BEFORE_ENGINES).since_last_handled()
    deps_busy = dg.AutomationCondition.any_deps_in_progress().ignore(_SEED)
    busy = dg.AutomationCondition.in_progress() | deps_busy
    for key in waits_for:
        busy = busy | dg.AutomationCondition.asset_matches(key, dg.AutomationCondition.in_progress())
    return (updated & ~busy).with_label("after_engines")
