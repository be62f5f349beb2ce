"""Rates beside what they would be without the machine's errors, by what the gold set says of it.

Belongs here: the Rogan-Gladen estimate and its table. Not here: recall and specificity (``accuracy.py``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from brand_monitor.domain.comparisons.periods import PLACE, Window, usable_answers
from brand_monitor.domain.definitions import current
from brand_monitor.domain.gold.accuracy import MENTIONED, Accuracy, estimate
from brand_monitor.domain.metrics.populations import named_brands
from brand_monitor.domain.statistics import RateInterval, rate_interval

TABLE: Final = "metrics/corrected_rates"
METHOD: Final = current("rogan_gladen").key
#: Sensitivity + specificity - 1 (Youden's J) below which a correction would divide by next to nothing.
LEAST_YOUDEN: Final = 0.1
#: Days whose answers are corrected together.
WINDOW_DAYS: Final = 7
#: Metric -> kind by whose accuracy it is corrected.
CORRECTED: Final = {"visibility": MENTIONED, "recommendation_rate": "recommended"}
SCHEMA: Final = {
    **dict.fromkeys(["monitor_id", "engine", "engine_id", "segment", "brand_id"], pl.String()),
    "date": pl.Date(),
    "window_days": pl.Int64(),
    **dict.fromkeys(["metric", "definition", "method"], pl.String()),
    **dict.fromkeys(["raw", "lower", "upper"], pl.Float64()),
    **dict.fromkeys(["corrected", "corrected_lower", "corrected_upper"], pl.Float64()),
    "is_clipped": pl.Boolean(),
    "reason": pl.String(),
    **dict.fromkeys(["n", "k"], pl.Int64()),
}


@dataclass(frozen=True)
class CorrectedRate:
    """A rate beside what it would be without the machine's errors.

    Attributes:
        raw: The rate as counted.
        corrected: Rogan-Gladen estimate, within [0, 1]; None with a reason.
        lower: Lower end of its 95 % interval, the gold set's uncertainty in it.
        upper: Upper end.
        is_clipped: Whether the estimate fell outside [0, 1] and was put to its end.
        reason: Why there is none: ``no_gold_labels`` or ``machine_too_weak``.
    """

    raw: float
    corrected: float | None
    lower: float | None
    upper: float | None
    is_clipped: bool
    reason: str | None


def corrected_rates(
    answers: pl.DataFrame,
    mentions: pl.DataFrame,
    brands: pl.DataFrame,
    *,
    gold: Iterable[Accuracy],
    day: date,
    days: int = 7,
) -> pl.DataFrame:
    """Return one row per engine, segment, brand and metric of CORRECTED: the raw rate and the corrected one.

    Args:
        answers: ``raw/answers`` of at least the window of ``days`` that ends on ``day``.
        mentions: ``core/answer_mentions`` of these answers.
        brands: ``seed/brands``.
        gold: What the gold set says, of each kind.
        day: Last day of the window.
        days: Length of the window.

    Returns:
        Columns SCHEMA. ``lower`` and ``upper`` belong to the raw rate; a null carries its reason.
    """
    known = {one.kind: one for one in gold}
    usable = usable_answers(answers, day, days)
    rows: list[dict[str, Any]] = []
    for place in usable.select(PLACE).unique().sort(PLACE).iter_rows(named=True):
        mine = usable.filter([pl.col(name) == place[name] for name in PLACE])
        tracked = brands.filter(pl.col("monitor_id") == place["monitor_id"])
        common = {**place, "date": day, "window_days": days, "method": METHOD, "n": mine.height}
        named = named_brands(mine, mentions, tracked)
        counted = {"visibility": named, "recommendation_rate": named.filter("is_recommended")}
        for metric, kind in CORRECTED.items():
            label = {"metric": metric, "definition": current(metric).key}
            window = Window(mine, counted[metric])
            rows += [
                common | label | row for row in _rows(window, tracked["brand_id"].to_list(), known.get(kind))
            ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _rows(window: Window, brands: Sequence[str], gold: Accuracy | None) -> Iterator[dict[str, Any]]:
    """Yield raw and corrected rate of each brand in one window."""
    families = sorted(window.answers["prompt_family"].unique())
    n, hits = window.counts(families, brands)
    for at, brand in enumerate(brands):
        rate = rate_interval(hits[:, at], n)
        assert rate is not None, "a window has answers"
        one = corrected_rate(rate, gold)
        yield {
            "brand_id": brand,
            "raw": rate.value,
            "lower": rate.lower,
            "upper": rate.upper,
            "corrected": one.corrected,
            "corrected_lower": one.lower,
            "corrected_upper": one.upper,
            "is_clipped": one.is_clipped,
            "reason": one.reason,
            "k": rate.prompts,
        }


def corrected_rate(rate: RateInterval, gold: Accuracy | None, *, seed: int = 1) -> CorrectedRate:
    """Return the Rogan-Gladen estimate (p + spec - 1) / (sens + spec - 1) with its interval.

    The interval holds the uncertainty of the rate (Beta on its effective number of answers) and of the gold
    set (the draws of ``accuracy``). Sensitivity and specificity are taken to be the same for all brands.

    Source: Rogan & Gladen (1978), Am. J. Epidemiol. 107:71; on the interval Lang & Reiczigel (2014), Prev.
    Vet. Med. 113:13.
    """
    recall = gold.recall.value if gold else None
    specificity = gold.specificity.value if gold else None
    if gold is None or recall is None or specificity is None:
        return CorrectedRate(rate.value, None, None, None, is_clipped=False, reason="no_gold_labels")
    if recall + specificity - 1 < LEAST_YOUDEN:
        return CorrectedRate(rate.value, None, None, None, is_clipped=False, reason="machine_too_weak")
    value = (rate.value + specificity - 1) / (recall + specificity - 1)
    hits = rate.value * rate.n_eff
    seen = np.random.default_rng(seed).beta(hits + 0.5, rate.n_eff - hits + 0.5, len(gold.draws))
    youden = np.maximum(gold.draws.sum(axis=1) - 1, LEAST_YOUDEN)
    drawn = np.clip((seen + gold.draws[:, 1] - 1) / youden, 0, 1)
    kept = min(1.0, max(0.0, value))
    interval = estimate(kept, drawn)
    return CorrectedRate(
        rate.value, kept, interval.lower, interval.upper, is_clipped=kept != value, reason=None
    )
