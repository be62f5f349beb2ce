"""Speed of the graph on Neo4j beside a bare UNWIND loop of the same driver in the same run.

    python benchmarks/neo4j_graph.py               some minutes; starts a server of its own (tools.servers)

First a day of 100,000 nodes and 500,000 edges: ``replace_day`` against a loop that sends batches of 10,000
rows, each in its own transaction, with the same constraints, indexes and memberships, and without labels
that follow the days, locks, checks or atomicity. Then the same small day, new and derived again, behind a
history of 1, 30 and 365 days.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import neo4j
import polars as pl
import psutil

from brand_monitor.backends.graph.neo4j_connection import Neo4jServer
from brand_monitor.backends.graph.neo4j_migrations import migrate
from brand_monitor.backends.graph.neo4j_store import Neo4jGraph
from tools.servers.neo4j import Neo4j

DAY = date(2026, 1, 1)
BATCH = 10_000
PAGES_SHARE, MENTIONS, CITES = 0.3, 2, 5


def big_day(nodes: int, edges: int, day: date = DAY) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a day of so many nodes, most of them answers, that name brands and cite pages."""
    rng = random.Random(nodes)
    pages = [f"page:http://site{n % 97}.example/article/{n}" for n in range(int(nodes * PAGES_SHARE))]
    brands = [f"brand:bench/{n}" for n in range(max(2, nodes // 1000))]
    answers = [f"answer:{day}-{n:08d}" for n in range(nodes - len(pages) - len(brands))]
    ids = {"page": pages, "brand": brands, "answer": answers}
    node_rows = [(name, kind, name) for kind, names in ids.items() for name in names]
    edge_rows = [
        (rng.choice(answers), *rng.choice([("cites", pages), ("mentions", brands)])) for _ in range(edges)
    ]
    key = {"date": pl.lit(day), "monitor_id": pl.lit("bench")}
    node_frame = pl.DataFrame(node_rows, schema=["node_id", "kind", "label"], orient="row")
    edge_frame = pl.DataFrame(
        [(source, rng.choice(targets), kind, 1.0) for source, kind, targets in edge_rows],
        schema=["source_id", "target_id", "kind", "weight"],
        orient="row",
    )
    return node_frame.with_columns(**key), edge_frame.with_columns(**key)


def bare_loop(driver: neo4j.Driver, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
    """Write the same nodes, memberships and edges as anybody would."""
    with driver.session() as session:
        session.run("CREATE (:Day {day_id: 'bare', monitor_id: 'bench', date: $day})", day=DAY).consume()
        for (kind,), rows in nodes.partition_by("kind", as_dict=True).items():
            statement = (
                f"UNWIND $rows AS row MERGE (n:{str(kind).title()} {{node_id: row.node_id}}) "
                "SET n.label = row.label, n.label_from = 'bare' "
                "WITH n, row MATCH (d:Day {day_id: 'bare'}) CREATE (n)-[:SEEN_ON {label: row.label}]->(d)"
            )
            send(session, statement, rows.select("node_id", "label").to_dicts())
        for (kind,), rows in edges.partition_by("kind", as_dict=True).items():
            target = {"cites": "Page", "mentions": "Brand"}[str(kind)]
            statement = (
                f"UNWIND $rows AS row MATCH (a:Answer {{node_id: row.source_id}}) "
                f"MATCH (b:{target} {{node_id: row.target_id}}) CREATE (a)-[:{str(kind).upper()} "
                "{monitor_id: row.monitor_id, date: row.date, weight: row.weight}]->(b)"
            )
            columns = ["source_id", "target_id", "weight", "monitor_id", "date"]
            send(session, statement, rows.select(columns).to_dicts())


def send(session: neo4j.Session, statement: str, rows: list[dict[str, Any]]) -> None:
    """Send rows in batches."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        session.execute_write(lambda work, batch=batch: work.run(statement, rows=batch).consume())


class Cost(NamedTuple):
    """Seconds that passed, and seconds of processor time of client and server together."""

    wall: float
    cpu: float


def measured(work: Callable[[], object], server: Neo4j) -> Cost:
    process = psutil.Process(json.loads((server.folder / "server.json").read_text())["pid"])
    start, before = time.perf_counter(), sum(process.cpu_times()[:2]) + time.process_time()
    work()
    after = sum(process.cpu_times()[:2]) + time.process_time()
    return Cost(time.perf_counter() - start, after - before)


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def empty(driver: neo4j.Driver) -> None:
    with driver.session() as session:
        session.run(
            "MATCH (n) WHERE NOT n:GraphSchema CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 20000 ROWS"
        ).consume()


def volume(
    store: Neo4jGraph, driver: neo4j.Driver, server: Neo4j, *, nodes: int, edges: int, rounds: int
) -> None:
    day = big_day(nodes, edges)
    with driver.session() as session:
        migrate(session)
    # Plans and compiled code, for both.
    bare_loop(driver, *big_day(2_000, 10_000))
    store.replace_day("bench", DAY, *big_day(2_000, 10_000))
    bare, ours = [], []
    for _ in range(rounds):
        empty(driver)
        bare.append(measured(lambda: bare_loop(driver, *day), server))
        empty(driver)
        ours.append(measured(lambda: store.replace_day("bench", DAY, *day), server))
    again = measured(lambda: store.replace_day("bench", DAY, *day), server)
    loop, store_cost = (Cost(*map(statistics.median, zip(*each, strict=True))) for each in (bare, ours))
    print(f"{nodes:,} nodes and {edges:,} edges, median of {rounds}       wall    processor")
    for name, cost in (
        ("bare UNWIND loop", loop),
        ("replace_day", store_cost),
        ("the same day again", again),
    ):
        print(f"  {name:<40} {cost.wall:7.1f} s   {cost.cpu:7.1f} s")
    print(
        f"  {'ratio (1 = as fast)':<40} {loop.wall / store_cost.wall:7.2f}"
        f"     {loop.cpu / store_cost.cpu:7.2f}"
    )


def history(store: Neo4jGraph, driver: neo4j.Driver, nodes: int, edges: int, lengths: list[int]) -> None:
    empty(driver)
    print(f"\na day of {nodes:,} nodes and {edges:,} edges behind a history of such days, median of 5")
    print("  days in the store   a new day   derived again   counted")
    held = 0
    for length in lengths:
        while held < length:
            day = DAY + timedelta(days=held)
            store.replace_day("bench", day, *big_day(nodes, edges, day))
            held += 1
        new, again, counted = [], [], []
        for _ in range(5):
            day = DAY + timedelta(days=held)
            frames = big_day(nodes, edges, day)
            new.append(timed(lambda day=day, frames=frames: store.replace_day("bench", day, *frames)))
            again.append(timed(lambda day=day, frames=frames: store.replace_day("bench", day, *frames)))
            counted.append(timed(lambda day=day: store.count("bench", day)))
            held += 1
        figures = [1_000 * statistics.median(each) for each in (new, again, counted)]
        print(f"  {length:>17}   {figures[0]:6.0f} ms   {figures[1]:10.0f} ms   {figures[2]:4.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--days", type=int, nargs="*", default=[1, 30, 365])
    parser.add_argument("--day-nodes", type=int, default=400)
    parser.add_argument("--day-edges", type=int, default=2_000)
    parser.add_argument("--heap-mb", type=int, default=3_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        memory = {"dbms.memory.transaction.total.max": "0", "server.memory.pagecache.size": "512m"}
        with Neo4j(Path(folder) / "neo4j", settings=memory, heap_mb=options.heap_mb) as server:
            access = Neo4jServer(server.url, server.user, server.password)
            auth = (server.user, server.password)
            with (
                closing(Neo4jGraph(access)) as store,
                neo4j.GraphDatabase.driver(server.url, auth=auth, notifications_min_severity="OFF") as driver,
            ):
                if options.rounds:
                    volume(
                        store, driver, server, nodes=options.nodes, edges=options.edges, rounds=options.rounds
                    )
                if options.days:
                    history(store, driver, options.day_nodes, options.day_edges, options.days)


if __name__ == "__main__":
    main()
