"""P8, run overhead: what a Dagster run costs when there is nothing to do.

Jobs run in this process, on an instance in memory and on one in a folder (SQLite), like that of
`brand-monitor run`. Assets without work tell what Dagster itself costs. `rederive` is the real job on a day
and engine for which nothing is stored: it writes and reads empty tables and runs their checks.

    python benchmarks/run_overhead.py --assets 1 8 32 --rounds 5
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from brand_monitor.build import build_defs
from brand_monitor.defs.jobs import ASKING
from brand_monitor.deployment import Settings
from brand_monitor.instance import open_instance
from brand_monitor.monitor.starter import write_demo
from brand_monitor.partitions import day_engine_key, today

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

Run = Callable[[dg.DagsterInstance], dg.ExecuteInProcessResult]


def without_work(count: int) -> Run:
    """Return a run of ``count`` assets in a row, each of which does nothing."""

    def nothing(index: int) -> dg.AssetsDefinition:
        @dg.asset(name=f"asset_{index}", deps=[f"asset_{index - 1}"] if index else [])
        def asset() -> None: ...

        return asset

    job = dg.Definitions(
        assets=[nothing(index) for index in range(count)],
        jobs=[dg.define_asset_job("without_work")],
        executor=dg.in_process_executor,
    ).resolve_job_def("without_work")
    return lambda instance: job.execute_in_process(run_config=QUIET, instance=instance)


def rederive(settings: Settings) -> Run:
    """Return a run of job ``rederive`` on the demo monitor, of which nothing is stored."""
    write_demo(settings.monitors_dir)
    job = build_defs("local", settings=settings).resolve_job_def("rederive")
    key = day_engine_key(today(), "local")
    config = QUIET | {"ops": {name: {"config": {"ask": False}} for name in ASKING}}
    return lambda instance: job.execute_in_process(run_config=config, partition_key=key, instance=instance)


@contextmanager
def instances(settings: Settings) -> Iterator[dict[str, dg.DagsterInstance]]:
    with dg.DagsterInstance.ephemeral() as memory, open_instance(settings) as folder:
        yield {"memory": memory, "folder": folder}


def row(name: str, run: Run, kind: str, instance: dg.DagsterInstance, rounds: int) -> str:
    """Measure ``rounds`` runs after one that warms up; the median counts."""
    steps = sum(event.is_step_success for event in run(instance).all_events)
    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        run(instance)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    return f"| {name} | {kind} | {steps} | {wall:.2f} | {cpu:.2f} | {1000 * wall / steps:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--assets", type=int, nargs="+", default=[1, 8, 32], help="assets without work in a job"
    )
    parser.add_argument("--rounds", type=int, default=5, help="timed runs per row, after one that warms up")
    options = parser.parse_args()

    print("| job | instance | steps | median s | median CPU s | ms per step |")
    print("|---|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="brand-monitor-") as home:
        settings = Settings(Path(home))
        runs = {f"without work, assets: {count}": without_work(count) for count in options.assets}
        runs["`rederive`, nothing stored"] = rederive(settings)
        with instances(settings) as opened:
            for name, run in runs.items():
                for kind, instance in opened.items():
                    print(row(name, run, kind, instance, options.rounds), flush=True)


if __name__ == "__main__":
    main()
