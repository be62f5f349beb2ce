"""The edges of the influence graph of a day.

Belongs here: node ids, and the frame of ``graph/edges``. Not here: which rows may be in the graph, and its
nodes (``graph``).

Node ids are kind and natural key, so that a node is the same over days::

    brand:<monitor>/<brand_id>    prompt:<monitor>/<prompt_id>    engine:<monitor>/<engine_id>
    answer:<answer_id>            page:<url>                      domain:<domain>

Most edges are counts: what was seen. ``influences`` alone says what a page did, in an experiment.
"""

from datetime import date
from typing import NamedTuple

import polars as pl

RELATION_KINDS = {"cited": "cites", "retrieved": "retrieved"}
#: What an effect says on its edge.
EFFECT_COLUMNS = ["effect", "lower", "upper", "method", "experiment_id", "engine_id"]
#: What a support says on its edge: characters of the answer's text, from 0, the last one past the end.
SENTENCE_COLUMNS = ["sentence_start", "sentence_end"]
_COMMON = ["date", "monitor_id", "source_id", "target_id", "kind", "weight"]
EDGE_COLUMNS = [*_COMMON, *SENTENCE_COLUMNS, *EFFECT_COLUMNS]
#: Methods that say what a page does; the effect of its place is none of the page.
INFLUENCE_METHODS = ["leave_one_out", "surrogate", "shapley"]


class Parts(NamedTuple):
    """What nodes and edges are made of, reduced to what the graph may hold."""

    brands: pl.DataFrame
    prompts: pl.DataFrame
    engines: pl.DataFrame
    answers: pl.DataFrame
    mentions: pl.DataFrame
    citations: pl.DataFrame
    page_mentions: pl.DataFrame
    pages: pl.DataFrame
    owned: pl.DataFrame
    effects: pl.DataFrame


def node_id(kind: str, *key: str) -> pl.Expr:
    """Return the id of a node of this kind, from the columns of its natural key."""
    return pl.concat_str(pl.lit(f"{kind}:"), pl.concat_str(*key, separator="/"))


def edges(day: date, parts: Parts) -> pl.DataFrame:
    """Return one row per edge."""
    brand = node_id("brand", "monitor_id", "brand_id")
    answer = node_id("answer", "answer_id")
    page, domain = node_id("page", "url"), node_id("domain", "domain")
    prompt, engine = (
        node_id("prompt", "monitor_id", "prompt_id"),
        node_id("engine", "monitor_id", "engine_id"),
    )
    one = pl.lit(1)
    markers = pl.when(pl.col("relation") == "cited").then(pl.col("marker_count").clip(1)).otherwise(1)
    relation = pl.col("relation").replace_strict(RELATION_KINDS, return_dtype=pl.String)
    counted = pl.concat(
        [
            _kind_of_edge(pl.lit("mentions"), parts.mentions, answer, brand, one),
            _kind_of_edge(pl.lit("mentions"), parts.page_mentions, page, brand, one),
            _kind_of_edge(relation, parts.citations, answer, page, markers),
            _kind_of_edge(pl.lit("answers"), parts.answers, answer, prompt, one),
            _kind_of_edge(pl.lit("answered_by"), parts.answers, answer, engine, one),
            _kind_of_edge(pl.lit("belongs_to"), parts.pages, page, domain, one),
            _kind_of_edge(pl.lit("owns"), parts.owned.unique(), brand, domain, one),
        ]
    )
    every = pl.concat(
        [
            counted,
            _supports(parts.citations, page, answer),
            _influences(parts.effects, page, brand),
        ],
        how="diagonal",
    )
    return every.with_columns(date=pl.lit(day)).select(EDGE_COLUMNS).sort(EDGE_COLUMNS)


def _kind_of_edge(
    kind: pl.Expr, frame: pl.DataFrame, source: pl.Expr, target: pl.Expr, weight: pl.Expr
) -> pl.DataFrame:
    """Return the edges of one kind; rows that join the same two nodes add up to one weight."""
    return (
        frame.select(
            monitor_id="monitor_id",
            source_id=source,
            target_id=target,
            kind=kind,
            weight=weight.cast(pl.Float64),
        )
        .group_by("monitor_id", "source_id", "target_id", "kind")
        .agg(pl.col("weight").sum())
    )


def _supports(citations: pl.DataFrame, page: pl.Expr, answer: pl.Expr) -> pl.DataFrame:
    """Return one edge per page and sentence of an answer that cites it, weighing its signs there."""
    return (
        citations.filter(pl.col("relation") == "cited")
        .select("monitor_id", "places", source_id=page, target_id=answer)
        .explode("places")
        .unnest("places")
        .drop_nulls(SENTENCE_COLUMNS)
        .group_by("monitor_id", "source_id", "target_id", *SENTENCE_COLUMNS)
        .agg(weight=pl.len().cast(pl.Float64), kind=pl.lit("supports"))
    )


def _influences(effects: pl.DataFrame, page: pl.Expr, brand: pl.Expr) -> pl.DataFrame:
    """Return one edge per experiment, engine, method, page and brand, weighing the answers behind it.

    The effect over all prompts, or that of the one prompt whose context had the page.
    """
    grain = ["monitor_id", "engine_id", "experiment_id", "method", "url", "brand_id"]
    return (
        effects.filter(pl.col("method").is_in(INFLUENCE_METHODS), pl.col("effect").is_not_null())
        .sort("scope", "prompt_id")  # "pooled" comes before "prompt"
        .unique(grain, keep="first", maintain_order=True)
        .select(
            "monitor_id",
            *EFFECT_COLUMNS,
            source_id=page,
            target_id=brand,
            kind=pl.lit("influences"),
            weight=pl.col("n").cast(pl.Float64),
        )
    )
