"""The day's calls of the journal: how many of each engine are asked, answered and failed, and what they cost.

Belongs here: calls of the current UTC day. Not here: budgets (``budgets``), or any other day: a label that
names a day would grow for ever.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from prometheus_client.core import Metric
from sqlalchemy import Connection, func, or_, select

from brand_monitor.backends.tables.entries import FAILED, PLANNED, RECEIVED, SENT, UNKNOWN
from brand_monitor.backends.tables.schema import CALLS
from brand_monitor.exporter.families import Family, Subject

STATES = (PLANNED, SENT, RECEIVED, FAILED, UNKNOWN)
_ENGINE = ("monitor", "family", "engine")

_CALLS = Family(
    "brand_monitor_day_calls",
    "Calls of the current UTC day: planned, sent, received, failed, or unknown (their run died).",
    (*_ENGINE, "purpose", "state"),
)
_COST = Family(
    "brand_monitor_day_cost_usd", "Price of the answers of the current UTC day, in US dollars.", _ENGINE
)


def subject(today: Callable[[], date]) -> Subject:
    """Return the subject of a day; ``today`` says which."""

    def collect(connection: Connection) -> Iterator[Metric]:
        counts: dict[tuple[str, ...], float] = {}
        costs: dict[tuple[str, ...], float] = {}
        # One range of the index of partitions, which begins with the day.
        query = (
            select(
                CALLS.c.monitor_id,
                CALLS.c.engine,
                CALLS.c.engine_id,
                CALLS.c.purpose,
                CALLS.c.state,
                func.count().label("calls"),
                func.coalesce(func.sum(CALLS.c.cost_usd), 0.0).label("usd"),
            )
            # What a changed monitor no longer asks stays planned for ever.
            .where(CALLS.c.date == today(), or_(CALLS.c.is_current, CALLS.c.state != PLANNED))
            .group_by(CALLS.c.monitor_id, CALLS.c.engine, CALLS.c.engine_id, CALLS.c.purpose, CALLS.c.state)
        )
        for monitor, family, engine, purpose, state, number, usd in connection.execute(query):
            for one in STATES:
                counts.setdefault((monitor, family, engine, purpose, one), 0)
            counts[monitor, family, engine, purpose, state] = number
            costs[monitor, family, engine] = costs.get((monitor, family, engine), 0.0) + usd
        yield _CALLS.filled(counts)
        yield _COST.filled(costs)

    return Subject("calls", (_CALLS, _COST), collect)


def utc_today() -> date:
    """Return the current UTC date: ``partitions.today`` would bring Dagster along."""
    return datetime.now(UTC).date()


SUBJECT = subject(utc_today)
