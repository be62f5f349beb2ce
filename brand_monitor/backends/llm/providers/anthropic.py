"""Anthropic's Messages API on the wire, with its web search tool.

Belongs here: requests and errors. Not here: sending (``http``), what a stored reply says
(``anthropic_reading``), prices.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Reading
from brand_monitor.backends.llm.providers.anthropic_reading import read_message
from brand_monitor.backends.llm.providers.statuses import fault_of_status, is_success
from brand_monitor.backends.llm.providers.values import items, mapping, word
from brand_monitor.backends.llm.providers.waits import asked_wait
from brand_monitor.backends.llm.providers.wire import Failure, Reply, Request, Wire

API_VERSION = "2023-06-01"
#: Later versions (20260209, 20260318) filter results in code before the model reads them; a reply of theirs
#: was seen with results and without any citation. This one cites what it read.
WEB_SEARCH = "web_search_20250305"
MAX_SEARCHES = 3
#: Longest part of a provider's message that is quoted.
_QUOTED = 1_000

_FAULTS: dict[str, Fault] = {
    "invalid_request_error": Fault.BAD_REQUEST,
    "authentication_error": Fault.AUTH,
    "billing_error": Fault.QUOTA,
    "permission_error": Fault.AUTH,
    "not_found_error": Fault.UNKNOWN_MODEL,
    "conflict_error": Fault.OVERLOADED,
    "request_too_large": Fault.BAD_REQUEST,
    "rate_limit_error": Fault.RATE_LIMITED,
    "api_error": Fault.OVERLOADED,
    "timeout_error": Fault.TIMEOUT,
    "overloaded_error": Fault.OVERLOADED,
}
#: The account's own limits come as a 400 or a 429 whose type says nothing of money.
_MONEY = re.compile(r"API usage (limits?|threshold)|spend(ing)? (limit|cap)|credit balance", re.IGNORECASE)
_NOT_ALLOWED = re.compile(r"web search is not enabled", re.IGNORECASE)
#: That it takes no such parameter at all; a value out of range is a mistake to be told instead.
_REFUSED_PARAMETER = re.compile(
    r"`(temperature)` is (?:deprecated|not supported)|does not support the (temperature|effort) parameter",
    re.IGNORECASE,
)
_VERSION = re.compile(r"claude-(?:[a-z]+-)*(\d{1,2})(?:-(\d{1,2}))?(?!\d)", re.ASCII)
#: As of 2026-11: claude-*-4-7 and all of 5 answer 400 to a temperature.
_FIRST_WITHOUT_TEMPERATURE = (4, 7)


class AnthropicWire(Wire):
    """The wire format of Anthropic.

    Args:
        max_searches: most web searches in one answer; each is billed.
    """

    name: ClassVar[str] = "anthropic"
    base_url: ClassVar[str] = "https://api.anthropic.com"

    def __init__(self, max_searches: int = MAX_SEARCHES) -> None:
        self._max_searches = max_searches

    def headers(self, key: str) -> dict[str, str]:
        """Return the key and the version of the API."""
        return {"x-api-key": key, "anthropic-version": API_VERSION}

    def request(self, call: Call, refused: Collection[str]) -> Request:
        """Return the request; a seed is never sent, since the API has none."""
        body: dict[str, Any] = {
            "model": call.model,
            "max_tokens": call.max_tokens,
            "messages": [{"role": message.role, "content": message.content} for message in call.messages],
        }
        not_sent = ["seed"] if call.seed is not None else []
        if call.system:
            body["system"] = call.system
        if call.stop:
            body["stop_sequences"] = list(call.stop)
        if call.web:
            body["tools"] = [self._web_search(call.country)]
        if call.temperature is not None:
            if "temperature" in refused or _is_without_temperature(call.model):
                not_sent.append("temperature")
            else:
                body["temperature"] = call.temperature
        if call.effort is not None:
            if "effort" in refused:
                not_sent.append("effort")
            else:
                body["output_config"] = {"effort": call.effort}
        return Request("/v1/messages", body, tuple(not_sent))

    def _web_search(self, country: str | None) -> dict[str, Any]:
        tool: dict[str, Any] = {"type": WEB_SEARCH, "name": "web_search", "max_uses": self._max_searches}
        if country:
            tool["user_location"] = {"type": "approximate", "country": country}
        return tool

    def failure(self, reply: Reply) -> Failure | None:
        """Return why a reply is no message; see ``Wire.failure``."""
        body = reply.body
        error = mapping(body.get("error")) if body else {}
        if not error and is_success(reply.status):
            if body and isinstance(body.get("content"), list):
                return None
            return Failure(Fault.MALFORMED, f"status {reply.status} without a message: {reply.text}")
        kind, message = word(error.get("type")), word(error.get("message"))
        said = f"status {reply.status}, {kind or 'no error type'}: {(message or reply.text)[:_QUOTED]}"
        fault = _FAULTS.get(kind or "") or _fault_without_type(reply.status)
        code = mapping(error.get("details")).get("error_code")
        if code == "enforced_spend_limit_reached" or (message and _MONEY.search(message)):
            return Failure(Fault.QUOTA, said)
        if fault is Fault.BAD_REQUEST and message:
            if _NOT_ALLOWED.search(message):
                return Failure(Fault.AUTH, said)
            if found := _REFUSED_PARAMETER.search(message):
                return Failure(fault, said, parameter=(found[1] or found[2]).lower())
        return Failure(fault, said, asked_wait(reply.headers))

    def follow_up(self, request: Request, response: Mapping[str, Any]) -> Request | None:
        """Return the request that lets a paused turn go on: the same conversation with what came so far."""
        content = items(response.get("content"))
        if response.get("stop_reason") != "pause_turn" or not content:
            return None
        messages = list(items(request.body.get("messages")))
        # A turn that pauses again is still one turn of the assistant.
        if messages and messages[-1]["role"] == "assistant" and isinstance(messages[-1]["content"], list):
            content = [*messages.pop()["content"], *content]
        messages.append({"role": "assistant", "content": list(content)})
        return Request(request.path, {**request.body, "messages": messages}, request.not_sent)

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what a stored message says; see ``Wire.read``."""
        return read_message(payload)


def _is_without_temperature(model: str) -> bool:
    found = _VERSION.match(model)
    return found is not None and (int(found[1]), int(found[2] or 0)) >= _FIRST_WITHOUT_TEMPERATURE


def _fault_without_type(status: int) -> Fault:
    # The API's own name for 413 is a request that is too large; ``Fault.TOO_LARGE`` is about replies.
    return Fault.MALFORMED if is_success(status) else fault_of_status(status)
