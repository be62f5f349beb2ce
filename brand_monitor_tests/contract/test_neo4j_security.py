"""The graph on Neo4j takes names as values, never as Cypher, and its file of roles is Cypher that a server reads."""

import re
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from neo4j.exceptions import ClientError

from brand_monitor.backends.graph.interface import GraphQueryError
from brand_monitor_tests.contract.graph_stores import (
    DAY,
    content,
    edges_of,
    embedded_graph,
    emptied,
    neo4j_graph,
    nodes_of,
    run,
)

ROLES = Path(__file__).parents[2] / "docs" / "backends" / "neo4j-roles.cypher"
STATEMENTS = [
    " ".join(statement.split())
    for statement in re.sub(r"//[^\n]*", "", ROLES.read_text()).split(";")
    if statement.strip()
]

HOSTILE = [
    "x'}) DETACH DELETE n //",
    "`) MATCH (n) DETACH DELETE n //",
    '"; DROP CONSTRAINT brand_monitor_brand; //',
    "\\u0027}) DETACH DELETE n //",
    "$day_id {row[0]} {{name}}",
    "LOAD CSV FROM 'http://127.0.0.1/' AS x",
]


def test_hostile_names_are_names_in_every_place_on_both_stores(neo4j, tmp_path):
    with closing(neo4j_graph(emptied(neo4j))) as server, closing(embedded_graph(tmp_path)) as embedded:
        for store in (server, embedded):
            for text in HOSTILE:
                of = {"monitor": f"monitor {text}", "day": DAY}
                nodes = nodes_of((f"page:{text}", "page", text), (f"brand:{text}", "brand", text), **of)
                edges = edges_of((f"page:{text}", "mentions", f"brand:{text}", 1.0), **of)
                store.replace_day(of["monitor"], DAY, nodes, edges)
                assert store.count(of["monitor"], DAY) == {"nodes": 2, "edges": 1}
        assert content(server) == content(embedded)
        found = server.query(
            "MATCH (:Page)-[:MENTIONS]->(b:Brand) WHERE b.label IN $names RETURN b.label AS name",
            {"names": HOSTILE},
        )
    assert sorted(row["name"] for row in found) == sorted(HOSTILE)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_statements_for_roles_are_read_by_a_server(neo4j, statement):
    """Community knows their grammar and has accounts, but no roles: it says so."""
    unsupported = pytest.raises(ClientError, match="Unsupported administration command")
    with nullcontext() if statement.startswith("CREATE USER") else unsupported:
        run(neo4j, f"EXPLAIN {statement}", writer="w", reader="r")


@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_question_can_administer(neo4j, statement):
    with closing(neo4j_graph(neo4j)) as store, pytest.raises(GraphQueryError):
        store.query(statement, {"writer": "w", "reader": "r"})
