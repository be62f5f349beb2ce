"""The timetable: every schedule of the product in one table.

Belongs here: which job starts when, in which deployments it exists, and in which it runs by itself. Not here:
what a tick requests (``schedules``), or the jobs.

A switch in the UI outlives every default, so a schedule that a deployment must never run does not exist
there.
"""

from dataclasses import dataclass

from brand_monitor.deployment import Deployment

EVERYWHERE: frozenset[Deployment] = frozenset({"local", "ci", "staging", "production"})
SERVING: frozenset[Deployment] = frozenset({"staging", "production"})


@dataclass(frozen=True)
class Timing:
    """When a job starts.

    Attributes:
        name: of the schedule in the UI.
        job: what it starts.
        cron: five fields, in the time zone of the installation (``SCHEDULE_TIMEZONE``).
        why: what a person reads in the UI.
        exists_in: deployments that have the schedule.
        starts_in: deployments in which it runs without a person switching it on.
    """

    name: str
    job: str
    cron: str
    why: str
    exists_in: frozenset[Deployment] = EVERYWHERE
    starts_in: frozenset[Deployment] = SERVING


DAILY_RUN = Timing(
    "daily_at_05_00", "daily", "0 5 * * *", "Scrapes the day's pages; the engines are asked after it."
)
STANDING_CHECKS = Timing(
    "evening_checks",
    "standing_checks",
    "30 21 * * *",
    "Looks for days that failed, are missing, or are not published yet.",
)
WEEKLY_EXPERIMENTS = Timing(
    "weekly_experiments",
    "experiment",
    "0 8 * * 0",  # after the daily job: contexts are made of that day's pages
    "Asks the experiments of all monitors. Paid, so a person switches it on.",
    starts_in=frozenset(),
)
MONTHLY_MAINTENANCE = Timing(
    "monthly_maintenance",
    "maintenance",
    "0 2 1 * *",
    "Prunes what old runs logged, packs and sweeps small files, verifies a sample of the stored answers.",
)
