"""Write docs/statistics.md: how often intervals hold the truth and tests speak, by simulation.

    python tools/simulation_report.py                 the whole grid: some minutes on one core
    python tools/simulation_report.py --reduced       a quick look, printed and not written

The same seeds give the same page. What is simulated, and what is shown of it, lives in ``tools/simulation``.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tools.simulation.call_tables import brand_sections, period_sections, plan_sections  # noqa: E402
from tools.simulation.drift_tables import drift_sections  # noqa: E402
from tools.simulation.rate_tables import (  # noqa: E402
    rate_sections,
    rival_sections,
    share_sections,
    world_sections,
)
from tools.simulation.scales import FULL, REDUCED, Scale  # noqa: E402

TARGET = ROOT / "docs" / "statistics.md"

INTRODUCTION = """\
<!-- Written by `python tools/simulation_report.py`: simulated with fixed seeds, so it can be repeated. -->
# Statistics: what the intervals hold and the tests find

Every figure below is simulated with the product's own functions (`brand_monitor/domain/statistics`). A
monitor has k prompts, m answers to each; the true rates of prompts are beta distributed with mean p and
intraclass correlation ICC (0: prompts do not differ, 1: repeats add nothing). Coverage is the share of
simulated monitors whose 95 % interval holds p. Definitions are in [metrics.md](metrics.md), the choice of the
interval in [ADR 14](adr/0014-intervals.md). All numbers are percent where nothing else is said.

What a reader can take from it:

- The interval of a rate (CRW) rarely holds too little. Where prompts hardly differ it is wider than need
  be, most of all with few prompts; such a figure flags itself, and so does a rare brand asked once.
- No interval knows of prompts that were not asked: a brand named nearly always, but never by a tenth of the
  prompts, is covered in as little as 82 % where the sample misses that tenth (the zero-inflated world).
- Rare brands are where every other interval fails, and where an ordinary bootstrap is worst.
- Tests of a change count prompts. A test that counts answers calls differences between brands that are none.
- Under 7 prompts that changed no test of a change can speak: the verdict is `insufficient_data`. Repeats help
  there, because they make prompts differ; with one answer each, 10 points take more than 100 prompts.
- Seven days are a short baseline: a CUSUM against them gives a false alarm sooner than its textbook says.
"""

SECTIONS = (
    rate_sections,
    world_sections,
    rival_sections,
    share_sections,
    period_sections,
    brand_sections,
    plan_sections,
    drift_sections,
)


def render(scale: Scale) -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION, *(block for section in SECTIONS for block in section(scale))])


def main(arguments: list[str]) -> int:
    """Write the page, or print a reduced one."""
    parser = argparse.ArgumentParser(prog="tools/simulation_report.py", description=__doc__.splitlines()[0])
    parser.add_argument("--reduced", action="store_true", help="a small grid, printed and not written")
    if parser.parse_args(arguments).reduced:
        print(render(REDUCED))
        return 0
    TARGET.write_text(render(FULL), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
