"""What takes more than one request, and what is kept of it: paused turns, redirects, headers, secrets."""

import asyncio
import json
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.providers.anthropic import AnthropicWire
from brand_monitor.backends.llm.providers.gemini import GeminiWire
from brand_monitor.backends.llm.providers.http import MAX_BODY_BYTES, MOST_FOLLOW_UPS, Access, HttpEngine
from brand_monitor.failures import BrandMonitorError, CallRejectedError, EngineCallError, EngineStoppedError
from brand_monitor_tests.contract.provider_cells import KEY, PATIENT, PROVIDERS, call, engine, read
from brand_monitor_tests.provider_stubs.provider import Canned, canned
from brand_monitor_tests.provider_stubs.server import StubServer


def answer(
    stub: StubServer, question: str = "Which tea?", *, one: HttpEngine | None = None
) -> Mapping[str, Any]:
    async def asked() -> Mapping[str, Any]:
        async with one or engine(stub) as entered:
            return await entered.ask(call(stub.provider.name, question))

    return asyncio.run(asked())


def stub_with(name: str, **replies: Canned) -> StubServer:
    """A stub that can play more than its provider documents."""
    stub = StubServer(name)
    stub.provider = replace(stub.provider, replies={**stub.provider.replies, **replies})
    return stub


# A turn that pauses


def test_a_paused_turn_is_continued_with_what_came_so_far_and_is_one_answer() -> None:
    with StubServer("anthropic") as stub:
        stub.play("paused", "cited")
        payload = answer(stub)
        first, second = stub.requests
    assert first.body["messages"] == second.body["messages"][:1]
    assert second.body["messages"][1] == {
        "role": "assistant",
        "content": payload["earlier_responses"][0]["content"],
    }
    assert second.body["tools"] == first.body["tools"]
    reading = read(payload)
    assert reading.text == "Let me look further. 🍵 Northwind is the best tea. Contoso comes second."
    assert (reading.usage.searches, reading.usage.output_tokens, reading.finish_reason) == (
        2,
        1_800,
        "end_turn",
    )
    (cited,) = [source for source in reading.sources if source.relation == "cited"]
    assert reading.text[cited.start : cited.end] == "Northwind is the best tea"


def test_a_turn_that_pauses_without_end_is_left_as_it_is() -> None:
    with StubServer("anthropic", default="paused") as stub:
        payload = answer(stub)
        assert stub.total == 1 + MOST_FOLLOW_UPS
    assert len(payload["earlier_responses"]) == MOST_FOLLOW_UPS
    reading = read(payload)
    assert (reading.status, reading.finish_reason, reading.usage.searches) == ("ok", "pause_turn", 4)


def test_a_turn_that_fails_while_it_goes_on_is_a_failure_of_its_class() -> None:
    with StubServer("anthropic") as stub:
        stub.play("paused", "overloaded")
        with pytest.raises(BrandMonitorError) as caught:
            answer(stub)
    assert caught.value.fault is Fault.OVERLOADED
    assert caught.value.is_half_answered, "the first part is charged"


def test_a_failed_search_is_said_and_the_answer_stands() -> None:
    with StubServer("anthropic", default="failed_search") as stub:
        reading = read(answer(stub))
    assert (reading.status, reading.usage.searches) == ("ok", 1)
    assert reading.reason == "1 of 2 web searches failed: max_uses_exceeded"


# Redirects


def test_sources_of_gemini_are_looked_up_when_the_answer_comes_and_are_read_without_asking_again() -> None:
    with StubServer("gemini") as stub:
        payload = answer(stub)
        assert stub.total == 1
    assert payload["redirects"] == {
        stub.address + "/grounding-api-redirect/AUZ1": "https://teas.example/best",
        stub.address + "/grounding-api-redirect/AUZ2": "https://leaves.example/ranking",
    }
    reading = read(json.loads(json.dumps(payload)))  # the stub is gone by now
    assert [(source.position, source.url, source.title) for source in reading.sources[:2]] == [
        (1, "https://teas.example/best", "teas.example"),
        (2, "https://leaves.example/ranking", "leaves.example"),
    ]
    spans = [reading.text[source.start : source.end] for source in reading.sources[2:]]
    assert spans == ["🍵 Für viele ist Northwind der beste Tee.", "Contoso folgt."]


def test_a_redirect_that_leads_nowhere_costs_no_answer() -> None:
    with StubServer("gemini") as stub:
        stub.provider = replace(stub.provider, redirects={})
        payload = answer(stub)
    assert payload["redirects"] == {}
    assert [source.title for source in read(payload).sources[:2]] == ["teas.example", "leaves.example"]


def test_only_the_providers_own_redirects_are_asked_for() -> None:
    with StubServer("gemini") as stub:
        elsewhere = HttpEngine(GeminiWire(), Access(stub.base_url, KEY), concurrency=1, timeouts=PATIENT)
        payload = answer(stub, one=elsewhere)
    assert "redirects" not in payload
    assert read(payload).sources[0].url.endswith("/grounding-api-redirect/AUZ1")


# What is learned, by calls that are in the air together


