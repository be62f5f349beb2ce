"""What experiments will take, and whether a budget bears it.

Belongs here: plan, journal, documents and earlier answers brought together. Not here: designs and contexts
(``backends.llm.experiments``), running them (``experimenter``), what a terminal shows (``cli``). Nothing here
asks anybody, needs the network, or stores anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import islice

import polars as pl

from brand_monitor.backends.llm.designed_answers import ANSWERS
from brand_monitor.backends.llm.experimenting import (
    check_engines,
    engines_of,
    prepared_for,
    select_experiments,
)
from brand_monitor.backends.llm.experiments import (
    Estimate,
    Prepared,
    assumed,
    estimate,
    plan_experiment,
    questions_of,
)
from brand_monitor.backends.llm.forecast import Forecast, forecast, over_budget
from brand_monitor.backends.llm.pricing import Pricer
from brand_monitor.backends.llm.simulation import Stores, account_of
from brand_monitor.backends.tables.entries import EXPERIMENT, JournalEntry
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.failures import BudgetError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.experiments import Experiment
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import today
from brand_monitor.schemas.registry import empty_frame, polars_schema

_DOCUMENTS, _PLAIN = "core/documents", "raw/answers"
#: Earlier answers are looked up in the latest partitions that have any, at most so many days ago.
_HISTORY_DAYS, _LOOK_BACK_DAYS = 3, 28


@dataclass(frozen=True)
class ExperimentPlan:
    """What one engine will take for one experiment.

    Attributes:
        experiment: as the monitor file has it.
        engine: who is asked.
        prompts: questions with a context.
        left_out: ids of prompts that no document of the day speaks of.
        to_ask: the calls that are not settled yet by kind of arm, their tokens and their price, at most.
        forecast: the same calls by what earlier answers of the engine took.
        is_assumed: the day has no documents yet: every prompt is taken to find all its sources.
    """

    experiment: Experiment
    engine: EngineSpec
    prompts: int
    left_out: tuple[str, ...]
    to_ask: Estimate
    forecast: Forecast
    is_assumed: bool


def plan_experiments(
    monitor: Monitor,
    day: date,
    stores: Stores,
    lake: Lake,
    *,
    experiments: Sequence[str] = (),
    engines: Sequence[str] = (),
) -> list[ExperimentPlan]:
    """Return what the experiments of a monitor will take, by experiment and engine.

    Args:
        monitor: whose experiments.
        day: the day to be asked for.
        stores: of this installation.
        lake: where the documents and earlier answers are.
        experiments: ids to look at; all by default.
        engines: ids of engines to look at; all that the experiments name by default.

    Raises:
        UnknownNameError: the monitor has no such experiment, or none of them names such an engine.
    """
    chosen = select_experiments([monitor], experiments)[monitor.id]
    check_engines(monitor, chosen, engines)
    planner = _Planner(monitor, day, stores, lake)
    return [plan for experiment in chosen for plan in planner.plans(experiment, engines)]


def refuse_over_budget(monitor: Monitor, stores: Stores, plans: Sequence[ExperimentPlan]) -> None:
    """Refuse experiments that the budget does not bear; call it before anything is asked.

    Raises:
        BudgetError: what is expected is more than what is left, or a price is not known.
    """
    left = stores.journal.money_left(account_of(monitor, today()))
    if reason := over_budget([plan.forecast for plan in plans], *left):
        raise BudgetError(f"{monitor.id}: {reason}")


class _Planner:
    def __init__(self, monitor: Monitor, day: date, stores: Stores, lake: Lake) -> None:
        self._monitor = monitor
        self._day = day
        self._stores = stores
        self._lake = lake

    def plans(self, experiment: Experiment, engines: Sequence[str]) -> Iterator[ExperimentPlan]:
        """Yield the plan of each engine of an experiment."""
        is_assumed = not self._lake.published(_DOCUMENTS, Partition(self._day), self._monitor.id)
        questions = questions_of(self._monitor, experiment)
        if is_assumed:
            prepared = assumed(questions, experiment.documents)
        else:
            read = partial(self._lake.read, _DOCUMENTS, [Partition(self._day)], monitors=[self._monitor.id])
            prepared = prepared_for(self._monitor, experiment, self._day, self._stores, read, is_dry=True)
        found = {one.question.id for one in prepared}
        for engine in engines_of(self._monitor, [experiment], engines):
            to_ask, expected = self._calls(experiment, engine, prepared)
            yield ExperimentPlan(
                experiment=experiment,
                engine=engine,
                prompts=len(prepared),
                left_out=tuple(one.id for one in questions if one.id not in found),
                to_ask=to_ask,
                forecast=expected,
                is_assumed=is_assumed,
            )

    def _calls(
        self, experiment: Experiment, engine: EngineSpec, prepared: Sequence[Prepared]
    ) -> tuple[Estimate, Forecast]:
        family, model = engine.answerer
        calls = plan_experiment(self._monitor, experiment, engine, self._day, prepared)
        open_calls = self._unsettled(calls, engine)
        price = self._stores.prices.price(family, model, today())
        most = estimate(open_calls, prepared, price, is_small_model=not engine.hosted)
        designed = self._history(ANSWERS, engine)
        expected = forecast(
            engine,
            Pricer(self._stores.prices, engine, today()),
            settled=len(calls) - len(open_calls),
            to_ask=open_calls,
            history=designed if designed.height else self._history(_PLAIN, engine),
            disabled=self._stores.settings.why_disabled(family, api_key_variable=engine.api_key_variable),
        )
        # Answers without a context took about as long, and cost less: they say nothing of the price.
        likely = expected.expected_usd if designed.height or not most.cost.usd else None
        return most, replace(expected, most_usd=most.cost.usd, expected_usd=likely)

    def _unsettled(self, calls: Sequence[JournalEntry], engine: EngineSpec) -> list[JournalEntry]:
        """Return the calls of a plan that are new or still have to be asked."""
        journal = self._stores.journal
        shelf = Shelf(self._day, engine.family, self._monitor.id, EXPERIMENT, engine.id)
        pending = {entry.call_id for entry in journal.pending(shelf)}
        settled = {entry.call_id for entry in journal.entries(shelf)} - pending
        return [call for call in calls if call.call_id not in settled]

    def _history(self, table: str, engine: EngineSpec) -> pl.DataFrame:
        """Return the engine's answers of the latest days that have any, as rows of ``raw/answers``."""
        days = (
            Partition(self._day - timedelta(days=back), engine.family) for back in range(_LOOK_BACK_DAYS + 1)
        )
        published = (one for one in days if self._lake.published(table, one, self._monitor.id))
        latest = list(islice(published, _HISTORY_DAYS))
        if not latest:
            return empty_frame(_PLAIN)
        frame = self._lake.read(table, latest, monitors=[self._monitor.id])
        return frame.select(list(polars_schema(_PLAIN))).filter(pl.col("engine_id") == engine.id)
