"""Every provider x everything that its API does, over a socket: the class of the failure or the answer's status."""

import asyncio
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from brand_monitor.backends.llm.faults import HANDLING, Fault
from brand_monitor.backends.llm.providers.http import Access, HttpEngine
from brand_monitor.failures import BrandMonitorError, EngineCallError
from brand_monitor_tests.contract.provider_cells import (
    FAULT_CELLS,
    KEY,
    LEARNED,
    PROVIDERS,
    STATUS_CELLS,
    WAITS,
    call,
    engine,
    fault_of,
    read,
    status_of,
    timeouts_for,
)
from brand_monitor_tests.provider_stubs.server import StubServer, closed_address


@pytest.fixture(scope="module")
def stubs() -> Iterator[dict[str, StubServer]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(StubServer(name)) for name in PROVIDERS}


async def asked(one: HttpEngine, *calls: Any) -> list[Mapping[str, Any]]:
    async with one:
        return [await one.ask(each) for each in calls]


def failure(one: HttpEngine, question: Any) -> BrandMonitorError:
    with pytest.raises(BrandMonitorError) as caught:
        asyncio.run(asked(one, question))
    return caught.value


def told(error: BrandMonitorError) -> str:
    """All that a log could show of an error, its causes included."""
    return "".join(traceback.format_exception(error)) + repr(vars(error))


@pytest.mark.parametrize(("name", "played"), FAULT_CELLS)
def test_each_fault_has_its_class_and_says_where_it_happened(
    name: str, played: str, stubs: dict[str, StubServer]
) -> None:
    stub, question = stubs[name], f"Fault {played}?"
    stub.play(played, question=question)
    error = failure(engine(stub, timeouts=timeouts_for(played)), call(name, question))
    fault = fault_of(name, played)
    assert error.fault == fault
    assert type(error) is HANDLING[fault].error
    assert f"call call-{question}, {name} {PROVIDERS[name].model}: " in str(error)
    assert KEY not in told(error)
    assert stub.counts[question] == 1
    if played == "rate_limited":
        assert isinstance(error, EngineCallError)
        assert error.retry_after_seconds == WAITS[name]


@pytest.mark.parametrize("name", PROVIDERS)
def test_an_address_where_nobody_listens_is_no_connection(name: str, stubs: dict[str, StubServer]) -> None:
    unreachable = HttpEngine(PROVIDERS[name].wire(stubs[name]), Access(closed_address(), KEY), concurrency=1)
    error = failure(unreachable, call(name, "Anybody?"))
    assert error.fault is Fault.CONNECTION
    assert f"{name} {PROVIDERS[name].model}" in str(error)
    assert KEY not in told(error)


@pytest.mark.parametrize(("name", "played"), STATUS_CELLS)
def test_each_answer_has_its_status_and_its_payload_holds_no_key(
    name: str, played: str, stubs: dict[str, StubServer]
) -> None:
    stub, question = stubs[name], f"Answer {played}?"
    stub.play(played, question=question)
    (payload,) = asyncio.run(asked(engine(stub), call(name, question)))
    reading = read(payload)
    assert (payload["wire"], reading.status) == (name, status_of(name, played))
    assert (reading.reason is None) is (reading.status == "ok" and played != "failed_search")
    assert bool(reading.text) is (reading.status == "ok")
    assert KEY not in repr(payload)
    assert stub.counts[question] == 1


@pytest.mark.parametrize("name", PROVIDERS)
def test_an_answer_with_sources_keeps_all_that_the_wire_gives(
    name: str, stubs: dict[str, StubServer]
) -> None:
    (payload,) = asyncio.run(asked(engine(stubs[name]), call(name, "With sources?")))
    reading = read(payload)
    retrieved = {source.url for source in reading.sources if source.relation == "retrieved"}
    cited = {source.url for source in reading.sources if source.relation == "cited"}
    assert {"https://teas.example/best", "https://leaves.example/ranking"} <= retrieved
    assert cited == {"https://teas.example/best"}
    assert "best tea" in reading.queries
    assert reading.served_model == PROVIDERS[name].served
    assert reading.usage.input_tokens
    assert reading.usage.output_tokens
    assert reading.usage.searches
    assert reading.latency_ms
    spans = [
        reading.text[source.start : source.end] for source in reading.sources if source.start is not None
    ]
    assert all(
        "Northwind" in span or "Contoso" in span or "teas.example" in span or "[" in span for span in spans
    )


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_key_is_in_a_header_and_never_in_the_address(name: str, stubs: dict[str, StubServer]) -> None:
    stub = stubs[name]
    asyncio.run(asked(engine(stub), call(name, "Where is the key?")))
    seen = stub.requests[-1]
    assert any(KEY in value for value in seen.headers.values())
    assert KEY not in seen.path
    assert KEY not in repr(seen.body)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_refused_parameter_is_learned_once_and_left_out_from_then_on(
    name: str, stubs: dict[str, StubServer]
) -> None:
    stub, question = stubs[name], "Learned?"
    stub.play(LEARNED, LEARNED, LEARNED, question=question)
    refused: set[str] = set()
    each = call(name, question, temperature=0.5)
    payloads = asyncio.run(asked(engine(stub, refused=refused), each, each))
    known = refused or {"temperature"}  # what is known beforehand need not be learned
    assert known == {"temperature"}
    for payload in payloads:
        reading = read(payload)
        assert (reading.status, "temperature" in reading.not_sent) == ("ok", True)
    assert stub.counts[question] == (3 if refused else 2)
