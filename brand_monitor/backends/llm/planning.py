"""Plans the calls of a day: which questions, to which engine, how often, with which seed.

Belongs here: monitor file -> journal entries. Not here: sending them (see ``asking``).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from brand_monitor.backends.llm.wording import SMALL_MODEL_INSTRUCTION, system_text
from brand_monitor.backends.tables.entries import ANSWER, PLANNED, CallSpec, JournalEntry, call_id
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.prompts import Question


def plan_calls(
    monitor: Monitor, engine: EngineSpec, day: date, *, is_reasked: bool = False
) -> Iterator[JournalEntry]:
    """Yield one entry per question and repeat; the repeats of a question follow each other.

    The order lets a server reuse the evaluated prefix of a prompt for its repeats.
    """
    specs = (
        asked_spec(engine, question, repeat, day)
        for question in monitor.questions
        for repeat in range(engine.repeats)
    )
    return entries_of(monitor, engine, day, specs, is_reasked=is_reasked)


def entries_of(
    monitor: Monitor,
    engine: EngineSpec,
    day: date,
    specs: Iterable[CallSpec],
    *,
    purpose: str = ANSWER,
    is_reasked: bool = False,
) -> Iterator[JournalEntry]:
    """Yield a planned journal entry per spec, in order."""
    for position, spec in enumerate(specs):
        yield JournalEntry(
            call_id=call_id(monitor.id, day, engine.id, spec, purpose),
            monitor_id=monitor.id,
            date=day,
            engine=engine.family,
            engine_id=engine.id,
            state=PLANNED,
            spec=spec,
            purpose=purpose,
            position=position,
            is_reasked=is_reasked,
        )


def asked_spec(engine: EngineSpec, question: Question, repeat: int, day: date) -> CallSpec:
    """Return what the engine is asked: the question, and how."""
    instruction = SMALL_MODEL_INSTRUCTION if engine.family == "local" else None
    return replace(
        captured_spec(engine, question, repeat),
        system=system_text(engine.system or instruction, question.persona, question.locale),
        web=engine.web,
        country=engine.asked_country(question.locale),
        temperature=engine.asked_temperature,
        max_tokens=engine.asked_max_tokens,
        seed=seed_of(engine.id, question.id, question.version, repeat, day.isoformat()),
        effort=engine.effort,
        base_url=engine.base_url,
        search_context=engine.search_context,
        top_k=engine.top_k if engine.family == "grounded" else None,
    )


def captured_spec(engine: EngineSpec, question: Question, repeat: int) -> CallSpec:
    """Return what was asked, without how: the settings of a call that somebody else made are unknown."""
    return CallSpec(
        prompt_id=question.id,
        prompt_family=question.family,
        prompt_version=question.version,
        prompt_text=question.text,
        intent=question.intent,
        persona=question.persona,
        locale=question.locale,
        is_branded=question.branded,
        repeat=repeat,
        model=engine.answerer[1],
    )


def seed_of(*parts: object) -> int:
    """Return a reproducible 31-bit seed; repeats and days are independent draws."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def engines_in_use(monitors: Iterable[Monitor]) -> list[str]:
    """Return the engine families that any of the monitors configures, in a stable order."""
    return sorted({engine.family for monitor in monitors for engine in monitor.engines})
