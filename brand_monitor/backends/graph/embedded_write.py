"""Cypher that replaces one day of the embedded graph, run inside a transaction of the caller.

Belongs here: the tables of ladybug and the statements that write them. Not here: files, locks, questions.

Membership is a relationship to the day's own node, because a node (a brand, a page) lives through many days
while answers live one. It keeps the label that the node had on that day, so that dropping a node's newest
day brings the label of the day before it back.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from brand_monitor.backends.graph.vocabulary import (
    EDGE_PROPERTIES,
    EDGE_TYPES,
    NODE_LABELS,
    DayGraph,
    EdgeType,
)
from brand_monitor.failures import DamagedProjectionError

# Stands as a comment on table Day; a change of tables or of their meaning needs a new number.
SCHEMA_VERSION = "brand-monitor graph 2"

# One MATCH per node, joined by WITH: ladybug then looks each key up (300 edges: 21 ms beside 18k answers);
# a pair in one MATCH scans both tables (150 ms), and so does MERGE, hence known ids are asked for first.
KNOWN_NODES = "UNWIND $ids AS id MATCH (n:{label}) WHERE n.node_id = id RETURN n.node_id AS id"
CREATE_NODES = "UNWIND $ids AS id CREATE (:{label} {{node_id: id}})"
LABEL_NODES = (
    "UNWIND $rows AS row MATCH (n:{label}) WHERE n.node_id = row.node_id WITH n, row "
    "WHERE n.label_from IS NULL OR n.label_from <= $day_id SET n.label = row.label, n.label_from = $day_id"
)
JOIN_DAY = (
    "UNWIND $rows AS row MATCH (n:{label}) WHERE n.node_id = row.node_id WITH n, row "
    "MATCH (d:Day) WHERE d.day_id = $day_id CREATE (n)-[:SEEN_ON {{label: row.label}}]->(d)"
)
CREATE_EDGES = (
    "UNWIND $rows AS row MATCH (a:{source}) WHERE a.node_id = row.source_id WITH a, row "
    "MATCH (b:{target}) WHERE b.node_id = row.target_id "
    "CREATE (a)-[:{name} {{monitor_id: $monitor_id, date: $date, weight: row.weight{properties}}}]->(b)"
)
TYPES = {float: "DOUBLE", int: "INT64", str: "STRING"}
# ladybug takes a null in a list of rows for text, and the whole column with it.
PROPERTY = ", {name}: CAST(row.{name} AS {type})"
DELETE_EDGES = "MATCH ()-[e:{name}]->() WHERE e.monitor_id = $monitor_id AND e.date = $date DELETE e"
COUNT_EDGES = (
    "MATCH ()-[e:{name}]->() WHERE e.monitor_id = $monitor_id AND e.date = $date RETURN count(*) AS edges"
)
OTHER_DAYS = (
    "UNWIND $ids AS id MATCH (n:{label}) WHERE n.node_id = id WITH n "
    "MATCH (n)-[s:SEEN_ON]->(d:Day) RETURN n.node_id AS id, d.day_id AS day_id, s.label AS label"
)
RELABEL = (
    "UNWIND $rows AS row MATCH (n:{label}) WHERE n.node_id = row.node_id "
    "SET n.label = row.label, n.label_from = row.day_id"
)
# No DETACH: an orphan has no edge left, and should one exist the transaction must fail, not hide it.
DELETE_NODES = "UNWIND $ids AS id MATCH (n:{label}) WHERE n.node_id = id DELETE n"


def create_schema(connection: Any) -> None:
    """Create the tables in an empty store."""
    for label in NODE_LABELS.values():
        connection.execute(
            f"CREATE NODE TABLE {label}(node_id STRING PRIMARY KEY, label STRING, label_from STRING)"
        )
    connection.execute("CREATE NODE TABLE Day(day_id STRING PRIMARY KEY, monitor_id STRING, date DATE)")
    days = ", ".join(f"FROM {label} TO Day" for label in NODE_LABELS.values())
    connection.execute(f"CREATE REL TABLE SEEN_ON({days}, label STRING)")
    for name in _edge_names():
        ends = ", ".join(f"FROM {kind.source} TO {kind.target}" for kind in EDGE_TYPES if kind.name == name)
        properties = "".join(f", {one} {TYPES[of]}" for one, of in EDGE_PROPERTIES.get(name, {}).items())
        connection.execute(
            f"CREATE REL TABLE {name}({ends}, monitor_id STRING, date DATE, weight DOUBLE{properties})"
        )
    connection.execute(f"COMMENT ON TABLE Day IS '{SCHEMA_VERSION}'")


def check_schema(connection: Any) -> None:
    """Check that the tables are those of this version.

    Raises:
        DamagedProjectionError: they are not.
    """
    tables = {row["name"]: row["comment"] for row in _rows(connection, "CALL show_tables() RETURN *")}
    if tables.get("Day") != SCHEMA_VERSION:
        raise DamagedProjectionError(f"its tables are not those of {SCHEMA_VERSION!r}")


def replace(connection: Any, monitor_id: str, day: date, graph: DayGraph) -> None:
    """Make the store hold exactly ``graph`` for the monitor's day.

    A new day costs its own rows; a day that is there already also a scan of the relationship tables.
    """
    before = _members(connection, graph.day_id)
    if before:
        _clear_day(connection, monitor_id, day, graph.day_id)
    if any(graph.nodes.values()):
        _add_nodes(connection, monitor_id, day, graph)
        _add_edges(connection, monitor_id, day, graph.edges)
    for label, ids in before.items():
        gone = ids - {row["node_id"] for row in graph.nodes[label]}
        _forget(connection, label, sorted(gone))


def count_day(connection: Any, monitor_id: str, day: date, day_id: str) -> dict[str, int]:
    """Return how many nodes and edges the day holds."""
    counts = [
        _rows(connection, COUNT_EDGES.format(name=name), monitor_id=monitor_id, date=day)[0]["edges"]
        for name in _edge_names()
    ]
    return {"nodes": sum(map(len, _members(connection, day_id).values())), "edges": sum(counts)}


def _edge_names() -> list[str]:
    return sorted({kind.name for kind in EDGE_TYPES})


def _members(connection: Any, day_id: str) -> dict[str, set[str]]:
    """Return the ids of the day's nodes by label."""
    members: dict[str, set[str]] = defaultdict(set)
    query = "MATCH (n)-[:SEEN_ON]->(:Day {day_id: $day_id}) RETURN label(n) AS label, n.node_id AS id"
    for row in _rows(connection, query, day_id=day_id):
        members[row["label"]].add(row["id"])
    return members


