"""A day in a cluster: what run pods cost beside the same day in one process, and how long a run waits.

The chart is installed in the cluster of `python -m tools.cluster` (made and taken down if none is up) with
PostgreSQL and an S3 API of this machine; stubs answer at once for the providers, so that what is left is our
own time. Processor time and memory are those of the processes in the pods.

    python -m tools.image build && python benchmarks/cluster_day.py --engines 4
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
import yaml

from brand_monitor.partitions import day_engine_key, today
from brand_monitor_tests.cluster.installation import Installation
from brand_monitor_tests.cluster.market import MODELS, market
from brand_monitor_tests.cluster.release import installed, provider_stubs
from tools.cluster.choice import find_cluster
from tools.image.build import IMAGE

CONTROL_PLANE = ("daemon", "webserver", "webserver-readonly", "code")
_CONNECTIONS = "SELECT datname, count(*) FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY datname"


class Meter:
    """Reads processor time and memory of the pods of runs while they live, and counts connections."""

    def __init__(self, release: Installation) -> None:
        self.cpu_seconds: dict[str, float] = {}
        self.most_bytes: dict[str, int] = {}
        self.most_connections: dict[str, int] = {}
        self._release = release
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the reading."""
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        postgres, cluster = self._release.postgres, self._release.cluster
        with cluster.inside(), psycopg.connect(postgres.url, autocommit=True) as connection:
            while not self._end.wait(0.2):
                for process in psutil.process_iter(["cmdline"]):
                    line = process.info["cmdline"] or []
                    if "execute_run" in line and "tini" not in line[0]:
                        self._read(process, " ".join(line))
                for database, count in connection.execute(_CONNECTIONS).fetchall():
                    self.most_connections[database] = max(self.most_connections.get(database, 0), count)

    def _read(self, process: psutil.Process, line: str) -> None:
        run_id = line.partition('run_id": "')[2][:36]
        try:
            self.cpu_seconds[run_id] = sum(
                process.cpu_times()[:4]
            )  # its own and that of children it waited for
            held = sum(one.memory_full_info().uss for one in [process, *process.children(recursive=True)])
        except psutil.Error:
            return  # it has ended since
        self.most_bytes[run_id] = max(self.most_bytes.get(run_id, 0), held)


def waits(release: Installation, run: dict[str, Any]) -> dict[str, float]:
    """Return the seconds from the request of a run to each stage of its start.

    Kubernetes gives whole seconds.
    """
    pod = release.pod_of(run["runId"])
    assert pod is not None
    job = release.get("job", f"dagster-run-{run['runId']}")
    started = pod["status"]["containerStatuses"][0]["state"]["terminated"]["startedAt"]
    stages = {
        "Job made": _moment(job["metadata"]["creationTimestamp"]),
        "container started": _moment(started),
        "run started": run["startTime"],
        "first step": min(step["startTime"] for step in run["stepStats"]),
        "run ended": run["endTime"],
    }
    return {name: moment - run["creationTime"] for name, moment in stages.items()}


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def day_in_pods(release: Installation, name: str, family: str) -> list[dict[str, Any]]:
    """Run a day of one monitor and engine as the three runs that it is in a cluster."""
    release.watch(market(name, family))
    day = today().isoformat()
    partitions = {"daily": day, "ask": str(day_engine_key(today(), family)), "publish": day}
    return [release.succeed(release.launch(job, key), seconds=1200) for job, key in partitions.items()]


