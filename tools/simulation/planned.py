"""Whether plans keep what they promise, and estimates find what was put in.

Belongs here: power and width at the planned size; the ICC and the variance split of made data.
"""

from dataclasses import replace

import numpy as np

from brand_monitor.domain.statistics import Spending, icc, plan_effect, plan_half_width, variance_split
from tools.simulation.coverage import rate_coverage
from tools.simulation.testing import called_periods
from tools.simulation.worlds import Cell, FloatArray, true_rates

FREE = Spending(per_answer=1.0)


def planned_power(cell: Cell, move: float, monitors: int, seed: int) -> tuple[int, float]:
    """Return the prompts that a plan for 80 % power asks for, and the power of the sign-flip test there.

    The prompts of `cell` are not read: they are what is planned.
    """
    prompts = plan_effect(cell.rate, move, FREE, icc=cell.icc).options[cell.repeats - 1].prompts
    calls = called_periods(replace(cell, prompts=prompts), move, monitors, seed)
    return prompts, calls["sign-flip, exact"]


def planned_width(cell: Cell, half: float, monitors: int, seed: int) -> tuple[int, float]:
    """Return the prompts that a plan for a half-width asks for, and the mean half-width there."""
    prompts = plan_half_width(half, FREE, rate=cell.rate, icc=cell.icc).options[cell.repeats - 1].prompts
    return prompts, rate_coverage(replace(cell, prompts=prompts), monitors, seed).width / 2


def estimated_icc(true: float, prompts: int, monitors: int, seed: int) -> tuple[float, float]:
    """Return mean and standard deviation of the ICC estimated from 1 to 6 answers per prompt at rate .3."""
    rng = np.random.default_rng([seed, prompts, round(100 * true)])
    n = rng.integers(1, 7, (monitors, prompts))
    x = rng.binomial(n, true_rates(rng, 0.3, true, (monitors, prompts)))
    found = [value for a, b in zip(x, n, strict=True) if (value := icc(a, b)) is not None]
    return float(np.mean(found)), float(np.std(found))


def split_shares(runs: int, seed: int) -> dict[str, tuple[float, float, float]]:
    """Return (made, mean estimate, share of estimates set to 0) of components; a third is missing."""
    made = {"family": 0.02, "paraphrase": 0.01, "persona": 0.005, "engine": 0.005, "day": 0.0}
    sizes = {"family": 30, "paraphrase": 90, "persona": 4, "engine": 5, "day": 7}
    rng = np.random.default_rng(seed)
    estimates: dict[str, list[float]] = {name: [] for name in made}
    zeros = dict.fromkeys(made, 0)
    for _ in range(runs):
        labels = _labels(rng)
        effects = {name: _centred(rng, sizes[name], made[name]) for name in made}
        rate = 0.45 + sum(effects[name][labels[name]] for name in made)
        split = variance_split(rng.random(rate.size) < rate, labels)
        for one in split.components if split else ():
            if one.factor in made and one.variance is not None:
                estimates[one.factor].append(one.variance)
                zeros[one.factor] += one.truncated
    return {name: (made[name], float(np.mean(estimates[name])), zeros[name] / runs) for name in made}


def _labels(rng: np.random.Generator) -> dict[str, FloatArray]:
    grid = np.indices((90, 4, 5, 7, 2)).reshape(5, -1)
    kept = grid[:, rng.random(grid.shape[1]) < 2 / 3]
    return {
        "family": kept[0] // 3,
        "paraphrase": kept[0],
        "persona": kept[1],
        "engine": kept[2],
        "day": kept[3],
    }


def _centred(rng: np.random.Generator, levels: int, variance: float) -> FloatArray:
    """Effects of exactly this variance over the levels: what scatters is then the estimate alone."""
    raw = rng.normal(size=levels)
    raw -= raw.mean()
    return np.asarray(raw / raw.std(ddof=1) * np.sqrt(variance))
