"""Cluster bootstrap of all brands at once: brand_monitor against scipy.stats.bootstrap on the same answers.

Prints a Markdown table: 95 % percentile intervals of 50 brands from 100,000 answers and 2,000 resamples.
scipy has no clusters and no levels: its statistic has to draw the answers of the drawn prompts itself, one
resample at a time. It is timed on a part of the resamples and scaled up. The last columns are its time over
ours and the largest distance between the bounds of both, in standard errors of the rate: the noise of a
bootstrap of that many resamples. The rows of one level resample prompts only; there scipy is given our
rates per prompt, so it has no answer to touch, and its own vectorised path.

    python benchmarks/cluster_bootstrap.py --answers 100000 --brands 50 --draws 2000
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator

import numpy as np

from brand_monitor.domain.statistics import bootstrap_rates

Bounds = tuple[np.ndarray, np.ndarray]


def simulated_answers(answers: int, prompts: int, brands: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Mentions of all brands and the prompt of each answer; rates differ between prompts (ICC .4)."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(0.05, 0.6, brands)
    rates = rng.beta(mean * 1.5, (1 - mean) * 1.5, (prompts, brands))
    prompt = np.repeat(np.arange(prompts), answers // prompts)
    return (rng.random((prompt.size, brands)) < rates[prompt]).astype(np.float32), prompt


def ours(mentions: np.ndarray, prompt: np.ndarray, draws: int, levels: int) -> Bounds:
    result = bootstrap_rates(mentions, prompt, seed=1, draws=draws, levels=1 if levels == 1 else 2)
    return result.lower, result.upper


def scipy_two_levels(mentions: np.ndarray, prompts: int, draws: int) -> Bounds:
    from scipy import stats

    rng = np.random.default_rng(1)
    per_prompt = len(mentions) // prompts

    def rates(drawn: np.ndarray) -> np.ndarray:
        inside = rng.integers(0, per_prompt, (prompts, per_prompt))
        return mentions[(drawn[:, None] * per_prompt + inside).ravel()].mean(axis=0)

    found = stats.bootstrap(
        (np.arange(prompts),), rates, n_resamples=draws, method="percentile", vectorized=False, rng=rng
    ).confidence_interval
    return found.low, found.high


def scipy_one_level(mentions: np.ndarray, prompts: int, draws: int) -> Bounds:
    from scipy import stats

    rates = mentions.reshape(prompts, -1, mentions.shape[1]).mean(axis=1)
    found = stats.bootstrap(
        (rates,), np.mean, axis=0, n_resamples=draws, method="percentile", batch=20, rng=1
    ).confidence_interval
    return found.low, found.high


def timed(call: Callable[[], Bounds], rounds: int) -> tuple[Bounds, float]:
    """Return the result of `call` and its best wall time in seconds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        bounds = call()
        best = min(best, time.perf_counter() - start)
    return bounds, best


def compare(options: argparse.Namespace, prompts: int) -> Iterator[str]:
    """Yield the rows of the table for one number of prompts."""
    mentions, prompt = simulated_answers(options.answers, prompts, options.brands, options.seed)
    error = mentions.reshape(prompts, -1, options.brands).mean(axis=1).std(axis=0, ddof=1) / prompts**0.5
    few = max(options.draws // options.shorter, 20)
    for levels in (2, 1):
        own, took = timed(lambda levels=levels: ours(mentions, prompt, options.draws, levels), options.rounds)
        if levels == 2:
            theirs, part = timed(lambda: scipy_two_levels(mentions, prompts, few), 1)
            other = part * options.draws / few
            theirs = scipy_two_levels(mentions, prompts, 400) if options.check else theirs
        else:
            theirs, other = timed(lambda: scipy_one_level(mentions, prompts, options.draws), 1)
        apart = max(np.abs(np.stack(own) - np.stack(theirs)).max(axis=0) / error)
        yield f"| {prompts} | {levels} | {took:.3f} | {other:.2f} | {other / took:.0f} | {apart:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--draws", type=int, default=2_000, help="resamples, at least 2000")
    parser.add_argument("--prompts", type=int, nargs="+", default=[100, 200, 1000], help="clusters")
    parser.add_argument("--shorter", type=int, default=20, help="scipy's two levels run 1/N of the resamples")
    parser.add_argument("--check", action="store_true", help="compare bounds on 400 resamples of scipy")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds of ours; the best counts")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    print("| prompts | levels | brand_monitor, s | scipy, s | scipy / ours | bounds apart, SE |")
    print("|---:|---:|---:|---:|---:|---:|")
    for prompts in options.prompts:
        for row in compare(options, prompts):
            print(row)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of all of it: {peak:.0f} MB; all weights at once would take 800 MB for two levels.")


if __name__ == "__main__":
    main()
