"""Anthropic's Messages API: documented bodies, the traps between them, and anything at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Message, Source
from brand_monitor.backends.llm.providers.anthropic import AnthropicWire
from brand_monitor.backends.llm.providers.wire import Failure, Reply
from brand_monitor_tests.provider_stubs import anthropic as documented
from brand_monitor_tests.provider_stubs.odd_bodies import odd

WIRE = AnthropicWire()
ANSWER = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5-20251001",
    "content": [
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "best acme"}},
        {
            "type": "web_search_tool_result",
            "tool_use_id": "s1",
            "content": [
                {
                    "type": "web_search_result",
                    "url": "https://a.example/1",
                    "title": "Acme",
                    "encrypted_content": "x",
                    "page_age": "April 30, 2026",
                },
                {"type": "web_search_result", "url": "https://b.example/2", "title": None, "page_age": None},
            ],
        },
        {"type": "text", "text": "Zoë 😀: ", "citations": None},
        {
            "type": "text",
            "text": "Acme führt",
            "citations": [
                {
                    "type": "web_search_result_location",
                    "url": "https://b.example/2",
                    "title": "B",
                    "cited_text": "Acme leads the field",
                }
            ],
        },
        {"type": "text", "text": "."},
    ],
    "stop_reason": "end_turn",
    "stop_details": None,
    "usage": {
        "input_tokens": 6000,
        "cache_creation_input_tokens": 500,
        "cache_read_input_tokens": 1000,
        "output_tokens": 900,
        "output_tokens_details": {"thinking_tokens": 10},
        "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0},
    },
}


def call(model: str = "claude-sonnet-4-5", **changes: Any) -> Call:
    settings = {"prompt": "Which?", "repeat": 0, "max_tokens": 4000, "messages": (Message("user", "Which?"),)}
    return Call(call_id="c1", model=model, **(settings | changes))


def reply(status: int, error: dict[str, Any] | None = None, **headers: str) -> Reply:
    body = None if error is None else {"type": "error", "error": error, "request_id": "req_1"}
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, "<html>")


def failed(status: int, kind: str, message: str = "no", **details: Any) -> Failure:
    failure = WIRE.failure(reply(status, {"type": kind, "message": message, "details": details or None}))
    assert failure is not None
    return failure


def read(**changes: Any) -> Any:
    return AnthropicWire.read({"wire": "anthropic", "response": ANSWER | changes, "latency_ms": 12.5})


# Requests


def test_a_request_carries_what_the_call_says_and_the_key_in_its_header() -> None:
    request = WIRE.request(call(system="Be brief.", temperature=0.5, stop=("END",)), ())
    assert request.path == "/v1/messages"
    assert request.body == {
        "model": "claude-sonnet-4-5",
        "max_tokens": 4000,
        "messages": [{"role": "user", "content": "Which?"}],
        "system": "Be brief.",
        "stop_sequences": ["END"],
        "temperature": 0.5,
    }
    assert request.not_sent == ()
    assert WIRE.headers("sk-1") == {"x-api-key": "sk-1", "anthropic-version": "2023-06-01"}


def test_searching_names_the_tool_whose_answers_cite_and_where_the_asker_is() -> None:
    request = AnthropicWire(max_searches=5).request(call(web=True, country="GB"), ())
    assert request.body["tools"] == [
        {
            "type": "web_search_20250305",
            "name": "web_search",
            "max_uses": 5,
            "user_location": {"type": "approximate", "country": "GB"},
        }
    ]
    assert "user_location" not in WIRE.request(call(web=True), ()).body["tools"][0]
    assert "tools" not in WIRE.request(call(country="GB"), ()).body


@pytest.mark.parametrize(
    "model",
    [
        "claude-3-5-sonnet-20241022",
        "claude-3-opus-20240229",
        "claude-sonnet-4-20250514",
        "claude-haiku-4-5-20251001",
        "claude-opus-4-6",
        "some-other-model",
    ],
)
def test_a_temperature_is_sent_to_models_that_may_take_it(model: str) -> None:
    request = WIRE.request(call(model, temperature=0.0), ())
    assert (request.body["temperature"], request.not_sent) == (0.0, ())


@pytest.mark.parametrize(
    "model",
    [
        "claude-opus-4-7",
        "claude-opus-4-7-20260401",
        "claude-sonnet-5",
        "claude-sonnet-5-20260601",
        "claude-fable-5-1",
        "claude-haiku-5-5",
        "claude-opus-10-1",
    ],
)
def test_a_temperature_is_not_sent_to_models_that_are_known_to_refuse_it(model: str) -> None:
    request = WIRE.request(call(model, temperature=0.0), ())
    assert ("temperature" in request.body, request.not_sent) == (False, ("temperature",))


def test_what_was_refused_before_and_a_seed_are_left_out_and_said() -> None:
    request = WIRE.request(call(temperature=0.0, seed=7, effort="low"), {"temperature", "effort"})
    assert request.body.keys() == {"model", "max_tokens", "messages"}
    assert set(request.not_sent) == {"temperature", "seed", "effort"}
    assert WIRE.request(call(effort="low"), ()).body["output_config"] == {"effort": "low"}
    assert WIRE.request(call(), {"temperature", "effort"}).not_sent == ()


# Answers


def test_an_answer_is_all_text_blocks_and_each_citation_spans_its_own_in_characters() -> None:
    reading = read()
    assert (reading.status, reading.reason, reading.text) == ("ok", None, "Zoë 😀: Acme führt.")
    assert (reading.served_model, reading.finish_reason) == ("claude-haiku-4-5-20251001", "end_turn")
    assert (reading.queries, reading.latency_ms) == (("best acme",), 12.5)
    assert reading.sources == (
        Source(1, "https://a.example/1", "Acme", None, "retrieved", published="April 30, 2026"),
        Source(2, "https://b.example/2", None, None, "retrieved"),
        Source(2, "https://b.example/2", "B", None, "cited", 7, 17, "Acme leads the field"),
    )
    assert reading.text[7:17] == "Acme führt"


def test_input_is_the_sum_of_three_counts() -> None:
    usage = read().usage
    assert (usage.input_tokens, usage.cached_tokens, usage.cache_write_tokens) == (7500, 1000, 500)
    assert (usage.output_tokens, usage.reasoning_tokens, usage.searches) == (900, 10, 1)


def test_an_answer_without_search_has_no_sources_and_no_billed_search() -> None:
    usage = {"input_tokens": 10, "output_tokens": 2, "server_tool_use": None}
    reading = read(content=[{"type": "text", "text": "Acme."}], usage=usage)
    assert (reading.sources, reading.queries, reading.usage.searches) == ((), (), 0)
    assert (reading.usage.cached_tokens, reading.usage.input_tokens) == (None, 10)


def test_a_citation_of_a_page_outside_the_results_is_numbered_after_them() -> None:
    citations = [
        {"url": "https://c.example/"},
        {"url": "https://d.example/"},
        {"url": "https://c.example/", "cited_text": "again"},
        {"url": None},
    ]
    content = [*ANSWER["content"], {"type": "text", "text": "More", "citations": citations}]
    cited = [source for source in read(content=content).sources if source.relation == "cited"]
    assert [(source.position, source.url[8]) for source in cited] == [(2, "b"), (3, "c"), (4, "d"), (3, "c")]


def test_a_failed_search_is_an_object_where_results_would_be_and_the_answer_stands() -> None:
    error = {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}
    failed_search = {"type": "web_search_tool_result", "tool_use_id": "s2", "content": error}
    reading = read(content=[*ANSWER["content"], failed_search])
    assert (reading.status, reading.reason) == ("ok", "1 of 2 web searches failed: max_uses_exceeded")
    assert len([source for source in reading.sources if source.relation == "retrieved"]) == 2


def test_without_a_counter_searches_that_failed_are_not_billed() -> None:
    error = {"type": "web_search_tool_result_error", "error_code": "unavailable"}
    content = [
        {"type": "web_search_tool_result", "content": []},
        {"type": "web_search_tool_result", "content": error},
        {"type": "text", "text": "Nothing found."},
    ]
    reading = read(content=content, usage={"input_tokens": 1})
    assert (reading.usage.searches, reading.sources) == (1, ())


def test_a_refusal_comes_as_a_success_and_says_why() -> None:
    details = {"type": "refusal", "category": "general_harms", "explanation": "It would harm."}
    refused = read(content=[], stop_reason="refusal", stop_details=details)
    assert (refused.status, refused.reason) == ("refused", "general_harms: It would harm.")
    assert read(content=[], stop_reason="refusal").reason == "the model declined and gave no reason"
    assert WIRE.failure(Reply(200, {}, ANSWER | {"content": [], "stop_reason": "refusal"}, "")) is None


def test_an_answer_without_text_is_empty_and_one_that_was_cut_is_an_answer() -> None:
    empty = read(content=[{"type": "thinking", "thinking": "hm"}], stop_reason="max_tokens")
    assert (empty.status, empty.reason) == ("empty", "no text (stop_reason max_tokens)")
    cut = read(stop_reason="max_tokens")
    assert (cut.status, cut.finish_reason) == ("ok", "max_tokens")


# Paused turns


def test_a_paused_turn_goes_on_as_one_turn_of_the_assistant_however_often_it_pauses() -> None:
    request = WIRE.request(call(web=True), ())
    first, second = [{"type": "text", "text": "One "}], [{"type": "text", "text": "two "}]
    following = WIRE.follow_up(request, {"content": first, "stop_reason": "pause_turn"})
    assert following is not None
    assert following.body["messages"][1:] == [{"role": "assistant", "content": first}]
    again = WIRE.follow_up(following, {"content": second, "stop_reason": "pause_turn"})
    assert again is not None
    assert again.body["messages"][1:] == [{"role": "assistant", "content": [*first, *second]}]
    assert (again.path, again.body["tools"]) == (request.path, request.body["tools"])
    assert len(request.body["messages"]) == 1
    assert WIRE.follow_up(again, ANSWER) is None
    assert WIRE.follow_up(again, {"content": [], "stop_reason": "pause_turn"}) is None


def test_a_paused_answer_is_read_whole_and_its_usage_is_that_of_all_replies() -> None:
    earlier = ANSWER | {"stop_reason": "pause_turn"}
    reading = AnthropicWire.read({"earlier_responses": [earlier], "response": ANSWER})
    assert reading.text == "Zoë 😀: Acme führt.Zoë 😀: Acme führt."
    assert (reading.finish_reason, reading.queries) == ("end_turn", ("best acme", "best acme"))
    assert (reading.usage.input_tokens, reading.usage.searches) == (15000, 2)
    cited = [source for source in reading.sources if source.relation == "cited"]
    assert [reading.text[source.start : source.end] for source in cited] == ["Acme führt", "Acme führt"]
    assert [source.position for source in reading.sources] == [1, 2, 3, 4, 2, 2]


# Failures


@pytest.mark.parametrize(
    ("status", "kind", "fault"),
    [
        (400, "invalid_request_error", Fault.BAD_REQUEST),
        (401, "authentication_error", Fault.AUTH),
        (402, "billing_error", Fault.QUOTA),
        (403, "permission_error", Fault.AUTH),
        (404, "not_found_error", Fault.UNKNOWN_MODEL),
        (409, "conflict_error", Fault.OVERLOADED),
        (413, "request_too_large", Fault.BAD_REQUEST),
        (429, "rate_limit_error", Fault.RATE_LIMITED),
        (500, "api_error", Fault.OVERLOADED),
        (504, "timeout_error", Fault.TIMEOUT),
        (529, "overloaded_error", Fault.OVERLOADED),
        (418, "a_new_error", Fault.BAD_REQUEST),
        (200, "overloaded_error", Fault.OVERLOADED),
        (200, "a_new_error", Fault.MALFORMED),
    ],
)
def test_each_documented_error_has_its_class(status: int, kind: str, fault: Fault) -> None:
    failure = failed(status, kind, "as the provider says")
    assert (failure.fault, failure.parameter) == (fault, None)
    assert "as the provider says" in failure.message
    assert kind in failure.message


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (200, Fault.MALFORMED),
        (302, Fault.BAD_REQUEST),
        (401, Fault.AUTH),
        (413, Fault.BAD_REQUEST),
        (429, Fault.RATE_LIMITED),
        (502, Fault.OVERLOADED),
        (504, Fault.TIMEOUT),
        (529, Fault.OVERLOADED),
    ],
)
def test_a_reply_that_is_no_json_goes_by_its_status_and_is_quoted(status: int, fault: Fault) -> None:
    failure = WIRE.failure(reply(status))
    assert failure is not None
    assert failure.fault is fault
    assert "<html>" in failure.message


def test_a_monthly_cap_looks_like_a_rate_limit_and_is_none() -> None:
    message = "You have reached your API usage limits: crossed its monthly threshold."
    capped = failed(429, "rate_limit_error", "no", error_code="enforced_spend_limit_reached")
    assert (capped.fault, capped.retry_after_seconds) == (Fault.QUOTA, None)
    assert failed(429, "rate_limit_error", message).fault is Fault.QUOTA


@pytest.mark.parametrize(
    "message",
    [
        "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
        "You have reached your specified workspace API usage limits.",
        "Your credit balance is too low to access the Anthropic API.",
        "This workspace has reached its spend limit.",
    ],
)
def test_the_accounts_own_limits_come_as_a_bad_request_and_stop_the_engine(message: str) -> None:
    assert failed(400, "invalid_request_error", message).fault is Fault.QUOTA


def test_a_refused_parameter_is_named_and_a_wrong_value_is_not_taken_for_one() -> None:
    refused = failed(400, "invalid_request_error", "`temperature` is deprecated for this model.")
    assert (refused.fault, refused.parameter) == (Fault.BAD_REQUEST, "temperature")
    effort = failed(400, "invalid_request_error", "This model does not support the effort parameter.")
    assert effort.parameter == "effort"
    for message in (
        "temperature: Input should be less than or equal to 1",
        "This model does not support effort level 'max'. Supported levels: high, low.",
        "prompt is too long: 212345 tokens > 200000 maximum",
    ):
        wrong = failed(400, "invalid_request_error", message)
        assert (wrong.fault, wrong.parameter) == (Fault.BAD_REQUEST, None)


def test_an_account_that_may_not_search_stops_the_engine() -> None:
    message = "Web search is not enabled for this organization."
    assert failed(400, "invalid_request_error", message).fault is Fault.AUTH


def test_the_wait_that_a_rate_limit_asks_for_is_kept() -> None:
    limited = WIRE.failure(reply(429, {"type": "rate_limit_error", "message": "no"}, retry_after="7"))
    assert limited is not None
    assert (limited.fault, limited.retry_after_seconds) == (Fault.RATE_LIMITED, 7.0)


# Anything at all

NAMES = [
    "response", "earlier_responses", "content", "type", "text", "citations", "url", "title", "cited_text",
    "input", "query", "name", "usage", "server_tool_use", "web_search_requests", "input_tokens",
    "stop_reason", "stop_details", "category", "error", "message", "details", "error_code", "page_age",
    "not_sent", "latency_ms", "model",
]  # fmt: skip
WORDS = [
    "text", "web_search_tool_result", "server_tool_use", "web_search", "pause_turn", "refusal", "error",
    "rate_limit_error", "\ud83d", "é😀", "https://a.example/",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8)
BLOCKS = st.lists(OBJECTS | st.just(ANSWER["content"][1]) | st.just(ANSWER["content"][3]), max_size=4)
RESPONSES = OBJECTS | st.builds(lambda more, content: ANSWER | more | {"content": content}, OBJECTS, BLOCKS)


ODD = odd(
    {
        "response": documented.CITED,
        "earlier_responses": [documented.PAUSED],
        "not_sent": ["seed"],
        "latency_ms": 1.5,
    }
)
ODD_REPLIES = st.sampled_from([one.body for one in documented.REPLIES.values()]).map(json.loads).flatmap(odd)


@given(
    ODD | OBJECTS | st.fixed_dictionaries({"response": RESPONSES, "earlier_responses": st.lists(RESPONSES)})
)
def test_reading_never_raises_and_spans_stay_inside_the_text(payload: Any) -> None:
    reading = AnthropicWire.read(payload)
    assert reading.status in {"ok", "empty", "refused", "failed"}
    assert (reading.text is None) is (reading.status == "failed")
    assert reading.status == "ok" or reading.reason
    (reading.text or "").encode()
    for source in reading.sources:
        assert source.position >= 1
        if source.relation == "cited":
            assert 0 <= source.start < source.end <= len(reading.text)


@given(st.integers(min_value=100, max_value=999), ODD_REPLIES | OBJECTS | RESPONSES | st.none())
def test_a_reply_of_any_form_is_a_failure_or_readable(status: int, body: dict[str, Any] | None) -> None:
    body = body if isinstance(body, dict) else None
    failure = WIRE.failure(Reply(status, {}, body, ""))
    if failure is None:
        assert AnthropicWire.read({"response": body}).status != "failed"
        WIRE.follow_up(WIRE.request(call(), ()), body or {})
    else:
        assert failure.fault in Fault
        assert failure.message
