"""Tables of layer ``metrics`` and of the dbt marts: numbers with their interval and definition."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import EngineTable, Strings, Table

SEGMENTS = ["non_branded", "branded"]


class _Figure(pa.DataFrameModel):
    """Columns of every published number."""

    segment: pl.String = pa.Field(isin=SEGMENTS, description="Branded prompts are never pooled in")
    subject: pl.String = pa.Field(description="brand_id, or the domain of a source metric")
    subject_kind: pl.String = pa.Field(isin=["brand", "domain", "engine"], description="What the subject is")
    metric: pl.String = pa.Field(description="Metric id, such as visibility")
    definition: pl.String = pa.Field(description="Metric id and version, such as visibility@1")
    value: pl.Float64 = pa.Field(nullable=True, description="The figure; null is never 0")
    lower: pl.Float64 = pa.Field(nullable=True, description="Lower end of the 95 % interval")
    upper: pl.Float64 = pa.Field(nullable=True, description="Upper end of the 95 % interval")
    naive_lower: pl.Float64 = pa.Field(nullable=True, description="Wilson on answers, for comparison")
    naive_upper: pl.Float64 = pa.Field(nullable=True, description="Wilson on answers, for comparison")
    numerator: pl.Float64 = pa.Field(nullable=True, description="Count above the line")
    denominator: pl.Float64 = pa.Field(nullable=True, description="Count below the line")
    n: pl.Int64 = pa.Field(ge=0, description="Answers in the denominator")
    k: pl.Int64 = pa.Field(ge=0, description="Prompts, with their variants, behind them (clusters)")
    failed: pl.Int64 = pa.Field(ge=0, description="Failed or empty answers left out")
    refused: pl.Int64 = pa.Field(ge=0, description="Refused answers left out")
    not_asked: pl.Int64 = pa.Field(ge=0, description="Planned calls that were never asked")
    reason: pl.String = pa.Field(nullable=True, description="Why the value or interval is null")
    flags: Strings = pa.Field(description="What to bear in mind when reading the interval")


class BrandMetrics(EngineTable, _Figure):
    """One row per engine, segment, subject and metric on the day."""


class DailyBrandMetrics(Table, _Figure):
    """One row per engine, segment, brand and metric on the day, all engines side by side."""

    engine: pl.String = pa.Field(description="Engine family")
    engine_id: pl.String = pa.Field(description="Engine as the monitor configures it")
    brand: pl.String = pa.Field(description="Display name of the brand")
    role: pl.String = pa.Field(description="own, competitor or control")


class WindowBrandMetrics(Table):
    """One row per window length, engine, segment and brand, recomputed from the window's answers."""

    window_days: pl.Int64 = pa.Field(isin=[7, 28], description="Length of the window that ends on the day")
    days_with_answers: pl.Int64 = pa.Field(ge=0, description="Days of the window that hold answers")
    engine: pl.String = pa.Field(description="Engine family")
    engine_id: pl.String = pa.Field(description="Engine as the monitor configures it")
    segment: pl.String = pa.Field(isin=SEGMENTS, description="Branded prompts are never pooled in")
    brand_id: pl.String = pa.Field(description="Brand")
    brand: pl.String = pa.Field(description="Display name of the brand")
    role: pl.String = pa.Field(description="own, competitor or control")
    metric: pl.String = pa.Field(description="visibility or share_of_voice")
    definition: pl.String = pa.Field(description="Metric id and version")
    value: pl.Float64 = pa.Field(nullable=True, description="The figure; null is never 0")
    lower: pl.Float64 = pa.Field(nullable=True, description="Lower end of the 95 % interval")
    upper: pl.Float64 = pa.Field(nullable=True, description="Upper end of the 95 % interval")
    numerator: pl.Float64 = pa.Field(nullable=True, description="Count above the line")
    denominator: pl.Float64 = pa.Field(nullable=True, description="Count below the line")
    n: pl.Int64 = pa.Field(ge=0, description="Answers in the denominator")
    k: pl.Int64 = pa.Field(ge=0, description="Prompts, with their variants, behind them (clusters)")
    served_models: pl.Int64 = pa.Field(ge=0, description="Distinct served models in the window")
    reason: pl.String = pa.Field(nullable=True, description="Why the value or interval is null")


class SourceInfluence(EngineTable):
    """One row per engine, source page and brand: observational influence, frequency and not cause."""

    url: pl.String = pa.Field(description="Canonical URL of the source")
    domain: pl.String = pa.Field(description="Registrable domain")
    title: pl.String = pa.Field(nullable=True, description="Title of the page, if known")
    brand_id: pl.String = pa.Field(description="Brand looked at")
    page_names_brand: pl.Boolean = pa.Field(nullable=True, description="Our snapshot names the brand")
    answers: pl.Int64 = pa.Field(ge=0, description="Answers of the engine, non-branded prompts")
    answers_with_source: pl.Int64 = pa.Field(ge=0, description="Of these, answers that had the source")
    answers_citing: pl.Int64 = pa.Field(ge=0, description="Of these, answers that cite it")
    prompts_with_source: pl.Int64 = pa.Field(ge=0, description="Distinct prompts behind them")
    mention_rate_with: pl.Float64 = pa.Field(nullable=True, description="P(brand | source present)")
    mention_rate_without: pl.Float64 = pa.Field(nullable=True, description="P(brand | source absent)")
    lift: pl.Float64 = pa.Field(nullable=True, description="P(brand | source present) / P(brand)")
    lift_lower: pl.Float64 = pa.Field(nullable=True, description="Lower bound, 95 %, bootstrap over prompts")
    lift_upper: pl.Float64 = pa.Field(nullable=True, description="Upper bound, 95 %, bootstrap over prompts")
    flags: Strings = pa.Field(nullable=True, description="What to bear in mind when reading the interval")
    reason: pl.String = pa.Field(nullable=True, description="Why a figure is null")
