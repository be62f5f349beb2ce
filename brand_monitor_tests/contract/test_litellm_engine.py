"""LiteLLM, the real package, against servers on a socket: what is sent, what is kept, which fault is which."""

import asyncio
import json
import os
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.interface import Call, Message, Usage
from brand_monitor.backends.llm.providers.http import Access, Timeouts
from brand_monitor.backends.llm.providers.litellm import LiteLLMEngine
from brand_monitor.failures import BrandMonitorError, CallRejectedError, EngineCallError, EngineStoppedError

KEY = "sk-secret-of-the-test"
QUESTION = "Which running shoes are good?"
CALL = Call(
    "call-1",
    "openai/house-7b",
    QUESTION,
    0,
    200,
    (Message("user", QUESTION),),
    system="Answer in one line.",
    temperature=0.5,
    seed=7,
    stop=("\n\n",),
)
CHAT = {
    "id": "c1",
    "object": "chat.completion",
    "created": 1,
    "model": "house-7b-2026-01-01",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Larkstride."}}
    ],
    "usage": {
        "prompt_tokens": 18,
        "completion_tokens": 10,
        "total_tokens": 28,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 3},
    },
    "of_the_server": {"kept": True},
}


@dataclass
class Stub:
    """A server that answers every request with the next of its replies, the last one again and again."""

    replies: list[Callable[[web.Request], Any]]
    requests: list[web.Request] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.json())
        reply = self.replies[min(len(self.requests), len(self.replies)) - 1](request)
        return await reply if asyncio.iscoroutine(reply) else reply

    async def never(self, _: web.Request) -> web.Response:
        await self.over.wait()
        return web.Response()


