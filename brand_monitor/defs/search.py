"""Layer ``search``: pages and answers, findable by their words; jobs that rebuild and compare."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from brand_monitor.backends.checksums import receipt
from brand_monitor.backends.search.interface import Collection
from brand_monitor.backends.search.projection import Day, days_of, differences, entries_of, rebuild
from brand_monitor.backends.search.resource import SearchIndexes
from brand_monitor.defs.automation import after_engines
from brand_monitor.defs.tables import preview, table_asset, table_in
from brand_monitor.failures import PermanentFailure
from brand_monitor.io_managers.dagster_io import EMPTY, SKIP
from brand_monitor.io_managers.lake import Lake
from brand_monitor.labels import POOL_SEARCH
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, split_key
from brand_monitor.schemas.registry import polars_schema

TABLE = "search/search_projections"

# The checksum of a receipt is over these columns.
_RECEIPT_OF: dict[Collection, list[str]] = {
    "documents": ["document_id", "url", "title", "text"],
    "answers": ["answer_id", "engine_id", "prompt_text", "text"],
}


@table_asset(
    TABLE,
    kinds={"search", "parquet"},
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
    search: SearchIndexes,
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and collection: what the search index holds of the day."""
    day, _ = split_key(context.partition_key)
    rows = []
    with search.open() as index:
        for monitor_id in monitors:
            for collection, frame in _collections(documents, answers):
                mine = frame.filter(pl.col("monitor_id") == monitor_id)
                index.replace_day(monitor_id, day, collection, list(entries_of(mine, collection)))
                held = index.count(monitor_id, day, collection)
                rows.append(receipt(day, monitor_id, collection, held, mine.select(_RECEIPT_OF[collection])))
    frame = pl.DataFrame(rows, schema=polars_schema(TABLE))
    return dg.MaterializeResult(value=frame, metadata={"preview": preview(frame, ["collection", "rows"])})


@dg.op(pool=POOL_SEARCH)
def build_search_index_anew(
    context: dg.OpExecutionContext, lake: dg.ResourceParam[Lake], search: SearchIndexes
) -> int:
    """Write everything into a new index beside the live one, compare it with the lake, and swap."""
    with search.open() as index:
        total = rebuild(index, lambda: all_days(lake))
    context.log.info(f"The new index holds {total} entries, as the lake does, and has taken over.")
    return total


@dg.op(pool=POOL_SEARCH)
def compare_search_index(
    context: dg.OpExecutionContext, lake: dg.ResourceParam[Lake], search: SearchIndexes
) -> None:
    """Compare counts and checksums of every day with the lake; a difference fails the run."""
    with search.open() as index:
        found = differences(index, all_days(lake))
    for each in found:
        context.log.error(str(each))
    if found:
        raise PermanentFailure(
            f"the search index differs from the lake in {len(found)} days, first {found[0]}; "
            "materialize search/search_projections for them, or run the job rebuild_search"
        )
    context.log.info("The search index holds what the lake holds.")


@dg.job(description="Builds the search index anew from the lake, beside the live one, and swaps them.")
def rebuild_search() -> None:
    """One op: readers see the old index until the new one has proven equal to the lake."""
    build_search_index_anew()


@dg.job(description="Compares the search index with the lake and fails if they differ. Changes nothing.")
def verify_search() -> None:
    """One op: counts and checksums of every day."""
    compare_search_index()


def _collections(documents: pl.DataFrame, answers: pl.DataFrame) -> Iterator[tuple[Collection, pl.DataFrame]]:
    yield "documents", documents
    yield "answers", answers.filter(pl.col("status") == "ok")


def all_days(lake: Lake) -> Iterator[Day]:
    """Yield every day of the lake, one at a time."""
    for day in sorted({*lake.days("core/documents"), *lake.days("raw/answers")}):
        documents, answers = (
            lake.read_window(table, day, day) for table in ("core/documents", "raw/answers")
        )
        for collection, frame in _collections(documents, answers):
            yield from days_of(frame, collection, day)
