"""Two brands of the same answers: who is named more, paired answer by answer.

Belongs here: the rows of ``metrics/brand_contrasts``. Not here: two periods (``comparisons.py``) and the
formulas (``statistics``). Two intervals side by side are no comparison: brands that are named together move
together, and only the answers that name one of the two say anything about the gap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Final

import polars as pl

from brand_monitor.domain.comparisons.periods import PLACE, WINDOWS, usable_answers
from brand_monitor.domain.comparisons.verdicts import Compared, judged
from brand_monitor.domain.definitions import current
from brand_monitor.domain.metrics.populations import named_brands
from brand_monitor.domain.statistics import Verdict, compare_brands
from brand_monitor.schemas.registry import conform, polars_schema

TABLE: Final = "metrics/brand_contrasts"
METHOD: Final = current("brand_contrast").key
FAMILY: Final = ["date", "monitor_id", "engine_id", "segment", "window_days", "brand_id"]


def brand_contrasts(
    answers: pl.DataFrame,
    mentions: pl.DataFrame,
    brands: pl.DataFrame,
    *,
    day: date,
    windows: Sequence[int] = WINDOWS,
    family: Sequence[str] = FAMILY,
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
        family: Rows that are equal in these columns are corrected together: those that are shown together.

    Returns:
        Rows of ``metrics/brand_contrasts``; none for a segment without a usable answer.
    """
    found = [
        one
        for days in windows
        for one in _window_rows(usable_answers(answers, day, days), mentions, brands, day, days)
    ]
    schema = polars_schema(TABLE)
    rows = [{name: row.get(name) for name in schema} for row in judged(found, family)]
    side = pl.when(pl.col("difference") > 0).then(pl.lit("ahead")).otherwise(pl.lit("behind"))
    verdict = pl.when(pl.col("verdict") == Verdict.MOVED.value).then(side).otherwise("verdict")
    return conform(TABLE, pl.DataFrame(rows, schema=schema).with_columns(verdict=verdict))


def _window_rows(
    usable: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame, day: date, days: int
) -> Iterator[Compared]:
    """Yield the rows of one length of window."""
    for place in usable.select(PLACE).unique().sort(PLACE).iter_rows(named=True):
        mine = usable.filter([pl.col(name) == place[name] for name in PLACE])
        tracked = brands.filter(pl.col("monitor_id") == place["monitor_id"])
        named = named_brands(mine, mentions, tracked)
        common = {"date": day, **place, "method": METHOD, "window_days": days}
        own, rivals = (tracked.filter(pl.col("role") == role)["brand_id"] for role in ("own", "competitor"))
        for brand, rival in product(own, rivals):
            one = _contrast(mine, named, brand, rival)
            yield replace(one, row=common | one.row)


def _contrast(answers: pl.DataFrame, named: pl.DataFrame, brand: str, rival: str) -> Compared:
    """Return what the answers of a window say of a brand and a rival."""
    ours, theirs = (
        answers["answer_id"].is_in(named.filter(pl.col("brand_id") == one)["answer_id"].to_list())
        for one in (brand, rival)
    )
    compared = compare_brands(theirs.to_numpy(), ours.to_numpy(), answers["prompt_family"].to_numpy())
    assert compared is not None, "a window has answers"
    assert compared.by_answer is not None, "brands are paired by answer"
    row = {
        "brand_id": brand,
        "rival_id": rival,
        "metric": "visibility",
        "definition": current("visibility").key,
        "rate": compared.change.second.value,
        "rival_rate": compared.change.first.value,
        "mcnemar_p": compared.by_answer.p_exact,
        "n": answers.height,
        "k": compared.change.prompts,
        "both": int((ours & theirs).sum()),
        "only_brand": int((ours & ~theirs).sum()),
        "only_rival": int((theirs & ~ours).sum()),
        "neither": int((~ours & ~theirs).sum()),
        "reason": None,
    }
    return Compared(row, compared.change, model_changed=False)
