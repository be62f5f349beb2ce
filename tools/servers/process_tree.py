"""A process and its children, found again by number and moment of birth, also by another program."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence

import psutil


def born_at(pid: int) -> float:
    """Return when a process began, seconds since 1970: with its number it is a name that nobody else gets."""
    return float(psutil.Process(pid).create_time())


def tree_of(pid: int, created: float) -> list[psutil.Process]:
    """Return a process, then its children; empty if it has ended, whoever has its number now."""
    try:
        parent = psutil.Process(pid)
        if abs(parent.create_time() - created) > 1 or not _lives(parent):
            return []
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def send(processes: Sequence[psutil.Process], wanted: signal.Signals) -> None:
    """Send a signal to each that still lives."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, wanted)


def wait_until_gone(processes: Sequence[psutil.Process], seconds: float, reap: Callable[[], object]) -> None:
    """Wait until all have ended; those that have not after so long are killed.

    Args:
        processes: what was told to end.
        seconds: how long it may take.
        reap: asks for the fate of our own child, which stays a zombie until somebody does.
    """
    until = time.monotonic() + seconds
    while any(map(_lives, processes)):
        reap()
        if time.monotonic() > until:
            send(processes, signal.SIGKILL)
        time.sleep(0.01)


def memory_bytes(processes: Sequence[psutil.Process]) -> int:
    """Return the resident memory of all."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total


def _lives(process: psutil.Process) -> bool:
    """Return whether a process runs; one that ended and was not yet reaped by its parent does not."""
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
