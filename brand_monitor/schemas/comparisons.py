"""Tables of comparisons: two periods of one brand, two brands of one day, each with its test and verdict."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import EngineTable, Strings
from brand_monitor.schemas.metrics import SEGMENTS

CHANGE_VERDICTS = ["moved", "within_noise", "insufficient_data", "model_changed"]
CONTRAST_VERDICTS = ["ahead", "behind", "within_noise", "insufficient_data"]


class _Comparison(pa.DataFrameModel):
    """Columns of every comparison."""

    segment: pl.String = pa.Field(isin=SEGMENTS, description="Branded prompts are never pooled in")
    brand_id: pl.String = pa.Field(description="Brand that the row speaks of")
    metric: pl.String = pa.Field(description="Metric compared, such as visibility")
    definition: pl.String = pa.Field(description="Metric id and version, such as visibility@1")
    method: pl.String = pa.Field(description="Comparison id and version, such as paired_change@1")
    window_days: pl.Int64 = pa.Field(ge=1, description="Length of the window that ends on the day")
    difference: pl.Float64 = pa.Field(nullable=True, description="Second figure minus first; null is never 0")
    lower: pl.Float64 = pa.Field(nullable=True, description="Lower end of the difference's 95 % interval")
    upper: pl.Float64 = pa.Field(nullable=True, description="Upper end of the difference's 95 % interval")
    p: pl.Float64 = pa.Field(nullable=True, description="Sign-flip test within prompts, two-sided")
    q: pl.Float64 = pa.Field(nullable=True, description="Benjamini-Hochberg over the family of the row")
    tests: pl.Int64 = pa.Field(ge=0, description="Tests in that family; untestable rows are not in it")
    k: pl.Int64 = pa.Field(ge=0, description="Prompts compared (pairs)")
    changed_prompts: pl.Int64 = pa.Field(ge=0, description="Of these, prompts whose two figures differ")
    reason: pl.String = pa.Field(nullable=True, description="Why there is no verdict on the difference")
    flags: Strings = pa.Field(description="What to bear in mind when reading the interval")


class Changes(EngineTable, _Comparison):
    """One row per engine, segment, window, metric and brand: the window against the one before it."""

    before: pl.Float64 = pa.Field(nullable=True, description="Figure of the window before, shared prompts")
    after: pl.Float64 = pa.Field(nullable=True, description="Figure of the window, shared prompts")
    n_before: pl.Int64 = pa.Field(ge=0, description="Answers behind it, before")
    n_after: pl.Int64 = pa.Field(ge=0, description="Answers behind it, after")
    days_before: pl.Int64 = pa.Field(ge=0, description="Days of the window before that hold such answers")
    days_after: pl.Int64 = pa.Field(ge=0, description="Days of the window that hold such answers")
    unpaired_prompts: pl.Int64 = pa.Field(ge=0, description="Prompts left out: not asked alike in both")
    models_before: Strings = pa.Field(description="Models that said they answered, before")
    models_after: Strings = pa.Field(description="Models that said they answered, after")
    is_forced: pl.Boolean = pa.Field(description="Compared across a change of the model, by explicit wish")
    verdict: pl.String = pa.Field(isin=CHANGE_VERDICTS, description="What the test says")


class BrandContrasts(EngineTable, _Comparison):
    """One row per engine, segment, window, own brand and rival: both in the same answers."""

    rival_id: pl.String = pa.Field(description="Competitor that the brand is compared with")
    rate: pl.Float64 = pa.Field(nullable=True, description="Figure of the brand")
    rival_rate: pl.Float64 = pa.Field(nullable=True, description="Figure of the rival, same answers")
    n: pl.Int64 = pa.Field(ge=0, description="Answers compared (pairs)")
    both: pl.Int64 = pa.Field(ge=0, description="Answers that name both")
    only_brand: pl.Int64 = pa.Field(ge=0, description="Answers that name the brand only")
    only_rival: pl.Int64 = pa.Field(ge=0, description="Answers that name the rival only")
    neither: pl.Int64 = pa.Field(ge=0, description="Answers that name neither")
    mcnemar_p: pl.Float64 = pa.Field(
        nullable=True, description="Exact McNemar over answers; too small where a prompt has repeats"
    )
    verdict: pl.String = pa.Field(isin=CONTRAST_VERDICTS, description="What the test within prompts says")
