"""A chat with a model behind an OpenAI-compatible address: messages go in, a raw payload comes out.

Belongs here: the request, its failures by type, and reading a stored reply. Not here: which messages
(the engines), who serves the model (``embedded_model``).
"""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from math import isfinite
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from brand_monitor.backends.llm.interface import Call, Engine, Reading
from brand_monitor.failures import EngineCallError, PermanentFailure

if TYPE_CHECKING:
    import aiohttp

Messages = Sequence[Mapping[str, str]]

#: Generous: a machine that is busy with something else answers ten times slower.
TIMEOUT_SECONDS = 300.0
#: Longest part of an error reply that is quoted.
_QUOTED = 300
_MAY_PASS = {408, 409, 425, 429}
_SERVER_ERROR = 500


class ChatModel(ABC):
    """A model to talk to. Entered once per run, like the engine that uses it."""

    @abstractmethod
    async def __aenter__(self) -> Self:
        """Start what answering needs."""

    @abstractmethod
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop what was started, also after an error."""

    @abstractmethod
    async def chat(self, messages: Messages, call: Call, *, stop: Sequence[str] = ()) -> dict[str, Any]:
        """Return ``{"request", "response", "latency_ms"}``, JSON-serialisable.

        Args:
            messages: the conversation so far, ``role`` and ``content`` each.
            call: gives seed, temperature and length, and its id to errors.
            stop: texts that end the reply where they would begin.

        Raises:
            EngineCallError: the call failed in a way that may pass.
            PermanentFailure: the call cannot succeed.
        """


class ChatEngine(Engine):
    """An engine that asks a chat model, whose life it shares."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    async def __aenter__(self) -> Self:
        """Start the model."""
        await self._model.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the model."""
        await self._model.__aexit__(kind, error, traceback)


async def post_chat(
    session: "aiohttp.ClientSession", base_url: str, messages: Messages, call: Call, stop: Sequence[str] = ()
) -> dict[str, Any]:
    """Send one chat request and return request, response and the milliseconds between them.

    Raises:
        EngineCallError: no connection, no reply in time, a reply cut short or not JSON, status 5xx or 429.
        PermanentFailure: the server refuses the request (another 4xx).
    """
    import aiohttp

    request: dict[str, Any] = {
        "messages": [dict(message) for message in messages],
        "temperature": call.temperature,
        "seed": call.seed,
        "max_tokens": call.max_tokens,
        **({"stop": list(stop)} if stop else {}),
    }
    started = time.perf_counter()
    try:
        async with session.post(f"{base_url}/v1/chat/completions", json=request) as reply:
            status, body = reply.status, await reply.read()
    except TimeoutError as error:
        raise EngineCallError(f"call {call.call_id}: {base_url} gave no reply in time") from error
    except (aiohttp.ClientError, OSError) as error:
        raise EngineCallError(f"call {call.call_id}: {base_url} broke off: {error!r}") from error
    latency_ms = (time.perf_counter() - started) * 1_000
    return {
        "request": request,
        "response": _parsed(status, body, f"call {call.call_id}: {base_url}"),
        "latency_ms": latency_ms,
    }


def _parsed(status: int, body: bytes, where: str) -> dict[str, Any]:
    """Return the reply's JSON object, or raise what its status or its form means."""
    quoted = body[:_QUOTED].decode("utf-8", "replace")
    if status >= _SERVER_ERROR or status in _MAY_PASS:
        raise EngineCallError(f"{where} answered with status {status}: {quoted}")
    if not 200 <= status < 300:  # noqa: PLR2004 - the range of success
        raise PermanentFailure(f"{where} refuses the request, status {status}: {quoted}")
    try:
        response = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EngineCallError(f"{where} answered with something that is not JSON: {quoted}") from error
    if not isinstance(response, dict) or not response.get("choices"):
        raise EngineCallError(f"{where} answered with JSON that holds no choices: {quoted}")
    return response


def read_chat(payload: Mapping[str, Any], *, cost_usd: float | None) -> Reading:
    """Return what a stored chat says. Total: a payload of any form gives a reading, a bad one ``failed``."""
    response = _mapping(payload.get("response"))
    choices = response.get("choices")
    choice = _mapping(choices[0]) if isinstance(choices, list) and choices else {}
    text = _mapping(choice.get("message")).get("content")
    if not isinstance(text, str):
        return Reading(status="failed", text=None, reason="the stored reply holds no text")
    usage = _mapping(response.get("usage"))
    return Reading(
        status="ok" if text.strip() else "empty",
        text=text,
        reason=None if text.strip() else "the reply is blank",
        served_model=_string(response.get("model")),
        finish_reason=_string(choice.get("finish_reason")),
        latency_ms=_number(payload.get("latency_ms")),
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        cost_usd=cost_usd,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    known = isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value < 2**53
    return float(value) if known and isfinite(value) else None


def _count(value: Any) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    return value if known else None
