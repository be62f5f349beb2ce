"""What an engine is asked for its experiments on a day: the calls, and the engine that shows the contexts.

Belongs here: the way from the monitor file and the day's documents to what ``simulation.ask_day`` takes. Not
here: designs and frozen contexts (``experiments``), the rows that come of it (``designed_answers``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

import polars as pl

from brand_monitor.backends.llm.contexts import FrozenContextEngine
from brand_monitor.backends.llm.experiments import (
    Prepared,
    known_contexts,
    plan_experiment,
    prepare,
    questions_of,
)
from brand_monitor.backends.llm.factory import answerer_for
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.retrieval import Retriever
from brand_monitor.backends.llm.simulation import Assignment, Stores
from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.tables.entries import EXPERIMENT, JournalEntry
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.domain.designs import MAX_SOURCES
from brand_monitor.failures import PermanentFailure, UnknownNameError
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.experiments import Experiment
from brand_monitor.monitor.models import Monitor

#: Reads the day's documents of the monitor; not called if every context is frozen already.
ReadDocuments = Callable[[], pl.DataFrame]


def select_experiments(monitors: Iterable[Monitor], ids: Sequence[str] = ()) -> dict[str, list[Experiment]]:
    """Return the experiments with these ids by monitor id, all of them without any id; in file order.

    Raises:
        UnknownNameError: no monitor has such an experiment.
    """
    by_monitor = {monitor.id: monitor.experiments for monitor in monitors}
    known = sorted({experiment.id for own in by_monitor.values() for experiment in own})
    if unknown := sorted(set(ids) - set(known)):
        has = f"known: {', '.join(known)}" if known else "there is none"
        raise UnknownNameError(f"no experiment {', '.join(unknown)} in {', '.join(by_monitor)}; {has}")
    return {
        monitor_id: [experiment for experiment in own if not ids or experiment.id in ids]
        for monitor_id, own in by_monitor.items()
    }


def engines_of(
    monitor: Monitor, experiments: Sequence[Experiment], ids: Sequence[str] = ()
) -> list[EngineSpec]:
    """Return the engines that any of the experiments names, in file order; only those of ``ids``, if any."""
    named = {engine for experiment in experiments for engine in experiment.engines}
    return [engine for engine in monitor.engines if engine.id in named and (not ids or engine.id in ids)]


def check_engines(monitor: Monitor, experiments: Sequence[Experiment], ids: Sequence[str]) -> None:
    """Refuse engine ids that no experiment names.

    Raises:
        UnknownNameError: the message lists the engines that are named.
    """
    named = [engine.id for engine in engines_of(monitor, experiments)]
    if unknown := sorted(set(ids) - set(named)):
        raise UnknownNameError(
            f"no experiment of {monitor.id} names engine {', '.join(unknown)}; named: {', '.join(named)}"
        )


def families_in_experiments(monitors: Iterable[Monitor]) -> list[str]:
    """Return the engine families that experiments of any of the monitors name, in a stable order."""
    return sorted(
        {engine.family for monitor in monitors for engine in engines_of(monitor, monitor.experiments)}
    )


def experiment_entries(
    assignment: Assignment, experiments: Sequence[Experiment], stores: Stores, documents: ReadDocuments
) -> Iterator[JournalEntry]:
    """Yield the calls of the experiments that name the engine; contexts are frozen when the first is taken.

    So a day that may not be asked freezes nothing.

    Args:
        assignment: who is asked, for which day.
        experiments: of that monitor.
        stores: of this installation.
        documents: reads what contexts are made of.

    Raises:
        PermanentFailure: no document speaks of any prompt of an experiment.
    """
    monitor, spec, asked = assignment.monitor, assignment.spec, assignment.asked
    for experiment in experiments:
        if spec.id in experiment.engines:
            prepared = prepared_for(monitor, experiment, asked.day, stores, documents)
            if not prepared:
                raise PermanentFailure(
                    f"experiment {experiment.id}: no document of {asked.day} holds a word of any of its "
                    "prompts, so there is no context to change; add pages to the monitor's sites"
                )
            yield from plan_experiment(
                monitor, experiment, spec, asked.day, prepared, is_reasked=asked.is_past
            )


def prepared_for(
    monitor: Monitor,
    experiment: Experiment,
    day: date,
    stores: Stores,
    documents: ReadDocuments,
    *,
    is_dry: bool = False,
) -> list[Prepared]:
    """Return the questions of an experiment that have a context on the day, frozen now or before.

    Args:
        monitor: whose experiment.
        experiment: what is asked.
        day: of the documents.
        stores: of this installation.
        documents: reads what contexts are made of.
        is_dry: store nothing, see ``experiments.prepare``.
    """
    return prepare(
        questions_of(monitor, experiment),
        experiment.documents,
        known=known_contexts(planned_entries(stores.journal, monitor, day), experiment.id),
        payloads=stores.payloads,
        retriever=lambda: Retriever(documents(), TantivyIndex(), top_k=MAX_SOURCES),
        is_dry=is_dry,
    )


def planned_entries(journal: Journal, monitor: Monitor, day: date) -> Iterator[JournalEntry]:
    """Yield the calls of all experiments of a day: engines of every family share a context."""
    for family in sorted({engine.family for engine in monitor.engines}):
        yield from journal.entries(Shelf(day, family, monitor.id, EXPERIMENT))


def experiment_engine(spec: EngineSpec, stores: Stores, refused: set[str]) -> Engine:
    """Return who answers, with the frozen contexts put before the questions.

    Raises:
        EngineStoppedError: its key is missing, or it is switched off.
        UnknownNameError: nobody here serves the model.
    """
    answerer = answerer_for(spec, stores.settings, refused=refused)
    return FrozenContextEngine(answerer, stores.payloads, is_small_model=not spec.hosted)
