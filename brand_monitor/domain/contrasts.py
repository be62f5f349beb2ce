"""Two brands of the same answers: who is named more, paired answer by answer.

Belongs here: the rows of ``metrics/brand_contrasts``. Not here: two periods (``comparisons.py``) and the
formulas (``statistics``). Two intervals side by side are no comparison: brands that are named together move
together, and only the answers that name one of the two say anything about the gap.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any, Final

import polars as pl

from brand_monitor.domain.comparisons import PLACE, WINDOWS, Window, usable_answers
from brand_monitor.domain.definitions import current
from brand_monitor.domain.populations import named_brands
from brand_monitor.domain.statistics import mcnemar, rate_change
from brand_monitor.domain.verdicts import MOVED, with_q_values
from brand_monitor.schemas.registry import conform, polars_schema

TABLE: Final = "metrics/brand_contrasts"
METHOD: Final = "brand_contrast@1"
FAMILY: Final = ["date", "monitor_id", "engine_id", "segment", "window_days", "brand_id"]


def brand_contrasts(
    answers: pl.DataFrame,
    mentions: pl.DataFrame,
    brands: pl.DataFrame,
    *,
    day: date,
    windows: Sequence[int] = WINDOWS,
) -> pl.DataFrame:
    """Return one row per engine, segment, window, own brand and competitor: visibility of both.

    The difference is own minus rival. Its test flips, per prompt, which of the two brands is which, so
    repeats of a prompt are not taken for independent; ``mcnemar_p`` counts answers, for comparison only. A
    change of the model does no harm here: both brands are in the same answers.

    Args:
        answers: ``raw/answers`` of at least the last ``max(windows)`` days up to ``day``; texts are not used.
        mentions: ``core/answer_mentions`` of these answers.
        brands: ``seed/brands``.
        day: Last day of the window.
        windows: Lengths in days.

    Returns:
        Rows of ``metrics/brand_contrasts``; none for a segment without a usable answer.
    """
    rows = [
        row
        for days in windows
        for row in _window_rows(usable_answers(answers, day, days), mentions, brands, day, days)
    ]
    frame = with_q_values(pl.DataFrame(rows, schema=polars_schema(TABLE)), FAMILY)
    side = pl.when(pl.col("difference") > 0).then(pl.lit("ahead")).otherwise(pl.lit("behind"))
    verdict = pl.when(pl.col("verdict") == MOVED).then(side).otherwise("verdict")
    return conform(TABLE, frame.with_columns(verdict=verdict))


def _window_rows(
    usable: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame, day: date, days: int
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one length of window."""
    for place in usable.select(PLACE).unique().sort(PLACE).iter_rows(named=True):
        mine = usable.filter([pl.col(name) == place[name] for name in PLACE])
        tracked = brands.filter(pl.col("monitor_id") == place["monitor_id"])
        window = Window(mine, named_brands(mine, mentions, tracked))
        common = {"date": day, **place, "method": METHOD, "window_days": days}
        own, rivals = (tracked.filter(pl.col("role") == role)["brand_id"] for role in ("own", "competitor"))
        for brand, rival in product(own, rivals):
            yield common | _contrast(window, brand, rival)


def _contrast(window: Window, brand: str, rival: str) -> dict[str, Any]:
    """Return what the answers of a window say of a brand and a rival."""
    families = sorted(window.answers["prompt_family"].unique())
    two = Window(window.answers, window.named.filter(pl.col("brand_id").is_in([brand, rival])))
    n, hits = two.counts(families, [brand, rival])
    change = rate_change(hits[:, 1], n, hits[:, 0], n)
    assert change is not None, "a window has answers"
    naming, naming_rival = (
        set(two.named.filter(pl.col("brand_id") == one)["answer_id"]) for one in (brand, rival)
    )
    only_brand, only_rival = len(naming - naming_rival), len(naming_rival - naming)
    return {
        "brand_id": brand,
        "rival_id": rival,
        "metric": "visibility",
        "definition": current("visibility").key,
        "rate": change.second.value,
        "rival_rate": change.first.value,
        "difference": change.difference,
        "lower": change.lower,
        "upper": change.upper,
        "p": change.test.p_value,
        "mcnemar_p": mcnemar(only_brand, only_rival).p_exact,
        "n": window.answers.height,
        "k": change.prompts,
        "changed_prompts": change.changed_prompts,
        "both": len(naming & naming_rival),
        "only_brand": only_brand,
        "only_rival": only_rival,
        "neither": window.answers.height - len(naming | naming_rival),
        "flags": list(change.flags),
    }
