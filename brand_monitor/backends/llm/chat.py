"""A chat with a model behind an OpenAI-compatible address: a call goes in, a raw payload comes out.

Belongs here: the request, its failures by type, and reading a stored reply. Not here: who serves the model
(``embedded_model``).
"""

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brand_monitor.backends.llm.faults import Fault, fault_error
from brand_monitor.backends.llm.interface import Call, Reading, Usage
from brand_monitor.backends.llm.providers.values import count, items, mapping, number, string

if TYPE_CHECKING:
    import aiohttp

WIRE = "chat"
#: Generous: a machine that is busy with something else answers ten times slower.
TIMEOUT_SECONDS = 300.0
#: Longest part of an error reply that is quoted.
_QUOTED = 300
_MAY_PASS = {408, 409, 425, 429}
_SERVER_ERROR = 500


async def post_chat(session: "aiohttp.ClientSession", base_url: str, call: Call) -> dict[str, Any]:
    """Send one chat request and return the payload: request, response and the milliseconds between them.

    Raises:
        EngineCallError: no connection, no reply in time, a reply cut short or not JSON, status 5xx or 429.
        CallRejectedError: the server refuses the request (another 4xx).
    """
    import aiohttp

    where = f"call {call.call_id}: {base_url}"
    request = _request(call)
    started = time.perf_counter()
    try:
        async with session.post(f"{base_url}/v1/chat/completions", json=request) as reply:
            status, body = reply.status, await reply.read()
    except TimeoutError as error:
        raise fault_error(Fault.TIMEOUT, f"{where} gave no reply in time") from error
    except (aiohttp.ClientError, OSError) as error:
        raise fault_error(Fault.TRUNCATED, f"{where} broke off: {error!r}") from error
    latency_ms = (time.perf_counter() - started) * 1_000
    return {
        "wire": WIRE,
        "request": request,
        "response": _parsed(status, body, where),
        "latency_ms": latency_ms,
    }


def _request(call: Call) -> dict[str, Any]:
    system = [{"role": "system", "content": call.system}] if call.system else []
    return {
        "messages": [*system, *({"role": turn.role, "content": turn.content} for turn in call.messages)],
        "temperature": call.temperature,
        "seed": call.seed,
        "max_tokens": call.max_tokens,
        **({"stop": list(call.stop)} if call.stop else {}),
    }


def _parsed(status: int, body: bytes, where: str) -> dict[str, Any]:
    """Return the reply's JSON object, or raise what its status or its form means."""
    quoted = body[:_QUOTED].decode("utf-8", "replace")
    if status >= _SERVER_ERROR or status in _MAY_PASS:
        raise fault_error(Fault.OVERLOADED, f"{where} answered with status {status}: {quoted}")
    if not 200 <= status < 300:  # noqa: PLR2004 - the range of success
        raise fault_error(Fault.BAD_REQUEST, f"{where} refuses the request, status {status}: {quoted}")
    try:
        response = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise fault_error(
            Fault.MALFORMED, f"{where} answered with something that is not JSON: {quoted}"
        ) from error
    if not isinstance(response, dict) or not response.get("choices"):
        raise fault_error(Fault.MALFORMED, f"{where} answered with JSON that holds no choices: {quoted}")
    return response


def read_chat(payload: Mapping[str, Any]) -> Reading:
    """Return what a stored chat says. Total: a payload of any form gives a reading, a bad one ``failed``."""
    response = mapping(payload.get("response"))
    choices = items(response.get("choices"))
    choice = mapping(choices[0]) if choices else {}
    text = string(mapping(choice.get("message")).get("content"))
    if text is None:
        return Reading(status="failed", text=None, reason="the stored reply holds no text")
    usage = mapping(response.get("usage"))
    return Reading(
        status="ok" if text.strip() else "empty",
        text=text,
        reason=None if text.strip() else "the reply is blank",
        served_model=string(response.get("model")),
        finish_reason=string(choice.get("finish_reason")),
        latency_ms=number(payload.get("latency_ms")),
        usage=Usage(
            input_tokens=count(usage.get("prompt_tokens")),
            output_tokens=count(usage.get("completion_tokens")),
        ),
    )
