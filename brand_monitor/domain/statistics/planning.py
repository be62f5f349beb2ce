"""Planning: how many prompts and repeats a wanted certainty costs, decided before the run.

Belongs here: the diagnostics of clustering (ICC, design effect, clustered standard error) and the sample
sizes that follow from them. Keep out: prices (a plan counts answers; the caller knows what one costs).
The intervals of rates.py do not use the ICC: it is too uncertain on few prompts. Plans do.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.intervals import read_counts
from brand_monitor.domain.statistics.wilson import z_score


@dataclass(frozen=True)
class SamplePlan:
    """A sample size, per arm where two rates are compared.

    Attributes:
        independent_answers: Answers needed if all were independent.
        design_effect: Factor by which repeats of the same prompts inflate that.
        prompts: Prompts to ask.
        repeats: Answers per prompt.
    """

    independent_answers: int
    design_effect: float
    prompts: int
    repeats: int

    @property
    def answers(self) -> int:
        """Answers to pay for, prompts x repeats."""
        return self.prompts * self.repeats


def icc(x: npt.ArrayLike, n: npt.ArrayLike) -> float | None:
    """Return the intraclass correlation of answers to the same prompt (one-way ANOVA estimate).

    (MSB - MSW) / (MSB + (n0 - 1) MSW), with n0 the repeats corrected for unequal numbers of answers; may be
    slightly negative by chance. Arguments as in `rates.rate_interval`.

    Returns:
        None where it cannot be estimated: under 2 prompts, no repeats, or all answers alike.

    Source: Donner (1986), Int. Stat. Rev. 54:67; Ridout, Demetrio & Firth (1999), Biometrics 55:137.
    """
    mentions, answers = _answered(x, n)
    k, total, seen = answers.size, float(answers.sum()), float(mentions.sum())
    if k < 2 or total <= k or seen in {0.0, total}:  # noqa: PLR2004 - two clusters are the least that vary
        return None
    rates = mentions / answers
    between = float((answers * (rates - seen / total) ** 2).sum()) / (k - 1)
    within = float((mentions * (1 - rates)).sum()) / (total - k)
    n0 = (total - float((answers**2).sum()) / total) / (k - 1)
    return (between - within) / (between + (n0 - 1) * within)


def design_effect(icc: float, repeats: float) -> float:
    """Return 1 + (m - 1) ICC, by which m repeats per prompt inflate a variance (Kish 1965, 5.4)."""
    return 1 + (repeats - 1) * icc


def effective_answers(answers: float, icc: float, repeats: float) -> float:
    """Return n / deff: how many independent answers `answers` clustered ones are worth."""
    return answers / design_effect(icc, repeats)


def clustered_standard_error(x: npt.ArrayLike, n: npt.ArrayLike) -> float | None:
    """Return the clustered standard error of the pooled rate sum x / sum n; None without an answer.

    SE^2 = (1 / N^2) sum_c (sum_{i in c} (x_i - xbar))^2 (Liang & Zeger 1986, Biometrika 73:13; without a
    small-sample factor, so too small on few prompts). Arguments as in `rates.rate_interval`.
    """
    mentions, answers = _answered(x, n)
    total = float(answers.sum())
    if total == 0:
        return None
    residuals = mentions - answers * (mentions.sum() / total)
    return math.sqrt(float(residuals @ residuals)) / total


def sample_size_rate(
    half_width: float, *, rate: float = 0.5, icc: float = 0.0, repeats: int = 1, confidence: float = 0.95
) -> SamplePlan:
    """Return the plan for an interval of +- `half_width` around a rate: n = z^2 p (1 - p) / h^2 x deff.

    Args:
        half_width: Wanted half-width of the interval, as a fraction (.05 is five points).
        rate: Expected rate; .5 is the most expensive.
        icc: Expected intraclass correlation of repeats.
        repeats: Answers per prompt.
        confidence: Two-sided level.

    Raises:
        ValueError: An argument lies outside its range.

    Source: Cochran (1977), Sampling Techniques, 4.4, times Kish's design effect.
    """
    _require_fractions(half_width=half_width, rate=rate)
    independent = z_score(confidence) ** 2 * rate * (1 - rate) / half_width**2
    return _plan(independent, icc, repeats)


def sample_size_two_rates(
    p1: float,
    p2: float,
    *,
    icc: float = 0.0,
    repeats: int = 1,
    power: float = 0.8,
    confidence: float = 0.95,
) -> SamplePlan:
    """Return the plan per arm that detects a move from `p1` to `p2` with the given power (two-sided test).

    n = (z_a sqrt(2 q (1 - q)) + z_b sqrt(p1 (1 - p1) + p2 (1 - p2)))^2 / (p1 - p2)^2 x deff, with
    q = (p1 + p2) / 2 and no continuity correction. The arms are independent; the same prompts
    in both periods need fewer.

    Raises:
        ValueError: An argument lies outside its range, or the rates are equal.

    Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, eq. 4.14.
    """
    _require_fractions(p1=p1, p2=p2, power=power)
    if p1 == p2:
        raise ValueError(f"both rates are {p1}: give two different rates, the gap is what is to be detected")
    pooled = (p1 + p2) / 2
    null_part = z_score(confidence) * math.sqrt(2 * pooled * (1 - pooled))
    power_part = NormalDist().inv_cdf(power) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return _plan(((null_part + power_part) / (p1 - p2)) ** 2, icc, repeats)


def _answered(x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    mentions, answers, answered = read_counts(x, n)
    return mentions[answered], answers[answered]


def _require_fractions(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}; give a fraction between 0 and 1")


def _plan(independent: float, icc: float, repeats: int) -> SamplePlan:
    if repeats < 1 or not 0 <= icc <= 1:
        raise ValueError(f"need at least 1 repeat and an ICC in [0, 1], got {repeats} and {icc}")
    deff = design_effect(icc, repeats)
    return SamplePlan(math.ceil(independent), deff, math.ceil(independent * deff / repeats), repeats)
