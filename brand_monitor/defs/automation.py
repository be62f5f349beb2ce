"""Automation conditions: named, each with its reason.

Belongs here: conditions for what costs nothing. Not here: anything for ``raw/answers``, the paid root: a
wrong condition there would spend money.
"""

from typing import Any

import dagster as dg

from brand_monitor.defs.jobs import PAGES
from brand_monitor.deployment import Deployment
from brand_monitor.labels import SEED

#: What a day cannot be built from alone: its engines come after its pages.
_BEFORE_ENGINES = dg.AssetSelection.groups(SEED) | PAGES


def runs_by_itself(deployment: Deployment) -> bool:
    """Tell whether schedules and sensors start without a person switching them on."""
    return deployment in {"staging", "production"}


def sensor_default(*, running: bool) -> dg.DefaultSensorStatus:
    """Return the status that a sensor has until somebody changes it in the UI."""
    return dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED


def after_engines() -> dg.AutomationCondition[Any]:
    """Rebuild a day's projection when any of its inputs was updated, once nothing upstream still runs.

    ``eager()`` does not fit: it waits until no dependency is missing, and an engine that no monitor
    configures never has a partition, so the day would wait for ever. Missing engines are left out by
    the readers and shown as such by the report. Seed tables are ignored: they have no partitions, so an
    update of one would count for every day since the first, and every run updates them. Pages are ignored:
    the engines are asked after them, and a graph without one answer is a failed run.

    Edge-triggered (``since_last_handled``): a day that failed is not tried again until an input changes.
    """
    updated = dg.AutomationCondition.any_deps_updated().ignore(_BEFORE_ENGINES).since_last_handled()
    busy = dg.AutomationCondition.in_progress() | dg.AutomationCondition.any_deps_in_progress()
    return (updated & ~busy).with_label("after_engines")
