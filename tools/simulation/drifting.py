"""How soon drift is seen, and how often it is seen where there is none.

Belongs here: run lengths of the CUSUM, size and power of the canary test. Keep out: brands and prompts.
"""

from datetime import date, timedelta
from functools import cache

import numpy as np

from brand_monitor.domain.statistics import canary_test
from brand_monitor.domain.statistics.drift import BASELINE_DAYS, one_sided_sums
from brand_monitor.domain.steadiness.drifts import CALM_DAYS, WINDOW_DAYS, watched
from tools.simulation.worlds import FloatArray

DAYS = 4000


def run_length(steps: FloatArray, slack: float, limit: float) -> float:
    """Return the mean days until a two-sided CUSUM over standardised days, shape [runs, T], gives an alarm.

    Runs without an alarm are censored, which a long T makes rare: days at risk over alarms.
    """
    asked = np.ones(steps.shape, dtype=np.bool_)
    above = np.maximum(one_sided_sums(steps, asked, slack), one_sided_sums(-steps, asked, slack)) > limit
    alarmed = above.any(axis=1)
    days = np.where(alarmed, above.argmax(axis=1) + 1, steps.shape[1])
    return float(days.sum() / max(alarmed.sum(), 1))


def normal_days(shift: float, runs: int, seed: int) -> FloatArray:
    """Return standardised days that are normal, shifted by so many standard deviations."""
    return np.random.default_rng([seed, round(100 * shift)]).normal(shift, 1, (runs, DAYS))


def binomial_days(rate: float, answers: int, baseline_days: int | None, runs: int, seed: int) -> FloatArray:
    """Return standardised calm days of a canary rate, against the true baseline or one of so many days."""
    rng = np.random.default_rng([seed, answers, round(1000 * rate), baseline_days or 0])
    daily = rng.binomial(answers, rate, (runs, DAYS)) / answers
    if baseline_days is None:
        base = np.full((runs, 1), rate)
    else:
        base = rng.binomial(answers * baseline_days, rate, (runs, 1)) / (answers * baseline_days)
        base = np.clip(base, 0.5 / (answers * baseline_days), 1 - 0.5 / (answers * baseline_days))
    return np.asarray((daily - base) / np.sqrt(base * (1 - base) / answers))


def canary_calls(before: float, after: float, answers: int, runs: int, seed: int) -> float:
    """Return how often the canary test calls a day at rate `after` a drift from seven days at `before`."""
    rng = np.random.default_rng([seed, answers, round(1000 * before), round(1000 * after)])
    today = rng.binomial(answers, after, runs)
    week = rng.binomial(answers * BASELINE_DAYS, before, runs)
    return float(
        np.mean([_p_value(int(a), answers, int(b)) <= 0.05 for a, b in zip(today, week, strict=True)])
    )


def watched_alarms(rate: float, answers: int, shift: float, runs: int, seed: int) -> float:
    """Return how often a month of one brand's visibility is called drifted, as the product looks at it.

    Args:
        rate: True rate of the 14 baseline days.
        answers: Answers a day.
        shift: By how many binomial standard deviations of a day the 14 days after them differ.
        runs: Months that are simulated.
        seed: Of the simulation.
    """
    rng = np.random.default_rng([seed, answers, round(1000 * rate), round(100 * shift), 28])
    later = rate + shift * np.sqrt(rate * (1 - rate) / answers)
    true = np.r_[np.full(CALM_DAYS, rate), np.full(WINDOW_DAYS - CALM_DAYS, later)]
    daily = rng.binomial(answers, np.clip(true, 0, 1), (runs, WINDOW_DAYS)) / answers
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(WINDOW_DAYS)]
    sizes = [answers] * WINDOW_DAYS
    return float(np.mean([watched(days, row.tolist(), sizes)["verdict"] == "drifted" for row in daily]))


@cache
def _p_value(today: int, answers: int, week: int) -> float:
    got = canary_test(today, answers, [week], [answers * BASELINE_DAYS])
    return 1.0 if got is None else got.p_value
