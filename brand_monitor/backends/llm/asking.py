"""Asks what the journal says is still to be asked: bounded, resumable, nothing lost or asked twice.

Belongs here: the loop between journal, engine and payload store. Not here: what to ask (``planning``),
how one engine answers, or what an answer says.

Every call is marked ``sent`` before it leaves and ``received`` after its payload is durable, so a
process killed at any moment costs at most the calls in the air (engine.concurrency of them).
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from brand_monitor.backends.llm.interface import Call, Engine
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import Journal, JournalEntry
from brand_monitor.failures import PermanentFailure, TransientFailure

#: First pause before a call that failed is sent again; doubles each time.
BACKOFF_SECONDS = 0.5

Report = Callable[["Progress"], None]


@dataclass
class Progress:
    """How far the asking is; ``seconds`` runs from the first call, engine already started."""

    planned: int
    received: int = 0
    failed: int = 0
    seconds: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """Expected remaining seconds at the pace so far, None before the first call ended."""
        done = self.received + self.failed
        return None if done == 0 else self.seconds / done * (self.planned - done)


async def ask_all(
    engine: Engine,
    entries: list[JournalEntry],
    *,
    journal: Journal,
    payloads: PayloadStore,
    run_id: str | None,
    report: Report,
) -> Progress:
    """Ask every entry, at most ``engine.concurrency`` at once, and return the final progress.

    A failed call is journaled and does not stop the others. Memory is bounded by the concurrency.
    """
    progress = Progress(planned=len(entries))
    if not entries:
        return progress
    async with engine:
        started = time.monotonic()
        queue = iter(entries)

        async def work(remaining: Iterator[JournalEntry]) -> None:
            for entry in remaining:
                answered = await _ask_one(engine, entry, journal, payloads, run_id)
                progress.received += answered
                progress.failed += not answered
                progress.seconds = time.monotonic() - started
                report(progress)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(engine.concurrency, len(entries))):
                group.create_task(work(queue))
    return progress


async def _ask_one(
    engine: Engine, entry: JournalEntry, journal: Journal, payloads: PayloadStore, run_id: str | None
) -> bool:
    """Ask one call until it is answered, refused for good, or out of attempts."""
    for attempt in range(entry.attempts, entry.most_attempts):
        journal.mark_sent(entry.call_id, run_id=run_id)
        try:
            payload = await engine.ask(_call(entry))
        except PermanentFailure as error:
            journal.fail(entry.call_id, str(error), final=True)
            return False
        except TransientFailure as error:
            journal.fail(entry.call_id, str(error), final=False)
            if attempt + 1 < entry.most_attempts:
                await asyncio.sleep(BACKOFF_SECONDS * 2**attempt)
            continue
        journal.settle(entry.call_id, payloads.put(payload))
        return True
    return False


def _call(entry: JournalEntry) -> Call:
    spec = entry.spec
    if spec.seed is None or spec.temperature is None or spec.max_tokens is None:
        raise PermanentFailure(f"call {entry.call_id} was captured elsewhere and cannot be asked here")
    return Call(
        call_id=entry.call_id,
        prompt=spec.prompt_text,
        persona=spec.persona,
        locale=spec.locale,
        repeat=spec.repeat,
        seed=spec.seed,
        temperature=spec.temperature,
        max_tokens=spec.max_tokens,
    )
