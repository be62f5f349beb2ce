"""Layer ``search``: pages and answers, findable by their words."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from brand_monitor.backends.checksums import receipt
from brand_monitor.backends.search.interface import Collection, Entry
from brand_monitor.backends.search.resource import TantivyIndexes
from brand_monitor.defs.automation import after_engines
from brand_monitor.defs.tables import preview, table_asset, table_in
from brand_monitor.io_managers.dagster_io import EMPTY, SKIP
from brand_monitor.labels import POOL_SEARCH
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, split_key
from brand_monitor.schemas.registry import polars_schema

TABLE = "search/search_projections"


@table_asset(
    TABLE,
    kinds={"tantivy", "parquet"},
    partitions_def=DAILY,
    pool=POOL_SEARCH,
    automation_condition=after_engines(),
    ins={"documents": table_in("core/documents", EMPTY), "answers": table_in("raw/answers", SKIP)},
)
def search_projections(
    context: dg.AssetExecutionContext,
    documents: pl.DataFrame,
    answers: pl.DataFrame,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    search: TantivyIndexes,
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and collection: what the search index holds of the day."""
    day, _ = split_key(context.partition_key)
    said = answers.filter(pl.col("status") == "ok")
    rows = []
    with search.open() as index:
        for monitor_id in monitors:
            for collection, frame in _collections(documents, said, monitor_id):
                index.replace_day(monitor_id, day, collection, list(_entries(collection, frame)))
                held = index.count(monitor_id, day, collection)
                rows.append(receipt(day, monitor_id, collection, held, frame))
    frame = pl.DataFrame(rows, schema=polars_schema(TABLE))
    return dg.MaterializeResult(value=frame, metadata={"preview": preview(frame, ["collection", "rows"])})


def _collections(
    documents: pl.DataFrame, answers: pl.DataFrame, monitor_id: str
) -> Iterator[tuple[Collection, pl.DataFrame]]:
    mine = pl.col("monitor_id") == monitor_id
    yield "documents", documents.filter(mine).select("document_id", "url", "title", "text")
    yield "answers", answers.filter(mine).select("answer_id", "engine_id", "prompt_text", "text")


def _entries(collection: Collection, frame: pl.DataFrame) -> Iterator[Entry]:
    for row in frame.iter_rows(named=True):
        if collection == "documents":
            yield Entry(row["document_id"], title=row["title"] or "", text=row["text"], url=row["url"])
        else:
            yield Entry(
                row["answer_id"], title=row["prompt_text"], text=row["text"], engine_id=row["engine_id"]
            )
