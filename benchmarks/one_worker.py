"""A run launcher that starts no process: one worker that lives long executes all runs, one after the other.

For `thousand_runs.py`, which wants a thousand real runs and not a thousand starts of Python. The launcher,
in the daemon, puts the id of a run into a folder; the worker, a process of this script, takes it from there.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import dagster as dg
from dagster._config.config_schema import UserConfigSchema
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.launcher import LaunchRunContext, RunLauncher
from dagster._serdes import ConfigurableClass, ConfigurableClassData

#: Names the folder, to the worker.
FOLDER_VARIABLE = "ONE_WORKER_FOLDER"


class OneWorkerLauncher(RunLauncher, ConfigurableClass):
    """Hands every run to the worker."""

    def __init__(self, folder: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._folder = Path(folder)
        self._inst_data = inst_data
        super().__init__()

    @property
    def inst_data(self) -> ConfigurableClassData | None:  # noqa: D102 - of Dagster's interface, as the others
        return self._inst_data

    @classmethod
    def config_type(cls) -> UserConfigSchema:  # noqa: D102
        return {"folder": dg.StringSource}

    @classmethod
    def from_config_value(  # noqa: D102
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> Self:
        return cls(config_value["folder"], inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:  # noqa: D102
        (self._folder / context.dagster_run.run_id).touch()

    def terminate(self, run_id: str) -> bool:  # noqa: D102
        raise NotImplementedError(run_id)


def work(folder: Path) -> None:
    """Execute what is in the folder, oldest first, for ever."""
    from brand_monitor.definitions import (
        defs,
    )  # not for the daemon and the webserver, which import the launcher

    definitions = defs()
    with dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(statement_timeout=60_000, pool_recycle=3_600, max_overflow=5)
        while True:
            for waiting in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime):
                run = instance.get_run_by_id(waiting.name)
                assert run is not None
                execute_run(InMemoryJob(definitions.resolve_job_def(run.job_name)), run, instance)
                waiting.unlink()
            time.sleep(0.05)


if __name__ == "__main__":
    work(Path(os.environ[FOLDER_VARIABLE]))
