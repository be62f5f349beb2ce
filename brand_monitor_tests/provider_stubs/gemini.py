"""Google's Gemini API (generateContent), as documented: grounded answers, blocks and errors."""

import re
from collections.abc import Mapping
from typing import Any

from brand_monitor_tests.provider_stubs.provider import HERE, Provider, canned

#: An emoji and an umlaut stand before the second claim: offsets count bytes, not characters.
FIRST, SECOND = "🍵 Für viele ist Northwind der beste Tee.", "Contoso folgt."
TEXT = f"{FIRST} {SECOND}"
REDIRECTS = {
    "/grounding-api-redirect/AUZ1": "https://teas.example/best",
    "/grounding-api-redirect/AUZ2": "https://leaves.example/ranking",
}
CHUNKS = [{"web": {"uri": HERE + path, "title": target.split("/")[2]}} for path, target in REDIRECTS.items()]
#: ``startIndex`` is left out where it is zero, and confidence scores may be missing (grounding, proto JSON).
SUPPORTS = [
    {"segment": {"endIndex": len(FIRST.encode()), "text": FIRST}, "groundingChunkIndices": [0]},
    {
        "segment": {
            "startIndex": len(FIRST.encode()) + 1,
            "endIndex": len(TEXT.encode()),
            "text": SECOND,
        },
        "groundingChunkIndices": [0],
        "confidenceScores": [0.9],
    },
]
GROUNDING = {
    "webSearchQueries": ["best tea", "best tea 2026"],
    "searchEntryPoint": {"renderedContent": "<html>"},
    "groundingChunks": CHUNKS,
    "groundingSupports": SUPPORTS,
}


def response(*candidates: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A reply (GenerateContentResponse); its total is the sum of the four counts."""
    return {
        "candidates": [dict(one) for one in candidates],
        "usageMetadata": {
            "promptTokenCount": 17,
            "candidatesTokenCount": 37,
            "thoughtsTokenCount": 333,
            "toolUsePromptTokenCount": 308,
            "totalTokenCount": 695,
        },
        "modelVersion": "gemini-3.7-flash",
        "responseId": "r1",
    } | changes


def candidate(*parts: Mapping[str, Any], finish: str = "STOP", **more: Any) -> dict[str, Any]:
    """A candidate; a thought is a part like others."""
    content = {"role": "model", "parts": [dict(part) for part in parts]}
    return {"index": 0, "finishReason": finish, "content": content, **more}


CITED = response(candidate({"text": TEXT}, groundingMetadata=GROUNDING))
BLOCKED = {
    "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
    "usageMetadata": {"promptTokenCount": 17, "totalTokenCount": 17},
    "modelVersion": "gemini-3.7-flash",
}


def error(code: int, status: str, message: str, *details: Mapping[str, Any]) -> Any:
    """An error reply (Google API errors)."""
    body = {"code": code, "message": message, "status": status, "details": list(details)}
    return canned({"error": body}, code)


def detail(kind: str, **fields: Any) -> dict[str, Any]:
    """One detail of an error (google.rpc)."""
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


USED_UP = "You exceeded your current quota, please check your plan and billing details."
REPLIES = {
    "cited": canned(CITED),
    "plain": canned(response(candidate({"text": "Northwind is the best tea."}))),
    "refused": canned(BLOCKED),
    "stopped": canned(response({"index": 0, "finishReason": "SAFETY"})),
    "empty": canned(response(candidate({"text": "Hm.", "thought": True}, finish="MAX_TOKENS"))),
    "cut": canned(response(candidate({"text": "Northwind is the"}, finish="MAX_TOKENS"))),
    # A wrong key is a bad request here, told by its details alone.
    "auth": error(
        400,
        "INVALID_ARGUMENT",
        "API key not valid. Please pass a valid API key.",
        detail("ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com"),
    ),
    "permission": error(403, "PERMISSION_DENIED", "Your project has been denied access."),
    "precondition": error(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    # Comes with a delay too, which it would be wrong to wait for.
    "quota": error(
        429,
        "RESOURCE_EXHAUSTED",
        USED_UP,
        detail("QuotaFailure", violations=[{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]),
        detail("RetryInfo", retryDelay="34.4s"),
    ),
    "rate_limited": error(
        429,
        "RESOURCE_EXHAUSTED",
        USED_UP,
        detail(
            "QuotaFailure", violations=[{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]
        ),
        detail("RetryInfo", retryDelay="0.04s"),
    ),
    "overloaded": error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    "internal": error(500, "INTERNAL", "An internal error has occurred."),
    "deadline": error(504, "DEADLINE_EXCEEDED", "The deadline expired before the operation could complete."),
    "unknown_model": error(404, "NOT_FOUND", "models/gemini-0 is not found for API version v1beta."),
    "bad_request": error(
        400,
        "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    ),
    "unsupported_parameter": error(400, "INVALID_ARGUMENT", "`temperature` is not supported by this model."),
}


def question(body: Mapping[str, Any]) -> str:
    """The last question asked."""
    return body["contents"][-1]["parts"][0]["text"]


PROVIDER = Provider(
    name="gemini",
    root="/v1beta",
    path=re.compile(r"/v1beta/models/[^/]+:generateContent"),
    question=question,
    has_temperature=lambda body: "temperature" in body.get("generationConfig", {}),
    replies=REPLIES,
    aliases={"gemini-flash-latest": "gemini-3.7-flash"},
    redirects=REDIRECTS,
)
