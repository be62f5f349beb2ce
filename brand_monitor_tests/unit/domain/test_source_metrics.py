"""Figures of cited domains, and what an engine lets us say of its sources."""

import pytest

from brand_monitor.domain.statistics.shares import share_interval
from brand_monitor_tests.unit.domain.market_frames import Market, figure, figures

REVIEW, SHOP = ("review.example/1", "review.example/2"), "shop.example/1"


@pytest.fixture
def citing():
    """Three prompts x 2 answers: review is cited in 3 answers of 2 prompts (twice with 2 pages), shop in 1."""
    market = Market()
    market.ask("a", cited=REVIEW, retrieved=(*REVIEW, SHOP)).ask("a", cited=REVIEW, retrieved=REVIEW)
    market.ask("b", cited=(REVIEW[0], SHOP), retrieved=(REVIEW[0], SHOP)).ask("b", retrieved=(REVIEW[0],))
    market.ask("c").ask("c")
    return market


def test_citation_rate_counts_answers_and_not_pages(citing):
    row = figure(figures(citing), "citation_rate", "review.example")
    assert (row["value"], row["numerator"], row["denominator"], row["k"]) == (0.5, 3, 6, 3)
    assert row["subject_kind"] == "domain"
    assert row["lower"] < 0.5 < row["upper"]


def test_citation_share_has_the_interval_of_a_share(citing):
    row = figure(figures(citing), "citation_share", "review.example")
    expected = share_interval([[2, 0], [1, 1], [0, 0]], [2, 2, 2], 0)
    assert (row["value"], row["numerator"], row["denominator"]) == (pytest.approx(3 / 4), 3, 4)
    assert (row["lower"], row["upper"]) == pytest.approx((expected.lower, expected.upper))


def test_the_only_cited_domain_has_all_of_the_citations():
    market = Market().ask("a", cited=(SHOP,)).ask("b", cited=(SHOP,)).ask("c")
    assert figure(figures(market), "citation_share", "shop.example")["value"] == 1


def test_citation_given_retrieval_rests_on_the_answers_that_retrieved_the_domain(citing):
    frame = figures(citing)
    review = figure(frame, "citation_given_retrieval", "review.example")
    assert (review["numerator"], review["denominator"], review["n"], review["k"]) == (3, 4, 4, 2)
    assert review["value"] == pytest.approx((1 + 0.5) / 2)
    assert review["reason"] == "fewer_than_3_prompts"
    shop = figure(frame, "citation_given_retrieval", "shop.example")
    assert shop["value"] == pytest.approx((0 + 1) / 2)


def test_a_domain_that_is_cited_but_was_never_retrieved_has_no_rate_given_retrieval(citing):
    citing.ask("a", cited=("blog.example/1",))
    row = figure(figures(citing), "citation_given_retrieval", "blog.example")
    assert (row["value"], row["n"], row["reason"]) == (None, 0, "not_retrieved")


def test_a_domain_that_a_brand_owns_has_a_row_even_when_nobody_cites_it(citing):
    row = figure(figures(citing), "citation_rate", "larkstride.example")
    assert (row["value"], row["numerator"], row["reason"]) == (0, 0, None)
    assert row["upper"] > 0


def test_a_domain_cited_for_branded_prompts_only_has_a_rate_of_0_for_the_others(citing):
    for prompt in ("x", "y", "z"):
        citing.ask(prompt, branded=True, cited=("larkstride.example/dawn",))
    frame = figures(citing)
    assert figure(frame, "citation_rate", "larkstride.example")["value"] == 0
    assert figure(frame, "citation_rate", "larkstride.example", segment="branded")["value"] == 1


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        ({}, "no_citations"),
        ({"linked": (SHOP,)}, "only_linked"),
        ({"retrieved": (SHOP,)}, "only_retrieved"),
        ({"retrieved": (SHOP,), "linked": (SHOP,)}, "only_retrieved"),
    ],
)
def test_an_engine_that_shows_no_citations_has_no_citation_rate_and_says_why(sources, reason):
    market = Market().ask("a", **sources).ask("b").ask("c")
    frame = figures(market)
    for metric in ("citation_rate", "citation_share"):
        row = figure(frame, metric, "larkstride.example")
        assert (row["value"], row["numerator"], row["reason"]) == (None, None, reason)
        assert row["n"] == 3


def test_an_engine_that_is_given_numbered_sources_and_cites_none_has_a_rate_of_0():
    market = Market()
    for prompt in "abc":
        market.ask(prompt, surface="grounded", retrieved=(SHOP,))
    frame = figures(market)
    assert figure(frame, "citation_rate", "shop.example")["value"] == 0
    assert figure(frame, "citation_given_retrieval", "shop.example")["value"] == 0
    share = figure(frame, "citation_share", "shop.example")
    assert (share["value"], share["reason"]) == (None, "no_citations")


def test_an_engine_that_cites_without_saying_what_it_retrieved_has_no_rate_given_retrieval():
    market = Market().ask("a", cited=(SHOP,)).ask("b").ask("c")
    row = figure(figures(market), "citation_given_retrieval", "shop.example")
    assert (row["value"], row["reason"]) == (None, "no_retrieval")


def test_without_a_usable_answer_a_citation_rate_is_null():
    market = Market().ask("a", status="failed")
    row = figure(figures(market), "citation_rate", "larkstride.example")
    assert (row["value"], row["failed"], row["reason"]) == (None, 1, "no_answers")
