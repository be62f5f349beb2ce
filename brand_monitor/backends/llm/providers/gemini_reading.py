"""What a stored reply of Gemini says: text, grounding by bytes turned into characters, usage.

Belongs here: reading alone, pure and total. Not here: requests and errors (``gemini``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from brand_monitor.backends.llm.interface import Reading, Source, Usage
from brand_monitor.backends.llm.providers.values import (
    count,
    items,
    mapping,
    mappings,
    number,
    string,
    strings,
    total,
    word,
)

#: Why a candidate ended, where the model or a filter declined. Others that leave no text are empty.
_DECLINED = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"}


@dataclass(frozen=True)
class _Part:
    """A part of the reply that is shown: its text, and where that starts in the whole answer."""

    text: str
    start: int


def read_content(payload: Mapping[str, Any]) -> Reading:
    """Return what a stored reply says; see ``Wire.read`` of ``wire``."""
    payload = mapping(payload)
    response = mapping(payload.get("response"))
    not_sent = tuple(strings(payload.get("not_sent")))
    latency_ms = number(payload.get("latency_ms"))
    candidates = mappings(response.get("candidates"))
    block = word(mapping(response.get("promptFeedback")).get("blockReason"))
    if not candidates and not block:
        reason = "the stored reply holds no candidate"
        return Reading("failed", None, reason, latency_ms=latency_ms, not_sent=not_sent)
    candidate = candidates[0] if candidates else {}
    parts = _shown_parts(candidate)
    text = "".join(part.text for part in parts.values())
    finish = word(candidate.get("finishReason"))
    status, why = _outcome(block if not candidates else None, finish, text)
    grounding = mapping(candidate.get("groundingMetadata"))
    queries = tuple(strings(grounding.get("webSearchQueries")))
    retrieved = _retrieved(grounding, mapping(payload.get("redirects")))
    return Reading(
        status=status,
        text=text,
        reason=why,
        served_model=word(response.get("modelVersion")),
        finish_reason=finish,
        sources=(*retrieved.values(), *_cited(grounding, retrieved, parts, text)),
        queries=queries,
        latency_ms=latency_ms,
        usage=_usage(mapping(response.get("usageMetadata")), len(queries)),
        not_sent=not_sent,
    )


def chunk_urls(response: Any) -> Iterator[str]:
    """Yield the address of every source of a reply, as the provider writes it."""
    for candidate in mappings(mapping(response).get("candidates")):
        for chunk in mappings(mapping(candidate.get("groundingMetadata")).get("groundingChunks")):
            if url := word(mapping(chunk.get("web")).get("uri")):
                yield url


def _shown_parts(candidate: Mapping[str, Any]) -> dict[int, _Part]:
    """Return the parts whose text is the answer, by their index among all; thoughts are left out."""
    shown: dict[int, _Part] = {}
    start = 0
    for index, item in enumerate(items(mapping(candidate.get("content")).get("parts"))):
        part = mapping(item)
        text = string(part.get("text"))
        if text is not None and part.get("thought") is not True:
            shown[index] = _Part(text, start)
            start += len(text)
    return shown


def _outcome(block: str | None, finish: str | None, text: str) -> tuple[str, str | None]:
    """Return status and reason of a reply."""
    if block:
        return "refused", f"the prompt was blocked: {block}"
    if finish in _DECLINED:
        return "refused", f"the answer was stopped: {finish}"
    if not text.strip():
        return "empty", f"no text (finishReason {finish or 'not given'})"
    return "ok", None


def _retrieved(grounding: Mapping[str, Any], redirects: Mapping[str, Any]) -> dict[int, Source]:
    """Return the sources by the index of their chunk.

    The address is that of the page where its redirect was looked up; else it stays the redirect, and the
    title, which mostly is the page's domain, is the only hint.
    """
    sources: dict[int, Source] = {}
    for index, chunk in enumerate(items(grounding.get("groundingChunks"))):
        web = mapping(mapping(chunk).get("web"))
        if url := word(web.get("uri")):
            target = word(redirects.get(url)) or url
            sources[index] = Source(index + 1, target, word(web.get("title")), None, "retrieved")
    return sources


def _cited(
    grounding: Mapping[str, Any], retrieved: Mapping[int, Source], parts: Mapping[int, _Part], text: str
) -> list[Source]:
    """Return one source per supported span and chunk, in the order of the reply."""
    sources: list[Source] = []
    for support in mappings(grounding.get("groundingSupports")):
        start, end = _span(mapping(support.get("segment")), parts, text) or (None, None)
        for value in items(support.get("groundingChunkIndices")):
            index = count(value)
            if index is not None and (source := retrieved.get(index)):
                sources.append(
                    Source(source.position, source.url, source.title, None, "cited", start=start, end=end)
                )
    return sources


def _span(segment: Mapping[str, Any], parts: Mapping[int, _Part], text: str) -> tuple[int, int] | None:
    """Return the characters of the answer that a segment means, None if that is not certain.

    A segment counts UTF-8 bytes within its part; what is zero is left out of the JSON.
    """
    words = string(segment.get("text"))
    part = parts.get(count(segment.get("partIndex", 0)) or 0)
    first, last = count(segment.get("startIndex", 0)), count(segment.get("endIndex"))
    if part and first is not None and last is not None:
        data = part.text.encode()
        if first < last <= len(data):
            start = part.start + _characters(data, first)
            end = part.start + _characters(data, last)
            if words is None or text[start:end] == words:
                return start, end
    # The offsets do not lead to the words they should: the words themselves do, unless they recur.
    if words and text.count(words) == 1:
        start = text.index(words)
        return start, start + len(words)
    return None


def _characters(data: bytes, offset: int) -> int:
    """Return how many characters begin before a byte offset; one in the middle of a character rounds down."""
    return len(data[:offset].decode("utf-8", "ignore"))


def _usage(usage: Mapping[str, Any], searches: int) -> Usage:
    return Usage(
        input_tokens=total(usage.get("promptTokenCount"), usage.get("toolUsePromptTokenCount")),
        cached_tokens=count(usage.get("cachedContentTokenCount")),
        output_tokens=total(usage.get("candidatesTokenCount"), usage.get("thoughtsTokenCount")),
        reasoning_tokens=count(usage.get("thoughtsTokenCount")),
        searches=searches,
    )
