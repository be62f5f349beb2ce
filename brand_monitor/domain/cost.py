"""What answers cost: time and, where a price is known, money.

Belongs here: sums over answers. Not here: prices of providers.
"""

import polars as pl


def busy_seconds(answers: pl.DataFrame) -> float | None:
    """Return the seconds in which at least one call was open, None if no call says how long it took.

    The union of the calls' intervals: parallel calls count once. O(n log n).

    Args:
        answers: ``raw/answers``; columns ``asked_at`` (UTC) and ``latency_ms`` are read.
    """
    start, end = pl.col("start"), pl.col("end")
    calls = (
        answers.drop_nulls(["asked_at", "latency_ms"])
        .select(
            start=pl.col("asked_at").dt.epoch("ms"),
            end=pl.col("asked_at").dt.epoch("ms") + pl.col("latency_ms"),
        )
        .sort("start", "end")
    )
    if calls.is_empty():
        return None
    earlier = end.cum_max().shift(fill_value=float("-inf"))
    open_ms = calls.select((end - pl.max_horizontal(start, earlier)).clip(lower_bound=0).sum())
    return float(open_ms.item()) / 1000
