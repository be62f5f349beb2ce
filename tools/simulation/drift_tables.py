"""The tables on drift: canaries and the CUSUM.

Belongs here: what of the simulated run lengths is shown. Keep out: the simulation (drifting.py).
"""

from collections.abc import Iterator

from tools.pages.markdown import table
from tools.simulation.drifting import (
    binomial_days,
    canary_calls,
    normal_days,
    run_length,
    watched_alarms,
)
from tools.simulation.scales import Scale, percent, points

SHIFTS = (0.0, 0.5, 1.0, 2.0)
SCHEMES = ((0.5, 4.0), (0.5, 5.0), (0.25, 8.0), (1.0, 2.5))
OWN = (0.5, 5.0)


def drift_sections(scale: Scale) -> Iterator[str]:
    """Yield how often canaries call drift, and how long a CUSUM runs."""
    yield "## Canaries: share of days called drift, against the seven days before\n"
    rows = [
        [
            str(n),
            points(rate),
            *(
                percent(canary_calls(rate, rate * kept, n, scale.runs, scale.seed))
                for kept in (1.0, 0.8, 0.5)
            ),
        ]
        for n in (3, 10, 30, 100)
        for rate in (0.5, 0.9)
    ]
    yield table(["answers a day", "rate, %", "no drift", "a fifth lost", "half lost"], rows)
    yield (
        "## CUSUM: mean days to an alarm\n\nk and h in standard deviations of a day; the product takes "
        f"k = {OWN[0]}, h = {OWN[1]}. Shift 0 is a false alarm.\n"
    )
    runs = max(scale.runs // 4, 50)
    days = {shift: normal_days(shift, runs, scale.seed) for shift in SHIFTS}
    rows = [
        [str(k), str(h), *(f"{run_length(steps, k, h):.1f}" for steps in days.values())] for k, h in SCHEMES
    ]
    yield table(["k", "h", *(f"shift {shift}" for shift in SHIFTS)], rows)
    yield "Days to a false alarm on calm binomial days, by the days that the baseline is known from:\n"
    rows = [
        [
            str(n),
            points(rate),
            *(
                f"{run_length(binomial_days(rate, n, base, runs, scale.seed), *OWN):.0f}"
                for base in (None, 30, 7)
            ),
        ]
        for n in (5, 30)
        for rate in (0.5, 0.9)
    ]
    yield table(["answers a day", "rate, %", "the truth", "30 days", "7 days"], rows)
    yield "Months of a brand's visibility called drifted: 14 days say what is usual, 14 more are watched\n"
    rows = [
        [
            str(n),
            points(rate),
            *(percent(watched_alarms(rate, n, shift, scale.runs, scale.seed)) for shift in SHIFTS),
        ]
        for n in (30, 100)
        for rate in (0.1, 0.5)
    ]
    yield table(["answers a day", "rate, %", *(f"shift {shift}" for shift in SHIFTS)], rows)
