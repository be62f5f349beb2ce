"""Tables of layer ``metrics`` on what stays: stability, sources of scatter, drift."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import EngineTable, Strings, Table
from brand_monitor.schemas.metrics import SEGMENTS
from brand_monitor.schemas.raw import SURFACES

DRIFT_VERDICTS = ["drifted", "calm", "insufficient_data"]


class Stabilities(EngineTable):
    """One row per engine, segment, kind of item and metric: what stays from repeat to repeat, day to day."""

    segment: pl.String = pa.Field(isin=SEGMENTS, description="Branded prompts are never pooled in")
    items: pl.String = pa.Field(isin=["brands", "domains"], description="Named brands or cited domains")
    metric: pl.String = pa.Field(description="Metric id, such as repeat_overlap")
    definition: pl.String = pa.Field(description="Metric id and version")
    window_days: pl.Int64 = pa.Field(ge=1, description="Days that end on the day")
    value: pl.Float64 = pa.Field(ge=0, le=1, nullable=True, description="The figure; null is never 0")
    lower: pl.Float64 = pa.Field(ge=0, le=1, nullable=True, description="Lower end of the 95 % interval")
    upper: pl.Float64 = pa.Field(ge=0, le=1, nullable=True, description="Upper end of the 95 % interval")
    n: pl.Int64 = pa.Field(ge=0, description="Answers of the day; volatility: pairs of following days")
    k: pl.Int64 = pa.Field(ge=0, description="Prompts compared; volatility: days with figures")
    reason: pl.String = pa.Field(nullable=True, description="Why the value or interval is null")
    flags: Strings = pa.Field(description="What to bear in mind when reading the interval")


class VarianceComponents(Table):
    """One row per surface, segment, own brand and factor: what it adds to the variance of a mention."""

    surface: pl.String = pa.Field(isin=SURFACES, description="Where the answers came from, never mixed")
    segment: pl.String = pa.Field(isin=SEGMENTS, description="Branded prompts are never pooled in")
    brand_id: pl.String = pa.Field(description="Own brand")
    factor: pl.String = pa.Field(
        description="prompt, paraphrase, persona, engine, day; interaction of these; repeat: the rest"
    )
    definition: pl.String = pa.Field(description="Metric id and version")
    window_days: pl.Int64 = pa.Field(ge=1, description="Days that end on the day")
    variance: pl.Float64 = pa.Field(ge=0, nullable=True, description="The component; null is never 0")
    share: pl.Float64 = pa.Field(ge=0, le=1.000001, nullable=True, description="Of the sum of all")
    levels: pl.Int64 = pa.Field(ge=0, description="Levels of the factor")
    is_truncated: pl.Boolean = pa.Field(description="The estimate was below 0 and is set to 0")
    n: pl.Int64 = pa.Field(ge=0, description="Answers of all engines of the surface")
    reason: pl.String = pa.Field(nullable=True, description="Why there is no component or share")


class Drifts(EngineTable):
    """One row per engine for its canaries, and one per brand for its visibility: drifted, calm or unknown."""

    subject_kind: pl.String = pa.Field(isin=["engine", "brand"], description="What the subject is")
    subject: pl.String = pa.Field(description="engine_id or brand_id")
    metric: pl.String = pa.Field(description="canaries (share of right answers) or visibility")
    method: pl.String = pa.Field(description="Test id and version")
    window_days: pl.Int64 = pa.Field(ge=1, description="Days that end on the day and are read")
    value: pl.Float64 = pa.Field(ge=0, le=1, nullable=True, description="Rate of the day")
    baseline: pl.Float64 = pa.Field(ge=0, le=1, nullable=True, description="Rate of the baseline days")
    n: pl.Int64 = pa.Field(ge=0, description="Answers of the day")
    baseline_n: pl.Int64 = pa.Field(ge=0, description="Answers of the baseline days")
    baseline_days: pl.Int64 = pa.Field(ge=0, description="Baseline days with answers of the same model")
    statistic: pl.Float64 = pa.Field(
        nullable=True, description="Canaries: z. Visibility: the larger CUSUM sum, at its alarm if any"
    )
    limit: pl.Float64 = pa.Field(nullable=True, description="CUSUM sum from which it is an alarm")
    p: pl.Float64 = pa.Field(ge=0, le=1.000001, nullable=True, description="Canaries: two-sided")
    direction: pl.String = pa.Field(isin=["up", "down"], nullable=True, description="Where it went")
    alarmed_on: pl.Date = pa.Field(nullable=True, description="First day of the alarm")
    since: pl.Date = pa.Field(nullable=True, description="Day on which the shift likely began")
    model_changed_on: pl.Date = pa.Field(
        nullable=True, description="Last change of the model in the window; earlier days are not read"
    )
    verdict: pl.String = pa.Field(isin=DRIFT_VERDICTS, description="What the test says")
    reason: pl.String = pa.Field(nullable=True, description="Why it says nothing")


class CorrectedRates(EngineTable):
    """One row per engine, segment, brand and metric of a monitor with a gold set: raw and corrected."""

    segment: pl.String = pa.Field(isin=SEGMENTS, description="Branded prompts are never pooled in")
    brand_id: pl.String = pa.Field(description="Brand")
    window_days: pl.Int64 = pa.Field(ge=1, description="Days that end on the day")
    metric: pl.String = pa.Field(description="visibility or recommendation_rate")
    definition: pl.String = pa.Field(description="Metric id and version")
    method: pl.String = pa.Field(description="Correction id and version")
    gold_version: pl.String = pa.Field(description="Hash of the gold set that was used")
    gold_pairs: pl.Int64 = pa.Field(ge=0, description="Its pairs with a clear label")
    raw: pl.Float64 = pa.Field(ge=0, le=1, description="The rate as counted")
    lower: pl.Float64 = pa.Field(nullable=True, description="Lower end of the raw rate's 95 % interval")
    upper: pl.Float64 = pa.Field(nullable=True, description="Upper end of the raw rate's 95 % interval")
    corrected: pl.Float64 = pa.Field(
        ge=0, le=1, nullable=True, description="Without the machine's errors; null is never 0"
    )
    corrected_lower: pl.Float64 = pa.Field(
        ge=0, le=1, nullable=True, description="95 %, the gold set's uncertainty in it"
    )
    corrected_upper: pl.Float64 = pa.Field(ge=0, le=1, nullable=True, description="Upper end of the same")
    is_clipped: pl.Boolean = pa.Field(description="The estimate fell outside 0 to 1 and was put to its end")
    n: pl.Int64 = pa.Field(ge=0, description="Answers in the denominator")
    k: pl.Int64 = pa.Field(ge=0, description="Prompts, with their variants, behind them (clusters)")
    reason: pl.String = pa.Field(nullable=True, description="Why there is no corrected rate")
