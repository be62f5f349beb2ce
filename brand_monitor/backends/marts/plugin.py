"""DuckDB functions for the dbt models: the platform's intervals, callable from SQL.

Loaded by dbt-duckdb (``dbt/profiles.yml``). Belongs here: wrapping. Not here: any formula.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dbt.adapters.duckdb.plugins import BasePlugin  # noqa: TID253 - only dbt imports this module

from brand_monitor.domain.statistics.rates import RateInterval, rate_interval
from brand_monitor.domain.statistics.shares import ShareInterval, share_interval

_COUNTS = "BIGINT[]"
_FIGURE = "STRUCT(value DOUBLE, lower DOUBLE, upper DOUBLE, reason VARCHAR)"


class Plugin(BasePlugin):
    """Registers ``rate_interval(x, n)`` and ``share_interval(counts, n, brand)``."""

    def configure_connection(self, conn: Any) -> None:
        """Create the functions on a new connection."""
        conn.create_function("rate_interval", rate_figure, [_COUNTS, _COUNTS], _FIGURE)
        conn.create_function("share_interval", share_figure, [f"{_COUNTS}[]", _COUNTS, "BIGINT"], _FIGURE)


def rate_figure(x: Sequence[int], n: Sequence[int]) -> dict[str, Any]:
    """Return value, interval and reason of a rate; ``x`` mentions and ``n`` answers per prompt."""
    return _figure(rate_interval(np.asarray(x), np.asarray(n)), "no_answers")


def share_figure(counts: Sequence[Sequence[int]], n: Sequence[int], brand: int) -> dict[str, Any]:
    """Return value, interval and reason of a share; ``counts`` is prompts x brands of the frame."""
    frame = np.asarray(counts)
    if frame.shape[1] == 1:
        return _figure(None, "no_competitor_frame")
    reason = "no_frame_mentions" if np.any(n) else "no_answers"
    return _figure(share_interval(frame, np.asarray(n), brand), reason)


def _figure(interval: RateInterval | ShareInterval | None, reason: str) -> dict[str, Any]:
    if interval is None:
        return {"value": None, "lower": None, "upper": None, "reason": reason}
    too_few = "fewer_than_3_prompts" if interval.lower is None else None
    return {"value": interval.value, "lower": interval.lower, "upper": interval.upper, "reason": too_few}
