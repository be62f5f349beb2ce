"""Figures of how answers cite: impressions of domains, named beside cited, ghost citations, concentration."""

import numpy as np
import polars as pl
import pytest

from brand_monitor.domain.citations.answer_citations import citations
from brand_monitor.domain.citations.citing_metrics import citing_metrics
from brand_monitor.domain.metrics.populations import population
from brand_monitor.domain.statistics import rate_interval
from brand_monitor_tests.unit.domain.text_frames import answers, brands, documents, source

BRANDS = brands(
    ("lark", "Larkstride", "own", {"domains": ["lark.example"]}),
    ("nike", "Nike", "competitor", {"domains": ["nike.example"]}),
    ("hoka", "Hoka", "competitor", {}),
)
LARK, NIKE, REVIEW = "https://lark.example/a", "https://nike.example/b", "https://review.example/c"
SOURCES = [source(at, url) for at, url in enumerate((LARK, NIKE, REVIEW), start=1)]


def ask(prompt, text, *named, sources=SOURCES, **more):
    """One answer: its prompt, its text with markers (1 Larkstride, 2 Nike, 3 a review), the brands it names."""
    return {"prompt_id": prompt, "prompt_family": prompt, "text": text, "sources": sources, **more}, named


def figures(*asked):
    """Return all figures by (metric, subject), of prompts that name no brand."""
    told = answers(*(row for row, _ in asked))
    people = population(told)
    names = pl.DataFrame(
        [
            {"answer_id": answer_id, "subject": brand}
            for answer_id, (_, named) in zip(told["answer_id"], asked, strict=True)
            for brand in named
        ],
        schema={"answer_id": pl.String, "subject": pl.String},
    )
    found = citing_metrics(
        told,
        people,
        people.answers.join(names, on="answer_id"),
        citations=citations(told, documents(), BRANDS),
        brands=BRANDS,
    )
    return {
        (metric, row["subject"]): row | {"kind": kind}
        for kind, metric, frame in found
        for row in frame.filter(segment="non_branded").iter_rows(named=True)
    }


@pytest.fixture(scope="module")
def market():
    """Four prompts: Larkstride is cited in three answers and named in two of them; Nike is only named."""
    return figures(
        ask("p", "Good shoes [1]. Light shoes [3].", "lark", "nike"),
        ask("p", "Good shoes [1]. Light shoes.", "nike"),
        ask("q", "Good shoes [1].", "lark"),
        ask("r", "Good shoes [3].", "nike"),
        ask("s", "Good shoes.", "nike"),
    )


def test_the_four_cells_of_named_and_cited_add_up_to_one(market):
    cells = ["named_and_cited", "cited_not_named", "named_not_cited", "not_named_not_cited"]
    values = [market[cell, "lark"]["value"] for cell in cells]
    assert values == pytest.approx([(1 / 2 + 1) / 4, (1 / 2) / 4, 0, 2 / 4])
    assert sum(values) == pytest.approx(1)
    assert [market[cell, "lark"]["numerator"] for cell in cells] == [2, 1, 0, 2]
    assert [market[cell, "nike"]["numerator"] for cell in cells] == [0, 0, 4, 1]


def test_the_ghost_rate_rests_on_the_answers_that_cite_the_brand():
    found = figures(
        ask("p", "Good [1]."),
        ask("q", "Good [1].", "lark"),
        ask("r", "Good [1]."),
        ask("s", "Good [3].", "lark"),
    )["ghost_rate", "lark"]
    assert (found["numerator"], found["denominator"], found["n"], found["k"]) == (2, 3, 3, 3)
    expected = rate_interval([1, 0, 1], [1, 1, 1])
    assert (found["value"], found["lower"], found["upper"]) == pytest.approx(
        (2 / 3, expected.lower, expected.upper)
    )


def test_a_brand_that_nobody_cites_has_no_ghost_rate(market):
    assert (market["ghost_rate", "nike"]["value"], market["ghost_rate", "nike"]["reason"]) == (
        None,
        "not_cited",
    )


def test_a_brand_without_a_domain_cannot_be_cited_and_says_so(market):
    for metric in ("ghost_rate", "named_and_cited", "named_not_cited"):
        assert (market[metric, "hoka"]["value"], market[metric, "hoka"]["reason"]) == (None, "no_domains")


def test_an_engine_that_shows_no_sources_has_none_of_these_figures():
    found = figures(*(ask(prompt, "Good shoes.", "lark", sources=[]) for prompt in "pqr"))
    for key in (
        ("ghost_rate", "lark"),
        ("named_not_cited", "lark"),
        ("concentration", "chat"),
        ("word_count_impression", "lark.example"),
    ):
        assert (found[key]["value"], found[key]["reason"]) == (None, "no_citations")