@asynccontextmanager
async def serving(*replies: Callable[[web.Request], Any]) -> AsyncIterator[Stub]:
    stub = Stub(list(replies))
    app = web.Application()
    app.router.add_post("/{path:.*}", stub.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stub.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        stub.over.set()
        await runner.cleanup()


def says(body: Any, status: int = 200, **headers: str) -> Callable[[web.Request], web.Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: web.json_response(body, status=status, headers=named)


def errs(status: int, **error: Any) -> Callable[[web.Request], web.Response]:
    return says({"error": error}, status, retry_after="7")


def page(status: int) -> Callable[[web.Request], web.Response]:
    return lambda _: web.Response(text="<html>hello</html>", status=status, content_type="text/html")


async def dropped(request: web.Request) -> web.Response:
    request.transport.close()
    return web.Response()


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"id":')
    request.transport.close()
    return response


async def asked(stub: Stub, call: Call = CALL, *, path: str = "/v1", key: str = KEY, **options: Any) -> Any:
    async with LiteLLMEngine(Access(stub.address + path, key), **options) as engine:
        return await engine.ask(call)


def one(*replies: Callable[[web.Request], Any], call: Call = CALL, **options: Any) -> tuple[Any, Stub]:
    async def run() -> tuple[Any, Stub]:
        async with serving(*replies) as stub:
            return await asked(stub, call, **options), stub

    return asyncio.run(run())


def failing(*replies: Callable[[web.Request], Any], **options: Any) -> tuple[BrandMonitorError, Stub]:
    async def run() -> tuple[BrandMonitorError, Stub]:
        async with serving(*replies) as stub:
            with pytest.raises(BrandMonitorError) as caught:
                await asked(stub, **options)
            return caught.value, stub

    return asyncio.run(run())


def test_a_call_is_sent_as_it_is_meant_and_its_reply_kept() -> None:
    payload, stub = one(says(CHAT, x_request_id="r9", x_ratelimit_remaining_requests="3", server="x"))
    assert stub.bodies == [
        {
            "model": "house-7b",
            "messages": [
                {"role": "system", "content": "Answer in one line."},
                {"role": "user", "content": QUESTION},
            ],
            "max_tokens": 200,
            "temperature": 0.5,
            "seed": 7,
            "stop": ["\n\n"],
        }
    ]
    assert stub.requests[0].path == "/v1/chat/completions"
    assert stub.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert payload["wire"] == "litellm"
    assert payload["not_sent"] == []
    assert payload["headers"].items() >= {"x-request-id": "r9", "x-ratelimit-remaining-requests": "3"}.items()
    assert "server" not in payload["headers"]
    assert payload["response"]["of_the_server"] == {"kept": True}
    assert KEY not in json.dumps(payload)


def test_what_a_reply_says_is_read_from_the_stored_payload_alone() -> None:
    payload, _ = one(says(CHAT))
    reading = LiteLLMEngine.read(json.loads(json.dumps(payload)))
    assert (reading.status, reading.text, reading.finish_reason) == ("ok", "Larkstride.", "stop")
    assert reading.served_model == "house-7b-2026-01-01"
    assert reading.usage == Usage(18, 4, None, 10, 3)
    assert reading.latency_ms is not None
    assert reading.latency_ms > 0


def test_a_name_without_provider_is_that_of_the_server_at_the_address() -> None:
    payload, stub = one(says(CHAT), call=replace(CALL, model="house-7b"))
    assert stub.bodies[0]["model"] == "house-7b"
    assert payload["request"]["model"] == "openai/house-7b"


def test_tokens_that_the_server_does_not_count_are_unknown_and_not_zero() -> None:
    payload, _ = one(says({name: value for name, value in CHAT.items() if name != "usage"}))
    assert LiteLLMEngine.read(payload).usage == Usage()


def test_web_search_is_asked_for_with_the_place_of_the_asker() -> None:
    marked = "Larkstride ([a.example](https://a.example/x))."
    citation = {
        "type": "url_citation",
        "url_citation": {"start_index": 11, "end_index": 45, "url": "https://a.example/x", "title": "A"},
    }
    message = {"role": "assistant", "content": marked, "annotations": [citation]}
    reply = CHAT | {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    payload, stub = one(says(reply), call=replace(CALL, web=True, country="GB"), search_context="low")
    assert stub.bodies[0]["web_search_options"] == {
        "search_context_size": "low",
        "user_location": {"type": "approximate", "approximate": {"country": "GB"}},
    }
    (source,) = LiteLLMEngine.read(payload).sources
    assert (source.url, source.title, source.relation) == ("https://a.example/x", "A", "cited")
    assert marked[source.start : source.end] == "([a.example](https://a.example/x))"


def test_a_web_call_to_a_model_without_web_search_is_never_sent_without_it() -> None:
    call = replace(CALL, model="openai/gpt-6-sol", web=True)
    error, stub = failing(says(CHAT), call=call)
    assert isinstance(error, CallRejectedError)
    assert "no web search through LiteLLM" in str(error)
    assert stub.requests == []


def test_a_parameter_that_the_model_refuses_is_learned_once() -> None:
    refuses = errs(
        400,
        message="Unsupported parameter: 'temperature' is not supported with this model.",
        type="invalid_request_error",
        param="temperature",
    )
    refused: set[str] = set()

    async def run() -> tuple[Any, Any, Stub]:
        async with (
            serving(refuses, says(CHAT)) as stub,
            LiteLLMEngine(Access(f"{stub.address}/v1", KEY), refused=refused) as engine,
        ):
            return await engine.ask(CALL), await engine.ask(CALL), stub

    first, second, stub = asyncio.run(run())
    assert ["temperature" in body for body in stub.bodies] == [True, False, False]
    assert first["not_sent"] == second["not_sent"] == ["temperature"]
    assert refused == {"temperature"}


def test_a_parameter_that_litellm_knows_to_be_refused_is_never_sent() -> None:
    reply = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5-5",
        "content": [
            {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "best shoes"}},
            {
                "type": "web_search_tool_result",
                "tool_use_id": "s1",
                "content": [
                    {"type": "web_search_result", "url": "https://a.example/", "title": "A",
                     "encrypted_content": "x", "page_age": "April 30, 2026"}
                ],
            },
            {
                "type": "text",
                "text": "Larkstride leads",
                "citations": [
                    {"type": "web_search_result_location", "url": "https://a.example/", "title": "A",
                     "encrypted_index": "y", "cited_text": "Larkstride is first."}
                ],
            },
            {"type": "text", "text": "."},
        ],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 6000, "output_tokens": 900, "cache_read_input_tokens": 1000,
                  "cache_creation_input_tokens": 0, "server_tool_use": {"web_search_requests": 1}},
    }  # fmt: skip
    call = replace(CALL, model="anthropic/claude-sonnet-5-5", web=True, seed=None)
    payload, stub = one(says(reply), call=call, path="")
    assert stub.requests[0].path == "/v1/messages"
    assert "temperature" not in stub.bodies[0]
    assert payload["not_sent"] == ["temperature"]
    reading = LiteLLMEngine.read(payload)
    assert (reading.status, reading.text) == ("ok", "Larkstride leads.")
    assert [(source.relation, source.url) for source in reading.sources] == [
        ("retrieved", "https://a.example/"),
        ("cited", "https://a.example/"),
    ]
    assert reading.sources[1].quote == "Larkstride is first."
    assert reading.usage.searches == 1
    assert (reading.usage.input_tokens, reading.usage.cached_tokens) == (7000, 1000)


