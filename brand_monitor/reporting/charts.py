"""The drawings of the report: what is drawn where, as altair charts.

Belongs here: the three drawings (values with intervals, values over days, with and without a source). Not
here: what they have in common (marks.py), choosing what is drawn, and turning it into SVG (svg.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brand_monitor.reporting.marks import (
    ACCENT,
    LEFT,
    LINE,
    MUTED,
    PAPER,
    PLOT,
    WIDTH,
    end_labels,
    name_layers,
    percent_axis,
    row_axis,
    sized,
    text_layer,
)
from brand_monitor.reporting.text import label
from brand_monitor.reporting.trends import Point

if TYPE_CHECKING:
    import altair as alt

_ROW, _STRIP, _PAIR = 24, 36, 40  # pixels of one row
_STRIP_TOP = 0.76  # share of a strip that the axis top takes
_NAME_CHARACTERS = 14
_MAX_DOTS = 31
_STRIP_RIGHT, _PAIR_RIGHT = 52, 84  # room for the text right of the plot


@dataclass(frozen=True, kw_only=True)
class ForestRow:
    """One brand: its value with an interval; ``note`` stands in the plot where there is no value.

    Attributes:
        role: own, competitor or control; own is drawn in the accent colour, the control hollow.
        shown: The value as text.
        interval: The interval as text.
    """

    name: str
    role: str
    value: float | None
    lower: float | None
    upper: float | None
    shown: str
    interval: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """One brand over days; ``shown`` is its latest value as text."""

    name: str
    role: str
    points: Sequence[Point]
    shown: str


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """One source: the rate of answers that name the brand with it and without it."""

    name: str
    having: float | None
    without: float | None
    shown: str


def axis_top(values: Sequence[float | None]) -> float:
    """Return the upper end of a percent axis that holds ``values``: .1, .25, .5 or 1."""
    largest = max((value for value in values if value is not None), default=1.0)
    return next((top for top in (0.1, 0.25, 0.5) if largest <= top), 1.0)


def forest(rows: Sequence[ForestRow], top: float) -> "alt.LayerChart":
    """Return one value with its interval per brand, on a percent axis from 0 to ``top``."""
    import altair as alt

    data = [
        {"row": index + 0.5, **_brand_ink(row.name, row.role), **_forest_data(row)}
        for index, row in enumerate(rows)
    ]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=row_axis(len(rows)))
    ink = alt.Color("ink:N", scale=None)
    layers = [
        base.mark_rule(strokeWidth=2.5, strokeCap="round", opacity=0.55).encode(
            x=percent_axis("lower", top), x2=alt.X2("upper:Q"), color=ink
        ),
        base.mark_point(size=64, opacity=1, strokeWidth=1.75, filled=False).encode(
            x=percent_axis("value", top),
            stroke=alt.Stroke("ink:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
        ),
        text_layer(base, "shown", PLOT + 40, align="right", bold=True),
        text_layer(base, "interval", PLOT + 46, color=MUTED),
        text_layer(base, "note", 4, color=MUTED),
        *name_layers(base),
    ]
    return sized(layers, height=_ROW * len(rows), bottom=24)


def strips(rows: Sequence[StripRow], top: float, first: str, last: str, days: int) -> "alt.LayerChart":
    """Return one strip per brand with its value and interval over days, each from 0 to ``top``.

    Args:
        rows: The brands, each with at least one point.
        top: Value at the upper end of every strip.
        first: The first day as text.
        last: The last day as text.
        days: Days from the first to the last.
    """
    import altair as alt

    start, wide = min(point.day for row in rows for point in row.points), WIDTH - LEFT - _STRIP_RIGHT
    names = [
        {"row": index + 0.62, "base": index + 0.92, "shown": row.shown, **_brand_ink(row.name, row.role)}
        for index, row in enumerate(rows)
    ]
    dots = [
        {
            "brand": index,
            "day": (point.day - start).days,
            "ink": _ink(row.role),
            **_strip_data(index, point, top),
        }
        for index, row in enumerate(rows)
        for point in row.points
    ]
    base = alt.Chart(alt.InlineData(values=names)).encode(y=row_axis(len(rows)))
    lines = alt.Chart(alt.InlineData(values=dots)).encode(
        x=alt.X("day:Q", scale=alt.Scale(domain=[0, max(days, 1)]), axis=None),
        y=row_axis(len(rows), "value"),
        detail="brand:N",
    )
    ink = alt.Color("ink:N", scale=None)
    layers = [
        base.mark_rule(color=LINE).encode(y=row_axis(len(rows), "base"), x=alt.value(0), x2=alt.value(wide)),
        lines.mark_area(opacity=0.16).encode(y=row_axis(len(rows), "lower"), y2="upper:Q", color=ink),
        lines.mark_line(strokeWidth=1.75).encode(color=ink),
        *([lines.mark_circle(size=22, opacity=1).encode(color=ink)] if days <= _MAX_DOTS else []),
        text_layer(base, "shown", wide + 12, bold=True),
        *name_layers(base),
        *end_labels(first, last, wide, _STRIP * len(rows)),
    ]
    return sized(layers, height=_STRIP * len(rows), bottom=20, right=_STRIP_RIGHT)


def pairs(rows: Sequence[PairRow], top: float) -> "alt.LayerChart":
    """Return one line per source between the rate without it (hollow) and with it (filled)."""
    import altair as alt

    data = [
        {
            "row": index + 0.72,
            "title": index + 0.3,
            "name": row.name,
            "having": row.having,
            "without": row.without,
            "shown": row.shown,
        }
        for index, row in enumerate(rows)
    ]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=row_axis(len(rows)))
    wide = WIDTH - _PAIR_RIGHT - 6
    layers = [
        base.mark_rule(strokeWidth=2, color=MUTED, opacity=0.55).encode(
            x=percent_axis("without", top), x2=alt.X2("having:Q")
        ),
        base.mark_point(size=56, opacity=1, filled=False, strokeWidth=1.75, stroke=MUTED, fill=PAPER).encode(
            x=percent_axis("without", top)
        ),
        base.mark_point(size=64, opacity=1, filled=True, color=ACCENT).encode(x=percent_axis("having", top)),
        text_layer(base, "name", 0, limit=WIDTH - 6).encode(y=row_axis(len(rows), "title")),
        text_layer(base, "shown", wide + 12, color=MUTED),
    ]
    return sized(layers, height=_PAIR * len(rows), bottom=24, left=6, right=_PAIR_RIGHT)


def _ink(role: str) -> str:
    return ACCENT if role == "own" else MUTED


def _brand_ink(name: str, role: str) -> dict[str, str | bool]:
    fill = {"own": ACCENT, "control": PAPER}.get(role, MUTED)
    return {"name": label(name, _NAME_CHARACTERS), "own": role == "own", "ink": _ink(role), "fill": fill}


def _forest_data(row: ForestRow) -> Mapping[str, str | float | None]:
    known = row.value is not None
    return {
        "value": row.value,
        "lower": row.lower if known else None,
        "upper": row.upper if known else None,
        "shown": row.shown if known else "",
        "interval": row.interval if known else "",
        "note": "" if known else label(row.note, 44),
    }


def _strip_data(index: int, point: Point, top: float) -> dict[str, float | None]:
    """Return a point's values as heights inside the strip of its row; null stays a gap."""
    return {
        name: None if value is None else index + 0.92 - _STRIP_TOP * value / top
        for name, value in (("value", point.value), ("lower", point.lower), ("upper", point.upper))
    }
