"""One day of one engine for one monitor: refuse the past, plan, check the money, recover, ask.

Belongs here: the order of these steps. Not here: the steps themselves.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from brand_monitor.backends.coordination.interface import Coordination, Rates
from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.llm.answer_cache import AnswerCache
from brand_monitor.backends.llm.asking import Desk, ask_all
from brand_monitor.backends.llm.gate import Gate
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.ledger import Ledger
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.pricing import Pricer
from brand_monitor.backends.llm.progress import Progress, Report
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.entries import ANSWER, JournalEntry
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.backends.tables.spending import Account
from brand_monitor.deployment import Settings
from brand_monitor.failures import BudgetError, EngineStoppedError, PastPartitionError
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor


@dataclass(frozen=True)
class AskedDay:
    """What a run asks for, and under which name it is journaled."""

    day: date
    today: date
    run_id: str | None
    allow_reask: bool = False

    @property
    def is_past(self) -> bool:
        """Whether today's models would answer for a day that has passed."""
        return self.day < self.today


@dataclass(frozen=True)
class Stores:
    """What of this installation asking works with."""

    settings: Settings
    journal: Journal
    payloads: PayloadStore
    coordinations: Coordinations
    prices: PriceSheet


@dataclass(frozen=True)
class Assignment:
    """Which engine of which monitor is to be asked, for which day and what for."""

    monitor: Monitor
    spec: EngineSpec
    asked: AskedDay
    purpose: str = ANSWER

    @property
    def shelf(self) -> Shelf:
        """Where its calls stand in the journal."""
        return Shelf(self.asked.day, self.spec.family, self.monitor.id, self.purpose, self.spec.id)

    @property
    def label(self) -> str:
        """What a person reads, and the name of its lock."""
        return f"{self.monitor.id}, engine {self.spec.id}, {self.purpose} {self.asked.day.isoformat()}"


#: Makes the engine, given the parameters that its model is known to refuse; those it learns are added.
MakeEngine = Callable[[set[str]], Engine]


def ask_day(
    assignment: Assignment,
    entries: Iterable[JournalEntry],
    stores: Stores,
    make: MakeEngine,
    report: Report,
) -> Progress:
    """Ask what is still unanswered of a plan for the day, and return the progress.

    An engine that cannot be asked (no key, no money, unknown model) leaves its calls planned, with a reason.

    Args:
        assignment: who is asked for what.
        entries: the plan; what the journal holds already is not planned again.
        stores: of this installation.
        make: makes the engine, when there is something to ask.
        report: called after each call.

    Raises:
        PastPartitionError: the day has passed, something is unanswered, and re-asking is not allowed.
        BudgetError: there is a budget, and no price for the model.
        TransientFailure: another process is asking the same, or a store cannot be written.
    """
    journal, asked, shelf = stores.journal, assignment.asked, assignment.shelf
    with journal.exclusive(assignment.label):
        journal.recover(shelf)
        if asked.is_past and not asked.allow_reask:
            if journal.count(shelf) and not journal.count_pending(shelf):
                return Progress(planned=0)
            raise PastPartitionError(
                f"{assignment.label}: the day has passed, and today's model cannot answer for it. Re-derive "
                "the stored answers with job `rederive`, or allow the question explicitly (`allow_reask`): "
                "every answer is then flagged as re-asked."
            )
        journal.replan(shelf, entries)
        progress = _ask(assignment, stores, make, report)
        if progress.stopped is not None:
            journal.explain(shelf, progress.stopped, progress.stopped_by)
        return progress


def _ask(assignment: Assignment, stores: Stores, make: MakeEngine, report: Report) -> Progress:
    """Ask what is pending, with the gate, the money and the memory of the installation around it."""
    spec, today = assignment.spec, assignment.asked.today
    progress = Progress(planned=stores.journal.count_pending(assignment.shelf))
    if not progress.planned:
        return progress
    pricer = pricer_for(assignment.monitor, spec, stores.prices, today)
    refused = stores.journal.parameters.of(*spec.answerer)
    try:
        engine = make(refused)
    except EngineStoppedError as error:
        progress.stop(error)
        report(progress)
        return progress
    ledger = Ledger(stores.journal, stores.payloads, account_of(assignment.monitor, today))

    async def ask() -> None:
        async with stores.coordinations.open() as coordination:
            desk = Desk(
                engine=engine,
                gate=_gate(spec, coordination),
                ledger=ledger,
                pricer=pricer,
                cache=AnswerCache(coordination, stores.payloads, spec),
                run_id=assignment.asked.run_id,
                is_reasked=assignment.asked.is_past,
            )
            await ask_all(desk, stores.journal.pending(assignment.shelf), progress, report)

    try:
        asyncio.run(ask())
    finally:
        stores.journal.parameters.learn(*spec.answerer, refused)
    return progress


def _gate(spec: EngineSpec, coordination: Coordination) -> Gate:
    """Return the gate of an engine; engines that ask the same model share its limits and its pauses."""
    family, model = spec.answerer
    key = "/".join(filter(None, (family, spec.base_url, model)))
    return Gate(coordination, key, Rates(spec.requests_per_minute, spec.tokens_per_minute))


def account_of(monitor: Monitor, day: date) -> Account:
    """Return what the monitor may spend on a day and in its month."""
    return Account(monitor.id, day, monitor.budget.day_usd, monitor.budget.month_usd)


def pricer_for(monitor: Monitor, spec: EngineSpec, prices: PriceSheet, day: date) -> Pricer:
    """Return what prices the calls of an engine.

    Raises:
        BudgetError: there is a budget, and no price for the model: nobody could keep it.
    """
    pricer = Pricer(prices, spec, day)
    has_budget = monitor.budget.day_usd is not None or monitor.budget.month_usd is not None
    if has_budget and not pricer.is_known:
        family, model = spec.answerer
        raise BudgetError(
            f"{monitor.id}, engine {spec.id}: no price is known for {family} {model}, so nobody could keep "
            "the budget. Add the model to prices.yaml in the home folder, or take the budget out"
        )
    return pricer