def test_grounding_of_google_keeps_its_spans_in_characters() -> None:
    text = "Zoë says Larkstride leads."
    support = {
        "segment": {"endIndex": len(text.encode()), "text": text},
        "groundingChunkIndices": [0],
    }
    reply = {
        "candidates": [
            {
                "index": 0,
                "finishReason": "STOP",
                "content": {"role": "model", "parts": [{"text": text}]},
                "groundingMetadata": {
                    "webSearchQueries": ["best shoes"],
                    "groundingChunks": [{"web": {"uri": "https://a.example/r", "title": "a.example"}}],
                    "groundingSupports": [support],
                },
            }
        ],
        "usageMetadata": {"promptTokenCount": 17, "candidatesTokenCount": 37, "totalTokenCount": 54},
        "modelVersion": "gemini-2.5-flash",
    }
    call = replace(CALL, model="gemini/gemini-2.5-flash", web=True, seed=None)
    payload, _ = one(says(reply), call=call, path="/v1beta")
    reading = LiteLLMEngine.read(json.loads(json.dumps(payload)))
    assert reading.queries == ("best shoes",)
    cited = [source for source in reading.sources if source.relation == "cited"]
    assert [text[source.start : source.end] for source in cited] == [text]
    assert reading.served_model == "gemini-2.5-flash"


@pytest.mark.parametrize(
    ("reply", "kind", "fault"),
    [
        (errs(401, message=f"Incorrect key {KEY}", code="invalid_api_key"), EngineStoppedError, "auth"),
        (errs(403, message="Country not supported"), EngineStoppedError, "auth"),
        (errs(402, message="Insufficient credits", code=402), EngineStoppedError, "quota"),
        (
            errs(429, message="You exceeded your current quota", type="insufficient_quota"),
            EngineStoppedError,
            "quota",
        ),
        (errs(404, message="No such model", code="model_not_found"), EngineStoppedError, "unknown_model"),
        (errs(429, message="Rate limit", code="rate_limit_exceeded"), EngineCallError, "rate_limited"),
        (errs(400, message="exceeds the context window"), CallRejectedError, "bad_request"),
        (errs(413, message="too big"), CallRejectedError, "bad_request"),
        (errs(422, message="unprocessable"), CallRejectedError, "bad_request"),
        (errs(500, message="oops", type="server_error"), EngineCallError, "overloaded"),
        (errs(503, message="overloaded"), EngineCallError, "overloaded"),
        (errs(529, message="overloaded"), EngineCallError, "overloaded"),
        (page(502), EngineCallError, "overloaded"),
        (errs(504, message="gateway timeout"), EngineCallError, "timeout"),
        (page(200), EngineCallError, "malformed"),
        (says([1, 2]), EngineCallError, "malformed"),
        (says(CHAT | {"choices": []}), EngineCallError, "malformed"),
        (says({"error": {"message": "inner", "code": "server_error"}}), EngineCallError, "overloaded"),
        (dropped, EngineCallError, "truncated"),
        (cut, EngineCallError, "truncated"),
    ],
)
def test_each_failure_is_told_apart_asked_once_and_silent_about_the_key(
    reply: Callable[[web.Request], Any], kind: type[BrandMonitorError], fault: str
) -> None:
    error, stub = failing(reply)
    assert isinstance(error, kind)
    assert error.fault == fault
    assert len(stub.requests) == 1
    assert str(error).startswith("call call-1, litellm openai/house-7b: ")
    assert KEY not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("model", ["groq/house", "gemini/gemini-2.5-flash", "openrouter/house/seven"])
