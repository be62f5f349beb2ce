"""Perplexity's Agent API: how it is asked, with or without web search, and what its replies say.

Belongs here: requests, readings, and what its errors mean. Not here: output items in OpenAI's format
(``responses``), replies of the Sonar API that was retired in 2026-09 (``sonar``).
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Reading, Usage
from brand_monitor.backends.llm.providers.numbered import cited_by_number, numbered_pages
from brand_monitor.backends.llm.providers.responses import (
    SUCCESS,
    failed_reading,
    finish_reason,
    is_answer,
    is_malformed,
    message_input,
    outcome,
    said,
    set_parameters,
    what_failed,
)
from brand_monitor.backends.llm.providers.sonar import is_sonar, read_sonar
from brand_monitor.backends.llm.providers.statuses import fault_of_status
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
from brand_monitor.backends.llm.providers.waits import asked_wait, duration, seconds
from brand_monitor.backends.llm.providers.wire import Failure, Reply, Request, Wire

#: A model of this form names a preset: ``preset/low`` is model, instructions and tools chosen by Perplexity.
_PRESET = "preset/"
#: Output items of this ending list pages (of the web, of people).
_RESULTS = "search_results"
_BY_TYPE = {
    "insufficient_quota": Fault.QUOTA,
    "forbidden": Fault.AUTH,
    "invalid_model": Fault.UNKNOWN_MODEL,
    "chat_completions_not_available": Fault.UNKNOWN_MODEL,
    "request_rate_limit_exceeded": Fault.RATE_LIMITED,
    "rate_limit_exceeded": Fault.RATE_LIMITED,
    "internal_error": Fault.OVERLOADED,
    "bad_gateway": Fault.OVERLOADED,
    "gateway_timeout": Fault.TIMEOUT,
    "server_error": Fault.OVERLOADED,
    "external_connector_error": Fault.OVERLOADED,
}
#: What to write instead of a name of the retired API.
_MODELS = "write the model as perplexity/sonar, another provider's as openai/..., or a preset as preset/low"
_PARAMETERS = {"temperature": "temperature", "reasoning": "effort", "reasoning.effort": "effort"}
_UNKNOWN_FIELD = re.compile(r"unknown field \"?([a-z_.]+)|unsupported parameter: '([a-z_.]+)'")


class PerplexityWire(Wire):
    """Perplexity, Agent API.

    Args:
        search_context: how much of the found pages the model reads (``low``, ``medium``, ``high``); None is
            the provider's default.
    """

    name: ClassVar[str] = "perplexity"
    base_url: ClassVar[str] = "https://api.perplexity.ai"

    def __init__(self, search_context: str | None = None) -> None:
        self._search_context = search_context

    def headers(self, key: str) -> dict[str, str]:
        """Return the header that carries the key."""
        return {"Authorization": f"Bearer {key}"}

    def request(self, call: Call, refused: Collection[str]) -> Request:
        """Return the request; see ``Wire.request``. A field too many is an error, so nothing is added."""
        given = set_parameters(call)
        not_sent = (given & {"seed", "stop"}) | (given & set(refused))
        preset = call.model.removeprefix(_PRESET) if call.model.startswith(_PRESET) else None
        body: dict[str, Any] = {
            **({"preset": preset} if preset else {"model": call.model}),
            "input": message_input(call),
            "max_output_tokens": call.max_tokens,
        }
        if call.system:
            body["instructions"] = call.system
        if call.effort and "effort" not in not_sent:
            body["reasoning"] = {"effort": call.effort}
        if call.temperature is not None and "temperature" not in not_sent:
            body["temperature"] = call.temperature
        if call.web:
            body |= self._search(call)
        elif preset:
            body["max_tool_calls"] = 0  # a preset searches by itself, and this is the only way to forbid it
        return Request("/v1/agent", body, tuple(sorted(not_sent)))

    def _search(self, call: Call) -> dict[str, Any]:
        """Return the fields that make the model search; offered alone, the tool may go unused."""
        tool: dict[str, Any] = {"type": "web_search"}
        if self._search_context:
            tool["search_context_size"] = self._search_context
        if call.country:
            tool["user_location"] = {"country": call.country}
        return {"tools": [tool], "tool_choice": {"type": "web_search"}}

    def failure(self, reply: Reply) -> Failure | None:
        """Return why a reply is no answer; see ``Wire.failure``."""
        if is_answer(reply):
            return None
        if is_malformed(reply):
            return Failure(Fault.MALFORMED, f"status {reply.status} without output: {reply.text}")
        error = mapping(mapping(reply.body).get("error"))
        fault = _fault(reply, error)
        return Failure(
            fault,
            what_failed(reply) + (f" ({_MODELS})" if fault is Fault.UNKNOWN_MODEL else ""),
            retry_after_seconds=_wait(reply) if fault in (Fault.RATE_LIMITED, Fault.OVERLOADED) else None,
            parameter=_unsupported(error) if fault is Fault.BAD_REQUEST else None,
        )

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what a stored payload says; see ``Wire.read``.

        Positions are the numbers by which the text cites: ``[7]`` is the page at position 7. A page that is
        cited only by an annotation has a number past all others.
        """
        response = mapping(payload.get("response"))
        common: dict[str, Any] = {
            "served_model": word(response.get("model")),
            "latency_ms": number(payload.get("latency_ms")),
            "not_sent": tuple(strings(payload.get("not_sent"))),
        }
        if is_sonar(response):
            return read_sonar(response, common)
        if failed := failed_reading(response, common):
            return failed
        message = said(response)
        status, why = outcome(response, message)
        searches = _searches(response)
        pages = numbered_pages(
            (page.get("id"), page) for item in searches for page in mappings(item.get("results"))
        )
        queries = (query for item in searches for query in strings(item.get("queries")))
        return Reading(
            status,
            message.text or None,
            why,
            finish_reason=finish_reason(response),
            sources=(*pages, *cited_by_number(message.text, pages, message.citations)),
            queries=tuple(dict.fromkeys(queries)),
            usage=_usage(response, len(searches)),
            **common,
        )


