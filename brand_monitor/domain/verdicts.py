"""Verdicts: what a row of a comparison says in a word, and which rows are corrected together.

Belongs here: q-values over a family of rows and the word that follows from them, and the reasons why there is
no difference to judge. Not here: any comparison (``comparisons.py``, ``contrasts.py``) and the tests
(``statistics``).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

from brand_monitor.domain.statistics import benjamini_hochberg
from brand_monitor.domain.statistics.flags import MIN_CHANGED_PROMPTS

#: False discovery rate at which a change counts as one.
ALPHA: Final = 0.05
MOVED, NOISE, INSUFFICIENT, MODEL = "moved", "within_noise", "insufficient_data", "model_changed"
#: What the column ``reason`` of a comparison can say.
REASON_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no_answers_before": "The window before holds no usable answer.",
        "no_answers_after": "The window holds no usable answer.",
        "no_shared_prompts": "No prompt was asked in the same words in both windows.",
        "no_competitor_frame": "The monitor tracks no competitor, so there is nothing to share.",
        "no_frame_mentions": "In one of the windows no brand of the frame is named.",
        "model_changed": "Another model answered: the difference may be the model's and not the market's.",
        "too_few_changed_prompts": "Fewer than 7 prompts differ: no test can tell a change from noise.",
    }
)


def with_q_values(frame: pl.DataFrame, family: Sequence[str]) -> pl.DataFrame:
    """Return comparisons with ``q``, ``tests`` and ``verdict``, corrected within each family of rows.

    Call it again with another ``family`` where other rows are shown together. A row in which fewer than 7
    prompts differ can hardly reach a small p whatever happens (six that move the same way: .03), so it is in
    no family (Tarone 1990, Biometrics 46:515; Gilbert 2005, Appl. Statist. 54:143): q is null and the verdict
    ``insufficient_data``, unless nothing changed at all in 7 prompts or more, which is ``within_noise``.

    Args:
        frame: Columns ``p``, ``difference``, ``changed_prompts``, ``k``, ``reason`` and those of the family.
        family: Rows that are equal in these columns are corrected together.
    """
    parts = [
        _corrected(part)
        for part in frame.with_columns(
            is_tested=(pl.col("changed_prompts") >= MIN_CHANGED_PROMPTS) & pl.col("difference").is_not_null()
        ).partition_by(list(family), maintain_order=True)
    ]
    if not parts:
        return frame
    still = (pl.col("changed_prompts") == 0) & (pl.col("k") >= MIN_CHANGED_PROMPTS)
    is_few = pl.col("difference").is_not_null() & ~pl.col("is_tested") & ~still
    is_moved = pl.col("is_tested") & (pl.col("q") < ALPHA)
    verdict = (
        pl.when(pl.col("reason") == MODEL)
        .then(pl.lit(MODEL))
        .when(pl.col("difference").is_null() | is_few)
        .then(pl.lit(INSUFFICIENT))
        .when(is_moved)
        .then(pl.lit(MOVED))
        .otherwise(pl.lit(NOISE))
    )
    reason = pl.when(is_few).then(pl.lit("too_few_changed_prompts")).otherwise("reason")
    return pl.concat(parts).with_columns(verdict=verdict, reason=reason).drop("is_tested")


def _corrected(family: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of one family with their q-values."""
    p = family["p"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    q = benjamini_hochberg(np.where(family["is_tested"].to_numpy(), p, np.nan))
    tests = int(family["is_tested"].sum())
    return family.with_columns(
        q=pl.Series(q, dtype=pl.Float64).fill_nan(None), tests=pl.lit(tests, dtype=pl.Int64)
    )
