"""How steady the answers are: what stays, what drifts, where scatter comes from, and corrected rates.

Belongs here: choosing and wording rows of ``metrics/stabilities``, ``drifts``, ``variance_components`` and
``corrected_rates``. Not here: any figure or verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.domain.metrics.reasons import REASONS
from brand_monitor.reporting.figures import NON_BRANDED, definition_of
from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.text import NO_VALUE, label, number, percent, percent_range, plural

BRANDS_SHOWN = 4
_ITEMS = {"brands": "named brands", "domains": "cited domains"}
_METRICS = ["repeat_overlap", "day_overlap", "repeat_rank_overlap", "volatility", "share_volatility"]
_VERDICTS = {"drifted": "drifted", "calm": "calm", "insufficient_data": "insufficient data"}


@dataclass(frozen=True, kw_only=True)
class StableRow:
    """One figure of stability: its value, and its interval or why there is none."""

    name: str
    items: str
    value: str
    note: str
    sample: str


@dataclass(frozen=True, kw_only=True)
class DriftRow:
    """One verdict on drift."""

    subject: str
    now: str
    usual: str
    verdict: str
    is_found: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class CorrectedRow:
    """A raw rate beside the corrected one, each with its interval."""

    brand: str
    metric: str
    raw: tuple[str, str]
    corrected: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class SteadyView:
    """What is said of one engine."""

    engine_id: str
    stable: list[StableRow]
    drifts: list[DriftRow]
    corrected: list[CorrectedRow]


@dataclass(frozen=True, kw_only=True)
class ScatterRow:
    """One own brand on one surface: the share of each source of scatter, largest first, and those unknown."""

    brand: str
    surface: str
    shares: list[tuple[str, str]]
    note: str


def steady_views(
    tables: Mapping[str, pl.DataFrame | None], engine_ids: Sequence[str], brands: Sequence[BrandView]
) -> list[SteadyView]:
    """Return one view per engine that has rows, in order; non-branded prompts only."""
    own = [brand for brand in brands if brand.role == "own"][:BRANDS_SHOWN]
    views = []
    for engine_id in engine_ids:
        rows = {name: _of(frame, engine_id) for name, frame in tables.items()}
        view = SteadyView(
            engine_id=engine_id,
            stable=_stable(rows["metrics/stabilities"]),
            drifts=_drifts(rows["metrics/drifts"], own),
            corrected=_corrected(rows["metrics/corrected_rates"], own),
        )
        if view.stable or view.drifts or view.corrected:
            views.append(view)
    return views


def scatter_rows(frame: pl.DataFrame | None, brands: Sequence[BrandView]) -> list[ScatterRow]:
    """Return one row per surface and own brand of ``metrics/variance_components``; non-branded prompts."""
    if frame is None:
        return []
    names = {brand.brand_id: brand.name for brand in brands if brand.role == "own"}
    mine = frame.filter(segment=NON_BRANDED).filter(pl.col("brand_id").is_in(list(names)))
    rows = []
    for (surface, brand_id), part in mine.group_by("surface", "brand_id", maintain_order=True):
        known = part.drop_nulls("share").sort("share", descending=True)
        unknown = part.filter(pl.col("share").is_null())
        reasons = unknown.group_by("reason", maintain_order=True).agg("factor").iter_rows()
        rows.append(
            ScatterRow(
                brand=names[str(brand_id)],
                surface=str(surface),
                shares=[(row["factor"], percent(row["share"])) for row in known.iter_rows(named=True)],
                note=" ".join(f"{', '.join(factors)}: {_why(reason)}" for reason, factors in reasons),
            )
        )
    return rows


def _of(frame: pl.DataFrame | None, engine_id: str) -> list[dict[str, Any]]:
    if frame is None:
        return []
    mine = frame.filter(engine_id=engine_id)
    return (mine.filter(segment=NON_BRANDED) if "segment" in mine.columns else mine).to_dicts()


def _why(reason: str | None) -> str:
    return REASONS.get(reason or "", label(reason or ""))


def _stable(rows: Sequence[Mapping[str, Any]]) -> list[StableRow]:
    found = {(row["items"], row["metric"]): row for row in rows}
    views = []
    for items, of in _ITEMS.items():
        for metric in _METRICS:
            if (row := found.get((items, metric))) is None:
                continue
            meaning = definition_of(row["definition"])
            days = metric in {"volatility", "share_volatility"}
            views.append(
                StableRow(
                    name=meaning.name if meaning else label(metric),
                    items=of,
                    value=number(row["value"], 2),
                    note=_interval(row),
                    sample=plural(row["n"], "transition") if days else plural(row["k"], "prompt"),
                )
            )
    return views


def _interval(row: Mapping[str, Any]) -> str:
    if row["lower"] is not None:
        return f"{number(row['lower'], 2)} to {number(row['upper'], 2)}"
    return "" if row["reason"] == "descriptive" else _why(row["reason"])


def _drifts(rows: Sequence[Mapping[str, Any]], own: Sequence[BrandView]) -> list[DriftRow]:
    names = {brand.brand_id: f"{brand.name}, visibility" for brand in own}
    views = []
    for row in rows:
        subject = "Canaries, right answers" if row["subject_kind"] == "engine" else names.get(row["subject"])
        if subject is None:
            continue
        since = f"{row['direction']} since {row['since']}" if row["since"] else ""
        changed = f"model changed on {row['model_changed_on']}" if row["model_changed_on"] else ""
        why = _why(row["reason"]) if row["reason"] else ""
        views.append(
            DriftRow(
                subject=subject,
                now=percent(row["value"]),
                usual=percent(row["baseline"]),
                verdict=_VERDICTS[row["verdict"]],
                is_found=row["verdict"] == "drifted",
                note="; ".join(filter(None, (since, why, changed))),
            )
        )
    return views


def _corrected(rows: Sequence[Mapping[str, Any]], own: Sequence[BrandView]) -> list[CorrectedRow]:
    names = {brand.brand_id: brand.name for brand in own}
    return [
        CorrectedRow(
            brand=names[row["brand_id"]],
            metric=label(row["metric"].replace("_", " ")),
            raw=(percent(row["raw"]), percent_range(row["lower"], row["upper"])),
            corrected=(
                NO_VALUE if row["corrected"] is None else percent(row["corrected"]),
                _why(row["reason"])
                if row["reason"]
                else percent_range(row["corrected_lower"], row["corrected_upper"]),
            ),
        )
        for row in rows
        if row["brand_id"] in names
    ]
