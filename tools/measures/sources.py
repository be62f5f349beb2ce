"""How alike the sources of repeated answers are: ICC and design effect of cited domains (ai-product-bench).

Belongs here: what repeats of a question are worth, on real answers. Not here: the formulas (``statistics``).
"""

from collections import Counter, defaultdict

import numpy as np

from brand_monitor.domain.statistics import design_effect, icc, rate_intervals, wilson
from brand_monitor.domain.urls import registrable_host
from tools.measures.figures import Figure
from tools.measures.markets import answers

SOURCE = "ai-product-bench-dev"
ENGINE = "Google AI Mode"
#: Answers that must cite a domain for an ICC of its own.
LEAST = 5


def measure() -> list[Figure]:
    """Return the figures."""
    cited: dict[str, list[frozenset[str]]] = defaultdict(list)
    for one in answers():
        # Engines are never pooled, and ChatGPT showed sources in every third answer only.
        if one.model == ENGINE and one.domains:
            cited[one.query_id].append(frozenset(registrable_host(host) for host in one.domains))
    questions = {question: rows for question, rows in cited.items() if len(rows) > 1}
    sizes = [len(rows) for rows in questions.values()]
    often = Counter(domain for rows in questions.values() for row in rows for domain in row)
    domains = [domain for domain, count in often.items() if count >= LEAST]
    counts = np.array(
        [[sum(d in row for row in rows) for rows in questions.values()] for d in domains], float
    )
    alike = [icc(row, sizes) for row in counts]
    known = [one for one in alike if one is not None]
    repeats = sum(sizes) / len(sizes)
    intervals = rate_intervals(counts, np.array(sizes, float))
    naive = wilson(counts.sum(axis=1) / sum(sizes), np.full(len(domains), float(sum(sizes))))
    wider = (intervals.upper - intervals.lower) / (naive[1] - naive[0])
    told = f"{len(domains)} domains, {sum(sizes)} answers of {ENGINE}"
    middle, low, high = _quartiles(known)
    repeats = round(sum(sizes) / len(sizes), 1)

    def figure(name: str, value: float, lower: float, upper: float, note: str) -> Figure:
        return Figure(name, value, lower, upper, told, len(sizes), note, is_share=False)

    return [
        figure("ICC of a cited domain", middle, low, high, "median and quartiles over domains"),
        *(
            figure(
                f"design effect at {m:g} answers a question",
                design_effect(max(0.0, middle), m),
                design_effect(max(0.0, low), m),
                design_effect(max(0.0, high), m),
                "1 + (m - 1) ICC",
            )
            for m in (repeats, 10.0)
        ),
        figure("honest interval beside the naive one", *_quartiles(wider.tolist()), "times as wide"),
    ]


def _quartiles(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = (float(np.quantile(values, share)) for share in (0.25, 0.5, 0.75))
    return middle, low, high
