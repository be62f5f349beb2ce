"""What the kill drill and the benchmark share: a monitor of N questions, and one real asking of it.

    python benchmarks/simulation_load.py HOME BASE_URL CALLS CONCURRENCY [--warm]

asks CALLS questions of a stub of OpenAI through journal, payload store, gate and price sheet, as a run does,
without Dagster around it, and prints what it took as one line of JSON.
"""

import json
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.llm.factory import engine_for
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.progress import Progress
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores, ask_day
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.deployment import Settings
from brand_monitor.monitor.models import Monitor

DAY = datetime.now(UTC).date()


def monitor_of(calls: int, concurrency: int) -> Monitor:
    """Return a monitor that plans so many calls to one OpenAI engine: up to 1,000 questions, then repeats."""
    questions = min(calls, 1_000)
    return Monitor.model_validate(
        {
            "id": "load",
            "market": "Tea",
            "brands": [
                {"id": "acme", "name": "Acme", "role": "own"},
                {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
            ],
            "prompts": [{"id": f"p{n}", "text": f"Which tea is best for day {n}?"} for n in range(questions)],
            "engines": [
                {
                    "id": "gpt",
                    "family": "openai",
                    "model": "gpt-6-luna",
                    "repeats": calls // questions,
                    "web": True,
                    "concurrency": concurrency,
                }
            ],
            "budget": {"day_usd": 1_000_000},
        }
    )


def stores_of(home: Path, base_url: str) -> Stores:
    """Return the embedded stores of an installation that reaches the stub."""
    settings = Settings(home, openai_api_key="sk-load", openai_base_url=base_url)
    return Stores(
        settings=settings,
        journal=Journal(open_engine(settings.journal_url)),
        payloads=PayloadStore(FolderStore(settings.lake_dir)),
        coordinations=Coordinations(settings.coordination_url),
        prices=PriceSheet(),
    )


def ask(monitor: Monitor, stores: Stores) -> Progress:
    """Plan the calls of a monitor and ask what is not answered yet."""
    [spec] = monitor.engines
    return ask_day(
        Assignment(monitor, spec, AskedDay(DAY, DAY, "load")),
        plan_calls(monitor, spec, DAY),
        stores,
        partial(_engine, spec, stores),
        lambda _progress: None,
    )


def _engine(spec, stores, refused):  # noqa: ANN001, ANN202 - a benchmark
    return engine_for(spec, stores.settings, refused=refused)


def warm_up(base_url: str, concurrency: int) -> None:
    """Ask a few calls elsewhere: what is imported and compiled once is no cost of the calls."""
    with tempfile.TemporaryDirectory() as elsewhere:
        ask(monitor_of(50, concurrency), stores_of(Path(elsewhere), base_url))


def main() -> None:
    home, base_url, calls, concurrency = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if "--warm" in sys.argv:
        warm_up(base_url, concurrency)
    monitor, stores = monitor_of(calls, concurrency), stores_of(home, base_url)
    started, ready = time.perf_counter(), _usage()
    progress = ask(monitor, stores)
    wall, used = time.perf_counter() - started, _usage()
    print(
        json.dumps(
            {
                "wall": wall,
                "asking": progress.seconds,
                "cpu": used - ready,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024,
                "received": progress.received,
                "failed": progress.failed,
            }
        )
    )


def _usage() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
