"""A changed monitor file: what it touches is derived again from stored answers, and nothing else.

Belongs here: which part of a monitor changed, and which partitions rest on it. Not here: deriving (``jobs``).

Brands, aspects and thresholds decide how stored answers are read, so their change is worth a re-derivation.
Prompts, sites, engines and budgets decide what is asked next: stored answers stay what they are.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from brand_monitor.defs.automation import sensor_default
from brand_monitor.defs.jobs import ASKING, rederive
from brand_monitor.defs.ranges import range_tags, stretches
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import ENGINE_FAMILIES, RANGE_RUNS, day_engine_key, today

#: Parts of a monitor file that say what is asked or fetched, and when: stored answers do not depend on them.
ASKED = frozenset(
    {
        "version",
        "id",
        "market",
        "prompts",
        "sites",
        "engines",
        "experiments",
        "budget",
        "scraping",
        "demo_web",
    }
)
DAYS = 90
_TABLE = "raw/answers"


def reading_digest(monitor: Monitor) -> str:
    """Return a hash of all that decides how the answers of a monitor are read."""
    parts = monitor.model_dump(mode="json", exclude=set(ASKED))
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def touched(lake: Lake, monitors: Sequence[str], days: Sequence[date]) -> dict[str, list[date]]:
    """Return, per engine family that has any, those of ``days`` that hold answers of one of the monitors."""
    held = sorted(set(lake.days(_TABLE)) & set(days))

    def is_held(day: date, family: str) -> bool:
        return any(lake.published(_TABLE, Partition(day, family), monitor) for monitor in monitors)

    found = {family: [day for day in held if is_held(day, family)] for family in ENGINE_FAMILIES}
    return {family: days for family, days in found.items() if days}


def requests(
    monitors: Mapping[str, Monitor], known: Mapping[str, str], lake: Lake, monitors_dir: Path, day: date
) -> Iterator[dg.RunRequest]:
    """Yield a run per engine family and stretch of days that a changed monitor touches.

    A monitor that is seen for the first time touches nothing.
    """
    days = [day - timedelta(days=back) for back in range(DAYS, -1, -1)]
    for name, monitor in monitors.items():
        digest = reading_digest(monitor)
        if known.get(name, digest) == digest:
            continue
        for family, held in touched(lake, [name], days).items():
            for first, last in stretches(held, RANGE_RUNS.max_partitions_per_run or 1):
                yield dg.RunRequest(
                    run_key=f"{name}:{digest}:{family}:{first}",
                    run_config=_only(name, monitors_dir),
                    tags={
                        **range_tags(day_engine_key(first, family), day_engine_key(last, family)),
                        "brand_monitor/changed_monitor": name,
                    },
                )


def _only(monitor_id: str, monitors_dir: Path) -> dict[str, Any]:
    return {
        "resources": {"monitors": {"config": {"folder": str(monitors_dir), "only": [monitor_id]}}},
        "ops": {name: {"config": {"ask": False}} for name in ASKING},
    }


def monitor_sensor(monitors_dir: Path, *, running: bool) -> dg.SensorDefinition:
    """Return the sensor that watches the monitor files."""

    @dg.sensor(
        name="changed_monitors",
        job=rederive,
        minimum_interval_seconds=120,
        default_status=sensor_default(running=running),
        description=f"After a change of brands or aspects: derives again what it touches of {DAYS} days.",
    )
    def changed_monitors(
        context: dg.SensorEvaluationContext, lake: dg.ResourceParam[Lake]
    ) -> dg.SensorResult:
        """Compare the monitors with those of the last tick; a wrong file fails the tick."""
        monitors = load_monitors(monitors_dir)
        known: dict[str, str] = json.loads(context.cursor or "{}")
        wanted = list(requests(monitors, known, lake, monitors_dir, today()))
        cursor = json.dumps({name: reading_digest(monitor) for name, monitor in monitors.items()})
        return dg.SensorResult(run_requests=wanted, cursor=cursor)

    return changed_monitors
