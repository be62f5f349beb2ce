"""The graph stores that tests are run against, and small graphs to put into them."""

import random
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor.backends.graph.interface import GraphStore
from brand_monitor.backends.graph.neo4j_connection import Neo4jServer
from brand_monitor.backends.graph.neo4j_store import Neo4jGraph
from brand_monitor.backends.graph.vocabulary import EDGE_TYPES, NODE_LABELS
from brand_monitor.schemas.registry import empty_frame
from brand_monitor_tests.faults.unreliable import until_it_succeeds

DAY = date(2026, 11, 24)
NEXT_DAY = DAY + timedelta(days=1)


def neo4j_graph(server, **options) -> Neo4jGraph:
    """The store on a server of ``tools.servers``; ``retry_seconds`` is short unless given."""
    access = Neo4jServer(
        options.pop("uri", server.url),
        options.pop("user", server.user),
        options.pop("password", server.password),
        ca_file=options.pop("ca_file", server.ca_file if server.tls else None),
    )
    return Neo4jGraph(access, **{"retry_seconds": 2.0, **options})


def run(server, *statements: str, **parameters) -> list[dict[str, Any]]:
    """Run statements on the server itself, as an administrator would; rows of the last."""
    import neo4j

    with (
        neo4j.GraphDatabase.driver(
            server.url, auth=(server.user, server.password), notifications_min_severity="OFF"
        ) as driver,
        driver.session() as session,
    ):
        return [session.run(statement, parameters).data() for statement in statements][-1]


def emptied(server):
    """Delete all that a server holds; constraints, indexes and their record stay."""
    run(server, "MATCH (n) WHERE NOT n:GraphSchema DETACH DELETE n")
    return server


def embedded_graph(folder: Path) -> LadybugGraph:
    return LadybugGraph(folder / "graph.lbug")


def nodes_of(*nodes: tuple[str, str, str], monitor: str = "shoes", day: date = DAY) -> pl.DataFrame:
    """Rows of (node_id, kind, label) as a frame of graph/nodes."""
    frame = pl.DataFrame(nodes, schema={"node_id": str, "kind": str, "label": str}, orient="row")
    return frame.select(pl.lit(day).alias("date"), pl.lit(monitor).alias("monitor_id"), pl.all())


def edges_of(*edges: tuple[str, str, str, float], monitor: str = "shoes", day: date = DAY) -> pl.DataFrame:
    """Rows of (source, kind, target, weight) as a frame of graph/edges."""
    schema = {"source_id": str, "kind": str, "target_id": str, "weight": float}
    frame = pl.DataFrame(edges, schema=schema, orient="row").with_columns(
        date=pl.lit(day), monitor_id=pl.lit(monitor)
    )
    return pl.concat([empty_frame("graph/edges"), frame], how="diagonal")


def small_day(answer: str = "a1", **of) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A day of six nodes and eight edges, one of each kind that comes without an experiment."""
    nodes = nodes_of(
        ("brand:nike", "brand", "Nike"),
        ("page:http://p/", "page", "A review"),
        ("domain:p", "domain", "p"),
        ("prompt:q", "prompt", "Which shoe?"),
        ("engine:e", "engine", "smollm2"),
        (f"answer:{answer}", "answer", "smollm2 on q"),
        **of,
    )
    edges = edges_of(
        (f"answer:{answer}", "mentions", "brand:nike", 2.0),
        (f"answer:{answer}", "cites", "page:http://p/", 1.0),
        (f"answer:{answer}", "retrieved", "page:http://p/", 1.0),
        (f"answer:{answer}", "answers", "prompt:q", 1.0),
        (f"answer:{answer}", "answered_by", "engine:e", 1.0),
        ("page:http://p/", "mentions", "brand:nike", 3.0),
        ("page:http://p/", "belongs_to", "domain:p", 1.0),
        ("brand:nike", "owns", "domain:p", 1.0),
        **of,
    )
    return nodes, edges


def nothing(day: date = DAY, monitor: str = "shoes") -> tuple[pl.DataFrame, pl.DataFrame]:
    """A day without a graph."""
    return nodes_of(day=day, monitor=monitor), edges_of(day=day, monitor=monitor)


def some_day(dice: random.Random, monitor: str, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A day of some of a few pages, brands and answers, whose labels change from day to day."""

    def some(kind: str, many: int) -> list[tuple[str, str, str]]:
        return [
            (f"{kind}:{n}", kind, f"{kind} {n} {dice.choice('xyz')}")
            for n in range(many)
            if dice.random() < 0.5
        ]

    pages, brands = some("page", 8), some("brand", 4)
    answers = [(f"answer:{monitor}-{day}-{n}", "answer", f"{n}") for n in range(dice.randrange(5))]
    mentions = [
        (source[0], "mentions", brand[0], float(dice.randrange(4)))
        for source in pages + answers
        for brand in brands
        if dice.random() < 0.5
    ]
    of = {"monitor": monitor, "day": day}
    edges = edges_of(*mentions, **of)
    supports = edges_of(
        *((page[0], "supports", answer[0], 1.0) for page in pages[:2] for answer in answers[:2]), **of
    ).with_columns(sentence_start=pl.lit(3), sentence_end=pl.lit(dice.randrange(4, 90)))
    return nodes_of(*pages, *brands, *answers, **of), pl.concat([edges, supports], how="diagonal_relaxed")


