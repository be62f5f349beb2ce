"""What every graph store does, whichever implementation stands behind the interface."""

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date

import polars as pl
import pytest

from brand_monitor.backends.graph.interface import GraphQueryError, GraphStore
from brand_monitor.backends.graph.rebuilding import rebuild, verify
from brand_monitor.failures import ClosedBackendError, PermanentFailure
from brand_monitor_tests.contract.graph_stores import (
    DAY,
    NEXT_DAY,
    FramesSource,
    content,
    edges_of,
    embedded_graph,
    emptied,
    neo4j_graph,
    nodes_of,
    nothing,
    random_history,
    small_day,
    written,
)
from brand_monitor_tests.faults.unreliable import Unreliable

IMPLEMENTATIONS = ["ladybug", "neo4j"]


@pytest.fixture(params=IMPLEMENTATIONS)
def open_store(request: pytest.FixtureRequest, tmp_path) -> Iterator[Callable[..., GraphStore]]:
    """Open a store: the same one for the same name. A server has room for one, so a new name empties it."""
    opened: list[GraphStore] = []
    names: set[str] = set()

    def opener(name: str = "one") -> GraphStore:
        if request.param == "neo4j":
            server = request.getfixturevalue("neo4j")
            store: GraphStore = neo4j_graph(server if name in names else emptied(server))
        else:
            store = embedded_graph(tmp_path / name)
        names.add(name)
        opened.append(store)
        return store

    yield opener
    for each in opened:
        each.close()


@pytest.fixture
def store(open_store) -> GraphStore:
    return open_store()


def test_a_day_can_be_asked_about_in_cypher(store):
    store.replace_day("shoes", DAY, *small_day())
    rows = store.query(
        "MATCH (a:Answer)-[c:CITES]->(p:Page)-[m:MENTIONS]->(b:Brand) "
        "RETURN a.label AS answer, p.label AS page, b.label AS brand, c.weight AS cited, m.date AS date"
    )
    assert rows == [
        {"answer": "smollm2 on q", "page": "A review", "brand": "Nike", "cited": 1.0, "date": DAY}
    ]


def test_every_kind_of_edge_arrives(store):
    nodes, edges = small_day()
    store.replace_day("shoes", DAY, nodes, edges)
    assert [check.is_equal for check in verify(store, FramesSource([("shoes", DAY, (nodes, edges))]))] == [
        True
    ]


def test_an_influence_carries_its_interval_and_what_is_not_known_stays_unknown(store):
    nodes, edges = small_day()
    effects = pl.concat(
        [
            edges_of(("page:http://p/", "influences", "brand:nike", 12.0)).with_columns(
                effect=pl.lit(effect),
                lower=pl.lit(lower, pl.Float64),
                upper=pl.lit(0.1 + 0.2),
                method=pl.lit("shapley"),
                experiment_id=pl.lit("causes"),
                engine_id=pl.lit("e"),
            )
            for effect, lower in ((0.25, None), (0.5, -0.125))
        ]
    )
    store.replace_day("shoes", DAY, nodes, pl.concat([edges, effects], how="diagonal_relaxed"))
    rows = store.query(
        "MATCH (:Page)-[i:INFLUENCES]->(:Brand) RETURN i.effect AS effect, i.lower AS lower, "
        "i.upper AS upper, i.method AS method, i.weight AS answers ORDER BY effect"
    )
    assert [tuple(row.values()) for row in rows] == [
        (0.25, None, 0.1 + 0.2, "shapley", 12.0),
        (0.5, -0.125, 0.1 + 0.2, "shapley", 12.0),
    ]


def test_a_page_supports_each_sentence_that_cites_it(store):
    nodes, edges = small_day()
    spans = [
        edges_of(("page:http://p/", "supports", "answer:a1", 1.0)).with_columns(
            sentence_start=pl.lit(start), sentence_end=pl.lit(end)
        )
        for start, end in ((0, 40), (41, 90))
    ]
    store.replace_day("shoes", DAY, nodes, pl.concat([edges, *spans], how="diagonal_relaxed"))
    rows = store.query(
        "MATCH (:Page)-[s:SUPPORTS]->(a:Answer) RETURN s.sentence_start AS first, s.sentence_end AS last "
        "ORDER BY first"
    )
    assert rows == [{"first": 0, "last": 40}, {"first": 41, "last": 90}]


