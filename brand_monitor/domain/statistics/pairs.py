"""Comparisons pair by pair: two brands in the same answers, two periods on the same prompts.

Belongs here: which pairs disagree, and the tests that follow from that. Keep out: intervals (changes.py, used
here) and verdicts (verdicts.py).

By answer a pair is an answer, by prompt it is a prompt: McNemar by answer takes repeats of one prompt for
independent and is a second opinion only; the sign-flip test and McNemar by prompt know that they are not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.changes import Change, rate_change
from brand_monitor.domain.statistics.significance import McNemar, mcnemar
from brand_monitor.domain.statistics.wilson import FloatArray


@dataclass(frozen=True)
class PairedComparison:
    """Two series compared pair by pair; `change` is second minus first.

    Attributes:
        change: Difference of the prompt-balanced rates, its interval and the sign-flip test over prompts.
        by_answer: McNemar on answers that name one brand only; None between periods, whose answers are no
            pairs.
        by_prompt: McNemar on prompts whose rate is higher in one series only (the sign test over prompts;
            with one answer per prompt the same as McNemar by answer).
    """

    change: Change
    by_answer: McNemar | None
    by_prompt: McNemar


def compare_brands(
    first: npt.ArrayLike, second: npt.ArrayLike, prompts: npt.ArrayLike, confidence: float = 0.95
) -> PairedComparison | None:
    """Compare two brands in the same answers.

    Args:
        first: 1 where an answer names the first brand, 0 where not, NaN where unknown; shape [N].
        second: The same of the second brand.
        prompts: The prompt of each answer, any labels, shape [N].
        confidence: Two-sided level of the interval.

    Returns:
        None where no answer is known for both.

    Raises:
        ValueError: A value is none of 0, 1, NaN, or the lengths differ.
    """
    a, b = _binary(first, "first"), _binary(second, "second")
    labels = np.asarray(prompts)
    if not a.shape == b.shape == labels.shape:
        raise ValueError(f"lengths differ: {a.size} and {b.size} answers, {labels.size} prompts")
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    _, prompt = np.unique(labels[known], return_inverse=True)
    x1, x2 = np.bincount(prompt, a), np.bincount(prompt, b)
    n = np.bincount(prompt)
    change = rate_change(x1, n, x2, n, confidence)
    if change is None:
        return None
    by_answer = mcnemar(int((a > b).sum()), int((b > a).sum()))
    return PairedComparison(change, by_answer, mcnemar_by_prompt(x1, n, x2, n))


def compare_periods(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, confidence: float = 0.95
) -> PairedComparison | None:
    """Compare two periods of one brand on the same prompts; arguments and None as in `rate_change`."""
    change = rate_change(x1, n1, x2, n2, confidence)
    if change is None:
        return None
    return PairedComparison(change, None, mcnemar_by_prompt(x1, n1, x2, n2))


def mcnemar_by_prompt(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> McNemar:
    """Return McNemar's test on prompts: those that fell against those that rose, arrays of shape [k].

    With one run per period this is McNemar's test of METRICS; with more it is the sign test of the
    prompt rates (Dixon & Mood 1946, JASA 41:557). A prompt without answers in both takes no part.
    """
    a, n, b, m = (np.asarray(values, dtype=np.float64) for values in (x1, n1, x2, n2))
    both = np.isfinite(a) & np.isfinite(b) & (n > 0) & (m > 0)
    # Cross products of counts are whole numbers: no rounding calls an unchanged prompt changed.
    before, after = (a * m)[both], (b * n)[both]
    return mcnemar(int((before > after).sum()), int((after > before).sum()))


def _binary(values: npt.ArrayLike, name: str) -> FloatArray:
    series = np.asarray(values, dtype=np.float64)
    wrong = ~(np.isnan(series) | (series == 0) | (series == 1))
    if wrong.any():
        raise ValueError(
            f"{name} holds {series[wrong][0]:g} at index {int(np.argmax(wrong))}: give 0, 1 or NaN"
        )
    return series
