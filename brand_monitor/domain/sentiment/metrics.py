"""Net sentiment of brands: the balance of good and bad answers, with an interval over prompts.

Belongs here: the way from labels to the figure. Not here: labels (``lexicon`` and the other graders).

With s in {-1, 0, 1} the label of an answer, u = (1 + s) / 2 lies in [0, 1], and net sentiment is
2 mean(u) - 1. The interval is the cluster-robust Wilson interval of the mean of u, stretched likewise: a
value in [0, 1] varies at most as a rate of the same mean does, so the interval can only be too wide.
"""

from typing import Final

import numpy as np
import polars as pl

from brand_monitor.domain.metrics.populations import GROUP, population
from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL
from brand_monitor.domain.statistics.rates import RateIntervals, rate_intervals
from brand_monitor.schemas.registry import conform, empty_frame

TABLE: Final = "metrics/brand_sentiments"
DEFINITION: Final = "net_sentiment@1"
SUBJECT: Final = [*GROUP, "brand_id", "aspect", "aspect_version", "grader", "grader_version"]
_LABELS: Final = ["positive", "neutral", "negative"]


def brand_sentiments(answers: pl.DataFrame, sentiments: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return net sentiment per engine, segment, brand and aspect.

    For a window of days give all its rows the date of its last day: figures of a period come from its
    answers. Labels of different graders, or by other words of an aspect, are never put together.

    Args:
        answers: Rows of ``raw/answers``.
        sentiments: Rows of ``core/answer_sentiments`` of these answers.
        brands: Rows of ``seed/brands``; a brand that is not tracked any more is left out.

    Returns:
        Rows of ``metrics/brand_sentiments``: every tracked brand with aspect ``overall``, null with a reason
        where no answer names it, and other aspects where an answer judges them.
    """
    people = population(answers)
    # Null never equals null: rows from before words had a version go together under none.
    sentiments = sentiments.with_columns(pl.col("aspect_version").fill_null(""))
    told = (
        sentiments.join(brands, on=["monitor_id", "brand_id"], how="semi")
        .join(people.answers.select("answer_id", "segment", "prompt_family"), on="answer_id")
        .with_columns(u=pl.col("label").replace_strict({"positive": 1.0, "neutral": 0.5, "negative": 0.0}))
    )
    wanted = _wanted(people.groups, sentiments, brands, told)
    if wanted.is_empty():
        return empty_frame(TABLE)
    counts = told.group_by(SUBJECT).agg(
        *((pl.col("label") == label).sum().cast(pl.Int64).alias(label) for label in _LABELS),
        n=pl.col("label").count().cast(pl.Int64),
        k=pl.col("prompt_family").filter(pl.col("label").is_not_null()).n_unique().cast(pl.Int64),
        unjudged=pl.col("label").null_count().cast(pl.Int64),
    )
    rows = wanted.join(counts, on=SUBJECT, how="left", maintain_order="left").with_columns(
        pl.col(*_LABELS, "n", "k", "unjudged").fill_null(0), definition=pl.lit(DEFINITION)
    )
    return conform(TABLE, _with_intervals(rows, told))


def _wanted(
    groups: pl.DataFrame, sentiments: pl.DataFrame, brands: pl.DataFrame, told: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per figure, with the reason why it cannot be given, or null."""
    graders = sentiments.select("monitor_id", "engine_id", "grader", "grader_version").unique()
    overall = (
        groups.select(*GROUP, "blocked")
        .join(brands.select("monitor_id", "brand_id"), on="monitor_id")
        .join(graders, on=["monitor_id", "engine_id"])
        .with_columns(aspect=pl.lit("overall"), aspect_version=pl.lit(""))
    )
    aspects = (
        told.filter(pl.col("aspect") != "overall")
        .select(SUBJECT)
        .unique()
        .with_columns(blocked=pl.lit(None, dtype=pl.String))
    )
    columns = [*SUBJECT, "blocked"]
    return pl.concat([overall.select(columns), aspects.select(columns)]).sort(SUBJECT)


def _with_intervals(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    intervals = _intervals(rows, told)
    flags = [intervals.flags_at(row) for row in range(len(intervals.prompts))]
    measured = pl.DataFrame(
        {
            **{name: 2 * getattr(intervals, name) - 1 for name in ("value", "lower", "upper")},
            "flags": [list(one) for one in flags],
        },
        schema_overrides={"flags": pl.List(pl.String)},
    ).with_columns(pl.col("value", "lower", "upper").fill_nan(None).clip(-1, 1))
    return pl.concat([rows, measured], how="horizontal").with_columns(reason=_reason()).drop("blocked")


def _reason() -> pl.Expr:
    return (
        pl.when(pl.col("blocked").is_not_null())
        .then("blocked")
        .when((pl.col("n") == 0) & (pl.col("unjudged") > 0))
        .then(pl.lit("not_judged"))
        .when(pl.col("n") == 0)
        .then(pl.lit("no_mentions"))
        .when(pl.col("k") < MIN_PROMPTS_FOR_INTERVAL)
        .then(pl.lit("fewer_than_3_prompts"))
    )


def _intervals(rows: pl.DataFrame, told: pl.DataFrame) -> RateIntervals:
    """Return the intervals of mean u, one per row: dense arrays of O(rows x prompts)."""
    cells = (
        told.drop_nulls("u")
        .group_by(*SUBJECT, "prompt_family")
        .agg(u=pl.col("u").sum(), n=pl.len())
        .sort(*SUBJECT, "prompt_family")
        .join(rows.with_row_index("row").select(*SUBJECT, "row"), on=SUBJECT, maintain_order="left")
        .with_columns(prompt=pl.int_range(pl.len()).over("row"))
    )
    width = 1 + int(cells["prompt"].max() or 0)  # type: ignore[arg-type]
    hits, trials = np.zeros((len(rows), width)), np.zeros((len(rows), width))
    place = cells["row"].to_numpy(), cells["prompt"].to_numpy()
    hits[place], trials[place] = cells["u"].to_numpy(), cells["n"].to_numpy()
    return rate_intervals(hits, trials)