def test_count_tells_what_a_day_holds(store):
    store.replace_day("shoes", DAY, *small_day())
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}
    assert store.count("shoes", NEXT_DAY) == {"nodes": 0, "edges": 0}
    assert store.count("boots", DAY) == {"nodes": 0, "edges": 0}


def test_an_empty_store_answers_with_nothing(store):
    assert store.count("shoes", DAY) == {"nodes": 0, "edges": 0}
    assert store.query("MATCH (p:Page) RETURN p.label AS page") == []


def test_writing_the_same_day_twice_changes_nothing(store):
    store.replace_day("shoes", DAY, *small_day())
    before = content(store)
    store.replace_day("shoes", DAY, *small_day())
    assert content(store) == before
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}


def test_a_day_written_again_holds_the_new_graph_only(store):
    store.replace_day("shoes", DAY, *small_day("a1"))
    store.replace_day("shoes", DAY, *small_day("a2"))
    assert store.query("MATCH (a:Answer) RETURN a.node_id AS id") == [{"id": "answer:a2"}]
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}


def test_other_days_and_monitors_keep_their_graph(store):
    store.replace_day("shoes", DAY, *small_day("a1"))
    store.replace_day("shoes", NEXT_DAY, *small_day("a2", day=NEXT_DAY))
    store.replace_day("boots", DAY, *small_day("a3", monitor="boots"))
    store.replace_day("shoes", DAY, *nothing())
    assert store.count("shoes", DAY) == {"nodes": 0, "edges": 0}
    assert store.count("shoes", NEXT_DAY) == {"nodes": 6, "edges": 8}
    assert store.count("boots", DAY) == {"nodes": 6, "edges": 8}


def test_a_node_stays_while_a_day_uses_it_and_goes_with_the_last(store):
    store.replace_day("shoes", DAY, *small_day("a1"))
    store.replace_day("shoes", NEXT_DAY, *small_day("a2", day=NEXT_DAY))
    store.replace_day("shoes", DAY, *nothing())
    assert store.query("MATCH (b:Brand) RETURN b.label AS brand") == [{"brand": "Nike"}]
    store.replace_day("shoes", NEXT_DAY, nodes_of(day=NEXT_DAY), edges_of(day=NEXT_DAY))
    assert not any(content(store).values())


def test_a_node_without_edges_is_kept(store):
    store.replace_day("shoes", DAY, nodes_of(("brand:x", "brand", "X")), edges_of())
    assert store.count("shoes", DAY) == {"nodes": 1, "edges": 0}


def labelled(store: GraphStore, day: date, label: str) -> None:
    store.replace_day("shoes", day, nodes_of(("page:p", "page", label), day=day), edges_of(day=day))


def test_a_label_is_that_of_the_newest_day_whatever_the_order_of_writing(store):
    labelled(store, NEXT_DAY, "New title")
    labelled(store, DAY, "Old title")
    assert store.query("MATCH (p:Page) RETURN p.label AS label") == [{"label": "New title"}]
    labelled(store, NEXT_DAY, "Newer title")
    assert store.query("MATCH (p:Page) RETURN p.label AS label") == [{"label": "Newer title"}]


def test_a_label_falls_back_when_its_day_is_dropped(store):
    labelled(store, DAY, "Old title")
    labelled(store, NEXT_DAY, "New title")
    store.replace_day("shoes", NEXT_DAY, nodes_of(day=NEXT_DAY), edges_of(day=NEXT_DAY))
    assert store.query("MATCH (p:Page) RETURN p.label AS label") == [{"label": "Old title"}]


def test_updates_in_any_order_and_a_rebuild_give_equal_content(open_store):
    history = random_history(random.Random(1), 10)
    store, source = written(open_store("incremental"), history), FramesSource(history)
    incremental = content(store)
    assert all(check.is_equal for check in verify(store, source))
    assert all(check.is_equal for check in rebuild(store, source))
    assert content(store) == incremental
    store.close()
    assert (
        content(written(open_store("fresh"), [(m, d, f) for (d, m), f in source.last.items()])) == incremental
    )


