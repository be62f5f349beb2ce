"""The view of a report, built from frames: pure, the same inputs always give the same view.

Belongs here: putting the parts together, and what spans engines. Each part is made in its own module (panels,
headline, evidence, sources, trends, grid, limits, origin). Complexity is linear in rows, but for sorting;
lists are capped where they are made.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from brand_monitor.reporting import sources, trends, words
from brand_monitor.reporting.asides import candidate_rows, uncounted_rows
from brand_monitor.reporting.charts import axis_top
from brand_monitor.reporting.effects import experiment_views
from brand_monitor.reporting.engines import EngineView
from brand_monitor.reporting.figures import BRANDED, NON_BRANDED, Figure, definition_of, remark_texts
from brand_monitor.reporting.grid import prompt_rows
from brand_monitor.reporting.headline import BrandView, drawn_brands
from brand_monitor.reporting.inputs import ReportInputs
from brand_monitor.reporting.limits import limits
from brand_monitor.reporting.origin import provenance
from brand_monitor.reporting.panels import Parts, across, panel_of, parts_of
from brand_monitor.reporting.spending import cost_rows
from brand_monitor.reporting.steadiness import scatter_rows, steady_views
from brand_monitor.reporting.text import label, plural
from brand_monitor.reporting.view import EnginePanel, MetricRow, ReportView

FIGURES_SHOWN = 500
_SENTENCES = 6


def build_view(inputs: ReportInputs) -> ReportView:
    """Return the view of a day's report."""
    parts = parts_of(inputs)
    drawn = drawn_brands(parts.brands, parts.engines, parts.figures)
    panels = [panel_of(parts, engine, drawn) for engine in parts.engines]
    days = sorted({point.day for panel in panels for strip in panel.strips for point in strip.points})
    own = parts.of_role("own")
    return ReportView(
        monitor_id=inputs.monitor_id,
        market=label(inputs.market),
        day=inputs.day,
        own_names=" and ".join(brand.name for brand in own),
        summary=_summary(parts, panels),
        control_named=any(_control_figure(parts, engine).numerator for engine in parts.engines),
        engines=parts.engines,
        panels=panels,
        tops=_tops(panels),
        days=days,
        side_by_side=[(brand, _metric_rows(parts, brand)) for brand in own],
        branded=[(brand, across(parts, brand, "visibility", BRANDED)) for brand in parts.brands],
        windows=trends.window_views(inputs.window_brand_metrics),
        pageranks=_pageranks(inputs, own),
        answers_total=len(inputs.answers),
        answers_shown=len(parts.shown),
        limits=_limits(parts, days),
        provenance=provenance(inputs),
        **_listed(parts),
        **_optional(parts),
        **_defined(parts),
    )


def _listed(parts: Parts) -> dict[str, Any]:
    """Return the fields of the lists that every day has: prompts and pages."""
    inputs = parts.inputs
    own = [brand.brand_id for brand in parts.of_role("own")]
    prompts, prompts_rest = prompt_rows(inputs, own, _ids(parts), parts.shown)
    pages, outcomes = sources.page_views(inputs.page_snapshots, inputs.documents)
    return {
        "prompts": prompts,
        "prompts_rest": prompts_rest,
        "pages": pages,
        "pages_total": len(inputs.page_snapshots),
        "outcomes": outcomes,
    }


def _optional(parts: Parts) -> dict[str, Any]:
    """Return the fields of what a day may lack."""
    inputs, ids = parts.inputs, _ids(parts)
    candidates, candidates_rest = candidate_rows(inputs.rows_of("core/brand_candidates"), parts.shown)
    uncounted, uncounted_rest = uncounted_rows(inputs.answer_mentions, parts.brands, parts.shown)
    cost_names, costs = cost_rows(inputs.rows_of("metrics/costs"), ids, parts.brands)
    effects = inputs.rows_of("experiments/source_effects")
    steady = {
        name: inputs.rows_of(name)
        for name in ("metrics/stabilities", "metrics/drifts", "metrics/corrected_rates")
    }
    return {
        "experiments": experiment_views(effects, parts.brands, inputs.prompts),
        "candidates": candidates,
        "candidates_rest": candidates_rest,
        "uncounted": uncounted,
        "uncounted_rest": uncounted_rest,
        "steady": steady_views(steady, ids, parts.brands),
        "scatter": scatter_rows(inputs.rows_of("metrics/variance_components"), parts.brands),
        "cost_names": cost_names,
        "costs": costs,
    }


