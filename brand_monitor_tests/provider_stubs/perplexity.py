"""Perplexity's Agent API, as documented: bodies of answers and errors, headers of the rate limits."""

import re
from collections.abc import Mapping
from typing import Any

from brand_monitor_tests.provider_stubs.provider import ECHOED_KEY, Provider, canned

TEXT = "Northwind is the best tea.[7] Contoso comes second."

#: Headers of every reply (Agent API, rate limits).
LIMITS = {"x-request-id": "req_stub", "X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "49"}

#: An output item of a search (Agent API, search_results). One result has no date.
RESULTS = {
    "type": "search_results",
    "queries": ["best tea"],
    "results": [
        {
            "id": 6,
            "url": "https://leaves.example/ranking",
            "title": "Ranking of leaves",
            "snippet": "Contoso, Northwind and others.",
            "last_updated": "2026-09-22",
            "source": "web",
        },
        {
            "id": 7,
            "url": "https://teas.example/best",
            "title": "Best teas",
            "snippet": "Northwind won again.",
            "date": "2026-08-01",
            "last_updated": "2026-09-22",
            "source": "web",
        },
    ],
}


def message(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """An output item with text (Agent API, message); annotations are often empty."""
    return {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "content": [dict(part) for part in parts],
    }


def text(words: str, *annotations: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a message."""
    return {"type": "output_text", "text": words, "annotations": list(annotations)}


def response(*output: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A response object (Agent API, the response object), cost included."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_790_374_547,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": "openai/gpt-6-luna",
        "output": list(output),
        "usage": {
            "input_tokens": 3_007,
            "output_tokens": 36,
            "total_tokens": 3_043,
            "output_tokens_details": {"reasoning_tokens": 0},
            "input_tokens_details": {
                "cached_tokens": 1_780,
                "cache_read_input_tokens": 1_780,
                "cache_creation_input_tokens": 1_224,
            },
            "tool_calls_details": {"search_web": {"invocation": 1, "cost_usd": 0.001}},
            "cost": {
                "currency": "USD",
                "input_cost": 0,
                "output_cost": 0.00002,
                "cache_creation_cost": 0.00015,
                "cache_read_cost": 0.00002,
                "tool_calls_cost": 0.001,
                "total_cost": 0.00119,
            },
        },
    } | changes


def error(status: int, words: str, kind: str, param: str | None = None, **headers: str) -> Any:
    """An error reply (Agent API, errors): ``code`` repeats the status."""
    body = {"message": words, "type": kind, "code": status} | ({"param": param} if param else {})
    return canned(
        {"error": body}, status, LIMITS | {name.replace("_", "-"): value for name, value in headers.items()}
    )


CITED = response(RESULTS, message(text(TEXT)))
REPLIES = {
    "cited": canned(CITED, headers=LIMITS),
    "plain": canned(response(message(text("Northwind is the best tea."))), headers=LIMITS),
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
    "auth": error(401, f"Invalid API key {ECHOED_KEY}.", "forbidden"),
    "quota": error(401, "You exceeded your current quota.", "insufficient_quota"),
    "rate_limited": error(
        429, "Request rate limit exceeded.", "request_rate_limit_exceeded", X_RateLimit_Reset="2"
    ),
    "overloaded": error(502, "Bad gateway.", "bad_gateway"),
    "unknown_model": error(400, "Invalid model 'sonar'.", "invalid_model", "model"),
    "bad_request": error(
        400, 'invalid request body: json: unknown field "format"', "invalid_request", "format"
    ),
    "unsupported_parameter": error(
        400, 'invalid request body: json: unknown field "temperature"', "invalid_request", "temperature"
    ),
    "failed_as_200": canned(
        response(status="failed", error={"code": 500, "message": "The model failed."}), headers=LIMITS
    ),
    "cancelled_as_200": canned(
        response(status="cancelled", error={"message": "The run was cancelled."}), headers=LIMITS
    ),
    "retired": error(403, "Sonar is now the Agent API. Use /v1/responses.", "chat_completions_not_available"),
}


def question(body: Mapping[str, Any]) -> str:
    asked = body["input"]
    return asked if isinstance(asked, str) else asked[-1]["content"]


PROVIDER = Provider(
    name="perplexity",
    root="",
    path=re.compile(r"/v1/(?:agent|responses)"),
    question=question,
    has_temperature=lambda body: "temperature" in body,
    replies=REPLIES,
    aliases={"preset/low": "openai/gpt-6-luna"},
)
