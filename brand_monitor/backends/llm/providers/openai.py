"""OpenAI's Responses API: how it is asked, with or without web search, and what its replies say.

Belongs here: requests and readings. Not here: what its errors mean (``openai_errors``), output items that
Perplexity shares (``responses``).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from brand_monitor.backends.llm.interface import Call, Reading, Source, Usage
from brand_monitor.backends.llm.providers.openai_errors import openai_failure
from brand_monitor.backends.llm.providers.responses import (
    failed_reading,
    finish_reason,
    message_input,
    outcome,
    output_items,
    said,
    set_parameters,
)
from brand_monitor.backends.llm.providers.spans import unmarked
from brand_monitor.backends.llm.providers.values import (
    count,
    mapping,
    mappings,
    number,
    strings,
    word,
)
from brand_monitor.backends.llm.providers.wire import Failure, Reply, Request, Wire

#: The API refuses a smaller cap with a 400.
_FEWEST_TOKENS = 16
#: As of 2026-11. Models by beginning of the name, the first match counts: whether they reason before they
#: answer. One that does takes a temperature only under effort "none" (and one that cannot, such as
#: gpt-6-astra, then refuses the effort); one that does not takes no effort. A model that is not listed is
#: sent both, and what it refuses is learned from its error.
_REASONS = {
    "gpt-5-chat": False,
    "gpt-5": True,
    "gpt-6": True,
    "o1": True,
    "o3": True,
    "o4": True,
    "gpt-4": False,
    "gpt-3.5": False,
    "chatgpt-": False,
}
#: Actions of a search call that look at a page and are not billed as a search.
_PAGE_ACTIONS = ("open_page", "find_in_page")


class OpenAIWire(Wire):
    """OpenAI, Responses API.

    Args:
        search_context: how much of the found pages the model reads (``low``, ``medium``, ``high``); None is
            the provider's default.
    """

    name: ClassVar[str] = "openai"
    base_url: ClassVar[str] = "https://api.openai.com/v1"

    def __init__(self, search_context: str | None = None) -> None:
        self._search_context = search_context

    def headers(self, key: str) -> dict[str, str]:
        """Return the header that carries the key."""
        return {"Authorization": f"Bearer {key}"}

    def request(self, call: Call, refused: Collection[str]) -> Request:
        """Return the request; see ``Wire.request``. ``seed`` and ``stop`` do not exist in this API."""
        not_sent = set(_not_taken(call)) | (set_parameters(call) & set(refused))
        body: dict[str, Any] = {
            "model": call.model,
            "input": message_input(call),
            "max_output_tokens": max(call.max_tokens, _FEWEST_TOKENS),
            "store": False,  # thirty days at the provider otherwise, for nothing that we need
        }
        if call.system:
            body["instructions"] = call.system
        if call.effort and "effort" not in not_sent:
            body["reasoning"] = {"effort": call.effort}
        if call.temperature is not None and "temperature" not in not_sent:
            body["temperature"] = call.temperature
        if call.web:
            body |= self._search(call)
        return Request("/responses", body, tuple(sorted(not_sent)))

    def _search(self, call: Call) -> dict[str, Any]:
        """Return the fields that make the model search.

        The search is forced: a monitor that asks for answers from the web means all of them. Left to the
        model, part of the answers would come from memory, and the mix would move with every new model.
        An approximate location without a country keeps the provider from taking the asker for American.
        """
        location = {"type": "approximate"} | ({"country": call.country} if call.country else {})
        tool: dict[str, Any] = {"type": "web_search", "user_location": location}
        if self._search_context:
            tool["search_context_size"] = self._search_context
        return {
            "tools": [tool],
            "tool_choice": {"type": "web_search"},
            "include": ["web_search_call.action.sources"],
        }

    def failure(self, reply: Reply) -> Failure | None:
        """Return why a reply is no answer; see ``Wire.failure``."""
        return openai_failure(reply)

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what a stored payload says; see ``Wire.read``.

        Positions count pages, retrieved and cited ones each from 1. Sources without an address (``api``,
        such as the weather) have the URL ``openai:<name>``.
        """
        response = mapping(payload.get("response"))
        common: dict[str, Any] = {
            "served_model": word(response.get("model")),
            "latency_ms": number(payload.get("latency_ms")),
            "not_sent": tuple(strings(payload.get("not_sent"))),
            "usage": _usage(response),
        }
        if failed := failed_reading(response, common):
            return failed
        message = said(response)
        status, why = outcome(response, message)
        titles = {source.url: source.title for source in message.citations}
        return Reading(
            status,
            message.text or None,
            why,
            finish_reason=finish_reason(response),
            sources=(*_retrieved(response, titles), *message.citations),
            queries=tuple(dict.fromkeys(_queries(response))),
            **common,
        )


def _not_taken(call: Call) -> Iterator[str]:
    """Yield the parameters of the call that are known not to be taken."""
    reasons = next((found for name, found in _REASONS.items() if call.model.startswith(name)), None)
    untaken = {"seed", "stop"}
    if reasons and call.effort != "none":
        untaken.add("temperature")
    if reasons is False:
        untaken.add("effort")
    yield from untaken & set_parameters(call)


def _actions(response: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [mapping(item.get("action")) for item in output_items(response, "web_search_call")]


def _queries(response: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was searched for; ``query`` repeats the first of ``queries`` where both are there."""
    for action in _actions(response):
        yield from filter(None, [word(action.get("query"))])
        yield from strings(action.get("queries"))


def _retrieved(response: Mapping[str, Any], titles: Mapping[str, str | None]) -> list[Source]:
    """Return every page that was consulted, once each. Only a page that is cited too has a title."""
    urls = dict.fromkeys(url for action in _actions(response) for url in _addresses(action))
    return [Source(position, url, titles.get(url), None, "retrieved") for position, url in enumerate(urls, 1)]


def _addresses(action: Mapping[str, Any]) -> Iterator[str]:
    for source in mappings(action.get("sources")):
        if url := word(source.get("url")):
            yield unmarked(url)
        elif name := word(source.get("name")):
            yield f"openai:{name}"
    if action.get("type") in _PAGE_ACTIONS and (url := word(action.get("url"))):
        yield unmarked(url)


def _usage(response: Mapping[str, Any]) -> Usage:
    usage = mapping(response.get("usage"))
    read, written = mapping(usage.get("input_tokens_details")), mapping(usage.get("output_tokens_details"))
    return Usage(
        input_tokens=count(usage.get("input_tokens")),
        cached_tokens=count(read.get("cached_tokens")),
        cache_write_tokens=count(read.get("cache_write_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        reasoning_tokens=count(written.get("reasoning_tokens")),
        searches=_searches(response),
    )


def _searches(response: Mapping[str, Any]) -> int | None:
    """Return the searches that are billed, None where the reply has no output to tell.

    ``tool_usage`` may be absent; then the search actions are counted. Opening a page or finding words in it
    is the same kind of item and costs nothing.
    """
    stated = mapping(mapping(response.get("tool_usage")).get("web_search")).get("num_requests")
    if (known := count(stated)) is not None:
        return known
    if not isinstance(response.get("output"), list):
        return None
    return sum(action.get("type") not in _PAGE_ACTIONS for action in _actions(response))