def test_a_writer_that_tries_again_after_every_accident_ends_with_the_same_content(open_store):
    history = random_history(random.Random(2), 6)
    store = Unreliable(open_store("calm"), {"replace_day"}, refused=0.3, lost=0.3, doubled=0.3, seed=2)
    accidents = content(written(store, history))
    store.close()
    assert accidents == content(written(open_store("fresh"), history))


@pytest.mark.parametrize("seed", range(2))
def test_two_implementations_hold_the_same_after_the_same_history(neo4j, tmp_path, seed):
    history = random_history(random.Random(seed), 10)
    with closing(neo4j_graph(emptied(neo4j))) as server, closing(embedded_graph(tmp_path)) as embedded:
        assert content(written(server, history)) == content(written(embedded, history))
        for monitor, day, _ in history:
            assert server.count(monitor, day) == embedded.count(monitor, day)


def test_a_rebuild_brings_back_what_is_missing_and_drops_what_the_lake_does_not_hold(store):
    history = [("shoes", DAY, small_day("a1")), ("boots", DAY, small_day("a2", monitor="boots"))]
    store.replace_day("shoes", DAY, *small_day("wrong"))
    store.replace_day("shoes", NEXT_DAY, *small_day("too much", day=NEXT_DAY))
    before = verify(store, FramesSource(history))
    assert [(check.key.monitor_id, check.is_equal) for check in before] == [
        ("boots", False),
        ("shoes", False),
        ("shoes", False),
    ]
    assert [check.held for check in before] == [(0, 0), (6, 8), (6, 8)]
    after = rebuild(store, FramesSource(history))
    assert [(check.key.monitor_id, check.is_equal) for check in after] == [("boots", True), ("shoes", True)]
    assert store.count("shoes", NEXT_DAY) == {"nodes": 0, "edges": 0}


def test_a_rebuild_that_fails_leaves_every_day_whole(store):
    history = [("shoes", DAY, small_day("a1")), ("shoes", NEXT_DAY, small_day("a2", day=NEXT_DAY))]
    written(store, history)

    class Broken(FramesSource):
        def frames(self, key):
            if key.day == NEXT_DAY:
                raise PermanentFailure("the lake cannot be read")
            return super().frames(key)

    before = content(store)
    with pytest.raises(PermanentFailure, match="lake"):
        rebuild(store, Broken(history))
    assert content(store) == before


def test_a_day_that_is_derived_again_during_a_rebuild_is_in_it(store):
    class Restless(FramesSource):
        """The first look at the day is out of date by the second."""

        looks = 0

        def frames(self, key):
            self.looks += 1
            return super().frames(key)._replace(nodes=small_day()[0]) if self.looks > 1 else empty

    empty = FramesSource([]).frames(FramesSource([("shoes", DAY, nothing())]).days()[0])
    [check] = rebuild(store, Restless([("shoes", DAY, small_day())]))
    assert (check.is_equal, check.held) == (True, (6, 8))


@pytest.mark.parametrize(
    ("nodes", "edges", "problem"),
    [
        (nodes_of(("page:p", "page", "P"), monitor="boots"), edges_of(), "another day or monitor"),
        (nodes_of(("page:p", "page", "P"), day=NEXT_DAY), edges_of(), "another day or monitor"),
        (nodes_of(("page:p", "page", "P"), ("page:p", "page", "Q")), edges_of(), "more than once"),
        (nodes_of(("x:p", "spaceship", "P")), edges_of(), "no known kind"),
        (
            nodes_of(("page:p", "page", "P")),
            edges_of(("page:p", "mentions", "brand:missing", 1.0)),
            "not among the day's nodes",
        ),
        (
            nodes_of(("page:p", "page", "P"), ("prompt:q", "prompt", "Q")),
            edges_of(("page:p", "mentions", "prompt:q", 1.0)),
            "does not join",
        ),
    ],
)
def test_frames_that_are_no_graph_of_the_day_are_refused_before_anything_is_written(
    store, nodes, edges, problem
):
    store.replace_day("shoes", DAY, *small_day())
    with pytest.raises(PermanentFailure, match=problem):
        store.replace_day("shoes", DAY, nodes, edges)
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}


