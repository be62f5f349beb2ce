"""Plans the canaries of a day: the fixed questions, to each engine that is to be watched.

Belongs here: canary -> journal entry. Not here: the questions, and what their answers tell
(``domain.steadiness.canaries``).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from brand_monitor.backends.llm.planning import asked_spec, entries_of
from brand_monitor.backends.tables.entries import CANARY, CallSpec, JournalEntry
from brand_monitor.domain.steadiness.canaries import CANARIES, Canary
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.prompts import Question


def plan_canaries(monitor: Monitor, engine: EngineSpec, day: date) -> Iterator[JournalEntry]:
    """Yield one entry per canary; there are no repeats, because there is one right answer."""
    specs = (_spec(engine, canary, day) for canary in CANARIES)
    return entries_of(monitor, engine, day, specs, purpose=CANARY)


def uncached(engine: EngineSpec) -> EngineSpec:
    """Return the engine without its cache: yesterday's answer would hide the change that is looked for."""
    return engine.model_copy(update={"cache": False})


def _spec(engine: EngineSpec, canary: Canary, day: date) -> CallSpec:
    """Return a call that is the same every day, whatever the file says of system text, web and sampling."""
    question = Question(
        id=canary.id,
        family=canary.id,
        text=canary.text,
        intent="canary",
        persona=None,
        locale="en",
        branded=False,
    )
    return replace(
        asked_spec(engine, question, 0, day), system=None, web=False, country=None, temperature=0.0, seed=0
    )
