"""Assets: when those that an operator asks about were last written, and how far projections are behind.

Belongs here: statements on ``event_logs``, each led by an index of asset, type and partition. ``asset_keys``
would not do: its time of the last materialization moves as soon as one is planned.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from prometheus_client.core import Metric
from sqlalchemy import Connection, text

from brand_monitor.exporter.families import Family, Subject

FIGURES = "metrics/brand_metrics"
#: What is rebuilt from the figures of a day.
PROJECTIONS = (
    "marts/publications",
    "graph/graph_projections",
    "search/search_projections",
    "reports/daily_reports",
)
WATCHED = ("raw/page_snapshots", "raw/answers", FIGURES, *PROJECTIONS)
DAYS = 14

_LAST = Family(
    "dagster_asset_last_materialization_timestamp_seconds",
    "When the asset was last written, any partition of it.",
    ("asset",),
)
_UNPUBLISHED = Family(
    "brand_monitor_unpublished_days",
    f"Days of the last {DAYS} whose figures are newer than the projection.",
    ("projection",),
)
_LAG = Family(
    "brand_monitor_projection_lag_seconds",
    "Since when figures wait to be published by the projection; 0 if none do.",
    ("projection",),
)

_LAST_WRITTEN = text("""
    SELECT keys.asset_key, (
        SELECT CAST(extract(epoch FROM event_logs.timestamp) AS float8)
        FROM event_logs
        WHERE event_logs.asset_key = keys.asset_key AND dagster_event_type = 'ASSET_MATERIALIZATION'
        ORDER BY event_logs.id DESC
        LIMIT 1)
    FROM unnest(CAST(:keys AS text[])) AS keys(asset_key)
""")
_WRITTEN_DAYS = text("""
    SELECT asset_key,
           left(partition, 10) AS day,
           max(id) AS id,
           CAST(extract(epoch FROM now() AT TIME ZONE 'UTC' - max(timestamp)) AS float8) AS age
    FROM event_logs
    WHERE asset_key = ANY(:keys)
      AND dagster_event_type = 'ASSET_MATERIALIZATION'
      AND partition >= to_char(now() AT TIME ZONE 'UTC' - make_interval(days => :days), 'YYYY-MM-DD')
    GROUP BY asset_key, left(partition, 10)
""").bindparams(days=DAYS)


class _Written(NamedTuple):
    """The newest event of a day, and how old it is in seconds."""

    id: int
    age: float


def _collect(connection: Connection) -> Iterator[Metric]:
    written = connection.execute(_LAST_WRITTEN, {"keys": [_key(name) for name in WATCHED]})
    yield _LAST.filled({(_name(key),): seconds for key, seconds in written if seconds is not None})
    days: dict[str, dict[str, _Written]] = {name: {} for name in (FIGURES, *PROJECTIONS)}
    for key, day, event_id, age in connection.execute(_WRITTEN_DAYS, {"keys": [_key(name) for name in days]}):
        days[_name(key)][day] = _Written(event_id, age)
    waiting = {name: _waiting(days[FIGURES], days[name]) for name in PROJECTIONS}
    yield _UNPUBLISHED.filled({(name,): len(ages) for name, ages in waiting.items()})
    yield _LAG.filled({(name,): max(ages, default=0.0) for name, ages in waiting.items()})


def _waiting(figures: dict[str, _Written], published: dict[str, _Written]) -> list[float]:
    """Return the ages of the figures that are newer than what was published of their day, in seconds."""
    return [
        max(newest.age, 0.0)
        for day, newest in figures.items()
        if day not in published or published[day].id < newest.id
    ]


def _key(name: str) -> str:
    """Return the asset key as Dagster stores it."""
    return json.dumps(name.split("/"))


def _name(key: str) -> str:
    return "/".join(json.loads(key))


SUBJECT = Subject("assets", (_LAST, _UNPUBLISHED, _LAG), _collect)
