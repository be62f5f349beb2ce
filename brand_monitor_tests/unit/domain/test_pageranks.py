"""Personalised PageRank: checked against the linear system it solves, and against what must hold."""

import numpy as np
import polars as pl
import pytest

from brand_monitor.domain.effects.tables import SCHEMA
from brand_monitor.domain.influence.graph import influence_graph
from brand_monitor.domain.influence.pageranks import brand_pageranks
from brand_monitor.schemas.registry import conform
from brand_monitor_tests.unit.domain.market_frames import (
    DAY,
    Market,
    brand_frame,
    document_frame,
    page_mention_frame,
    prompt_frame,
)

REVIEW, SHOP, FORUM = "review.example/1", "shop.example/1", "forum.example/1"


def pageranks(market):
    graph = influence_graph(
        DAY,
        answers=market.answers,
        mentions=market.mentions,
        citations=market.citations,
        documents=document_frame(FORUM),
        page_mentions=page_mention_frame((FORUM, "larkstride", "named")),
        brands=brand_frame(),
        prompts=prompt_frame(),
        effects=pl.DataFrame(schema=SCHEMA),
    )
    return conform("graph/brand_pageranks", brand_pageranks(graph.nodes, graph.edges, market.answers))


def scores(frame, brand):
    return dict(frame.filter(brand_id=brand).select("node_id", "score").iter_rows())


def solved(links, start):
    """Solve pi = .15 e + .85 P' pi for an undirected graph, densely."""
    names = sorted({end for link in links for end in link})
    weights = np.zeros((len(names), len(names)))
    for one, other in links:
        weights[names.index(one), names.index(other)] = weights[names.index(other), names.index(one)] = 1
    steps = (weights / weights.sum(axis=1, keepdims=True)).T
    restart = np.array([name == start for name in names], float)
    return dict(zip(names, np.linalg.solve(np.eye(len(names)) - 0.85 * steps, 0.15 * restart), strict=True))


@pytest.fixture
def market():
    market = Market()
    market.ask("a", "larkstride", "nike", retrieved=(REVIEW, SHOP), cited=(REVIEW,))
    return market.ask("b", "nike", retrieved=(SHOP, "shop.example/2"))


def test_scores_solve_the_equations_of_the_walk(market):
    links = [("a", "larkstride"), ("a", "nike"), ("a", REVIEW), ("a", SHOP)]
    links += [("b", "nike"), ("b", SHOP), ("b", "shop.example/2")]
    for brand in ("larkstride", "nike"):
        expected, found = solved(links, brand), scores(pageranks(market), brand)
        for page in (REVIEW, SHOP, "shop.example/2"):
            assert found[f"page:http://{page}"] == pytest.approx(expected[page], abs=1e-10)


def test_a_domain_has_the_sum_of_its_pages(market):
    found = scores(pageranks(market), "nike")
    pages = found[f"page:http://{SHOP}"] + found["page:http://shop.example/2"]
    assert found["domain:shop.example"] == pytest.approx(pages)


def test_the_source_of_the_answers_that_name_the_brand_comes_first(market):
    frame = pageranks(market).filter(brand_id="larkstride", kind="page")
    far = frame.filter(pl.col("node_id") == "page:http://shop.example/2")["score"].item()
    assert frame["score"].is_sorted(descending=True)
    assert frame.filter(pl.col("node_id") == f"page:http://{REVIEW}")["score"].item() > far


def test_a_brand_that_no_answer_names_reaches_nothing(market):
    assert set(pageranks(market)["brand_id"]) == {"larkstride", "nike"}


def test_a_page_that_no_answer_had_is_not_reached_though_it_names_the_brand(market):
    assert f"page:http://{FORUM}" not in set(pageranks(market)["node_id"])


def test_branded_prompts_are_left_out(market):
    before = pageranks(market)
    market.ask("is-it-good", "larkstride", branded=True, cited=(FORUM,))
    assert pageranks(market).equals(before)


def test_engines_are_averaged_and_an_engine_without_sources_takes_no_part(market):
    alone = scores(pageranks(market), "larkstride")
    market.ask("a", "larkstride", engine="silent")
    assert scores(pageranks(market), "larkstride") == pytest.approx(alone)
    market.ask("a", "larkstride", engine="other", cited=(FORUM,))
    mean = scores(pageranks(market), "larkstride")
    assert mean[f"page:http://{REVIEW}"] == pytest.approx(alone[f"page:http://{REVIEW}"] / 2)
    lonely = solved([("a", "larkstride"), ("a", FORUM)], "larkstride")[FORUM]
    assert mean[f"page:http://{FORUM}"] == pytest.approx(lonely / 2)


def test_more_brands_than_fit_one_walk_are_all_ranked(market, monkeypatch):
    whole = pageranks(market)
    monkeypatch.setattr("brand_monitor.domain.influence.pageranks.BRANDS_PER_WALK", 1)
    assert pageranks(market).drop("score").equals(whole.drop("score"))


def test_the_scores_of_a_brand_are_a_part_of_one(market):
    totals = pageranks(market).filter(kind="page").group_by("brand_id").agg(pl.col("score").sum())
    assert totals.filter((pl.col("score") <= 0) | (pl.col("score") >= 1)).is_empty()


def test_a_day_without_sources_gives_an_empty_table():
    assert pageranks(Market()).is_empty()
    assert pageranks(Market().ask("a", "nike")).is_empty()


def test_a_score_stands_in_its_interval_over_prompts_and_under_3_prompts_there_is_none(market):
    few = pageranks(market)
    assert few["lower"].null_count() == few.height > 0
    assert set(few["flags"].explode()) == {"no_interval_under_3_prompts"}
    for prompt in "cdef":
        market.ask(prompt, "larkstride", retrieved=(REVIEW,)).ask(prompt, "nike", retrieved=(SHOP, REVIEW))
    frame = pageranks(market)
    assert (frame["lower"] <= frame["score"] + 1e-3).all()
    assert (frame["upper"] >= frame["score"] - 1e-3).all()
    assert (frame["lower"] < frame["upper"]).any()
    assert set(frame["flags"].list.first()) == {"approximate_under_30_prompts"}
