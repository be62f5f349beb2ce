"""Layer ``graph``: the day's influence graph as tables, its projection into the store, and its rebuild."""

import re
from collections.abc import Iterator
from datetime import date

import dagster as dg
import polars as pl

from brand_monitor import labels
from brand_monitor.backends.checksums import receipt
from brand_monitor.backends.graph.rebuilding import DayCheck, DayFrames, DayKey, rebuild, verify
from brand_monitor.backends.graph.resource import Graphs
from brand_monitor.defs.automation import after_engines
from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.influence.graph import influence_graph
from brand_monitor.domain.influence.pageranks import brand_pageranks as walk
from brand_monitor.failures import PermanentFailure
from brand_monitor.io_managers.dagster_io import EMPTY, SKIP, column_schema
from brand_monitor.io_managers.lake import Lake
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, ONE_RUN_PER_PARTITION, split_key
from brand_monitor.schemas.registry import polars_schema

_PUBLISHED = re.compile(r"/date=(\d{4}-\d{2}-\d{2})/monitor=([^/]+)/")
_READ = {
    "answers": table_in("raw/answers", SKIP),
    "answer_mentions": table_in("core/answer_mentions", SKIP),
    "citations": table_in("core/citations", SKIP),
    "documents": table_in("core/documents", EMPTY),
    "page_mentions": table_in("core/page_mentions", EMPTY),
    "brands": table_in("seed/brands"),
    "prompts": table_in("seed/prompts"),
    "effects": table_in("experiments/source_effects", EMPTY),
}


def _out(name: str, grain: str) -> dg.AssetOut:
    return dg.AssetOut(
        key=dg.AssetKey([labels.GRAPH, name]),
        description=grain,
        group_name=labels.GRAPH,
        kinds={"python", "parquet"},
        owners=labels.OWNERS,
        code_version="1",
        io_manager_key="lake_io",
        metadata={"dagster/column_schema": column_schema(f"graph/{name}")},
        automation_condition=after_engines(),
    )


