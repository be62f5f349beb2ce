"""A month of backfill in a cluster: runs over all days, as the daemon makes them, against a run a day.

The answers of the days were captured elsewhere and are imported before; the backfill derives them, asks
nobody, and is launched as the UI does it: the policies of the assets make a few runs of it. Of the single
days only a sample runs; its total is multiplied and marked `~`. The same in one process: `backfill.py`.

    python benchmarks/cluster_backfill.py --answers 60 --single 6
"""

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from backfill import FAMILY, MONITOR, imported
from cluster_release import measured_release
from pod_meter import Meter, stage_table, waits

from brand_monitor.build import build_defs
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.partitions import day_engine_key, today
from brand_monitor_tests.cluster.installation import Installation, until

#: Days.
MONTH = 30
_LAUNCH = """mutation ($what: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $what) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""

_STATUS = """query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status } ... on PythonError { message } } }"""


def captured(release: Installation, days: list[date], answers: int) -> None:
    """Put the captured answers of the days into journal and lake of the release, from this machine."""
    release.watch(MONITOR)
    variables = release.postgres.variables() | release.s3.variables()
    with tempfile.TemporaryDirectory() as home, release.cluster.inside():
        (Path(home) / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
        imported(current_settings(Path(home)), days, answers)


def as_range(release: Installation, days: list[date]) -> list[dict[str, Any]]:
    """Launch the backfill of all days, as the UI does; return its runs, once there are no more to come."""
    tables = build_defs("ci", settings=Settings(Path("var"))).resolve_job_def("rederive").asset_layer
    what = {
        "tags": [],
        "assetSelection": [{"path": list(key.path)} for key in sorted(tables.executable_asset_keys)],
        "partitionNames": [str(day_engine_key(day, FAMILY)) for day in days],
        "fromFailure": False,
    }
    launched = release.told(_LAUNCH, what=what)
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    wanted = [{"key": "dagster/backfill", "value": launched["backfillId"]}]
    backfill = launched["backfillId"]
    until(
        lambda: release.told(_STATUS, id=backfill)["status"].startswith("COMPLETED"), "it ends", seconds=1800
    )
    return [release.succeed(run["runId"], seconds=1800) for run in release.runs(tags=wanted)]


def one_by_one(release: Installation, days: list[date]) -> list[dict[str, Any]]:
    """Launch a run for each day; return the runs."""
    ids = [release.launch("rederive", str(day_engine_key(day, FAMILY))) for day in days]
    return [release.succeed(run_id, seconds=1800) for run_id in ids]


def row(backfill: str, runs: list[dict[str, Any]], seconds: float, days: int, meter: Meter) -> str:
    """Return what so many days took; what a month is made of by multiplying carries a mark."""
    used = sum(meter.cpu_seconds[run["runId"]] for run in runs)
    most = max(meter.most_mb[run["runId"]] for run in runs)
    cells = [backfill, str(len(runs)), f"{seconds:.0f}", f"{used:.0f}", f"{used / days:.1f}"]
    month = f"{'' if days == MONTH else '~'}{used / days * MONTH:.0f}"
    return f"| {' | '.join(cells)} | {month} | {most:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answers", type=int, default=60, help="answers a day")
    parser.add_argument("--single", type=int, default=6, help="days that are derived by a run each")
    options = parser.parse_args()

    days = [today() - timedelta(days=back) for back in range(MONTH, 0, -1)]
    sample = days[: options.single]
    with measured_release() as (release, _, meter):
        captured(release, days, options.answers)
        start = time.perf_counter()
        singles = one_by_one(release, sample)
        took = time.perf_counter() - start
        print("| backfill | runs | wall s | CPU s | CPU s a day | CPU s a month | most memory MB of a pod |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        print(row(f"a run a day, {len(sample)} days", singles, took, len(sample), meter), flush=True)
        start = time.perf_counter()
        ranged = as_range(release, days)
        print(row(f"as ranges, {MONTH} days", ranged, time.perf_counter() - start, MONTH, meter))
        print()
        chosen = {"the first of the single runs": singles[0], "the range": ranged[0]}
        print(stage_table(list(chosen), [waits(release, run) for run in chosen.values()]))


if __name__ == "__main__":
    main()
