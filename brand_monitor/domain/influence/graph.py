"""The influence graph of a day as two frames: who answered what, naming whom, with which pages.

Belongs here: what may be in the graph, and its nodes. Not here: its edges (``graph_edges``), figures computed
on it (``pageranks``) and stores that hold it.
"""

from datetime import date
from typing import NamedTuple

import polars as pl

from brand_monitor.domain.influence.graph_edges import RELATION_KINDS, Parts, edges, node_id
from brand_monitor.domain.metrics.populations import counted_on_pages

NODE_COLUMNS = ["date", "monitor_id", "node_id", "kind", "label"]


class InfluenceGraph(NamedTuple):
    """Frames of ``graph/nodes`` and ``graph/edges``; every edge joins two nodes of the frame."""

    nodes: pl.DataFrame
    edges: pl.DataFrame


def influence_graph(
    day: date,
    *,
    answers: pl.DataFrame,
    mentions: pl.DataFrame,
    citations: pl.DataFrame,
    documents: pl.DataFrame,
    page_mentions: pl.DataFrame,
    brands: pl.DataFrame,
    prompts: pl.DataFrame,
    effects: pl.DataFrame,
) -> InfluenceGraph:
    """Return the graph of one day, over all engines, of every monitor in the frames.

    Only usable answers, counted mentions, and sources that were retrieved or cited are in it. The weight of
    an edge is the count behind it: mentions, signs of a citation (1 where it shows none; per sentence on
    ``supports``), answers of an experiment, else 1. A node id is unique within its monitor. O(r log r) in the
    rows r of the frames, for a reproducible order.

    The frames are the tables of their names (``mentions`` is ``core/answer_mentions``, ``effects`` is
    ``experiments/source_effects``) on that day; ``prompts`` need not know the prompts of imported answers.
    """
    usable = answers.filter(pl.col("status") == "ok")
    sources = citations.filter(pl.col("relation").is_in(list(RELATION_KINDS)))
    cited = sources.join(usable, on="answer_id", how="semi")
    pages = _pages(documents, cited)
    parts = Parts(
        brands=brands,
        prompts=_prompts(prompts, usable),
        engines=answers.select("monitor_id", "engine_id").unique(),
        answers=usable,
        mentions=_tracked(mentions.filter("is_counted"), brands).join(usable, on="answer_id", how="semi"),
        citations=cited,
        page_mentions=_tracked(page_mentions.filter(counted_on_pages()), brands).join(
            documents, on=["monitor_id", "url"], how="semi"
        ),
        pages=pages,
        owned=brands.select("monitor_id", "brand_id", domain="domains").explode("domain").drop_nulls(),
        effects=_tracked(effects, brands).join(pages, on=["monitor_id", "url"], how="semi"),
    )
    return InfluenceGraph(_nodes(day, parts), edges(day, parts))


def _tracked(mentions: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return the mentions of brands that are (still) tracked."""
    return mentions.join(brands, on=["monitor_id", "brand_id"], how="semi")


def _prompts(prompts: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """Return the configured prompts and those that only imported answers know."""
    asked = usable.select("monitor_id", "prompt_id", text="prompt_text").sort("text")
    configured = prompts.select("monitor_id", "prompt_id", "text")
    return pl.concat([configured, asked]).unique(
        ["monitor_id", "prompt_id"], keep="first", maintain_order=True
    )


def _pages(documents: pl.DataFrame, cited: pl.DataFrame) -> pl.DataFrame:
    """Return one row per page; our own snapshot knows its title best."""
    columns = ["monitor_id", "url", "domain", "title"]
    return (
        pl.concat(
            [
                documents.select(*columns, known=pl.lit(0)),
                cited.select(*columns, known=pl.lit(1)),
            ]
        )
        .sort("known", "title", "domain", nulls_last=True)
        .group_by("monitor_id", "url")
        .agg(pl.col("domain").first(), pl.col("title").drop_nulls().first())
    )


def _nodes(day: date, parts: Parts) -> pl.DataFrame:
    """Return one row per node."""
    domains = pl.concat(
        [parts.pages.select("monitor_id", "domain"), parts.owned.select("monitor_id", "domain")]
    )
    answer_label = pl.format("{} on {}, draw {}", "engine_id", "prompt_id", pl.col("repeat") + 1)
    nodes = pl.concat(
        [
            _kind_of_node("brand", parts.brands, ["monitor_id", "brand_id"], pl.col("brand")),
            _kind_of_node("prompt", parts.prompts, ["monitor_id", "prompt_id"], pl.col("text")),
            _kind_of_node("engine", parts.engines, ["monitor_id", "engine_id"], pl.col("engine_id")),
            _kind_of_node("answer", parts.answers, ["answer_id"], answer_label),
            _kind_of_node("page", parts.pages, ["url"], pl.coalesce("title", "url")),
            _kind_of_node("domain", domains.unique(), ["domain"], pl.col("domain")),
        ]
    )
    return nodes.with_columns(date=pl.lit(day)).select(NODE_COLUMNS).sort("monitor_id", "node_id")


def _kind_of_node(kind: str, frame: pl.DataFrame, key: list[str], label: pl.Expr) -> pl.DataFrame:
    """Return the nodes of one kind, one for each row of ``frame``."""
    return frame.select(monitor_id="monitor_id", node_id=node_id(kind, *key), kind=pl.lit(kind), label=label)
