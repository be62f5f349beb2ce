"""How answers speak of brands: net sentiment with its interval, and what was judged.

Belongs here: choosing rows of ``metrics/brand_sentiments`` and the passages of ``core/answer_sentiments``
behind them. Not here: judging. Each figure names its grader and version: two graders are two measures.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.domain.metrics.reasons import REASONS
from brand_monitor.reporting.evidence import answer_link
from brand_monitor.reporting.figures import NON_BRANDED
from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.text import label, plain, plural, signed, signed_range

OVERALL = "overall"
ASPECTS_SHOWN = 8
PASSAGES_PER_LABEL = 2
PASSAGE_CHARACTERS = 240
GRADERS_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class SentimentRow:
    """One brand, or one aspect of it: its net sentiment and the answers behind it."""

    name: str
    role: str
    value: str
    interval: str
    positive: int
    neutral: int
    negative: int
    judged: str
    unjudged: int
    missing: str


@dataclass(frozen=True, kw_only=True)
class Passage:
    """What speaks most for a label, in the answer's own words; ``link`` as in ``evidence.Sentence``."""

    brand: str
    label: str
    text: str
    prompt: str
    repeat: int
    link: str | None


@dataclass(frozen=True, kw_only=True)
class SentimentView:
    """One engine as one grader judges it; ``silent`` are brands without a judged answer."""

    grader: str
    brands: list[SentimentRow]
    silent: list[str]
    aspects: list[tuple[str, list[SentimentRow]]]
    passages: list[Passage]


def sentiment_views(
    figures: pl.DataFrame | None,
    judged: pl.DataFrame | None,
    answers: pl.DataFrame,
    engine_id: str,
    *,
    brands: Sequence[BrandView],
    shown: Collection[str],
) -> list[SentimentView]:
    """Return one view per grader of an engine, over non-branded prompts; empty where nothing was judged.

    Args:
        figures: ``metrics/brand_sentiments`` of the day, or None.
        judged: ``core/answer_sentiments`` of the day, or None.
        answers: ``raw/answers`` of the day.
        engine_id: The engine.
        brands: Brands to show, in order.
        shown: Ids of the answers that the report holds in full.
    """
    if figures is None:
        return []
    mine = figures.filter((pl.col("engine_id") == engine_id) & (pl.col("segment") == NON_BRANDED))
    graders = mine.partition_by(["grader", "grader_version"], as_dict=True)
    return [
        _view(
            (str(grader), str(version)),
            graders[grader, version],
            _passages(judged, answers, (engine_id, str(grader), str(version)), brands, shown),
            brands,
        )
        for grader, version in sorted(graders)[:GRADERS_SHOWN]
    ]


def _view(
    grader: tuple[str, str], rows: pl.DataFrame, passages: list[Passage], brands: Sequence[BrandView]
) -> SentimentView:
    overall = {row["brand_id"]: row for row in rows.filter(pl.col("aspect") == OVERALL).to_dicts()}
    found = [(brand, overall[brand.brand_id]) for brand in brands if brand.brand_id in overall]
    return SentimentView(
        grader=f"{label(grader[0], 40)}, version {label(grader[1], 60)}",
        brands=[_row(brand.name, brand.role, row) for brand, row in found if row["n"] or row["unjudged"]],
        silent=[brand.name for brand, row in found if not (row["n"] or row["unjudged"])],
        aspects=[
            (brand.name, aspects)
            for brand in brands
            if brand.role == "own" and (aspects := _aspects(rows, brand))
        ],
        passages=passages,
    )


def _aspects(rows: pl.DataFrame, brand: BrandView) -> list[SentimentRow]:
    mine = rows.filter((pl.col("brand_id") == brand.brand_id) & (pl.col("aspect") != OVERALL))
    ordered = mine.sort(["n", "aspect"], descending=[True, False]).head(ASPECTS_SHOWN)
    return [_row(label(row["aspect"], 40), brand.role, row) for row in ordered.to_dicts()]


def _row(name: str, role: str, row: Mapping[str, Any]) -> SentimentRow:
    reason = row["reason"]
    return SentimentRow(
        name=name,
        role=role,
        value=signed(row["value"]),
        interval=signed_range(row["lower"], row["upper"]),
        positive=row["positive"],
        neutral=row["neutral"],
        negative=row["negative"],
        judged=f"{plural(row['n'], 'answer')}, {plural(row['k'], 'prompt')}",
        unjudged=row["unjudged"],
        missing=REASONS.get(reason, label(reason)) if reason and row["lower"] is None else "",
    )


def _passages(
    judged: pl.DataFrame | None,
    answers: pl.DataFrame,
    of: tuple[str, str, str],
    brands: Sequence[BrandView],
    shown: Collection[str],
) -> list[Passage]:
    """Return the clearest passages of the own brands, bad ones first; answers shown in full come before."""
    own = {brand.brand_id: brand.name for brand in brands if brand.role == "own"}
    if judged is None or not own:
        return []
    engine_id, grader, version = of
    wanted = judged.filter(
        pl.col("brand_id").is_in(list(own)),
        pl.col("label").is_in(["negative", "positive"]),
        pl.col("evidence_start").is_not_null() & pl.col("evidence_end").is_not_null(),
        aspect=OVERALL,
        engine_id=engine_id,
        grader=grader,
        grader_version=version,
        is_branded=False,
    )
    asked = answers.select("answer_id", "text", "prompt_text", "repeat").drop_nulls("text")
    chosen = (
        wanted.join(asked, on="answer_id")
        .with_columns(_is_shown=pl.col("answer_id").is_in(list(shown)))
        .sort(
            ["label", "_is_shown", "confidence", "answer_id", "brand_id"],
            descending=[False, True, True, False, False],
            nulls_last=True,
        )
        .group_by("brand_id", "label", maintain_order=True)
        .head(PASSAGES_PER_LABEL)
    )
    found = [_passage(row, own[row["brand_id"]], shown) for row in chosen.iter_rows(named=True)]
    return [passage for passage in found if passage.text]


def _passage(row: Mapping[str, Any], brand: str, shown: Collection[str]) -> Passage:
    said = row["text"][row["evidence_start"] : row["evidence_end"]]
    return Passage(
        brand=brand,
        label=row["label"],
        text=plain(" ".join(said.split()), PASSAGE_CHARACTERS),
        prompt=plain(row["prompt_text"], 200),
        repeat=row["repeat"] + 1,
        link=answer_link(row["answer_id"]) if row["answer_id"] in shown else None,
    )
