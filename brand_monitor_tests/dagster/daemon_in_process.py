"""The webserver's GraphQL and the daemon of an installation, in this process: what a click in the UI starts.

Runs are launched one at a time, by the run queue, and executed where the daemon is: a process for each would
cost more than all that they derive.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import dagster as dg
import yaml
from dagster._core.execution.backfill import BULK_ACTION_TERMINAL_STATUSES
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import InProcessTestWorkspaceLoadTarget
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster_graphql.schema import create_schema

from brand_monitor.deployment import Settings
from brand_monitor.instance import TEMPLATE

LOCATION, REPOSITORY = "brand_monitor", "__repository__"
_LAUNCHED = "__typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }"
_LAUNCH = f"""mutation($params: LaunchBackfillParams!) {{
  launchPartitionBackfill(backfillParams: $params) {{ {_LAUNCHED} }}
}}"""
_RESUME = f"""mutation($params: ReexecutionParams) {{
  reexecutePartitionBackfill(reexecutionParams: $params) {{ {_LAUNCHED} }}
}}"""
_CANCEL = """mutation($id: String!) {
  cancelPartitionBackfill(backfillId: $id) { __typename ... on PythonError { message } }
}"""
#: More than any backfill of these tests needs; one that hangs is a failure.
_MOST_TICKS = 20


class DaemonInProcess:
    """What a person can do to backfills in the UI, and the ticks of the daemon that then come."""

    def __init__(self, workspace: WorkspaceProcessContext) -> None:
        self.workspace = workspace
        self._schema = create_schema()
        self._queue = QueuedRunCoordinatorDaemon(interval_seconds=1)

    @property
    def instance(self) -> dg.DagsterInstance:
        return self.workspace.instance

    def asked(self, query: str, **variables: Any) -> Any:
        """Return what the webserver's schema answers."""
        context = self.workspace.create_request_context()
        answer = asyncio.run(
            self._schema.execute_async(query, context_value=context, variable_values=variables)
        )
        assert not answer.errors, answer.errors
        return answer.data

    def launch(self, params: Mapping[str, Any]) -> str:
        """Launch a backfill as the UI does, and return its id."""
        return self._id_of(self.asked(_LAUNCH, params=params)["launchPartitionBackfill"])

    def resume(self, backfill: str) -> str:
        """*Re-execute from failure*; return the id of the new backfill."""
        params = {"parentRunId": backfill, "strategy": "FROM_FAILURE"}
        return self._id_of(self.asked(_RESUME, params=params)["reexecutePartitionBackfill"])

    def cancel(self, backfill: str) -> None:
        """*Cancel backfill*."""
        done = self.asked(_CANCEL, id=backfill)["cancelPartitionBackfill"]
        assert done["__typename"] == "CancelBackfillSuccess", done

    def tick(self) -> None:
        """Let the backfill daemon and then the run queue, which starts at most one run, do their part once."""
        errors = [error for error in execute_backfill_iteration(self.workspace, logging.getLogger()) if error]
        assert not errors, errors
        list(self._queue.run_iteration(self.workspace))

    def finished(self, backfill: str) -> str:
        """Tick until the backfill is over and return its status."""
        for _ in range(_MOST_TICKS):
            self.tick()
            found = self.instance.get_backfill(backfill)
            assert found is not None
            if found.status in BULK_ACTION_TERMINAL_STATUSES:
                return found.status.value
        raise AssertionError(f"backfill {backfill} does not end")

    def runs_of(self, backfill: str) -> list[dg.DagsterRun]:
        """Return its runs, the first one first."""
        wanted = dg.RunsFilter(tags=dg.DagsterRun.tags_for_backfill_id(backfill))
        return list(reversed(self.instance.get_runs(wanted)))

    @staticmethod
    def _id_of(launched: Mapping[str, Any]) -> str:
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return str(launched["backfillId"])


@contextmanager
def daemon_in_process(settings: Settings) -> Iterator[DaemonInProcess]:
    """Yield the UI and the daemon of an installation; ``BRAND_MONITOR_HOME`` must name it."""
    config = yaml.safe_load(TEMPLATE.read_text())
    config["concurrency"]["runs"]["max_concurrent_runs"] = 1
    config["run_launcher"] = {
        "module": "dagster._core.launcher.sync_in_memory_run_launcher",
        "class": "SyncInMemoryRunLauncher",
    }
    settings.dagster_home.mkdir(parents=True)
    (settings.dagster_home / "dagster.yaml").write_text(yaml.safe_dump(config))
    code = LoadableTargetOrigin(module_name="brand_monitor.definitions", attribute="defs")
    location = InProcessTestWorkspaceLoadTarget(InProcessCodeLocationOrigin(code, location_name=LOCATION))
    with (
        dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance,
        WorkspaceProcessContext(instance, location) as workspace,
    ):
        yield DaemonInProcess(workspace)
