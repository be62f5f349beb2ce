"""How much of what an engine names and cites changes from one day to the next.

Belongs here: volatility of whole days, and the whole table ``metrics/stabilities``. Not here:
overlaps of single answers (``overlaps.py``) and the formulas (``statistics.stability``).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from brand_monitor.domain.definitions import current
from brand_monitor.domain.metrics.populations import GROUP
from brand_monitor.domain.statistics import volatility
from brand_monitor.domain.statistics.wilson import FloatArray
from brand_monitor.domain.steadiness.overlaps import DayFrames, overlap_rows
from brand_monitor.schemas.registry import conform, polars_schema

TABLE: Final = "metrics/stabilities"
#: Enough days for the 20 transitions from which volatility is shown.
WINDOW_DAYS: Final = 28
#: Items -> the metric whose shares are compared.
_SHARES: Final = {"brands": "share_of_voice", "domains": "citation_share"}
#: Kinds of ``core/model_changes`` after which an engine is another one.
BREAKS: Final = ("served_model", "asked_model")


def stabilities(
    today: DayFrames,
    before: DayFrames,
    brands: pl.DataFrame,
    figures: pl.DataFrame,
    model_changes: pl.DataFrame,
    *,
    day: date,
) -> pl.DataFrame:
    """Return one row per engine, segment, kind of item and metric of stability.

    Args:
        today: Answers, mentions and citations of the day.
        before: The same of each engine's last day before, empty where there is none.
        brands: ``seed/brands``.
        figures: ``metrics/brand_metrics`` of the WINDOW_DAYS that end on ``day``.
        model_changes: ``core/model_changes`` of these days.
        day: The day.

    Returns:
        Rows of ``metrics/stabilities``; what cannot be given is null with a reason.
    """
    found = [*overlap_rows(today, before, brands), *_volatility_rows(figures, model_changes, day)]
    rows = [row | {"definition": current(row["metric"]).key} for row in found]
    frame = pl.DataFrame(rows, schema=polars_schema(TABLE))
    return conform(TABLE, frame.sort(*GROUP, "items", "metric"))


def _volatility_rows(
    figures: pl.DataFrame, model_changes: pl.DataFrame, day: date
) -> Iterator[dict[str, Any]]:
    shown = figures.filter(pl.col("metric").is_in(list(_SHARES.values())))
    now = shown.filter(pl.col("date") == day).select(GROUP).unique().sort(GROUP)
    for group in now.iter_rows(named=True):
        place = [pl.col(name) == group[name] for name in GROUP if name != "date"]
        mine = shown.filter(place)
        changes = model_changes.filter(
            [pl.col(name) == group[name] for name in ("monitor_id", "engine_id")]
        ).filter(pl.col("kind").is_in(BREAKS))
        for items, metric in _SHARES.items():
            days = _days(mine.filter(pl.col("metric") == metric), day, {*changes["date"]})
            one = volatility(days)
            scope = group | {"items": items, "window_days": WINDOW_DAYS, "n": one.transitions}
            sizes = {"lower": None, "upper": None, "k": int(np.isfinite(days).all(axis=1).sum())}
            for name, value in (("volatility", one.by_sets), ("share_volatility", one.by_shares)):
                reason = "too_few_transitions" if value is None else "descriptive"
                row = {"metric": name, "value": value, "reason": reason, "flags": list(one.flags)}
                yield scope | sizes | row


def _days(shares: pl.DataFrame, day: date, breaks: set[date]) -> FloatArray:
    """Return shares by day, shape [T, D]; NaN where a day has none, and between two models."""
    known = shares.drop_nulls("value")
    place = {subject: at for at, subject in enumerate(sorted(known["subject"].unique()))}
    by_day = {on: rows for (on,), rows in known.partition_by("date", as_dict=True).items()}
    lines = []
    for back in range(WINDOW_DAYS - 1, -1, -1):
        on = day - timedelta(days=back)
        if on in breaks:
            lines.append(np.full(len(place), np.nan))
        line = np.zeros(len(place)) if on in by_day else np.full(len(place), np.nan)
        if on in by_day:
            line[[place[subject] for subject in by_day[on]["subject"]]] = by_day[on]["value"].to_numpy()
        lines.append(line)
    return np.array(lines) if place else np.full((1, 1), np.nan)