@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (errs(429, message="No money", type="insufficient_quota"), "quota"),
        (errs(500, message="oops"), "overloaded"),
        (page(200), "malformed"),
        (dropped, "truncated"),
    ],
)
def test_faults_are_the_same_whichever_way_litellm_takes(
    model: str, reply: Callable[[web.Request], Any], fault: str
) -> None:
    error, stub = failing(reply, call=replace(CALL, model=model, seed=None, stop=()))
    assert error.fault == fault
    assert len(stub.requests) == 1


def test_waits_that_a_provider_asks_for_are_passed_on() -> None:
    limited, _ = failing(errs(429, message="slow down"))
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.4s"}
    body = {"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": [info]}}
    google, _ = failing(says(body, 429), call=replace(CALL, model="gemini/gemini-2.5-flash"))
    assert (limited.retry_after_seconds, google.retry_after_seconds) == (7.0, 34.4)


@pytest.mark.parametrize(
    "timeouts", [Timeouts(connect=5, silence=0.2, total=60), Timeouts(connect=5, silence=60, total=0.2)]
)
def test_a_server_that_stays_silent_is_a_time_out(timeouts: Timeouts) -> None:
    async def run() -> BrandMonitorError:
        async with serving() as stub:
            stub.replies.append(stub.never)
            with pytest.raises(EngineCallError) as caught:
                await asked(stub, timeouts=timeouts)
            return caught.value

    assert asyncio.run(run()).fault == "timeout"


def test_a_closed_port_is_a_missing_connection() -> None:
    async def run() -> BrandMonitorError:
        async with serving(says(CHAT)) as stub:
            pass
        with pytest.raises(EngineCallError) as caught:
            await asked(stub)
        return caught.value

    assert asyncio.run(run()).fault == "connection"


def test_a_string_that_names_no_provider_stops_the_engine() -> None:
    async def run() -> BrandMonitorError:
        async with LiteLLMEngine(Access("", KEY)) as engine:
            with pytest.raises(EngineStoppedError) as caught:
                await engine.ask(replace(CALL, model="never-heard-of"))
            return caught.value

    assert asyncio.run(run()).fault == "unknown_model"


def test_a_reply_above_the_cap_is_refused_as_too_large() -> None:
    message = {"role": "assistant", "content": "x" * 9_000_000}
    reply = CHAT | {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    error, _ = failing(says(reply))
    assert isinstance(error, CallRejectedError)
    assert error.fault == "too_large"


def test_a_content_policy_is_a_declined_answer_and_no_failure() -> None:
    payload, stub = one(errs(400, message="rejected by our safety system", code="content_policy_violation"))
    reading = LiteLLMEngine.read(payload)
    assert (reading.status, reading.text) == ("refused", None)
    assert "safety system" in (reading.reason or "")
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    ("choice", "status"),
    [
        ({"finish_reason": "stop", "message": {"content": None, "refusal": "I cannot."}}, "refused"),
        ({"finish_reason": "content_filter", "message": {"content": "Half an"}}, "refused"),
        ({"finish_reason": "length", "message": {"content": ""}}, "empty"),
        ({"finish_reason": "length", "message": {"content": "Cut off"}}, "ok"),
    ],
)
def test_refusals_and_empty_answers_are_answers(choice: dict[str, Any], status: str) -> None:
    message = {"role": "assistant", **choice["message"]}
    payload, _ = one(says(CHAT | {"choices": [{"index": 0, **choice, "message": message}]}))
    reading = LiteLLMEngine.read(payload)
    assert reading.status == status
    assert (reading.reason is None) == (status == "ok")


