"""Replies of Perplexity's Sonar chat API: retired in 2026-09, still found in captured payloads.

Belongs here: reading them. Not here: asking; the provider answers such requests with 403.
"""

from collections.abc import Mapping
from typing import Any

from brand_monitor.backends.llm.interface import Reading, Usage
from brand_monitor.backends.llm.providers.numbered import cited_by_number, numbered_pages
from brand_monitor.backends.llm.providers.values import count, items, mapping, mappings, number, string, word


def is_sonar(response: Mapping[str, Any]) -> bool:
    """Return whether a reply has the form of the chat API."""
    return isinstance(response.get("choices"), list)


def read_sonar(response: Mapping[str, Any], common: Mapping[str, Any]) -> Reading:
    """Return what a reply of the chat API says.

    Args:
        response: the reply; of its lists of pages ``search_results`` says more, ``citations`` are bare URLs.
        common: fields of the reading that do not depend on the form of the reply.
    """
    choice = next(iter(mappings(response.get("choices"))), {})
    text = string(mapping(choice.get("message")).get("content")) or ""
    results = mappings(response.get("search_results"))
    results = results or [{"url": url} for url in items(response.get("citations"))]
    pages = numbered_pages(enumerate(results, 1))
    usage = mapping(response.get("usage"))
    return Reading(
        status="ok" if text.strip() else "empty",
        text=text or None,
        reason=None if text.strip() else "the reply holds no text",
        finish_reason=word(choice.get("finish_reason")),
        sources=(*pages, *cited_by_number(text, pages)),
        usage=Usage(
            input_tokens=count(usage.get("prompt_tokens")),
            output_tokens=count(usage.get("completion_tokens")),
            reasoning_tokens=count(usage.get("reasoning_tokens")),
            searches=count(usage.get("num_search_queries")),
            stated_cost_usd=number(mapping(usage.get("cost")).get("total_cost")),
        ),
        **common,
    )
