"""Whom the pages behind an answer name: what a cited page says of the brands, joined where it was scraped.

Belongs here: the frame of ``core/cited_page_brands``. Not here: finding mentions on pages (``mentions``),
whether a page goes with a mention in the answer (``influence``).
"""

from typing import Final

import polars as pl

from brand_monitor.domain.metrics.populations import counted_on_pages

TABLE: Final = "core/cited_page_brands"
_ANSWER: Final = ["date", "monitor_id", "engine", "engine_id", "answer_id", "prompt_id", "is_branded"]
CITED_PAGE_COLUMNS: Final = [
    *_ANSWER,
    "url",
    "domain",
    "relation",
    "document_id",
    "source_type",
    "brand_id",
    "page_mentions",
    "is_recommended",
    "first_sentence",
    "is_owner",
    "is_named_in_answer",
]
_STRONGEST_FIRST: Final = {"cited": 0, "retrieved": 1, "linked": 2}


def cited_page_brands(
    citations: pl.DataFrame, page_mentions: pl.DataFrame, answer_mentions: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per answer, source that we hold a snapshot of, and brand that the snapshot names.

    A page that was not scraped gives no row: what it names is unknown. A page of which a relation is stronger
    (cited before retrieved before linked) counts once, with that relation.

    Args:
        citations: ``core/citations``.
        page_mentions: ``core/page_mentions``; mentions that do not count leave no trace.
        answer_mentions: ``core/answer_mentions``, to tell whether the answer names the brand too.
    """
    strength = pl.col("relation").replace_strict(_STRONGEST_FIRST, return_dtype=pl.Int8)
    owner = citations["brand_id"].alias("owner_id")
    held = (
        citations.with_columns(owner, strength=strength)
        .drop_nulls("document_id")
        .sort("strength", maintain_order=True)
        .unique([*_ANSWER, "url"], keep="first", maintain_order=True)
        .drop("brand_id")
    )
    named = (
        answer_mentions.filter("is_counted")
        .select("monitor_id", "answer_id", "brand_id", is_named_in_answer=pl.lit(value=True))
        .unique()
    )
    return (
        held.join(_named_on_pages(page_mentions), on=["monitor_id", "document_id"])
        .join(named, on=["monitor_id", "answer_id", "brand_id"], how="left")
        .with_columns(
            pl.col("is_named_in_answer").fill_null(value=False),
            is_owner=pl.col("owner_id").eq_missing(pl.col("brand_id")),
        )
        .select(CITED_PAGE_COLUMNS)
        .sort(*_ANSWER, "url", "brand_id")
    )


def _named_on_pages(page_mentions: pl.DataFrame) -> pl.DataFrame:
    """Return one row per snapshot and brand that it names."""
    counted = page_mentions.filter(counted_on_pages()).sort("start")
    return counted.group_by("monitor_id", "document_id", "brand_id", maintain_order=True).agg(
        page_mentions=pl.len().cast(pl.Int64),
        is_recommended=(pl.col("kind") == "recommended").any(),
        first_sentence=pl.col("sentence").first(),
    )
