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


def touched(lake: Lake, monitor_id: str, day: date) -> dict[str, list[date]]:
    """Return, per engine family, those of the last ``DAYS`` days that hold answers of the monitor."""
    days = [day - timedelta(days=back) for back in range(DAYS, -1, -1)]
    found = {
        family: [one for one in days if lake.published(_TABLE, Partition(one, family), monitor_id)]
        for family in ENGINE_FAMILIES
    }
    return {family: held for family, held in found.items() if held}


def ranges(days: Sequence[date], longest: int) -> Iterator[tuple[date, date]]:
    """Yield the stretches of days without a gap, first and last of each, at most ``longest`` days."""
    start = 0
    for stop in range(1, len(days) + 1):
        ends = stop == len(days) or days[stop] - days[stop - 1] > timedelta(days=1)
        if ends or stop - start == longest:
            yield days[start], days[stop - 1]
            start = stop


def requests(
    monitors: Mapping[str, Monitor], known: Mapping[str, str], lake: Lake, monitors_dir: Path, day: date
) -> Iterator[dg.RunRequest]:
    """Yield a run per engine family and stretch of days that a changed monitor touches.

    A monitor that is seen for the first time touches nothing.
    """
    for name, monitor in monitors.items():
        digest = reading_digest(monitor)
        if known.get(name, digest) == digest:
            continue
        for family, days in touched(lake, name, day).items():
            for first, last in ranges(days, RANGE_RUNS.max_partitions_per_run or 1):
                yield dg.RunRequest(
                    run_key=f"{name}:{digest}:{family}:{first}",
                    run_config=_only(name, monitors_dir),
                    tags={
                        "dagster/asset_partition_range_start": str(day_engine_key(first, family)),
                        "dagster/asset_partition_range_end": str(day_engine_key(last, family)),
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
        description=f"Derives the last {DAYS} days again where a change of brands or aspects touches them.",
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
