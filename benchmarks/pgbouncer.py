"""Connections to Dagster's database while runs go on at once: to the server itself, and through PgBouncer.

    python benchmarks/pgbouncer.py [RUNS ...]

A run is what a run pod does with the storage: an instance of its own whose storages open a connection for
each statement, and five assets with a partition. The runs are forked, so that they overlap more than pods
that import the code first would. `opened` counts the sessions that the server began
(`pg_stat_database`), `at once` is the most of them seen in `pg_stat_activity`, some fifty looks a second.
"""

import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import psycopg
import yaml

from brand_monitor.instance import storage_url
from tools.servers.pgbouncer import PgBouncer
from tools.servers.postgres import Postgres

DATABASE = "dagster"
DEFAULT_RUNS = (4, 10, 20)
DAYS = dg.StaticPartitionsDefinition(["a"])


def _assets() -> list[dg.AssetsDefinition]:
    def made(number: int) -> dg.AssetsDefinition:
        @dg.asset(name=f"asset_{number}", partitions_def=DAYS, deps=[f"asset_{number - 1}"] if number else [])
        def one() -> dg.MaterializeResult[None]:
            return dg.MaterializeResult(metadata={"rows": number})

        return one

    return [made(number) for number in range(5)]


def _instance_folder(parent: Path, name: str, postgres: Postgres, pooler: str | None) -> Path:
    url = storage_url(postgres.url_of(DATABASE))
    storage = (
        {"postgres": {"postgres_url": url}}
        if pooler is None
        else {
            "custom": {
                "module": "brand_monitor.pooled_storage",
                "class": "PooledPostgresStorage",
                "config": {"postgres_url": url, "pooler": pooler},
            }
        }
    )
    folder = parent / name
    folder.mkdir()
    nowhere = {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
    file = {"storage": storage, "telemetry": {"enabled": False}, "compute_logs": nowhere}
    (folder / "dagster.yaml").write_text(yaml.safe_dump(file))
    return folder


def _run(folder: Path) -> bool:
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        return dg.materialize(_assets(), partition_key="a", instance=instance, raise_on_error=False).success


class _Watch:
    """The most connections seen at once to the database of the runs."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres, self._done, self.most = postgres, threading.Event(), 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._look)
        thread.start()
        yield
        self._done.set()
        thread.join()

    def _look(self) -> None:
        clients = "pg_stat_activity WHERE backend_type = 'client backend'"
        query = f"SELECT count(*) FROM {clients} AND datname = '{DATABASE}'".encode()  # noqa: S608
        with psycopg.connect(self._postgres.url, autocommit=True) as reader:
            while not self._done.wait(0.02):
                row = reader.execute(query).fetchone()
                self.most = max(self.most, row[0] if row else 0)


def _sessions(postgres: Postgres) -> int:
    time.sleep(1.5)  # the server counts a session some time after its end
    query = f"SELECT sessions FROM pg_stat_database WHERE datname = '{DATABASE}'".encode()  # noqa: S608
    with psycopg.connect(postgres.url) as reader:
        row = reader.execute(query).fetchone()
    return int(row[0]) if row else 0


def _cpu(pgbouncer: PgBouncer) -> float:
    times = [process.cpu_times() for process in pgbouncer._processes()]  # noqa: SLF001
    return sum(one.user + one.system for one in times)


def measure(postgres: Postgres, pgbouncer: PgBouncer, folders: dict[str, Path], runs: int) -> None:
    """Print the row of each way for so many runs at once."""
    for way, folder in folders.items():
        before, cpu, watch = _sessions(postgres), _cpu(pgbouncer), _Watch(postgres)
        began = time.perf_counter()
        with watch.watching(), ProcessPoolExecutor(runs, multiprocessing.get_context("fork")) as pool:
            succeeded = sum(pool.map(_run, [folder] * runs))
        seconds, cpu = time.perf_counter() - began, _cpu(pgbouncer) - cpu
        opened = _sessions(postgres) - before
        row = (runs, way, succeeded, opened, watch.most, f"{seconds:.1f}", f"{cpu:.2f}")
        print("|", " | ".join(map(str, row)), "|", flush=True)


def main(counts: tuple[int, ...]) -> None:
    """Print the table."""
    parent = Path(tempfile.mkdtemp(prefix="brand-monitor-"))
    parent.chmod(0o755)
    postgres = Postgres(parent / "postgres", settings={"max_connections": "400"})
    pgbouncer = PgBouncer(parent / "pgbouncer", upstream=postgres)
    try:
        postgres.start()
        postgres.ensure_databases(DATABASE)
        pgbouncer.start()
        pooler = pgbouncer.variables()["DATABASE_POOLER"]
        folders = {
            "the server": _instance_folder(parent, "direct", postgres, None),
            f"PgBouncer with {PgBouncer.CONNECTIONS}": _instance_folder(parent, "pooled", postgres, pooler),
        }
        _run(folders["the server"])  # makes the tables
        print("| runs at once | through | succeeded | opened | at once | s | CPU s of PgBouncer |")
        print("|---:|---|---:|---:|---:|---:|---:|")
        for runs in counts:
            measure(postgres, pgbouncer, folders, runs)
    finally:
        pgbouncer.kill()
        postgres.kill()
        shutil.rmtree(parent, ignore_errors=True)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or DEFAULT_RUNS)
