"""How often intervals hold the truth: the product's on the whole grid, its rivals on a coarser one.

Belongs here: coverage of rates, shares and changes. Keep out: tests of a difference (testing.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from brand_monitor.domain.statistics import rate_change, rate_intervals, share_intervals
from brand_monitor.domain.statistics.flags import TOO_NARROW, TOO_WIDE
from tools.simulation.methods import METHODS
from tools.simulation.worlds import Cell, IntArray, mentions, true_rates, two_periods

PROMPTS: Final = (5, 10, 20, 50, 100)
REPEATS: Final = (1, 2, 3, 5, 10)
ICCS: Final = (0.0, 0.1, 0.2, 0.4, 0.8)
RATES: Final = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
LOW, HIGH = 0.93, 0.97

World = Callable[[np.random.Generator, Cell, int], tuple[IntArray, IntArray]]


@dataclass(frozen=True)
class Coverage:
    """What one cell shows: coverage, mean width, and the share of figures with each kind of flag."""

    cell: Cell
    held: float
    width: float
    too_wide: float = 0.0
    too_narrow: float = 0.0
    few: float = 0.0
    any_flag: float = 0.0


def cells(
    prompts: tuple[int, ...] = PROMPTS,
    repeats: tuple[int, ...] = REPEATS,
    iccs: tuple[float, ...] = ICCS,
    rates: tuple[float, ...] = RATES,
) -> list[Cell]:
    """Return the cells of a grid; with one repeat the ICC changes nothing and 0 stands for all."""
    grid = product(prompts, repeats, iccs, rates)
    return [Cell(k, m, icc, p) for k, m, icc, p in grid if m > 1 or icc == iccs[0]]


COARSE: Final = cells(repeats=(1, 3, 10), iccs=(0.0, 0.2, 0.8), rates=(0.02, 0.1, 0.2, 0.5, 0.8, 0.9))


def rate_coverage(cell: Cell, monitors: int, seed: int) -> Coverage:
    """Return the coverage of the product's interval for a rate, and how many figures flag themselves."""
    x = mentions(cell.rng(seed), cell, monitors)
    got = rate_intervals(x, np.full(cell.prompts, cell.repeats))
    flags = [set(record.flags) for row in range(monitors) if (record := got.at(row)) is not None]
    few = ("seen_in", "missed_in", "never", "always")
    return Coverage(
        cell,
        float(((got.lower <= cell.rate) & (cell.rate <= got.upper)).mean()),
        float((got.upper - got.lower).mean()),
        too_wide=sum(TOO_WIDE in one for one in flags) / monitors,
        too_narrow=sum(TOO_NARROW in one for one in flags) / monitors,
        few=sum(any(flag.startswith(few) for flag in one) for one in flags) / monitors,
        any_flag=sum(any(flag.startswith(("coverage", "rough", *few)) for flag in one) for one in flags)
        / monitors,
    )


def world_coverage(world: World, cell: Cell, monitors: int, seed: int) -> tuple[Coverage, float]:
    """Return the coverage in another world, and by how much the pooled rate is off on average."""
    x, n = world(cell.rng(seed), cell, monitors)
    got = rate_intervals(x, n)
    held = ((got.lower <= cell.rate) & (cell.rate <= got.upper)).mean()
    pooled = (x.sum(axis=1) / n.sum(axis=1)).mean() - cell.rate
    return Coverage(cell, float(held), float((got.upper - got.lower).mean())), float(pooled)


def rivals(grid: list[Cell], monitors: int, seed: int) -> dict[str, list[Coverage]]:
    """Return the coverage of all methods on the same simulated monitors."""
    found: dict[str, list[Coverage]] = {name: [] for name in METHODS}
    for cell in grid:
        x = mentions(cell.rng(seed), cell, monitors)
        for name, method in METHODS.items():
            lower, upper = method(x, cell.repeats)
            held = ((lower <= cell.rate) & (cell.rate <= upper)).mean()
            found[name].append(Coverage(cell, float(held), float((upper - lower).mean())))
    return found


def share_coverage(cell: Cell, monitors: int, seed: int) -> Coverage:
    """Return the coverage of a share of voice: a brand at the rate of the cell, rivals at .4, .2, .1."""
    rng = cell.rng(seed)
    rates = np.array([cell.rate, 0.4, 0.2, 0.1])
    shape = (monitors, cell.prompts)
    each = [rng.binomial(cell.repeats, true_rates(rng, rate, cell.icc, shape)) for rate in rates]
    got = share_intervals(np.stack(each, axis=-1), np.full(shape, cell.repeats))
    lower, upper, truth = got.lower[:, 0], got.upper[:, 0], rates[0] / rates.sum()
    known = ~np.isnan(lower)
    return Coverage(
        cell,
        float(((lower <= truth) & (truth <= upper))[known].mean()),
        float((upper - lower)[known].mean()),
    )


def change_coverage(cell: Cell, effect: float, monitors: int, seed: int) -> Coverage:
    """Return the coverage of the paired change between two periods on the same prompts."""
    before, after = two_periods(cell.rng(seed), cell, effect, monitors)
    n = np.full(cell.prompts, cell.repeats)
    changes = [rate_change(a, n, b, n) for a, b in zip(before, after, strict=True)]
    bounds = np.array([(c.lower, c.upper) for c in changes if c is not None], dtype=np.float64)
    held = (bounds[:, 0] <= effect + 1e-12) & (effect - 1e-12 <= bounds[:, 1])
    return Coverage(cell, float(held.mean()), float((bounds[:, 1] - bounds[:, 0]).mean()))


def by_prompts(found: list[Coverage]) -> Iterator[tuple[int, list[Coverage]]]:
    """Yield the cells of each number of prompts."""
    for k in sorted({one.cell.prompts for one in found}):
        yield k, [one for one in found if one.cell.prompts == k]
