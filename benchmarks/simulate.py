"""P2, asking: 1,000 calls to a provider that answers after 200 ms, 50 in flight; the floor is 4.0 s.

The first rows are the product: journal, payload store, gate, budget, prices and the reading of every reply
included, without Dagster around it; the best and the median of five runs (a shared machine takes up to
twice the CPU for the same work when its neighbours are busy), then the resumed run, which asks nothing. The
last row is the same 1,000 calls through Celery 5 (prefork with 16 processes, Redis) with LiteLLM in each
task and no journal: a process of 180 MB for a call in flight is why it has no 50. CPU seconds are those of
the asking processes, after a warm-up. The provider is a stub on the same machine, in a process of its own.

    python benchmarks/simulate.py            two minutes; --long adds 10,000 and 100,000 calls (six minutes)
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from brand_monitor_tests.provider_stubs.process import running_stub  # noqa: E402
from tools.servers.redis import Redis  # noqa: E402

FOLDER = Path(__file__).parent
CONCURRENCY = 50
LATENCY_MS = 200
CELERY_WORKERS = 16
CELERY = ["celery[redis]>=5.5,<6", "litellm[mcp]==1.106.2"]


def ours(home: Path, url: str, calls: int, concurrency: int = CONCURRENCY) -> dict[str, Any]:
    """Return what one asking of the product took."""
    script = [
        sys.executable,
        str(FOLDER / "simulation_load.py"),
        str(home),
        url,
        str(calls),
        str(concurrency),
    ]
    took: dict[str, Any] = json.loads(subprocess.run(script, check=True, capture_output=True).stdout)
    return took


def celery(url: str, calls: int) -> dict[str, Any]:
    """Return what the same calls take through Celery."""
    with tempfile.TemporaryDirectory(prefix="celery-") as folder:
        python = f"{folder}/venv/bin/python"
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *CELERY], check=True)
        with Redis(Path(folder) / "redis") as redis:
            env = os.environ | {"BROKER": redis.url, "STUB": url, "WORKERS": str(CELERY_WORKERS)}
            worker = [python, "-m", "celery", "-A", "celery_simulation", "worker", "--loglevel", "ERROR"]
            options = ["--concurrency", str(CELERY_WORKERS), "--pool", "prefork"]
            with subprocess.Popen(
                [*worker, *options], cwd=FOLDER, env=env, stderr=subprocess.DEVNULL
            ) as pool:
                try:
                    time.sleep(5)
                    client = [python, str(FOLDER / "celery_simulation.py"), str(calls)]
                    done = subprocess.run(client, cwd=FOLDER, env=env, check=True, capture_output=True)
                finally:
                    pool.terminate()
    took: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return took


def row(what: str, calls: int, wall: float, *, floor: float, cpu: float, peak: float | None) -> None:
    """Print one row; ``floor`` in seconds, 0 for none."""
    times = f"{wall / floor:.2f}" if floor else ""
    rate = f"{calls / cpu:,.0f}" if calls else ""
    each = f"{1_000 * cpu / calls:.2f}" if calls else f"{cpu:.2f} in all"
    memory = "" if peak is None else f"{peak:,.0f}"
    print(f"| {what} | {calls:,} | {wall:.2f} | {times} | {each} | {rate} | {memory} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--long", action="store_true", help="also 10,000 and 100,000 calls")
    parser.add_argument("--no-celery", action="store_true", help="leave the comparison out")
    told = parser.parse_args()
    print("| what | calls | wall s | times the floor | CPU-s per 1,000 calls | calls per CPU-s | peak MB |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    with running_stub("openai", latency_ms=LATENCY_MS) as stub:
        runs = []
        for _ in range(5):
            with tempfile.TemporaryDirectory() as home:
                runs.append(ours(Path(home), stub.base_url, 1_000))
                again = ours(Path(home), stub.base_url, 1_000)
        floor = 1_000 / CONCURRENCY * LATENCY_MS / 1_000
        for name, of in (("best", min), ("median", statistics.median)):
            wall, cpu, peak = (of(run[figure] for run in runs) for figure in ("wall", "cpu", "peak_mb"))
            row(f"product, {name} of {len(runs)}", 1_000, wall, floor=floor, cpu=cpu, peak=peak)
        row("product, again", 0, again["wall"], floor=0.0, cpu=again["cpu"], peak=again["peak_mb"])
        for calls in (10_000, 100_000) if told.long else ():
            with tempfile.TemporaryDirectory() as home:
                took = ours(Path(home), stub.base_url, calls, 100)
            cpu, peak = took["cpu"], took["peak_mb"]
            row("product, 100 in flight", calls, took["wall"], floor=calls / 500, cpu=cpu, peak=peak)
        if not told.no_celery:
            took = celery(stub.base_url, 1_000)
            row("Celery with LiteLLM", 1_000, took["wall"], floor=floor, cpu=took["cpu"], peak=None)


if __name__ == "__main__":
    main()
