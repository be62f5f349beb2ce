"""What experiments found: the effect of a source on what is named, with interval and test.

Belongs here: choosing and wording rows of ``experiments/source_effects``. Not here: estimates. The sentence
on how far an effect reaches comes with its rows and is shown with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from brand_monitor.domain.effects.notes import EFFECT_REASONS
from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.text import (
    NO_VALUE,
    chance,
    label,
    number,
    percent,
    plural,
    points,
    points_range,
)

EXPERIMENTS_SHOWN = 6
ROWS_PER_EXPERIMENT = 12

_METHODS = {
    "leave_one_out": ("left out", "the answer with the page, less the answer without it"),
    "shapley": ("Shapley value", "its part in what all pages together do"),
    "surrogate": ("surrogate weight", "its weight in a model fitted to answers over random subsets"),
    "position": ("place", "shown first, less shown last"),
}


@dataclass(frozen=True, kw_only=True)
class EffectRow:
    """One source, brand and method; ``rates`` are those without and with the source, as text."""

    url: str
    name: str
    prompt: str
    brand: str
    method: str
    effect: str
    interval: str
    q: str
    rates: str
    answers: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ExperimentView:
    """One experiment in one engine; ``rest`` of its effects are not shown."""

    experiment_id: str
    engine_id: str
    day: date
    scope_note: str
    methods: list[tuple[str, str]]
    rows: list[EffectRow]
    rest: int


def experiment_views(
    effects: pl.DataFrame | None, brands: Sequence[BrandView], prompts: pl.DataFrame
) -> list[ExperimentView]:
    """Return the latest day of each experiment and engine; effects of the own brands, smallest q first.

    Where the mean over prompts has an interval it is shown, else the single prompts.

    Args:
        effects: ``experiments/source_effects``, or None.
        brands: Tracked brands.
        prompts: ``seed/prompts``.
    """
    own = {brand.brand_id: brand.name for brand in brands if brand.role == "own"}
    if effects is None or not own:
        return []
    texts: dict[str, str] = dict(prompts.select("prompt_id", "text").iter_rows())
    latest = effects.filter(
        pl.col("brand_id").is_in(list(own)),
        pl.col("date") == pl.col("date").max().over("experiment_id", "engine_id"),
    )
    groups = latest.sort("experiment_id", "engine_id").partition_by(
        ["experiment_id", "engine_id"], maintain_order=True
    )
    return [_view(rows, own, texts) for rows in groups[:EXPERIMENTS_SHOWN]]


def _view(rows: pl.DataFrame, own: Mapping[str, str], texts: Mapping[str, str]) -> ExperimentView:
    pooled = rows.filter(pl.col("scope") == "pooled")
    wanted = pooled if pooled["lower"].count() else rows.filter(pl.col("scope") == "prompt")
    ordered = wanted.with_columns(_size=pl.col("effect").abs()).sort(
        ["q", "_size", "url", "brand_id", "method"],
        descending=[False, True, False, False, False],
        nulls_last=True,
    )
    kept = ordered.head(ROWS_PER_EXPERIMENT)
    used = set(kept["method"])
    return ExperimentView(
        experiment_id=label(rows["experiment_id"][0]),
        engine_id=rows["engine_id"][0],
        day=rows["date"][0],
        scope_note=" ".join(label(note, 200) for note in kept["scope_note"].unique(maintain_order=True)),
        methods=[words for method, words in _METHODS.items() if method in used],
        rows=[_row(row, own[row["brand_id"]], texts) for row in kept.iter_rows(named=True)],
        rest=len(ordered) - len(kept),
    )


def _row(row: Mapping[str, Any], brand: str, texts: Mapping[str, str]) -> EffectRow:
    url, prompt_id = row["url"] or "", row["prompt_id"]
    prompt = plural(row["k"], "prompt") if prompt_id is None else label(texts.get(prompt_id, prompt_id), 80)
    rates = (row["rate_without"], row["rate_with"])
    notes = [
        EFFECT_REASONS.get(row["reason"], label(row["reason"])) if row["reason"] else "",
        f"rank correlation on held-out answers {number(row['lds'], 2)}" if row["lds"] is not None else "",
    ]
    return EffectRow(
        url=url,
        name=label(url.partition("://")[2] or url, 48) or "page not known",
        prompt=prompt,
        brand=brand,
        method=_METHODS.get(row["method"], (label(row["method"]), ""))[0],
        effect=points(row["effect"]),
        interval=points_range(row["lower"], row["upper"]),
        q=chance(row["q"]),
        rates=NO_VALUE if None in rates else f"{percent(rates[0])} without, {percent(rates[1])} with",
        answers=f"{row['n']:,}",
        note="; ".join(filter(None, notes)),
    )
