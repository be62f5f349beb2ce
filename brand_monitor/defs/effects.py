"""Layer ``experiments``, second part: what each source did, from the answers of experiments. Asks nobody.

Belongs here: the asset of effects. Not here: asking (``experiments``), estimates (``domain.effects``).
"""

import dagster as dg
import polars as pl

from brand_monitor.backends.llm.designed_answers import ANSWERS, MENTIONS
from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.effects import SCOPE_NOTE
from brand_monitor.domain.effects import source_effects as estimate
from brand_monitor.partitions import DAILY_BY_ENGINE

EFFECTS = "experiments/source_effects"


@table_asset(
    EFFECTS,
    kinds={"numpy", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={"answers": table_in(ANSWERS), "mentions": table_in(MENTIONS), "brands": table_in("seed/brands")},
)
def source_effects(
    answers: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per experiment, engine, prompt, source, brand and method: the effect of the source."""
    frame = estimate(answers, mentions, brands)
    strongest = frame.filter(pl.col("effect").is_not_null()).sort("effect", descending=True)
    shown = [
        "experiment_id",
        "engine_id",
        "method",
        "scope",
        "brand_id",
        "url",
        "effect",
        "lower",
        "upper",
        "q",
    ]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "methods": counts(frame, "method"),
            "null_effects": int(frame["effect"].null_count()),
            "reach": SCOPE_NOTE,
            "strongest": preview(strongest, shown),
        },
    )
