"""What Cypher questions may name, and how a day's frames are put into those words.

Belongs here: labels, relationship types and checks that hold for every graph store. Not here: any client.

    (:Answer)-[:MENTIONS]->(:Brand)     (:Page)-[:MENTIONS]->(:Brand)
    (:Answer)-[:CITES]->(:Page)         (:Answer)-[:RETRIEVED]->(:Page)
    (:Answer)-[:ANSWERS]->(:Prompt)     (:Answer)-[:ANSWERED_BY]->(:Engine)
    (:Page)-[:BELONGS_TO]->(:Domain)    (:Brand)-[:OWNS]->(:Domain)
    (:Page)-[:SUPPORTS]->(:Answer)      (:Page)-[:INFLUENCES]->(:Brand)
    (every node)-[:SEEN_ON]->(:Day)

Nodes have ``node_id`` and ``label``; relationships of all lines but the last ``monitor_id``, ``date`` and
``weight``, and those of ``EDGE_PROPERTIES``; a day ``monitor_id`` and ``date``.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from brand_monitor.failures import PermanentFailure

NODE_LABELS = {
    "answer": "Answer",
    "brand": "Brand",
    "domain": "Domain",
    "engine": "Engine",
    "page": "Page",
    "prompt": "Prompt",
}


class EdgeType(NamedTuple):
    """A relationship type between two labels."""

    source: str
    name: str
    target: str


EDGE_TYPES = [
    EdgeType("Answer", "MENTIONS", "Brand"),
    EdgeType("Page", "MENTIONS", "Brand"),
    EdgeType("Answer", "CITES", "Page"),
    EdgeType("Answer", "RETRIEVED", "Page"),
    EdgeType("Answer", "ANSWERS", "Prompt"),
    EdgeType("Answer", "ANSWERED_BY", "Engine"),
    EdgeType("Page", "BELONGS_TO", "Domain"),
    EdgeType("Brand", "OWNS", "Domain"),
    EdgeType("Page", "SUPPORTS", "Answer"),
    EdgeType("Page", "INFLUENCES", "Brand"),
]

#: What relationships say beside their weight: columns of ``graph/edges``, and their types; null is allowed.
EDGE_PROPERTIES: dict[str, dict[str, type]] = {
    "SUPPORTS": {"sentence_start": int, "sentence_end": int},
    "INFLUENCES": {
        "effect": float,
        "lower": float,
        "upper": float,
        "method": str,
        "experiment_id": str,
        "engine_id": str,
    },
}


@dataclass(frozen=True)
class DayGraph:
    """A day's graph as rows for parameters of a query.

    Attributes:
        day_id: Key of the day's own node; sorts by date.
        nodes: By label, rows of ``node_id`` and ``label``.
        edges: By type, rows of ``source_id``, ``target_id``, ``weight`` and the properties of the type.
    """

    day_id: str
    nodes: dict[str, list[dict[str, Any]]]
    edges: dict[EdgeType, list[dict[str, Any]]]


def day_id(monitor_id: str, day: date) -> str:
    """Return the key of the node that stands for a monitor's day."""
    return f"{day.isoformat()}/{monitor_id}"


def day_graph(monitor_id: str, day: date, nodes: pl.DataFrame, edges: pl.DataFrame) -> DayGraph:
    """Check a day's frames and put them into the words of the store: O(nodes + edges).

    Raises:
        PermanentFailure: rows of another day or monitor, a repeated node, an edge without its node, or an
            edge between kinds that it does not join.
    """
    for name, frame in (("nodes", nodes), ("edges", edges)):
        foreign = frame.filter((pl.col("monitor_id") != monitor_id) | (pl.col("date") != day))
        _refuse(foreign, f"{name} belong to another day or monitor than {day} of {monitor_id}")
    _refuse(nodes.filter(pl.col("node_id").is_duplicated()), "nodes appear more than once")
    labelled = nodes.select("node_id", "label", of=pl.col("kind").replace_strict(NODE_LABELS, default=None))
    _refuse(nodes.filter(labelled["of"].is_null()), f"nodes are of no known kind ({', '.join(NODE_LABELS)})")
    return DayGraph(day_id(monitor_id, day), _rows_by_label(labelled), _rows_by_type(labelled, edges))


def _rows_by_label(labelled: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    return {
        label: labelled.filter(pl.col("of") == label).select("node_id", "label").to_dicts()
        for label in NODE_LABELS.values()
    }


def _rows_by_type(labelled: pl.DataFrame, edges: pl.DataFrame) -> dict[EdgeType, list[dict[str, Any]]]:
    typed = edges.select(
        pl.exclude("date", "monitor_id", "kind"),
        name=pl.col("kind").str.to_uppercase(),
        source=pl.col("source_id").replace_strict(labelled["node_id"], labelled["of"], default=None),
        target=pl.col("target_id").replace_strict(labelled["node_id"], labelled["of"], default=None),
    )
    _refuse(
        typed.filter(pl.col("source").is_null() | pl.col("target").is_null()),
        "edges lead from or to a node that is not among the day's nodes",
    )
    known = pl.DataFrame(EDGE_TYPES, schema=EdgeType._fields, orient="row")
    _refuse(typed.join(known, on=EdgeType._fields, how="anti"), "edges join kinds that theirs does not join")
    groups = typed.partition_by(EdgeType._fields, as_dict=True, include_key=False, maintain_order=True)
    return {
        kind: _rows_of(kind, rows)
        for kind, rows in ((EdgeType(*map(str, key)), rows) for key, rows in groups.items())
    }


def _rows_of(kind: EdgeType, rows: pl.DataFrame) -> list[dict[str, Any]]:
    return rows.select("source_id", "target_id", "weight", *EDGE_PROPERTIES.get(kind.name, ())).to_dicts()


def _refuse(wrong: pl.DataFrame, problem: str) -> None:
    if not wrong.is_empty():
        raise PermanentFailure(
            f"{wrong.height} {problem}; first: {wrong.row(0, named=True)}. Nothing was written"
        )
