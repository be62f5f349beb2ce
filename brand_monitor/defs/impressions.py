"""Layer ``core``, what citations are worth: how much of an answer they carry, and whom their pages name."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.citations.cited_pages import cited_page_brands as join_page_brands
from brand_monitor.domain.citations.impressions import impressions as measure_impressions
from brand_monitor.io_managers.dagster_io import EMPTY
from brand_monitor.partitions import DAILY_BY_ENGINE


@table_asset(
    "core/impressions",
    kinds={"polars", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={"citations": table_in("core/citations")},
)
def impressions(citations: pl.DataFrame) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per answer and source that it cites: how much of the answer the source carries."""
    frame = measure_impressions(citations)
    strongest = frame.sort("position_adjusted_impression", descending=True, nulls_last=True)
    shown = ["engine_id", "domain", "source_type", "word_count_impression", "position_adjusted_impression"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "without_a_place": int(frame["reason"].is_not_null().sum()),
            "preview": preview(strongest, shown),
        },
    )


@table_asset(
    "core/cited_page_brands",
    kinds={"polars", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={
        "citations": table_in("core/citations"),
        "page_mentions": table_in("core/page_mentions", EMPTY),
        "answer_mentions": table_in("core/answer_mentions"),
    },
)
def cited_page_brands(
    citations: pl.DataFrame, page_mentions: pl.DataFrame, answer_mentions: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per answer, source that we scraped, and tracked brand that the source's page names."""
    frame = join_page_brands(citations, page_mentions, answer_mentions)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "pages": frame["url"].n_unique(),
            "brands": counts(frame, "brand_id"),
            "preview": preview(frame, ["brand_id", "url", "first_sentence"]),
        },
    )
