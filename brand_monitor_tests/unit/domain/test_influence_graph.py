"""The influence graph of a day: every node once, every edge between two of them, weights that count."""

import polars as pl
import pytest

from brand_monitor.domain.effects.tables import SCHEMA
from brand_monitor.domain.influence.graph import influence_graph
from brand_monitor.schemas.registry import conform
from brand_monitor_tests.unit.domain.market_frames import (
    DAY,
    Market,
    brand_frame,
    document_frame,
    page_mention_frame,
    prompt_frame,
)

NO_EFFECTS = pl.DataFrame(schema=SCHEMA)
REVIEW, SHOP = "review.example/1", "shop.example/1"
ANSWER = f"answer:shoes-alone-a-{DAY}-0"


@pytest.fixture
def graph():
    market = Market()
    market.ask("a", "nike", "larkstride", "nike", retrieved=(REVIEW, SHOP), cited=(REVIEW,))
    market.ask("imported", linked=("linked.example/1",), uncounted=(("hoka", "absent"),))
    market.ask("a", "nike", status="failed", cited=(SHOP,))
    market.ask("a", "untracked")
    return graph_of(market)


def graph_of(market, documents=None, brands=None, effects=None):
    graph = influence_graph(
        DAY,
        answers=market.answers,
        mentions=market.mentions,
        citations=market.citations,
        documents=document_frame(REVIEW, "larkstride.example/dawn") if documents is None else documents,
        page_mentions=page_mention_frame(
            (REVIEW, "larkstride", "named"),
            (REVIEW, "larkstride", "recommended"),
            (REVIEW, "nike", "absent"),
            ("gone.example/1", "nike", "named"),
        ),
        brands=brand_frame() if brands is None else brands,
        prompts=prompt_frame("a", "never-asked"),
        effects=NO_EFFECTS if effects is None else effects,
    )
    return conform("graph/nodes", graph.nodes), conform("graph/edges", graph.edges)


def targets(edges, source, kind):
    return dict(edges.filter(source_id=source, kind=kind).select("target_id", "weight").iter_rows())


def test_node_ids_are_kind_and_natural_key(graph):
    nodes, _ = graph
    ids = dict(nodes.select("node_id", "kind").iter_rows())
    for node, kind in {
        "brand:shoes/larkstride": "brand",
        "prompt:shoes/a": "prompt",
        "engine:shoes/alone": "engine",
        ANSWER: "answer",
        f"page:http://{REVIEW}": "page",
        "domain:review.example": "domain",
    }.items():
        assert ids[node] == kind


def test_an_answer_names_brands_as_often_as_it_mentions_them(graph):
    _, edges = graph
    named = {"brand:shoes/nike": 2, "brand:shoes/larkstride": 1}
    assert targets(edges, ANSWER, "mentions") == named


def test_a_page_names_brands_but_not_those_it_says_are_missing(graph):
    _, edges = graph
    assert targets(edges, f"page:http://{REVIEW}", "mentions") == {"brand:shoes/larkstride": 2}


def test_an_answer_leads_to_its_sources_prompt_and_engine(graph):
    _, edges = graph
    review, shop = f"page:http://{REVIEW}", f"page:http://{SHOP}"
    assert targets(edges, ANSWER, "cites") == {review: 1}
    assert targets(edges, ANSWER, "retrieved") == {review: 1, shop: 1}
    assert targets(edges, ANSWER, "answers") == {"prompt:shoes/a": 1}
    assert targets(edges, ANSWER, "answered_by") == {"engine:shoes/alone": 1}


def test_pages_belong_to_domains_and_brands_own_them(graph):
    _, edges = graph
    assert targets(edges, f"page:http://{SHOP}", "belongs_to") == {"domain:shop.example": 1}
    assert targets(edges, "brand:shoes/nike", "owns") == {"domain:nike.example": 1}


