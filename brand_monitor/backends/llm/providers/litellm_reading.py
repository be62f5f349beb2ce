"""What a stored reply that came through LiteLLM says: the shape of a chat completion, whoever answered.

Belongs here: reading alone, pure and total. Not here: asking (``litellm``), telling faults apart
(``litellm_faults``). LiteLLM drops much of what a provider sends (docs/adr/0010): what is read here is what
it keeps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from brand_monitor.backends.llm.interface import Reading, Source, Usage
from brand_monitor.backends.llm.providers.gemini_reading import read_content
from brand_monitor.backends.llm.providers.numbered import cited_by_number, numbered_pages
from brand_monitor.backends.llm.providers.spans import Annotation, code_point_spans, unmarked
from brand_monitor.backends.llm.providers.values import (
    count,
    items,
    mapping,
    mappings,
    number,
    string,
    strings,
    word,
)

#: Finish reason for everything that a provider calls a refusal or a block.
_FILTERED = "content_filter"


def read_reply(payload: Mapping[str, Any]) -> Reading:
    """Return what a stored payload says; see ``wire.Wire.read``."""
    payload = mapping(payload)
    response = mapping(payload.get("response"))
    common: dict[str, Any] = {
        "served_model": word(response.get("model")),
        "latency_ms": number(payload.get("latency_ms")),
        "not_sent": tuple(strings(payload.get("not_sent"))),
    }
    if declined := word(payload.get("declined")):
        return Reading("refused", None, declined, finish_reason=_FILTERED, **common)
    choice = next(iter(mappings(response.get("choices"))), None)
    if choice is None:
        return Reading("failed", None, "the stored reply holds no choice", **common)
    message = mapping(choice.get("message"))
    text = string(message.get("content")) or ""
    finish = word(choice.get("finish_reason"))
    status, why = _outcome(message, finish, text)
    sources, queries = _found(response, message, text)
    return Reading(
        status,
        text or None,
        why,
        finish_reason=finish,
        sources=sources,
        queries=queries,
        usage=_usage(mapping(response.get("usage"))),
        **common,
    )


def _outcome(message: Mapping[str, Any], finish: str | None, text: str) -> tuple[str, str | None]:
    extra = mapping(message.get("provider_specific_fields"))
    if refusal := word(message.get("refusal")) or word(extra.get("refusal")):
        return "refused", refusal
    if finish == _FILTERED:
        return "refused", "a filter stopped the answer"
    if not text.strip():
        return "empty", f"no text (finish_reason {finish or 'not given'})"
    return "ok", None


def _found(
    response: Mapping[str, Any], message: Mapping[str, Any], text: str
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Return sources and search queries, from whichever of the forms of LiteLLM the reply has."""
    if grounding := next(iter(mappings(response.get("vertex_ai_grounding_metadata"))), None):
        candidate = {"content": {"parts": [{"text": text}]}, "groundingMetadata": grounding}
        google = read_content({"response": {"candidates": [candidate]}})
        return google.sources, google.queries
    extra = mapping(message.get("provider_specific_fields"))
    if any(extra.get(name) for name in ("citations", "web_search_results", "web_search_calls")):
        return _of_anthropic(extra, text), _anthropic_queries(extra, message)
    if cited := _annotated(message, text):
        return cited, ()
    results = mappings(response.get("search_results"))
    results = results or [{"url": url} for url in strings(response.get("citations"))]
    pages = numbered_pages(enumerate(results, 1))
    return (*pages, *cited_by_number(text, pages)), ()


def _annotated(message: Mapping[str, Any], text: str) -> tuple[Source, ...]:
    citations = [
        mapping(one.get("url_citation"))
        for one in mappings(message.get("annotations"))
        if one.get("type") == "url_citation"
    ]
    notes = [
        Annotation(
            unmarked(url), word(one.get("title")), count(one.get("start_index")), count(one.get("end_index"))
        )
        for one in citations
        if (url := word(one.get("url")))
    ]
    places = {url: place for place, url in enumerate(dict.fromkeys(note.url for note in notes), 1)}
    return tuple(
        Source(places[note.url], note.url, note.title, None, "cited", *(span or (None, None)))
        for note, span in zip(notes, code_point_spans(text, notes), strict=True)
    )


def _of_anthropic(extra: Mapping[str, Any], text: str) -> tuple[Source, ...]:
    """Return pages and citations of Claude; LiteLLM keeps the words that carry a citation, not its span."""
    pages = [page for result in mappings(extra.get("web_search_results")) for page in _pages(result)]
    retrieved = [
        Source(place, url, word(page.get("title")), None, "retrieved", published=word(page.get("page_age")))
        for place, page in enumerate(pages, 1)
        if (url := word(page.get("url")))
    ]
    cited = [
        replace(_span_of(string(one.get("supported_text")), text, one), position=place)
        for place, one in enumerate(_flat(extra.get("citations")), 1)
        if word(one.get("url"))
    ]
    return (*retrieved, *cited)


def _span_of(words: str | None, text: str, citation: Mapping[str, Any]) -> Source:
    start = text.index(words) if words and text.count(words) == 1 else None
    end = None if start is None else start + len(words or "")
    url, title = word(citation.get("url")) or "", word(citation.get("title"))
    return Source(1, url, title, None, "cited", start, end, quote=word(citation.get("cited_text")))


def _pages(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return mappings(result.get("content")) if "content" in result else [result]


def _flat(value: Any) -> Iterable[Mapping[str, Any]]:
    """Yield citations, which come as a list of lists, one for each block of text, or as one list."""
    for one in items(value):
        yield from mappings(one) if isinstance(one, list | tuple) else mappings([one])


def _anthropic_queries(extra: Mapping[str, Any], message: Mapping[str, Any]) -> tuple[str, ...]:
    calls = [mapping(call.get("input")) for call in mappings(extra.get("web_search_calls"))]
    calls += [mapping(call.get("input")) for call in mappings(message.get("server_tool_calls"))]
    return tuple(query for call in calls if (query := word(call.get("query"))))


def _usage(usage: Mapping[str, Any]) -> Usage:
    """Return what was used. Where a reply says nothing LiteLLM writes zeros; no call reads no token."""
    details = mapping(usage.get("prompt_tokens_details"))
    written = mapping(usage.get("completion_tokens_details"))
    read = count(usage.get("prompt_tokens")) or None
    cost = usage.get("cost")
    return Usage(
        input_tokens=read,
        cached_tokens=_first(details.get("cached_tokens"), usage.get("cache_read_input_tokens")),
        cache_write_tokens=_first(
            details.get("cache_creation_tokens"), usage.get("cache_creation_input_tokens")
        ),
        output_tokens=count(usage.get("completion_tokens")) if read else None,
        reasoning_tokens=count(written.get("reasoning_tokens")),
        searches=_first(
            mapping(usage.get("server_tool_use")).get("web_search_requests"),
            details.get("web_search_requests"),
            usage.get("num_search_queries"),
        ),
        stated_cost_usd=number(mapping(cost).get("total_cost") if isinstance(cost, Mapping) else cost),
    )


def _first(*values: Any) -> int | None:
    return next((found for value in values if (found := count(value)) is not None), None)
