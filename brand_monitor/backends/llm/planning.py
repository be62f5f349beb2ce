"""Plans the calls of a day: which questions, to which engine, how often, with which seed.

Belongs here: monitor file -> journal entries. Not here: sending them (see ``asking``).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from brand_monitor.backends.tables.journal import PLANNED, CallSpec, JournalEntry, call_id
from brand_monitor.monitor.models import EngineSpec, Monitor, Prompt


def plan_calls(monitor: Monitor, engine: EngineSpec, day: date, *, is_reasked: bool) -> list[JournalEntry]:
    """Return one entry per prompt and repeat; the repeats of a prompt follow each other.

    The order lets a server reuse the evaluated prefix of a prompt for its repeats.
    """
    return [
        _entry(monitor, engine, day, _spec(engine, prompt, repeat, day), is_reasked=is_reasked)
        for prompt in monitor.prompts
        for repeat in range(engine.repeats)
    ]


def _entry(
    monitor: Monitor, engine: EngineSpec, day: date, spec: CallSpec, *, is_reasked: bool
) -> JournalEntry:
    return JournalEntry(
        call_id=call_id(monitor.id, day, engine.id, spec),
        monitor_id=monitor.id,
        date=day,
        engine=engine.family,
        engine_id=engine.id,
        state=PLANNED,
        spec=spec,
        is_reasked=is_reasked,
    )


def _spec(engine: EngineSpec, prompt: Prompt, repeat: int, day: date) -> CallSpec:
    return replace(
        captured_spec(engine, prompt, repeat),
        temperature=engine.temperature,
        max_tokens=engine.max_tokens,
        seed=_seed(engine.id, prompt.id, prompt.version, repeat, day.isoformat()),
    )


def captured_spec(engine: EngineSpec, prompt: Prompt, repeat: int) -> CallSpec:
    """Return what was asked, without how: the settings of a call that somebody else made are unknown."""
    return CallSpec(
        prompt_id=prompt.id,
        prompt_version=prompt.version,
        prompt_text=prompt.text,
        intent=prompt.intent,
        persona=prompt.persona,
        locale=prompt.locale,
        is_branded=prompt.branded,
        repeat=repeat,
        model=engine.model,
        temperature=None,
        max_tokens=None,
        seed=None,
    )


def _seed(*parts: object) -> int:
    """Return a reproducible 31-bit seed; repeats and days are independent draws."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def engines_in_use(monitors: Iterable[Monitor]) -> list[str]:
    """Return the engine families that any of the monitors configures, in a stable order."""
    return sorted({engine.family for monitor in monitors for engine in monitor.engines})
