"""Comparing a graph store with the lake, and making it anew from the lake.

Belongs here: what holds for every graph store. Not here: reading the lake (the caller gives a ``Source``).

A store that was written day by day and one that is rebuilt hold the same: the content of a store follows
from the set of its days alone, whatever their order (a node is there while a day holds it, its label is that
of the newest day).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

import polars as pl

from brand_monitor.backends.checksums import frame_checksum
from brand_monitor.backends.graph.interface import GraphStore
from brand_monitor.backends.graph.vocabulary import EDGE_PROPERTIES, EDGE_TYPES, NODE_LABELS, EdgeType, day_id
from brand_monitor.failures import TransientFailure
from brand_monitor.schemas.registry import polars_schema

#: Days that a running installation derives again while the graph is rebuilt are written once more.
_ROUNDS = 3


class DayKey(NamedTuple):
    """A monitor's day; sorts by date."""

    day: date
    monitor_id: str

    def __str__(self) -> str:
        return f"{self.day} of {self.monitor_id}"


class DayFrames(NamedTuple):
    """Rows of ``graph/nodes`` and ``graph/edges`` of one monitor's day."""

    nodes: pl.DataFrame
    edges: pl.DataFrame


class Source(Protocol):
    """The truth that a graph store is a projection of: the lake."""

    def days(self) -> Iterable[DayKey]:
        """Return every monitor's day that has a graph."""

    def frames(self, key: DayKey) -> DayFrames:
        """Return the graph of a monitor's day; no rows where there are none."""


@dataclass(frozen=True)
class DayCheck:
    """One monitor's day in the lake and in the store.

    Attributes:
        key: Which day.
        expected: Numbers of nodes and edges in the lake.
        held: Numbers of nodes and edges in the store.
        is_equal: Both hold the same ids, labels, edges, weights and properties (by checksum).
    """

    key: DayKey
    expected: tuple[int, int]
    held: tuple[int, int]
    is_equal: bool


def held_days(store: GraphStore) -> list[DayKey]:
    """Return the days of which the store holds anything, oldest first."""
    rows = store.query("MATCH (d:Day) RETURN d.date AS day, d.monitor_id AS monitor_id")
    return sorted(DayKey(row["day"], row["monitor_id"]) for row in rows)


def held_frames(store: GraphStore, key: DayKey) -> DayFrames:
    """Return what the store holds of a day, as the lake would hold it, in no particular order."""
    marks = {"date": key.day, "monitor_id": key.monitor_id}
    nodes = store.query(_MEMBERS, {"day_id": day_id(key.monitor_id, key.day)})
    edges = [row for question in _EDGES for row in store.query(question, marks)]
    return DayFrames(_frame(nodes, marks, "graph/nodes"), _frame(edges, marks, "graph/edges"))


def verify(store: GraphStore, source: Source) -> list[DayCheck]:
    """Compare every day that lake or store hold, oldest first: costs reading both."""
    return [_checked(store, source, key) for key in sorted(set(source.days()) | set(held_days(store)))]


def rebuild(store: GraphStore, source: Source) -> list[DayCheck]:
    """Make the store anew from the lake, compare, and only then let it take the place of the old one.

    Readers see every day as it was or as it is (see ``GraphStore.rebuilding``). Killed at any moment it may
    be run again.

    Raises:
        TransientFailure: days kept changing in the lake, or the store does not give back what was written;
            an embedded store is then as it was.
    """
    with store.rebuilding() as fresh:
        _write(fresh, source, sorted(set(source.days()) | set(held_days(fresh))))
        for _ in range(_ROUNDS):
            checks = verify(fresh, source)
            different = [check.key for check in checks if not check.is_equal]
            if not different:
                break
            _write(fresh, source, different)
        else:
            raise TransientFailure(
                f"the rebuilt graph differs from the lake on {len(different)} days, first {different[0]}; "
                f"let running jobs finish and try again"
            )
    return checks


def _write(store: GraphStore, source: Source, keys: Sequence[DayKey]) -> None:
    for key in keys:
        store.replace_day(key.monitor_id, key.day, *source.frames(key))


def _checked(store: GraphStore, source: Source, key: DayKey) -> DayCheck:
    expected, held = source.frames(key), held_frames(store, key)
    same = [
        frame_checksum(one.select(other.columns)) == frame_checksum(other)
        for one, other in zip(expected, held, strict=True)
    ]
    return DayCheck(
        key,
        (expected.nodes.height, expected.edges.height),
        (held.nodes.height, held.edges.height),
        all(same),
    )


def _frame(rows: list[dict[str, Any]], marks: dict[str, Any], table: str) -> pl.DataFrame:
    return pl.DataFrame([{**row, **marks} for row in rows], schema=polars_schema(table))


def _edges_question(kind: EdgeType) -> str:
    properties = "".join(f", e.{one} AS {one}" for one in EDGE_PROPERTIES.get(kind.name, {}))
    return (
        f"MATCH (a:{kind.source})-[e:{kind.name}]->(b:{kind.target}) "
        "WHERE e.monitor_id = $monitor_id AND e.date = $date "
        f"RETURN '{kind.name.lower()}' AS kind, a.node_id AS source_id, b.node_id AS target_id, "
        f"e.weight AS weight{properties}"
    )


_MEMBERS = " UNION ALL ".join(
    f"MATCH (n:{label})-[s:SEEN_ON]->(d:Day) WHERE d.day_id = $day_id "
    f"RETURN '{kind}' AS kind, n.node_id AS node_id, s.label AS label"
    for kind, label in NODE_LABELS.items()
)
#: Types without properties of their own in one question, since opening an embedded store costs most.
_EDGES = [
    " UNION ALL ".join(_edges_question(kind) for kind in EDGE_TYPES if kind.name not in EDGE_PROPERTIES),
    *(_edges_question(kind) for kind in EDGE_TYPES if kind.name in EDGE_PROPERTIES),
]
