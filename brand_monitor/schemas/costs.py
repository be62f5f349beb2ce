"""Tables of layer ``metrics`` that speak of money."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import EngineTable

COST_SCOPES = ["answer", "prompt", "informative_answer", "brand", "metric", "canary", "judgement"]
COST_REASONS = ["unknown_prices", "no_units"]


class Costs(EngineTable):
    """One row per engine, scope and subject on the day: what was spent, in all and per unit of it."""

    scope: pl.String = pa.Field(isin=COST_SCOPES, description="What the money is put over")
    subject: pl.String = pa.Field(
        description="engine_id, prompt_family, brand_id, metric or grader, by scope"
    )
    calls: pl.Int64 = pa.Field(
        ge=0, description="Calls made, or things judged; non-branded for brand and metric"
    )
    cached: pl.Int64 = pa.Field(ge=0, description="Of these, served from the cache at no cost")
    answers: pl.Int64 = pa.Field(ge=0, description="Of these, usable answers")
    units: pl.Int64 = pa.Field(
        ge=0, description="Usable answers, answers that name it, or decisive figures (half-width to .10)"
    )
    unknown_prices: pl.Int64 = pa.Field(ge=0, description="Calls whose cost is not known")
    possibly_paid: pl.Int64 = pa.Field(ge=0, description="Attempts that may be charged without an answer")
    cost_usd: pl.Float64 = pa.Field(nullable=True, ge=0, description="All calls; null if any is unknown")
    known_cost_usd: pl.Float64 = pa.Field(
        nullable=True, ge=0, description="Calls of known cost: a lower bound"
    )
    cost_per_unit_usd: pl.Float64 = pa.Field(nullable=True, ge=0, description="cost_usd / units")
    reason: pl.String = pa.Field(nullable=True, isin=COST_REASONS, description="Why a cost is null")
