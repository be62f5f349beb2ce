"""Tables of layer ``graph``: nodes and edges of the influence graph, and the receipt of its projection."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import Strings, Table

NODE_KINDS = ["brand", "prompt", "engine", "answer", "page", "domain"]
EDGE_KINDS = [
    "mentions",
    "cites",
    "retrieved",
    "answers",
    "answered_by",
    "belongs_to",
    "owns",
    "supports",
    "influences",
]


class Nodes(Table):
    """One row per node of the day's influence graph."""

    node_id: pl.String = pa.Field(unique=True, description="Kind and natural key, stable over days")
    kind: pl.String = pa.Field(isin=NODE_KINDS, description="What the node stands for")
    label: pl.String = pa.Field(description="Text that a person reads")


class Edges(Table):
    """One row per edge of the day's influence graph."""

    source_id: pl.String = pa.Field(description="node_id the edge leaves")
    target_id: pl.String = pa.Field(description="node_id the edge enters")
    kind: pl.String = pa.Field(isin=EDGE_KINDS, description="What the edge says")
    weight: pl.Float64 = pa.Field(ge=0, description="Count behind the edge")
    sentence_start: pl.Int64 = pa.Field(
        ge=0, nullable=True, description="supports only: first character of the sentence that cites the page"
    )
    sentence_end: pl.Int64 = pa.Field(
        ge=0, nullable=True, description="supports only: one past the last character of the sentence"
    )
    effect: pl.Float64 = pa.Field(
        nullable=True, description="influences only: difference of P(named) with and without the page"
    )
    lower: pl.Float64 = pa.Field(nullable=True, description="influences only: lower bound, 95 %")
    upper: pl.Float64 = pa.Field(nullable=True, description="influences only: upper bound, 95 %")
    method: pl.String = pa.Field(nullable=True, description="influences only: how the effect was found")
    experiment_id: pl.String = pa.Field(nullable=True, description="influences only: in which experiment")
    engine_id: pl.String = pa.Field(nullable=True, description="influences only: on which engine")


class BrandPageranks(Table):
    """One row per brand and source: personalised PageRank, observational and approximate."""

    brand_id: pl.String = pa.Field(description="Brand that the walk starts from")
    node_id: pl.String = pa.Field(description="Page or domain reached")
    kind: pl.String = pa.Field(isin=["page", "domain"], description="What the node stands for")
    label: pl.String = pa.Field(description="Text that a person reads")
    score: pl.Float64 = pa.Field(ge=0, le=1, description="Stationary probability of the walk")
    lower: pl.Float64 = pa.Field(nullable=True, description="Lower bound, 95 %, bootstrap over prompts")
    upper: pl.Float64 = pa.Field(nullable=True, description="Upper bound, 95 %, bootstrap over prompts")
    flags: Strings = pa.Field(description="What to bear in mind when reading the interval")


class ProjectionReceipts(Table):
    """One row per monitor and projected collection: what a projection holds of the day."""

    collection: pl.String = pa.Field(description="nodes, edges, documents or answers")
    rows: pl.Int64 = pa.Field(ge=0, description="Rows written for the day")
    checksum: pl.String = pa.Field(description="Order-free hash of the rows written")
