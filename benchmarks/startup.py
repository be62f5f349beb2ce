"""P9, start-up: how long `brand-monitor --help` and the load of the code location take.

Each command is a fresh process. One run warms the file cache, then the median of the others counts. The first
row is what Python itself costs.

    python benchmarks/startup.py --rounds 5
"""

import argparse
import resource
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
    "`import brand_monitor.definitions`": ["-c", "import brand_monitor.definitions"],
    "code location: import, build, validate": ["-c", LOAD],
}


def timed(arguments: list[str]) -> tuple[float, float]:
    """Return (wall, CPU) seconds of one interpreter run with its children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(name: str, rounds: int) -> str:
    timed(COMMANDS[name])
    walls, cpus = zip(*(timed(COMMANDS[name]) for _ in range(rounds)), strict=True)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    return f"| {name} | {wall:.2f} | {min(walls):.2f} | {max(walls):.2f} | {cpu:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="timed runs per command, after one that warms up"
    )
    options = parser.parse_args()

    print("| command | median s | min s | max s | median CPU s |")
    print("|---|---:|---:|---:|---:|")
    for name in COMMANDS:
        print(row(name, options.rounds), flush=True)


if __name__ == "__main__":
    main()
