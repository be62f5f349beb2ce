"""Questions to the graph on Neo4j: which are let through, and their rows in the shape of every store.

Belongs here: looking at the plan before it runs, plain values. Not here: connections and retries.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from brand_monitor.backends.graph.interface import GraphQueryError
from brand_monitor.backends.graph.vocabulary import EDGE_PROPERTIES

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

#: Procedures that read this database only; those of plug-ins may fetch files and addresses.
_OWN_PROCEDURES = "db."
#: Operators that fetch files and addresses, or stop the transactions of others; the server calls them reads.
_REACHING_OUT = ("LoadCSV", "Terminate")


def ask(transaction: "ManagedTransaction", cypher: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a question that only reads and return its rows.

    The access mode of the transaction stops writes too, but neither LOAD CSV (which fetches files and
    addresses for the server) nor administration; so the plan is looked at first.

    Raises:
        GraphQueryError: it would do more than read this graph.
    """
    explained = transaction.run(f"EXPLAIN {cypher}", parameters).consume()
    if explained.query_type != "r" or explained.plan is None:
        raise GraphQueryError(f"{cypher!r} does not only read; the graph is written by its jobs alone")
    _refuse_reaching_out(cypher, explained.plan)
    result = transaction.run(cypher, parameters)
    names = result.keys()
    return [dict(zip(names, map(plain, record.values()), strict=True)) for record in result]


def _refuse_reaching_out(cypher: str, plan: Mapping[str, Any]) -> None:
    operator = plan["operatorType"].partition("@")[0]
    called = str(plan.get("args", {}).get("Details", ""))
    foreign = operator == "ProcedureCall" and not called.startswith(_OWN_PROCEDURES)
    if foreign or operator.startswith(_REACHING_OUT):
        raise GraphQueryError(f"{cypher!r} reaches beyond the graph ({operator} {called}), which is refused")
    for child in plan.get("children", ()):
        _refuse_reaching_out(cypher, child)


def plain(value: Any) -> Any:
    """Reduce what the driver returns to what every store can return."""
    from neo4j.graph import Node, Path, Relationship

    if isinstance(value, (Node, Relationship)):
        return _properties(value)
    if isinstance(value, Path):
        return {"nodes": [*map(_properties, value.nodes)], "relationships": [*map(_properties, value)]}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return _native(value)


def _native(value: Any) -> Any:
    """Return a date, time or span as Python's own; spans of months have none and stay."""
    from neo4j.time import Date, DateTime, Duration, Time

    if isinstance(value, (Date, DateTime, Time)):
        return value.to_native()
    if isinstance(value, Duration) and not value.months:
        return timedelta(value.days, value.seconds, value.nanoseconds // 1_000)
    return value


def _properties(entity: Any) -> dict[str, Any]:
    """Return the properties; what a relationship of its type may say and does not is None."""
    kind = getattr(entity, "type", "")
    unknown: dict[str, Any] = dict.fromkeys(EDGE_PROPERTIES.get(kind, ()))
    return unknown | {key: plain(value) for key, value in entity.items()}
