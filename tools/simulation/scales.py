"""How much is simulated: the whole grid, or a small one that tests can afford; and what tables share.

Belongs here: sizes and the formatting of shares. Keep out: what is simulated and what the tables say.
"""

from dataclasses import dataclass

import numpy as np

from tools.simulation.coverage import COARSE, cells
from tools.simulation.worlds import Cell


@dataclass(frozen=True)
class Scale:
    """Grids and monitors per cell: of the product's interval, of its rivals, of changes and of tests."""

    grid: tuple[Cell, ...]
    coarse: tuple[Cell, ...]
    monitors: int
    rivals: int
    changes: int
    runs: int
    seed: int = 1


FULL = Scale(tuple(cells()), tuple(COARSE), monitors=4000, rivals=1000, changes=1000, runs=2000)
REDUCED = Scale(
    tuple(cells(prompts=(5, 20), repeats=(1, 3), iccs=(0.0, 0.4), rates=(0.05, 0.2, 0.5, 0.9))),
    tuple(cells(prompts=(5, 20), repeats=(3,), iccs=(0.0, 0.2), rates=(0.1, 0.5))),
    monitors=1000,
    rivals=200,
    changes=60,
    runs=200,
)


def percent(share: float) -> str:
    """Return a share in percent with one digit."""
    return f"{100 * share:.1f}"


def points(share: float) -> str:
    """Return a difference in whole points."""
    return f"{100 * share:.0f}"


def mean(shares: list[float]) -> str:
    """Return the mean of shares, a dash without any."""
    return percent(float(np.mean(shares))) if shares else "-"


def extent(shares: list[float]) -> str:
    """Return the lowest and the highest share, a dash without any."""
    return f"{percent(min(shares))}-{percent(max(shares))}" if shares else "-"


def spread(shares: list[float]) -> str:
    """Return median, lowest and highest share, a dash without any."""
    return f"{percent(float(np.median(shares)))} ({extent(shares)})" if shares else "-"
