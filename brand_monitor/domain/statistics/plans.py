"""Plans with prices: which prompts x repeats reach a wanted certainty, and which of them is cheapest.

Belongs here: the options for a half-width or for a minimum detectable effect, and what a given plan can
detect. Keep out: the sizes of independent samples (planning.py) and where a price comes from.

One prompt of m repeats has the variance p (1 - p) w with w = ICC + (1 - ICC) / m: repeats only wear down the
second part. Between two periods on the same prompts the first part largely cancels, and repeats pay:
w = ICC (1 - s) + (1 - ICC) / m, where s, the steadiness, is the correlation of a prompt's true rate between
the periods (1: prompts keep their rates but for the common move).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_STEADY_INTERVAL
from brand_monitor.domain.statistics.wilson import z_score

MAX_REPEATS: Final = 10
_STEPS: Final = 60  # halvings of an interval below 1: far below any effect that matters


@dataclass(frozen=True)
class Spending:
    """What asking costs and what is allowed.

    Attributes:
        per_answer: Price of one answer, in any currency.
        per_prompt: Price of finding and keeping one more prompt, in the same currency.
        max_prompts: Most prompts to be had, None for no limit.
        max_repeats: Most answers per prompt and period.
    """

    per_answer: float
    per_prompt: float = 0.0
    max_prompts: int | None = None
    max_repeats: int = MAX_REPEATS


@dataclass(frozen=True)
class PlanOption:
    """One way to reach the aim: `prompts` x `repeats` in each of `periods`, `answers` in all."""

    prompts: int
    repeats: int
    periods: int
    answers: int
    price: float
    feasible: bool


@dataclass(frozen=True)
class PlanOptions:
    """All options, by repeats; `cheapest` is None where no option has enough prompts to choose from."""

    options: tuple[PlanOption, ...]
    cheapest: PlanOption | None


def plan_half_width(
    half_width: float, spending: Spending, *, rate: float = 0.5, icc: float = 0.3, confidence: float = 0.95
) -> PlanOptions:
    """Return the options for an interval of +- `half_width` around a rate: k = z^2 p (1 - p) w / h^2.

    Args:
        half_width: Wanted half-width, as a fraction.
        spending: Prices and limits.
        rate: Expected rate; .5 is the most expensive.
        icc: Expected intraclass correlation of repeats.
        confidence: Two-sided level.

    Raises:
        ValueError: An argument lies outside its range.

    Source: Cochran (1977), Sampling Techniques, 10.3 (two-stage sampling).
    """
    _require(half_width=half_width, rate=rate)
    _require_icc(icc, 1.0)
    per_prompt = z_score(confidence) ** 2 * rate * (1 - rate) / half_width**2
    return _options([per_prompt * _spread(icc, m, 0.0) for m in _repeats(spending)], spending, periods=1)


def plan_effect(
    rate: float,
    effect: float,
    spending: Spending,
    *,
    icc: float = 0.3,
    steadiness: float | None = 1.0,
    power: float = 0.8,
    confidence: float = 0.95,
) -> PlanOptions:
    """Return the options that detect a move from `rate` to `rate + effect` between two periods.

    k = (z_a sqrt(2 q (1 - q)) + z_b sqrt(p1 (1 - p1) + p2 (1 - p2)))^2 w / effect^2, q the mean of both;
    the price covers both periods, and no plan has under 10 prompts.

    Args:
        rate: Rate of the first period.
        effect: Smallest move that must not be missed, positive or negative.
        spending: Prices and limits.
        icc: Expected intraclass correlation of repeats.
        steadiness: Correlation of the prompts' true rates between the periods, 0 to 1. None: other prompts
            in each period, so `prompts` counts both arms together.
        power: Chance to see the move.
        confidence: 1 - two-sided level of the test.

    Raises:
        ValueError: An argument lies outside its range.

    Source: Fleiss, Levin & Paik (2003), eq. 4.14, with the variance of a paired two-stage sample.
    """
    _require(rate=rate, power=power)
    if effect == 0 or not 0 < rate + effect < 1:
        raise ValueError(f"effect is {effect}: give a move, not 0, that keeps {rate} between 0 and 1")
    same = steadiness if steadiness is not None else 0.0
    _require_icc(icc, same)
    arms = 1 if steadiness is not None else 2
    needed = _two_rates(rate, rate + effect, power, confidence)
    sizes = [needed * _spread(icc, m, same) for m in _repeats(spending)]
    return _options(sizes, spending, periods=2, arms=arms)


def detectable_effect(
    rate: float,
    prompts: int,
    repeats: int,
    *,
    icc: float = 0.3,
    steadiness: float = 1.0,
    power: float = 0.8,
    confidence: float = 0.95,
) -> float | None:
    """Return the smallest rise from `rate` that prompts x repeats in both of two periods would detect.

    The inverse of `plan_effect`, by bisection. None where not even a rise to 1 would be.

    Raises:
        ValueError: An argument lies outside its range.
    """
    _require(rate=rate, power=power)
    _require_icc(icc, steadiness)
    if prompts < 1 or repeats < 1:
        raise ValueError(f"need at least 1 prompt and 1 repeat, got {prompts} and {repeats}")
    spread = _spread(icc, repeats, steadiness)

    def seen(effect: float) -> bool:
        return _two_rates(rate, rate + effect, power, confidence) * spread <= prompts

    low, high = 0.0, 1 - rate
    if not seen(high):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high


def expected_half_width(
    prompts: int, repeats: int, *, rate: float = 0.5, icc: float = 0.3, confidence: float = 0.95
) -> float:
    """Return the half-width that prompts x repeats give around a rate: z sqrt(p (1 - p) w / k)."""
    _require(rate=rate)
    _require_icc(icc, 1.0)
    return z_score(confidence) * math.sqrt(rate * (1 - rate) * _spread(icc, repeats, 0.0) / prompts)


def best_repeats(icc: float, spending: Spending) -> float:
    """Return the repeats that buy the most certainty on a rate: sqrt(c_prompt / c_answer (1 - ICC) / ICC).

    Not rounded; below 1 means 1, infinite for an ICC of 0. Source: Cochran (1977), eq. 10.26.
    """
    if icc <= 0:
        return math.inf
    return math.sqrt(spending.per_prompt / spending.per_answer * (1 - icc) / icc)


def _repeats(spending: Spending) -> range:
    return range(1, spending.max_repeats + 1)


def _spread(icc: float, repeats: int, steadiness: float) -> float:
    return icc * (1 - steadiness) + (1 - icc) / repeats


def _two_rates(p1: float, p2: float, power: float, confidence: float) -> float:
    pooled = (p1 + p2) / 2
    null_part = z_score(confidence) * math.sqrt(2 * pooled * (1 - pooled))
    power_part = NormalDist().inv_cdf(power) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return ((null_part + power_part) / (p2 - p1)) ** 2


def _options(sizes: list[float], spending: Spending, *, periods: int, arms: int = 1) -> PlanOptions:
    options = []
    for repeats, size in enumerate(sizes, start=1):
        prompts = arms * max(math.ceil(size - 1e-9), MIN_PROMPTS_FOR_STEADY_INTERVAL)
        answers = prompts * repeats * periods // arms
        price = answers * spending.per_answer + prompts * spending.per_prompt
        feasible = spending.max_prompts is None or prompts <= spending.max_prompts
        options.append(PlanOption(prompts, repeats, periods, answers, price, feasible))
    possible = [option for option in options if option.feasible]
    cheapest = min(possible, key=lambda option: (option.price, option.answers), default=None)
    return PlanOptions(tuple(options), cheapest)


def _require(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}; give a fraction between 0 and 1")


def _require_icc(icc: float, steadiness: float) -> None:
    if not (0 <= icc <= 1 and 0 <= steadiness <= 1):
        raise ValueError(f"ICC and steadiness lie in [0, 1], got {icc} and {steadiness}")
