"""Published marts: the last day of each monitor that a reader of SQL finds.

Belongs here: a look into the index of ``marts.daily_brand_metrics`` for each monitor and day of the window.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time

from prometheus_client.core import Metric
from sqlalchemy import Connection, text

from brand_monitor.exporter.calls import utc_today
from brand_monitor.exporter.families import Family, Subject
from brand_monitor.exporter.monitors import MonitorFiles

DAYS = 14

_LAST_DAY = Family(
    "brand_monitor_last_published_day_timestamp_seconds",
    f"Midnight (UTC) of the monitor's last published day; 0 if none of the last {DAYS} days is.",
    ("monitor",),
)

# LIMIT 1 keeps the planner from reading the whole mart to find the few days that are asked for.
_LAST_DAYS = text("""
    SELECT monitors.id, max(days.day)
    FROM unnest(CAST(:monitors AS text[])) AS monitors(id)
    CROSS JOIN (SELECT CAST(:today AS date) - back AS day FROM generate_series(0, :days) AS back) AS days
    CROSS JOIN LATERAL (
        SELECT FROM marts.daily_brand_metrics AS mart
        WHERE mart.date = days.day AND mart.monitor_id = monitors.id
        LIMIT 1
    ) AS found
    GROUP BY monitors.id
""")


def subject(monitors: MonitorFiles, today: Callable[[], date] = utc_today) -> Subject:
    """Return the subject of the monitors in these files."""

    def collect(connection: Connection) -> Iterator[Metric]:
        names = list(monitors.now())
        rows = connection.execute(_LAST_DAYS, {"monitors": names, "today": today(), "days": DAYS})
        found = {name: datetime.combine(day, time(), UTC).timestamp() for name, day in rows}
        yield _LAST_DAY.filled({(name,): found.get(name, 0.0) for name in names})

    return Subject("publications", (_LAST_DAY,), collect)
