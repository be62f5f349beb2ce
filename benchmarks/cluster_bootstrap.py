"""Cluster bootstrap of a mean rate: brand_monitor against scipy.stats.bootstrap on the same prompt rates.

Prints a Markdown table: per number of prompts and method the 95 % interval and the best time of a few
rounds. Both resample prompts; ours counts how often each was drawn and multiplies matrices, scipy gathers
values by index. The closed-form interval of rates (CRW) stands beside them: it needs no resampling at all.

    python benchmarks/cluster_bootstrap.py --prompts 20 50 200 1000 --draws 10000
"""

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from brand_monitor.domain.statistics import cluster_bootstrap, rate_interval

REPEATS = 3
MEAN_RATE, ICC = 0.35, 0.4

Bounds = tuple[float | None, float | None]


def simulated_mentions(prompts: int, seed: int) -> np.ndarray:
    """Mentions in three answers per prompt, with rates that differ between prompts as in real baskets."""
    rng = np.random.default_rng(seed)
    spread = (1 - ICC) / ICC
    return rng.binomial(REPEATS, rng.beta(MEAN_RATE * spread, (1 - MEAN_RATE) * spread, prompts))


def ours(rates: np.ndarray, draws: int, seed: int) -> Bounds:
    result = cluster_bootstrap(lambda w: w @ rates / rates.size, rates.size, seed=seed, draws=draws)
    return (None, None) if result is None else (result.lower, result.upper)


def scipys(method: str, rates: np.ndarray, draws: int, seed: int) -> Bounds:
    from scipy import stats

    rng = np.random.default_rng(seed)
    interval = stats.bootstrap(
        (rates,), np.mean, n_resamples=draws, method=method, rng=rng
    ).confidence_interval
    return float(interval.low), float(interval.high)


def closed_form(mentions: np.ndarray) -> Bounds:
    result = rate_interval(mentions, np.full(mentions.size, REPEATS))
    return (None, None) if result is None else (result.lower, result.upper)


def best_time(call: Callable[[], Bounds], rounds: int) -> tuple[Bounds, float]:
    """Return the result of `call` and its best wall time in milliseconds; the first call warms up."""
    bounds, best = call(), float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return bounds, 1000 * best


def compare(prompts: int, draws: int, rounds: int, seed: int) -> Iterator[str]:
    """Yield the rows of the table for one number of prompts."""
    mentions = simulated_mentions(prompts, seed)
    data = (mentions / REPEATS, draws, seed)
    calls = {
        "brand_monitor, percentile": partial(ours, *data),
        "scipy, percentile": partial(scipys, "percentile", *data),
        "scipy, BCa (its default)": partial(scipys, "BCa", *data),
        "brand_monitor, closed form (CRW)": partial(closed_form, mentions),
    }
    own_time = 0.0
    for method, call in calls.items():
        (lower, upper), took = best_time(call, rounds)
        own_time = own_time or took
        yield f"| {prompts} | {method} | {lower:.4f} | {upper:.4f} | {took:.2f} | {took / own_time:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--prompts", type=int, nargs="+", default=[20, 50, 200, 1000], help="clusters")
    parser.add_argument("--draws", type=int, default=10_000, help="bootstrap resamples, at least 2000")
    parser.add_argument("--rounds", type=int, default=15, help="timed rounds per method; the best counts")
    parser.add_argument("--seed", type=int, default=1, help="seed of the data and of the resampling")
    options = parser.parse_args()

    print("| prompts | method | lower | upper | ms | time / ours |")
    print("|---:|---|---:|---:|---:|---:|")
    for prompts in options.prompts:
        for row in compare(prompts, options.draws, options.rounds, options.seed):
            print(row)


if __name__ == "__main__":
    main()
