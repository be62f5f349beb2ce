"""One chat request: every way in which a server can fail has a type, and every stored reply can be read."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.chat import post_chat, read_chat
from brand_monitor.backends.llm.interface import Call, Message
from brand_monitor.failures import EngineCallError, PermanentFailure

CALL = Call(
    call_id="call-7",
    model="m",
    prompt="Which shoes?",
    repeat=0,
    max_tokens=20,
    messages=(Message("user", "Which shoes?"),),
    temperature=0.7,
    seed=7,
)
REPLY = {
    "model": "m",
    "choices": [{"message": {"content": "Nike."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 5, "completion_tokens": 3},
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def ask(handler: Handler, *, seconds: float = 10) -> dict[str, Any]:
    """Send one call to a loopback server that answers with ``handler``."""

    async def run() -> dict[str, Any]:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", handler)
        # A handler whose client has gone must end too, or stopping the server waits a minute for it.
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                return await post_chat(session, f"http://{host}:{port}", CALL)
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_request_response_and_latency_are_kept() -> None:
    seen: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return web.json_response(REPLY)

    payload = ask(handler)
    assert payload["request"] == seen[0]
    assert (seen[0]["seed"], seen[0]["temperature"], seen[0]["max_tokens"]) == (7, 0.7, 20)
    assert payload["response"] == REPLY
    assert payload["wire"] == "chat"
    assert payload["latency_ms"] > 0


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_a_busy_or_broken_server_may_pass(status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, text="slots are busy")

    with pytest.raises(EngineCallError, match=f"call-7.*{status}.*slots are busy"):
        ask(handler)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refused_request_is_permanent(status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, text="context too long")

    with pytest.raises(PermanentFailure, match=f"call-7.*{status}.*context too long"):
        ask(handler)


@pytest.mark.parametrize("body", ["", "<html>", '{"choices": [', "[" * 50_000, "[]", "{}", '{"choices": []}'])
def test_garbage_is_a_failed_call_and_not_an_answer(body: str) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    with pytest.raises(EngineCallError, match="call-7"):
        ask(handler)


def test_a_server_that_never_answers_is_given_up() -> None:
    async def handler(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(EngineCallError, match=r"call-7.*no reply in time"):
        ask(handler, seconds=0.2)


def test_a_reply_that_breaks_off_is_a_failed_call() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"choices": [')
        assert request.transport is not None
        request.transport.close()
        return response

    with pytest.raises(EngineCallError, match=r"call-7.*broke off"):
        ask(handler)


def test_a_stored_reply_is_read_with_its_usage() -> None:
    reading = read_chat({"response": REPLY, "latency_ms": 12.5})
    assert (reading.status, reading.text, reading.served_model) == ("ok", "Nike.", "m")
    assert (reading.usage.input_tokens, reading.usage.output_tokens, reading.latency_ms) == (5, 3, 12.5)


def test_a_blank_reply_is_empty_and_says_so() -> None:
    reading = read_chat({"response": {"choices": [{"message": {"content": " \n"}}]}})
    assert (reading.status, reading.reason) == ("empty", "the reply is blank")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "usage", "model", "prompt_tokens", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(response=JSON, latency=JSON)
def test_reading_never_raises_whatever_was_stored(response: Any, latency: Any) -> None:
    reading = read_chat({"response": response, "latency_ms": latency})
    assert reading.status in {"ok", "empty", "failed"}
    assert reading.status != "failed" or reading.reason
