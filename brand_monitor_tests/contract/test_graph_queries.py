"""Every Cypher query of docs/graph-queries.md runs on every store and answers what its heading says."""

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brand_monitor_tests.contract.graph_stores import embedded_graph, emptied, neo4j_graph

PAGE = Path(__file__).parents[2] / "docs" / "graph-queries.md"
STORES = ["ladybug", "neo4j"]


def queries(text: str) -> dict[str, list[str]]:
    """The Cypher below each heading: one for every store, or one for each in the order of STORES."""
    sections = (section.partition("\n") for section in text.split("\n## ")[1:])
    found = {title: re.findall(r"```cypher\n(.*?)```", body, re.DOTALL) for title, _, body in sections}
    return {title: blocks for title, blocks in found.items() if blocks}


QUERIES = queries(PAGE.read_text())

DAY, DAY_BEFORE = date(2026, 11, 24), date(2026, 11, 23)
PARAMETERS = {"day": DAY, "since": DAY_BEFORE, "monitor": "shoes", "brand": "brand:shoes/dawn"}
#: Questions whose story is that of the day before.
OF_THE_DAY_BEFORE = {"Ghost citations", "Shortest path from a page to a brand"}

EXPECTED = {
    "Who cites what": [
        {"engine": "grounded", "page": "A review", "answers": 2, "citations": 5.0},
    ],
    "From a page over an answer to a brand": [
        {
            "page": "A review",
            "answer": "one",
            "brand": "Dawn",
            "mentions_on_page": 4.0,
            "mentions_in_answer": 2.0,
        },
    ],
    "Which domains an engine reads": [
        {"engine": "grounded", "domain": "a.example", "pages": 2, "answers": 2},
    ],
    "Read and not cited": [{"page": "A shop", "retrieved": 1}],
    "Prompts where others are named and the brand is not": [
        {"prompt": "Which shoe?", "answers": 1, "named": ["Rival"]},
    ],
    "A brand over the days": [
        {"day": DAY_BEFORE, "engine": "grounded", "answers": 1, "naming": 1},
        {"day": DAY, "engine": "grounded", "answers": 2, "naming": 1},
    ],
    "What pages did in experiments": [
        {"engine": "grounded", "page": "A shop", "effect": 0.8, "lower": 0.2, "upper": 1.0},
        {"engine": "grounded", "page": "A review", "effect": 0.0, "lower": -0.4, "upper": 0.4},
    ],
    "Cited often, and without effect": [
        {"page": "A review", "engine": "grounded", "citing": 2, "effect": 0.0},
    ],
    "Which sentences a page supports": [
        {"page": "A review", "answer": "answer:1", "first": 0, "last": 40},
        {"page": "A review", "answer": "answer:1", "first": 41, "last": 90},
        {"page": "A review", "answer": "answer:2", "first": 5, "last": 60},
    ],
    "Pages that support what names the brand": [{"page": "A review", "answers": 1, "effect": 0.0}],
    "Influence by page over time": [
        {
            "page": "A review",
            "day": DAY_BEFORE,
            "engine": "grounded",
            "effect": 0.0,
            "lower": -0.4,
            "upper": 0.4,
        },
        {"page": "A review", "day": DAY, "engine": "grounded", "effect": 0.0, "lower": -0.4, "upper": 0.4},
        {
            "page": "A shop",
            "day": DAY_BEFORE,
            "engine": "grounded",
            "effect": 0.8,
            "lower": 0.2,
            "upper": 1.0,
        },
        {"page": "A shop", "day": DAY, "engine": "grounded", "effect": 0.8, "lower": 0.2, "upper": 1.0},
    ],
    "Ghost citations": [{"page": "A shop", "answers": 1}],
    "Which domains support a competitor": [{"rival": "Rival", "domain": "a.example", "answers": 1}],
    "Shortest path from a page to a brand": [
        {"page": "A review", "steps": 1},
        {"page": "A shop", "steps": 2},
    ],
}


