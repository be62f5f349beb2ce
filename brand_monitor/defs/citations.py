"""Layer ``core``, citations: which sources an answer retrieved, cited or linked."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.citations.answer_citations import citations as read_citations
from brand_monitor.io_managers.dagster_io import EMPTY
from brand_monitor.partitions import DAILY_BY_ENGINE

_KINDS = {"python", "parquet"}


@table_asset(
    "core/citations",
    kinds=_KINDS,
    code_version="2",
    partitions_def=DAILY_BY_ENGINE,
    ins={
        "answers": table_in("raw/answers"),
        "documents": table_in("core/documents", EMPTY),
        "brands": table_in("seed/brands"),
    },
)
def citations(
    answers: pl.DataFrame, documents: pl.DataFrame, brands: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per answer, source and relation: retrieved, cited or linked."""
    frame = read_citations(answers, documents, brands)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "relations": counts(frame, "relation"),
            "domains": counts(frame, "domain"),
            "source_types": counts(frame, "source_type"),
            "preview": preview(frame, ["relation", "domain", "source_evidence", "page_type", "url"]),
        },
    )
