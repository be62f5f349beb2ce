"""The chart installed in a cluster, and what a test does with it: Helm, GraphQL, runs and their pods.

Belongs here: reaching the installation. Not here: what it must do (the tests), the servers (``conftest``).
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from brand_monitor.partitions import split_key
from brand_monitor_tests.cluster import questions
from tools.cluster.interface import Cluster
from tools.servers.postgres import Postgres
from tools.servers.process import Server
from tools.servers.s3 import S3

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/brand-monitor"
VALUES = Path(__file__).with_name("values.yaml")
SECRET, MONITORS, BUCKET = "brand-monitor-keys", "monitor-files", "brand-monitor"
RELEASE = "bm"
#: What of the servers' variables is in the Secret; the others are settings.
_SECRET = {
    "DATABASE_URL",
    "DAGSTER_DATABASE_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "NEO4J_PASSWORD",
}
#: Generous: it is how long a thing that never comes is waited for.
PATIENCE_SECONDS = 300
FINISHED = {"SUCCESS", "FAILURE", "CANCELED"}


@dataclass
class Installation:
    """A release of the chart, with the servers of this machine that it uses.

    Attributes:
        projections: servers of graph and search, if there are any.
        settings: settings of the chart beside those of ``values.yaml``.
        keys: what the Secret holds beside the addresses of the servers.
    """

    cluster: Cluster
    namespace: str
    postgres: Postgres
    s3: S3
    projections: Sequence[Server] = ()
    settings: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    _found: dict[str, str] = field(default_factory=dict, init=False)

    def variables(self) -> dict[str, str]:
        """Return the variables of all servers as a person outside the cluster has them."""
        servers = (self.postgres, self.s3, *self.projections)
        return {name: value for server in servers for name, value in server.variables().items()}

    # --- Helm and kubectl ---
    def kubectl(self, *arguments: str, check: bool = True) -> str:
        """Run kubectl in the namespace."""
        return self.cluster.kubectl(f"--namespace={self.namespace}", *arguments, check=check)

    def get(self, *arguments: str) -> Any:
        """Return what ``kubectl get`` says of the namespace, parsed."""
        return self.cluster.get(*arguments, f"--namespace={self.namespace}")

    def wait(self, condition: str, *arguments: str, seconds: int = PATIENCE_SECONDS) -> None:
        """Wait for a condition of objects of the namespace."""
        self.cluster.wait(condition, *arguments, f"--namespace={self.namespace}", seconds=seconds)

    def helm(self, *arguments: str, check: bool = True) -> str:
        """Run Helm in the namespace."""
        return self.cluster.helm(*arguments, f"--namespace={self.namespace}", check=check)

    def upgrade(self, *arguments: str, **settings: str) -> str:
        """Install or upgrade the release, with settings beside those of the installation."""
        values: dict[str, Any] = {
            "settings": self._addresses() | self.settings | settings,
            "monitors": {"existingConfigMap": MONITORS},
            "networkPolicy": {"servers": []},
        }
        flags = [f"--set-json={name}={json.dumps(value)}" for name, value in values.items()]
        return self.helm("upgrade", "--install", RELEASE, str(CHART), f"-f{VALUES}", *flags, *arguments)

    def give_secret(self, **keys: str) -> None:
        """Write the Secret: addresses and keys of the servers, and more keys."""
        self.keys |= keys
        variables = self.seen_by_pods
        data = {name: variables[name] for name in _SECRET & variables.keys()} | self.keys
        self._apply({"kind": "Secret", "metadata": {"name": SECRET}, "stringData": data})

    def watch(self, *monitors: Mapping[str, Any]) -> None:
        """Make these the monitors of every pod that starts from now on."""
        data = {f"{monitor['id']}.yaml": yaml.safe_dump(dict(monitor)) for monitor in monitors}
        # Replaced, not merged: other files go.
        self.kubectl("delete", "configmap", MONITORS, "--ignore-not-found")
        self._apply({"kind": "ConfigMap", "metadata": {"name": MONITORS}, "data": data})

    def _apply(self, content: dict[str, Any]) -> None:
        self.cluster.apply({"apiVersion": "v1", **content}, namespace=self.namespace)

    def _addresses(self) -> dict[str, str]:
        variables = self.seen_by_pods
        # 5 o'clock, when the day begins, is there the beginning of the UTC day.
        fixed = {"BRAND_MONITOR_ENV": "ci", "SCHEDULE_TIMEZONE": "Etc/GMT-5"}
        return fixed | {name: variables[name] for name in variables.keys() - _SECRET}

    @property
    def seen_by_pods(self) -> dict[str, str]:
        """The variables of all servers as pods have them."""
        host = str(self.cluster.host)
        return {name: value.replace("127.0.0.1", host) for name, value in self.variables().items()}

    # --- GraphQL ---
    def ask(self, query: str, service: str = "webserver", **variables: Any) -> Any:
        """Return the whole answer of a webserver to a GraphQL question; a pod that is gone is looked for anew."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        for is_last in (False, True):
            if service not in self._found:
                self._found[service] = self._address(service)
            request = urllib.request.Request(
                f"http://{self._found[service]}:3000/graphql", body, {"Content-Type": "application/json"}
            )
            try:
                with self.cluster.inside(), urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as refused:
                return json.load(refused)  # errors of GraphQL come with status 400 or 500
            except OSError:
                del self._found[service]
                if is_last:
                    raise
        raise AssertionError

    def _address(self, service: str) -> str:
        # That of the pod: the node has no route to the addresses of Services.
        chosen = f"--selector=kubernetes.io/service-name={RELEASE}-brand-monitor-{service}"
        until(lambda: self._ready(chosen), f"{service} is ready")
        return self._ready(chosen)[0]

    def _ready(self, chosen: str) -> list[str]:
        slices = self.get("endpointslices", chosen)["items"]
        ready = [one for part in slices for one in part["endpoints"] or [] if one["conditions"]["ready"]]
        return [str(one["addresses"][0]) for one in ready]

    def told(self, query: str, service: str = "webserver", **variables: Any) -> Any:
        """Return the one member of the data that answers a GraphQL question."""
        answer = self.ask(query, service, **variables)
        assert not answer.get("errors"), answer["errors"]
        (member,) = answer["data"].values()
        return member

    def wait_for_code(self, image: str) -> None:
        """Reload the code in the webserver, as its button does, until runs have this image.

        By itself it may take more than a minute to see that a code server was replaced. One that leaves answers
        for a while, and must not be who is asked.
        """
        until(lambda: len(self._code_servers()) == 1, "the former code server is gone")

        def is_known() -> bool:
            self.told(questions.RELOAD)
            location = self.told(questions.LOCATION)
            loaded = (location.get("locationOrLoadError") or {}).get("__typename") == "RepositoryLocation"
            return loaded and {"key": "image", "value": image} in location["displayMetadata"]

        until(is_known, f"runs have {image}", every=3)

    def _code_servers(self) -> list[Any]:
        pods: list[Any] = self.get("pods", "--selector=app.kubernetes.io/component=code")["items"]
        return pods

    # --- Runs ---
    def launch(
        self, job: str, partition: str, *, assets: Sequence[str] = (), tags: Mapping[str, str] | None = None
    ) -> str:
        """Launch a run of a job, or of some of its assets, as the UI does; return its id."""
        day, engine = split_key(partition)
        axes = (
            {"dagster/partition/date": day.isoformat(), "dagster/partition/engine": engine} if engine else {}
        )
        all_tags = {"dagster/partition": partition} | axes | dict(tags or {})
        selector: dict[str, Any] = {
            "repositoryLocationName": "brand_monitor",
            "repositoryName": "__repository__",
            "pipelineName": job,
        }
        if assets:
            selector |= {
                "assetSelection": [{"path": name.split("/")} for name in assets],
                "assetCheckSelection": [],
            }
        what = {
            "selector": selector,
            "mode": "default",
            "runConfigData": {},
            "executionMetadata": {
                "tags": [{"key": key, "value": str(value)} for key, value in all_tags.items()]
            },
        }
        launched = self.told(questions.LAUNCH, what=what)
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def run(self, run_id: str) -> dict[str, Any]:
        """Return state, times, tags and steps of a run."""
        return with_tags(self.told(questions.RUN, id=run_id))

    def runs(self, **found_by: Any) -> list[dict[str, Any]]:
        """Return the runs that a filter of GraphQL finds, newest first."""
        return [with_tags(run) for run in self.told(questions.RUNS, filter=found_by)["results"]]

    def finish(self, run_id: str, *, seconds: int = PATIENCE_SECONDS) -> dict[str, Any]:
        """Wait until a run has ended."""
        until(lambda: self.run(run_id)["status"] in FINISHED, f"run {run_id} ends", seconds=seconds)
        return self.run(run_id)

    def succeed(self, run_id: str, *, seconds: int = PATIENCE_SECONDS) -> dict[str, Any]:
        """Wait until a run has ended, and show its log unless it ended well."""
        run = self.finish(run_id, seconds=seconds)
        assert run["status"] == "SUCCESS", f"{run['status']}\n{self.messages(run_id)}\n{self.log(run_id)}"
        return run

    def cancel(self, run_id: str) -> None:
        """End a run in whatever state it is, with its pod: one that is starting can be given up only by force."""
        # Not while it is queued: the daemon may be launching it at this very moment, and would go on.
        until(
            lambda: self.run(run_id)["status"] not in {"NOT_STARTED", "QUEUED"}, f"run {run_id} is launched"
        )
        self.told(questions.CANCEL, id=run_id)
        self.kubectl("delete", "job", f"dagster-run-{run_id}", "--ignore-not-found", "--wait=false")
        until(lambda: self.run(run_id)["status"] in FINISHED, f"run {run_id} ends")

    def retry_of(self, run_id: str) -> str:
        """Wait for the run that the daemon starts in place of one whose pod died; return its id."""
        wanted = [{"key": "dagster/parent_run_id", "value": run_id}]
        until(lambda: self.runs(tags=wanted), f"run {run_id} is started again")
        return str(self.runs(tags=wanted)[0]["runId"])

    def messages(self, run_id: str) -> str:
        """Return what Dagster's event log says of a run."""
        events = self.told(questions.EVENTS, id=run_id)["events"]
        lines = [
            f"{event.get('message')} {(event.get('error') or {}).get('message', '')}" for event in events
        ]
        return "\n".join(lines)

    def pod_of(self, run_id: str) -> dict[str, Any] | None:
        """Return the pod of a run, None while there is none."""
        pods = self.get("pods", f"--selector=dagster/run-id={run_id}")["items"]
        return pods[0] if pods else None

    def log(self, run_id: str) -> str:
        """Return the log of the pod of a run, as far as it is there."""
        return self.kubectl("logs", f"--selector=dagster/run-id={run_id}", "--tail=200", check=False)


def with_tags(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run with its tags by key."""
    return run | {"tags": {tag["key"]: tag["value"] for tag in run["tags"]}}


def until(
    condition: Callable[[], Any], what: str, *, seconds: float = PATIENCE_SECONDS, every: float = 0.5
) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(every)
