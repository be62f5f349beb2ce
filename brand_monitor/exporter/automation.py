"""What starts runs: daemons and their heartbeats, ticks of schedules and sensors, backfills, places in pools.

Belongs here: statements on tables that are small, and on ``job_ticks``, which is not.
"""

from collections.abc import Iterator
from itertools import product

from prometheus_client.core import Metric
from sqlalchemy import Connection, text

from brand_monitor.exporter.families import Family, Subject

TICK_TYPES = ("SCHEDULE", "SENSOR")
TICK_STATUSES = ("STARTED", "SKIPPED", "SUCCESS", "FAILURE")
BACKFILL_STATUSES = ("REQUESTED", "CANCELING", "FAILING")

_HEARTBEAT = Family(
    "dagster_daemon_last_heartbeat_timestamp_seconds",
    "When each daemon last said that it lives; it does so every 30 s.",
    ("daemon_type",),
)
_TICKS = Family(
    "dagster_recent_ticks", "Ticks of schedules and sensors within the last hour.", ("type", "status")
)
_BACKFILLS = Family("dagster_backfills", "Backfills that have not ended, by status.", ("status",))
_SLOTS = Family(
    "dagster_pool_slots",
    "Places of each pool: free, claimed by a step, waited for by a step.",
    ("pool", "state"),
)

_HEARTBEATS = text(
    "SELECT daemon_type, CAST(extract(epoch FROM timestamp) AS float8) AS seconds FROM daemon_heartbeats"
)
# No index leads to the ticks of an hour, but one does for each schedule and sensor. OFFSET 0 keeps the
# planner from joining all ticks instead.
_TICKS_OF_AN_HOUR = text("""
    SELECT ticks.type, ticks.status, count(*)
    FROM instigators
    CROSS JOIN LATERAL (
        SELECT type, status
        FROM job_ticks
        WHERE job_ticks.selector_id = instigators.selector_id
          AND job_ticks.timestamp >= now() AT TIME ZONE 'UTC' - interval '1 hour'
        OFFSET 0
    ) AS ticks
    GROUP BY ticks.type, ticks.status
""")
_BACKFILLS_UNDER_WAY = text(
    "SELECT status, count(*) FROM bulk_actions WHERE status = ANY(:statuses) GROUP BY status"
)
# A place beyond a lowered limit is marked deleted, and is gone once its step lets go of it.
_POOLS = text("""
    SELECT limits.concurrency_key AS pool,
           count(slots.id) FILTER (WHERE slots.run_id IS NULL AND NOT slots.deleted) AS free,
           count(slots.id) FILTER (WHERE slots.run_id IS NOT NULL) AS claimed,
           (SELECT count(*)
            FROM pending_steps AS steps
            WHERE steps.concurrency_key = limits.concurrency_key AND assigned_timestamp IS NULL) AS waiting
    FROM concurrency_limits AS limits
    LEFT JOIN concurrency_slots AS slots ON slots.concurrency_key = limits.concurrency_key
    GROUP BY limits.concurrency_key
""")


def _collect(connection: Connection) -> Iterator[Metric]:
    yield _HEARTBEAT.filled({(row[0],): row[1] for row in connection.execute(_HEARTBEATS)})
    ticks = dict.fromkeys(product(TICK_TYPES, TICK_STATUSES), 0.0)
    yield _TICKS.filled(ticks | {(row[0], row[1]): row[2] for row in connection.execute(_TICKS_OF_AN_HOUR)})
    backfills = {(status,): 0.0 for status in BACKFILL_STATUSES}
    rows = connection.execute(_BACKFILLS_UNDER_WAY, {"statuses": list(BACKFILL_STATUSES)})
    yield _BACKFILLS.filled(backfills | {(row[0],): row[1] for row in rows})
    yield _SLOTS.filled(
        {
            (row["pool"], state): row[state]
            for row in connection.execute(_POOLS).mappings()
            for state in ("free", "claimed", "waiting")
        }
    )


SUBJECT = Subject("automation", (_HEARTBEAT, _TICKS, _BACKFILLS, _SLOTS), _collect)