def test_calls_in_the_air_learn_the_same_refusal_and_none_of_them_fails() -> None:
    with StubServer("gemini", default="unsupported_parameter", latency_seconds=0.1) as stub:

        async def asked() -> list[Mapping[str, Any]]:
            calls = [call("gemini", f"Tea {number}?", temperature=0.5) for number in range(4)]
            async with engine(stub) as one:
                return await asyncio.gather(*(one.ask(each) for each in calls))

        payloads = asyncio.run(asked())
        assert stub.total == 8
    assert [read(payload).status for payload in payloads] == ["ok"] * 4


def test_a_parameter_that_is_refused_although_it_was_left_out_is_a_bad_request() -> None:
    refusal = StubServer("gemini").provider.replies["unsupported_parameter"]
    with stub_with("gemini", always=refusal) as stub:
        stub.default = "always"
        with pytest.raises(CallRejectedError) as caught:
            answer(stub)
        assert (caught.value.fault, stub.total) == (Fault.BAD_REQUEST, 2)


# What is kept


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("openai", "x-ratelimit-remaining-tokens"),
        ("openai", "x-request-id"),
        ("anthropic", "anthropic-ratelimit-input-tokens-remaining"),
        ("anthropic", "request-id"),
    ],
)
def test_headers_that_identify_a_call_and_say_what_is_left_are_kept(name: str, header: str) -> None:
    with StubServer(name) as stub:
        assert header in answer(stub)["headers"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_payload_is_plain_json_and_reads_the_same_after_it_was_stored(name: str) -> None:
    with StubServer(name) as stub:
        payload = answer(stub)
    assert read(json.loads(json.dumps(payload))) == read(payload)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_that_repeats_the_key_does_not_make_it_known(name: str) -> None:
    echo = {"error": {"message": f"Incorrect key {KEY}", "type": "x", "status": "x", "code": None}}
    with stub_with(name, echo=canned(echo, 401), page=Canned(401, f"<p>{KEY}</p>".encode())) as stub:
        for played in ("echo", "page"):
            stub.play(played)
            with pytest.raises(BrandMonitorError) as caught:
                answer(stub)
            assert caught.value.fault is Fault.AUTH
            assert KEY not in str(caught.value)
            assert "[key]" in str(caught.value)
    assert KEY not in repr(Access("https://x.example", KEY))


@pytest.mark.parametrize("cut_at", [500, 1_000])
def test_a_key_is_not_even_shown_by_halves_where_a_quotation_ends(cut_at: int) -> None:
    filled = "x" * (cut_at - len(KEY) // 2) + KEY
    echo = {"type": "error", "error": {"type": "authentication_error", "message": filled}}
    with stub_with("anthropic", echo=canned(echo, 401), page=Canned(401, filled.encode())) as stub:
        for played in ("echo", "page"):
            stub.play(played)
            with pytest.raises(BrandMonitorError) as caught:
                answer(stub)
            assert KEY[:6] not in str(caught.value)


def test_a_key_that_no_header_can_hold_stops_the_engine_and_is_not_shown() -> None:
    with StubServer("anthropic") as stub:
        broken = HttpEngine(AnthropicWire(), Access(stub.base_url, f"{KEY}\n{KEY}"), concurrency=1)
        with pytest.raises(EngineStoppedError) as caught:
            answer(stub, one=broken)
    assert caught.value.fault == Fault.AUTH
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("address", ["", "api.example", "ftp://api.example", "http://[::1", "http://", "//x"])
def test_an_address_that_is_none_is_no_connection(address: str) -> None:
    with StubServer("anthropic") as stub, pytest.raises(EngineCallError) as caught:
        answer(stub, one=HttpEngine(AnthropicWire(), Access(address, KEY), concurrency=1))
    assert caught.value.fault == Fault.CONNECTION


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_redirect_of_the_api_itself_is_not_followed_with_the_key(name: str) -> None:
    away = Canned(307, b"", {"Location": "https://elsewhere.example/"})
    with stub_with(name, away=away) as stub:
        stub.play("away")
        with pytest.raises(BrandMonitorError):
            answer(stub)
        assert stub.total == 1


def test_a_small_reply_that_unpacks_beyond_the_cap_is_too_large() -> None:
    import gzip

    bomb = gzip.compress(b"[" + b" " * (MAX_BODY_BYTES + 1) + b"]")
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    with stub_with("anthropic", bomb=Canned(200, bomb, headers)) as stub:
        stub.play("bomb")
        with pytest.raises(CallRejectedError) as caught:
            answer(stub)
    assert caught.value.fault == Fault.TOO_LARGE


def test_an_encoding_that_does_not_unpack_is_no_crash() -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    with stub_with("anthropic", broken=Canned(200, b"not gzip", headers)) as stub:
        stub.play("broken")
        with pytest.raises(BrandMonitorError) as caught:
            answer(stub)
    assert caught.value.fault is Fault.TRUNCATED


def test_calls_share_connections_and_never_more_than_allowed_are_in_the_air() -> None:
    with StubServer("anthropic", latency_seconds=0.05) as stub:
        one = HttpEngine(AnthropicWire(), Access(stub.base_url, KEY), concurrency=3, timeouts=PATIENT)

        async def asked() -> None:
            async with one:
                await asyncio.gather(*(one.ask(call("anthropic", f"Tea {n}?")) for n in range(9)))

        asyncio.run(asked())
        assert (stub.total, stub.most_in_flight) == (9, 3)
