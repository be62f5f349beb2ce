"""Cypher that replaces one day of the graph on Neo4j, run inside one transaction of the caller.

Belongs here: the statements that write. Not here: connections, retries, questions.

The graph is that of the embedded store (see ``embedded_write``): membership is a relationship to the day's
own node and keeps the label that the node had on that day. Only labels and relationship types of
``vocabulary`` stand in the text of a statement; everything else is a parameter.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from brand_monitor.backends.graph.neo4j_migrations import EDGE_NAMES, SCHEMA_NAME
from brand_monitor.backends.graph.vocabulary import EDGE_PROPERTIES, EDGE_TYPES, NODE_LABELS, DayGraph
from brand_monitor.failures import TransientFailure

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, ResultSummary

#: Rows of one statement.
BATCH_ROWS = 10_000

LOCK = "MATCH (s:GraphSchema {name: $name}) SET s.writing = $day_id"
ADD_DAY = "MERGE (d:Day {day_id: $day_id}) SET d.monitor_id = $monitor_id, d.date = $date"
MEMBERS = "MATCH (:Day {day_id: $day_id})<-[:SEEN_ON]-(n) RETURN labels(n)[0] AS label, n.node_id AS id"
DROP_DAY = "MATCH (d:Day {day_id: $day_id}) DETACH DELETE d"
# The hint fails loudly where the index is missing; without it the planner may scan every day there is.
DELETE_EDGES = (
    "MATCH ()-[e:{name}]->() USING INDEX e:{name}(monitor_id, date) "
    "WHERE e.monitor_id = $monitor_id AND e.date = $date DELETE e"
)
# Rows are lists: a name per value would be packed and read once per row.
ADD_NODES = (
    "MATCH (d:Day {{day_id: $day_id}}) UNWIND $rows AS row MERGE (n:{label} {{node_id: row[0]}}) "
    "ON CREATE SET n.label = row[1], n.label_from = $day_id "
    "CREATE (n)-[:SEEN_ON {{label: row[1]}}]->(d) "
    "WITH n, row WHERE n.label_from <= $day_id AND (n.label <> row[1] OR n.label_from <> $day_id) "
    "SET n.label = row[1], n.label_from = $day_id"
)
ADD_EDGES = (
    "UNWIND $rows AS row MATCH (a:{source} {{node_id: row[0]}}) MATCH (b:{target} {{node_id: row[1]}}) "
    "CREATE (a)-[:{name} {{monitor_id: $monitor_id, date: $date, weight: row[2]{properties}}}]->(b)"
)
# A label changes only if it came from the day that is gone.
FALL_BACK = (
    "UNWIND $ids AS id MATCH (n:{label} {{node_id: id}}) WHERE n.label_from = $day_id "
    "MATCH (n)-[s:SEEN_ON]->(d:Day) WITH n, s, d ORDER BY d.day_id DESC "
    "WITH n, collect({{label: s.label, day_id: d.day_id}})[0] AS newest "
    "SET n.label = newest.label, n.label_from = newest.day_id"
)
# No DETACH: an orphan has no edge left, and should one exist the transaction must fail, not hide it.
DELETE_ORPHANS = (
    "UNWIND $ids AS id MATCH (n:{label} {{node_id: id}}) WHERE NOT EXISTS {{ (n)-[:SEEN_ON]->() }} DELETE n"
)
COUNT_EDGES = (
    "MATCH ()-[e:{name}]->() WHERE e.monitor_id = $monitor_id AND e.date = $date RETURN count(e) AS edges"
)
# What no day of ours holds: left by hand, or by a program that knows nothing of days.
STRAY_NODES = (
    "MATCH (n:{label}) WHERE NOT EXISTS {{ (n)-[:SEEN_ON]->(:Day) }} "
    "WITH n LIMIT {rows} DETACH DELETE n RETURN count(*) AS deleted"
)


def replace(transaction: "ManagedTransaction", monitor_id: str, day: date, graph: DayGraph) -> None:
    """Make the store hold exactly ``graph`` for the monitor's day: costs the rows of the day, old and new.

    Raises:
        TransientFailure: fewer edges came into being than were given; the caller rolls back.
    """
    key = {"day_id": graph.day_id}
    _run(transaction, LOCK, name=SCHEMA_NAME, **key)
    before = _members(transaction, graph.day_id)
    if before:
        for name in EDGE_NAMES:
            _run(transaction, DELETE_EDGES.format(name=name), monitor_id=monitor_id, date=day)
        _run(transaction, DROP_DAY, **key)
    if any(graph.nodes.values()):
        _run(transaction, ADD_DAY, monitor_id=monitor_id, date=day, **key)
        for label, rows in graph.nodes.items():
            for batch in _batches([list(row.values()) for row in rows]):
                _run(transaction, ADD_NODES.format(label=label), rows=batch, **key)
        _add_edges(transaction, monitor_id, day, graph)
    for label, ids in before.items():
        gone = sorted(ids - {row["node_id"] for row in graph.nodes[label]})
        for batch in _batches(gone):
            _run(transaction, FALL_BACK.format(label=label), ids=batch, **key)
            _run(transaction, DELETE_ORPHANS.format(label=label), ids=batch)


def count_day(transaction: "ManagedTransaction", monitor_id: str, day: date, day_id: str) -> dict[str, int]:
    """Return how many nodes and edges the day holds."""
    members = transaction.run(
        "MATCH (:Day {day_id: $day_id})<-[s:SEEN_ON]-() RETURN count(s) AS nodes", day_id=day_id
    )
    nodes = members.single(strict=True)["nodes"]
    edges = [
        transaction.run(COUNT_EDGES.format(name=name), monitor_id=monitor_id, date=day).single(strict=True)[
            "edges"
        ]
        for name in EDGE_NAMES
    ]
    return {"nodes": nodes, "edges": sum(edges)}


def delete_strays(transaction: "ManagedTransaction") -> int:
    """Delete up to a batch of nodes of each label that no day holds, and return how many there were."""
    deleted = 0
    for label in NODE_LABELS.values():
        statement = STRAY_NODES.format(label=label, rows=BATCH_ROWS)
        deleted += transaction.run(statement).single(strict=True)["deleted"]
    return deleted


def _add_edges(transaction: "ManagedTransaction", monitor_id: str, day: date, graph: DayGraph) -> None:
    for kind in EDGE_TYPES:
        properties = EDGE_PROPERTIES.get(kind.name, {})
        added = "".join(f", {name}: row[{at}]" for at, name in enumerate(properties, start=3))
        statement = ADD_EDGES.format(**kind._asdict(), properties=added)
        for batch in _batches([list(row.values()) for row in graph.edges.get(kind, [])]):
            summary = _run(transaction, statement, rows=batch, monitor_id=monitor_id, date=day)
            if summary.counters.relationships_created != len(batch):
                raise TransientFailure(
                    f"{len(batch)} edges {kind.name} of {graph.day_id} were given and "
                    f"{summary.counters.relationships_created} came into being: another program deletes "
                    f"nodes meanwhile; nothing was written, try again"
                )


def _members(transaction: "ManagedTransaction", day_id: str) -> dict[str, set[str]]:
    """Return the ids of the day's nodes by label."""
    members: dict[str, set[str]] = defaultdict(set)
    for record in transaction.run(MEMBERS, day_id=day_id):
        members[record["label"]].add(record["id"])
    return members


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), BATCH_ROWS):
        yield rows[start : start + BATCH_ROWS]


def _run(transaction: "ManagedTransaction", statement: str, **parameters: Any) -> "ResultSummary":
    return transaction.run(statement, parameters).consume()