@pytest.mark.parametrize(
    "text", ['O\'Neill "x"', "a}) DETACH DELETE n //", "日本 🙂", "back\\slash", "$day_id", "", "\n\t"]
)
def test_any_text_can_be_a_label_and_a_parameter(store, text):
    store.replace_day("shoes", DAY, nodes_of((f"brand:{text}", "brand", text)), edges_of())
    rows = store.query("MATCH (b:Brand) WHERE b.label = $label RETURN b.node_id AS id", {"label": text})
    assert rows == [{"id": f"brand:{text}"}]


def test_parameters_may_be_dates_and_lists(store):
    store.replace_day("shoes", DAY, *small_day())
    rows = store.query(
        "MATCH (:Answer)-[m:MENTIONS]->(b:Brand) WHERE m.date >= $since AND b.node_id IN $brands "
        "RETURN sum(m.weight) AS mentions",
        {"since": DAY, "brands": ["brand:nike", "brand:other"]},
    )
    assert rows == [{"mentions": 2.0}]


def test_whole_nodes_edges_and_paths_come_as_plain_dictionaries(store):
    store.replace_day("shoes", DAY, *small_day())
    [row] = store.query("MATCH path = (p:Page)-[m:MENTIONS]->(b:Brand) RETURN p, m, path")
    assert row["p"] == {"node_id": "page:http://p/", "label": "A review", "label_from": f"{DAY}/shoes"}
    assert row["m"] == {"monitor_id": "shoes", "date": DAY, "weight": 3.0}
    assert [node["label"] for node in row["path"]["nodes"]] == ["A review", "Nike"]
    assert [edge["weight"] for edge in row["path"]["relationships"]] == [3.0]


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n) DETACH DELETE n",
        "CREATE (:Brand {node_id: 'brand:evil'})",
        "MATCH (b:Brand) SET b.label = 'evil'",
        "MERGE (:Brand {node_id: 'brand:evil'})",
        "DROP TABLE Brand",
        "DROP CONSTRAINT brand_monitor_brand",
        "CREATE INDEX evil FOR (n:Brand) ON (n.label)",
        "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'evil-evil'",
        "CALL db.createLabel('Evil')",
        "CALL { MATCH (n) DETACH DELETE n } IN TRANSACTIONS",
        "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "LOAD FROM '/etc/passwd' RETURN *",
        "COPY Brand TO '/tmp/evil.csv'",
        "PROFILE MATCH (n) DETACH DELETE n",
        "MATCH (n) RETURN n; MATCH (m) DETACH DELETE m",
    ],
)
def test_a_question_cannot_write(store, cypher):
    store.replace_day("shoes", DAY, *small_day())
    before = content(store)
    with pytest.raises(GraphQueryError):
        store.query(cypher)
    assert content(store) == before


@pytest.mark.parametrize(
    ("cypher", "parameters"),
    [
        ("MATCH (p:Page RETURN p", None),
        ("", None),
        ("MATCH (p:Page) WHERE p.label = $missing RETURN p.label AS label", None),
        ("MATCH (p:Page) WHERE p.label = $odd RETURN p.label AS label", {"odd": object()}),
    ],
)
def test_a_wrong_question_is_a_typed_error(store, cypher, parameters):
    store.replace_day("shoes", DAY, *small_day())
    with pytest.raises(GraphQueryError):
        store.query(cypher, parameters)


def test_a_closed_store_says_so(store):
    store.close()
    store.close()
    with pytest.raises(ClosedBackendError):
        store.query("MATCH (n) RETURN n")
    with pytest.raises(ClosedBackendError):
        store.replace_day("shoes", DAY, *small_day())


def test_what_was_written_is_there_after_opening_it_again(open_store):
    first = open_store()
    first.replace_day("shoes", DAY, *small_day())
    first.close()
    assert open_store().count("shoes", DAY) == {"nodes": 6, "edges": 8}


def test_two_openings_see_each_other(open_store):
    one, other = open_store(), open_store()
    assert other.count("shoes", DAY) == {"nodes": 0, "edges": 0}
    one.replace_day("shoes", DAY, *small_day())
    assert other.count("shoes", DAY) == {"nodes": 6, "edges": 8}
    other.replace_day("shoes", DAY, nodes_of(), edges_of())
    assert one.count("shoes", DAY) == {"nodes": 0, "edges": 0}
