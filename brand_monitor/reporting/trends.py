"""Figures over days and windows.

Belongs here: ordering what other tables hold. Days are never averaged into a period here: a window's figure
was recomputed from its answers.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import polars as pl

from brand_monitor.reporting.figures import NON_BRANDED, Figure
from brand_monitor.reporting.text import label

MAX_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Point:
    """A brand's visibility on one day."""

    day: date
    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, kw_only=True)
class WindowView:
    """An own brand's figures over a window, in one engine."""

    days: int
    days_with_answers: int
    engine_id: str
    brand: str
    served_models: int
    visibility: Figure
    share: Figure


def daily_points(history: pl.DataFrame, today: pl.DataFrame, engine_id: str) -> dict[str, list[Point]]:
    """Return brand id -> its visibility by day, oldest first; today's figures win over stored ones.

    At most the last 90 days are returned.
    """
    columns = ["date", "subject", "value", "lower", "upper"]
    wanted = (
        (pl.col("engine_id") == engine_id)
        & (pl.col("segment") == NON_BRANDED)
        & (pl.col("metric") == "visibility")
        & (pl.col("subject_kind") == "brand")
    )
    both = pl.concat([frame.filter(wanted).select(columns) for frame in (history, today)])
    days = both["date"].unique().sort().tail(MAX_DAYS)
    rows = (
        both.unique(["date", "subject"], keep="last")
        .filter(pl.col("date").is_in(days.implode()))
        .sort("date")
    )
    points: dict[str, list[Point]] = {}
    for day, subject, value, lower, upper in rows.iter_rows():
        points.setdefault(subject, []).append(Point(day=day, value=value, lower=lower, upper=upper))
    return points


def window_views(windows: pl.DataFrame) -> list[WindowView]:
    """Return the windows of the own brands, non-branded prompts, shortest window first."""
    mine = windows.filter((pl.col("role") == "own") & (pl.col("segment") == NON_BRANDED))
    keys = ["window_days", "brand", "engine_id"]
    return [
        _window(rows.to_dicts())
        for _, rows in sorted(mine.partition_by(keys, as_dict=True).items(), key=lambda item: item[0])
    ]


def _window(rows: list[dict[str, Any]]) -> WindowView:
    names = [field.name for field in fields(Figure)]
    figures = {
        row["metric"]: Figure(subject=row["brand_id"], **{name: row[name] for name in names if name in row})
        for row in rows
    }
    first = rows[0]
    visibility, share = (
        figures.get(
            metric,
            Figure(
                engine_id=first["engine_id"], segment=NON_BRANDED, subject=first["brand_id"], metric=metric
            ),
        )
        for metric in ("visibility", "share_of_voice")
    )
    return WindowView(
        days=first["window_days"],
        days_with_answers=first["days_with_answers"],
        engine_id=first["engine_id"],
        brand=label(first["brand"]),
        served_models=max(row["served_models"] for row in rows),
        visibility=visibility,
        share=share,
    )
