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

    On the same prompts k0 = (z_a sqrt(V + e^2) + z_b sqrt(V))^2 / e^2 for the move e, with
    V = (p1 (1 - p1) + p2 (1 - p2)) w + e^2 ICC o, o = p1 / (1 - p1) for a rise and its inverse for a fall:
    the scatter of moves where each prompt moves in proportion to the room it has. The sign-flip test
    takes e^2 itself for scatter, and works on a lattice: k = (sqrt(k0) + sqrt(k0 + 4 / (m |e|)))^2 / 4.
    Checked by simulation in docs/statistics.md. The price covers both periods; no plan has under 10 prompts.

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

    Source: Fleiss, Levin & Paik (2003), eq. 4.14 for other prompts in each period, and 4.17 (continuity).
    """
    _require(rate=rate, power=power)
    if effect == 0 or not 0 < rate + effect < 1:
        raise ValueError(f"effect is {effect}: give a move, not 0, that keeps {rate} between 0 and 1")
    _require_icc(icc, 0.0 if steadiness is None else steadiness)
    aim = _Aim(icc, power, confidence)
    if steadiness is None:
        sizes = [aim.two_samples(rate, effect, m) for m in _repeats(spending)]
        return _options(sizes, spending, periods=2, arms=2)
    sizes = [aim.same_prompts(rate, effect, m, steadiness) for m in _repeats(spending)]
    return _options(sizes, spending, periods=2)


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
    aim = _Aim(icc, power, confidence)
    low, high = 0.0, 1 - rate
    if aim.same_prompts(rate, high, repeats, steadiness) > prompts:
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        enough = aim.same_prompts(rate, middle, repeats, steadiness) <= prompts
        low, high = (low, middle) if enough else (middle, high)
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


@dataclass(frozen=True)
class _Aim:
    """How sure a plan has to be, and how alike repeats are."""

    icc: float
    power: float
    confidence: float

    def two_samples(self, rate: float, effect: float, repeats: int) -> float:
        """Return the prompts per arm where each period asks other prompts."""
        pooled = rate + effect / 2
        binomial = self._binomial(rate, effect)
        return self._size(2 * pooled * (1 - pooled), binomial, effect) * _spread(self.icc, repeats, 0.0)

    def same_prompts(self, rate: float, effect: float, repeats: int, steadiness: float) -> float:
        """Return the prompts where both periods ask the same; formula in `plan_effect`."""
        odds = rate / (1 - rate) if effect > 0 else (1 - rate) / rate
        moves = effect**2 * self.icc * odds
        variance = self._binomial(rate, effect) * _spread(self.icc, repeats, steadiness) + moves
        size = self._size(variance + effect**2, variance, effect)
        return (math.sqrt(size) + math.sqrt(size + 4 / (repeats * abs(effect)))) ** 2 / 4

    def _size(self, null_variance: float, variance: float, effect: float) -> float:
        null_part = z_score(self.confidence) * math.sqrt(null_variance)
        power_part = NormalDist().inv_cdf(self.power) * math.sqrt(variance)
        return ((null_part + power_part) / effect) ** 2

    @staticmethod
    def _binomial(rate: float, effect: float) -> float:
        after = rate + effect
        return rate * (1 - rate) + after * (1 - after)


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
