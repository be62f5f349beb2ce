"""The HTTP engine over a socket, against stubs that speak the providers' documented formats."""

import asyncio
import json
import signal
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Message
from brand_monitor.backends.llm.providers.http import Access, HttpEngine, Timeouts
from brand_monitor.backends.llm.providers.openai import OpenAIWire
from brand_monitor.backends.llm.providers.perplexity import PerplexityWire
from brand_monitor.failures import CallRejectedError, EngineCallError, EngineStoppedError
from brand_monitor_tests.provider_stubs.provider import ACCIDENTS, ANSWERS, ECHOED_KEY, ERRORS
from brand_monitor_tests.provider_stubs.server import StubServer, closed_address

ROOT = Path(__file__).parents[2]
WIRES = {"openai": OpenAIWire, "perplexity": PerplexityWire}
#: A model that no rule knows, so that a temperature is sent until it is refused.
CALL = Call(
    call_id="c1",
    model="a-model-of-tomorrow",
    prompt="Which tea is best?",
    repeat=1,
    max_tokens=500,
    messages=(Message("user", "Which tea is best?"),),
    web=True,
    country="GB",
)


@pytest.fixture(params=WIRES)
def stub(request):
    with StubServer(request.param) as server:
        yield server


def wire_of(stub):
    return WIRES[stub.provider.name]


def ask(stub, *calls, refused=None, timeouts=None, key="sk-secret", base_url=None):
    """The payloads of the calls, asked at once; raises what the first that fails raises."""

    async def answers():
        access = Access(base_url or stub.base_url, key)
        engine = HttpEngine(wire_of(stub)(), access, concurrency=8, refused=refused, timeouts=timeouts)
        async with engine:
            return await asyncio.gather(*(engine.ask(call) for call in calls or (CALL,)))

    return asyncio.run(answers())


def fault_of(stub, name, error=EngineCallError, **options):
    stub.play(name)
    with pytest.raises(error) as raised:
        ask(stub, **options)
    assert "call c1" in str(raised.value)
    return raised.value


class TestAnswers:
    def test_an_answer_with_citations_arrives_whole_and_reads_the_same_after_storage(self, stub):
        (payload,) = ask(stub)
        stored = json.loads(json.dumps(payload))
        found = wire_of(stub).read(stored)
        assert found == wire_of(stub).read(payload)
        assert found.status == "ok"
        cited = [source for source in found.sources if source.relation == "cited"]
        assert [source.url for source in cited] == ["https://teas.example/best"]
        assert found.text[cited[0].start : cited[0].end].startswith(("([teas.example]", "[7]"))
        assert found.queries
        assert found.latency_ms > 0

    def test_the_answer_names_the_model_that_served_not_the_one_that_was_asked(self, stub):
        ((asked, served),) = stub.provider.aliases.items()
        (payload,) = ask(stub, replace(CALL, model=asked))
        assert wire_of(stub).read(payload).served_model == served

    @pytest.mark.parametrize(
        ("name", "status"), [("plain", "ok"), ("refused", "refused"), ("empty", "empty"), ("cut", "ok")]
    )
    def test_an_answer_of_any_kind_is_an_answer_and_no_failure(self, stub, name, status):
        stub.play(name)
        (payload,) = ask(stub)
        assert wire_of(stub).read(payload).status == status

    def test_a_payload_keeps_the_request_its_id_and_the_rate_limits_and_never_the_key(self, stub):
        (payload,) = ask(stub)
        assert payload["request"] == stub.requests[0].body
        assert payload["headers"]["x-request-id"] == "req_stub"
        assert any("ratelimit" in name for name in payload["headers"])
        assert stub.requests[0].headers["authorization"] == "Bearer sk-secret"
        assert "sk-secret" not in json.dumps(payload)


class TestLearnedParameter:
    CALL = replace(CALL, temperature=0.2)

    def test_a_temperature_that_is_refused_is_left_out_once_and_for_all(self, stub):
        stub.default = "unsupported_parameter"
        refused = set()
        (payload,) = ask(stub, self.CALL, refused=refused)
        assert payload["not_sent"] == ["temperature"]
        assert wire_of(stub).read(payload).not_sent == ("temperature",)
        assert stub.total == 2
        ask(stub, self.CALL, refused=refused)
        assert (stub.total, refused) == (3, {"temperature"})

    def test_calls_that_were_away_while_it_was_learned_are_asked_again_too(self, stub):
        stub.default, stub.latency_seconds = "unsupported_parameter", 0.05
        calls = [replace(self.CALL, call_id=f"c{number}") for number in range(8)]
        payloads = ask(stub, *calls)
        assert [payload["not_sent"] for payload in payloads] == [["temperature"]] * 8
        assert stub.total == 16

    def test_a_call_that_is_refused_without_the_parameter_too_is_rejected(self, stub):
        stub.play("bad_request")
        with pytest.raises(CallRejectedError):
            ask(stub, self.CALL, refused={"temperature"})
        assert stub.total == 1


