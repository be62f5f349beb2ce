"""Google's generateContent: documented bodies, bytes that become characters, and anything at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Message, Source
from brand_monitor.backends.llm.providers.gemini import GeminiWire
from brand_monitor.backends.llm.providers.wire import Failure, Reply
from brand_monitor_tests.provider_stubs import gemini as documented
from brand_monitor_tests.provider_stubs.odd_bodies import odd

WIRE = GeminiWire()
REDIRECT = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/"
TEXT = "Zoë 😀 mag Acme. Bergmann führt."
FIRST, SECOND = "Zoë 😀 mag Acme.", "Bergmann führt."
GROUNDING = {
    "webSearchQueries": ["best acme", "acme zoë"],
    "searchEntryPoint": {"renderedContent": "<html>"},
    "groundingChunks": [
        {"web": {"uri": REDIRECT + "AUZ1", "title": "a.example"}},
        {"web": {"uri": REDIRECT + "AUZ2", "title": "b.example"}},
    ],
    "groundingSupports": [
        # startIndex is left out where it is zero; both count bytes.
        {"segment": {"endIndex": len(FIRST.encode()), "text": FIRST}, "groundingChunkIndices": [0, 1]},
        {
            "segment": {
                "startIndex": len(FIRST.encode()) + 1,
                "endIndex": len(TEXT.encode()),
                "text": SECOND,
            },
            "groundingChunkIndices": [1],
            "confidenceScores": [0.9],
        },
    ],
}
ANSWER = {
    "candidates": [
        {
            "index": 0,
            "finishReason": "STOP",
            "content": {"role": "model", "parts": [{"text": TEXT}]},
            "groundingMetadata": GROUNDING,
        }
    ],
    "usageMetadata": {
        "promptTokenCount": 17,
        "candidatesTokenCount": 37,
        "thoughtsTokenCount": 333,
        "toolUsePromptTokenCount": 308,
        "totalTokenCount": 695,
    },
    "modelVersion": "gemini-3.7-flash",
    "responseId": "r1",
}


def call(model: str = "gemini-3.7-flash", **changes: Any) -> Call:
    settings = {"prompt": "Which?", "repeat": 0, "max_tokens": 4000, "messages": (Message("user", "Which?"),)}
    return Call(call_id="c1", model=model, **(settings | changes))


def failed(
    code: int, status: str, message: str = "no", *details: dict[str, Any], http: int = 0, **headers: str
) -> Failure:
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    failure = WIRE.failure(Reply(http or code, headers, {"error": error}, "{"))
    assert failure is not None
    return failure


def retry_in(delay: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


def quota(*names: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.QuotaFailure"
    return {"@type": kind, "violations": [{"quotaId": name} for name in names]}


def candidate(**changes: Any) -> dict[str, Any]:
    return ANSWER | {"candidates": [ANSWER["candidates"][0] | changes]}


def read(response: Any, **more: Any) -> Any:
    return GeminiWire.read({"wire": "gemini", "response": response, "latency_ms": 12.5, **more})


def cited(*parts: Any, **segment: Any) -> tuple[str, list[tuple[int | None, int | None]]]:
    """Text of an answer with one supported segment, and the spans that its citation got."""
    supports = [{"segment": segment, "groundingChunkIndices": [0]}]
    response = candidate(
        content={"parts": list(parts)}, groundingMetadata=GROUNDING | {"groundingSupports": supports}
    )
    reading = read(response)
    return reading.text, [(one.start, one.end) for one in reading.sources if one.relation == "cited"]


# Requests


def test_a_request_carries_what_the_call_says_and_the_key_is_never_in_the_url() -> None:
    turns = (Message("user", "Read this."), Message("assistant", "I did."), Message("user", "Which?"))
    asked = call(system="Be brief.", temperature=0.0, seed=7, effort="low", stop=("END",), messages=turns)
    request = WIRE.request(asked, ())
    assert request.path == "/models/gemini-3.7-flash:generateContent"
    assert request.body == {
        "contents": [
            {"role": "user", "parts": [{"text": "Read this."}]},
            {"role": "model", "parts": [{"text": "I did."}]},
            {"role": "user", "parts": [{"text": "Which?"}]},
        ],
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "generationConfig": {
            "maxOutputTokens": 4000,
            "temperature": 0.0,
            "seed": 7,
            "thinkingConfig": {"thinkingLevel": "low"},
            "stopSequences": ["END"],
        },
    }
    assert request.not_sent == ()
    assert WIRE.headers("k1") == {"x-goog-api-key": "k1"}


def test_searching_names_the_tool_and_says_that_the_country_is_not_sent() -> None:
    request = WIRE.request(call(web=True, country="GB"), ())
    assert (request.body["tools"], request.not_sent) == ([{"google_search": {}}], ("country",))
    silent = WIRE.request(call(country="GB"), ())
    assert ("tools" in silent.body, silent.not_sent) == (False, ())


def test_what_was_refused_before_is_left_out_and_said() -> None:
    asked = call(temperature=1.0, seed=0, effort="low")
    request = WIRE.request(asked, {"temperature", "seed", "effort"})
    assert request.body["generationConfig"] == {"maxOutputTokens": 4000}
    assert set(request.not_sent) == {"temperature", "seed", "effort"}
    assert WIRE.request(call(), {"temperature"}).not_sent == ()


def test_a_model_name_cannot_lead_to_another_path() -> None:
    assert WIRE.request(call("../x?key=1"), ()).path == "/models/..%2Fx%3Fkey%3D1:generateContent"
    assert WIRE.request(call("models/gemini-4-argon"), ()).path.endswith(
        "/models/gemini-4-argon:generateContent"
    )


# Answers


def test_bytes_of_a_grounded_answer_become_characters_and_redirects_become_pages() -> None:
    reading = read(ANSWER, redirects={REDIRECT + "AUZ1": "https://a.example/page"})
    assert (reading.status, reading.text, reading.reason) == ("ok", TEXT, None)
    first, second = TEXT.index(FIRST), TEXT.index(SECOND)
    one, two = ("https://a.example/page", "a.example"), (REDIRECT + "AUZ2", "b.example")
    assert reading.sources == (
        Source(1, *one, None, "retrieved"),
        Source(2, *two, None, "retrieved"),
        Source(1, *one, None, "cited", first, first + len(FIRST)),
        Source(2, *two, None, "cited", first, first + len(FIRST)),
        Source(2, *two, None, "cited", second, second + len(SECOND)),
    )
    assert reading.queries == ("best acme", "acme zoë")
    assert (reading.served_model, reading.finish_reason) == ("gemini-3.7-flash", "STOP")


def test_usage_counts_what_the_tool_read_as_input_and_thoughts_as_output() -> None:
    usage = read(ANSWER).usage
    assert (usage.input_tokens, usage.output_tokens, usage.reasoning_tokens) == (325, 370, 333)
    assert (usage.searches, usage.cached_tokens) == (2, None)
    assert usage.input_tokens + usage.output_tokens == ANSWER["usageMetadata"]["totalTokenCount"]


def test_an_answer_without_grounding_searched_for_nothing() -> None:
    reading = read(candidate(groundingMetadata=None))
    assert (reading.status, reading.sources, reading.queries, reading.usage.searches) == ("ok", (), (), 0)


def test_thoughts_are_no_part_of_the_answer_and_offsets_count_within_their_part() -> None:
    thought, first, second = (
        {"text": "hm", "thought": True},
        {"text": "Größe. "},
        {"text": "Ähm, Acme führt."},
    )
    text, spans = cited(thought, first, second, partIndex=2, startIndex=6, endIndex=18, text="Acme führt.")
    assert text == "Größe. Ähm, Acme führt."
    assert [text[start:end] for start, end in spans] == ["Acme führt."]


def test_offsets_that_lead_to_other_words_give_way_to_the_words() -> None:
    text, spans = cited({"text": "Über Acme"}, startIndex=5, endIndex=9, text="Acme")
    assert [text[start:end] for start, end in spans] == ["Acme"]


@pytest.mark.parametrize(
    "segment",
    [
        {"startIndex": 0, "endIndex": 4, "text": "Acme"},  # the words are there twice, and not at the offsets
        {"startIndex": 3, "endIndex": 3},
        {"startIndex": 4, "endIndex": 400},
        {"startIndex": -4, "endIndex": 4},
        {"startIndex": "1", "endIndex": "4"},
        {"partIndex": 9, "endIndex": 4},
        {},
    ],
)
def test_a_citation_whose_span_is_not_certain_has_none(segment: dict[str, Any]) -> None:
    assert cited({"text": "Bei Acme, Acme"}, **segment)[1] == [(None, None)]


def test_an_offset_inside_a_character_rounds_down() -> None:
    text, spans = cited({"text": "a😀b"}, startIndex=2, endIndex=6)
    assert [text[start:end] for start, end in spans] == ["😀b"]


def test_a_source_that_is_no_web_page_leaves_its_number_free() -> None:
    chunks = [{"retrievedContext": {"uri": "gs://x"}}, GROUNDING["groundingChunks"][1], "?"]
    supports = [{"segment": {"endIndex": 3}, "groundingChunkIndices": [0, 1, 2, 9, "1"]}]
    grounding = {"groundingChunks": chunks, "groundingSupports": supports}
    sources = read(candidate(groundingMetadata=grounding)).sources
    assert [(source.position, source.relation) for source in sources] == [(2, "retrieved"), (2, "cited")]


def test_only_redirects_of_the_provider_are_looked_up_and_each_once() -> None:
    uris = [
        REDIRECT + "AUZ1",
        REDIRECT + "AUZ1",
        "http://vertexaisearch.cloud.google.com/grounding-api-redirect/x",
        "https://vertexaisearch.cloud.google.com.evil.example/grounding-api-redirect/x",
        "https://vertexaisearch.cloud.google.com:8443/grounding-api-redirect/x",
        "https://me@vertexaisearch.cloud.google.com/grounding-api-redirect/x",
        "https://vertexaisearch.cloud.google.com/elsewhere",
        "https://ex.example/",
        "http://[::1",
        7,
    ]
    grounding = {"groundingChunks": [{"web": {"uri": uri}} for uri in uris]}
    response = candidate(groundingMetadata=grounding)
    assert WIRE.redirects(response) == [REDIRECT + "AUZ1"]
    local = GeminiWire(redirect_origin="http://127.0.0.1:80")
    chunk = {"web": {"uri": "http://127.0.0.1:80/grounding-api-redirect/x"}}
    assert len(local.redirects(candidate(groundingMetadata={"groundingChunks": [chunk]}))) == 1
    assert local.redirects(response) == []


# Refusals and empty answers


@pytest.mark.parametrize("reason", ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT"])
def test_a_blocked_prompt_comes_as_a_success_without_candidates(reason: str) -> None:
    usage = {"promptTokenCount": 5}
    blocked = {"promptFeedback": {"blockReason": reason}, "usageMetadata": usage, "modelVersion": "gemini-3"}
    assert WIRE.failure(Reply(200, {}, blocked, "")) is None
    reading = read(blocked)
    assert (reading.status, reading.reason) == ("refused", f"the prompt was blocked: {reason}")
    assert (reading.served_model, reading.usage.input_tokens, reading.usage.output_tokens) == (
        "gemini-3",
        5,
        None,
    )


@pytest.mark.parametrize("reason", ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"])
def test_an_answer_that_a_filter_stopped_is_refused_even_with_some_text(reason: str) -> None:
    for changes in ({"content": None}, {}):
        reading = read(candidate(finishReason=reason, **changes))
        assert (reading.status, reading.finish_reason) == ("refused", reason)
        assert reason in reading.reason


def test_no_text_is_empty_and_a_cut_answer_is_an_answer() -> None:
    thought = {"parts": [{"text": "hm", "thought": True}]}
    empty = read(candidate(content=thought, finishReason="MAX_TOKENS"))
    assert (empty.status, empty.text, empty.reason) == ("empty", "", "no text (finishReason MAX_TOKENS)")
    cut = read(candidate(finishReason="MAX_TOKENS"))
    assert (cut.status, cut.finish_reason) == ("ok", "MAX_TOKENS")


@pytest.mark.parametrize(
    "body", [{}, {"candidates": []}, {"promptFeedback": {}}, {"usageMetadata": {}}, None]
)
def test_a_success_that_holds_neither_answer_nor_block_is_malformed(body: dict[str, Any] | None) -> None:
    failure = WIRE.failure(Reply(200, {}, body, "<html>"))
    assert failure is not None
    assert failure.fault is Fault.MALFORMED
    assert "<html>" in failure.message
    assert read(body).status == "failed"


# Failures


@pytest.mark.parametrize(
    ("code", "status", "fault"),
    [
        (400, "INVALID_ARGUMENT", Fault.BAD_REQUEST),
        (400, "FAILED_PRECONDITION", Fault.AUTH),
        (401, "UNAUTHENTICATED", Fault.AUTH),
        (403, "PERMISSION_DENIED", Fault.AUTH),
        (404, "NOT_FOUND", Fault.UNKNOWN_MODEL),
        (429, "RESOURCE_EXHAUSTED", Fault.RATE_LIMITED),
        (500, "INTERNAL", Fault.OVERLOADED),
        (503, "UNAVAILABLE", Fault.OVERLOADED),
        (504, "DEADLINE_EXCEEDED", Fault.TIMEOUT),
        (502, "A_NEW_STATUS", Fault.OVERLOADED),
    ],
)
def test_each_documented_error_has_its_class(code: int, status: str, fault: Fault) -> None:
    failure = failed(code, status, "as the provider says")
    assert (failure.fault, failure.parameter) == (fault, None)
    assert "as the provider says" in failure.message
    assert failed(code, status, http=200).fault is (Fault.MALFORMED if status == "A_NEW_STATUS" else fault)


@pytest.mark.parametrize(
    ("status", "fault"), [(200, Fault.MALFORMED), (503, Fault.OVERLOADED), (307, Fault.BAD_REQUEST)]
)
def test_a_reply_that_is_no_json_goes_by_its_status(status: int, fault: Fault) -> None:
    failure = WIRE.failure(Reply(status, {}, None, "<html>"))
    assert failure is not None
    assert failure.fault is fault


def test_a_wrong_key_comes_as_a_bad_request() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    assert failed(400, "INVALID_ARGUMENT", "API key not valid.", info).fault is Fault.AUTH


def test_a_place_without_free_use_needs_billing() -> None:
    message = "The free tier is not available in your country. Please enable billing."
    assert failed(400, "FAILED_PRECONDITION", message).fault is Fault.QUOTA


def test_the_wait_stands_in_the_body() -> None:
    limited = failed(429, "RESOURCE_EXHAUSTED", "no", quota("RequestsPerMinutePerModel"), retry_in("34.4s"))
    assert (limited.fault, limited.retry_after_seconds) == (Fault.RATE_LIMITED, 34.4)
    assert failed(429, "RESOURCE_EXHAUSTED", **{"retry-after": "3"}).retry_after_seconds == 3.0
    assert failed(503, "UNAVAILABLE", "no", retry_in("soon")).retry_after_seconds is None


def test_a_quota_of_the_day_is_not_waited_for_whatever_delay_comes_with_it() -> None:
    used_up = quota("GenerateContentPerMinute", "GenerateRequestsPerDayPerProjectPerModel-FreeTier")
    failure = failed(429, "RESOURCE_EXHAUSTED", "no", used_up, retry_in("34.4s"))
    assert (failure.fault, failure.retry_after_seconds) == (Fault.QUOTA, None)


def test_money_used_up_is_told_from_a_limit_per_minute_by_its_text_alone() -> None:
    assert failed(429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.").fault is Fault.QUOTA
    usual = "You exceeded your current quota, please check your plan and billing details."
    assert failed(429, "RESOURCE_EXHAUSTED", usual).fault is Fault.RATE_LIMITED


def test_a_refused_parameter_is_named_and_a_wrong_value_is_not_taken_for_one() -> None:
    message = "Thinking level is not supported for this model."
    assert failed(400, "INVALID_ARGUMENT", message).parameter == "effort"
    assert failed(400, "INVALID_ARGUMENT", "`temperature` is not supported.").parameter == "temperature"
    for message in (
        "temperature must be in the range [0.0, 2.0].",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    ):
        wrong = failed(400, "INVALID_ARGUMENT", message)
        assert (wrong.fault, wrong.parameter) == (Fault.BAD_REQUEST, None)


# Anything at all

NAMES = [
    "candidates", "content", "parts", "text", "thought", "finishReason", "groundingMetadata", "web", "uri",
    "webSearchQueries", "groundingChunks", "groundingSupports", "segment", "startIndex", "endIndex",
    "partIndex", "groundingChunkIndices", "promptFeedback", "blockReason", "usageMetadata",
    "promptTokenCount", "modelVersion", "error", "status", "details", "violations", "quotaId", "retryDelay",
    "reason", "message", "not_sent", "latency_ms", "redirects", "response",
]  # fmt: skip
WORDS = ["SAFETY", "STOP", "RESOURCE_EXHAUSTED", "34.4s", "\ud83d", "é😀", REDIRECT + "x", "http://[::1"]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8)
SEGMENTS = st.fixed_dictionaries(
    {"endIndex": st.integers(-1, 40) | JSON},
    optional={"startIndex": st.integers(-1, 40) | JSON, "partIndex": st.integers(-1, 3) | JSON, "text": JSON},
)
SUPPORTS = st.fixed_dictionaries({"segment": SEGMENTS, "groundingChunkIndices": st.just([0, 1, 7])})
PARTS = st.lists(st.fixed_dictionaries({"text": st.text(max_size=12)}, optional={"thought": JSON}) | JSON)
GROUNDED = st.builds(
    lambda parts, supports: candidate(
        content={"parts": parts}, groundingMetadata=GROUNDING | {"groundingSupports": supports}
    ),
    PARTS,
    st.lists(SUPPORTS | JSON, max_size=4),
)


ODD = odd(
    {"response": documented.CITED, "redirects": documented.REDIRECTS, "not_sent": ["seed"], "latency_ms": 1.5}
)
ODD_REPLIES = st.sampled_from([one.body for one in documented.REPLIES.values()]).map(json.loads).flatmap(odd)


@given(ODD | OBJECTS | st.fixed_dictionaries({"response": OBJECTS | GROUNDED, "redirects": JSON}))
def test_reading_never_raises_and_spans_stay_inside_the_text(payload: Any) -> None:
    reading = GeminiWire.read(payload)
    assert reading.status in {"ok", "empty", "refused", "failed"}
    assert (reading.text is None) is (reading.status == "failed")
    assert reading.status == "ok" or reading.reason
    (reading.text or "").encode()
    for source in reading.sources:
        assert source.position >= 1
        if source.start is not None:
            assert 0 <= source.start <= source.end <= len(reading.text)


@given(st.text(max_size=30), st.data())
def test_any_span_of_characters_survives_the_way_through_bytes(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    offsets = {"startIndex": len(text[:start].encode()), "endIndex": len(text[:end].encode())}
    if start == 0:
        del offsets["startIndex"]
    _, spans = cited({"text": text}, **offsets)
    assert spans == [(start, end) if start < end else (None, None)]


@given(st.integers(min_value=100, max_value=999), ODD_REPLIES | OBJECTS | GROUNDED | st.none())
def test_a_reply_of_any_form_is_a_failure_or_readable(status: int, body: dict[str, Any] | None) -> None:
    body = body if isinstance(body, dict) else None
    failure = WIRE.failure(Reply(status, {}, body, ""))
    assert all(url.startswith("https://") for url in WIRE.redirects(body or {}))
    if failure is None:
        assert GeminiWire.read({"response": body}).status != "failed"
    else:
        assert failure.fault in Fault
        assert failure.message
