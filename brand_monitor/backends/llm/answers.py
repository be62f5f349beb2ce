"""Derives answer rows from the journal and the stored payloads: no call, no cost, no clock.

Belongs here: journal entry + payload -> row of ``raw/answers``. Not here: asking.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

import polars as pl

from brand_monitor.backends.llm.factory import read
from brand_monitor.backends.llm.interface import Reading
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.pricing import cost_of
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.entries import PLANNED, RECEIVED, SENT, UNKNOWN, JournalEntry
from brand_monitor.domain.costs.pricing import Cost
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.schemas.registry import polars_schema

#: Rows that are held as Python objects at a time; a frame holds them in a tenth of the memory.
_CHUNK = 2_000
#: Where the providers' requests hold what the model is shown.
_SHOWN = ("instructions", "input", "system", "messages", "systemInstruction", "contents")


def answers_frame(
    entries: Iterable[JournalEntry], *, payloads: PayloadStore, surface: str, prices: PriceSheet
) -> pl.DataFrame:
    """Return rows of ``raw/answers``, one per planned call, and per call that was sent for an earlier plan.

    A payload that is lost or damaged becomes a failed answer with the reason: it is never invented,
    and it does not hide the others. A call that was never sent has status ``not_asked`` and says why. A
    cost that was unknown when the call was paid is looked up again: a price may have been added since.
    """
    schema = polars_schema("raw/answers")
    told = (entry for entry in entries if entry.is_current or entry.state != PLANNED)
    rows = (_row(entry, payloads, surface, prices) for entry in told)
    frames = [pl.DataFrame(some, schema=schema, orient="row") for some in _chunks(rows)]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(islice(rows, _CHUNK)):
        yield some


def _row(entry: JournalEntry, payloads: PayloadStore, surface: str, prices: PriceSheet) -> dict[str, Any]:
    payload, reading = _read(entry, payloads)
    cost = _cost(entry, payload, reading, prices)
    return {
        **_asked(entry),
        "surface": surface,
        "not_sent": list(reading.not_sent),
        "messages_hash": _messages_hash(payload),
        "served_model": reading.served_model,
        "status": reading.status,
        "reason": reading.reason,
        "error_class": _error_class(entry, reading),
        "text": reading.text or None,
        "finish_reason": reading.finish_reason,
        "sources": [asdict(source) for source in reading.sources],
        "queries": list(reading.queries),
        "context_hash": reading.context_hash,
        "latency_ms": reading.latency_ms,
        "input_tokens": reading.usage.input_tokens,
        "cached_tokens": reading.usage.cached_tokens,
        "output_tokens": reading.usage.output_tokens,
        "reasoning_tokens": reading.usage.reasoning_tokens,
        "searches": reading.usage.searches,
        "cost_usd": cost.usd,
        "cost_note": cost.note,
    }


def _asked(entry: JournalEntry) -> dict[str, Any]:
    """Return what the journal alone knows of a call."""
    spec = entry.spec
    return {
        "monitor_id": entry.monitor_id,
        "date": entry.date,
        "engine": entry.engine,
        "engine_id": entry.engine_id,
        "answer_id": entry.call_id,
        "prompt_id": spec.prompt_id,
        "prompt_family": spec.prompt_family,
        "prompt_version": spec.prompt_version,
        "prompt_text": spec.prompt_text,
        "intent": spec.intent,
        "persona": spec.persona,
        "locale": spec.locale,
        "country": spec.country,
        "is_branded": spec.is_branded,
        "repeat": spec.repeat,
        "is_web": spec.web,
        "model": spec.model,
        "temperature": spec.temperature,
        "max_tokens": spec.max_tokens,
        "seed": spec.seed,
        "effort": spec.effort,
        "asked_at": entry.sent_at,
        "attempts": entry.attempts,
        "possibly_paid": entry.possibly_paid,
        "is_cached": entry.is_cached,
        "is_reasked": entry.is_reasked,
        "payload_hash": entry.payload_hash,
        "run_id": entry.run_id,
    }


def _read(entry: JournalEntry, payloads: PayloadStore) -> tuple[Mapping[str, Any], Reading]:
    if entry.state == PLANNED:
        return {}, Reading(status="not_asked", text=None, reason=entry.error or "the run ended before it")
    if entry.state in {SENT, UNKNOWN}:
        return {}, Reading(status="failed", text=None, reason="the run ended while the call was in the air")
    if entry.state != RECEIVED or entry.payload_hash is None:
        return {}, Reading(status="failed", text=None, reason=entry.error or f"call is {entry.state}")
    try:
        payload = payloads.get(entry.payload_hash)
    except (ObjectNotFoundError, CorruptPayloadError) as error:
        return {}, Reading(status="failed", text=None, reason=str(error))
    return payload, read(payload)


def _cost(entry: JournalEntry, payload: Mapping[str, Any], reading: Reading, prices: PriceSheet) -> Cost:
    if entry.cost_usd is not None or not payload:
        return Cost(entry.cost_usd, source=entry.cost_note)
    return cost_of(prices, entry, payload, reading, (entry.sent_at.date() if entry.sent_at else entry.date))


def _error_class(entry: JournalEntry, reading: Reading) -> str | None:
    """Return the class of a failure; an answer's own status is one where it is no text."""
    if reading.status == "ok":
        return None
    if reading.status in {"empty", "refused"}:
        return reading.status
    if entry.state in {SENT, UNKNOWN}:
        return UNKNOWN
    return entry.error_class or ("malformed" if entry.state == RECEIVED else None)


def _messages_hash(payload: Mapping[str, Any]) -> str | None:
    request = payload.get("request")
    if not isinstance(request, Mapping):
        return None
    shown = {name: request[name] for name in _SHOWN if name in request}
    return hashlib.sha256(json.dumps(shown, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
