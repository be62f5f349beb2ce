"""Layer ``core``, mentions: what pages and answers say about brands."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.mentions import answer_mentions as find_answer_mentions
from brand_monitor.domain.mentions import page_mentions as find_page_mentions
from brand_monitor.partitions import DAILY, DAILY_BY_ENGINE

_KINDS = {"python", "parquet"}


@table_asset(
    "core/page_mentions",
    kinds=_KINDS,
    code_version="2",
    partitions_def=DAILY,
    ins={"documents": table_in("core/documents"), "brands": table_in("seed/brands")},
)
def page_mentions(documents: pl.DataFrame, brands: pl.DataFrame) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per mention of a tracked brand in a document of the day."""
    frame = find_page_mentions(documents, brands)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "brands": counts(frame, "brand_id"),
            "uncertain": int(frame["is_uncertain"].sum() or 0),
            "preview": preview(frame, ["brand_id", "kind", "sentence"]),
        },
    )


@table_asset(
    "core/answer_mentions",
    kinds=_KINDS,
    code_version="2",
    partitions_def=DAILY_BY_ENGINE,
    ins={"answers": table_in("raw/answers"), "brands": table_in("seed/brands")},
)
def answer_mentions(answers: pl.DataFrame, brands: pl.DataFrame) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per mention of a tracked brand in an answer, in its sentence, with offsets."""
    frame = find_answer_mentions(answers, brands)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "brands": counts(frame, "brand_id"),
            "kinds": counts(frame, "kind"),
            "uncertain": int(frame["is_uncertain"].sum() or 0),
            "methods": counts(frame, "method"),
            "preview": preview(frame, ["brand_id", "kind", "confidence", "sentence"]),
        },
    )
