"""OpenAI's Responses API, as documented: bodies of answers and errors, headers of the rate limits."""

import re
from collections.abc import Mapping
from typing import Any

from brand_monitor_tests.provider_stubs.provider import ECHOED_KEY, Provider, canned

URL = "https://teas.example/best?utm_source=openai"
MARKER = f"([teas.example]({URL}))"
#: An emoji stands before the citation: indexes in code points and in UTF-16 units differ.
TEXT = f"🍵 Northwind is the best tea. {MARKER} Contoso comes second."
START = TEXT.index(MARKER)

#: Headers of every reply (Responses API, rate limits).
LIMITS = {
    "x-request-id": "req_stub",
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "120ms",
    "x-ratelimit-limit-tokens": "30000",
    "x-ratelimit-remaining-tokens": "29000",
    "x-ratelimit-reset-tokens": "2s",
    "openai-processing-ms": "5",
}


def search(action: Mapping[str, Any]) -> dict[str, Any]:
    """An output item of a search (Responses API, web search)."""
    return {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": dict(action)}


def message(*parts: Mapping[str, Any], phase: str = "final_answer") -> dict[str, Any]:
    """An output item with text (Responses API, output message)."""
    return {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "phase": phase,
        "content": [dict(part) for part in parts],
    }


def text(words: str, *annotations: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a message."""
    return {"type": "output_text", "text": words, "logprobs": [], "annotations": list(annotations)}


def response(*output: Mapping[str, Any], searches: int = 0, **changes: Any) -> dict[str, Any]:
    """A response object (Responses API, the response object)."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_791_456_012,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": "gpt-5-mini-2025-08-07",
        "output": [{"type": "reasoning", "id": "rs_1", "summary": []}, *output],
        "usage": {
            "input_tokens": 9_000,
            "input_tokens_details": {"cached_tokens": 1_000, "cache_write_tokens": 200},
            "output_tokens": 500,
            "output_tokens_details": {"reasoning_tokens": 300},
            "total_tokens": 9_500,
        },
        "tool_usage": {"web_search": {"num_requests": searches}},
        "service_tier": "default",
    } | changes


CITED = response(
    search(
        {
            "type": "search",
            "query": "best tea",
            "queries": ["best tea", "best tea 2026"],
            "sources": [
                {"type": "url", "url": "https://teas.example/best"},
                {"type": "url", "url": URL},
                {"type": "api", "name": "oai-weather"},
            ],
        }
    ),
    search({"type": "open_page", "url": "https://leaves.example/ranking"}),
    search({"type": "find_in_page", "url": "https://leaves.example/ranking", "pattern": "Northwind"}),
    message(text("I am going to look at rankings."), phase="commentary"),
    message(
        text(
            TEXT,
            {
                "type": "url_citation",
                "start_index": START,
                "end_index": START + len(MARKER),
                "url": URL,
                "title": "Best teas",
            },
        )
    ),
    searches=1,
)
PLAIN = response(message(text("Northwind is the best tea.")))
FAILED = response(
    status="failed", error={"code": "server_error", "message": "The model failed to respond."}, output=[]
)


def error(
    status: int, message: str, kind: str, code: str | None = None, param: str | None = None, **headers: str
) -> Any:
    """An error reply (Responses API, errors)."""
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return canned(body, status, LIMITS | {name.replace("_", "-"): value for name, value in headers.items()})


REPLIES = {
    "cited": canned(CITED, headers=LIMITS),
    "plain": canned(PLAIN, headers=LIMITS),
    "refused": canned(
        response(message({"type": "refusal", "refusal": "I cannot help with that."})), headers=LIMITS
    ),
    "empty": canned(
        response(status="incomplete", incomplete_details={"reason": "max_output_tokens"}), headers=LIMITS
    ),
    "cut": canned(
        response(
            message(text("Northwind is the")),
            status="incomplete",
            incomplete_details={"reason": "max_output_tokens"},
        ),
        headers=LIMITS,
    ),
    "auth": error(
        401, f"Incorrect API key provided: {ECHOED_KEY}.", "invalid_request_error", "invalid_api_key"
    ),
    "quota": error(
        429, "You exceeded your current quota.", "insufficient_quota", "insufficient_quota", retry_after="1"
    ),
    "rate_limited": error(
        429, "Rate limit reached for requests.", "requests", "rate_limit_exceeded", retry_after_ms="40"
    ),
    "overloaded": error(503, "The server is overloaded.", "server_error", "server_is_overloaded"),
    "unknown_model": error(
        404, "The model `gpt-0` does not exist.", "invalid_request_error", "model_not_found"
    ),
    "bad_request": error(
        400,
        "Your input exceeds the context window of this model.",
        "invalid_request_error",
        "context_length_exceeded",
        "input",
    ),
    "unsupported_parameter": error(
        400,
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "invalid_request_error",
        param="temperature",
    ),
    "failed_as_200": canned(FAILED, headers=LIMITS),
    "rate_limited_as_200": canned(
        response(
            status="failed",
            error={"code": "rate_limit_exceeded", "message": "Rate limit reached."},
            output=[],
        ),
        headers=LIMITS,
    ),
    "policy": error(
        400, "Invalid prompt: it violates the usage policy.", "invalid_request_error", "invalid_prompt"
    ),
    "rate_limited_until_reset": canned(
        {"error": {"message": "Rate limit reached.", "type": "tokens", "code": "rate_limit_exceeded"}},
        429,
        LIMITS | {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"},
    ),
}


def question(body: Mapping[str, Any]) -> str:
    asked = body["input"]
    return asked if isinstance(asked, str) else asked[-1]["content"]


PROVIDER = Provider(
    name="openai",
    root="/v1",
    path=re.compile(r"/v1/responses"),
    question=question,
    has_temperature=lambda body: "temperature" in body,
    replies=REPLIES,
    aliases={"gpt-5-mini": "gpt-5-mini-2025-08-07"},
)
