"""How many answers it takes to find a planted cause: a table over designs, by simulation.

    python -m benchmarks.planted_cause

A page raises the probability that a brand is named from ``low`` to ``high``; the others do nothing. Each row
is one design in 2,000 seeded worlds: how often the page is ranked first (ties count against it), how often
its interval excludes 0, and how often the intervals of the other pages hold 0. No model is asked.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from brand_monitor.domain.designs import Order, designs
from brand_monitor.domain.effects.arms import Question
from brand_monitor.domain.effects.methods import by_shapley, by_surrogate, leave_one_out

WORLDS = 2_000
STRENGTHS = [(0.95, 0.0), (0.9, 0.05), (0.6, 0.1), (0.4, 0.2)]
#: Sources, replicates, masks.
DESIGNS = [(4, 2, 2), (4, 3, 8), (4, 5, 14), (4, 10, 14), (4, 20, 14), (8, 3, 16), (8, 5, 32), (8, 10, 32)]
METHODS = {"leave one out": leave_one_out, "surrogate": by_surrogate, "shapley": by_shapley}


class Result(NamedTuple):
    """What one method found in all worlds of one design; shares of worlds."""

    method: str
    answers: int
    first: float
    found: float
    null_coverage: float


def results(sources: int, replicates: int, masks: int, high: float, low: float) -> Iterator[Result]:
    """Yield what each method finds; the cause stands in the middle of the context."""
    rows = designs(sources, replicates=replicates, masks=masks)
    cause = sources // 2

    def rate(order: Order) -> float:
        return high if cause in order else low

    named = np.random.default_rng(0).random((len(rows), WORLDS)) < np.array(
        [[rate(row.order)] for row in rows]
    )
    asked = Question(
        sources=sources,
        designed=frozenset(row.kind for row in rows),
        kinds=[row.kind for row in rows],
        orders=[row.order for row in rows],
        replicates=[row.replicate for row in rows],
        named=named,
    )
    for method, measure in METHODS.items():
        found = [one.values for one in measure(asked)]
        effect, lower, upper = (
            np.array([getattr(one, name) for one in found]) for name in ("effect", "lower", "upper")
        )
        if np.isnan(lower).any():
            continue
        others = np.delete(np.arange(sources), cause)
        yield Result(
            method,
            len(rows),
            float((effect[cause] > effect[others].max(axis=0)).mean()),
            float((lower[cause] > 0).mean()),
            float(((lower[others] <= 0) & (upper[others] >= 0)).mean()),
        )


def main() -> None:
    """Print the table as Markdown."""
    print("| with, without | pages | replicates | masks | answers | method | ranked first | found | 0 held |")
    print("|---|---|---|---|---|---|---|---|---|")
    for high, low in STRENGTHS:
        for sources, replicates, masks in DESIGNS:
            for one in results(sources, replicates, masks, high, low):
                shares = " | ".join(f"{share:.1%}" for share in one[2:])
                print(
                    f"| {high:.2f}, {low:.2f} | {sources} | {replicates} | {masks} | {one.answers} "
                    f"| {one.method} | {shares} |"
                )


if __name__ == "__main__":
    main()
