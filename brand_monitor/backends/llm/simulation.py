"""One day of one engine family for one monitor: refuse the past, plan, recover, ask.

Belongs here: the order of these steps. Not here: the steps themselves.
"""

import asyncio
from dataclasses import dataclass
from datetime import date

from brand_monitor.backends.llm.asking import Progress, Report, ask_all
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.failures import PastPartitionError
from brand_monitor.monitor.models import EngineSpec, Monitor


@dataclass(frozen=True)
class AskedDay:
    """What a run asks for, and under which name it is journaled."""

    day: date
    today: date
    run_id: str | None
    allow_reask: bool = False


def ask_day(
    monitor: Monitor,
    spec: EngineSpec,
    engine: Engine,
    asked: AskedDay,
    *,
    journal: Journal,
    payloads: PayloadStore,
    report: Report,
) -> Progress:
    """Ask what is still unanswered of the monitor's plan for the day, and return the progress.

    Raises:
        PastPartitionError: the day has passed, something is unanswered, and re-asking is not allowed.
        TransientFailure: another process is asking the same partition.
    """
    is_past = asked.day < asked.today
    with journal.exclusive(f"ask {monitor.id} {spec.family} {asked.day.isoformat()}"):
        journal.recover(asked.day, spec.family, monitor.id)
        if is_past and not asked.allow_reask:
            if _is_settled(journal, asked.day, spec, monitor):
                return Progress(planned=0)
            raise PastPartitionError(
                f"{monitor.id}, engine {spec.id}: {asked.day} has passed, and today's model cannot answer "
                f"for it. Re-derive the stored answers with job `rederive`, or allow the question explicitly "
                f"(`allow_reask`): every answer is then flagged as re-asked."
            )
        journal.plan(plan_calls(monitor, spec, asked.day, is_reasked=is_past))
        pending = journal.pending(asked.day, spec.family, monitor.id)
        entries = [entry for entry in pending if entry.engine_id == spec.id]
        return asyncio.run(
            ask_all(engine, entries, journal=journal, payloads=payloads, run_id=asked.run_id, report=report)
        )


def _is_settled(journal: Journal, day: date, spec: EngineSpec, monitor: Monitor) -> bool:
    """Tell whether the engine was asked on the day and nothing of it is still open."""
    asked = any(entry.engine_id == spec.id for entry in journal.entries(day, spec.family, monitor.id))
    still_open = any(entry.engine_id == spec.id for entry in journal.pending(day, spec.family, monitor.id))
    return asked and not still_open
