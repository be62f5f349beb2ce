"""What comparisons read: the answers and mentions of a window of days, from the lake.

Belongs here: reading, for the assets and for the command line alike. Not here: any comparison.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from brand_monitor.domain.comparisons.periods import WINDOWS
from brand_monitor.io_managers.lake import Lake, Partition


class ComparisonInputs(NamedTuple):
    """Frames in the order in which the comparisons take them."""

    answers: pl.DataFrame
    mentions: pl.DataFrame
    brands: pl.DataFrame


def comparison_inputs(
    lake: Lake, day: date, *, monitors: Sequence[str] | None = None, engines: Sequence[str] | None = None
) -> ComparisonInputs:
    """Return what was published in the two longest windows that end on ``day``; missing days are left out.

    Args:
        lake: Where the tables are.
        day: Last day of the later window.
        monitors: Only these monitors.
        engines: Only these engine families.

    Raises:
        MissingPartitionError: no monitor was ever seeded.
    """
    start = day - timedelta(days=2 * max(WINDOWS) - 1)
    # Texts stay behind: two weeks of answers are compared by what they name.
    answers = lake.read_window("raw/answers", start, day, engines=engines, monitors=monitors)
    mentions = lake.read_window("core/answer_mentions", start, day, engines=engines, monitors=monitors)
    return ComparisonInputs(
        answers.drop("text", "sources", "queries"),
        mentions.drop("sentence"),
        lake.read("seed/brands", [Partition()], monitors=monitors),
    )
