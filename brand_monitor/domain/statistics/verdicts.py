"""Verdicts: what may be said of a comparison, over the whole family of comparisons shown together.

Belongs here: the four verdicts and the rules that choose between them. Keep out: how a difference is tested
(changes.py, pairs.py) and how served models are read from answers.

The order of the rules: a comparison across a change of the served model is refused; one that no test can
speak about has insufficient data; of the others, those with a Benjamini-Hochberg q-value at or below the
level have moved. Refused and untestable rows do not count in the family.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from brand_monitor.domain.statistics.changes import Change
from brand_monitor.domain.statistics.flags import MODEL_CHANGE_FORCED, SERVED_MODEL_UNKNOWN
from brand_monitor.domain.statistics.significance import benjamini_hochberg


class Verdict(StrEnum):
    """What a comparison says; stored in tables, so a name never changes its meaning."""

    MOVED = "moved"
    WITHIN_NOISE = "within_noise"
    INSUFFICIENT_DATA = "insufficient_data"
    MODEL_CHANGED = "model_changed"


VERDICT_TEXTS = {
    Verdict.MOVED: "The difference is larger than chance explains.",
    Verdict.WITHIN_NOISE: "The difference is no larger than chance explains.",
    Verdict.INSUFFICIENT_DATA: "Too few prompts changed, or were answered in both, for any test to speak.",
    Verdict.MODEL_CHANGED: "Another model served one side: a difference would say nothing of the brand.",
}


@dataclass(frozen=True)
class Judgement:
    """The verdict of one comparison.

    Attributes:
        verdict: What may be said.
        q_value: Benjamini-Hochberg q-value over the tested rows; None where nothing was tested.
        flags: Ids of `flags.FLAG_TEXTS`.
    """

    verdict: Verdict
    q_value: float | None
    flags: tuple[str, ...]


def served_model_changed(before: Iterable[str | None], after: Iterable[str | None]) -> bool | None:
    """Return whether the models that served two sides differ, as sets of the names they gave.

    Args:
        before: Served model of each answer of one side, None where an answer names none.
        after: The same of the other side.

    Returns:
        None where a side names no model at all: nobody can say.
    """
    first = {name for name in before if name}
    second = {name for name in after if name}
    return first != second if first and second else None


def judge(
    changes: Sequence[Change | None],
    model_changed: Sequence[bool | None],
    *,
    level: float = 0.05,
    forced: bool = False,
) -> list[Judgement]:
    """Return the verdict of every comparison of a family.

    Args:
        changes: The comparisons shown together; None where a side has no figure.
        model_changed: Of each, what `served_model_changed` says; False for two brands of the same answers.
        level: False discovery rate.
        forced: Compare across a change of the model all the same; the judgement is flagged.

    Raises:
        ValueError: The sequences differ in length.
    """
    tested = [
        change is not None and change.testable and (forced or moved is not True)
        for change, moved in zip(changes, model_changed, strict=True)
    ]
    p_values = [
        change.test.p_value if change is not None and counts else np.nan
        for change, counts in zip(changes, tested, strict=True)
    ]
    q_values = [None if np.isnan(q) else float(q) for q in benjamini_hochberg(p_values)]
    return [
        Judgement(
            _verdict(q, refused=moved is True and not forced, level=level), q, _flags(moved, forced=forced)
        )
        for q, moved in zip(q_values, model_changed, strict=True)
    ]


def _verdict(q_value: float | None, *, refused: bool, level: float) -> Verdict:
    if refused:
        return Verdict.MODEL_CHANGED
    if q_value is None:
        return Verdict.INSUFFICIENT_DATA
    return Verdict.MOVED if q_value <= level else Verdict.WITHIN_NOISE


def _flags(model_changed: bool | None, *, forced: bool) -> tuple[str, ...]:  # noqa: FBT001 - a tri-state
    if model_changed is None:
        return (SERVED_MODEL_UNKNOWN,)
    return (MODEL_CHANGE_FORCED,) if model_changed and forced else ()
