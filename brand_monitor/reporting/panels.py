"""One engine's part of the report: headline, drawings, sources, sentences and answers.

Belongs here: what is shown per engine, and the common parts that it is made from. Not here: what spans
engines (model.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from brand_monitor.reporting import evidence, sources, trends, words
from brand_monitor.reporting.changes import changes_view
from brand_monitor.reporting.charts import PairRow, StripRow
from brand_monitor.reporting.citing import citing_view
from brand_monitor.reporting.engines import EngineView, engine_views
from brand_monitor.reporting.evidence import AnswerView, Section
from brand_monitor.reporting.figures import NON_BRANDED, Figure, Figures
from brand_monitor.reporting.headline import HEADLINE_METRICS, BrandView, brand_views, forest_rows
from brand_monitor.reporting.inputs import ReportInputs
from brand_monitor.reporting.sentiments import sentiment_views
from brand_monitor.reporting.text import percent
from brand_monitor.reporting.view import EnginePanel, OwnFigures

_PAIRS_DRAWN = 8


@dataclass(frozen=True)
class Parts:
    """What several parts of the view are made from."""

    inputs: ReportInputs
    figures: Figures
    engines: list[EngineView]
    brands: list[BrandView]
    sections: dict[tuple[str, str], Section]
    answers: dict[str, list[AnswerView]]
    shown: set[str]

    def of_role(self, role: str) -> list[BrandView]:
        """Return the brands of one role."""
        return [brand for brand in self.brands if brand.role == role]


def parts_of(inputs: ReportInputs) -> Parts:
    """Return what the parts of the view are made from."""
    engines, brands = engine_views(inputs.answers), brand_views(inputs)
    mentions = inputs.answer_mentions.filter(pl.col("brand_id").is_in([brand.brand_id for brand in brands]))
    chosen = evidence.chosen_mentions(mentions, inputs.answers, len(brands) * len(engines))
    kept = evidence.chosen_answers(inputs.answers, set(chosen["answer_id"]))
    shown = set(kept["answer_id"])
    views = {
        str(engine_id): evidence.answer_views(rows)
        for (engine_id,), rows in kept.partition_by("engine_id", as_dict=True).items()
    }
    return Parts(
        inputs=inputs,
        figures=Figures(inputs.brand_metrics),
        engines=engines,
        brands=brands,
        sections=evidence.sections(mentions, chosen, shown),
        answers=views,
        shown=shown,
    )


def panel_of(parts: Parts, engine: EngineView, drawn: Sequence[BrandView]) -> EnginePanel:
    """Return one engine's part; ``drawn`` are the brands that its drawings show, in order."""
    engine_id, inputs = engine.engine_id, parts.inputs
    rivals = [
        (brand.name, parts.figures.get(engine_id, brand.brand_id, "visibility"))
        for brand in parts.of_role("competitor")
    ]
    domains, domains_rest = sources.domain_views(inputs.citations, parts.figures, engine_id)
    associated = [
        (brand, *sources.source_views(inputs.source_influence, engine_id, brand.brand_id))
        for brand in parts.of_role("own")
    ]
    return EnginePanel(
        engine=engine,
        own=[_own(parts, engine, brand) for brand in parts.of_role("own")],
        most_named=words.most_named_sentence(rivals),
        visibility=forest_rows(drawn, parts.figures, engine_id, "visibility"),
        share=forest_rows(drawn, parts.figures, engine_id, "share_of_voice"),
        strips=_strips(inputs, engine_id, drawn),
        domains=domains,
        domains_rest=domains_rest,
        sources=[one for one in associated if one[1]],
        pairs=_pairs(associated[0][1]) if associated else [],
        citing=citing_view(inputs.citations, parts.figures, engine_id, parts.brands),
        changes=changes_view(
            inputs.rows_of("metrics/changes"), inputs.rows_of("metrics/brand_contrasts"), engine_id, drawn
        ),
        sentiments=sentiment_views(
            inputs.rows_of("metrics/brand_sentiments"),
            inputs.rows_of("core/answer_sentiments"),
            inputs.answers,
            engine_id,
            brands=drawn,
            shown=parts.shown,
        ),
        evidence=[
            (
                brand,
                parts.figures.get(engine_id, brand.brand_id, "visibility"),
                parts.sections[brand.brand_id, engine_id],
            )
            for brand in parts.brands
            if (brand.brand_id, engine_id) in parts.sections
        ],
        silent=[brand.name for brand in parts.brands if (brand.brand_id, engine_id) not in parts.sections],
        answers=parts.answers.get(engine_id, []),
    )


def _own(parts: Parts, engine: EngineView, brand: BrandView) -> OwnFigures:
    visibility, share = (
        parts.figures.get(engine.engine_id, brand.brand_id, metric) for metric in HEADLINE_METRICS
    )
    families = [other.family for other in parts.engines]
    return OwnFigures(
        brand=brand,
        sentence=words.own_sentence(
            brand.name, engine, visibility, only_of_its_family=families.count(engine.family) == 1
        ),
        visibility=visibility,
        share=share,
        section=parts.sections.get((brand.brand_id, engine.engine_id)),
    )


def _strips(inputs: ReportInputs, engine_id: str, drawn: Sequence[BrandView]) -> list[StripRow]:
    points = trends.daily_points(inputs.history, inputs.brand_metrics, engine_id)
    return [
        StripRow(
            name=brand.name,
            role=brand.role,
            points=points[brand.brand_id],
            shown=percent(points[brand.brand_id][-1].value),
        )
        for brand in drawn
        if brand.brand_id in points
    ]


def _pairs(views: Sequence[sources.SourceView]) -> list[PairRow]:
    """Return the sources that can be drawn: those with a rate on both sides."""
    return [
        PairRow(
            name=view.name,
            having=view.rate_with,
            without=view.rate_without,
            shown=f"in {view.answers_with:,} of {view.answers:,}",
        )
        for view in views
        if view.rate_with is not None and view.rate_without is not None
    ][:_PAIRS_DRAWN]


def across(parts: Parts, brand: BrandView, metric: str, segment: str = NON_BRANDED) -> list[Figure]:
    """Return one metric of one brand in every engine."""
    return [parts.figures.get(engine.engine_id, brand.brand_id, metric, segment) for engine in parts.engines]
