"""Layer ``core``, documents: readable text out of the day's page snapshots."""

import dagster as dg
import polars as pl

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.web.extraction import extract_documents
from brand_monitor.defs.tables import counts, preview, table_asset
from brand_monitor.partitions import DAILY


@table_asset("core/documents", kinds={"trafilatura", "parquet"}, partitions_def=DAILY)
def documents(
    page_snapshots: pl.DataFrame, objects: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and page of the day that yielded readable text.

    A page whose bytes were seen before is not extracted again.
    """
    frame = extract_documents(objects, page_snapshots)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "languages": counts(frame, "language"),
            "reused": int(frame["is_reused"].sum()),
            "words": int(frame["word_count"].sum()),
            "preview": preview(frame, ["url", "title", "word_count"], rows=30),
        },
    )
