"""Layer ``metrics``: figures with intervals, per engine, from the answers of the day."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import preview, table_asset, table_in
from brand_monitor.domain.influence.frequencies import source_influence as measure_influence
from brand_monitor.domain.metrics.brand_metrics import brand_metrics as measure
from brand_monitor.io_managers.dagster_io import EMPTY
from brand_monitor.partitions import DAILY_BY_ENGINE

HEADLINE = ("share_of_voice", "visibility")
#: More lines than this nobody reads, and each is a row of every materialization.
_MOST_PLOTTED = 40
_KINDS = {"numpy", "parquet"}
_READ = {
    "answers": table_in("raw/answers"),
    "answer_mentions": table_in("core/answer_mentions"),
    "citations": table_in("core/citations"),
    "brands": table_in("seed/brands"),
}


@table_asset("metrics/brand_metrics", kinds=_KINDS, partitions_def=DAILY_BY_ENGINE, ins=_READ)
def brand_metrics(
    answers: pl.DataFrame, answer_mentions: pl.DataFrame, citations: pl.DataFrame, brands: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, segment, subject and metric on the day, with interval, n and k."""
    frame = measure(answers, answer_mentions, citations, brands)
    headline = frame.filter(pl.col("metric") == "visibility", pl.col("segment") == "non_branded")
    shown = ["engine_id", "subject", "value", "lower", "upper", "n", "k"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "metrics": frame["metric"].n_unique(),
            "null_figures": int(frame["value"].null_count()),
            "visibility": preview(headline, shown, rows=40),
            **_plotted(frame, brands),
        },
    )


def _plotted(frame: pl.DataFrame, brands: pl.DataFrame) -> dict[str, float]:
    """Return the headline figures of the own brands, each a line over the days in the UI."""
    own = brands.filter(role="own").select("monitor_id", subject="brand_id")
    rows = (
        frame.filter(pl.col("metric").is_in(HEADLINE), pl.col("value").is_not_null(), segment="non_branded")
        .join(own, on=["monitor_id", "subject"], how="semi")
        .sort("monitor_id", "engine_id", "subject", "metric")
        .head(_MOST_PLOTTED)
    )
    return {
        f"{row['metric']} of {row['subject']}: {row['monitor_id']}, {row['engine_id']}": row["value"]
        for row in rows.iter_rows(named=True)
    }


@table_asset(
    "metrics/source_influence",
    kinds=_KINDS,
    partitions_def=DAILY_BY_ENGINE,
    ins=_READ
    | {
        "documents": table_in("core/documents", EMPTY),
        "page_mentions": table_in("core/page_mentions", EMPTY),
    },
)
def source_influence(
    answers: pl.DataFrame,
    answer_mentions: pl.DataFrame,
    citations: pl.DataFrame,
    brands: pl.DataFrame,
    documents: pl.DataFrame,
    page_mentions: pl.DataFrame,
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, source page and brand: how often they go together. Frequency, not cause."""
    frame = measure_influence(
        answers, answer_mentions, citations, brands=brands, documents=documents, page_mentions=page_mentions
    )
    strongest = frame.filter(pl.col("lift").is_not_null()).sort("lift", descending=True)
    shown = ["engine_id", "brand_id", "url", "answers_with_source", "lift"]
    return dg.MaterializeResult(
        value=frame, metadata={"sources": frame["url"].n_unique(), "strongest": preview(strongest, shown)}
    )
