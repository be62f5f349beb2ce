"""P1, the demo: wall time against the model's own time, on a fresh installation and again on the same day.

Runs `brand-monitor demo` twice in a temporary folder. The model's own time is what the command prints: the
seconds in which it was being asked. Everything else (start-up, scraping, extraction, counting, marts, graph,
search, report) is overhead; it should stay under 25 % of the first run on 2 cores. The second run asks
nothing again.

    python benchmarks/demo_overhead.py
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time

SUMMARY = re.compile(r"(?P<calls>[\d,]+) calls\. Models' own time (?P<model>[\d.]+) s")


def timed_demo(home: str) -> tuple[int, float, float]:
    """Return (calls, wall seconds, model's own seconds) of one run of the demo in ``home``."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "brand_monitor.cli", "--home", home, "demo"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - start
    found = SUMMARY.search(done.stdout)
    if done.returncode or not found:
        sys.exit(f"the demo failed with exit code {done.returncode}:\n{done.stdout}")
    return int(found["calls"].replace(",", "")), wall, float(found["model"])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()

    print("| run | calls | wall s | model's own s | everything else s | share of wall |")
    print("|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="brand-monitor-") as home:
        for run in ("first of the day", "second of the day"):
            calls, wall, model = timed_demo(home)
            other = wall - model
            print(
                f"| {run} | {calls} | {wall:.1f} | {model:.0f} | {other:.1f} | {other / wall:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
