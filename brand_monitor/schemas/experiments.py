"""Tables of layer ``experiments``: answers over arranged contexts, and what they mention.

Belongs here: what an experiment adds to an answer. Not here: the columns of every answer (``raw``); effects,
which are estimated from these tables alone.
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from brand_monitor.domain.designs import KINDS
from brand_monitor.schemas.base import Strings
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
