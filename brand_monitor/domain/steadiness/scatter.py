"""Where the scatter of an own brand's mentions comes from: prompts, wordings, askers, engines, days, chance.

Belongs here: the rows of ``metrics/variance_components``. Not here: the method (``statistics.variance``).
"""

from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from brand_monitor.domain.definitions import current
from brand_monitor.domain.metrics.populations import named_brands, population
from brand_monitor.domain.statistics import variance_split
from brand_monitor.schemas.registry import conform, polars_schema

TABLE: Final = "metrics/variance_components"
WINDOW_DAYS: Final = 7
#: Outer factors first: a factor whose levels are those of an earlier one has no component of its own.
FACTORS: Final = ("prompt", "paraphrase", "persona", "engine", "day")


def variance_components(
    answers: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame, *, day: date
) -> pl.DataFrame:
    """Return one row per surface, segment, own brand and source of scatter.

    All engines of a surface go in together, since the engine is one of the sources; answers of an API and
    of a consumer product never do. O(answers) per brand, with a small factor for each pair of sources.

    Args:
        answers: ``raw/answers`` of the WINDOW_DAYS that end on ``day``; texts are not read.
        mentions: ``core/answer_mentions`` of these answers.
        brands: ``seed/brands``.
        day: Last day of the window.

    Returns:
        Rows of ``metrics/variance_components``. Nothing where no answer of the window can be used.
    """
    told = _told(answers.filter(pl.col("date") > day - timedelta(days=WINDOW_DAYS)))
    named = named_brands(told.select("answer_id"), mentions, brands)
    key = current("variance_split").key
    rows: list[dict[str, Any]] = []
    groups = ["monitor_id", "surface", "segment"]
    for place in told.select(groups).unique().sort(groups).iter_rows(named=True):
        mine = told.filter(**place)
        own = brands.filter(monitor_id=place["monitor_id"], role="own")
        for brand_id in own["brand_id"]:
            naming = named.filter(brand_id=brand_id)["answer_id"].implode()
            hits = mine.select(pl.col("answer_id").is_in(naming).cast(pl.Float64)).to_series()
            common = place | {"date": day, "brand_id": brand_id, "definition": key, "n": mine.height}
            rows += [common | {"window_days": WINDOW_DAYS} | one for one in _split(mine, hits)]
    return conform(TABLE, pl.DataFrame(rows, schema=polars_schema(TABLE)))


def _told(answers: pl.DataFrame) -> pl.DataFrame:
    """Return the usable answers with the level of each factor as a number."""
    asked = answers.select("answer_id", "prompt_text", "persona", "surface")
    usable = population(answers).answers.join(asked, on="answer_id").sort("answer_id")
    levels = {
        "prompt": ["monitor_id", "prompt_family"],
        "paraphrase": ["monitor_id", "prompt_family", "prompt_text"],
        "persona": ["persona"],
        "engine": ["engine_id"],
        "day": ["date"],
    }
    return usable.with_columns(
        pl.col("persona").fill_null(""),
    ).with_columns(
        pl.struct(columns).rank("dense").cast(pl.Int64).alias(f"level_{factor}")
        for factor, columns in levels.items()
    )


def _split(answers: pl.DataFrame, hits: pl.Series) -> list[dict[str, Any]]:
    split = variance_split(
        hits.to_numpy(), {factor: answers[f"level_{factor}"].to_numpy() for factor in FACTORS}
    )
    if split is None:
        return []
    return [
        {
            "factor": one.factor,
            "variance": one.variance,
            "share": one.share,
            "levels": one.levels,
            "is_truncated": one.truncated,
            "reason": one.reason or ("nothing_varies" if one.share is None else None),
        }
        for one in split.components
    ]
