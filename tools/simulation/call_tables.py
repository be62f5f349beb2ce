"""The tables on tests and plans: what is called a change, and whether plans keep what they promise.

Belongs here: what of the simulated calls is shown. Keep out: the simulation (testing.py, planned.py).
"""

from collections.abc import Iterator

from tools.pages.markdown import table
from tools.simulation.planned import estimated_icc, planned_power, planned_width, split_shares
from tools.simulation.scales import Scale, percent, points, spread
from tools.simulation.testing import PERIOD_TESTS, called_brands, called_periods, families
from tools.simulation.worlds import Cell

DECIDES = "sign-flip, exact"
MOVES = (0.0, 0.1, 0.2)
POWER_ICC = 0.2

Calls = list[tuple[Cell, dict[str, float]]]


def period_sections(scale: Scale) -> Iterator[str]:
    """Yield size and power of the tests of two periods."""
    found = {move: _called(scale, move) for move in MOVES}
    yield "## Period against period: size and power at the 5 % level\n"
    yield (
        "Share of monitors called moved, on the same prompts at steady rates: median (lowest-highest) over\n"
        f"the cells. A move of 0 is a false call. The product decides by the {DECIDES} test.\n"
    )
    prompts = sorted({cell.prompts for cell, _ in found[0.0]})
    rows = [
        [str(k), points(move), *(spread(_of(calls, test, prompts=k)) for test in PERIOD_TESTS)]
        for move, calls in found.items()
        for k in prompts
    ]
    yield table(["k", "move, points", *PERIOD_TESTS], rows)
    yield f"The {DECIDES} test by repeats and ICC (over k and p):\n"
    rows = [
        [str(m), str(icc), *(spread(_of(calls, DECIDES, repeats=m, icc=icc)) for calls in found.values())]
        for m, icc in sorted({(cell.repeats, cell.icc) for cell, _ in found[0.0]})
    ]
    yield table(["m", "ICC", *(f"move of {points(move)}" for move in found)], rows)
    yield f"Its power to see a move of 10 points, at an ICC of {POWER_ICC} (one repeat: any):\n"
    yield _power_table(found[0.1])


def _called(scale: Scale, move: float) -> Calls:
    """Frequent brands fall, the others rise: there is room for neither in the other direction."""
    moves = [(cell, -move if cell.rate > 0.5 else move) for cell in scale.coarse]
    return [(cell, called_periods(cell, by, scale.runs, scale.seed)) for cell, by in moves]


def _of(calls: Calls, test: str, **wanted: float) -> list[float]:
    return [
        by_test[test]
        for cell, by_test in calls
        if all(getattr(cell, name) == value for name, value in wanted.items())
    ]


def _power_table(calls: Calls) -> str:
    rates = sorted({cell.rate for cell, _ in calls})
    rows = [
        [
            *(str(value) for value in (k, m)),
            *(
                spread(_of(calls, DECIDES, prompts=k, repeats=m, rate=p, icc=POWER_ICC if m > 1 else 0.0))
                .partition(" ")[0]
                for p in rates
            ),
        ]
        for k, m in sorted({(cell.prompts, cell.repeats) for cell, _ in calls})
    ]  # fmt: skip
    return table(["k", "m", *(f"p = {p}" for p in rates)], rows)


def brand_sections(scale: Scale) -> Iterator[str]:
    """Yield size and power of the tests of two brands, and of families of tests."""
    yield "## Brand against brand in the same answers: size and power at the 5 % level\n"
    cells = [Cell(k, m, icc, 0.3) for k in (10, 30, 100) for m in (1, 5) for icc in (0.1, 0.6)]
    found = [
        (gap, cell, called_brands(cell, gap, scale.runs // 2, scale.seed))
        for gap in (0.0, 0.2)
        for cell in cells
    ]
    rows = [
        [str(cell.prompts), str(cell.repeats), str(cell.icc), points(gap), *map(percent, calls.values())]
        for gap, cell, calls in found
    ]
    yield table(["k", "m", "ICC", "gap, points", *found[0][2]], rows)
    yield "## Twenty brands at once, five of which moved from 20 to 40 % (40 prompts, 3 runs, ICC .3)\n"
    by = {"p-values": False, "Benjamini-Hochberg": True}
    tested = {name: families(scale.runs // 4, scale.seed, corrected=own) for name, own in by.items()}
    rows = [[name, percent(one.false_share), percent(one.found)] for name, one in tested.items()]
    yield table(["by", "false calls among calls", "moves found"], rows)


def plan_sections(scale: Scale) -> Iterator[str]:
    """Yield power and width at planned sizes, and how well ICC and variance split are estimated."""
    yield "## Plans: power and half-width at the planned size\n\nPower is meant to be 80 %.\n"
    rows = []
    for rate, move, icc, m in (
        (0.1, 0.1, 0.3, 1),
        (0.1, 0.1, 0.3, 3),
        (0.5, 0.1, 0.3, 3),
        (0.3, 0.15, 0.6, 5),
    ):
        k, power = planned_power(Cell(0, m, icc, rate), move, scale.runs, scale.seed)
        rows.append([f"{points(rate)} to {points(rate + move)} %", str(icc), str(m), str(k), percent(power)])
    yield table(["aim", "ICC", "m", "prompts", "power"], rows)
    rows = []
    for rate, half, icc, m in ((0.5, 0.1, 0.3, 3), (0.1, 0.05, 0.3, 3), (0.3, 0.05, 0.6, 1)):
        k, width = planned_width(Cell(0, m, icc, rate), half, scale.changes, scale.seed)
        rows.append([f"{points(rate)} % +- {points(half)}", str(icc), str(m), str(k), percent(width)])
    yield table(["aim", "ICC", "m", "prompts", "mean half-width, points"], rows)
    yield "## Estimates: the ICC (1 to 6 answers per prompt, p = .3) and the variance split\n"
    rows = [
        [str(icc), str(k), *(f"{value:.3f}" for value in estimated_icc(icc, k, scale.changes, scale.seed))]
        for icc in (0.1, 0.4, 0.8)
        for k in (20, 100)
    ]
    yield table(["ICC", "k", "mean estimate", "standard deviation"], rows)
    found = split_shares(max(scale.changes // 20, 5), scale.seed)
    rows = [[name, f"{made:.4f}", f"{est:.4f}", percent(zero)] for name, (made, est, zero) in found.items()]
    yield table(["component", "made", "mean estimate", "set to 0, %"], rows)