def test_a_citation_weighs_as_many_markers_as_it_has_and_1_where_it_shows_none():
    market = Market().ask("a", cited=(REVIEW, SHOP))
    answers, mentions, citations = market.frames
    marked = citations.with_columns(marker_count=pl.Series([3, 0]))
    edges = influence_graph(
        DAY,
        answers=answers,
        mentions=mentions,
        citations=marked,
        documents=document_frame(),
        page_mentions=page_mention_frame(),
        brands=brand_frame(),
        prompts=prompt_frame("a"),
        effects=NO_EFFECTS,
    ).edges
    assert targets(edges, ANSWER, "cites") == {f"page:http://{REVIEW}": 3, f"page:http://{SHOP}": 1}


def test_labels_are_what_a_person_reads(graph):
    nodes, _ = graph
    labels = dict(nodes.select("node_id", "label").iter_rows())
    assert labels[f"page:http://{REVIEW}"] == f"Our title of {REVIEW}"
    assert labels[f"page:http://{SHOP}"] == f"Their title of {SHOP}"
    assert labels["prompt:shoes/imported"] == "Text of imported?"
    assert labels[ANSWER] == "alone on a, draw 1"


def test_every_edge_joins_two_nodes_of_the_day(graph):
    nodes, edges = graph
    known = set(nodes["node_id"])
    assert set(edges["source_id"]) | set(edges["target_id"]) <= known
    assert not edges.select("source_id", "target_id", "kind").is_duplicated().any()


def test_failed_answers_untracked_brands_and_mere_links_are_not_in_it(graph):
    nodes, edges = graph
    assert nodes.filter(kind="answer").height == 3
    assert "brand:shoes/untracked" not in set(nodes["node_id"])
    assert "page:http://linked.example/1" not in set(nodes["node_id"])
    assert set(targets(edges, f"answer:shoes-alone-imported-{DAY}-0", "mentions")) == set()


def test_a_day_without_answers_still_has_brands_prompts_and_pages():
    nodes, edges = graph_of(Market())
    assert set(nodes["kind"]) == {"brand", "prompt", "page", "domain"}
    assert set(edges["kind"]) == {"mentions", "belongs_to", "owns"}
    assert set(nodes["date"]) == {DAY}


def test_two_monitors_share_a_page_and_keep_their_own_brands():
    shoes, clothes = (
        Market().ask("a", "nike", cited=(REVIEW,)),
        Market(monitor="clothes").ask("a", cited=(REVIEW,)),
    )
    answers, mentions, citations = (
        pl.concat(pair) for pair in zip(shoes.frames, clothes.frames, strict=True)
    )
    nodes = influence_graph(
        DAY,
        answers=answers,
        mentions=mentions,
        citations=citations,
        documents=document_frame(),
        page_mentions=page_mention_frame(),
        brands=pl.concat([brand_frame(), brand_frame("clothes")]),
        prompts=prompt_frame(),
        effects=NO_EFFECTS,
    ).nodes
    assert nodes.filter(node_id=f"page:http://{REVIEW}")["monitor_id"].to_list() == ["clothes", "shoes"]
    assert not nodes.select("monitor_id", "node_id").is_duplicated().any()
    assert {"brand:shoes/nike", "brand:clothes/nike"} <= set(nodes["node_id"])


def test_the_order_of_rows_changes_nothing():
    market = Market()
    for prompt in "abc":
        market.ask(prompt, "nike", "hoka", retrieved=(REVIEW, SHOP), cited=(SHOP,))
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=5) for frame in market.frames]
    documents, mentions, brands, prompts = (
        document_frame(SHOP, REVIEW),
        page_mention_frame((SHOP, "nike", "named"), (REVIEW, "nike", "named")),
        brand_frame(),
        prompt_frame("a"),
    )
    one, other = (
        influence_graph(
            DAY,
            answers=answers,
            mentions=answer_mentions,
            citations=citations,
            documents=pages,
            page_mentions=mentions,
            brands=brands,
            prompts=prompts,
            effects=NO_EFFECTS,
        )
        for (answers, answer_mentions, citations), pages in (
            (market.frames, documents),
            (shuffled, documents.reverse()),
        )
    )
    assert one.nodes.equals(other.nodes)
    assert one.edges.equals(other.edges)


