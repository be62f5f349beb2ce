"""Layer ``core``, documents: readable text out of the day's page snapshots."""

import dagster as dg
import polars as pl

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.web.extraction import extract_pages
from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.partitions import DAILY


@table_asset(
    "core/documents",
    kinds={"trafilatura", "parquet"},
    partitions_def=DAILY,
    ins={"page_snapshots": table_in("raw/page_snapshots")},
)
def documents(
    page_snapshots: pl.DataFrame, objects: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and page of the day that yielded readable text.

    A page whose bytes were seen before is not extracted again.
    """
    extraction = extract_pages(objects, page_snapshots)
    frame = extraction.documents
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "languages": counts(frame, "language"),
            "reused": int(frame["is_reused"].sum()),
            "words": int(frame["word_count"].sum()),
            "unreadable": preview(extraction.unreadable, ["url", "reason", "detail"], rows=30),
            "preview": preview(frame, ["url", "title", "word_count"], rows=30),
        },
    )
