"""P9, start-up: how long `brand-monitor --help` and the load of the code location take, and its parts.

Each command is a fresh process. One run warms the file cache, then the median of the others counts. The first
row is what Python itself costs. The code location is what the pod of every run loads before its first step.

    python benchmarks/startup.py --rounds 5
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

LOAD = """
import dagster as dg
from brand_monitor.definitions import defs
dg.Definitions.validate_loadable(defs())
"""

COMMANDS = {
    "`python -c pass`": ["-c", "pass"],
    "`brand-monitor --help`": ["-m", "brand_monitor.cli", "--help"],
    "`import brand_monitor.notebook`": ["-c", "import brand_monitor.notebook"],
    "`import dagster`, as a run does": ["-c", "import dagster._cli.api"],
    "the same and `dagster_dbt`": ["-c", "import dagster._cli.api, dagster_dbt"],
    "`import brand_monitor.definitions`": ["-c", "import brand_monitor.definitions"],
    "code location: import, build, validate": ["-c", LOAD],
}


def timed(arguments: list[str]) -> tuple[float, float, float]:
    """Return (wall, CPU) seconds and most MB of one interpreter run."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def row(name: str, rounds: int) -> str:
    timed(COMMANDS[name])
    walls, cpus, sizes = zip(*(timed(COMMANDS[name]) for _ in range(rounds)), strict=True)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    return f"| {name} | {wall:.2f} | {min(walls):.2f} | {max(walls):.2f} | {cpu:.2f} | {max(sizes):.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="timed runs per command, after one that warms up"
    )
    options = parser.parse_args()

    print("| command | median s | min s | max s | median CPU s | most MB |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in COMMANDS:
        print(row(name, options.rounds), flush=True)


if __name__ == "__main__":
    main()