def test_two_engines_share_the_connections_until_the_last_one_leaves() -> None:
    async def run() -> list[str | None]:
        async with serving(says(CHAT)) as stub:
            access = Access(f"{stub.address}/v1", KEY)
            async with LiteLLMEngine(access) as outer:
                async with LiteLLMEngine(access) as inner:
                    first = await inner.ask(CALL)
                second = await outer.ask(CALL)
            return [LiteLLMEngine.read(payload).text for payload in (first, second)]

    assert asyncio.run(run()) == ["Larkstride.", "Larkstride."]


SCRIPT = """
import asyncio, sys
hosts = set()
def watch(event, arguments):
    if event == "socket.connect":
        hosts.add(arguments[1][:2] if isinstance(arguments[1], tuple) else arguments[1])
    if event == "socket.getaddrinfo":
        hosts.add(arguments[:2])
sys.addaudithook(watch)
from brand_monitor.backends.llm.interface import Call, Message
from brand_monitor.backends.llm.providers.http import Access
from brand_monitor.backends.llm.providers.litellm import LiteLLMEngine
from brand_monitor.failures import BrandMonitorError
assert "litellm" not in sys.modules
async def ask(path):
    async with LiteLLMEngine(Access(sys.argv[1] + path, "")) as engine:
        await engine.ask(Call("c", "openai/house-7b", "q", 0, 9, (Message("user", "q"),)))
asyncio.run(ask("/v1"))
try:
    asyncio.run(ask("/bad"))
except BrandMonitorError:
    pass
else:
    raise AssertionError
port = int(sys.argv[1].rsplit(":", 1)[1])
assert hosts <= {("127.0.0.1", port)}, hosts
"""


def test_no_other_host_is_reached_nothing_is_printed_and_no_key_leaks_to_a_server_of_ones_own() -> None:
    def by_path(request: web.Request) -> web.Response:
        return (says(CHAT) if request.path.startswith("/v1") else errs(500, message="oops"))(request)

    async def run() -> tuple[str, str, int | None, Stub]:
        async with serving(by_path) as stub:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-W",
                "error::ResourceWarning",
                "-c",
                SCRIPT,
                stub.address,
                env={**os.environ, "OPENAI_API_KEY": KEY, "HTTPS_PROXY": "", "HTTP_PROXY": ""},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            out, err = await process.communicate()
            return out.decode(), err.decode(), process.returncode, stub

    out, err, code, stub = asyncio.run(run())
    assert (out, err, code) == ("", "", 0)
    assert len(stub.requests) == 2
    assert not any(KEY in request.headers.get("Authorization", "") for request in stub.requests)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["wire", "response", "declined", "choices", "message", "content", "annotations", "usage", "citations",
     "search_results", "provider_specific_fields", "vertex_ai_grounding_metadata", "web_search_results",
     "finish_reason", "prompt_tokens", "cost", "url_citation", "type", "url", "start_index", "refusal"]
)  # fmt: skip
shaped = st.recursive(
    json_values,
    lambda inner: st.dictionaries(names, inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(names, shaped, max_size=6) | shaped)
def test_a_stored_payload_of_any_form_gives_a_reading(payload: Any) -> None:
    reading = LiteLLMEngine.read(payload)
    assert reading.status in {"ok", "empty", "refused", "failed"}
    assert (reading.status == "ok") == (reading.reason is None)
