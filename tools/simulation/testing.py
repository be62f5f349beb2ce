"""How often tests call a change: where there is none (size) and where there is one (power).

Belongs here: tests of periods, of brands and of whole families. Keep out: intervals (coverage.py) and drift.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics import benjamini_hochberg, mcnemar, sign_flip_tests
from brand_monitor.domain.statistics.flags import MIN_CHANGED_PROMPTS
from tools.simulation.worlds import Cell, IntArray, true_rates, two_periods

LEVEL = 0.05
BoolArray = npt.NDArray[np.bool_]
Pairs = tuple[IntArray, IntArray]


def sign_flip(pairs: Pairs, _: int) -> BoolArray:
    """Return whether the sign-flip test calls a change, with the rule of 7 changed prompts."""
    got = sign_flip_tests(pairs[1] - pairs[0])
    return (got.p_value <= LEVEL) & (got.changed >= MIN_CHANGED_PROMPTS)


def sign_flip_mid(pairs: Pairs, _: int) -> BoolArray:
    """Return the same with the mid-p value."""
    got = sign_flip_tests(pairs[1] - pairs[0])
    return (got.p_mid <= LEVEL) & (got.changed >= MIN_CHANGED_PROMPTS)


def mcnemar_prompts(pairs: Pairs, _: int) -> BoolArray:
    """Return whether McNemar by prompt (exact) calls a change."""
    fell, rose = (pairs[0] > pairs[1]).sum(axis=1), (pairs[1] > pairs[0]).sum(axis=1)
    return np.array([_mcnemar(int(b), int(c)) for b, c in zip(fell, rose, strict=True)]) <= LEVEL


def two_samples(pairs: Pairs, m: int) -> BoolArray:
    """Return whether a two-proportion z-test on answers does: unpaired, repeats taken for independent."""
    n = pairs[0].shape[1] * m
    p1, p2 = pairs[0].sum(axis=1) / n, pairs[1].sum(axis=1) / n
    pooled = (p1 + p2) / 2
    error = np.sqrt(2 * pooled * (1 - pooled) / n)
    return np.asarray(np.abs(p2 - p1) > 1.959964 * np.where(error > 0, error, np.inf))


PERIOD_TESTS: Mapping[str, Callable[[Pairs, int], BoolArray]] = {
    "sign-flip, exact": sign_flip,
    "sign-flip, mid-p": sign_flip_mid,
    "McNemar by prompt, exact": mcnemar_prompts,
    "two-sample z on answers": two_samples,
}


def called_periods(
    cell: Cell, effect: float, monitors: int, seed: int, steady: float = 1.0
) -> dict[str, float]:
    """Return how often each test calls a move between two periods on the same prompts."""
    pairs = two_periods(cell.rng(seed), cell, effect, monitors, steady=steady)
    return {name: float(test(pairs, cell.repeats).mean()) for name, test in PERIOD_TESTS.items()}


def called_brands(cell: Cell, gap: float, monitors: int, seed: int) -> dict[str, float]:
    """Return how often tests tell two brands apart, in the same answers, whose rates differ by `gap`."""
    rng = cell.rng(seed)
    shape = (monitors, cell.prompts)
    rates = [true_rates(rng, rate, cell.icc, shape)[..., None] for rate in (cell.rate, cell.rate + gap)]
    first, second = (rng.random((*shape, cell.repeats)) < rate for rate in rates)
    only_first, only_second = ((a & ~b).sum(axis=(1, 2)) for a, b in ((first, second), (second, first)))
    by_answer = [_mcnemar(int(b), int(c)) <= LEVEL for b, c in zip(only_first, only_second, strict=True)]
    pairs = first.sum(axis=2), second.sum(axis=2)
    return {
        "sign-flip by prompt": float(sign_flip(pairs, cell.repeats).mean()),
        "McNemar by prompt": float(mcnemar_prompts(pairs, cell.repeats).mean()),
        "McNemar by answer": float(np.mean(by_answer)),
    }


@dataclass(frozen=True)
class Family:
    """What many tests at once bring: false calls among the calls, and real moves found."""

    false_share: float
    found: float


def families(runs: int, seed: int, *, corrected: bool) -> Family:
    """Return false calls and found moves over 20 brands, 5 of which moved .2 to .4 (40 prompts, 3 runs)."""
    cell = Cell(40, 3, 0.3, 0.2)
    rng = cell.rng(seed)
    calm, moved = (two_periods(rng, cell, effect, runs * n) for effect, n in ((0.0, 15), (0.2, 5)))
    p = np.concatenate([sign_flip_tests(b - a).p_value.reshape(runs, -1) for a, b in (calm, moved)], axis=1)
    q = np.array([benjamini_hochberg(row) for row in p]) if corrected else p
    called = q <= LEVEL
    false = called[:, :15].sum(axis=1) / np.maximum(called.sum(axis=1), 1)
    return Family(float(false.mean()), float(called[:, 15:].mean()))


@cache
def _mcnemar(b: int, c: int) -> float:
    return mcnemar(b, c).p_exact