class TestFailures:
    def test_a_reset_before_or_within_the_body_is_truncated_and_may_be_paid(self, stub):
        for name in ("hang_up", "reset"):
            assert fault_of(stub, name).fault is Fault.TRUNCATED

    def test_no_reply_and_a_reply_that_drips_are_time_outs(self, stub):
        assert fault_of(stub, "timeout", timeouts=Timeouts(silence=0.2)).fault is Fault.TIMEOUT
        assert fault_of(stub, "slow_drip", timeouts=Timeouts(total=0.5)).fault is Fault.TIMEOUT

    def test_a_port_where_nobody_listens_is_no_connection(self, stub):
        assert fault_of(stub, "plain", base_url=closed_address()).fault is Fault.CONNECTION
        assert stub.total == 0

    def test_ten_megabytes_are_too_large(self, stub):
        assert fault_of(stub, "ten_megabytes", CallRejectedError).fault is Fault.TOO_LARGE

    @pytest.mark.parametrize("name", ["garbage", "truncated"])
    def test_what_is_no_json_is_malformed(self, stub, name):
        assert fault_of(stub, name).fault is Fault.MALFORMED

    @pytest.mark.parametrize("name", ["overloaded", "failed_as_200", "html"])
    def test_a_broken_provider_is_overloaded_also_with_status_200(self, stub, name):
        assert fault_of(stub, name).fault is Fault.OVERLOADED

    def test_a_rate_limit_says_how_long_to_wait(self, stub):
        error = fault_of(stub, "rate_limited")
        assert error.fault is Fault.RATE_LIMITED
        assert error.retry_after_seconds == {"openai": 0.04, "perplexity": 2.0}[stub.provider.name]

    @pytest.mark.parametrize(
        ("name", "fault"),
        [("auth", Fault.AUTH), ("quota", Fault.QUOTA), ("unknown_model", Fault.UNKNOWN_MODEL)],
    )
    def test_what_a_person_has_to_change_stops_the_engine(self, stub, name, fault):
        assert fault_of(stub, name, EngineStoppedError).fault is fault

    def test_the_key_is_not_in_an_error_even_where_the_provider_repeats_it(self, stub):
        error = fault_of(stub, "auth", EngineStoppedError, key=ECHOED_KEY)
        assert ECHOED_KEY not in str(error)
        assert "[key]" in str(error)

    def test_the_key_does_not_show_in_the_repr_of_the_access(self):
        assert "sk-secret" not in repr(Access("https://api.example", "sk-secret"))


class TestStub:
    def test_it_plays_everything_that_it_lists(self, stub):
        stub.play(*ANSWERS, *ERRORS, *ACCIDENTS)
        with pytest.raises(KeyError):
            stub.play("something else")

    def test_it_counts_by_question_and_plays_what_was_meant_for_one(self, stub):
        stub.play("refused", question="Second?")
        calls = [
            replace(CALL, messages=(Message("user", words),)) for words in ("First?", "Second?", "First?")
        ]
        statuses = [wire_of(stub).read(payload).status for payload in ask(stub, *calls)]
        assert statuses == ["ok", "refused", "ok"]
        assert stub.counts == stub.answered == {"First?": 2, "Second?": 1}

    def test_as_a_process_it_prints_its_address_and_tells_its_counts(self):
        command = [sys.executable, "-m", "brand_monitor_tests.provider_stubs.server", "--latency-ms", "1"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                base_url = process.stdout.readline().strip()
                body = json.dumps({"input": "Which tea?"}).encode()
                with urllib.request.urlopen(f"{base_url}/responses", body) as reply:
                    assert reply.status == 200
                with urllib.request.urlopen(base_url.removesuffix("/v1") + "/stub/counts") as reply:
                    told = json.load(reply)
            finally:
                process.send_signal(signal.SIGTERM)
        assert told == {
            "total": 1,
            "counts": {"Which tea?": 1},
            "answered": {"Which tea?": 1},
            "most_in_flight": 1,
        }
