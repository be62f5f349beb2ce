"""Code server, daemon and webserver as the chart starts them, as processes of this machine on a PostgreSQL.

Runs are executed by one worker that lives long (`one_worker.py`). For `thousand_runs.py`.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import psutil
import psycopg
import yaml
from one_worker import FOLDER_VARIABLE

from tools.servers.ports import free_ports
from tools.servers.postgres import Postgres

ROOT = Path(__file__).parents[1]
_LAUNCH = """mutation ($what: ExecutionParams!) { launchRun(executionParams: $what) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""


@dataclass(frozen=True)
class ControlPlane:
    """The processes by name, and the database that they share."""

    postgres: Postgres
    processes: dict[str, psutil.Process]
    port: int
    dagster_home: Path

    def definitions(self) -> dg.Definitions:
        """Return the product's definitions, for runs in this process."""
        from brand_monitor.definitions import defs

        return defs()

    @contextmanager
    def instance(self) -> Iterator[dg.DagsterInstance]:
        """Open the instance in this process, with connections that are kept: only the others are measured."""
        with dg.DagsterInstance.from_config(str(self.dagster_home)) as instance:
            instance.optimize_for_webserver(statement_timeout=60_000, pool_recycle=3_600, max_overflow=5)
            yield instance

    def ask(self, query: str, **variables: Any) -> Any:
        """Return what the webserver answers to a GraphQL question.

        Raises:
            RuntimeError: it is no question that this webserver knows.
        """
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - this machine
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            raise RuntimeError(refused.read().decode()) from None

    def launch(self, job: str, tags: dict[str, str]) -> str:
        """Put a run into the queue, as the button of the UI does; return its id."""
        what = {
            "selector": {
                "repositoryLocationName": "brand_monitor",
                "repositoryName": "__repository__",
                "pipelineName": job,
            },
            "mode": "default",
            "runConfigData": {},
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
        }
        launched = self.ask(_LAUNCH, what=what)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def runs(self, status: str) -> int:
        """Return how many runs are in a state."""
        return int(self._number("SELECT count(*) FROM runs WHERE status = %s", status))

    def events(self) -> int:
        """Return how many events are logged."""
        return int(self._number("SELECT count(*) FROM event_logs"))

    def database_megabytes(self) -> float:
        """Return the size of Dagster's database."""
        return self._number("SELECT pg_database_size('dagster')") / 1e6

    def connections(self) -> int:
        """Return how many connections were ever made to Dagster's database."""
        return int(self._number("SELECT sessions FROM pg_stat_database WHERE datname = 'dagster'"))

    def _number(self, query: str, *values: str) -> float:
        with psycopg.connect(self.postgres.url_of("dagster")) as connection:
            row = connection.execute(query.encode(), values).fetchone()
        assert row is not None
        return float(row[0])


@contextmanager
def control_plane(
    folder: Path, deployment: str, *, dequeue_seconds: int, at_once: int
) -> Iterator[ControlPlane]:
    """Start everything on fresh databases, for as long as a block lasts.

    Args:
        folder: for databases, logs and the home of the installation, which holds its monitors already.
        deployment: with `staging` all sensors and schedules run by themselves, with `ci` none does.
        dequeue_seconds: how often the daemon looks at the queue.
        at_once: most runs that are out of the queue.
    """
    with ExitStack() as running:
        postgres = running.enter_context(Postgres(folder / "postgres"))
        postgres.ensure_databases("brand_monitor", "dagster")
        queue = folder / "queue"
        queue.mkdir()
        home = folder / "dagster"
        home.mkdir()
        grpc, http = free_ports(2)
        variables = postgres.variables() | {
            "BRAND_MONITOR_ENV": deployment,
            "BRAND_MONITOR_HOME": str(folder / "home"),
            "DAGSTER_HOME": str(home),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "benchmarks"))),
            "PYTHONWARNINGS": "ignore",
            FOLDER_VARIABLE: str(queue),
        }
        os.environ.update(variables)  # also for runs in this process
        (home / "dagster.yaml").write_text(yaml.safe_dump(_instance(queue, dequeue_seconds, at_once)))
        server = {"host": "127.0.0.1", "port": grpc, "location_name": "brand_monitor"}
        workspace = folder / "workspace.yaml"
        workspace.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}))
        subprocess.run([_program("brand-monitor"), "db", "upgrade"], check=True, cwd=ROOT)
        processes = {}
        for name, line in _lines(workspace, grpc, http).items():
            log = running.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(line, stdout=log, stderr=log, cwd=ROOT)
            running.callback(process.wait)
            running.callback(process.terminate)
            processes[name] = psutil.Process(process.pid)
            if name == "code":  # the others look for it only now and then
                _wait_for_port(grpc)
        _wait_for_port(http)
        yield ControlPlane(postgres, processes, http, home)


def _lines(workspace: Path, grpc: int, http: int) -> dict[str, list[str]]:
    """Return the command of each process, those of the chart and the worker."""
    code = ["api", "grpc", "--host=127.0.0.1", f"--port={grpc}", "--module-name=brand_monitor.definitions"]
    web = ["--host=127.0.0.1", f"--port={http}", f"--workspace={workspace}"]
    return {
        "code": [_program("dagster"), *code],
        "daemon": [_program("dagster-daemon"), "run", f"--workspace={workspace}"],
        "webserver": [_program("dagster-webserver"), *web],
        "worker": [sys.executable, str(ROOT / "benchmarks" / "one_worker.py")],
    }


def _instance(queue: Path, dequeue_seconds: int, at_once: int) -> dict[str, Any]:
    """Return ``dagster.yaml`` of this repository with the threads of the chart, a server and the worker."""
    settings = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    settings["concurrency"]["runs"]["max_concurrent_runs"] = at_once
    threads = {"use_threads": True, "num_workers": 4}
    return settings | {
        "storage": {"postgres": {"postgres_url": {"env": "DAGSTER_DATABASE_URL"}}},
        "run_launcher": {
            "module": "one_worker",
            "class": "OneWorkerLauncher",
            "config": {"folder": str(queue)},
        },
        "run_coordinator": {
            "module": "dagster.core.run_coordinator",
            "class": "QueuedRunCoordinator",
            "config": {
                "dequeue_use_threads": True,
                "dequeue_num_workers": 4,
                "dequeue_interval_seconds": dequeue_seconds,
            },
        },
        "schedules": threads,
        "sensors": threads,
    }


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _wait_for_port(port: int, seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert time.monotonic() < end, f"nothing listens on port {port}"
            time.sleep(0.2)
        else:
            return
