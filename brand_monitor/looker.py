"""Asks one question in free words, in this process: journaled and within the budget, without a Dagster run.

Belongs here: which engines can be asked, what a grounded one reads, and what came of it. Not here: the calls
(``backends.llm``), what a terminal shows (``cli.asking``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.factory import engine_for
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.looks import look_purpose, plan_look
from brand_monitor.backends.llm.progress import Report
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores, ask_day
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.failures import (
    MissingPartitionError,
    PermanentFailure,
    SetupError,
    UnknownNameError,
)
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import ASKING_FAMILIES, SURFACE_OF, today

_DOCUMENTS = "core/documents"


@dataclass(frozen=True)
class Look:
    """What came of one question to one engine.

    Attributes:
        engine: who was asked.
        answers: rows of ``raw/answers``, one per draw, in their order; empty where nothing could be asked.
        is_stored: whether all of them were there before.
        problem: why nothing could be asked, if so.
    """

    engine: EngineSpec
    answers: list[dict[str, Any]]
    is_stored: bool = False
    problem: str | None = None

    @property
    def outcome(self) -> str:
        """The worst that became of a draw: ``failed``, ``not_asked``, or ``answered``, be it by a refusal."""
        statuses = {row["status"] for row in self.answers}
        if "failed" in statuses:
            return "failed"
        return "not_asked" if "not_asked" in statuses or not statuses else "answered"


def engines_to_ask(monitor: Monitor, wanted: Sequence[str], stores: Stores) -> list[EngineSpec]:
    """Return the named engines of a monitor, or all that can be asked here.

    Raises:
        UnknownNameError: the monitor has no engine of that id that can be asked at all.
        SetupError: none is named, and none can be asked; the message says why of each.
    """
    known = {spec.id: spec for spec in monitor.engines if spec.family in ASKING_FAMILIES}
    if unknown := sorted(set(wanted) - set(known)):
        raise UnknownNameError(
            f"monitor {monitor.id} has no engine {', '.join(unknown)} to ask; it has: "
            f"{', '.join(known) or 'none, all its answers are captured elsewhere'}"
        )
    if wanted:
        return [spec for name, spec in known.items() if name in wanted]
    reasons = {spec.id: why_disabled(spec, stores) for spec in known.values()}
    if able := [spec for spec in known.values() if reasons[spec.id] is None]:
        return able
    whys = [f"{name}: {why}" for name, why in reasons.items()] or ["all its answers are captured elsewhere"]
    raise SetupError("\n".join([f"monitor {monitor.id} has no engine that can be asked", *whys]))


def why_disabled(spec: EngineSpec, stores: Stores) -> str | None:
    """Return why an engine cannot be asked here, None if it can."""
    return stores.settings.why_disabled(spec.answerer[0], api_key_variable=spec.api_key_variable)


def look(
    monitor: Monitor,
    spec: EngineSpec,
    question: str,
    stores: Stores,
    lake: Lake,
    *,
    repeats: int = 1,
    again: bool = False,
    report: Report = lambda _progress: None,
) -> Look:
    """Ask one engine, or take today's answers to the same question from the journal.

    Args:
        monitor: whose engine and budget.
        spec: the engine.
        question: in free words.
        stores: of this installation.
        lake: where the pages of a grounded engine are.
        repeats: independent draws.
        again: ask for new draws even if there are some.
        report: called after each call.

    Raises:
        StorageError: the journal cannot be written.
        KeyboardInterrupt: a person stopped it; what was answered is stored.
    """
    day = today()
    shelf = Shelf(day, spec.family, monitor.id, look_purpose(monitor, spec, day, question), spec.id)
    drawn = [entry.spec.repeat for entry in stores.journal.entries(shelf)]
    first = max(drawn, default=-1) + 1 if again else 0
    wanted = range(first, first + repeats)
    assignment = Assignment(monitor, spec, AskedDay(day, day, None), shelf.purpose)
    make = partial(_engine, spec, stores, lake, monitor.id)
    try:
        done = ask_day(assignment, plan_look(monitor, spec, day, question, wanted), stores, make, report)
    except PermanentFailure as error:
        return Look(spec, [], problem=str(error))
    entries = (entry for entry in stores.journal.entries(shelf) if entry.spec.repeat in wanted)
    frame = answers_frame(
        entries, payloads=stores.payloads, surface=SURFACE_OF[spec.family], prices=stores.prices
    )
    return Look(spec, frame.sort("repeat").to_dicts(), is_stored=not done.planned)


def _engine(spec: EngineSpec, stores: Stores, lake: Lake, monitor_id: str, refused: set[str]) -> Engine:
    """Return the engine; a grounded one reads the newest day that has any pages."""
    documents = _newest_documents(lake, monitor_id) if spec.family == "grounded" else None
    return engine_for(spec, stores.settings, documents=documents, refused=refused)


def _newest_documents(lake: Lake, monitor_id: str) -> pl.DataFrame:
    """Return the documents of the newest day that has any.

    Raises:
        MissingPartitionError: no day has.
    """
    for day in reversed(lake.days(_DOCUMENTS)):
        if lake.published(_DOCUMENTS, Partition(day), monitor_id):
            frame = lake.read(_DOCUMENTS, [Partition(day)], monitors=[monitor_id])
            if not frame.is_empty():
                return frame
    raise MissingPartitionError(
        f"monitor {monitor_id} has no pages yet that a grounded engine could read: run `brand-monitor run` "
        "once, or name another engine with --engine"
    )
