"""Daemon and webserver after a thousand runs: their memory, the size of Dagster's database, the UI's pages.

Code server, daemon and webserver are those of the chart, as processes of this machine on a real PostgreSQL.
Every run is real, with all its events, in that database; only the start of a process for each is left out.
The first ones (--queued) are launched at the webserver, wait in the queue, and are taken out by the daemon,
whose run launcher hands them to one worker that lives long. The others are executed in the process of the
benchmark, while daemon, sensors and webserver look at them: the queue takes more processor time than the run.
After each ten runs somebody opens the pages of the UI that are timed here.

Memory is what a process has for itself; it does not depend on how busy the machine is, and neither do counts.
Processor time hardly does. Milliseconds do.

    python benchmarks/thousand_runs.py --stages 25 50 250 500 750 1000 --queued 50 --job rebuild_marts
"""

import argparse
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import yaml
from backfill import FAMILY, MONITOR
from control_plane import ControlPlane, control_plane
from processes import cpu_seconds, own_megabytes

from brand_monitor.partitions import day_engine_key, today

#: What the pages of the UI ask, shortened to what they show.
PAGES = {
    "runs": """{ runsOrError(limit: 25) { ... on Runs { results {
      runId status jobName startTime endTime creationTime tags { key value } } } } }""",
    "a run": """query ($run: ID!) {
      runOrError(runId: $run) { ... on Run { status stepStats { stepKey status startTime } } }
      logsForRun(runId: $run, limit: 1000) { ... on EventConnection { cursor events {
        ... on MessageEvent { timestamp level stepKey eventType message } } } } }""",
    "assets": """{ assetNodes { assetKey { path } groupName kinds
      assetMaterializations(limit: 1) { timestamp runId } } }""",
    "an asset's partitions": """{ assetNodeOrError(assetKey: {path: ["raw", "answers"]}) { ... on AssetNode {
      assetPartitionStatuses { ... on MultiPartitionStatuses { ranges { primaryDimStartKey } } }
      partitionStats { numMaterialized numFailed } } } }""",
    "automation": """{ instance { daemonHealth { allDaemonStatuses { daemonType healthy } } }
      repositoryOrError(repositorySelector: {
        repositoryName: "__repository__", repositoryLocationName: "brand_monitor" }) { ... on Repository {
        schedules { name scheduleState { status ticks(limit: 1) { timestamp status } } }
        sensors { name sensorState { status ticks(limit: 1) { timestamp status } } } } } }""",
}
SHOWN = ("daemon", "webserver", "code")


def visit(plane: ControlPlane, run_id: str, rounds: int = 1) -> dict[str, float]:
    """Open every page; return the median milliseconds of each."""
    took: dict[str, list[float]] = {name: [] for name in PAGES}
    for _ in range(rounds):
        for name, query in PAGES.items():
            start = time.perf_counter()
            plane.ask(query, **({"run": run_id} if "$run" in query else {}))
            took[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(times) for name, times in took.items()}


def idle_cpu(plane: ControlPlane, seconds: int) -> dict[str, float]:
    """Return the processor seconds an hour that each process takes while nothing happens."""
    before = {name: cpu_seconds(plane.processes[name]) for name in SHOWN}
    time.sleep(seconds)
    return {name: 3600 * (cpu_seconds(plane.processes[name]) - before[name]) / seconds for name in SHOWN}


def partition(job: str, number: int) -> str | None:
    """Return the partition of a run: each its own, since a day runs once at once."""
    return str(day_engine_key(today() - timedelta(days=number % 600), FAMILY)) if job == "rederive" else None


def queue(plane: ControlPlane, job: str, numbers: range) -> str:
    """Launch runs, visit the UI as they go, and wait until they are through; return the last one's id."""
    wanted, run_id = plane.runs("SUCCESS") + len(numbers), ""
    for number in numbers:
        key = partition(job, number)
        run_id = plane.launch(job, {"dagster/partition": key} if key else {})
        if number % 10 == 9:
            visit(plane, run_id)
    while plane.runs("SUCCESS") < wanted:
        assert not plane.runs("FAILURE"), "a run failed; the worker's log says why"
        time.sleep(1)
    return run_id


def execute(plane: ControlPlane, job: str, numbers: range) -> str:
    """Execute runs here, visit the UI as they go; return the last one's id."""
    definition, run_id = plane.definitions().resolve_job_def(job), ""
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with plane.instance() as instance:
        for number in numbers:
            key = partition(job, number)
            run_id = definition.execute_in_process(
                run_config=quiet, partition_key=key, instance=instance
            ).run_id
            if number % 10 == 9:
                visit(plane, run_id)
    return run_id


def row(plane: ControlPlane, runs: int) -> str:
    memory = [f"{own_megabytes([plane.processes[name]]):.0f}" for name in SHOWN]
    cells = [f"{runs:,}", *memory, f"{plane.database_megabytes():.1f}"]
    cells += [f"{plane.events():,}", f"{plane.connections():,}"]
    return f"| {' | '.join(cells)} |"


def measure(plane: ControlPlane, job: str, stages: list[int], queued: int, idle_seconds: int) -> None:
    """Print the tables: memory after each number of runs in ``stages``; the first ones are queued."""
    last = queue(plane, job, range(1))
    pages = {"before": visit(plane, last, rounds=5)}
    idle = {"before": idle_cpu(plane, idle_seconds)}
    print(f"| runs of `{job}` | {' MB | '.join(SHOWN)} MB | database MB | events | connections made |")
    print(f"|---:|{'---:|' * (len(SHOWN) + 3)}", flush=True)
    print(row(plane, 1), flush=True)
    size, done = plane.database_megabytes(), 1
    for stage in stages:
        last = (queue if stage <= queued else execute)(plane, job, range(done, stage))
        done = stage
        print(row(plane, done), flush=True)
    size = 1000 * (plane.database_megabytes() - size) / (done - 1)
    print(f"\nA run makes {size:.0f} KB of the database, ticks of sensors in that time included.\n")
    pages["after"], idle["after"] = visit(plane, last, rounds=5), idle_cpu(plane, idle_seconds)
    for title, kept in (("ms of a page, median of 5", pages), ("idle, CPU s an hour", idle)):
        print(f"| {title} | before | after |\n|---|---:|---:|")
        for name in kept["before"]:
            print(f"| {name} | {kept['before'][name]:.0f} | {kept['after'][name]:.0f} |")
        print()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stages", type=int, nargs="+", default=[25, 50, 250, 500, 750, 1_000])
    parser.add_argument(
        "--queued", type=int, default=50, help="runs that go through the queue, the first ones"
    )
    parser.add_argument("--job", default="rebuild_marts", choices=("rebuild_marts", "rederive"))
    parser.add_argument("--deployment", default="staging", choices=("staging", "ci"))
    parser.add_argument("--dequeue-seconds", type=int, default=5, help="how often the queue is looked at")
    parser.add_argument("--at-once", type=int, default=25, help="most runs that are out of the queue")
    parser.add_argument("--idle-seconds", type=int, default=60, help="how long an idle process is watched")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="brand-monitor-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        monitors = folder / "home" / "monitors"
        monitors.mkdir(parents=True)
        (monitors / "kitchen.yaml").write_text(yaml.safe_dump(MONITOR))
        with control_plane(
            folder, options.deployment, dequeue_seconds=options.dequeue_seconds, at_once=options.at_once
        ) as plane:
            measure(plane, options.job, options.stages, options.queued, options.idle_seconds)


if __name__ == "__main__":
    main()