def _fault(reply: Reply, error: Mapping[str, Any]) -> Fault:
    named = [_BY_TYPE.get(word(error.get(name)) or "") for name in ("type", "code")]
    if known := next(filter(None, named), None):
        return known
    # A failed response has no status of its own: its code is the number that the status would have been.
    status = count(error.get("code")) if reply.status in SUCCESS else reply.status
    if not status:
        return Fault.OVERLOADED
    return fault_of_status(status)


def _unsupported(error: Mapping[str, Any]) -> str | None:
    """Return the call's name of the one parameter that is not taken, if that is the error."""
    if not (found := _UNKNOWN_FIELD.search((string(error.get("message")) or "").lower())):
        return None
    return _PARAMETERS.get(word(error.get("param")) or found[1] or found[2])


def _wait(reply: Reply) -> float | None:
    """Return the seconds to wait, by whichever header says."""
    if (asked := asked_wait(reply.headers)) is not None:
        return asked
    resets = (reply.headers[name] for name in reply.headers if name.startswith("x-ratelimit-reset"))
    waits = [wait for text in resets if (wait := duration(text) or seconds(text)) is not None]
    return max(waits, default=None)


def _searches(response: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        item for item in mappings(response.get("output")) if (word(item.get("type")) or "").endswith(_RESULTS)
    ]


def _usage(response: Mapping[str, Any], searches: int) -> Usage:
    """Return the usage; the searches are those on the bill, else those whose results came."""
    usage = mapping(response.get("usage"))
    read, written = mapping(usage.get("input_tokens_details")), mapping(usage.get("output_tokens_details"))
    cost, tools = mapping(usage.get("cost")), mapping(usage.get("tool_calls_details"))
    billed = total(
        *(mapping(tool).get("invocation") for name, tool in tools.items() if "search" in str(name))
    )
    is_dollar = cost.get("currency") in (None, "USD")
    return Usage(
        input_tokens=count(usage.get("input_tokens")),
        cached_tokens=count(read.get("cached_tokens")),
        cache_write_tokens=count(read.get("cache_creation_input_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        reasoning_tokens=count(written.get("reasoning_tokens")),
        searches=searches if billed is None else billed,
        stated_cost_usd=number(cost.get("total_cost")) if is_dollar else None,
    )
