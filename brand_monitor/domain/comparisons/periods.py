"""Two periods of one brand, compared prompt by prompt: the difference and its test.

Belongs here: the rows of ``metrics/changes``. Not here: two brands of the same answers (``contrasts.py``),
verdicts (``verdicts.py``) and the formulas (``statistics``).

Both windows are computed from answers, never from daily figures. A pair is a prompt with all its variants;
only questions that were asked in the same words in both windows count, so that a reworded prompt is not taken
for a change of the market. Whether the model changed is asked first: then there is no difference to speak of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from brand_monitor.domain.comparisons.verdicts import Compared, judged
from brand_monitor.domain.definitions import current
from brand_monitor.domain.metrics.populations import FRAME_ROLES, GROUP, named_brands, population
from brand_monitor.domain.statistics import Change, rate_change, served_model_changed, share_change
from brand_monitor.domain.statistics.wilson import FloatArray
from brand_monitor.schemas.registry import conform, polars_schema

TABLE: Final = "metrics/changes"
METHOD: Final = current("paired_change").key
#: Lengths of the windows compared, in days: a week against the week before, a day against the day before.
WINDOWS: Final = (7, 1)
#: Rows that are read together, and so corrected together.
FAMILY: Final = ["date", "monitor_id", "engine_id", "segment", "window_days", "metric"]

PLACE: Final = [name for name in GROUP if name != "date"]
_QUESTION = [*PLACE, "prompt_family", "prompt_id", "prompt_version"]


@dataclass(frozen=True)
class Window:
    """One window of one engine and segment: its usable answers and whom they name."""

    answers: pl.DataFrame
    named: pl.DataFrame

    @property
    def served(self) -> list[str]:
        """Models that said they answered."""
        return sorted(self.answers["served_model"].drop_nulls().unique())

    @property
    def asked(self) -> list[str]:
        """Models that were asked for."""
        return sorted(self.answers["model"].unique())

    def counts(self, families: Sequence[str], brands: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """Return answers per family, shape [k], and those that name each brand, shape [k, b]."""
        rows = {family: at for at, family in enumerate(families)}
        columns = {brand: at for at, brand in enumerate(brands)}
        trials, hits = np.zeros(len(rows)), np.zeros((len(rows), len(columns)))
        for family, count in self.answers.group_by("prompt_family").len().iter_rows():
            trials[rows[family]] = count
        for family, brand, count in self.named.group_by("prompt_family", "brand_id").len().iter_rows():
            hits[rows[family], columns[brand]] = count
        return trials, hits


@dataclass(frozen=True)
class _Pair:
    """Two windows of one engine and segment, cut to the questions that both were asked.

    Attributes:
        first: The window before.
        second: The window.
        families: Prompts of both, sorted.
        unpaired: Prompts left out.
        blocked: Reason why nothing can be compared, or None.
    """

    first: Window
    second: Window
    families: list[str]
    unpaired: int
    blocked: str | None

    @property
    def model_changed(self) -> bool | None:
        """Whether another model answered; None where the engine does not say and was asked for the same."""
        if self.blocked:
            return None
        told = served_model_changed(self.first.served, self.second.served)
        return True if told is None and self.first.asked != self.second.asked else told


def period_changes(
    answers: pl.DataFrame,
    mentions: pl.DataFrame,
    brands: pl.DataFrame,
    *,
    day: date,
    windows: Sequence[int] = WINDOWS,
    across_models: bool = False,
    family: Sequence[str] = FAMILY,
) -> pl.DataFrame:
    """Return one row per engine, segment, window, metric and brand: the window against the one before.

    The interval is MOVER on two paired cluster-robust Wilson intervals, the test a sign flip within prompts
    (``statistics.changes``), q a Benjamini-Hochberg value over FAMILY. O(answers) and one exact test per row.

    Args:
        answers: ``raw/answers`` of at least the last ``2 * max(windows)`` days up to ``day``; texts unused.
        mentions: ``core/answer_mentions`` of these answers.
        brands: ``seed/brands``.
        day: Last day of the later window.
        windows: Lengths in days.
        across_models: Compare although another model answered; such rows are marked ``is_forced``.
        family: Rows that are equal in these columns are corrected together: those that are shown together.

    Returns:
        Rows of ``metrics/changes``. An engine or segment without a usable answer in either window has none.
    """
    found = [one for days in windows for one in _window_rows(answers, mentions, brands, day=day, days=days)]
    rows = judged(found, family, across_models=across_models)
    return conform(TABLE, pl.DataFrame(rows, schema=polars_schema(TABLE)))


def _window_rows(
    answers: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame, *, day: date, days: int
) -> Iterator[Compared]:
    """Yield the rows of one length of window."""
    ends = (day - timedelta(days=days), day)
    before, after = (usable_answers(answers, end, days) for end in ends)
    for place in pl.concat([before, after]).select(PLACE).unique().sort(PLACE).iter_rows(named=True):
        tracked = brands.filter(pl.col("monitor_id") == place["monitor_id"])
        here = [pl.col(name) == place[name] for name in PLACE]
        pair = _paired(before.filter(here), after.filter(here), mentions, tracked)
        common = {
            "date": day,
            **place,
            "method": METHOD,
            "window_days": days,
            "k": len(pair.families),
            "n_before": pair.first.answers.height,
            "n_after": pair.second.answers.height,
            "days_before": pair.first.answers["asked_on"].n_unique(),
            "days_after": pair.second.answers["asked_on"].n_unique(),
            "unpaired_prompts": pair.unpaired,
            "models_before": pair.first.served or pair.first.asked,
            "models_after": pair.second.served or pair.second.asked,
        }
        for metric, brand, change, reason in _figures(pair, tracked):
            row: dict[str, Any] = {"metric": metric, "definition": current(metric).key, "brand_id": brand}
            if change is not None:
                row |= {"before": change.first.value, "after": change.second.value}
            row["reason"] = None if change else reason
            yield Compared(common | row, change, pair.model_changed)


def _paired(
    before: pl.DataFrame, after: pl.DataFrame, mentions: pl.DataFrame, tracked: pl.DataFrame
) -> _Pair:
    """Cut two windows of one engine and segment to the questions asked in both."""
    shared = before.select(_QUESTION).join(after.select(_QUESTION), on=_QUESTION, how="semi")
    cut = [frame.join(shared, on=_QUESTION, how="semi") for frame in (before, after)]
    first, second = (Window(frame, named_brands(frame, mentions, tracked)) for frame in cut)
    families = sorted(first.answers["prompt_family"].unique())
    every = {*before["prompt_family"], *after["prompt_family"]}
    blocked = None
    if not families:
        nobody = "no_answers_before" if before.is_empty() else "no_answers_after"
        blocked = nobody if before.is_empty() or after.is_empty() else "no_shared_prompts"
    return _Pair(first, second, families, len(every) - len(families), blocked)


def usable_answers(answers: pl.DataFrame, end: date, days: int) -> pl.DataFrame:
    """Return the usable answers of the window of ``days`` that ends on ``end``, with family and segment.

    Keeps ``prompt_id``, ``prompt_version``, ``model`` and ``served_model``; ``asked_on`` is the answer's day.
    """
    window = answers.filter(pl.col("date").is_between(end - timedelta(days=days - 1), end))
    kept = ["answer_id", "prompt_id", "prompt_version", "model", "served_model"]
    people = population(window.with_columns(date=pl.lit(end, dtype=pl.Date))).answers
    return people.join(window.select(*kept, asked_on="date"), on="answer_id")


def _figures(pair: _Pair, tracked: pl.DataFrame) -> Iterator[tuple[str, str, Change | None, str | None]]:
    """Yield metric, brand, paired change, and the reason where there is none."""
    names, roles = tracked["brand_id"].to_list(), tracked["role"].to_list()
    (n1, x1), (n2, x2) = (one.counts(pair.families, names) for one in (pair.first, pair.second))
    for at, brand in enumerate(names):
        yield "visibility", brand, rate_change(x1[:, at], n1, x2[:, at], n2), pair.blocked
    frame = [at for at, role in enumerate(roles) if role in FRAME_ROLES]
    alone = None if "competitor" in roles else "no_competitor_frame"
    # The empty column is "somebody else": a frame of one brand is a share of 1, not none.
    first, second = (np.column_stack([x[:, frame], np.zeros(len(pair.families))]) for x in (x1, x2))
    for column, at in enumerate(frame):
        change = None if alone else share_change(first, n1, second, n2, column)
        yield "share_of_voice", names[at], change, pair.blocked or alone or "no_frame_mentions"