@dg.multi_asset(
    name="influence_graph",
    outs={
        "nodes": _out("nodes", "One row per node of the day: brand, prompt, engine, answer, page, domain."),
        "edges": _out("edges", "One row per edge of the day's influence graph, weighted by counts."),
    },
    ins=_READ,
    partitions_def=DAILY,
    backfill_policy=ONE_RUN_PER_PARTITION,
)
def graph_tables(
    context: dg.AssetExecutionContext,
    answers: pl.DataFrame,
    answer_mentions: pl.DataFrame,
    citations: pl.DataFrame,
    documents: pl.DataFrame,
    page_mentions: pl.DataFrame,
    brands: pl.DataFrame,
    prompts: pl.DataFrame,
    effects: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    """Nodes and edges of the day, over all engines that answered, and what experiments found."""
    day, _ = split_key(context.partition_key)
    graph = influence_graph(
        day,
        answers=answers,
        mentions=answer_mentions,
        citations=citations,
        documents=documents,
        page_mentions=page_mentions,
        brands=brands,
        prompts=prompts,
        effects=effects,
    )
    for name, frame in graph._asdict().items():
        yield dg.Output(frame, name, metadata={"kinds": counts(frame, "kind")})


@table_asset(
    "graph/brand_pageranks",
    kinds={"scipy", "parquet"},
    partitions_def=DAILY,
    automation_condition=after_engines(),
    ins={
        "nodes": table_in("graph/nodes"),
        "edges": table_in("graph/edges"),
        "answers": table_in("raw/answers", SKIP),
    },
)
def brand_pageranks(
    nodes: pl.DataFrame, edges: pl.DataFrame, answers: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per brand and source: personalised PageRank. Closeness in what was observed, not cause."""
    frame = walk(nodes, edges, answers)
    closest = frame.sort("score", descending=True)
    return dg.MaterializeResult(
        value=frame, metadata={"closest": preview(closest, ["brand_id", "kind", "label", "score"])}
    )


@table_asset(
    "graph/graph_projections",
    kinds={"cypher", "parquet"},
    partitions_def=DAILY,
    pool=labels.POOL_GRAPH,
    automation_condition=after_engines(),
    ins={"nodes": table_in("graph/nodes"), "edges": table_in("graph/edges")},
)
def graph_projections(
    context: dg.AssetExecutionContext,
    nodes: pl.DataFrame,
    edges: pl.DataFrame,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    graph: Graphs,
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and collection: what the graph store holds of the day."""
    day, _ = split_key(context.partition_key)
    rows = []
    with graph.open() as store:
        for monitor_id in monitors:
            frames = {
                name: frame.filter(pl.col("monitor_id") == monitor_id)
                for name, frame in (("nodes", nodes), ("edges", edges))
            }
            store.replace_day(monitor_id, day, frames["nodes"], frames["edges"])
            held = store.count(monitor_id, day)
            rows += [receipt(day, monitor_id, name, held[name], frame) for name, frame in frames.items()]
    frame = pl.DataFrame(rows, schema=polars_schema("graph/graph_projections"))
    return dg.MaterializeResult(value=frame, metadata={"preview": preview(frame, ["collection", "rows"])})


class GraphLake:
    """The lake as what the graph store is a projection of, for ``rebuild`` and ``verify``."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def days(self) -> list[DayKey]:
        """Return every day of every monitor, those whose file is gone included."""
        found = {_PUBLISHED.search(key) for key in self._lake.store.list("graph/nodes")}
        return [DayKey(date.fromisoformat(each[1]), each[2]) for each in found if each]

    def frames(self, key: DayKey) -> DayFrames:
        """Return the graph of a day, without rows where nothing is published any more."""
        nodes, edges = (
            self._lake.read_window(f"graph/{name}", key.day, key.day, monitors=[key.monitor_id])
            for name in ("nodes", "edges")
        )
        return DayFrames(nodes, edges)


@dg.op(pool=labels.POOL_GRAPH)
def rebuild_graph_store(
    context: dg.OpExecutionContext, lake: dg.ResourceParam[Lake], graph: Graphs
) -> dg.Output[int]:
    """Write every day of the lake, compare, and only then let it take the place of what was there."""
    with graph.open() as store:
        return _compared(context, rebuild(store, GraphLake(lake)))


@dg.op(pool=labels.POOL_GRAPH)
def verify_graph_store(
    context: dg.OpExecutionContext, lake: dg.ResourceParam[Lake], graph: Graphs
) -> dg.Output[int]:
    """Compare every day of lake and store; changes nothing."""
    with graph.open() as store:
        return _compared(context, verify(store, GraphLake(lake)))


@dg.job(description="Makes the graph store anew from the lake beside what is there, compares, and swaps.")
def rebuild_graph() -> None:
    """Rebuild, for a new server, after damage, or when ``verify_graph`` finds a difference."""
    rebuild_graph_store()


@dg.job(description="Compares the graph store with the lake: counts and checksums of every day.")
def verify_graph() -> None:
    """Fail if a day differs."""
    verify_graph_store()


def _compared(context: dg.OpExecutionContext, checks: list[DayCheck]) -> dg.Output[int]:
    wrong = [check for check in checks if not check.is_equal]
    for check in wrong:
        context.log.error(
            f"{check.key}: the lake has {check.expected} nodes and edges, the store {check.held}"
        )
    if wrong:
        raise PermanentFailure(
            f"{len(wrong)} of {len(checks)} days of the graph differ from the lake, first {wrong[0].key}; "
            f"run the job rebuild_graph"
        )
    held = [sum(check.held[at] for check in checks) for at in (0, 1)]
    return dg.Output(len(checks), metadata={"days": len(checks), "nodes": held[0], "edges": held[1]})
