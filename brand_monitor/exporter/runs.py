"""Runs: those in flight, and those of the last hour and day.

Belongs here: statements on ``runs`` and ``run_tags``. Each is led by an index to what is in flight or ended
within a day (``idx_run_range``: status, update time), so that it costs the window and not the history.

Times of creation and update are UTC without a zone, start and end are seconds of the epoch.
"""

from collections.abc import Iterator

from prometheus_client.core import Metric
from sqlalchemy import Connection, RowMapping, TextClause, text

from brand_monitor.exporter.families import Family, Subject

IN_FLIGHT = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
QUANTILES = (0.5, 0.95)

_IN_FLIGHT = Family("dagster_runs_in_flight", "Runs that have not ended, by status.", ("status",))
_QUEUED_FOR = Family(
    "dagster_oldest_queued_run_age_seconds", "Since when the oldest queued run waits; 0 if none does."
)
_RUNNING_FOR = Family(
    "dagster_oldest_started_run_age_seconds", "Since when the oldest running run runs; 0 if none does."
)
_RECENT = Family(
    "dagster_recent_runs",
    "Runs that ended within the last hour, for every job that ended one within a day.",
    ("job", "status"),
)
_RETRIED = Family(
    "dagster_recent_retried_runs", "Runs made within the last hour that are retries of another run."
)
_WAIT = Family(
    "dagster_run_wait_to_start_seconds",
    "From creation to start, of runs that started within a day.",
    ("quantile",),
)
_DURATION = Family(
    "dagster_run_duration_seconds", "From start to end, of runs that ended within a day.", ("job", "quantile")
)

_NOW_IN_FLIGHT = text("""
    SELECT status,
           count(*) AS runs,
           CAST(extract(epoch FROM now() AT TIME ZONE 'UTC' - min(create_timestamp)) AS float8) AS waits,
           CAST(extract(epoch FROM now()) AS float8) - min(start_time) AS runs_for
    FROM runs
    WHERE status = ANY(:in_flight)
    GROUP BY status
""")
# A run that is tagged after its end has a later update time: the index narrows, the end time decides.
_ENDED_OF_A_DAY = text("""
    SELECT pipeline_name AS job,
           count(*) FILTER (WHERE status = 'SUCCESS' AND is_recent) AS "SUCCESS",
           count(*) FILTER (WHERE status = 'FAILURE' AND is_recent) AS "FAILURE",
           count(*) FILTER (WHERE status = 'CANCELED' AND is_recent) AS "CANCELED",
           percentile_cont(CAST(:quantiles AS float8[]))
               WITHIN GROUP (ORDER BY end_time - start_time) AS durations
    FROM (
        SELECT pipeline_name, status, start_time, end_time,
               end_time >= extract(epoch FROM now()) - 3600 AS is_recent
        FROM runs
        WHERE status = ANY(:ended)
          AND update_timestamp >= now() AT TIME ZONE 'UTC' - interval '1 day'
          AND end_time >= extract(epoch FROM now()) - 86400
    ) AS ended_of_a_day
    GROUP BY pipeline_name
""")
_STARTED_OF_A_DAY = text("""
    SELECT percentile_cont(CAST(:quantiles AS float8[])) WITHIN GROUP (
               ORDER BY start_time - CAST(extract(epoch FROM create_timestamp) AS float8))
    FROM runs
    WHERE (status = ANY(:in_flight)
           OR status = ANY(:ended) AND update_timestamp >= now() AT TIME ZONE 'UTC' - interval '1 day')
      AND start_time >= extract(epoch FROM now()) - 86400
""")
_RETRIES_OF_AN_HOUR = text("""
    SELECT count(*)
    FROM runs
    WHERE (status = ANY(:in_flight)
           OR status = ANY(:ended) AND update_timestamp >= now() AT TIME ZONE 'UTC' - interval '1 hour')
      AND create_timestamp >= now() AT TIME ZONE 'UTC' - interval '1 hour'
      AND EXISTS (
          SELECT FROM run_tags
          WHERE run_tags.run_id = runs.run_id AND run_tags.key = 'dagster/retry_number')
""")
_STATUSES = {"in_flight": list(IN_FLIGHT), "ended": list(ENDED), "quantiles": list(QUANTILES)}


def _collect(connection: Connection) -> Iterator[Metric]:
    yield from _in_flight(_rows(connection, _NOW_IN_FLIGHT))
    yield from _ended(_rows(connection, _ENDED_OF_A_DAY))
    yield _RETRIED.filled({(): connection.execute(_RETRIES_OF_AN_HOUR, _STATUSES).scalar_one()})
    waits = connection.execute(_STARTED_OF_A_DAY, _STATUSES).scalar_one()
    yield _WAIT.filled({(str(quantile),): wait for quantile, wait in _quantiles(waits)})


def _in_flight(rows: list[RowMapping]) -> Iterator[Metric]:
    found = {row["status"]: row for row in rows}
    yield _IN_FLIGHT.filled(
        {(status,): found[status]["runs"] if status in found else 0 for status in IN_FLIGHT}
    )
    queued = found["QUEUED"]["waits"] if "QUEUED" in found else 0.0
    started = found["STARTED"]["runs_for"] if "STARTED" in found else 0.0
    # The clocks of two machines may differ by more than a run is old.
    yield _QUEUED_FOR.filled({(): max(queued or 0.0, 0.0)})
    yield _RUNNING_FOR.filled({(): max(started or 0.0, 0.0)})


def _ended(rows: list[RowMapping]) -> Iterator[Metric]:
    yield _RECENT.filled({(row["job"], status): row[status] for row in rows for status in ENDED})
    yield _DURATION.filled(
        {
            (row["job"], str(quantile)): seconds
            for row in rows
            for quantile, seconds in _quantiles(row["durations"])
        }
    )


def _quantiles(values: list[float | None] | None) -> Iterator[tuple[float, float]]:
    """Yield quantile and value; nothing where there was no run, since a quantile of nothing is no 0."""
    for quantile, value in zip(QUANTILES, values or [], strict=False):
        if value is not None:
            yield quantile, value


def _rows(connection: Connection, statement: TextClause) -> list[RowMapping]:
    return list(connection.execute(statement, _STATUSES).mappings())


SUBJECT = Subject(
    "runs", (_IN_FLIGHT, _QUEUED_FOR, _RUNNING_FOR, _RECENT, _RETRIED, _WAIT, _DURATION), _collect
)
