"""The shape of an interval over prompts: one record for one figure, one struct of arrays for many.

Belongs here: containers and the reading of prompt counts that rates and shares share. Keep out: formulas.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL
from brand_monitor.domain.statistics.wilson import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class ClusteredInterval:
    """One figure with its interval.

    Attributes:
        value: The figure, in [0, 1].
        lower: Lower bound, None under 3 prompts.
        upper: Upper bound, None under 3 prompts.
        n_eff: Effective number of independent answers behind the interval.
        prompts: Prompts with at least one answer.
        prompts_with: Of these, prompts in which the brand was seen.
        prompts_without: Of these, prompts in which it was missed (rate) or a rival was seen (share).
        flags: Ids of `flags.FLAG_TEXTS`.
    """

    value: float
    lower: float | None
    upper: float | None
    n_eff: float
    prompts: int
    prompts_with: int
    prompts_without: int
    flags: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ClusteredIntervals:
    """Many intervals as arrays of one shape; fields as in `ClusteredInterval`, NaN for None.

    `inflation` is the factor by which shrinking towards the worst case raised the variance, 1 or more.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    n_eff: FloatArray
    prompts: IntArray
    prompts_with: IntArray
    prompts_without: IntArray
    inflation: FloatArray

    def record(self, index: tuple[int, ...]) -> dict[str, Any]:
        """Return the fields of one figure as plain Python values, without its flags."""
        lower, upper = float(self.lower[index]), float(self.upper[index])
        known = not np.isnan(lower)
        return {
            "value": float(self.value[index]),
            "lower": lower if known else None,
            "upper": upper if known else None,
            "n_eff": float(self.n_eff[index]),
            "prompts": int(self.prompts[index]),
            "prompts_with": int(self.prompts_with[index]),
            "prompts_without": int(self.prompts_without[index]),
        }


def hide_unsupported(bound: FloatArray, prompts: IntArray) -> FloatArray:
    """Return `bound` with NaN where there are too few prompts for any interval."""
    return np.where(prompts < MIN_PROMPTS_FOR_INTERVAL, np.nan, bound)


def read_counts(counts: npt.ArrayLike, answers: npt.ArrayLike) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return (counts, answers, answered) with unanswered prompts neutralised to 0 of 1.

    Args:
        counts: Answers that mention a brand, shape [..., k].
        answers: Answers per prompt, broadcastable to `counts`. A prompt whose count or number of answers
            is 0 answers or NaN takes no part.

    Raises:
        ValueError: A count is negative or above its number of answers.
    """
    some, many = np.broadcast_arrays(np.asarray(counts, np.float64), np.asarray(answers, np.float64))
    answered = np.isfinite(some) & (many > 0) & np.isfinite(many)
    some, many = np.where(answered, some, 0.0), np.where(answered, many, 1.0)
    wrong = (some < 0) | (some > many)
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"{some[where]:g} mentions in {many[where]:g} answers at index {where}: need 0 <= x <= n"
        )
    return some, many, answered
