"""Derives answer rows from the journal and the stored payloads: no call, no cost, no clock.

Belongs here: journal entry + payload -> row of ``raw/answers``. Not here: asking.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from brand_monitor.backends.llm.interface import Reading
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import PLANNED, RECEIVED, JournalEntry
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.schemas.registry import polars_schema

Reader = Callable[[Mapping[str, Any]], Reading]


def answers_frame(
    entries: Iterable[JournalEntry], *, payloads: PayloadStore, read: Reader, surface: str
) -> pl.DataFrame:
    """Return rows of ``raw/answers``, one per entry that was ever sent.

    A payload that is lost or damaged becomes a failed answer with the reason: it is never invented,
    and it does not hide the others.
    """
    rows = [_row(entry, _read(entry, payloads, read), surface) for entry in entries if entry.state != PLANNED]
    return pl.DataFrame(rows, schema=polars_schema("raw/answers"), orient="row")


def _read(entry: JournalEntry, payloads: PayloadStore, read: Reader) -> Reading:
    if entry.state != RECEIVED or entry.payload_hash is None:
        return Reading(status="failed", text=None, reason=entry.error or f"call is {entry.state}")
    try:
        return read(payloads.get(entry.payload_hash))
    except (ObjectNotFoundError, CorruptPayloadError) as error:
        return Reading(status="failed", text=None, reason=str(error))


def _row(entry: JournalEntry, reading: Reading, surface: str) -> dict[str, Any]:
    spec = entry.spec
    return {
        "monitor_id": entry.monitor_id,
        "date": entry.date,
        "engine": entry.engine,
        "engine_id": entry.engine_id,
        "answer_id": entry.call_id,
        "prompt_id": spec.prompt_id,
        "prompt_version": spec.prompt_version,
        "prompt_text": spec.prompt_text,
        "intent": spec.intent,
        "persona": spec.persona,
        "locale": spec.locale,
        "is_branded": spec.is_branded,
        "repeat": spec.repeat,
        "surface": surface,
        "model": spec.model,
        "served_model": reading.served_model,
        "status": reading.status,
        "reason": reading.reason,
        "text": reading.text,
        "finish_reason": reading.finish_reason,
        "sources": [asdict(source) for source in reading.sources],
        "context_hash": reading.context_hash,
        "asked_at": entry.sent_at,
        "latency_ms": reading.latency_ms,
        "input_tokens": reading.input_tokens,
        "output_tokens": reading.output_tokens,
        "cost_usd": reading.cost_usd,
        "attempts": entry.attempts,
        "is_reasked": entry.is_reasked,
        "payload_hash": entry.payload_hash,
        "run_id": entry.run_id,
    }
