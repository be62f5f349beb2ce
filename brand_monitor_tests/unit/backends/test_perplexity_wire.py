"""Perplexity's Agent API: strict requests, citations by number, the stated cost, and errors by what they mean."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Message, Usage
from brand_monitor.backends.llm.providers.perplexity import PerplexityWire
from brand_monitor.backends.llm.providers.wire import Reply
from brand_monitor_tests.provider_stubs import perplexity as documented
from brand_monitor_tests.provider_stubs.odd_bodies import ANY_JSON, odd
from brand_monitor_tests.provider_stubs.perplexity import RESULTS, message, response, text

CALL = Call(
    call_id="c1",
    model="perplexity/sonar",
    prompt="Which tea is best?",
    repeat=1,
    max_tokens=500,
    messages=(Message("user", "Which tea is best?"),),
)
WIRE = PerplexityWire()
#: Sonar chat API, retired: a reply with both of its lists of pages.
SONAR = {
    "id": "1",
    "model": "sonar-pro",
    "object": "chat.completion",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Northwind is best[2]. Contoso too[1][2]."},
        }
    ],
    "citations": ["https://leaves.example/", "https://teas.example/"],
    "search_results": [
        {"title": "Leaves", "url": "https://leaves.example/", "date": "2026-01-02", "snippet": "Contoso."},
        {"title": "Teas", "url": "https://teas.example/", "date": None},
    ],
    "usage": {
        "prompt_tokens": 10,
        "completion_tokens": 20,
        "total_tokens": 30,
        "num_search_queries": 2,
        "cost": {"request_cost": 0.006, "total_cost": 0.0063},
    },
}


def request(call=CALL, refused=(), wire=WIRE):
    return wire.request(call, refused)


def read(body, **payload):
    return PerplexityWire.read({"wire": "perplexity", "response": body, **payload})


def failure(status, body=None, headers=None):
    return WIRE.failure(Reply(status, headers or {}, body, "<html>"))


def error(kind, code=400, words="Something.", **more):
    return {"error": {"message": words, "type": kind, "code": code, **more}}


def marks(words, results=RESULTS, *annotations):
    """What a text cites, as (position, words of the span)."""
    found = read(response(results, message(text(words, *annotations))))
    return [
        (one.position, found.text[one.start : one.end]) for one in found.sources if one.relation == "cited"
    ]


class TestRequest:
    def test_nothing_is_sent_that_the_call_does_not_set_since_a_field_too_many_is_an_error(self):
        asked = request()
        assert asked.path == "/v1/agent"
        assert asked.body == {
            "model": "perplexity/sonar",
            "input": "Which tea is best?",
            "max_output_tokens": 500,
        }

    def test_a_search_is_forced_with_its_place_on_the_tool(self):
        body = request(replace(CALL, web=True, country="GB"), wire=PerplexityWire("low")).body
        assert body["tools"] == [
            {"type": "web_search", "search_context_size": "low", "user_location": {"country": "GB"}}
        ]
        assert body["tool_choice"] == {"type": "web_search"}

    def test_without_a_country_no_place_is_sent(self):
        assert request(replace(CALL, web=True)).body["tools"] == [{"type": "web_search"}]

    def test_a_preset_is_no_model(self):
        body = request(replace(CALL, model="preset/low", web=True)).body
        assert (body["preset"], "model" in body, "max_tool_calls" in body) == ("low", False, False)

    def test_a_preset_that_is_not_to_search_may_call_no_tool(self):
        assert request(replace(CALL, model="preset/low")).body["max_tool_calls"] == 0

    def test_system_text_effort_and_temperature_are_sent(self):
        body = request(replace(CALL, system="Be brief.", effort="low", temperature=0.2)).body
        assert (body["instructions"], body["reasoning"], body["temperature"]) == (
            "Be brief.",
            {"effort": "low"},
            0.2,
        )

    def test_what_does_not_exist_or_was_refused_is_left_out_and_named(self):
        call = replace(CALL, seed=7, stop=("\n",), effort="low", temperature=0.2)
        asked = request(call, refused={"temperature", "effort", "top_p"})
        assert set(asked.body) == {"model", "input", "max_output_tokens"}
        assert asked.not_sent == ("effort", "seed", "stop", "temperature")

    def test_the_key_goes_into_the_header(self):
        assert WIRE.headers("pplx-1") == {"Authorization": "Bearer pplx-1"}


class TestAnswer:
    def test_pages_stand_at_the_numbers_by_which_the_text_cites_them(self):
        found = read(documented.CITED)
        assert [(one.relation, one.position, one.url) for one in found.sources] == [
            ("retrieved", 6, "https://leaves.example/ranking"),
            ("retrieved", 7, "https://teas.example/best"),
            ("cited", 7, "https://teas.example/best"),
        ]
        cited = found.sources[-1]
        assert (cited.title, found.text[cited.start : cited.end]) == ("Best teas", "[7]")

    def test_a_page_has_the_date_that_is_there_and_the_words_that_were_found(self):
        first, second, cited = read(documented.CITED).sources
        assert (first.published, second.published) == ("2026-09-22", "2026-08-01")
        assert (second.quote, cited.quote) == ("Northwind won again.", None)

    def test_model_queries_and_end_are_those_of_the_reply(self):
        found = read(documented.CITED, latency_ms=3, not_sent=["seed"])
        assert (found.served_model, found.queries, found.finish_reason) == (
            "openai/gpt-6-luna",
            ("best tea",),
            "completed",
        )
        assert (found.latency_ms, found.not_sent) == (3.0, ("seed",))

    def test_the_cost_is_the_one_that_the_provider_states(self):
        assert read(documented.CITED).usage == Usage(
            input_tokens=3_007,
            cached_tokens=1_780,
            cache_write_tokens=1_224,
            output_tokens=36,
            reasoning_tokens=0,
            searches=1,
            stated_cost_usd=0.00119,
        )

    def test_a_cost_in_another_currency_is_not_one_in_dollars(self):
        body = response(message(text("Tea.")), usage={"cost": {"currency": "EUR", "total_cost": 1.0}})
        assert read(body).usage.stated_cost_usd is None

    def test_without_a_bill_the_searches_with_results_are_counted(self):
        assert read(documented.CITED | {"usage": {}}).usage.searches == 1

    def test_searches_of_people_are_read_alike(self):
        people = RESULTS | {"type": "people_search_results", "queries": ["tea master"]}
        found = read(response(people, message(text("Ask her.[6]"))))
        assert (found.queries, [one.position for one in found.sources]) == (("tea master",), [6, 7, 6])

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("Best.[7][6] Also [7].", [(7, "[7]"), (6, "[6]"), (7, "[7]")]),
            ("Both [6, 7].", [(6, "[6, 7]"), (7, "[6, 7]")]),
            ("Best [web:7].", [(7, "[web:7]")]),
            ("Unknown [8], no number [x], a link [7](https://other.example/).", []),
            ("🍵 Best.[7]", [(7, "[7]")]),
        ],
    )
    def test_marks_are_matched_with_pages(self, words, found):
        assert marks(words) == found

    def test_a_text_of_nothing_but_marks_is_followed_only_so_far(self):
        assert len(marks("[7]" * 5_000)) == 1_000

    def test_an_annotation_and_the_mark_that_it_covers_are_one_citation(self):
        annotation = {
            "type": "url_citation",
            "url": "https://teas.example/best",
            "start_index": 5,
            "end_index": 8,
        }
        assert marks("Best.[7] Second.[6]", RESULTS, annotation) == [(7, "[7]"), (6, "[6]")]

    def test_an_annotated_page_that_no_search_found_gets_a_number_of_its_own(self):
        annotation = {"type": "url_citation", "url": "https://new.example/", "start_index": 0, "end_index": 4}
        assert marks("Best", RESULTS, annotation) == [(8, "Best")]

    def test_a_number_means_the_first_page_that_had_it(self):
        again = RESULTS | {"results": [{"id": 7, "url": "https://late.example/"}, RESULTS["results"][1]]}
        found = read(response(RESULTS, again, message(text("Best.[7]"))))
        assert [(one.relation, one.position, one.url) for one in found.sources] == [
            ("retrieved", 6, "https://leaves.example/ranking"),
            ("retrieved", 7, "https://teas.example/best"),
            ("retrieved", 8, "https://late.example/"),
            ("cited", 7, "https://teas.example/best"),
        ]

    def test_pages_without_a_number_are_retrieved_and_never_cited(self):
        unnumbered = RESULTS | {
            "results": [{"url": "https://a.example/"}, {"id": 0, "url": "https://b.example/"}]
        }
        found = read(response(unnumbered, message(text("Best.[3]"))))
        assert [(one.relation, one.position) for one in found.sources] == [("retrieved", 1), ("retrieved", 2)]

    def test_an_answer_cut_at_the_cap_is_an_answer_and_says_so(self):
        cut = response(
            message(text("Northwind")),
            status="incomplete",
            incomplete_details={"reason": "max_output_tokens"},
        )
        found = read(cut)
        assert (found.status, found.finish_reason) == ("ok", "max_output_tokens")

    def test_no_text_is_empty_and_a_refusal_is_refused(self):
        assert read(response()).status == "empty"
        assert read(response(message({"type": "refusal", "refusal": "No."}))).reason == "No."

    def test_a_stored_run_that_was_cancelled_is_no_empty_answer(self):
        found = read(response(status="cancelled", error={"message": "Cancelled."}))
        assert (found.status, "Cancelled." in found.reason) == ("failed", True)

    def test_a_payload_without_output_is_failed(self):
        assert read({}).status == read(None).status == PerplexityWire.read({}).status == "failed"


class TestSonar:
    def test_a_captured_reply_of_the_retired_api_is_read(self):
        found = read(SONAR)
        assert (found.status, found.text, found.finish_reason, found.served_model) == (
            "ok",
            "Northwind is best[2]. Contoso too[1][2].",
            "stop",
            "sonar-pro",
        )
        assert found.usage == Usage(input_tokens=10, output_tokens=20, searches=2, stated_cost_usd=0.0063)

    def test_its_pages_are_numbered_in_their_order(self):
        assert [(one.relation, one.position, one.title, one.published) for one in read(SONAR).sources] == [
            ("retrieved", 1, "Leaves", "2026-01-02"),
            ("retrieved", 2, "Teas", None),
            ("cited", 2, "Teas", None),
            ("cited", 1, "Leaves", "2026-01-02"),
            ("cited", 2, "Teas", None),
        ]

    def test_bare_urls_do_where_nothing_says_more(self):
        found = read({name: value for name, value in SONAR.items() if name != "search_results"})
        assert [one.url for one in found.sources if one.relation == "retrieved"] == SONAR["citations"]

    def test_a_blank_reply_is_empty(self):
        assert read({"choices": []}).status == "empty"


class TestFailures:
    @pytest.mark.parametrize("name", ["cited", "plain", "refused", "empty", "cut"])
    def test_what_is_an_answer_is_no_failure(self, name):
        reply = documented.REPLIES[name]
        assert failure(reply.status, json.loads(reply.body)) is None

    @pytest.mark.parametrize(
        ("status", "kind", "fault"),
        [
            (400, "invalid_request", Fault.BAD_REQUEST),
            (400, "invalid_parameter", Fault.BAD_REQUEST),
            (400, "invalid_model", Fault.UNKNOWN_MODEL),
            (401, "forbidden", Fault.AUTH),
            (401, "insufficient_quota", Fault.QUOTA),
            (402, "payment_required", Fault.QUOTA),
            (403, "forbidden", Fault.AUTH),
            (404, "not_found", Fault.UNKNOWN_MODEL),
            (413, "payload_too_large", Fault.BAD_REQUEST),
            (424, "external_connector_error", Fault.OVERLOADED),
            (429, "request_rate_limit_exceeded", Fault.RATE_LIMITED),
            (500, "internal_error", Fault.OVERLOADED),
            (502, "bad_gateway", Fault.OVERLOADED),
            (504, "gateway_timeout", Fault.TIMEOUT),
        ],
    )
    def test_status_and_type_name_the_fault(self, status, kind, fault):
        assert failure(status, error(kind, status)).fault is fault

    def test_the_retired_api_says_which_models_there_are_now(self):
        found = failure(403, error("chat_completions_not_available", 403, "Sonar is now the Agent API."))
        assert found.fault is Fault.UNKNOWN_MODEL
        assert "perplexity/sonar" in found.message
        assert "preset/low" in found.message

    @pytest.mark.parametrize(
        ("status", "failed", "fault"),
        [
            ("failed", {"code": 500, "message": "It failed."}, Fault.OVERLOADED),
            ("failed", {"code": "server_error", "message": "It failed."}, Fault.OVERLOADED),
            ("failed", {"code": 429, "message": "Too many."}, Fault.RATE_LIMITED),
            ("failed", {"code": 400, "message": "Bad."}, Fault.BAD_REQUEST),
            ("failed", None, Fault.OVERLOADED),
            ("cancelled", {"message": "Cancelled."}, Fault.OVERLOADED),
            ("in_progress", None, Fault.OVERLOADED),
        ],
    )
    def test_a_run_that_failed_or_was_cancelled_with_status_200_is_no_answer(self, status, failed, fault):
        assert failure(200, response(status=status, error=failed)).fault is fault

    @pytest.mark.parametrize("body", [None, {}, {"output": None}, SONAR])
    def test_status_200_in_another_form_is_malformed(self, body):
        assert failure(200, body).fault is Fault.MALFORMED

    def test_an_error_page_in_html_goes_by_its_status(self):
        assert failure(502).fault is Fault.OVERLOADED
        assert "<html>" in failure(502).message

    @pytest.mark.parametrize(
        ("field", "parameter"), [("temperature", "temperature"), ("reasoning", "effort"), ("format", None)]
    )
    def test_an_unknown_field_is_left_out_next_time_if_the_call_can_do_without(self, field, parameter):
        words = f'invalid request body: json: unknown field "{field}"'
        for body in (
            error("invalid_request", words=words, param=field),
            error("invalid_request", words=words),
        ):
            assert (failure(400, body).fault, failure(400, body).parameter) == (Fault.BAD_REQUEST, parameter)

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"retry-after": "3", "x-ratelimit-reset": "9"}, 3.0),
            ({"x-ratelimit-reset": "9"}, 9.0),
            ({"x-ratelimit-reset-requests": "1m0s"}, 60.0),
            ({}, None),
        ],
    )
    def test_the_headers_say_how_long_to_wait(self, headers, seconds):
        assert failure(429, error("request_rate_limit_exceeded", 429), headers).retry_after_seconds == seconds


class TestAnyBody:
    @given(odd(documented.CITED) | odd(SONAR))
    def test_whatever_is_stored_gives_a_reading_whose_spans_fit(self, body):
        found = read(body)
        assert found.status in {"ok", "empty", "refused", "failed"}
        assert (found.status == "ok") == (found.reason is None)
        (found.text or "").encode()
        for source in found.sources:
            source.url.encode()
            assert source.position >= 1
            assert source.start is None or 0 <= source.start < source.end <= len(found.text)

    @given(st.text("[]0123456789, :web【】†^-", max_size=40))
    def test_any_text_of_brackets_and_numbers_has_marks_that_are_in_it(self, words):
        pages = {
            "type": "search_results",
            "results": [{"id": n, "url": f"https://{n}.example/"} for n in range(1, 99)],
        }
        assert all(span for _, span in marks(words, pages))

    @given(ANY_JSON)
    def test_whatever_is_called_a_payload_gives_a_reading(self, payload):
        if isinstance(payload, dict):
            assert PerplexityWire.read(payload).status == "failed"

    @given(st.integers(100, 599), odd(documented.CITED) | odd(error("invalid_request", code=429)))
    def test_whatever_comes_back_is_a_failure_or_an_answer_that_can_be_read(self, status, body):
        body = body if isinstance(body, dict) else None
        found = failure(status, body)
        if found is None:
            assert read(body).status in {"ok", "empty", "refused"}
        else:
            assert found.fault in Fault
