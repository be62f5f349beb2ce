"""What a stored message of Anthropic says: text, cited spans, search results, usage.

Belongs here: reading alone, pure and total. Not here: requests and errors (``anthropic``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from brand_monitor.backends.llm.interface import Reading, Source, Usage
from brand_monitor.backends.llm.providers.values import (
    count,
    mapping,
    mappings,
    number,
    string,
    strings,
    total,
    word,
)


def read_message(payload: Mapping[str, Any]) -> Reading:
    """Return what a stored message says; see ``Wire.read`` of ``wire``.

    A turn that paused is read as one answer with those that went on. Citations carry no offsets: the
    claim is the text block they hang on.
    """
    payload = mapping(payload)
    final = mapping(payload.get("response"))
    not_sent = tuple(strings(payload.get("not_sent")))
    latency_ms = number(payload.get("latency_ms"))
    if not isinstance(final.get("content"), list):
        reason = "the stored reply holds no message"
        return Reading("failed", None, reason, latency_ms=latency_ms, not_sent=not_sent)
    responses = [*mappings(payload.get("earlier_responses")), final]
    blocks = [block for one in responses for block in mappings(one.get("content"))]
    text = "".join(_text(block) for block in blocks)
    status, why = _outcome(final, text)
    retrieved = _retrieved(blocks)
    return Reading(
        status=status,
        text=text,
        reason=why or _failed_searches(blocks),
        served_model=word(final.get("model")),
        finish_reason=word(final.get("stop_reason")),
        sources=(*retrieved, *_cited(blocks, retrieved)),
        queries=tuple(
            query
            for block in blocks
            if block.get("type") == "server_tool_use" and block.get("name") == "web_search"
            if (query := word(mapping(block.get("input")).get("query")))
        ),
        latency_ms=latency_ms,
        usage=_usage(responses, blocks),
        not_sent=not_sent,
    )


def _text(block: Mapping[str, Any]) -> str:
    return (string(block.get("text")) or "") if block.get("type") == "text" else ""


def _outcome(response: Mapping[str, Any], text: str) -> tuple[str, str | None]:
    """Return status and reason of a message."""
    if response.get("stop_reason") == "refusal":
        details = mapping(response.get("stop_details"))
        said = [found for name in ("category", "explanation") if (found := word(details.get(name)))]
        return "refused", ": ".join(said) or "the model declined and gave no reason"
    if not text.strip():
        return "empty", f"no text (stop_reason {word(response.get('stop_reason')) or 'not given'})"
    return "ok", None


def _search_results(blocks: list[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield the content of each search: a list of results, or the object of an error."""
    return (block.get("content") for block in blocks if block.get("type") == "web_search_tool_result")


def _failed_searches(blocks: list[Mapping[str, Any]]) -> str | None:
    """Return which searches failed; the answer stands all the same, and failed searches are not billed."""
    results = list(_search_results(blocks))
    codes = [
        word(mapping(content).get("error_code")) or "no code"
        for content in results
        if not isinstance(content, list)
    ]
    return f"{len(codes)} of {len(results)} web searches failed: {', '.join(codes)}" if codes else None


def _retrieved(blocks: list[Mapping[str, Any]]) -> list[Source]:
    """Return the results of all searches, numbered through in the order of the reply."""
    results = [result for content in _search_results(blocks) for result in mappings(content)]
    known = [(url, result) for result in results if (url := word(result.get("url")))]
    return [
        Source(
            position=position,
            url=url,
            title=word(result.get("title")),
            document_id=None,
            relation="retrieved",
            published=word(result.get("page_age")),
        )
        for position, (url, result) in enumerate(known, 1)
    ]


def _cited(blocks: list[Mapping[str, Any]], retrieved: list[Source]) -> list[Source]:
    """Return one source per citation; its position is that of the result, or follows the results."""
    results = {source.url: source for source in reversed(retrieved)}
    positions = {url: source.position for url, source in results.items()}
    sources: list[Source] = []
    start = 0
    for block in blocks:
        end = start + len(_text(block))
        for citation in mappings(block.get("citations")) if end > start else ():
            if (url := word(citation.get("url"))) is None:
                continue
            result = results.get(url)
            sources.append(
                Source(
                    position=positions.setdefault(url, len(retrieved) + 1 + len(positions) - len(results)),
                    url=url,
                    title=word(citation.get("title")) or (result.title if result else None),
                    document_id=None,
                    relation="cited",
                    start=start,
                    end=end,
                    quote=word(citation.get("cited_text")),
                    published=result.published if result else None,
                )
            )
        start = end
    return sources


def _usage(responses: list[Mapping[str, Any]], blocks: list[Mapping[str, Any]]) -> Usage:
    """Return the usage of all replies together: each is billed for itself."""
    used = [usage for one in responses if (usage := mapping(one.get("usage")))]
    fresh, cached, written, output = (
        total(*(usage.get(name) for usage in used))
        for name in (
            "input_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "output_tokens",
        )
    )
    details = [mapping(usage.get("output_tokens_details")) for usage in used]
    counted = [count(mapping(usage.get("server_tool_use")).get("web_search_requests")) for usage in used]
    searches = total(*counted)
    if searches is None and used:
        # A reply without a search leaves the counter out; failed searches are free.
        searches = sum(isinstance(content, list) for content in _search_results(blocks))
    return Usage(
        input_tokens=total(fresh, cached, written),
        cached_tokens=cached,
        cache_write_tokens=written,
        output_tokens=output,
        reasoning_tokens=total(*(one.get("thinking_tokens") for one in details)),
        searches=searches,
    )
