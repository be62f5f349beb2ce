"""Answers that need not be paid twice: the same deterministic request gets its stored answer again.

Belongs here: which requests are the same, and how long an answer is good for. Not here: where keys are kept
(``backends.coordination``).

A repeat is an independent draw, so its number belongs to the request: one repeat is never served by another.
What an engine finds on the web or in the day's pages is no part of the request, so such answers are never
taken again. An answer of a hosted model is good for its UTC day only: a longer life would hide that the model
changed.
"""

import asyncio
import hashlib
import json
from dataclasses import asdict

from brand_monitor.backends.coordination.interface import Coordination
from brand_monitor.backends.llm.interface import Reading
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.monitor.engines import EngineSpec

_DAY_SECONDS = 86_400
_EMBEDDED_SECONDS = 30 * _DAY_SECONDS
#: Parts of a spec that do not reach the engine, or do not matter without sampling.
_UNASKED = ("prompt_id", "prompt_family", "prompt_version", "intent", "is_branded", "persona", "seed")


class AnswerCache:
    """Hashes of stored payloads by request, for one engine. Does nothing unless the engine asks for it."""

    def __init__(self, coordination: Coordination, payloads: PayloadStore, engine: EngineSpec) -> None:
        self._coordination = coordination
        self._payloads = payloads
        self._engine = engine

    async def find(self, entry: JournalEntry) -> str | None:
        """Return the hash of the payload that answers the same request, None if there is none any more."""
        if not self._serves(entry):
            return None
        found = await self._coordination.cached(self._key(entry))
        if found is None:
            return None
        is_there = await asyncio.to_thread(self._payloads.holds, found)
        return found if is_there else None

    async def remember(self, entry: JournalEntry, payload_hash: str, reading: Reading) -> None:
        """Keep the answer for the next one who asks the same, if it has text.

        A model that does not take the temperature samples as it likes: its answers are never kept.
        """
        is_deterministic = "temperature" not in reading.not_sent
        if self._serves(entry) and is_deterministic and reading.status == "ok":
            seconds = _DAY_SECONDS if self._engine.hosted else _EMBEDDED_SECONDS
            await self._coordination.remember(self._key(entry), payload_hash, seconds)

    def _serves(self, entry: JournalEntry) -> bool:
        spec = entry.spec
        is_frozen = self._engine.family != "grounded" or spec.design is not None
        return self._engine.cache and spec.temperature == 0 and not spec.web and is_frozen

    def _key(self, entry: JournalEntry) -> str:
        asked = {name: value for name, value in asdict(entry.spec).items() if name not in _UNASKED}
        day = entry.date.isoformat() if self._engine.hosted else None
        request = [self._engine.answerer[0], self._engine.base_url, day, asked]
        return hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