def test_impressions_are_averaged_over_answers_that_cite_prompts_first(market):
    words = market["word_count_impression", "lark.example"]
    assert words["value"] == pytest.approx(((1 / 2 + 1 / 2) / 2 + 1 + 0) / 3)
    assert (words["n"], words["k"], words["kind"]) == (4, 3, "domain")
    assert words["lower"] <= words["value"] <= words["upper"]
    placed = market["position_adjusted_impression", "lark.example"]
    assert placed["value"] > words["value"], "what is cited first counts more"


def test_impressions_of_one_engine_add_up_to_one_where_they_are_adjusted_for_position(market):
    domains = ("lark.example", "nike.example", "review.example")
    shares = [market["position_adjusted_impression", domain]["value"] for domain in domains]
    assert sum(shares) == pytest.approx(1)


def test_a_domain_that_no_answer_cites_has_an_impression_of_0_with_an_upper_bound(market):
    found = market["word_count_impression", "nike.example"]
    assert (found["value"], found["lower"]) == (0, 0)
    assert "never_seen" in found["flags"]
    assert found["upper"] == pytest.approx(1 - 0.05 ** (1 / 3))


def test_answers_that_do_not_show_where_they_cite_have_no_impression():
    listed = [source(1, LARK, "cited")]
    found = figures(*(ask(prompt, "Good shoes.", sources=listed) for prompt in "pqr"))
    row = found["word_count_impression", "lark.example"]
    assert (row["value"], row["n"], row["reason"]) == (None, 0, "no_place")
    assert found["named_and_cited", "lark"]["value"] == 0
    assert found["cited_not_named", "lark"]["value"] == 1


def test_a_source_of_unknown_place_takes_its_answer_out_of_the_mean_of_its_domain_only():
    mixed = [source(1, LARK, "cited"), source(2, NIKE, "cited")]
    found = figures(
        ask("p", "Good [1].", sources=[*mixed[:1], source(3, REVIEW, "cited")]),
        ask("q", "Good [1]. Fine [2].", sources=mixed),
        ask("r", "Good [1]. Fine [2].", sources=mixed),
        ask("s", "Good [1]. Fine [2].", sources=mixed),
    )
    assert found["word_count_impression", "lark.example"]["n"] == 4
    assert found["word_count_impression", "review.example"]["n"] == 3


def test_concentration_is_1_where_all_citations_go_to_one_domain_and_less_where_they_spread():
    one = figures(*(ask(prompt, "Good [1].") for prompt in "pqr"))["concentration", "chat"]
    assert (one["value"], one["lower"], one["upper"], one["n"], one["k"]) == (1, 1, 1, 3, 3)
    two = figures(*(ask(prompt, "Good [1][3].") for prompt in "pqr"))["concentration", "chat"]
    assert two["value"] == pytest.approx(1 / 2)
    mixed = figures(ask("p", "Good [1]."), ask("q", "Good [1]."), ask("r", "Good [3]."), ask("s", "Good."))
    found = mixed["concentration", "chat"]
    assert found["value"] == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert 0 <= found["lower"] <= found["value"] <= found["upper"] <= 1
    assert found["kind"] == "engine"


def test_the_interval_of_a_concentration_reaches_below_what_few_prompts_show():
    """20 prompts that cite 3 of 60 equally likely domains each: the truth is 1/60, the value well above."""
    rng = np.random.default_rng(3)
    lists = [
        [source(at, f"https://d{one}.example/") for at, one in enumerate(rng.choice(60, 3, replace=False), 1)]
        for _ in range(20)
    ]
    found = figures(*(ask(f"p{at}", "Good [1][2][3].", sources=one) for at, one in enumerate(lists)))
    row = found["concentration", "chat"]
    assert row["value"] > 1.2 / 60
    assert row["lower"] <= 1.2 / 60


def test_under_3_prompts_there_is_a_value_and_no_interval():
    found = figures(ask("p", "Good [1]."), ask("q", "Good [3]."))
    for key in (("concentration", "chat"), ("word_count_impression", "lark.example")):
        assert found[key]["value"] == pytest.approx(0.5)
        assert (found[key]["lower"], found[key]["upper"]) == (None, None)
        assert found[key]["reason"] == "fewer_than_3_prompts"


def test_without_a_usable_answer_everything_is_null_with_a_reason():
    found = figures(ask("p", "Good [1].", status="failed"))
    assert {row["value"] for row in found.values()} == {None}
    assert {row["reason"] for row in found.values()} <= {"no_answers", "no_domains"}


def test_the_order_of_the_answers_changes_nothing():
    asked = [ask(prompt, text, "lark") for prompt in "pqrs" for text in ("Good [1]. Fine [3].", "Good [3].")]
    assert figures(*asked)["concentration", "chat"] == figures(*reversed(asked))["concentration", "chat"]
