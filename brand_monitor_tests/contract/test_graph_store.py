"""What every graph store does, whichever implementation stands behind the interface."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor.backends.graph.interface import GraphQueryError, GraphStore
from brand_monitor.failures import ClosedBackendError, PermanentFailure

DAY = date(2026, 11, 24)
NEXT_DAY = DAY + timedelta(days=1)

# A new implementation adds a line here: a name, and a function from an empty folder to a store.
IMPLEMENTATIONS: dict[str, Callable[[Path], GraphStore]] = {
    "ladybug": lambda folder: LadybugGraph(folder / "graph.lbug"),
}
# Those that keep what they hold when they are closed.
DURABLE = ["ladybug"]

EVERYTHING = """
MATCH (n)-[s:SEEN_ON]->(d:Day)
RETURN n.node_id AS node_id, label(n) AS kind, n.label AS label, d.monitor_id AS monitor_id, d.date AS date
ORDER BY node_id, monitor_id, date
"""
EVERY_EDGE = """
MATCH (a)-[e]->(b) WHERE e.weight IS NOT NULL
RETURN a.node_id AS source, label(e) AS kind, b.node_id AS target, e.monitor_id AS monitor_id,
       e.date AS date, e.weight AS weight
ORDER BY source, kind, target, monitor_id, date
"""
NODE_COUNT = "MATCH (n) WHERE n.node_id IS NOT NULL RETURN count(*) AS nodes"


@pytest.fixture(params=IMPLEMENTATIONS)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., GraphStore]]:
    """Open a store: the same one for the same name, if it is durable."""
    opened: list[GraphStore] = []

    def opener(name: str = "one") -> GraphStore:
        opened.append(IMPLEMENTATIONS[request.param](tmp_path / name))
        return opened[-1]

    yield opener
    for each in opened:
        each.close()


@pytest.fixture
def store(open_store) -> GraphStore:
    return open_store()


def nodes_of(*nodes: tuple[str, str, str], monitor: str = "shoes", day: date = DAY) -> pl.DataFrame:
    """Rows of (node_id, kind, label) as a frame of graph/nodes."""
    frame = pl.DataFrame(nodes, schema={"node_id": str, "kind": str, "label": str}, orient="row")
    return frame.select(pl.lit(day).alias("date"), pl.lit(monitor).alias("monitor_id"), pl.all())


def edges_of(*edges: tuple[str, str, str, float], monitor: str = "shoes", day: date = DAY) -> pl.DataFrame:
    """Rows of (source, kind, target, weight) as a frame of graph/edges."""
    schema = {"source_id": str, "kind": str, "target_id": str, "weight": float}
    frame = pl.DataFrame(edges, schema=schema, orient="row")
    return frame.select(
        pl.lit(day).alias("date"),
        pl.lit(monitor).alias("monitor_id"),
        "source_id",
        "target_id",
        "kind",
        "weight",
    )


def small_day(answer: str = "a1", **of) -> tuple[pl.DataFrame, pl.DataFrame]:
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


def content(store: GraphStore) -> tuple[list, list]:
    return store.query(EVERYTHING), store.query(EVERY_EDGE)


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
    held = {
        (row["source"], row["kind"].lower(), row["target"], row["weight"]) for row in store.query(EVERY_EDGE)
    }
    assert held == set(edges.select("source_id", "kind", "target_id", "weight").iter_rows())


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
    store.replace_day("shoes", DAY, nodes, pl.concat([edges, effects], how="diagonal"))
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
    store.replace_day("shoes", DAY, nodes, pl.concat([edges, *spans], how="diagonal"))
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
    store.replace_day("shoes", DAY, nodes_of(), edges_of())
    assert store.count("shoes", DAY) == {"nodes": 0, "edges": 0}
    assert store.count("shoes", NEXT_DAY) == {"nodes": 6, "edges": 8}
    assert store.count("boots", DAY) == {"nodes": 6, "edges": 8}


def test_a_node_stays_while_a_day_uses_it_and_goes_with_the_last(store):
    store.replace_day("shoes", DAY, *small_day("a1"))
    store.replace_day("shoes", NEXT_DAY, *small_day("a2", day=NEXT_DAY))
    store.replace_day("shoes", DAY, nodes_of(), edges_of())
    assert store.query("MATCH (b:Brand) RETURN b.label AS brand") == [{"brand": "Nike"}]
    store.replace_day("shoes", NEXT_DAY, nodes_of(day=NEXT_DAY), edges_of(day=NEXT_DAY))
    assert store.query("MATCH (n) RETURN count(*) AS nodes") == [{"nodes": 0}]


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


def random_day(dice: random.Random, monitor: str, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
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
    return nodes_of(*pages, *brands, *answers, **of), edges_of(*mentions, **of)


@pytest.mark.parametrize("seed", range(2))
def test_updates_in_any_order_and_a_rebuild_give_equal_content(open_store, seed):
    dice = random.Random(seed)
    store, last = open_store("incremental"), {}
    for _ in range(10):
        key = dice.choice(["shoes", "boots"]), DAY + timedelta(days=dice.randrange(2))
        frames = random_day(dice, *key) if dice.random() < 0.8 else (nodes_of(), edges_of())
        store.replace_day(*key, *frames)
        last[key] = frames
    rebuilt = open_store("rebuilt")
    for key in sorted(last):
        rebuilt.replace_day(*key, *last[key])
    assert content(store) == content(rebuilt)
    assert store.query(NODE_COUNT) == rebuilt.query(NODE_COUNT)
    for key, (nodes, edges) in last.items():
        assert store.count(*key) == {"nodes": nodes.height, "edges": edges.height}


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
    assert row["p"]["label"] == "A review"
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


@pytest.mark.parametrize("open_store", DURABLE, indirect=True)
def test_what_was_written_is_there_after_opening_it_again(open_store):
    first = open_store()
    first.replace_day("shoes", DAY, *small_day())
    first.close()
    assert open_store().count("shoes", DAY) == {"nodes": 6, "edges": 8}


@pytest.mark.parametrize("open_store", DURABLE, indirect=True)
def test_two_openings_see_each_other(open_store):
    one, other = open_store(), open_store()
    assert other.count("shoes", DAY) == {"nodes": 0, "edges": 0}
    one.replace_day("shoes", DAY, *small_day())
    assert other.count("shoes", DAY) == {"nodes": 6, "edges": 8}
    other.replace_day("shoes", DAY, nodes_of(), edges_of())
    assert one.count("shoes", DAY) == {"nodes": 0, "edges": 0}
