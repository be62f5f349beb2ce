"""The exporter: what a round costs the databases and the process, in a short history and in a long one.

Run it with ``python benchmarks/exporter.py``. It starts a PostgreSQL of its own (``tools.servers``) and fills
Dagster's own tables and ours with rows like those of real runs: the same window (a day with 200 runs, an hour
with 1,320 ticks, a day with 36,000 calls) on top of histories of different length.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psycopg
from pydantic import SecretStr

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.postgresql import close_engines
from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse
from brand_monitor.deployment import Settings
from brand_monitor.exporter.collecting import Collection
from brand_monitor.exporter.databases import Source, open_sources
from brand_monitor.instance import open_instance
from brand_monitor_tests.exporter.histories import GROWING, fill, write_monitors
from tools.servers.postgres import Postgres


def rows_scanned(url: str) -> int:
    """Return how many rows of big tables were read by scans of the whole table."""
    with psycopg.connect(url) as admin:
        query = "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables WHERE relname = ANY(%s)"
        [found] = admin.execute(query.encode(), [list(GROWING)]).fetchone() or (0,)
        return int(found)


def measured(settings: Settings, rounds: int) -> dict[str, float]:
    """Return the milliseconds of the fastest collection, by subject: what else runs here slows others."""
    sources = open_sources(settings)
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        for source in sources:
            for subject in source.subjects:
                one = Collection([Source(source.engine, (subject,))])
                started = time.perf_counter()
                one.renew()
                taken.setdefault(subject.name, []).append((time.perf_counter() - started) * 1_000)
    return {name: min(values) for name, values in taken.items()}


@contextmanager
def exporter(settings: Settings, url: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run the command beside us; yield the process and its port."""
    environment = {**os.environ, "DATABASE_URL": url, "DAGSTER_DATABASE_URL": url}
    command = [sys.executable, "-m", "brand_monitor.cli", "--home", str(settings.home), "exporter"]
    process = subprocess.Popen(
        [*command, "--port=0", "--interval=1"], env=environment, stderr=subprocess.PIPE
    )
    assert process.stderr
    port = int(process.stderr.readline().decode().partition("/metrics")[0].rpartition(":")[2])
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait()


def show_process(settings: Settings, url: str, seconds: int) -> None:
    """Print memory and processor time of the command at an interval of a second, and a scrape."""
    with exporter(settings, url) as (process, port):
        time.sleep(5)
        before, scrapes = cpu_seconds(process.pid), []
        for _ in range(seconds):
            started = time.perf_counter()
            body = urlopen(f"http://127.0.0.1:{port}/metrics").read()
            scrapes.append((time.perf_counter() - started) * 1_000)
            time.sleep(1)
        used = (cpu_seconds(process.pid) - before) / seconds * 1_000
        status = Path(f"/proc/{process.pid}/status").read_text()
    rss = int(status.partition("VmRSS:")[2].split()[0]) // 1_024
    print(f"\nprocess: {rss} MB, {used:.0f} ms of CPU for a round and a scrape")
    print(f"scrape: {statistics.median(scrapes):.1f} ms, {len(body.splitlines())} lines, {len(body)} bytes")


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure each history and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=21)
    given = parser.parse_args()
    results: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "postgres").start()
        for runs in given.runs:
            server.ensure_databases(f"history_{runs}")
            url = server.url_of(f"history_{runs}")
            settings = Settings(
                Path(folder) / str(runs), database_url=SecretStr(url), dagster_database_url=SecretStr(url)
            )
            write_monitors(settings.home)
            PostgresWarehouse(open_engine(settings.journal_url), migrates=True)
            open_instance(settings).dispose()
            fill(url, runs)
            scanned = rows_scanned(url)
            results[runs] = measured(settings, given.rounds)
            time.sleep(2)  # the server's statistics lag
            results[runs]["rows read by scans of big tables"] = rows_scanned(url) - scanned
        print(f"| subject | {' | '.join(f'{runs:,} runs, ms' for runs in given.runs)} |")
        print(f"|---|{'---:|' * len(given.runs)}")
        for name in results[given.runs[0]]:
            print(f"| {name} | {' | '.join(f'{results[runs][name]:,.1f}' for runs in given.runs)} |")
        show_process(settings, url, 20)
        close_engines()
        server.kill()


if __name__ == "__main__":
    main()