def _clear_day(connection: Any, monitor_id: str, day: date, day_id: str) -> None:
    """Remove the day's node and every edge of the day; nodes stay for now."""
    for name in _edge_names():
        connection.execute(DELETE_EDGES.format(name=name), {"monitor_id": monitor_id, "date": day})
    connection.execute("MATCH (d:Day {day_id: $day_id}) DETACH DELETE d", {"day_id": day_id})


def _add_nodes(connection: Any, monitor_id: str, day: date, graph: DayGraph) -> None:
    connection.execute(
        "CREATE (:Day {day_id: $day_id, monitor_id: $monitor_id, date: $date})",
        {"day_id": graph.day_id, "monitor_id": monitor_id, "date": day},
    )
    for label, rows in graph.nodes.items():
        if rows:
            ids = [row["node_id"] for row in rows]
            known = {row["id"] for row in _rows(connection, KNOWN_NODES.format(label=label), ids=ids)}
            missing = [node_id for node_id in ids if node_id not in known]
            _each(connection, CREATE_NODES.format(label=label), ids=missing)
            _each(connection, LABEL_NODES.format(label=label), rows=rows, day_id=graph.day_id)
            _each(connection, JOIN_DAY.format(label=label), rows=rows, day_id=graph.day_id)


def _add_edges(
    connection: Any, monitor_id: str, day: date, edges: dict[EdgeType, list[dict[str, Any]]]
) -> None:
    for kind, rows in edges.items():
        properties = EDGE_PROPERTIES.get(kind.name, {})
        added = "".join(PROPERTY.format(name=name, type=TYPES[of]) for name, of in properties.items())
        statement = CREATE_EDGES.format(**kind._asdict(), properties=added)
        _each(connection, statement, rows=rows, monitor_id=monitor_id, date=day)


def _forget(connection: Any, label: str, ids: list[str]) -> None:
    """Delete the nodes that no day uses any more; give the others the label of their newest day."""
    if not ids:
        return
    newest: dict[str, dict[str, Any]] = {}
    for row in _rows(connection, OTHER_DAYS.format(label=label), ids=ids):
        known = newest.get(row["id"])
        if known is None or known["day_id"] < row["day_id"]:
            newest[row["id"]] = {"node_id": row["id"], "label": row["label"], "day_id": row["day_id"]}
    _each(connection, RELABEL.format(label=label), rows=list(newest.values()))
    orphans = [node_id for node_id in ids if node_id not in newest]
    _each(connection, DELETE_NODES.format(label=label), ids=orphans)


def _each(connection: Any, statement: str, **parameters: Any) -> None:
    """Run a statement that unwinds a list; ladybug cannot bind an empty one, and there is nothing to do."""
    if all(value != [] for value in parameters.values()):
        connection.execute(statement, parameters)


def _rows(connection: Any, cypher: str, **parameters: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.execute(cypher, parameters).rows_as_dict().get_all()
    return rows
