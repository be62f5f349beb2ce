"""The registry: asset key path -> pandera model. Writers, checks and docs all look here.

Belongs here: the mapping and small readings of it. Not here: the models.
"""

import pandera.polars as pa
import polars as pl

from brand_monitor.failures import SchemaViolationError, UnknownNameError
from brand_monitor.schemas import (
    comparisons,
    core,
    costs,
    discovery,
    experiments,
    graph,
    impressions,
    metrics,
    models,
    raw,
    reports,
    seed,
    sentiment,
    steadiness,
)

REGISTRY: dict[str, type[pa.DataFrameModel]] = {
    "seed/brands": seed.Brands,
    "seed/prompts": seed.Prompts,
    "raw/page_snapshots": raw.PageSnapshots,
    "raw/answers": raw.Answers,
    "raw/canary_answers": raw.Answers,
    "core/documents": core.Documents,
    "core/page_mentions": core.PageMentions,
    "core/answer_mentions": core.AnswerMentions,
    "core/citations": core.Citations,
    "core/impressions": impressions.Impressions,
    "core/cited_page_brands": impressions.CitedPageBrands,
    "core/brand_candidates": discovery.BrandCandidates,
    "core/model_changes": models.ModelChanges,
    "core/answer_sentiments": sentiment.AnswerSentiments,
    "metrics/brand_metrics": metrics.BrandMetrics,
    "metrics/changes": comparisons.Changes,
    "metrics/brand_contrasts": comparisons.BrandContrasts,
    "metrics/source_influence": metrics.SourceInfluence,
    "metrics/brand_sentiments": sentiment.BrandSentiments,
    "metrics/costs": costs.Costs,
    "metrics/stabilities": steadiness.Stabilities,
    "metrics/drifts": steadiness.Drifts,
    "metrics/corrected_rates": steadiness.CorrectedRates,
    "metrics/variance_components": steadiness.VarianceComponents,
    "experiments/designed_answers": experiments.DesignedAnswers,
    "experiments/designed_mentions": experiments.DesignedMentions,
    "experiments/source_effects": experiments.SourceEffects,
    "marts/daily_brand_metrics": metrics.DailyBrandMetrics,
    "marts/window_brand_metrics": metrics.WindowBrandMetrics,
    "marts/publications": graph.ProjectionReceipts,
    "graph/nodes": graph.Nodes,
    "graph/edges": graph.Edges,
    "graph/brand_pageranks": graph.BrandPageranks,
    "graph/graph_projections": graph.ProjectionReceipts,
    "search/search_projections": graph.ProjectionReceipts,
    "reports/daily_reports": reports.DailyReports,
}


def model_of(table: str) -> type[pa.DataFrameModel]:
    """Return the pandera model of a table.

    Raises:
        UnknownNameError: no table has that name; the message lists all of them.
    """
    try:
        return REGISTRY[table]
    except KeyError:
        raise UnknownNameError(f"no table {table!r}; known: {', '.join(sorted(REGISTRY))}") from None


def polars_schema(table: str) -> pl.Schema:
    """Return column names and polars types of a table, in registry order."""
    columns = model_of(table).to_schema().columns
    return pl.Schema({name: column.dtype.type for name, column in columns.items()})


def empty_frame(table: str) -> pl.DataFrame:
    """Return a frame of the table with no rows."""
    return pl.DataFrame(schema=polars_schema(table))


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with the table's columns, order and types, after checking every rule.

    Raises:
        SchemaViolationError: a column is missing, unknown, of the wrong type, or breaks a rule.
    """
    from pandera.errors import SchemaError, SchemaErrors

    schema = polars_schema(table)
    if missing := [name for name in schema if name not in frame.columns]:
        raise SchemaViolationError(f"{table}: missing column(s) {', '.join(missing)}")
    if unknown := [name for name in frame.columns if name not in schema]:
        raise SchemaViolationError(f"{table}: unknown column(s) {', '.join(unknown)}")
    try:
        cast = frame.select(list(schema)).cast(schema)
        return model_of(table).to_schema().validate(cast, lazy=True)
    except (pl.exceptions.PolarsError, SchemaError, SchemaErrors) as error:
        raise SchemaViolationError(f"{table}: {_summary(error)}") from error


def _summary(error: Exception) -> str:
    """Return the broken rules as one readable line, at most ten of them."""
    cases = getattr(error, "failure_cases", None)
    if not isinstance(cases, pl.DataFrame):
        return str(error)
    rows = cases.head(10).iter_rows(named=True)
    return "; ".join(f"{row['column']}: {row['check']} broken by {row['failure_case']!r}" for row in rows)
