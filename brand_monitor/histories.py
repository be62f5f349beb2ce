"""What tables over several days read: windows of the lake that end on a day, and the last day before it.

Belongs here: reading, by day, so that the cost follows the window and not the history. Not here: any figure,
and the two windows of a comparison (``comparing``).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from brand_monitor.domain.steadiness.overlaps import DayFrames
from brand_monitor.io_managers.lake import Lake, Partition

#: An engine that was silent for longer is compared with nothing.
LOOK_BACK_DAYS: Final = 7
_TABLES: Final = ("raw/answers", "core/answer_mentions", "core/citations")


def window(
    lake: Lake, table: str, day: date, days: int, *, monitors: Sequence[str], engine: str | None = None
) -> pl.DataFrame:
    """Return what was published of a table in the ``days`` that end on ``day``; missing days are left out."""
    start = day - timedelta(days=days - 1)
    return lake.read_window(
        table, start, day, engines=None if engine is None else [engine], monitors=monitors
    )


def day_frames(lake: Lake, day: date, *, monitors: Sequence[str], engine: str) -> DayFrames:
    """Return answers, mentions and citations of one day and engine family."""
    return DayFrames(*(window(lake, table, day, 1, monitors=monitors, engine=engine) for table in _TABLES))


def last_frames(lake: Lake, day: date, *, monitors: Sequence[str], engine: str) -> DayFrames:
    """Return the same of each monitor's last day before ``day`` that was published, at most a week back."""
    found = []
    for monitor in monitors:
        earlier = (day - timedelta(days=back) for back in range(1, LOOK_BACK_DAYS + 1))
        last = next(
            (on for on in earlier if lake.published(_TABLES[0], Partition(on, engine), monitor)), None
        )
        if last is not None:
            found.append(day_frames(lake, last, monitors=[monitor], engine=engine))
    if not found:
        return DayFrames(*(frame.clear() for frame in day_frames(lake, day, monitors=[], engine=engine)))
    return DayFrames(*(pl.concat(frames) for frames in zip(*found, strict=True)))
