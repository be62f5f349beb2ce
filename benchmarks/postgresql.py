"""PostgreSQL: COPY and the journal against the bare client, and what a day costs in a long history.

Run it with ``python benchmarks/postgresql.py``. It starts a PostgreSQL of its own (``tools.servers``), with
fsync on. Ratios are to a loop with the same client on the same data in the same run: above 1 is faster than
the loop.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl
import psycopg

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.entries import PLANNED, CallSpec, JournalEntry, call_id
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.postgresql import SCHEMA, close_engines
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.backends.warehouse.frames import copy_frame
from brand_monitor.backends.warehouse.interface import PUBLISHED, Marts
from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse
from brand_monitor.schemas.registry import polars_schema
from tools.servers.postgres import Postgres

DAY = date(2026, 11, 24)
SPEC = CallSpec("p1", "p1", "v1", "Which shoes last longest?", "discovery", None, "en", False, 0, "m")  # noqa: FBT003
_ANSWERS = (
    "CREATE TABLE answers (answer_id text, monitor_id text, date date, engine_id text, prompt_id text, "
    "status text, cost_usd double precision, latency_ms bigint, is_web boolean, queries text[], text text)"
)


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def show(what: str, ours: float, bare: float | None = None, kind: str = "") -> None:
    """Print a row of the table; times in seconds."""
    beside = f"{bare:.2f} s ({kind}) | {bare / ours:.2f}" if bare else "|"
    print(f"| {what} | {ours:.3f} s | {beside} |", flush=True)


def answers(rows: int) -> pl.DataFrame:
    """Return rows of answers, with a text of about 200 letters each."""
    said = 'Many people like Acme, "the old one"; others, it\'s said, prefer Ombrevale.\nBoth last. ' * 2
    number = pl.int_range(rows, eager=True)
    return pl.DataFrame({"n": number}).select(
        answer_id=pl.format("{}-0123456789abcdef0123", "n"),
        monitor_id=pl.lit("tea"),
        date=pl.lit(DAY),
        engine_id=pl.format("e{}", pl.col("n") % 4),
        prompt_id=pl.format("p{}", pl.col("n") % 1000),
        status=pl.lit("ok"),
        cost_usd=pl.col("n") / 1e6,
        latency_ms=pl.col("n") % 5000,
        is_web=pl.col("n") % 2 == 0,
        queries=pl.concat_list(pl.format("q{}", pl.col("n") % 7), pl.lit('the "best" tea')),
        text=pl.format("{} {}", pl.lit(said), "n"),
    )


def measure_copy(url: str, rows: int) -> None:
    """Print COPY of a frame against psycopg's own COPY of the same rows, and of the same bytes."""
    frame, engine = answers(rows), open_engine(url)
    columns = ", ".join(f'"{name}"' for name in frame.columns)

    def ours() -> None:
        with engine.begin() as connection:
            copy_frame(connection, "answers", frame)

    def bare() -> None:
        with psycopg.connect(url, options=f"-c search_path={SCHEMA}") as connection:
            cursor = connection.cursor()
            with cursor.copy(f"COPY answers ({columns}) FROM STDIN".encode()) as copy:
                for row in frame.iter_rows():
                    copy.write_row(row)

    def make_again() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS answers")
            connection.exec_driver_sql(_ANSWERS)

    took: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(2):
        for name, work in (("bare", bare), ("ours", ours)):
            make_again()
            took[name].append(seconds(work))
    mine, theirs = min(took["ours"]), min(took["bare"])
    show(f"COPY of {rows:,} answer rows", mine, theirs, "psycopg `write_row`")


def entry(number: int, day: date = DAY) -> JournalEntry:
    """Return a planned call."""
    spec = replace(SPEC, repeat=number)
    name = call_id("shoes", day, "e1", spec)
    return JournalEntry(name, "shoes", day, "openai", "e1", PLANNED, spec, position=number)


def measure_plan(url: str, calls: int) -> None:
    """Print the planning of calls against a bare COPY of the same rows into a table of the same form."""
    journal, entries = Journal(open_engine(url)), [entry(number) for number in range(calls)]

    def bare() -> None:
        from datetime import UTC, datetime

        from psycopg.types.json import Json

        names = [*JournalEntry.__dataclass_fields__, "planned_at"]
        with psycopg.connect(url, options=f"-c search_path={SCHEMA}") as connection:
            cursor = connection.cursor()
            cursor.execute(b"CREATE TABLE bare (LIKE calls INCLUDING ALL)")
            with cursor.copy(f"COPY bare ({', '.join(names)}) FROM STDIN".encode()) as copy:
                for one in entries:
                    row = {**vars(one), "spec": Json(vars(one.spec)), "planned_at": datetime.now(UTC)}
                    copy.write_row([row[name] for name in names])

    theirs, mine = seconds(bare), seconds(lambda: journal.plan(entries))
    show(f"plan of {calls:,} calls", mine, theirs, "bare COPY, no look-up")
    again = seconds(lambda: journal.plan(entries))
    shelf = Shelf(DAY, "openai", "shoes")
    show("the same plan again", again)
    read = seconds(lambda: sum(1 for _ in journal.entries(shelf)))
    show(f"reading {calls:,} calls by pages", read)


def marts(day: date, rows: int) -> Marts:
    """Return marts of a day."""
    kinds = {pl.String: "visibility", pl.Float64: 0.5, pl.Int64: 3, pl.Boolean: True, pl.List: ["small_n"]}
    made = {}
    for table in PUBLISHED:
        schema = polars_schema(table)
        values = {
            name: next(value for kind, value in kinds.items() if of == kind)
            for name, of in schema.items()
            if of != pl.Date
        }
        record = values | {"date": day, "monitor_id": "tea"}
        made[table] = pl.DataFrame([record] * rows, schema=schema)
    return made


def measure_days(url: str, rows: int) -> None:
    """Print what publishing one more day costs after 1, 30 and 365 days."""
    warehouse = PostgresWarehouse(open_engine(url), migrates=True)
    held = 0
    for history in (1, 30, 365):
        while held < history:
            day = DAY + timedelta(days=held)
            warehouse.replace_day(day, ["tea"], marts(day, rows))
            held += 1
        last = DAY + timedelta(days=held - 1)
        publish = partial(warehouse.replace_day, last, ["tea"], marts(last, rows))
        took = [seconds(publish) for _ in range(7)]
        show(f"replace a day of 2 x {rows:,} rows after {history} days", statistics.median(took))


def main() -> None:
    """Start a server and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=50_000)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="brand-monitor-bench-"))
    folder.chmod(0o755)
    server = Postgres(folder / "postgres").start()
    try:
        print("| what | ours | bare | ratio |\n|---|---|---|---|")
        open_engine(server.url)
        measure_copy(server.url, arguments.rows)
        measure_plan(server.url, arguments.calls)
        measure_days(server.url, 500)
    finally:
        close_engines()
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
