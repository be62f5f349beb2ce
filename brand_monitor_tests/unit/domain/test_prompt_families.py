"""Variants of a prompt are one cluster: their answers are pooled and never make an interval narrower."""

import polars as pl
import pytest

from brand_monitor.domain.influence.frequencies import source_influence
from brand_monitor.domain.metrics.brand_metrics import brand_metrics
from brand_monitor_tests.unit.domain.market_frames import (
    Market,
    brand_frame,
    document_frame,
    figure,
    page_mention_frame,
)

FAMILY = pl.col("prompt_id").str.split("~").list.first()


def measured(market: Market, family: pl.Expr | None = FAMILY) -> pl.DataFrame:
    """Return the figures of a market; ``p1~w1`` is a variant of ``p1``."""
    answers, mentions, citations = market.frames
    known = answers.drop("prompt_family", strict=False)
    if family is not None:
        known = known.with_columns(prompt_family=family)
    return brand_metrics(known, mentions, citations, brand_frame())


def asked(*prompts: str, naming: tuple[str, ...] = ()) -> Market:
    """Return a market in which each prompt was asked once; those in ``naming`` got nike."""
    market = Market()
    for prompt in prompts:
        market.ask(prompt, *(["nike"] if prompt in naming else []))
    return market


VARIANTS = ("p1", "p1~w1", "p2", "p2~w1", "p3", "p3~w1")


def test_an_interval_counts_prompts_and_not_their_variants():
    of_variants = figure(measured(asked(*VARIANTS, naming=("p1", "p1~w1"))), "visibility", "nike")
    of_repeats = figure(
        measured(asked("p1", "p1", "p2", "p2", "p3", "p3", naming=("p1",))), "visibility", "nike"
    )

    assert (of_variants["n"], of_variants["k"]) == (6, 3)
    assert of_variants == of_repeats


def test_variants_counted_as_prompts_would_claim_too_much():
    market = asked(*VARIANTS, naming=("p1", "p1~w1"))

    together = figure(measured(market), "visibility", "nike")
    apart = figure(measured(market, pl.col("prompt_id")), "visibility", "nike")

    assert apart["value"] == pytest.approx(together["value"])
    assert apart["upper"] - apart["lower"] < together["upper"] - together["lower"]


def test_many_variants_of_two_prompts_make_no_interval():
    row = figure(measured(asked("p1", "p1~w1", "p1~w2", "p2", "p2~w1", "p2~w2")), "visibility", "nike")
    assert (row["k"], row["lower"], row["reason"]) == (2, None, "fewer_than_3_prompts")


def test_a_prompt_covers_a_brand_if_any_variant_does():
    row = figure(measured(asked(*VARIANTS, naming=("p1~w1", "p2"))), "brand_coverage", "nike")
    assert (row["numerator"], row["denominator"], row["k"]) == (2, 3, 3)


def test_a_prompt_with_more_variants_weighs_no_more():
    market = asked("p1", "p1~w1", "p1~w2", "p1~w3", "p2", "p3", naming=("p1", "p1~w1", "p1~w2", "p1~w3"))
    row = figure(measured(market), "visibility", "nike")
    assert row["value"] == pytest.approx(1 / 3)
    assert "unequal_repeats" in row["flags"]


def test_answers_from_before_variants_are_counted_by_prompt():
    row = figure(measured(asked("p1", "p2", "p3"), None), "visibility", "nike")
    assert row["k"] == 3


def test_a_source_is_counted_by_the_prompts_that_had_it():
    market = Market()
    for prompt in VARIANTS[:3]:
        market.ask(prompt, retrieved=("site.example/a",), family="grounded", surface="grounded")
    answers, mentions, citations = market.frames

    rows = source_influence(
        answers.with_columns(prompt_family=FAMILY),
        mentions,
        citations,
        brands=brand_frame(),
        documents=document_frame(),
        page_mentions=page_mention_frame(),
    )

    assert rows["answers_with_source"].unique().to_list() == [3]
    assert rows["prompts_with_source"].unique().to_list() == [2]
