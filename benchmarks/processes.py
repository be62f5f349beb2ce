"""Memory and processor time of processes, for the benchmarks that look at others than themselves."""

import contextlib
from collections.abc import Iterable

import psutil


def own_megabytes(processes: Iterable[psutil.Process]) -> float:
    """Return what the processes have for themselves (USS): what would be free without them."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):  # it has ended since
            total += process.memory_full_info().uss
    return total / 1e6


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process and of the children that it waited for."""
    return float(sum(process.cpu_times()[:4]))
