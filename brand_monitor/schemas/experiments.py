"""Tables of layer ``experiments``: answers over arranged contexts, what they mention, and what follows.

Belongs here: what an experiment adds to an answer, and the effects that are estimated from these tables
alone. Not here: the columns of every answer (``raw``).
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from brand_monitor.domain.designs import KINDS
from brand_monitor.domain.effects.notes import DEFINITION_KEYS, EFFECT_REASONS, ESTIMATORS, METHODS, SCOPES
from brand_monitor.schemas.base import EngineTable, Strings
from brand_monitor.schemas.core import AnswerMentions
from brand_monitor.schemas.raw import Answers

Integers = Annotated[pl.List, pl.Int64()]


class DesignedAnswers(Answers):
    """One row per planned call of an experiment: engine, prompt, arm and replicate."""

    experiment_id: pl.String = pa.Field(description="Experiment of the monitor file")
    design_kind: pl.String = pa.Field(isin=list(KINDS), description="Why the sources were arranged like this")
    arm: pl.String = pa.Field(description="The arrangement; its answers are independent draws")
    replicate: pl.Int64 = pa.Field(
        ge=0, description="Number of the draw; full and leave_one_out share the seed of a replicate"
    )
    frozen_hash: pl.String = pa.Field(description="Payload that holds the whole context, SHA-256, hex")
    sources_in_context: pl.Int64 = pa.Field(ge=1, description="Sources of the whole context, k")
    shown: Integers = pa.Field(description="Sources shown, in order: indexes into context_documents, from 0")
    context_documents: Strings = pa.Field(
        nullable=True, description="Document ids of the whole context, best first; null if it is lost"
    )
    context_urls: Strings = pa.Field(nullable=True, description="URLs of the same documents")


class DesignedMentions(AnswerMentions):
    """One row per mention of a tracked brand in an answer of an experiment."""

    experiment_id: pl.String = pa.Field(description="Experiment of the monitor file")
    design_kind: pl.String = pa.Field(isin=list(KINDS), description="Why the sources were arranged like this")
    arm: pl.String = pa.Field(description="The arrangement of the sources")
    replicate: pl.Int64 = pa.Field(ge=0, description="Number of the draw")


class SourceEffects(EngineTable):
    """One row per experiment, engine, prompt (or all together), source, brand and method: an effect."""

    experiment_id: pl.String = pa.Field(description="Experiment of the monitor file")
    scope: pl.String = pa.Field(isin=list(SCOPES), description="One prompt, or the mean over prompts")
    prompt_id: pl.String = pa.Field(nullable=True, description="Prompt asked; null where pooled")
    frozen_hash: pl.String = pa.Field(
        nullable=True, description="Payload that holds the whole context; null where pooled"
    )
    document_id: pl.String = pa.Field(nullable=True, description="Our snapshot of the source")
    url: pl.String = pa.Field(nullable=True, description="URL of the source; null if the context is lost")
    position: pl.Int64 = pa.Field(
        ge=1, nullable=True, description="Place of the source in the whole context; null where pooled"
    )
    brand_id: pl.String = pa.Field(description="Brand looked at")
    method: pl.String = pa.Field(isin=list(METHODS), description="Which question the effect answers")
    estimator: pl.String = pa.Field(
        nullable=True, isin=list(ESTIMATORS), description="How it was computed; null where it was not"
    )
    definition: pl.String = pa.Field(
        isin=list(DEFINITION_KEYS.values()), description="Id and version of the formula"
    )
    effect: pl.Float64 = pa.Field(nullable=True, description="Difference of P(brand named)")
    lower: pl.Float64 = pa.Field(nullable=True, ge=-1, le=1, description="Lower bound, 95 %")
    upper: pl.Float64 = pa.Field(nullable=True, ge=-1, le=1, description="Upper bound, 95 %")
    p: pl.Float64 = pa.Field(nullable=True, ge=0, le=1, description="Two-sided p-value of no effect")
    q: pl.Float64 = pa.Field(
        nullable=True, ge=0, le=1, description="Benjamini-Hochberg over experiment, engine, method and scope"
    )
    rate_with: pl.Float64 = pa.Field(
        nullable=True, ge=0, le=1, description="P(named | whole context), leave one out only"
    )
    rate_without: pl.Float64 = pa.Field(
        nullable=True, ge=0, le=1, description="P(named | without the source), leave one out only"
    )
    n: pl.Int64 = pa.Field(ge=0, description="Usable answers behind the effect")
    k: pl.Int64 = pa.Field(ge=1, description="Prompts behind the effect")
    lds: pl.Float64 = pa.Field(
        nullable=True, ge=-1, le=1, description="Held-out rank correlation of the surrogate"
    )
    reason: pl.String = pa.Field(
        nullable=True, isin=list(EFFECT_REASONS), description="Why the effect or its interval is null"
    )
    scope_note: pl.String = pa.Field(description="How far the figure reaches, in a sentence")