def place(start, end, sentence=(0, 40)):
    """A sign of a citation and the sentence that it belongs to, if any."""
    first, last = sentence or (None, None)
    return {"start": start, "end": end, "evidence": "marker", "sentence_start": first, "sentence_end": last}


def test_a_page_supports_the_sentences_that_cite_it_and_no_others():
    market = Market().ask("a", retrieved=(REVIEW,), cited=(REVIEW, SHOP))
    shown = {
        ("cited", f"http://{REVIEW}"): [
            place(10, 13),
            place(14, 17),
            place(60, 63, (41, 70)),
            place(90, 93, None),
        ],
        ("cited", f"http://{SHOP}"): [],
    }
    rows = [row | {"places": shown.get((row["relation"], row["url"]))} for row in market.citations.to_dicts()]
    market_citations = pl.DataFrame(rows, schema=market.citations.schema)
    edges = influence_graph(
        DAY,
        answers=market.answers,
        mentions=market.mentions,
        citations=market_citations,
        documents=document_frame(),
        page_mentions=page_mention_frame(),
        brands=brand_frame(),
        prompts=prompt_frame("a"),
        effects=NO_EFFECTS,
    ).edges
    found = conform("graph/edges", edges).filter(kind="supports")
    assert set(found["source_id"]) == {f"page:http://{REVIEW}"}
    assert set(found["target_id"]) == {ANSWER}
    spans = found.select("sentence_start", "sentence_end", "weight").rows()
    assert sorted(spans) == [(0, 40, 2), (41, 70, 1)]


def effect_frame(*rows):
    """Effects as (scope, prompt, method, page, brand, effect) of one experiment on engine ``alone``."""
    fixed = {"date": DAY, "monitor_id": "shoes", "engine_id": "alone", "experiment_id": "causes", "n": 10}
    names = ("scope", "prompt_id", "method", "url", "brand_id", "effect")
    found = [fixed | dict(zip(names, row, strict=True)) for row in rows]
    return pl.DataFrame(found, schema=SCHEMA).with_columns(
        url=pl.lit("http://") + pl.col("url"), lower=pl.col("effect") - 0.1, upper=pl.col("effect") + 0.1
    )


def influences(*rows):
    """The edges of influence, each with the properties that tell it apart."""
    _, edges = graph_of(Market(), effects=effect_frame(*rows))
    found = edges.filter(kind="influences")
    return found.select("source_id", "target_id", "method", "effect").rows(), found


def test_what_an_experiment_found_is_an_edge_with_its_interval_and_method():
    rows, found = influences(("prompt", "a", "leave_one_out", REVIEW, "larkstride", 0.8))
    assert rows == [(f"page:http://{REVIEW}", "brand:shoes/larkstride", "leave_one_out", 0.8)]
    edge = found.row(0, named=True)
    assert (edge["lower"], edge["upper"], edge["weight"]) == (pytest.approx(0.7), pytest.approx(0.9), 10)
    assert (edge["experiment_id"], edge["engine_id"]) == ("causes", "alone")


def test_all_prompts_together_stand_for_each_of_them_and_methods_stay_apart():
    rows, _ = influences(
        ("prompt", "a", "shapley", REVIEW, "nike", 0.1),
        ("pooled", None, "shapley", REVIEW, "nike", 0.2),
        ("prompt", "b", "shapley", REVIEW, "nike", 0.3),
        ("prompt", "a", "surrogate", REVIEW, "nike", 0.4),
    )
    assert {(method, effect) for _, _, method, effect in rows} == {("shapley", 0.2), ("surrogate", 0.4)}


def test_an_effect_that_is_not_known_or_is_of_a_place_or_of_no_page_of_the_day_is_no_influence():
    rows, _ = influences(
        ("prompt", "a", "leave_one_out", REVIEW, "nike", None),
        ("prompt", "a", "position", REVIEW, "nike", 0.5),
        ("prompt", "a", "leave_one_out", "gone.example/1", "nike", 0.5),
        ("prompt", "a", "leave_one_out", REVIEW, "untracked", 0.5),
    )
    assert rows == []


def test_only_influences_claim_an_effect(graph):
    _, edges = graph
    assert edges["effect"].null_count() == edges.height
