"""Which sources go with a brand being named: hand-computed rates, and what cannot be said."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.influence.frequencies import source_influence
from brand_monitor.schemas.registry import conform
from brand_monitor_tests.unit.domain.market_frames import (
    Market,
    brand_frame,
    document_frame,
    page_mention_frame,
)

REVIEW, SHOP, FORUM = "review.example/1", "shop.example/1", "forum.example/1"


def influence(market, documents=None, page_mentions=None):
    frame = source_influence(
        *market.frames,
        brands=brand_frame(),
        documents=document_frame() if documents is None else documents,
        page_mentions=page_mention_frame() if page_mentions is None else page_mentions,
    )
    return conform("metrics/source_influence", frame)


def row(frame, page, brand="larkstride", engine="alone"):
    found = frame.filter(url=f"http://{page}", brand_id=brand, engine_id=engine)
    assert len(found) == 1
    return found.row(0, named=True)


@pytest.fixture
def market():
    """Six answers; larkstride in 3 of them; review in 3 (2 with the brand); shop in all."""
    market = Market()
    market.ask("a", "larkstride", "nike", retrieved=(REVIEW, SHOP), cited=(REVIEW,))
    market.ask("a", "larkstride", cited=(REVIEW, SHOP))
    market.ask("b", retrieved=(REVIEW, SHOP)).ask("b", "larkstride", retrieved=(SHOP,))
    market.ask("c", retrieved=(SHOP,)).ask("c", "nike", retrieved=(SHOP, FORUM))
    return market


def test_lift_compares_the_answers_with_the_source_to_all_answers(market):
    found = row(influence(market), REVIEW)
    assert (found["answers"], found["answers_with_source"]) == (6, 3)
    assert (found["answers_citing"], found["prompts_with_source"]) == (2, 2)
    assert found["mention_rate_with"] == pytest.approx(2 / 3)
    assert found["mention_rate_without"] == pytest.approx(1 / 3)
    assert found["lift"] == pytest.approx((2 / 3) / (3 / 6))
    assert found["reason"] is None


def test_a_source_whose_answers_never_name_the_brand_has_a_lift_of_0(market):
    found = row(influence(market), FORUM)
    assert (found["mention_rate_with"], found["lift"]) == (0, 0)


def test_a_source_that_every_answer_has_allows_no_comparison(market):
    found = row(influence(market), SHOP)
    assert found["mention_rate_with"] == pytest.approx(0.5)
    assert (found["mention_rate_without"], found["lift"], found["reason"]) == (None, None, "no_contrast")


def test_a_brand_that_no_answer_names_has_no_ratio(market):
    found = row(influence(market), REVIEW, "ombrevale")
    assert (found["mention_rate_with"], found["mention_rate_without"]) == (0, 0)
    assert (found["lift"], found["reason"]) == (None, "brand_never_named")


def test_branded_prompts_failed_answers_and_mere_links_are_left_out(market):
    before = influence(market)
    market.ask("is-it-good", "larkstride", branded=True, cited=(REVIEW,))
    market.ask("a", "larkstride", status="failed", cited=(REVIEW,))
    assert influence(market).equals(before)
    market.ask("a", linked=("linked.example/1",))
    after = influence(market)
    assert "linked.example" not in set(after["domain"])
    assert row(after, REVIEW)["answers"] == 7


def test_what_our_snapshot_says_of_the_brand_is_yes_no_or_unknown(market):
    frame = influence(
        market,
        document_frame(REVIEW, SHOP),
        page_mention_frame((REVIEW, "larkstride", "named"), (SHOP, "larkstride", "absent")),
    )
    assert row(frame, REVIEW)["page_names_brand"] is True
    assert row(frame, REVIEW, "nike")["page_names_brand"] is False
    assert row(frame, SHOP)["page_names_brand"] is False
    assert row(frame, FORUM)["page_names_brand"] is None


def test_the_snapshot_that_the_answer_was_given_decides_even_under_another_address(market):
    answers, mentions, citations = market.frames
    moved = citations.with_columns(
        document_id=pl.when(pl.col("url") == f"http://{FORUM}").then(pl.lit(f"doc-{REVIEW}"))
    )
    frame = source_influence(
        answers,
        mentions,
        moved,
        brands=brand_frame(),
        documents=document_frame(REVIEW),
        page_mentions=page_mention_frame((REVIEW, "larkstride", "named")),
    )
    assert row(frame, FORUM)["page_names_brand"] is True


def test_our_own_title_is_preferred(market):
    frame = influence(market, document_frame(REVIEW))
    assert row(frame, REVIEW)["title"] == f"Our title of {REVIEW}"
    assert row(frame, SHOP)["title"] == f"Their title of {SHOP}"


def test_engines_are_kept_apart(market):
    market.ask("a", "larkstride", engine="other", cited=(REVIEW,)).ask("b", engine="other")
    frame = influence(market)
    assert row(frame, REVIEW, engine="other")["answers"] == 2
    assert row(frame, REVIEW)["answers"] == 6


def test_every_source_stands_beside_every_brand(market):
    frame = influence(market)
    assert len(frame) == 3 * len(brand_frame())


def test_an_engine_without_sources_has_no_rows():
    assert influence(Market().ask("a", "nike")).is_empty()
    assert influence(Market()).is_empty()


PAGES = st.lists(st.sampled_from([REVIEW, SHOP, FORUM]), max_size=3, unique=True)
NAMES = st.lists(st.sampled_from(["larkstride", "nike"]), max_size=2, unique=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), NAMES, PAGES, PAGES), min_size=1, max_size=15))
def test_the_rates_with_and_without_a_source_add_up_to_the_answers_that_name_the_brand(rows):
    market = Market()
    for prompt, named, retrieved, cited in rows:
        market.ask(prompt, *named, retrieved=tuple(retrieved), cited=tuple(cited))
    frame = influence(market)
    for found in frame.iter_rows(named=True):
        naming = sum(found["brand_id"] in named for _, named, _, _ in rows)
        absent = found["answers"] - found["answers_with_source"]
        both = found["mention_rate_with"] * found["answers_with_source"]
        assert both + (found["mention_rate_without"] or 0) * absent == pytest.approx(naming)
        assert (found["lift"] is None) == (found["reason"] is not None)
    shuffled = [one.sample(fraction=1, shuffle=True, seed=7) for one in market.frames]
    again = source_influence(
        *shuffled, brands=brand_frame(), documents=document_frame(), page_mentions=page_mention_frame()
    )
    assert influence(market).select(again.columns).equals(again)


def test_a_lift_stands_in_its_interval_over_prompts_and_no_lift_has_none(market):
    frame = influence(market)
    found = row(frame, REVIEW)
    assert found["lift_lower"] <= found["lift"] <= found["lift_upper"]
    assert "approximate_under_30_prompts" in found["flags"]
    unknown = frame.filter(pl.col("lift").is_null())
    assert unknown["lift_upper"].null_count() == unknown["flags"].null_count() == unknown.height > 0
