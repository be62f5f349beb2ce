"""Layer ``metrics``: what the answers of the day cost, and what was had for it."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import preview, table_asset, table_in
from brand_monitor.domain.costs.answer_costs import cost_tables
from brand_monitor.io_managers.dagster_io import EMPTY
from brand_monitor.partitions import DAILY_BY_ENGINE


@table_asset(
    "metrics/costs",
    kinds={"polars", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={
        "answers": table_in("raw/answers"),
        "answer_mentions": table_in("core/answer_mentions"),
        "brands": table_in("seed/brands"),
        "brand_metrics": table_in("metrics/brand_metrics"),
        "canary_answers": table_in("raw/canary_answers", EMPTY),
        "answer_sentiments": table_in("core/answer_sentiments", EMPTY),
    },
)
def costs(
    answers: pl.DataFrame,
    answer_mentions: pl.DataFrame,
    brands: pl.DataFrame,
    brand_metrics: pl.DataFrame,
    canary_answers: pl.DataFrame,
    answer_sentiments: pl.DataFrame,
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, scope and subject on the day: what was spent, in all and per unit of it."""
    frame = cost_tables(
        answers,
        answer_mentions,
        brands,
        brand_metrics,
        canaries=canary_answers,
        sentiments=answer_sentiments,
    )
    # Scopes that share no call: together they are the day.
    engines = frame.filter(pl.col("scope").is_in(["answer", "canary", "judgement"]))
    known = engines["known_cost_usd"].drop_nulls()
    shown = [
        "engine_id",
        "scope",
        "calls",
        "answers",
        "unknown_prices",
        "cost_usd",
        "cost_per_unit_usd",
        "reason",
    ]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "known_cost_usd": float(known.sum()) if known.len() else None,
            "unknown_prices": int(engines["unknown_prices"].sum()),
            "spent": preview(engines, shown, rows=40),
        },
    )