def frames(day: date, answers: dict[str, str], edges: list[tuple[str, str, str, float]]):
    labels = {
        "brand:shoes/dawn": "Dawn",
        "brand:shoes/rival": "Rival",
        "page:http://a.example/review": "A review",
        "page:http://a.example/shop": "A shop",
        "domain:a.example": "a.example",
        "prompt:shoes/which": "Which shoe?",
        "engine:shoes/grounded": "grounded",
        **answers,
    }
    every_day = [
        *((answer, "answered_by", "engine:shoes/grounded", 1.0) for answer in answers),
        *((answer, "answers", "prompt:shoes/which", 1.0) for answer in answers),
        ("page:http://a.example/review", "mentions", "brand:shoes/dawn", 4.0),
        ("page:http://a.example/review", "belongs_to", "domain:a.example", 1.0),
        ("page:http://a.example/shop", "belongs_to", "domain:a.example", 1.0),
    ]
    key = {"date": pl.lit(day), "monitor_id": pl.lit("shoes")}
    nodes = pl.DataFrame({"node_id": list(labels), "label": list(labels.values())})
    schema = ["source_id", "kind", "target_id", "weight"]
    return (
        nodes.with_columns(kind=pl.col("node_id").str.split(":").list.first(), **key),
        pl.DataFrame([*edges, *every_day], schema=schema, orient="row").with_columns(**key),
    )


def influences(day: date) -> pl.DataFrame:
    """Of two pages one did something for the brand, by each of two methods."""
    effects = {"review": (0.0, -0.4, 0.4), "shop": (0.8, 0.2, 1.0)}
    rows = [
        {
            "date": day,
            "monitor_id": "shoes",
            "source_id": f"page:http://a.example/{page}",
            "kind": "influences",
            "target_id": "brand:shoes/dawn",
            "weight": 10.0,
            **dict(zip(("effect", "lower", "upper"), effect, strict=True)),
            "method": method,
            "experiment_id": "causes",
            "engine_id": "grounded",
        }
        for page, effect in effects.items()
        for method in ("leave_one_out", "shapley")
    ]
    return pl.DataFrame(rows)


def supports(day: date) -> pl.DataFrame:
    """Three sentences of two answers cite the review."""
    rows = [
        {
            "date": day,
            "monitor_id": "shoes",
            "source_id": "page:http://a.example/review",
            "kind": "supports",
            "target_id": answer,
            "weight": 1.0,
            "sentence_start": start,
            "sentence_end": end,
        }
        for answer, start, end in (("answer:1", 0, 40), ("answer:1", 41, 90), ("answer:2", 5, 60))
    ]
    return pl.DataFrame(rows)


@pytest.fixture(scope="module", params=STORES)
def graph(request, tmp_path_factory):
    if request.param == "neo4j":
        store = neo4j_graph(emptied(request.getfixturevalue("neo4j")))
    else:
        store = embedded_graph(tmp_path_factory.mktemp("graph"))
    store.spelling = STORES.index(request.param)
    review, shop = "page:http://a.example/review", "page:http://a.example/shop"
    today = [
        ("answer:1", "retrieved", review, 1.0),
        ("answer:1", "retrieved", shop, 1.0),
        ("answer:1", "cites", review, 2.0),
        ("answer:1", "mentions", "brand:shoes/dawn", 2.0),
        ("answer:1", "mentions", "brand:shoes/rival", 1.0),
        ("answer:2", "cites", review, 3.0),
        ("answer:2", "mentions", "brand:shoes/rival", 1.0),
    ]
    before = [("answer:0", "mentions", "brand:shoes/dawn", 1.0), ("answer:0", "cites", shop, 1.0)]
    nodes, edges = frames(DAY_BEFORE, {"answer:0": "none"}, before)
    found = pl.concat([edges, influences(DAY_BEFORE)], how="diagonal")
    store.replace_day("shoes", DAY_BEFORE, nodes, found)
    nodes, edges = frames(DAY, {"answer:1": "one", "answer:2": "two"}, today)
    found = pl.concat([edges, influences(DAY), supports(DAY)], how="diagonal")
    store.replace_day("shoes", DAY, nodes, found)
    yield store
    store.close()


def test_the_page_holds_the_queries_that_are_checked_here():
    assert list(QUERIES) == list(EXPECTED)


@pytest.mark.parametrize("heading", EXPECTED)
def test_a_documented_query_answers_what_its_heading_says(graph, heading):
    blocks = QUERIES[heading]
    query = blocks[graph.spelling % len(blocks)]
    known = PARAMETERS | ({"day": DAY_BEFORE} if heading in OF_THE_DAY_BEFORE else {})
    used = {name: value for name, value in known.items() if f"${name}" in query}
    assert graph.query(query, used) == EXPECTED[heading]
