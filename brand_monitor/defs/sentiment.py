"""Layers ``core`` and ``metrics``, sentiment: how each answer judges each brand, and the balance of it."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.sentiment import Grader
from brand_monitor.domain.sentiment import answer_sentiments as judge
from brand_monitor.domain.sentiment import brand_sentiments as balance
from brand_monitor.monitor.aspects import words_by_aspect
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY_BY_ENGINE


@table_asset(
    "core/answer_sentiments",
    kinds={"python", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={"answers": table_in("raw/answers"), "answer_mentions": table_in("core/answer_mentions")},
)
def answer_sentiments(
    answers: pl.DataFrame,
    answer_mentions: pl.DataFrame,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    grader: dg.ResourceParam[Grader],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per answer, brand that it names and aspect that it judges, with the sentence that shows it."""
    aspects = {name: words_by_aspect(monitor.aspects) for name, monitor in monitors.items()}
    frame = judge(answers, answer_mentions, aspects, grader)
    overall = frame.filter(pl.col("aspect") == "overall")
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "grader": f"{grader.id}@{grader.version}",
            "labels": counts(overall, "label"),
            "aspects": counts(frame, "aspect"),
            "unjudged": int(frame["label"].null_count()),
            "preview": preview(overall, ["brand_id", "label", "score", "mentions", "reason"]),
        },
    )


@table_asset(
    "metrics/brand_sentiments",
    kinds={"numpy", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={
        "answers": table_in("raw/answers"),
        "answer_sentiments": table_in("core/answer_sentiments"),
        "brands": table_in("seed/brands"),
    },
)
def brand_sentiments(
    answers: pl.DataFrame, answer_sentiments: pl.DataFrame, brands: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, segment, brand and aspect on the day: net sentiment with its interval."""
    frame = balance(answers, answer_sentiments, brands)
    headline = frame.filter(pl.col("aspect") == "overall", pl.col("segment") == "non_branded")
    shown = ["engine_id", "brand_id", "value", "lower", "upper", "n", "k", "reason"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "null_figures": int(frame["value"].null_count()),
            "net_sentiment": preview(headline, shown, rows=40),
        },
    )
