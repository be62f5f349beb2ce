"""OpenAI's Responses API: requests that it takes, replies as documented, and errors by what they mean."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Message, Usage
from brand_monitor.backends.llm.providers.openai import OpenAIWire
from brand_monitor.backends.llm.providers.wire import Reply
from brand_monitor_tests.provider_stubs import openai as documented
from brand_monitor_tests.provider_stubs.odd_bodies import ANY_JSON, odd
from brand_monitor_tests.provider_stubs.openai import MARKER, URL, message, response, search, text

CALL = Call(
    call_id="c1",
    model="gpt-6-sol",
    prompt="Which tea is best?",
    repeat=1,
    max_tokens=500,
    messages=(Message("user", "Which tea is best?"),),
)
WIRE = OpenAIWire()


def request(call=CALL, refused=(), wire=WIRE):
    return wire.request(call, refused)


def read(body, **payload):
    return OpenAIWire.read({"wire": "openai", "response": body, **payload})


def failure(status, body=None, headers=None, text="<html>"):
    return WIRE.failure(Reply(status, headers or {}, body, text))


def error(message="Something.", kind="invalid_request_error", code=None, param=None):
    return {"error": {"message": message, "type": kind, "code": code, "param": param}}


def cited(words, *annotations):
    return read(response(message(text(words, *annotations)))).sources


def citation(start, end, url=URL, title="Best teas"):
    return {"type": "url_citation", "start_index": start, "end_index": end, "url": url, "title": title}


class TestRequest:
    def test_a_single_question_is_sent_as_a_text_and_never_stored_at_the_provider(self):
        asked = request(replace(CALL, system="Be brief."))
        assert asked.path == "/responses"
        assert asked.body == {
            "model": "gpt-6-sol",
            "input": "Which tea is best?",
            "instructions": "Be brief.",
            "max_output_tokens": 500,
            "store": False,
        }
        assert asked.not_sent == ()

    def test_a_conversation_is_sent_as_messages(self):
        turns = (Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Tea?"))
        assert request(replace(CALL, messages=turns)).body["input"] == [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": "Tea?"},
        ]

    def test_a_search_is_forced_and_its_sources_are_asked_for(self):
        body = request(replace(CALL, web=True, country="GB"), wire=OpenAIWire("high")).body
        assert body["tools"] == [
            {
                "type": "web_search",
                "user_location": {"type": "approximate", "country": "GB"},
                "search_context_size": "high",
            }
        ]
        assert body["tool_choice"] == {"type": "web_search"}
        assert body["include"] == ["web_search_call.action.sources"]

    def test_without_a_country_the_place_is_left_open_instead_of_american(self):
        (tool,) = request(replace(CALL, web=True)).body["tools"]
        assert tool == {"type": "web_search", "user_location": {"type": "approximate"}}

    def test_without_web_nothing_of_a_search_is_sent(self):
        assert not {"tools", "tool_choice", "include"} & set(request().body)

    @pytest.mark.parametrize(
        ("model", "effort", "is_sent"),
        [
            ("gpt-6-sol", None, False),
            ("gpt-6-sol", "low", False),
            ("gpt-6-sol", "none", True),
            ("gpt-5-mini-2025-08-07", None, False),
            ("o3", None, False),
            ("gpt-5-chat-latest", None, True),
            ("gpt-4.1-mini", None, True),
            ("a-model-of-tomorrow", None, True),
        ],
    )
    def test_a_temperature_goes_only_to_models_that_may_take_it(self, model, effort, is_sent):
        asked = request(replace(CALL, model=model, effort=effort, temperature=0.2))
        assert ("temperature" in asked.body) is is_sent
        assert ("temperature" in asked.not_sent) is not is_sent

    def test_an_effort_is_sent_to_models_that_reason_and_to_no_other(self):
        assert request(replace(CALL, effort="low")).body["reasoning"] == {"effort": "low"}
        plain = request(replace(CALL, model="gpt-4.1", effort="low"))
        assert "reasoning" not in plain.body
        assert plain.not_sent == ("effort",)

    def test_what_the_model_refused_before_is_left_out_and_named(self):
        call = replace(CALL, model="a-model-of-tomorrow", temperature=0.2, effort="low")
        asked = request(call, refused={"temperature", "effort"})
        assert not {"temperature", "reasoning"} & set(asked.body)
        assert asked.not_sent == ("effort", "temperature")

    def test_a_seed_and_stop_texts_do_not_exist_in_this_api(self):
        asked = request(replace(CALL, seed=7, stop=("\n",)))
        assert asked.not_sent == ("seed", "stop")
        assert not {"seed", "stop"} & set(asked.body)

    def test_only_what_the_call_sets_can_be_left_out(self):
        assert request(refused={"temperature", "effort"}).not_sent == ()

    def test_a_cap_below_the_smallest_one_is_raised_to_it(self):
        assert request(replace(CALL, max_tokens=5)).body["max_output_tokens"] == 16

    def test_the_key_goes_into_the_header(self):
        assert WIRE.headers("sk-1") == {"Authorization": "Bearer sk-1"}


class TestAnswer:
    def test_the_text_is_the_final_message_without_the_commentary(self):
        found = read(documented.CITED, latency_ms=12.5, not_sent=["temperature"])
        assert (found.status, found.text) == ("ok", documented.TEXT)
        assert found.finish_reason == "completed"
        assert found.served_model == "gpt-5-mini-2025-08-07"
        assert (found.latency_ms, found.not_sent) == (12.5, ("temperature",))

    def test_every_page_that_was_consulted_is_retrieved_once_and_the_cited_one_is_cited(self):
        found = [
            (source.relation, source.position, source.url, source.title)
            for source in read(documented.CITED).sources
        ]
        assert found == [
            ("retrieved", 1, "https://teas.example/best", "Best teas"),
            ("retrieved", 2, "openai:oai-weather", None),
            ("retrieved", 3, "https://leaves.example/ranking", None),
            ("cited", 1, "https://teas.example/best", "Best teas"),
        ]

    def test_queries_are_listed_once_each_in_order(self):
        assert read(documented.CITED).queries == ("best tea", "best tea 2026")

    def test_a_search_may_lack_its_query_its_sources_and_its_action(self):
        bare = response(search({"type": "search"}), {"type": "web_search_call"}, message(text("Tea.")))
        found = read(bare)
        assert (found.status, found.queries, found.sources) == ("ok", (), ())

    def test_usage_has_the_parts_of_the_input_and_the_searches_that_are_billed(self):
        assert read(documented.CITED).usage == Usage(
            input_tokens=9_000,
            cached_tokens=1_000,
            cache_write_tokens=200,
            output_tokens=500,
            reasoning_tokens=300,
            searches=1,
        )

    def test_without_a_bill_the_searches_are_counted_and_looking_at_pages_is_not_one(self):
        assert read(documented.CITED | {"tool_usage": None}).usage.searches == 1

    def test_an_answer_from_memory_has_no_search(self):
        found = read(documented.PLAIN)
        assert (found.status, found.sources, found.queries, found.usage.searches) == ("ok", (), (), 0)

    def test_parts_of_a_message_follow_each_other_and_their_spans_move_along(self):
        found = read(
            response(message(text("First. "), text(f"Second {MARKER}", citation(7, 7 + len(MARKER)))))
        )
        (source,) = found.sources
        assert found.text == f"First. Second {MARKER}"
        assert found.text[source.start : source.end] == MARKER

    def test_two_final_messages_stand_apart_and_their_spans_move_along(self):
        found = read(response(message(text("First.")), message(text(MARKER, citation(0, len(MARKER))))))
        (source,) = found.sources
        assert found.text == f"First.\n\n{MARKER}"
        assert found.text[source.start : source.end] == MARKER

    def test_an_answer_cut_at_the_cap_is_an_answer_and_says_so(self):
        cut = response(
            message(text("Northwind is")),
            status="incomplete",
            incomplete_details={"reason": "max_output_tokens"},
        )
        found = read(cut)
        assert (found.status, found.text, found.finish_reason) == ("ok", "Northwind is", "max_output_tokens")

    def test_half_of_a_surrogate_pair_does_not_reach_the_text(self):
        assert read(response(message(text("Tea \ud83d!")))).text == "Tea \ufffd!"


class TestSpans:
    WORDS = f"🍵🍵 Northwind. {MARKER} 🎉 Again {MARKER}"

    def spans(self, unit):
        first, last = self.WORDS.index(MARKER), self.WORDS.rindex(MARKER)
        return [citation(unit(self.WORDS[:at]), unit(self.WORDS[:at] + MARKER)) for at in (first, last)]

    @pytest.mark.parametrize("unit", [len, lambda words: len(words.encode("utf-16-le")) // 2])
    def test_the_span_is_the_marker_whether_indexes_count_code_points_or_utf_16(self, unit):
        found = cited(self.WORDS, *self.spans(unit))
        assert [self.WORDS[source.start : source.end] for source in found] == [MARKER, MARKER]

    def test_a_page_that_is_cited_twice_keeps_its_position(self):
        other = citation(0, 5, url="https://other.example/")
        found = cited(self.WORDS, *self.spans(len), other)
        assert [source.position for source in found] == [1, 1, 2]

    def test_the_same_citation_twice_is_one(self):
        assert len(cited(self.WORDS, *self.spans(len)[:1], *self.spans(len)[:1])) == 1

    def test_letters_beyond_ascii_within_the_basic_plane_change_nothing(self):
        words = f"Tēa 2.4°F 茶 {MARKER}"
        (source,) = cited(words, citation(words.index(MARKER), len(words)))
        assert words[source.start : source.end] == MARKER

    @pytest.mark.parametrize(
        ("start", "end"), [(3, 3), (5, 2), (0, 9_999), (None, 4), (-4, 4), (1.5, 4), ("1", 4)]
    )
    def test_a_span_that_cannot_be_is_none_and_the_citation_stays(self, start, end):
        (source,) = cited("A short text about teas.", citation(start, end))
        assert (source.url, source.start, source.end) == ("https://teas.example/best", None, None)

    @pytest.mark.parametrize(
        ("given_url", "url"),
        [
            ("https://a.example/?utm_source=openai", "https://a.example/"),
            ("https://a.example/p?x=1&utm_source=chatgpt.com", "https://a.example/p?x=1"),
            ("https://a.example/p?utm_source=chatgpt.com&x=1#part", "https://a.example/p?x=1#part"),
            ("https://a.example/p?utm_source=news", "https://a.example/p?utm_source=news"),
            ("https://a.example/p?utm_source=openai.org", "https://a.example/p?utm_source=openai.org"),
        ],
    )
    def test_the_mark_of_the_sender_leaves_the_url_and_all_else_stays(self, given_url, url):
        (source,) = cited("Text", citation(0, 4, url=given_url))
        assert source.url == url

    def test_citations_of_files_are_no_pages(self):
        assert cited("Text", {"type": "file_citation", "file_id": "f", "index": 1}) == ()


class TestNoAnswer:
    def test_a_refusal_is_refused_in_the_words_of_the_model(self):
        found = read(response(message({"type": "refusal", "refusal": "I cannot help."})))
        assert (found.status, found.text, found.reason) == ("refused", None, "I cannot help.")

    def test_a_content_filter_refuses_whatever_was_written_by_then(self):
        found = read(
            response(
                message(text("Well,")), status="incomplete", incomplete_details={"reason": "content_filter"}
            )
        )
        assert (found.status, found.finish_reason) == ("refused", "content_filter")

    def test_reasoning_that_used_up_the_cap_leaves_an_empty_answer(self):
        found = read(response(status="incomplete", incomplete_details={"reason": "max_output_tokens"}))
        assert (found.status, found.text) == ("empty", None)
        assert "max_output_tokens" in found.reason

    def test_commentary_alone_is_no_answer(self):
        assert read(response(message(text("I will search."), phase="commentary"))).status == "empty"

    @pytest.mark.parametrize("code", ["invalid_prompt", "bio_policy", "image_content_policy_violation"])
    @pytest.mark.parametrize("status", [400, 200])
    def test_a_usage_policy_refuses_the_prompt_which_is_an_answer_and_no_failure(self, code, status):
        body = error("It violates the policy.", code=code)
        if status == 200:
            body = response(status="failed", error=body["error"], output=[])
        assert failure(status, body) is None
        found = read(body)
        assert (found.status, found.text) == ("refused", None)
        assert "It violates the policy." in found.reason

    def test_a_stored_reply_that_failed_is_no_empty_answer(self):
        found = read(documented.FAILED)
        assert (found.status, found.text) == ("failed", None)
        assert "The model failed to respond." in found.reason

    def test_a_payload_without_output_is_failed(self):
        assert read({}).status == read(None).status == OpenAIWire.read({}).status == "failed"


class TestFailures:
    @pytest.mark.parametrize("name", ["cited", "plain", "refused", "empty", "cut", "policy"])
    def test_what_is_an_answer_is_no_failure(self, name):
        reply = documented.REPLIES[name]
        assert failure(reply.status, json.loads(reply.body)) is None

    @pytest.mark.parametrize(
        ("status", "code", "fault"),
        [
            (400, None, Fault.BAD_REQUEST),
            (400, "context_length_exceeded", Fault.BAD_REQUEST),
            (400, "billing_hard_limit_reached", Fault.QUOTA),
            (401, "invalid_api_key", Fault.AUTH),
            (401, None, Fault.AUTH),
            (402, None, Fault.QUOTA),
            (403, "unsupported_country_region_territory", Fault.AUTH),
            (403, "model_not_found", Fault.UNKNOWN_MODEL),
            (404, "model_not_found", Fault.UNKNOWN_MODEL),
            (408, None, Fault.TIMEOUT),
            (409, None, Fault.OVERLOADED),
            (413, None, Fault.BAD_REQUEST),
            (429, "rate_limit_exceeded", Fault.RATE_LIMITED),
            (429, "slow_down", Fault.RATE_LIMITED),
            (429, None, Fault.RATE_LIMITED),
            (429, "insufficient_quota", Fault.QUOTA),
            (429, "credit_balance_exhausted", Fault.QUOTA),
            (429, "organization_spend_limit_exceeded", Fault.QUOTA),
            (429, "project_spend_limit_exceeded", Fault.QUOTA),
            (429, "organization_usage_limit_exceeded", Fault.QUOTA),
            (500, "server_error", Fault.OVERLOADED),
            (503, "server_is_overloaded", Fault.OVERLOADED),
            (529, None, Fault.OVERLOADED),
        ],
    )
    def test_status_and_code_name_the_fault(self, status, code, fault):
        assert failure(status, error(code=code)).fault is fault

    def test_the_type_alone_tells_a_used_up_quota_from_a_rate_limit(self):
        assert failure(429, error(kind="insufficient_quota", code="rate_limit_exceeded")).fault is Fault.QUOTA
        assert failure(429, error(kind="insufficient_quota")).fault is Fault.QUOTA
        assert failure(429, error("You exceeded your current quota, please check.")).fault is Fault.QUOTA

    @pytest.mark.parametrize(
        ("code", "fault"),
        [
            ("server_error", Fault.OVERLOADED),
            ("rate_limit_exceeded", Fault.RATE_LIMITED),
            ("insufficient_quota", Fault.QUOTA),
            ("data_residency_mismatch", Fault.BAD_REQUEST),
            ("image_too_large", Fault.BAD_REQUEST),
            ("something_new", Fault.OVERLOADED),
        ],
    )
    def test_a_failed_response_with_status_200_fails_by_its_code(self, code, fault):
        body = response(status="failed", error={"code": code, "message": "It failed."}, output=[])
        found = failure(200, body)
        assert (found.fault, "It failed." in found.message) == (fault, True)

    @pytest.mark.parametrize("status", ["failed", "cancelled", "queued", "in_progress"])
    def test_a_response_that_is_not_done_is_no_answer_even_without_an_error(self, status):
        assert failure(200, response(status=status, output=[])).fault is Fault.OVERLOADED

    @pytest.mark.parametrize("body", [None, {}, {"output": "text"}, {"choices": []}])
    def test_status_200_in_another_form_is_malformed(self, body):
        assert failure(200, body).fault is Fault.MALFORMED

    @pytest.mark.parametrize(
        ("status", "fault"), [(502, Fault.OVERLOADED), (403, Fault.AUTH), (429, Fault.RATE_LIMITED)]
    )
    def test_an_error_page_in_html_goes_by_its_status(self, status, fault):
        found = failure(status, text="<html>Bad gateway")
        assert (found.fault, "<html>Bad gateway" in found.message) == (fault, True)

    def test_an_endless_message_is_cut(self):
        assert len(failure(400, error("x" * 1_000_000)).message) < 2_000


class TestRefusedParameter:
    @pytest.mark.parametrize(
        ("message", "param", "code"),
        [
            ("Unsupported parameter: 'temperature' is not supported with this model.", "temperature", None),
            ("Unsupported parameter: 'temperature' is not supported with this model.", None, None),
            (
                "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value.",
                "temperature",
                "unsupported_value",
            ),
        ],
    )
    def test_a_temperature_that_is_refused_is_named(self, message, param, code):
        found = failure(400, error(message, param=param, code=code))
        assert (found.fault, found.parameter) == (Fault.BAD_REQUEST, "temperature")

    def test_a_model_that_does_not_reason_refuses_the_effort(self):
        message = "Unsupported parameter: 'reasoning.effort' is not supported with this model."
        assert failure(400, error(message, param="reasoning.effort")).parameter == "effort"

    @pytest.mark.parametrize(
        ("message", "param"),
        [
            (
                "Unsupported value: 'reasoning.effort' does not support 'huge' with this model.",
                "reasoning.effort",
            ),
            ("Invalid value for 'temperature': must be at most 2.", "temperature"),
            ("Unsupported parameter: 'tools' is not supported with this model.", "tools"),
        ],
    )
    def test_a_mistake_of_the_monitor_is_not_silently_left_out(self, message, param):
        found = failure(400, error(message, param=param))
        assert (found.fault, found.parameter) == (Fault.BAD_REQUEST, None)


class TestWait:
    LIMITED = error("Rate limit reached.", kind="tokens", code="rate_limit_exceeded")

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"retry-after": "7"}, 7.0),
            ({"retry-after": "7", "retry-after-ms": "250"}, 0.25),
            (
                {"retry-after": "Wed, 25 Nov 2026 10:00:30 GMT", "date": "Wed, 25 Nov 2026 10:00:00 GMT"},
                30.0,
            ),
            ({"x-ratelimit-reset-tokens": "6m0s", "x-ratelimit-reset-requests": "120ms"}, 360.0),
            ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "120ms"}, 0.12),
            ({"retry-after": "soon"}, None),
            ({"retry-after": "-5"}, None),
            ({"retry-after": "nan"}, None),
            ({"retry-after": "Wed, 25 Nov 2026 10:00:30 GMT"}, None),
            ({}, None),
        ],
    )
    def test_the_headers_say_how_long_to_wait(self, headers, seconds):
        assert failure(429, self.LIMITED, headers).retry_after_seconds == seconds

    @pytest.mark.parametrize(("words", "seconds"), [("1.2s", 1.2), ("20ms", 0.02), ("6m0s", 360.0)])
    def test_else_the_message_does(self, words, seconds):
        body = error(
            f"Rate limit reached. Please try again in {words}. Visit the site.", code="rate_limit_exceeded"
        )
        assert failure(429, body).retry_after_seconds == pytest.approx(seconds)

    def test_an_overloaded_server_may_say_it_too(self):
        assert failure(503, error(), {"retry-after": "3"}).retry_after_seconds == 3.0

    def test_what_is_not_asked_again_has_nothing_to_wait_for(self):
        assert failure(401, error(), {"retry-after": "3"}).retry_after_seconds is None


class TestAnyBody:
    @given(odd(documented.CITED))
    def test_whatever_is_stored_gives_a_reading_whose_spans_fit(self, body):
        found = read(body)
        assert found.status in {"ok", "empty", "refused", "failed"}
        assert (found.status == "ok") == (found.reason is None)
        (found.text or "").encode()
        for source in found.sources:
            source.url.encode()
            assert source.position >= 1
            assert source.start is None or 0 <= source.start < source.end <= len(found.text)

    @given(ANY_JSON)
    def test_whatever_is_called_a_payload_gives_a_reading(self, payload):
        if isinstance(payload, dict):
            assert OpenAIWire.read(payload).status == "failed"

    @given(st.integers(100, 599), odd(documented.CITED) | odd(documented.FAILED) | odd(error("x", code="y")))
    def test_whatever_comes_back_is_a_failure_or_an_answer_that_can_be_read(self, status, body):
        body = body if isinstance(body, dict) else None
        found = failure(status, body)
        if found is None:
            assert read(body).status in {"ok", "empty", "refused"}
        else:
            assert found.fault in Fault
            assert found.retry_after_seconds is None or found.retry_after_seconds >= 0
