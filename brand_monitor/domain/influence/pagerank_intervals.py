"""How sure the closeness of a source to a brand is: an interval over resampled prompts.

Belongs here: the bootstrap of ``brand_pagerank@1``. Not here: the walk on what was observed (``pageranks``).

An answer that is drawn w times stands w times in the graph. Its copies have the same neighbours, so a walk
leaves a page or brand for an answer in proportion to w, and leaves the answer as before: all resamples walk
on the same sparse matrix, with other weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from brand_monitor.domain.influence.lift_intervals import SEED, percentiles
from brand_monitor.domain.statistics.bootstrap import MIN_DRAWS, resampled_weights
from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL, bootstrap_flags

#: Two steps of a walk leave .85^2 of the error: 1e-4 after 28 pairs of steps, far below any interval's width.
_PAIRS_OF_STEPS: Final = 28
#: Links x brands of a monitor; 2,000 resamples of as many take about 7 s of one core.
MAX_WORK: Final = 50_000
#: Ends x resamples of a walk at once: 16 MB a matrix, of which a walk holds five.
_MAX_CELLS: Final = 2**22
TOO_LARGE: Final = "no_interval_on_large_graph"

BOUNDS: Final[dict[str, pl.DataType]] = {
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "flags": pl.List(pl.String()),
}
_KEY: Final[dict[str, pl.DataType]] = {"brand_node": pl.String(), "node_id": pl.String()}

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Engine:
    """The graph of one engine.

    Attributes:
        ends: Brands and pages.
        pages: Which of the ends are pages.
        at: Which pages of the monitor these are.
        links: From answers to ends, [ends, answers], sparse.
        weights: How often the prompt of each answer was drawn, [answers, draws].
    """

    ends: list[str]
    pages: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    links: Any
    weights: Floats


def pagerank_intervals(links: Sequence[pl.DataFrame], domains: pl.DataFrame, damping: float) -> pl.DataFrame:
    """Return bounds of every brand and source of a monitor: ``brand_node``, ``node_id`` and BOUNDS.

    Percentile interval over 2,000 seeded resamples of prompts, the same for all engines; the figure of a
    resample is the mean over the engines in which the brand reaches a page. Null under 3 prompts and where
    links x brands pass ``MAX_WORK``. O(2,000 x 56 x links x brands).

    Args:
        links: Per engine, one row per answer and brand or page that it leads to: ``source_id`` (the
            answer), ``target_id``, ``prompt_family``.
        domains: ``node_id`` of pages and their ``domain_node``.
        damping: Probability that the walk goes on.
    """
    every = pl.concat(links)
    families = every["prompt_family"].unique().sort()
    names = every["target_id"].unique().sort()
    brands, pages = (names.filter(names.str.starts_with(kind)).to_list() for kind in ("brand:", "page:"))
    sources, sums = _sources(pages, domains)
    flags = bootstrap_flags(len(families), 0)
    if every.height * len(brands) > MAX_WORK:
        flags = (*flags, TOO_LARGE)
    grid = pl.DataFrame({"brand_node": brands}).join(pl.DataFrame({"node_id": sources}), how="cross")
    if len(families) < MIN_PROMPTS_FOR_INTERVAL or TOO_LARGE in flags:
        return grid.with_columns(
            lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64), flags=list(flags)
        )
    drawn = np.concatenate(list(resampled_weights(len(families), MIN_DRAWS, SEED))).astype(np.float32)
    engines = [_engine(frame, families.to_list(), pages, drawn) for frame in links]
    rows: dict[str, list[Any]] = {name: [] for name in (*_KEY, *BOUNDS)}
    for brand in brands:
        (lower, upper), undefined = percentiles((sums @ _figures(engines, brand, len(pages), damping)).T)
        rows["brand_node"] += [brand] * len(sources)
        rows["node_id"] += sources
        rows["lower"] += lower.tolist()
        rows["upper"] += upper.tolist()
        rows["flags"] += [list(bootstrap_flags(len(families), int(one))) for one in undefined]
    return pl.DataFrame(rows, schema=_KEY | BOUNDS).with_columns(pl.col(pl.Float64).fill_nan(None))


def _sources(pages: list[str], domains: pl.DataFrame) -> tuple[list[str], Any]:
    """Return pages and their domains, and the matrix [sources, pages] that sums pages."""
    from scipy import sparse

    belongs = domains.filter(pl.col("node_id").is_in(pages)).unique(["node_id", "domain_node"])
    names = belongs["domain_node"].unique().sort().to_list()
    at = {page: number for number, page in enumerate(pages)}
    columns = [at[page] for page in belongs["node_id"]]
    rows = [names.index(name) for name in belongs["domain_node"]]
    shape = (len(names), len(pages))
    sums = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    return [*pages, *names], sparse.vstack([sparse.eye_array(len(pages), dtype=np.float32), sums]).tocsr()


def _engine(links: pl.DataFrame, families: list[str], pages: list[str], drawn: Floats) -> _Engine:
    from scipy import sparse

    ends, end = np.unique(links["target_id"].to_numpy().astype(str), return_inverse=True)
    answers, first, answer = np.unique(
        links["source_id"].to_numpy().astype(str), return_index=True, return_inverse=True
    )
    prompt = np.searchsorted(families, links["prompt_family"].to_numpy()[first].astype(str))
    ones, shape = np.ones(links.height, np.float32), (len(ends), len(answers))
    is_page = np.flatnonzero(np.char.startswith(ends, "page:"))
    return _Engine(
        ends=ends.tolist(),
        pages=is_page,
        at=np.searchsorted(pages, ends[is_page]),
        links=sparse.csr_array((ones, (end, answer)), shape=shape),
        weights=np.ascontiguousarray(drawn[:, prompt].T),
    )


def _figures(engines: Sequence[_Engine], brand: str, pages: int, damping: float) -> Floats:
    """Return the score of each page in each resample, [pages, draws]; NaN where the brand reaches none."""
    draws = engines[0].weights.shape[1]
    total, reaching = np.zeros((pages, draws), np.float32), np.zeros(draws, np.float32)
    for engine in engines:
        if brand in engine.ends:
            start, step = engine.ends.index(brand), max(1, _MAX_CELLS // sum(engine.links.shape))
            for first in range(0, draws, step):
                block = slice(first, first + step)
                scores = _walk(engine.links, engine.weights[:, block], start, damping)[engine.pages]
                total[engine.at, block] += scores
                reaching[block] += scores.sum(axis=0) > 0
    return np.where(reaching > 0, total / np.maximum(reaching, 1), np.float32(np.nan))


def _walk(links: Any, weights: Floats, start: int, damping: float) -> Floats:
    """Return the stationary probabilities [ends, draws] of walks that return to their start."""
    leaving = links @ weights
    share = np.where(leaving > 0, 1 / np.maximum(leaving, 1), 0).astype(np.float32)
    back, there = links.T.tocsr(), links @ _diagonal(1 / links.sum(axis=0))
    scores = np.zeros_like(leaving)
    scores[start] = 1
    for _ in range(_PAIRS_OF_STEPS):
        at_answers = damping * weights * (back @ (scores * share))
        scores = damping * (there @ at_answers)
        scores[start] += 1 - damping
    return np.asarray(scores)


def _diagonal(values: npt.NDArray[np.float32]) -> Any:
    from scipy import sparse

    return sparse.diags_array(values.astype(np.float32)).tocsr()
