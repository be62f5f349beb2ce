"""What money has to say about a day: engines that wait until there is some, and alerts on the way there.

Belongs here: decisions before a run. Not here: the limit itself, which the journal holds inside the
transaction that sends a call (``backends.tables.spending``), whatever starts the run.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import dagster as dg

from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.pricing import Pricer
from brand_monitor.backends.llm.simulation import Stores, account_of
from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.defs.automation import sensor_default
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import today

#: Shares of a budget that somebody hears of, the highest first: a jump over several is one alert.
THRESHOLDS = (100, 80, 50)


def paused_families(
    monitors: Mapping[str, Monitor], families: Iterable[str], stores: Stores, day: date
) -> dict[str, str]:
    """Return the families that nobody has money left to ask, each with the reason.

    A family waits only if every engine of it has a price and every monitor that uses it has spent its budget:
    a run would send nothing.
    """
    spent = {name: _is_spent(monitor, stores.journal, day) for name, monitor in monitors.items()}
    paused = {}
    for family in families:
        users = [(name, spec) for name in monitors for spec in monitors[name].engines_of(family)]
        if users and all(spent[name] and _is_paid(spec, stores.prices, day) for name, spec in users):
            names = ", ".join(sorted({name for name, _ in users}))
            paused[family] = f"the budget of {names} is spent; it is asked again when there is money"
    return paused


def _is_spent(monitor: Monitor, journal: Journal, day: date) -> bool:
    left = journal.money_left(account_of(monitor, day))
    return any(usd is not None and usd <= 0 for usd in left)


def _is_paid(spec: EngineSpec, prices: PriceSheet, day: date) -> bool:
    return (Pricer(prices, spec, day).reserve_for(1).usd or 0.0) > 0


def budget_alerts(monitor: Monitor, journal: Journal, day: date) -> Iterator[Alert]:
    """Yield an alert per budget of the monitor that has passed a threshold, for the highest it has passed."""
    day_left, month_left = journal.money_left(account_of(monitor, day))
    for limit, left, period, word in (
        (monitor.budget.day_usd, day_left, day.isoformat(), "day"),
        (monitor.budget.month_usd, month_left, day.isoformat()[:7], "month"),
    ):
        if not limit or left is None:
            continue
        used = 100 * (limit - left) / limit
        if passed := next((threshold for threshold in THRESHOLDS if used >= threshold), None):
            yield Alert(
                cause=f"budget:{monitor.id}:{word}:{passed}",
                period=period,
                severity="error" if passed == THRESHOLDS[0] else "warning",
                title=f"{monitor.id}: {passed} % of the budget of the {word} is used",
                text=(
                    f"{limit - left:.2f} of {limit:.2f} USD, calls in the air and calls that may have been "
                    f"paid included. {_WHAT_HAPPENS[passed == THRESHOLDS[0]]} The monitor file sets it."
                ),
            )


_WHAT_HAPPENS = {
    True: "Nothing more is asked that costs money; rows say not_asked, and the figures carry the flag.",
    False: "Asking goes on until the budget is used.",
}


def budget_sensor(*, running: bool) -> dg.SensorDefinition:
    """Return the sensor that tells when a budget is half, mostly or wholly used."""

    @dg.sensor(
        name="budget_alerts",
        minimum_interval_seconds=300,
        default_status=sensor_default(running=running),
        description="Tells when 50, 80 and 100 % of a monitor's budget of the day or month are used.",
    )
    def budgets(
        monitors: dg.ResourceParam[dict[str, Monitor]],
        journal: dg.ResourceParam[Journal],
        alerts: dg.ResourceParam[AlertDesk],
    ) -> dg.SkipReason:
        told = [
            alert.title
            for monitor in monitors.values()
            for alert in budget_alerts(monitor, journal, today())
            if alerts.raise_alert(alert)
        ]
        return dg.SkipReason("; ".join(told) or "no budget has passed a threshold that nobody heard of")

    return budgets
