"""Budgets: what each monitor may spend on the current day and month, and how much of it is used.

Belongs here: monitors that have a budget. The sums are those that stop a call (``backends.tables.spending``).
"""

from collections.abc import Callable, Iterator
from datetime import date

from prometheus_client.core import Metric
from sqlalchemy import Connection

from brand_monitor.backends.tables.spending import Account, money_left
from brand_monitor.exporter.calls import utc_today
from brand_monitor.exporter.families import Family, Subject
from brand_monitor.exporter.monitors import MonitorFiles

_LABELS = ("monitor", "period")
_BUDGET = Family(
    "brand_monitor_budget_usd", "Most that the monitor may spend in the period (day, month), UTC.", _LABELS
)
_USED = Family(
    "brand_monitor_budget_used_usd",
    "What of it is spent, may have been spent, or is reserved for calls in the air.",
    _LABELS,
)
_SHARE = Family(
    "brand_monitor_budget_used_ratio", "The used share of the budget; at 1 nothing more is asked.", _LABELS
)


def subject(monitors: MonitorFiles, today: Callable[[], date] = utc_today) -> Subject:
    """Return the subject of the monitors in these files."""

    def collect(connection: Connection) -> Iterator[Metric]:
        limits: dict[tuple[str, ...], float] = {}
        used: dict[tuple[str, ...], float] = {}
        day = today()
        for name, monitor in monitors.now().items():
            budget = monitor.budget
            left = money_left(connection, Account(name, day, budget.day_usd, budget.month_usd))
            for period, limit, rest in zip(
                ("day", "month"), (budget.day_usd, budget.month_usd), left, strict=True
            ):
                if limit is not None and rest is not None:
                    limits[name, period] = limit
                    used[name, period] = limit - rest
        yield _BUDGET.filled(limits)
        yield _USED.filled(used)
        # Where nothing may be spent, all of it is used.
        yield _SHARE.filled({key: used[key] / limit if limit else 1.0 for key, limit in limits.items()})

    return Subject("budgets", (_BUDGET, _USED, _SHARE), collect)