def _defined(parts: Parts) -> dict[str, Any]:
    """Return the fields of the table of all figures, and what its ids mean."""
    figures = _ordered(parts)
    shown = figures[:FIGURES_SHOWN]
    return {
        "figures": shown,
        "figures_rest": len(figures) - len(shown),
        "remarks": remark_texts(shown),
        "definitions": [(key, definition_of(key)) for key in parts.figures.definitions()],
    }


def _ids(parts: Parts) -> list[str]:
    return [engine.engine_id for engine in parts.engines]


def _tops(panels: Sequence[EnginePanel]) -> Mapping[str, float]:
    """Return the upper end of each drawing's axis, shared by all engines."""
    return {
        "visibility": axis_top([row.upper or row.value for panel in panels for row in panel.visibility]),
        "share": axis_top([row.upper or row.value for panel in panels for row in panel.share]),
        "strips": axis_top(
            [point.upper or point.value for panel in panels for row in panel.strips for point in row.points]
        ),
        "pairs": axis_top(
            [rate for panel in panels for row in panel.pairs for rate in (row.having, row.without)]
        ),
    }


def _metric_rows(parts: Parts, brand: BrandView) -> list[MetricRow]:
    rows = []
    for metric in parts.figures.metrics_of("brand"):
        figures = across(parts, brand, metric)
        known = next((one.definition for one in figures if one.definition), "")
        meaning = definition_of(known)
        name = meaning.name if meaning else metric.replace("_", " ").capitalize()
        rows.append(MetricRow(name=name, definition=meaning, figures=figures))
    return rows


def _ordered(parts: Parts) -> list[Figure]:
    """Return all figures, brands in their order and before domains: a cut takes what is least asked for."""
    place = {brand.brand_id: index for index, brand in enumerate(parts.brands)}
    segments = {NON_BRANDED: 0, BRANDED: 1}

    def order(one: Figure) -> tuple[int, int, str, str]:
        return segments[one.segment], place.get(one.subject, len(place)), one.subject, one.engine_id

    return sorted(parts.figures.all(), key=order)


def _control_figure(parts: Parts, engine: EngineView) -> Figure:
    control = parts.of_role("control")
    return parts.figures.get(engine.engine_id, control[0].brand_id if control else "", "visibility")


def _summary(parts: Parts, panels: Sequence[EnginePanel]) -> list[str]:
    said = [own.sentence for panel in panels for own in panel.own]
    found = said[:_SENTENCES]
    if rest := len(said) - len(found):
        found.append(f"{plural(rest, 'further figure')} of this kind below.")
    found += [
        words.control_sentence(brand.name, across(parts, brand, "visibility"))
        for brand in parts.of_role("control")
    ]
    return [*found, words.left_out_sentence(parts.engines)]


def _pageranks(
    inputs: ReportInputs, own: Sequence[BrandView]
) -> list[tuple[BrandView, list[tuple[str, str, str, str]]]]:
    views = [(brand, sources.pagerank_views(inputs.brand_pageranks, brand.brand_id)) for brand in own]
    return [(brand, rows) for brand, rows in views if rows]


def _limits(parts: Parts, days: Sequence[date]) -> list[str]:
    asked = parts.inputs.answers.filter(~pl.col("is_branded"))
    return limits(
        parts.engines,
        prompts=asked["prompt_family"].n_unique(),
        days=len(days),
        served_models=max((len(engine.models) for engine in parts.engines), default=0),
        reasked=sum(engine.reasked for engine in parts.engines),
    )
