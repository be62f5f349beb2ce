"""Plans a look: one question in free words to one engine, outside the questions of the monitor.

Belongs here: question -> journal entries, and the shelf they stand on. Not here: asking (``simulation``),
what a terminal shows (``cli.asking``).

A look is a paid call like any other: journaled before it is sent, counted against the budget, never lost.
Each question to an engine has a shelf of its own, so that a look never asks what another one left unanswered.
No table is derived from looks.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from brand_monitor.backends.llm.planning import asked_spec, entries_of
from brand_monitor.backends.tables.entries import JournalEntry, call_id
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.prompts import Question

LOOK = "look"
#: Characters of a purpose that tell questions apart; the column holds 16.
_DIGITS = 11


def look_purpose(monitor: Monitor, engine: EngineSpec, day: date, question: str) -> str:
    """Return the purpose under which a look is journaled: ``look-`` and a hash of what is asked."""
    spec = asked_spec(engine, _question(question), 0, day)
    return f"{LOOK}-{call_id(monitor.id, day, engine.id, spec, LOOK)[:_DIGITS]}"


def plan_look(
    monitor: Monitor, engine: EngineSpec, day: date, question: str, repeats: Iterable[int]
) -> Iterator[JournalEntry]:
    """Yield one planned entry per repeat.

    Args:
        monitor: whose engine and budget.
        engine: who is asked.
        day: today.
        question: what is asked, in free words.
        repeats: numbers of the draws; one that was drawn already is not drawn again.
    """
    specs = (asked_spec(engine, _question(question), repeat, day) for repeat in repeats)
    purpose = look_purpose(monitor, engine, day, question)
    return entries_of(monitor, engine, day, specs, purpose=purpose)


def _question(text: str) -> Question:
    return Question(id=LOOK, family=LOOK, text=text, intent=LOOK, persona=None, locale="en", branded=False)
