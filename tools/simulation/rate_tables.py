"""The tables on intervals: of rates, of rates beside other methods, of shares and of changes.

Belongs here: what of the simulated coverage is shown. Keep out: the simulation (coverage.py).
"""

from collections.abc import Iterator

import numpy as np

from tools.pages.markdown import table
from tools.simulation.coverage import (
    HIGH,
    LOW,
    Coverage,
    World,
    by_prompts,
    change_coverage,
    rate_coverage,
    rivals,
    share_coverage,
    world_coverage,
)
from tools.simulation.scales import Scale, extent, mean, percent
from tools.simulation.worlds import Cell, unequal, zero_inflated

SUMMARY = ["cells with >= 93 %", "cells with 93-97 %", "median", "worst", "highest"]
RARE = 0.1


def summary(found: list[Coverage]) -> list[str]:
    """Return the cells of SUMMARY."""
    held = np.array([one.held for one in found])
    enough, inside = (held >= LOW).mean(), ((held >= LOW) & (held <= HIGH)).mean()
    return [percent(float(share)) for share in (enough, inside, np.median(held), held.min(), held.max())]


def rate_sections(scale: Scale) -> Iterator[str]:
    """Yield the coverage of the product's interval on the whole grid, and how figures flag themselves."""
    found = [rate_coverage(cell, scale.monitors, scale.seed) for cell in scale.grid]
    yield f"## The interval of a rate, on {len(found)} cells of {scale.monitors} monitors\n"
    yield table(["k", *SUMMARY], _by_prompts(found))
    yield "Coverage by k and rate, the lowest and the highest over m and ICC:\n"
    rates = sorted({one.cell.rate for one in found})
    rows = [
        [str(k), *(extent([one.held for one in some if one.cell.rate == p]) for p in rates)]
        for k, some in by_prompts(found)
    ]
    yield table(["k", *(f"p = {p}" for p in rates)], rows)
    yield "Coverage by ICC and repeats, the lowest and the highest over k and p:\n"
    repeats = sorted({one.cell.repeats for one in found})
    rows = [
        [str(icc), *(extent(_held(found, icc, m)) for m in repeats)]
        for icc in sorted({one.cell.icc for one in found})
    ]
    yield table(["ICC", *(f"m = {m}" for m in repeats)], rows)
    yield from _flags(found)


def world_sections(scale: Scale) -> Iterator[str]:
    """Yield the coverage where prompts are not as the formulas like them."""
    yield "## The interval of a rate where prompts differ otherwise\n"
    yield (
        "Some prompts never name the brand and the rest are alike; or prompts that name it more are\n"
        "answered three times as often, which shifts the pooled rate (in points, the largest mean over\n"
        "cells). Cells with an ICC above 0.\n"
    )
    worlds: dict[str, World] = {"zero-inflated": zero_inflated, "unequal answers": unequal}
    rows = []
    for name, world in worlds.items():
        cells = [cell for cell in scale.coarse if cell.icc > 0]
        found = [world_coverage(world, cell, scale.rivals, scale.seed) for cell in cells]
        shift = percent(max(shift for _, shift in found)) if world is unequal else "-"
        rows.append([name, *summary([one for one, _ in found]), shift])
    yield table(["world", *SUMMARY, "shift of the pooled rate"], rows)


def _held(found: list[Coverage], icc: float, repeats: int) -> list[float]:
    return [one.held for one in found if (one.cell.icc, one.cell.repeats) == (icc, repeats)]


def _by_prompts(found: list[Coverage]) -> list[list[str]]:
    rows = [[str(k), *summary(some)] for k, some in by_prompts(found)]
    return [*rows, ["all", *summary(found)]]


def _flags(found: list[Coverage]) -> Iterator[str]:
    yield "## Figures that flag themselves\n"
    yield (
        "Mean share of figures that carry a flag, by the coverage of their cell. A figure does not know its\n"
        "cell: it flags itself by its sightings and by how far its interval was widened for want of\n"
        "evidence.\n"
    )
    kinds = {
        "below 93 %": [one for one in found if one.held < LOW],
        "93-96 %": [one for one in found if LOW <= one.held <= HIGH - 0.01],
        "96-97 %": [one for one in found if HIGH - 0.01 < one.held <= HIGH],
        "97-98 %": [one for one in found if HIGH < one.held <= HIGH + 0.01],
        "above 98 %": [one for one in found if one.held > HIGH + 0.01],
    }
    shown = ("too_narrow", "too_wide", "few", "any_flag")
    rows = [
        [name, str(len(some)), *(mean([getattr(one, flag) for one in some]) for flag in shown)]
        for name, some in kinds.items()
    ]
    flags = ["coverage_below_93_percent", "coverage_above_97_percent", "seen or missed in under 3 prompts"]
    yield table(["coverage", "cells", *flags, "any of these, or under 10 prompts"], rows)


def rival_sections(scale: Scale) -> Iterator[str]:
    """Yield the product's interval beside others on the same monitors."""
    cells, monitors = len(scale.coarse), scale.rivals
    found = rivals(list(scale.coarse), monitors, scale.seed)
    widths = np.array([one.width for one in next(iter(found.values()))])
    yield f"## The interval of a rate beside others, on {cells} cells of {monitors} monitors\n"
    rows = [
        [name, *summary(some), f"{np.median(_widths(some) / widths):.2f}"] for name, some in found.items()
    ]
    yield table(["method", *SUMMARY, "median width / CRW"], rows)
    yield "Only rare brands (p of 2 and 10 %):\n"
    rare = {name: [one for one in some if one.cell.rate <= RARE] for name, some in found.items()}
    yield table(["method", *SUMMARY], [[name, *summary(some)] for name, some in rare.items()])


def _widths(found: list[Coverage]) -> np.ndarray:
    return np.array([one.width for one in found])


def share_sections(scale: Scale) -> Iterator[str]:
    """Yield the coverage of shares of voice and of changes."""
    found = [share_coverage(cell, scale.rivals, scale.seed) for cell in scale.coarse]
    yield "## The interval of a share of voice\n\nA brand at rate p beside three rivals at .4, .2 and .1.\n"
    yield table(["k", *SUMMARY], _by_prompts(found))
    yield f"## The interval of a change, {scale.changes} monitors a cell, m = 3\n"
    cells = [Cell(k, 3, icc, p) for k in (10, 20, 50) for icc in (0.1, 0.5) for p in (0.1, 0.5)]
    rows = [
        [
            *(str(value) for value in (cell.prompts, cell.icc, cell.rate)),
            *(percent(change_coverage(cell, by, scale.changes, scale.seed).held) for by in (0.0, 0.1)),
        ]
        for cell in cells
    ]
    yield table(["k", "ICC", "p", "no change", "+ 10 points"], rows)
