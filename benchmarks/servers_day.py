"""P12, a day on servers: the same day with the embedded stores and with all five servers, in turn.

A server day keeps its lake in S3, its journal, marts and Dagster's runs in PostgreSQL, its graph in Neo4j,
its entries in OpenSearch and its limits in Redis, all of them on this machine. What the client computes is
the same; the rest is what servers cost. `demo` is the demo of the README on the embedded model; `hosted`
asks a stub that answers at once, so that nothing hides the stores. CPU is that of the command and its
children (with `demo` the model too), without the servers'. A server day should add under 20 % to the embedded
one. The first round makes tables, indices and caches, and is not counted.

    python benchmarks/servers_day.py --day hosted --rounds 3
    python benchmarks/servers_day.py --day demo --rounds 1
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "brand_monitor_tests" / "e2e")]

from hosted_day import hosted_home  # noqa: E402 - found by the line above
from server_variables import ServerStack  # noqa: E402

from brand_monitor_tests.provider_stubs.process import running_stub  # noqa: E402

MODEL = re.compile(r"Models' own time (?P<model>[\d.]+) s")
STORES = ("embedded", "servers")


@dataclass(frozen=True)
class Day:
    """What one run took, in seconds; ``model`` is the time in which the model was being asked."""

    wall: float
    cpu: float
    model: float

    @property
    def other(self) -> float:
        """Everything but the model."""
        return self.wall - self.model


def run_day(home: Path, command: str, variables: dict[str, str]) -> Day:
    """Run a day in a process of its own and measure it."""
    before, began = _cpu(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "brand_monitor.cli", "--home", str(home), command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | variables,
    )
    wall = time.perf_counter() - began
    found = MODEL.search(done.stdout)
    if done.returncode or not found:
        sys.exit(f"the day failed with exit code {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return Day(wall, _cpu() - before, float(found["model"]))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--day", choices=("hosted", "demo"), default="hosted")
    parser.add_argument("--rounds", type=int, default=3, help="counted rounds, after one that warms up")
    told = parser.parse_args()
    measured: dict[str, list[Day]] = {stores: [] for stores in STORES}
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="servers-day-")))
        folder.chmod(0o755)  # PostgreSQL may run as another user
        servers = running.enter_context(ServerStack(folder / "servers"))
        stub = running.enter_context(running_stub("openai", latency_ms=0))
        keys = {"OPENAI_API_KEY": "sk-benchmark", "OPENAI_BASE_URL": stub.base_url}
        for number in range(told.rounds + 1):
            for stores in STORES:
                home = folder / f"{stores}-{number}"
                if told.day == "hosted":
                    hosted_home(home)
                variables = keys | (servers.variables(f"day-{number}") if stores == "servers" else {})
                day = run_day(home, "run" if told.day == "hosted" else "demo", variables)
                if number:
                    measured[stores].append(day)
    _show(measured)


def _show(measured: dict[str, list[Day]]) -> None:
    print("| stores | wall s | model's own s | everything else s | CPU s |")
    print("|---|---:|---:|---:|---:|")
    medians = {}
    for stores, days in measured.items():
        wall, model, other, cpu = (
            statistics.median(getattr(day, name) for day in days)
            for name in ("wall", "model", "other", "cpu")
        )
        medians[stores] = (wall, model, other, cpu)
        print(f"| {stores} | {wall:.1f} | {model:.0f} | {other:.1f} | {cpu:.1f} |")
    ours, theirs = medians["servers"], medians["embedded"]
    added = [f"{one / other - 1:+.0%}" if other else "" for one, other in zip(ours, theirs, strict=True)]
    print(f"| servers add | {added[0]} | | {added[2]} | {added[3]} |")


if __name__ == "__main__":
    main()
