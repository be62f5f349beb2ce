"""What pods take and how long a run waits: read from outside, for the benchmarks in a cluster."""

import statistics
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
from processes import cpu_seconds, own_megabytes

from brand_monitor_tests.cluster.installation import Installation, until

CONTROL_PLANE = ("daemon", "webserver", "webserver-readonly", "code")
#: What a run pod asks: only by its event is it known when a step was let out of its pool.
ASKING_STEP = "raw__answers"
_CONNECTIONS = "SELECT datname, count(*) FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY datname"
_SPOKE = """query ($id: ID!) { logsForRun(runId: $id, limit: 50) { ... on EventConnection { events {
  ... on EngineEvent { timestamp message } } } } }"""


class Meter:
    """Reads processor time and memory of the pods of runs while they live, and counts connections.

    Attributes:
        cpu_seconds: by run, with the children that its process waited for.
        most_mb: by run.
        most_mb_together: of all that live at once.
        most_pods: that live at once.
        most_connections: by database.
    """

    def __init__(self, release: Installation) -> None:
        self.cpu_seconds: dict[str, float] = {}
        self.most_mb: dict[str, float] = {}
        self.most_mb_together = 0.0
        self.most_pods = 0
        self.most_connections: Counter[str] = Counter()
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
                held = [self._read(*found) for found in _run_processes()]
                self.most_mb_together = max(self.most_mb_together, sum(held))
                self.most_pods = max(self.most_pods, len(held))
                for database, count in connection.execute(_CONNECTIONS).fetchall():
                    self.most_connections[database] = max(self.most_connections[database], count)

    def _read(self, process: psutil.Process, run_id: str) -> float:
        try:
            self.cpu_seconds[run_id] = cpu_seconds(process)
            held = own_megabytes([process, *process.children(recursive=True)])
        except psutil.Error:
            return 0.0  # it has ended since
        self.most_mb[run_id] = max(self.most_mb.get(run_id, 0.0), held)
        return held


def _run_processes() -> list[tuple[psutil.Process, str]]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if "execute_run" in line and "tini" not in line[0]:
            found.append((process, " ".join(line).partition('run_id": "')[2][:36]))
    return found


def waits(release: Installation, run: dict[str, Any]) -> dict[str, float]:
    """Return the seconds from the request of a run to each stage of its start.

    Kubernetes gives whole seconds.
    """
    until(lambda: _state_of(release, run).get("terminated"), "its container has ended")
    pod = release.pod_of(run["runId"])
    assert pod is not None
    job = release.get("job", f"dagster-run-{run['runId']}")
    [scheduled] = [one for one in pod["status"]["conditions"] if one["type"] == "PodScheduled"]
    started = _state_of(release, run)["terminated"]["startedAt"]
    events = release.told(_SPOKE, id=run["runId"])["events"]
    # A long range plans more events than are read here, before it says this.
    spoke = [float(one["timestamp"]) for one in events if "Started process for run" in one.get("message", "")]
    asking = [step["startTime"] for step in run["stepStats"] if step["stepKey"] == ASKING_STEP]
    stages = {
        "Job made": _moment(job["metadata"]["creationTimestamp"]),
        "pod has a node": _moment(scheduled["lastTransitionTime"]),
        "container started": _moment(started),
        "Dagster imported, instance open": min(spoke) / 1000
        if spoke
        else None,  # a long range plans more first
        "our code loaded, run started": run["startTime"],
        "first step": min(step["startTime"] for step in run["stepStats"]),
        "let out of the pool": min(asking, default=None),
        "run ended": run["endTime"],
    }
    return {name: moment - run["creationTime"] for name, moment in stages.items() if moment is not None}


def _state_of(release: Installation, run: dict[str, Any]) -> dict[str, Any]:
    pod = release.pod_of(run["runId"])
    assert pod is not None
    state: dict[str, Any] = pod["status"]["containerStatuses"][0]["state"]
    return state


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def stage_table(titles: Sequence[str], columns: Sequence[dict[str, float]]) -> str:
    """Return the table of stages, a column for each run."""
    lines = [f"| seconds after the request | {' | '.join(titles)} |", f"|---|{'---:|' * len(titles)}"]
    for stage in max(columns, key=len):
        cells = [f"{one[stage]:.1f}" if stage in one else "" for one in columns]
        lines.append(f"| {stage} | {' | '.join(cells)} |")
    return "\n".join(lines)


def spread_of(columns: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """Return median and greatest of each stage over several runs."""
    by_stage = {stage: [one[stage] for one in columns if stage in one] for stage in max(columns, key=len)}
    return [
        {stage: choose(times) for stage, times in by_stage.items()} for choose in (statistics.median, max)
    ]


def control_plane_memory(release: Installation) -> dict[str, float]:
    """Return the megabytes that the processes of each pod of the control plane have for themselves."""
    found = {}
    for component in CONTROL_PLANE:
        [pod] = release.get("pods", f"--selector=app.kubernetes.io/component={component}")["items"]
        container = pod["status"]["containerStatuses"][0]["containerID"].partition("://")[2]
        inside = [process for process in psutil.process_iter() if container in _groups_of(process)]
        found[component] = own_megabytes(inside)
    return found


def _groups_of(process: psutil.Process) -> str:
    try:
        return Path(f"/proc/{process.pid}/cgroup").read_text(encoding="ascii")
    except OSError:
        return ""
