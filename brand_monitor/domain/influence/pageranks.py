"""Walks on the influence graph: which pages and domains lie close to a brand.

Belongs here: personalised PageRank, the frame of ``graph/brand_pageranks``. Not here: the graph itself
(``graph.py``). A walk follows what was observed; it says nothing of cause.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from brand_monitor.domain.influence.graph_edges import node_id
from brand_monitor.domain.influence.pagerank_intervals import BOUNDS, pagerank_intervals
from brand_monitor.domain.metrics.populations import population

DAMPING = 0.85
TOLERANCE = 1e-12
BRANDS_PER_WALK = 64  # bounds the dense block of a walk to nodes x 64 floats

PLACE = ["date", "monitor_id"]
WALKED = {
    "date": pl.Date(),
    **dict.fromkeys(["monitor_id", "engine_node", "brand_node", "node_id"], pl.String()),
    "score": pl.Float64(),
}
_NO_LINKS = pl.DataFrame(
    schema={
        "date": pl.Date(),
        **dict.fromkeys(
            ["monitor_id", "engine_node", "source_id", "target_id", "prompt_family"], pl.String()
        ),
    }
)


def brand_pageranks(nodes: pl.DataFrame, edges: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Return the frame of ``graph/brand_pageranks``: the pages and domains that lie close to a brand.

    ``brand_pagerank@1``: per engine, a walk that starts at the brand and steps between brand, answer and
    page along "names" and "retrieved or cites", in both directions, with every step equally likely, and
    returns to the brand with probability .15. Branded prompts are left out; the score is the unweighted
    mean over the engines in which the walk reaches a page at all. A domain sums its pages. A page that no
    walk reaches has no row. About 170 sparse products per engine: O(170 x edges x brands). The interval is a
    bootstrap over prompts (``pagerank_intervals``), which takes about ten times as long.

    Args:
        nodes: ``graph/nodes``.
        edges: ``graph/edges``.
        answers: ``raw/answers``, for what each prompt names.
    """
    every = list(_links_by_engine(edges, answers))
    pages = _mean_over_engines([scores for links in every for scores in _walk(links)])
    belongs = edges.filter(pl.col("kind") == "belongs_to").select(
        *PLACE, node_id="source_id", domain_node="target_id"
    )
    domains = (
        pages.join(belongs, on=[*PLACE, "node_id"])
        .group_by(*PLACE, "brand_node", node_id="domain_node")
        .agg(pl.col("score").sum())
    )
    prefix = pl.concat_str(pl.lit("brand:"), "monitor_id", pl.lit("/"))
    return (
        pl.concat([pages, domains.select(pages.columns)])
        .join(nodes, on=[*PLACE, "node_id"])
        .join(_bounds(every, belongs), on=[*PLACE, "brand_node", "node_id"], how="left")
        .with_columns(pl.col("score").clip(0, 1), brand_id=pl.col("brand_node").str.strip_prefix(prefix))
        .select(*PLACE, "brand_id", "node_id", "kind", "label", "score", *BOUNDS)
        .sort("monitor_id", "brand_id", "score", "node_id", descending=[False, False, True, False])
    )


def _mean_over_engines(walks: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the mean score of a page over the engines in which the brand's walk reaches any page."""
    return (
        pl.concat([pl.DataFrame(schema=WALKED), *walks])
        .with_columns(engines=pl.col("engine_node").n_unique().over(*PLACE, "brand_node"))
        .sort("engine_node")
        .group_by(*PLACE, "brand_node", "node_id")
        .agg(score=pl.col("score").sum() / pl.col("engines").first())
    )


def _links_by_engine(edges: pl.DataFrame, answers: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield, per day, monitor and engine, the pairs of nodes that a walk may step between."""
    engines = edges.filter(pl.col("kind") == "answered_by").select("source_id", engine_node="target_id")
    asked = population(answers).answers.filter(pl.col("segment") == "non_branded")
    open_answers = asked.select("prompt_family", source_id=node_id("answer", "answer_id"))
    links = (
        edges.filter(pl.col("kind").is_in(["mentions", "cites", "retrieved"]))
        .join(open_answers, on="source_id")
        .join(engines, on="source_id")
        .select(*PLACE, "engine_node", "source_id", "target_id", "prompt_family")
        .unique()
        .sort(*PLACE, "engine_node", "source_id", "target_id")
    )
    yield from links.partition_by(*PLACE, "engine_node", maintain_order=True)


def _bounds(links: list[pl.DataFrame], belongs: pl.DataFrame) -> pl.DataFrame:
    """Return the intervals of every monitor: all of its engines answer the same prompts."""
    key = {"date": pl.Date(), **dict.fromkeys(["monitor_id", "brand_node", "node_id"], pl.String())}
    found = [pl.DataFrame(schema=key | BOUNDS)]
    for (day, monitor_id), of_monitor in pl.concat(links or [_NO_LINKS]).group_by(PLACE, maintain_order=True):
        domains = belongs.filter(pl.col("date") == day, pl.col("monitor_id") == monitor_id)
        engines = of_monitor.partition_by("engine_node", maintain_order=True)
        bounds = pagerank_intervals(engines, domains, DAMPING)
        found.append(
            bounds.with_columns(date=pl.lit(day), monitor_id=pl.lit(monitor_id)).select(*key, *BOUNDS)
        )
    return pl.concat(found)


def _walk(links: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the scores of the pages of one engine, for blocks of brands."""
    ends = links.select("source_id", "target_id").to_numpy().astype(str)
    names, numbers = np.unique(ends, return_inverse=True)
    is_page = np.char.startswith(names, "page:")
    starts = np.flatnonzero(np.char.startswith(names, "brand:"))
    if not is_page.any() or not len(starts):
        return
    steps = _transition(numbers.reshape(-1, 2), len(names))
    for first in range(0, len(starts), BRANDS_PER_WALK):
        block = starts[first : first + BRANDS_PER_WALK]
        scores = _stationary(steps, block)[is_page]
        page, brand = np.nonzero(scores)
        yield (
            links.select("date", "monitor_id", "engine_node")
            .head(1)
            .join(
                pl.DataFrame(
                    {
                        "brand_node": names[block][brand].astype(str),
                        "node_id": names[is_page][page].astype(str),
                        "score": scores[page, brand],
                    }
                ),
                how="cross",
            )
        )


def _transition(ends: npt.NDArray[np.int64], size: int) -> Any:
    """Return the sparse matrix whose column j spreads one unit evenly over the neighbours of node j."""
    from scipy import sparse

    there, back = ends.T
    ones = np.ones(2 * len(ends))
    rows, columns = np.concatenate([there, back]), np.concatenate([back, there])
    adjacency = sparse.csr_array((ones, (rows, columns)), shape=(size, size))
    return adjacency @ sparse.diags_array(1 / adjacency.sum(axis=0))


def _stationary(steps: Any, starts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the stationary probabilities [node, start] of walks that return to their start."""
    restart = np.zeros((steps.shape[0], len(starts)))
    restart[starts, np.arange(len(starts))] = 1.0
    scores = restart
    while True:
        moved = DAMPING * (steps @ scores) + (1 - DAMPING) * restart
        # The error shrinks by DAMPING a step, so this ends after about log(TOLERANCE) / log(DAMPING) steps.
        if np.abs(moved - scores).sum(axis=0).max() < TOLERANCE:
            return np.asarray(moved)
        scores = moved
