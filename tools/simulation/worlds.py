"""Simulated monitors: prompts whose true rates differ, answers that follow them. Seeded per cell.

Belongs here: the ways in which data are made. Keep out: what is computed from them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """One cell of a grid: k prompts, m repeats, intraclass correlation and rate."""

    prompts: int
    repeats: int
    icc: float
    rate: float

    def rng(self, seed: int) -> np.random.Generator:
        """Return the generator of this cell: no cell depends on which others were run."""
        return np.random.default_rng(
            [seed, self.prompts, self.repeats, round(1000 * self.icc), round(1000 * self.rate)]
        )


def true_rates(rng: np.random.Generator, rate: float, icc: float, shape: tuple[int, ...]) -> FloatArray:
    """Return rates of prompts: beta distributed with this mean and intraclass correlation; alike at ICC 0."""
    if icc == 0:
        return np.full(shape, rate)
    spread = (1 - icc) / icc
    return rng.beta(rate * spread, (1 - rate) * spread, shape)


def mentions(rng: np.random.Generator, cell: Cell, monitors: int) -> IntArray:
    """Return answers with a mention, shape [monitors, k]."""
    return rng.binomial(cell.repeats, true_rates(rng, cell.rate, cell.icc, (monitors, cell.prompts)))


def zero_inflated(rng: np.random.Generator, cell: Cell, monitors: int) -> tuple[IntArray, IntArray]:
    """Return mentions and answers where some prompts never name the brand and the rest are alike."""
    high = cell.rate + cell.icc * (1 - cell.rate)
    shape = (monitors, cell.prompts)
    rates = np.where(rng.random(shape) < cell.rate / high, high, 0.0)
    return rng.binomial(cell.repeats, rates), np.full(shape, cell.repeats)


def unequal(rng: np.random.Generator, cell: Cell, monitors: int) -> tuple[IntArray, IntArray]:
    """Return mentions and answers where prompts that name the brand more have three times the answers."""
    rates = true_rates(rng, cell.rate, cell.icc, (monitors, cell.prompts))
    answers = np.where(rates > cell.rate, 3, 1) * cell.repeats
    return rng.binomial(answers, rates), answers


def two_periods(
    rng: np.random.Generator, cell: Cell, effect: float, monitors: int, *, steady: float = 1.0
) -> tuple[IntArray, IntArray]:
    """Return the mentions of two periods on the same prompts, shapes [monitors, k].

    Every prompt moves in proportion to the room that it has, so that the mean moves by `effect`, up or down.
    A share 1 - `steady` of the prompts has an unrelated rate in the second period.
    """
    shape = (monitors, cell.prompts)
    before = true_rates(rng, cell.rate, cell.icc, shape)
    fresh = true_rates(rng, cell.rate, cell.icc, shape)
    base = before if steady == 1 else np.where(rng.random(shape) < steady, before, fresh)
    after = base + effect / (1 - cell.rate) * (1 - base) if effect >= 0 else base * (1 + effect / cell.rate)
    return rng.binomial(cell.repeats, before), rng.binomial(cell.repeats, after)
