"""Tables of sentiment: what each answer thinks of each brand it names, and the balance over answers."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import AnswerTable, EngineTable, Strings
from brand_monitor.schemas.metrics import SEGMENTS

SENTIMENT_LABELS = ["negative", "neutral", "positive"]


class AnswerSentiments(AnswerTable):
    """One row per answer, brand that it names and aspect that it judges; the aspect overall always."""

    brand_id: pl.String = pa.Field(description="Brand judged")
    aspect: pl.String = pa.Field(description="Aspect of the monitor, or overall")
    aspect_version: pl.String = pa.Field(
        nullable=True, description="Hash of its words; empty for overall, null before rows named it"
    )
    label: pl.String = pa.Field(
        isin=SENTIMENT_LABELS, nullable=True, description="Null: not judged, see reason"
    )
    score: pl.Float64 = pa.Field(ge=-1, le=1, nullable=True, description="From -1 to 1; a grader's own scale")
    confidence: pl.Float64 = pa.Field(
        ge=0, le=1, nullable=True, description="How clear the case is to the grader"
    )
    grader: pl.String = pa.Field(description="Who judged")
    grader_version: pl.String = pa.Field(description="Its version; another one may judge otherwise")
    mentions: pl.Int64 = pa.Field(ge=1, description="Counted mentions of the brand in the answer")
    passages: pl.Int64 = pa.Field(ge=1, description="Sentences, or clauses of an aspect, that were judged")
    evidence_start: pl.Int64 = pa.Field(
        ge=0, nullable=True, description="First character of what speaks most for the label"
    )
    evidence_end: pl.Int64 = pa.Field(ge=0, nullable=True, description="One past its last character")
    reason: pl.String = pa.Field(nullable=True, description="Why there is no label")
    cost_usd: pl.Float64 = pa.Field(ge=0, nullable=True, description="What judging cost; null if unknown")


class BrandSentiments(EngineTable):
    """One row per engine, segment, brand and aspect on the day: net sentiment with its interval."""

    segment: pl.String = pa.Field(isin=SEGMENTS, description="Branded prompts are never pooled in")
    brand_id: pl.String = pa.Field(description="Brand judged")
    aspect: pl.String = pa.Field(description="Aspect of the monitor, or overall")
    aspect_version: pl.String = pa.Field(
        nullable=True, description="Hash of its words; empty for overall, null before rows named it"
    )
    definition: pl.String = pa.Field(description="Metric id and version")
    grader: pl.String = pa.Field(description="Who judged")
    grader_version: pl.String = pa.Field(description="Its version")
    value: pl.Float64 = pa.Field(ge=-1, le=1, nullable=True, description="Net sentiment; null is never 0")
    lower: pl.Float64 = pa.Field(ge=-1, le=1, nullable=True, description="Lower end of the 95 % interval")
    upper: pl.Float64 = pa.Field(ge=-1, le=1, nullable=True, description="Upper end of the 95 % interval")
    positive: pl.Int64 = pa.Field(ge=0, description="Answers that judge it well")
    neutral: pl.Int64 = pa.Field(ge=0, description="Answers that do neither")
    negative: pl.Int64 = pa.Field(ge=0, description="Answers that judge it badly")
    n: pl.Int64 = pa.Field(ge=0, description="Answers judged")
    k: pl.Int64 = pa.Field(ge=0, description="Prompts, with their variants, behind them (clusters)")
    unjudged: pl.Int64 = pa.Field(ge=0, description="Answers that name the brand and have no label")
    reason: pl.String = pa.Field(nullable=True, description="Why the value or interval is null")
    flags: Strings = pa.Field(description="What to bear in mind when reading the interval")
