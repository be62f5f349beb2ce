"""Layer ``core``, discovery: names that answers give and no monitor tracks, as suggestions."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import preview, table_asset, table_in
from brand_monitor.domain.discovery.brand_candidates import brand_candidates as find_candidates
from brand_monitor.io_managers.dagster_io import EMPTY
from brand_monitor.partitions import DAILY_BY_ENGINE


@table_asset(
    "core/brand_candidates",
    kinds={"python", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={
        "answers": table_in("raw/answers"),
        "citations": table_in("core/citations", EMPTY),
        "brands": table_in("seed/brands"),
    },
)
def brand_candidates(
    answers: pl.DataFrame, citations: pl.DataFrame, brands: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine and unknown name in its answers of the day: a suggestion, tracked by nobody."""
    frame = find_candidates(answers, citations, brands)
    return dg.MaterializeResult(
        value=frame,
        metadata={"best": preview(frame, ["engine_id", "candidate", "answers", "sentence"], rows=20)},
    )
