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
from tools.servers.postgres import Postgres

RUNS_A_DAY, EVENTS_A_RUN, CALLS_A_DAY, MONITORS = 200, 40, 36_000, 10
BIG = ("runs", "run_tags", "event_logs", "job_ticks", "calls", "daily_brand_metrics")
_FILL = [
    """INSERT INTO runs (run_id, pipeline_name, status, run_body, create_timestamp, update_timestamp,
                         start_time, end_time)
       SELECT 'run-' || n, (ARRAY['daily', 'ask', 'publish'])[1 + n %% 3],
              CASE WHEN n %% 50 = 0 THEN 'FAILURE' ELSE 'SUCCESS' END, repeat('x', 3000),
              ended - interval '400 s', ended, extract(epoch FROM ended) - 300, extract(epoch FROM ended)
       FROM (SELECT n, now() AT TIME ZONE 'UTC' - n * interval '432 s' AS ended
             FROM generate_series(1, %(runs)s) AS n) AS run""",
    """INSERT INTO run_tags (run_id, key, value)
       SELECT 'run-' || n, key, 'value' FROM generate_series(1, %(runs)s) AS n,
              unnest(ARRAY['dagster/partition', '.dagster/repository', 'dagster/schedule_name', 'a', 'b',
                           CASE WHEN n %% 40 = 0 THEN 'dagster/retry_number' ELSE 'c' END]) AS key""",
    # Of each 40 events of a run, one materializes one of five assets in a day and engine.
    """INSERT INTO event_logs (run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
       SELECT 'run-' || n, repeat('x', 400),
              CASE WHEN e = 1 THEN 'ASSET_MATERIALIZATION' ELSE 'STEP_OUTPUT' END, ended, 'step',
              CASE WHEN e = 1 THEN (ARRAY['["metrics", "brand_metrics"]', '["marts", "publications"]',
                   '["graph", "graph_projections"]', '["reports", "daily_reports"]',
                   '["raw", "answers"]'])[1 + n %% 5] END,
              CASE WHEN e = 1 THEN to_char(ended, 'YYYY-MM-DD')
                   || CASE WHEN n %% 5 IN (0, 4) THEN '|openai' ELSE '' END END
       FROM (SELECT n, now() AT TIME ZONE 'UTC' - n * interval '432 s' AS ended
             FROM generate_series(%(runs)s, 1, -1) AS n) AS run, generate_series(1, %(events)s) AS e""",
    """INSERT INTO instigators (selector_id, status, instigator_type)
       SELECT 'sensor-' || n, 'RUNNING', 'SENSOR' FROM generate_series(1, 11) AS n""",
    # Eleven sensors, every 30 s.
    """INSERT INTO job_ticks (job_origin_id, selector_id, status, type, timestamp, tick_body)
       SELECT 'sensor-' || s, 'sensor-' || s, 'SKIPPED', 'SENSOR',
              now() AT TIME ZONE 'UTC' - n * interval '30 s', repeat('x', 300)
       FROM generate_series(1, %(ticks)s) AS n, generate_series(1, 11) AS s""",
    """INSERT INTO brand_monitor.calls (call_id, monitor_id, date, engine, engine_id, state, spec, planned_at,
                                        cost_usd)
       SELECT d || '-' || n, 'monitor-' || n %% %(monitors)s, (now() AT TIME ZONE 'UTC')::date - d, 'openai',
              'engine-' || n %% 4, CASE WHEN n %% 30 = 0 THEN 'failed' ELSE 'received' END,
              jsonb_build_object('text', repeat('x', 500)), now(), 0.001
       FROM generate_series(0, %(days)s) AS d, generate_series(1, %(calls)s) AS n""",
    """INSERT INTO brand_monitor.spending (monitor_id, date, spent_usd)
       SELECT 'monitor-' || m, (now() AT TIME ZONE 'UTC')::date - d, 1
       FROM generate_series(0, %(monitors)s - 1) AS m, generate_series(0, %(days)s * 10) AS d""",
    """INSERT INTO marts.daily_brand_metrics (date, monitor_id)
       SELECT (now() AT TIME ZONE 'UTC')::date - d, 'monitor-' || m
       FROM generate_series(0, %(monitors)s - 1) AS m, generate_series(1, %(days)s * 10) AS d,
            generate_series(1, 50) AS rows""",
]


def fill(url: str, runs: int) -> None:
    """Fill empty tables with a history of so many runs, and let the server look at them."""
    days = max(runs // RUNS_A_DAY // 10, 1)
    numbers = {"runs": runs, "events": EVENTS_A_RUN, "calls": CALLS_A_DAY, "monitors": MONITORS}
    with psycopg.connect(url, autocommit=True) as admin:
        for statement in _FILL:
            admin.execute(statement.encode(), {**numbers, "ticks": runs, "days": days})
        admin.execute(b"VACUUM ANALYZE")


def monitors(home: Path) -> None:
    """Write monitor files with budgets."""
    (home / "monitors").mkdir(parents=True)
    for number in range(MONITORS):
        (home / "monitors" / f"{number}.yaml").write_text(
            f"id: monitor-{number}\nmarket: Shoes\nbrands:\n  - {{id: own, name: Larkstride, role: own}}\n"
            "  - {id: ctrl, name: Ombrevale, role: control}\nprompts:\n  - {id: p, text: Which shoes?}\n"
            "engines:\n  - {id: a, family: local}\nbudget: {day_usd: 4, month_usd: 100}\n"
        )


def rows_scanned(url: str) -> int:
    """Return how many rows of big tables were read by scans of the whole table."""
    with psycopg.connect(url) as admin:
        query = "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables WHERE relname = ANY(%s)"
        [found] = admin.execute(query.encode(), [list(BIG)]).fetchone() or (0,)
        return int(found)


def measured(settings: Settings, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of a collection, by subject."""
    sources = open_sources(settings)
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        for source in sources:
            for subject in source.subjects:
                one = Collection([Source(source.engine, (subject,))])
                started = time.perf_counter()
                one.renew()
                taken.setdefault(subject.name, []).append((time.perf_counter() - started) * 1_000)
    return {name: statistics.median(values[1:]) for name, values in taken.items()}


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
            monitors(settings.home)
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