def day_in_process(release: Installation, name: str, family: str, url: str) -> tuple[float, float]:
    """Run a day of a monitor by the command line on the same servers; return its wall and processor time."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "monitors").mkdir()
        (Path(home) / "monitors" / "market.yaml").write_text(yaml.safe_dump(market(name, family)))
        environment = os.environ | release.postgres.variables() | release.s3.variables()
        environment |= {"OPENAI_API_KEY": "sk-first-key", "OPENAI_BASE_URL": url}
        line = [sys.executable, "-m", "brand_monitor.cli", "--home", home, "run", "--engine", family]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with release.cluster.inside():
            done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def control_plane_memory(release: Installation) -> dict[str, float]:
    """Return the megabytes that the processes of each pod of the control plane have for themselves."""
    found = {}
    for component in CONTROL_PLANE:
        [pod] = release.get("pods", f"--selector=app.kubernetes.io/component={component}")["items"]
        container = pod["status"]["containerStatuses"][0]["containerID"].partition("://")[2]
        inside = [process for process in psutil.process_iter() if container in _groups_of(process)]
        found[component] = sum(process.memory_full_info().uss for process in inside) / 1e6
    return found


def _groups_of(process: psutil.Process) -> str:
    try:
        return Path(f"/proc/{process.pid}/cgroup").read_text(encoding="ascii")
    except OSError:
        return ""


def at_once(release: Installation, families: list[str]) -> tuple[float, list[dict[str, Any]]]:
    """Ask several engines at once, a pod each; return the seconds until the last is through, and the runs."""
    release.watch(market("together", *families))
    start = time.perf_counter()
    ids = [release.launch("ask", str(day_engine_key(today(), family))) for family in families]
    runs = [release.succeed(run_id, seconds=1800) for run_id in ids]
    return time.perf_counter() - start, runs


def measure(release: Installation, openai_url: str, families: list[str], meter: Meter) -> None:
    idle = control_plane_memory(release)
    at_rest = dict(meter.most_connections)
    runs = day_in_pods(release, "in-pods", "openai")
    wall, cpu = day_in_process(release, "in-process", "openai", openai_url)
    print("| a day of one monitor and engine | wall s | CPU s | most memory MB |\n|---|---:|---:|---:|")
    for run in runs:
        took, used = run["endTime"] - run["creationTime"], meter.cpu_seconds[run["runId"]]
        print(f"| pod of `{run['jobName']}` | {took:.1f} | {used:.1f} | {_most(meter, run):.0f} |")
    took = sum(run["endTime"] - run["creationTime"] for run in runs)
    used = sum(meter.cpu_seconds[run["runId"]] for run in runs)
    print(f"| three pods | {took:.1f} | {used:.1f} | |")
    print(f"| `brand-monitor run`, one process, same servers | {wall:.1f} | {cpu:.1f} | |\n")

    stages = [waits(release, run) for run in runs]
    print(
        f"| seconds after the request | {' | '.join(run['jobName'] for run in runs)} |\n|---|---:|---:|---:|"
    )
    for stage in stages[0]:
        print(f"| {stage} | {' | '.join(f'{one[stage]:.1f}' for one in stages)} |")

    seconds, together = at_once(release, families)
    used = sum(meter.cpu_seconds[run["runId"]] for run in together)
    print(f"\n{len(families)} engines at once: {seconds:.1f} s, {used:.1f} CPU s in their pods; most memory")
    print(f"of a pod {max(_most(meter, run) for run in together):.0f} MB\n")
    print("| most connections | at rest | with runs |\n|---|---:|---:|")
    for database in ("dagster", "brand_monitor"):
        print(f"| `{database}` | {at_rest.get(database, 0)} | {meter.most_connections.get(database, 0)} |")
    after = control_plane_memory(release)
    print(f"\n| MB held | idle | after {len(runs) + len(together)} runs |\n|---|---:|---:|")
    for component in CONTROL_PLANE:
        print(f"| {component} | {idle[component]:.0f} | {after[component]:.0f} |")


def _most(meter: Meter, run: dict[str, Any]) -> float:
    return meter.most_bytes[run["runId"]] / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", type=int, default=len(MODELS), help="engines that are asked at once")
    options = parser.parse_args()

    cluster = find_cluster()
    was_up = cluster.is_up()
    cluster.up()
    cluster.load_image(IMAGE)
    try:
        with provider_stubs(cluster) as stubs, installed(cluster, stubs) as release:
            meter = Meter(release)
            measure(release, stubs["openai"].base_url, list(MODELS)[: options.engines], meter)
            meter.stop()
    finally:
        if not was_up:
            cluster.down()


if __name__ == "__main__":
    main()