def random_history(dice: random.Random, steps: int) -> list[tuple[str, date, tuple]]:
    """Writes of a few days of two monitors, derived again and again; one in five drops the day."""
    history = []
    for _ in range(steps):
        key = dice.choice(["shoes", "boots"]), DAY + timedelta(days=dice.randrange(3))
        history.append((*key, some_day(dice, *key) if dice.random() < 0.8 else nothing(key[1], key[0])))
    return history


def written(store: GraphStore, history) -> GraphStore:
    """Write each day of a history, again and again until it succeeds."""
    for monitor, day, frames in history:
        until_it_succeeds(partial(store.replace_day, monitor, day, *frames))
    return store


def content(store: GraphStore) -> dict[str, list]:
    """All that a store holds, in an order of its own: what two stores of equal content agree upon."""
    labels = NODE_LABELS.values()
    every_node = [
        f"MATCH (n:{label}) RETURN n.node_id AS id, n.label AS l, n.label_from AS f" for label in labels
    ]
    members = [
        f"MATCH (n:{label})-[s:SEEN_ON]->(d:Day) RETURN n.node_id AS id, d.day_id AS day, s.label AS l"
        for label in labels
    ]
    edges = [
        f"MATCH (a:{kind.source})-[e:{kind.name}]->(b:{kind.target}) RETURN a.node_id AS a, b.node_id AS b, "
        f"'{kind.name}' AS kind, e.monitor_id AS monitor, e.date AS date, e.weight AS weight"
        for kind in EDGE_TYPES
    ]
    held = {
        "days": store.query("MATCH (d:Day) RETURN d.day_id AS id, d.monitor_id AS monitor, d.date AS day"),
        "nodes": store.query(" UNION ALL ".join(every_node)),
        "members": store.query(" UNION ALL ".join(members)),
        "edges": store.query(" UNION ALL ".join(edges)),
        "supports": store.query("MATCH (a:Page)-[e:SUPPORTS]->(b:Answer) RETURN a.node_id AS a, e"),
        "influences": store.query("MATCH (a:Page)-[e:INFLUENCES]->(b:Brand) RETURN a.node_id AS a, e"),
    }
    return {name: sorted(rows, key=repr_of) for name, rows in held.items()}


def repr_of(value: Any) -> str:
    """The same text for equal rows, whatever the order of their keys."""
    if isinstance(value, dict):
        return repr(sorted((key, repr_of(each)) for key, each in value.items()))
    return repr(value)


class FramesSource:
    """A lake in memory: the last frames of each day of a history."""

    def __init__(self, history) -> None:
        self.last = {(day, monitor): frames for monitor, day, frames in history}

    def days(self):
        from brand_monitor.backends.graph.rebuilding import DayKey

        return [DayKey(*key) for key in self.last]

    def frames(self, key):
        from brand_monitor.backends.graph.rebuilding import DayFrames

        return DayFrames(*self.last.get((key.day, key.monitor_id), nothing(key.day, key.monitor_id)))
