"""Drift: has an engine begun to answer otherwise, judged from canary questions and daily rates.

Belongs here: the z-test of a day against the week before and the two-sided CUSUM. Keep out: which questions
are canaries, how the days are read, and changes of the served model, which are no inference at all: the
engine itself names another one (``domain.steadiness.canaries``).

A z-test sees a jump on its day; a CUSUM sees a small lasting shift that no single day shows.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.wilson import FloatArray

BASELINE_DAYS: Final = 7
#: In standard deviations of the daily rate: tuned to a shift of 1, with one false alarm in about 465 days
#: (Montgomery, Introduction to Statistical Quality Control, table 9.3; measured in docs/statistics.md).
CUSUM_SLACK: Final = 0.5
CUSUM_LIMIT: Final = 5.0
_MIN_EXPECTED: Final = 5  # Cochran's rule for the normal approximation of a 2 x 2 table


@dataclass(frozen=True)
class DriftTest:
    """One day against its baseline.

    Attributes:
        rate: Rate of the day.
        baseline: Pooled rate of the baseline days.
        z: Difference in standard errors.
        p_value: Two-sided; Fisher's exact test where a cell expects fewer than 5 answers, else normal.
        exact: Whether it is the exact one.
        baseline_days: Days with answers in the baseline.
    """

    rate: float
    baseline: float
    z: float
    p_value: float
    exact: bool
    baseline_days: int


def canary_test(
    hits: int, answers: int, baseline_hits: npt.ArrayLike, baseline_answers: npt.ArrayLike
) -> DriftTest | None:
    """Test the rate of canary answers of a day against the seven days before.

    Args:
        hits: Answers of the day with the expected property.
        answers: Answers of the day.
        baseline_hits: The same per baseline day, oldest first; only the last seven days count.
        baseline_answers: Answers per baseline day; 0 where nothing was asked.

    Returns:
        None without answers on the day or in the baseline.

    Raises:
        ValueError: More hits than answers.

    Source: Fleiss, Levin & Paik (2003), 3.1 (pooled two-proportion z); Fisher (1935).
    """
    x = np.asarray(baseline_hits, dtype=np.int64)[-BASELINE_DAYS:]
    n = np.asarray(baseline_answers, dtype=np.int64)[-BASELINE_DAYS:]
    if not 0 <= hits <= answers or (x > n).any() or (x < 0).any():
        raise ValueError(f"{hits} hits in {answers} answers, baseline {x.tolist()} in {n.tolist()}")
    before, seen = int(n.sum()), int(x.sum())
    if answers == 0 or before == 0:
        return None
    pooled = (hits + seen) / (answers + before)
    error = math.sqrt(pooled * (1 - pooled) * (1 / answers + 1 / before))
    z = (hits / answers - seen / before) / error if error > 0 else 0.0
    exact = min(answers, before) * min(pooled, 1 - pooled) < _MIN_EXPECTED
    p_value = (
        _fisher(hits, answers, hits + seen, answers + before) if exact else math.erfc(abs(z) / math.sqrt(2))
    )
    return DriftTest(hits / answers, seen / before, z, p_value, exact, int((n > 0).sum()))


@dataclass(frozen=True, eq=False)
class Cusum:
    """Sums of a two-sided CUSUM, shape [T] each, and its first alarm.

    Attributes:
        high: Upper sum after each day.
        low: Lower sum after each day.
        alarm: Index of the first day above the limit, None without one.
        since: Index of the day after which that sum never returned to 0: where the shift likely began.
        direction: ``up`` or ``down``, None without an alarm.
    """

    high: FloatArray
    low: FloatArray
    alarm: int | None
    since: int | None
    direction: str | None


def cusum(
    rates: npt.ArrayLike,
    answers: npt.ArrayLike,
    baseline: float,
    *,
    slack: float = CUSUM_SLACK,
    limit: float = CUSUM_LIMIT,
    deviation: float | None = None,
) -> Cusum:
    """Run a two-sided CUSUM over daily rates, with an alarm where a sum exceeds h.

    S+ = max(0, S+ + z - k) and S- = max(0, S- - z - k), z the distance of a day from the baseline.

    Args:
        rates: Rate of each day, shape [T]; NaN where nothing was asked, which leaves the sums as they are.
        answers: Answers of each day, shape [T].
        baseline: Rate while nothing drifts, from days before these.
        slack: k, half the shift to be found, in standard deviations.
        limit: h; higher means fewer false alarms and later true ones.
        deviation: Standard deviation of a daily rate between calm days. None takes the binomial one, which
            holds for a fixed set of canaries; rates that scatter more need their own.

    Raises:
        ValueError: The baseline is 0 or 1, where any other answer is news, or a parameter is not positive.

    Source: Page (1954), Biometrika 41:100.
    """
    if not 0 < baseline < 1 or slack < 0 or limit <= 0 or (deviation is not None and deviation <= 0):
        raise ValueError(
            f"need 0 < baseline < 1, k >= 0, h > 0, deviation > 0; got {baseline}, {slack}, {limit}"
        )
    daily = np.asarray(rates, dtype=np.float64)
    size = np.maximum(np.asarray(answers, dtype=np.float64), 1)
    scale = np.sqrt(baseline * (1 - baseline) / size) if deviation is None else deviation
    steps = np.nan_to_num((daily - baseline) / scale, nan=0.0)
    asked = np.isfinite(daily)
    high, low = one_sided_sums(steps, asked, slack), one_sided_sums(-steps, asked, slack)
    above = np.flatnonzero((high > limit) | (low > limit))
    if not above.size:
        return Cusum(high, low, None, None, None)
    alarm = int(above[0])
    direction, sums = ("up", high) if high[alarm] > limit else ("down", low)
    calm = np.flatnonzero(sums[:alarm] == 0)
    return Cusum(high, low, alarm, int(calm[-1]) + 1 if calm.size else 0, direction)


def one_sided_sums(steps: FloatArray, asked: npt.NDArray[np.bool_], slack: float) -> FloatArray:
    """Return S = max(0, S + step - slack) after each day, shape [..., T]; a day not asked changes nothing.

    Without a loop: the walk of step - slack minus its running minimum, where that is below 0 (Page 1954).
    """
    walk = np.cumsum(np.where(asked, steps - slack, 0.0), axis=-1)
    sums = walk - np.minimum(np.minimum.accumulate(walk, axis=-1), 0.0)
    return np.asarray(np.maximum(sums, 0.0))


def _fisher(hits: int, answers: int, all_hits: int, total: int) -> float:
    """Two-sided Fisher test: the tables that are no more likely than the one seen."""
    low, high = max(0, all_hits - (total - answers)), min(answers, all_hits)
    weights = [
        math.comb(all_hits, i) * math.comb(total - all_hits, answers - i) for i in range(low, high + 1)
    ]
    seen = weights[hits - low]
    return sum(weight for weight in weights if weight <= seen) / sum(weights)
