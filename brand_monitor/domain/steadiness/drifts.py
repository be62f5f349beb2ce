"""Has an engine begun to answer otherwise: canaries against the week before, and daily rates by CUSUM.

Belongs here: the rows of ``metrics/drifts``. Not here: the tests (``statistics.drift``), the questions and
the events of a changed model (``canaries.py``).

After a change of the served model nothing before it is a baseline: what is compared is one model with itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from brand_monitor.domain.definitions import current
from brand_monitor.domain.metrics.populations import FRAME_ROLES, SCOPE
from brand_monitor.domain.statistics import canary_test, cusum
from brand_monitor.domain.statistics.drift import BASELINE_DAYS, CUSUM_LIMIT
from brand_monitor.domain.steadiness.canaries import is_right
from brand_monitor.domain.steadiness.volatilities import BREAKS
from brand_monitor.schemas.registry import conform, polars_schema

TABLE: Final = "metrics/drifts"
WINDOW_DAYS: Final = 28
#: Days with figures that say what is usual, before the first day that the CUSUM looks at.
CALM_DAYS: Final = 14
LEVEL: Final = 0.05
_ENGINE = [name for name in SCOPE if name != "date"]


def drifts(
    canaries: pl.DataFrame,
    figures: pl.DataFrame,
    model_changes: pl.DataFrame,
    brands: pl.DataFrame,
    *,
    day: date,
) -> pl.DataFrame:
    """Return a row for the canaries of each engine and one for the visibility of each brand.

    Args:
        canaries: ``raw/canary_answers`` of the WINDOW_DAYS that end on ``day``.
        figures: ``metrics/brand_metrics`` of these days; only visibility, non-branded prompts, is read.
        model_changes: ``core/model_changes`` of these days.
        brands: ``seed/brands``; own brands and competitors are looked at.
        day: The day.

    Returns:
        Rows of ``metrics/drifts``; one that cannot speak has the verdict ``insufficient_data`` and a reason.
    """
    shown = figures.filter(metric="visibility", segment="non_branded").join(
        brands.filter(pl.col("role").is_in(FRAME_ROLES)).select("monitor_id", subject="brand_id"),
        on=["monitor_id", "subject"],
        how="semi",
    )
    today = [frame.filter(pl.col("date") == day).select(_ENGINE) for frame in (shown, canaries)]
    rows: list[dict[str, Any]] = []
    for engine in pl.concat(today).unique().sort(_ENGINE).iter_rows(named=True):
        here = [pl.col(name) == engine[name] for name in ("monitor_id", "engine_id")]
        breaks = model_changes.filter(*here, pl.col("kind").is_in(BREAKS))["date"]
        changed_on = max(breaks, default=None)
        common = engine | {"date": day, "window_days": WINDOW_DAYS, "model_changed_on": changed_on}
        first = changed_on or day - timedelta(days=WINDOW_DAYS - 1)
        rows.append(common | _canary_row(canaries.filter(*here, pl.col("date") >= first), day, engine))
        rows += [
            common | row
            for row in _brand_rows(shown.filter(*here, pl.col("date") >= first).sort("date"), day)
        ]
    return conform(TABLE, pl.DataFrame(rows, schema=polars_schema(TABLE)))


def _canary_row(canaries: pl.DataFrame, day: date, engine: Mapping[str, str]) -> dict[str, Any]:
    """Return the right answers of the day against those of the seven days before."""
    usable = canaries.filter(pl.col("status") == "ok")
    rights = [is_right(*row) for row in usable.select("prompt_id", "text").iter_rows()]
    days = (
        usable.with_columns(right=pl.Series(rights, dtype=pl.Boolean))
        .drop_nulls("right")
        .group_by("date")
        .agg(hits=pl.col("right").sum(), answers=pl.len())
    )
    counts = {on: (hits, answers) for on, hits, answers in days.iter_rows()}
    hits, answers = counts.get(day, (0, 0))
    week = [counts.get(day - timedelta(days=back), (0, 0)) for back in range(BASELINE_DAYS, 0, -1)]
    baseline_n = sum(n for _, n in week)
    row = {
        "subject_kind": "engine",
        "subject": engine["engine_id"],
        "metric": "canaries",
        "method": current("canary_test").key,
        "value": hits / answers if answers else None,
        "n": answers,
        "baseline_n": baseline_n,
        "baseline_days": sum(n > 0 for _, n in week),
        "verdict": "insufficient_data",
        "reason": "short_baseline" if answers else "no_canaries",
    }
    test = canary_test(hits, answers, [x for x, _ in week], [n for _, n in week])
    if test is None:
        return row
    drifted = test.p_value <= LEVEL
    return row | {
        "baseline": test.baseline,
        "statistic": test.z,
        "p": test.p_value,
        "direction": ("up" if test.z > 0 else "down") if drifted else None,
        "alarmed_on": day if drifted else None,
        "since": day if drifted else None,
        "verdict": "drifted" if drifted else "calm",
        "reason": None,
    }


def _brand_rows(figures: pl.DataFrame, day: date) -> Iterator[dict[str, Any]]:
    for now in figures.filter(pl.col("date") == day).sort("subject").iter_rows(named=True):
        # Another version of the formula is another figure.
        same = figures.filter(subject=now["subject"], definition=now["definition"]).drop_nulls("value")
        days, rates, answers = (same[name].to_list() for name in ("date", "value", "n"))
        yield {
            "subject_kind": "brand",
            "subject": now["subject"],
            "metric": "visibility",
            "method": current("rate_cusum").key,
            "value": now["value"],
            "n": now["n"],
            "baseline_n": sum(answers[:CALM_DAYS]),
            "baseline_days": len(days[:CALM_DAYS]),
            **watched(days, rates, answers),
        }


def watched(days: Sequence[date], rates: Sequence[float], answers: Sequence[int]) -> dict[str, Any]:
    """Return what a CUSUM says of days after the first CALM_DAYS, which say what is usual.

    Args:
        days: Days with a rate, in order.
        rates: Rate of each.
        answers: Answers of each.

    Returns:
        The columns of ``metrics/drifts`` that speak of the alarm.
    """
    unable = {"baseline": None, "statistic": None, "verdict": "insufficient_data"}
    if len(days) <= CALM_DAYS:
        return unable | {"reason": "short_baseline"}
    usual = np.array(rates[:CALM_DAYS])
    baseline = float(usual.mean())
    if not 0 < baseline < 1:
        return unable | {"baseline": baseline, "reason": "no_variation"}
    binomial = np.sqrt(baseline * (1 - baseline) / np.mean(answers[:CALM_DAYS]))
    # Few days know their own scatter badly: it is never taken to be under that of independent answers.
    deviation = max(float(binomial), float(usual.std(ddof=1)))
    found = cusum(rates[CALM_DAYS:], answers[CALM_DAYS:], baseline, deviation=deviation)
    later = days[CALM_DAYS:]
    at = -1 if found.alarm is None else found.alarm
    return {
        "baseline": baseline,
        "statistic": float(max(found.high[at], found.low[at])),
        "limit": CUSUM_LIMIT,
        "direction": found.direction,
        "alarmed_on": None if found.alarm is None else later[found.alarm],
        "since": None if found.since is None else later[found.since],
        "verdict": "calm" if found.alarm is None else "drifted",
        "reason": None,
    }
