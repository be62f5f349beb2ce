"""The words of Cypher cover what the tables may hold."""

from brand_monitor.backends.graph.vocabulary import EDGE_TYPES, NODE_LABELS
from brand_monitor.schemas.graph import EDGE_KINDS, NODE_KINDS


def test_every_kind_of_node_has_a_label():
    assert sorted(NODE_LABELS) == sorted(NODE_KINDS)


def test_every_kind_of_edge_has_a_relationship_type():
    assert {kind.name for kind in EDGE_TYPES} == {kind.upper() for kind in EDGE_KINDS}


def test_relationships_join_labels_that_exist():
    assert {end for kind in EDGE_TYPES for end in (kind.source, kind.target)} <= set(NODE_LABELS.values())
