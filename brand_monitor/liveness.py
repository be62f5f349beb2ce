"""Which runs of the command line are still alive, so that a killed one leaves nothing claimed behind.

Belongs here: the sign of life of a process that executes runs, and settling the runs of dead ones. Not here:
runs that a daemon launched; its run monitoring looks after those.

A process that is killed leaves its run marked as started for ever, and its pool slots claimed: the next run
would wait for them without end. The sign of life is a lock that the operating system frees with the process.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from brand_monitor.backends.locks import locked
from brand_monitor.failures import TransientFailure

#: Run tag: which process executes the run.
RUNNER_TAG = "brand_monitor/runner"
_OPEN = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


@contextmanager
def alive(instance: dg.DagsterInstance, folder: Path) -> Iterator[dict[str, str]]:
    """Settle the runs of dead processes, then yield the tags that mark runs as this process's.

    Args:
        instance: where the runs are.
        folder: where processes on this machine keep their signs of life.
    """
    _settle_dead(instance, folder)
    runner = uuid.uuid4().hex
    sign = _sign(folder, runner)
    with locked(sign, exclusive=True, wait_seconds=0, what=f"runner {runner}"):
        yield {RUNNER_TAG: runner}
    sign.unlink(missing_ok=True)


def _settle_dead(instance: dg.DagsterInstance, folder: Path) -> None:
    """Mark the open runs of dead processes as failed and free the pool slots that they hold."""
    for run in instance.get_runs(dg.RunsFilter(statuses=_OPEN)):
        runner = run.tags.get(RUNNER_TAG)
        if runner is None or not _is_dead(folder, runner):
            continue
        instance.report_run_failed(run, "The process that executed this run died; run it again to go on.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        _sign(folder, runner).unlink(missing_ok=True)


def _is_dead(folder: Path, runner: str) -> bool:
    try:
        with locked(_sign(folder, runner), exclusive=True, wait_seconds=0, what=f"runner {runner}"):
            return True
    except TransientFailure:
        return False


def _sign(folder: Path, runner: str) -> Path:
    return folder / f"{runner}.lock"
