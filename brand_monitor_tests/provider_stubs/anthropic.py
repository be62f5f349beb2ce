"""Anthropic's Messages API, as documented: bodies of messages and errors, headers of the rate limits."""

import re
from collections.abc import Mapping
from typing import Any

from brand_monitor_tests.provider_stubs.provider import Provider, canned

#: Headers of every reply (rate limits, response headers).
LIMITS = {
    "request-id": "req_stub",
    "anthropic-ratelimit-requests-limit": "50",
    "anthropic-ratelimit-requests-remaining": "49",
    "anthropic-ratelimit-requests-reset": "2026-11-25T12:00:00Z",
    "anthropic-ratelimit-input-tokens-limit": "30000",
    "anthropic-ratelimit-input-tokens-remaining": "29000",
    "anthropic-ratelimit-input-tokens-reset": "2026-11-25T12:00:02Z",
}


def text(words: str, *citations: Mapping[str, Any]) -> dict[str, Any]:
    """A block of text (web search tool, citations): what it says is what the citations support."""
    return {"type": "text", "text": words, "citations": list(citations) or None}


def citation(url: str, title: str | None, words: str) -> dict[str, Any]:
    """A citation of a search result; it carries no offsets."""
    return {
        "type": "web_search_result_location",
        "url": url,
        "title": title,
        "encrypted_index": "Eo8BCioIAhgB",
        "cited_text": words,
    }


def search(query: str, content: Any, identity: str = "srvtoolu_1") -> list[dict[str, Any]]:
    """The two blocks of one search (web search tool): the query, then results or the object of an error."""
    caller = {"type": "direct"}
    return [
        {
            "type": "server_tool_use",
            "id": identity,
            "name": "web_search",
            "input": {"query": query},
            "caller": caller,
        },
        {"type": "web_search_tool_result", "tool_use_id": identity, "caller": caller, "content": content},
    ]


def result(url: str, title: str | None, page_age: str | None = None) -> dict[str, Any]:
    """One search result."""
    return {
        "type": "web_search_result",
        "url": url,
        "title": title,
        "encrypted_content": "EqgfCioIARgB",
        "page_age": page_age,
    }


def message(*content: Mapping[str, Any], searches: int = 0, **changes: Any) -> dict[str, Any]:
    """A message (Messages API, the message object)."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5-20251001",
        "content": [dict(block) for block in content],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "stop_details": None,
        "usage": {
            "input_tokens": 6_000,
            "cache_creation_input_tokens": 200,
            "cache_read_input_tokens": 1_000,
            "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 0},
            "output_tokens": 900,
            "output_tokens_details": {"thinking_tokens": 10},
            "server_tool_use": {"web_search_requests": searches, "web_fetch_requests": 0},
            "service_tier": "standard",
        },
    } | changes


TEAS = [
    result("https://teas.example/best", "Best teas", "April 30, 2026"),
    result("https://leaves.example/ranking", None),
]
#: An emoji stands before the cited claim: its span in characters is not that in bytes.
CITED = message(
    *search("best tea", TEAS),
    text("🍵 "),
    text(
        "Northwind is the best tea",
        citation("https://teas.example/best", "Best teas", "Northwind wins again."),
    ),
    text(". Contoso comes second."),
    searches=1,
)
PLAIN = message(text("Northwind is the best tea."))
FAILED_SEARCH = message(
    *search("best tea", TEAS),
    *search(
        "best tea 2026",
        {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"},
        "srvtoolu_2",
    ),
    text("Northwind is the best tea."),
    searches=1,
)
PAUSED = message(
    *search("best tea", TEAS), text("Let me look further. "), searches=1, stop_reason="pause_turn"
)
REFUSED = message(
    stop_reason="refusal",
    stop_details={
        "type": "refusal",
        "category": "general_harms",
        "explanation": "I cannot help with that.",
    },
)


def error(status: int, kind: str, message: str, code: str | None = None, **headers: str) -> Any:
    """An error reply (Claude API, errors)."""
    details = {"error_code": code} if code else None
    body = {
        "type": "error",
        "error": {"type": kind, "message": message, "details": details},
        "request_id": "req_stub",
    }
    return canned(body, status, LIMITS | {name.replace("_", "-"): value for name, value in headers.items()})


REPLIES = {
    "cited": canned(CITED, headers=LIMITS),
    "plain": canned(PLAIN, headers=LIMITS),
    "refused": canned(REFUSED, headers=LIMITS),
    "empty": canned(message(stop_reason="max_tokens"), headers=LIMITS),
    "cut": canned(message(text("Northwind is the"), stop_reason="max_tokens"), headers=LIMITS),
    "failed_search": canned(FAILED_SEARCH, headers=LIMITS),
    "paused": canned(PAUSED, headers=LIMITS),
    "auth": error(401, "authentication_error", "invalid x-api-key"),
    "quota": error(
        429,
        "rate_limit_error",
        "You have reached your API usage limits: your organization has crossed its monthly threshold.",
        "enforced_spend_limit_reached",
    ),
    "billing": error(402, "billing_error", "There is a problem with your billing."),
    "own_limit": error(
        400,
        "invalid_request_error",
        "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
    ),
    "rate_limited": error(
        429, "rate_limit_error", "This request would exceed the rate limit.", retry_after="0.04"
    ),
    "overloaded": error(529, "overloaded_error", "Overloaded"),
    "internal": error(500, "api_error", "Internal server error"),
    "timeout_error": error(504, "timeout_error", "Request timed out"),
    "unknown_model": error(404, "not_found_error", "model: claude-0"),
    "permission": error(403, "permission_error", "Your key may not use this resource."),
    "bad_request": error(400, "invalid_request_error", "prompt is too long: 212345 tokens > 200000 maximum"),
    "too_large": error(413, "request_too_large", "Request exceeds the maximum size"),
    "unsupported_parameter": error(
        400, "invalid_request_error", "`temperature` is deprecated for this model."
    ),
}


def question(body: Mapping[str, Any]) -> str:
    """The last question asked; a turn that goes on after a pause ends with the assistant's own words."""
    asked = [turn["content"] for turn in body["messages"] if turn["role"] == "user"][-1]
    return asked if isinstance(asked, str) else asked[-1]["text"]


PROVIDER = Provider(
    name="anthropic",
    root="",
    path=re.compile(r"/v1/messages"),
    question=question,
    has_temperature=lambda body: "temperature" in body,
    replies=REPLIES,
    aliases={"claude-haiku-4-5": "claude-haiku-4-5-20251001"},
)
