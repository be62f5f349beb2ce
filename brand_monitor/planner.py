"""Says what a day will take before anything is asked, and refuses it where a budget does not bear it.

Belongs here: plan, journal, history and money brought together for one monitor. Not here: the arithmetic
(``backends.llm.forecast``), the limit that holds while calls are sent (``backends.tables.spending``), what a
terminal shows (``cli.planning``). Nothing here asks anybody or needs the network.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice

import polars as pl

from brand_monitor.backends.llm.canary_calls import plan_canaries, uncached
from brand_monitor.backends.llm.forecast import Forecast, forecast, over_budget
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.pricing import Pricer
from brand_monitor.backends.llm.simulation import Stores, account_of
from brand_monitor.backends.tables.entries import CANARY, JournalEntry
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.failures import BudgetError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import ASKING_FAMILIES, today
from brand_monitor.schemas.registry import empty_frame

#: The latest days with answers that an expectation rests on, and how far back they are looked for.
HISTORY_DAYS = 3
_LOOK_BACK_DAYS = 14
_ANSWERS = "raw/answers"


@dataclass(frozen=True)
class MoneyLeft:
    """USD that are left of a monitor's budgets today, None where there is no limit."""

    day_usd: float | None
    month_usd: float | None


def forecast_day(
    monitor: Monitor, stores: Stores, lake: Lake, day: date, families: Collection[str] | None = None
) -> list[Forecast]:
    """Return a forecast per engine of a monitor that can be asked, in file order.

    Args:
        monitor: whose engines.
        stores: of this installation.
        lake: where the answers of earlier days are.
        day: the day to be asked for.
        families: engine families to look at; all by default.
    """
    return [
        _forecast(monitor, spec, stores, lake, day)
        for spec in monitor.engines
        if spec.family in ASKING_FAMILIES and (families is None or spec.family in families)
    ]


def money_left(monitor: Monitor, stores: Stores) -> MoneyLeft:
    """Return what a monitor may still spend today and this month."""
    return MoneyLeft(*stores.journal.money_left(account_of(monitor, today())))


def refuse_over_budget(
    monitor: Monitor, stores: Stores, lake: Lake, day: date, families: Collection[str] | None = None
) -> list[Forecast]:
    """Return the forecasts of a day, unless the budget does not bear them: call it before anything is asked.

    A monitor without a budget is never refused, and nothing is computed for it.

    Args:
        monitor: whose engines are about to be asked.
        stores: of this installation.
        lake: where the answers of earlier days are.
        day: the day to be asked for.
        families: engine families that are about to be asked; all by default.

    Raises:
        BudgetError: what is expected is more than what is left, or a price is not known.
    """
    if monitor.budget.day_usd is None and monitor.budget.month_usd is None:
        return []
    forecasts = forecast_day(monitor, stores, lake, day, families)
    left = money_left(monitor, stores)
    if reason := over_budget(forecasts, left.day_usd, left.month_usd):
        raise BudgetError(f"{monitor.id}: {reason}")
    return forecasts


def _forecast(monitor: Monitor, spec: EngineSpec, stores: Stores, lake: Lake, day: date) -> Forecast:
    parts = [_Part(Shelf(day, spec.family, monitor.id, engine_id=spec.id), plan_calls(monitor, spec, day))]
    if spec.canaries and day >= today():  # those of a past day are never asked
        shelf = Shelf(day, spec.family, monitor.id, CANARY, spec.id)
        parts.append(_Part(shelf, plan_canaries(monitor, uncached(spec), day)))
    family, _ = spec.answerer
    return forecast(
        spec,
        Pricer(stores.prices, spec, today()),
        settled=sum(part.settled(stores.journal) for part in parts),
        to_ask=chain.from_iterable(part.to_ask(stores.journal) for part in parts),
        history=_history(lake, monitor.id, spec.family, day),
        disabled=stores.settings.why_disabled(family, api_key_variable=spec.api_key_variable),
    )


@dataclass(frozen=True)
class _Part:
    """The calls of one purpose: those that the journal holds, and the plan."""

    shelf: Shelf
    plan: Iterator[JournalEntry]

    def settled(self, journal: Journal) -> int:
        return journal.count(self.shelf) - journal.count_pending(self.shelf)

    def to_ask(self, journal: Journal) -> Iterator[JournalEntry]:
        """Yield what is pending, then what is planned and not journaled yet."""
        yield from journal.pending(self.shelf)
        known = {entry.call_id for entry in journal.entries(self.shelf)}
        yield from (entry for entry in self.plan if entry.call_id not in known)


def _history(lake: Lake, monitor_id: str, family: str, day: date) -> pl.DataFrame:
    """Return the answers of the latest days that have any; the day itself may be one."""
    days = (Partition(day - timedelta(days=back), family) for back in range(_LOOK_BACK_DAYS + 1))
    published = (partition for partition in days if lake.published(_ANSWERS, partition, monitor_id))
    latest = list(islice(published, HISTORY_DAYS))
    return lake.read(_ANSWERS, latest, monitors=[monitor_id]) if latest else empty_frame(_ANSWERS)
