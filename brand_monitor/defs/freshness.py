"""Freshness: by when the tables that people read must speak of the day.

Belongs here: the deadline and what it holds for. Not here: when anything starts (``timetable``), or alerts of
what failed (``alerts``). Dagster's daemon judges it, and the UI shows it as health of the asset.
"""

from datetime import timedelta

import dagster as dg

from brand_monitor.defs.automation import runs_by_itself
from brand_monitor.deployment import Deployment, Settings

#: At noon of the time zone of the schedules: seven hours after the day's first tick.
DEADLINE = "0 12 * * *"
#: How long before the deadline a materialization counts: since midnight.
COUNTS_FOR = timedelta(hours=12)
READ_BY_PEOPLE = frozenset(
    {
        dg.AssetKey(["metrics", "brand_metrics"]),
        dg.AssetKey(["marts", "daily_brand_metrics"]),
        dg.AssetKey(["marts", "window_brand_metrics"]),
        dg.AssetKey(["reports", "daily_reports"]),
    }
)


def with_deadlines(tables: dg.Definitions, deployment: Deployment, settings: Settings) -> dg.Definitions:
    """Return the definitions with the deadline on what people read, where days run by themselves.

    On a person's machine nobody promises a day, so nothing is late there.
    """
    if not runs_by_itself(deployment):
        return tables
    policy = dg.FreshnessPolicy.cron(DEADLINE, COUNTS_FOR, settings.schedule_timezone)

    def with_deadline(spec: dg.AssetSpec) -> dg.AssetSpec:
        return spec.replace_attributes(freshness_policy=policy) if spec.key in READ_BY_PEOPLE else spec

    return tables.map_asset_specs(func=with_deadline)
