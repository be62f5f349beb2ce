"""Every provider x everything that its API does, through a run: answer row, counters, journal, and the next run."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tenacity import AsyncRetrying, wait_none

from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.llm import asking
from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.faults import HANDLING, Fault
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.progress import Progress
from brand_monitor.backends.llm.providers.http import Access, HttpEngine
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores, ask_day
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.entries import FAILED, MAX_FAILURES, PLANNED, RECEIVED, JournalEntry
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.deployment import Settings
from brand_monitor.failures import BrandMonitorError, CallRejectedError, EngineCallError, EngineStoppedError
from brand_monitor.monitor.models import Monitor
from brand_monitor.schemas.registry import conform
from brand_monitor_tests.contract.provider_cells import (
    FAULT_CELLS,
    KEY,
    LEARNED,
    PROVIDERS,
    STATUS_CELLS,
    engine,
    fault_of,
    status_of,
    timeouts_for,
)
from brand_monitor_tests.provider_stubs.server import StubServer, closed_address

DAY, NEXT_DAY = date(2026, 11, 24), date(2026, 11, 25)
#: Whose model of the matrix is known to refuse a temperature.
KNOWN_BEFOREHAND = ["openai"]
#: Asks to wait for six minutes: told by its class alone, see ``test_provider_faults``.
TOO_LONG = ("openai", "rate_limited_until_reset")


def cells(*, error: type[BrandMonitorError], limited: bool = False) -> list[tuple[str, str]]:
    """The cells of the matrix whose fault comes as this exception."""
    faults = {cell: fault_of(*cell) for cell in FAULT_CELLS if cell != TOO_LONG}
    return [
        cell
        for cell, fault in faults.items()
        if HANDLING[fault].error is error and (fault is Fault.RATE_LIMITED) is limited
    ]


STOPPING = cells(error=EngineStoppedError)
REPEATED = cells(error=EngineCallError)
LIMITED = cells(error=EngineCallError, limited=True)
REJECTED = cells(error=CallRejectedError)

assert len(STOPPING + REPEATED + LIMITED + REJECTED) == len(FAULT_CELLS) - 1


class Shop:
    """One monitor with one question to one engine, in a home of its own."""

    def __init__(self, home: Path, stub: StubServer, played: str) -> None:
        self.stub, self.played = stub, played
        self.question = f"{played} at {home.name}?"
        name = stub.provider.name
        self.monitor = Monitor.model_validate(
            {
                "id": "teas",
                "market": "tea",
                "brands": [
                    {"id": "northwind", "name": "Northwind", "role": "own"},
                    {"id": "ctrl", "name": "Ombrevale", "role": "control"},
                ],
                "prompts": [{"id": "best", "text": self.question}],
                "engines": [
                    {
                        "id": "one",
                        "family": name,
                        "model": PROVIDERS[name].model,
                        "repeats": 1,
                        "web": True,
                        "country": "GB",
                        "temperature": 0.5 if played == LEARNED else None,
                    }
                ],
            }
        )
        settings = Settings(home)
        self.stores = Stores(
            settings=settings,
            journal=Journal(open_engine(settings.journal_url)),
            payloads=PayloadStore(FolderStore(home / "lake")),
            coordinations=Coordinations(settings.coordination_url),
            prices=PriceSheet(),
        )
        self.assignment = Assignment(self.monitor, self.monitor.engines[0], AskedDay(DAY, DAY, "run-1"))

    def ask(self, *, access: Access | None = None) -> Progress:
        def make(refused: set[str]) -> HttpEngine:
            one = engine(self.stub, timeouts=timeouts_for(self.played), refused=refused)
            if access:
                one._access = access
            return one

        plan = plan_calls(self.monitor, self.monitor.engines[0], self.assignment.asked.day)
        return ask_day(self.assignment, plan, self.stores, make, lambda _: None)

    @property
    def entry(self) -> JournalEntry:
        (entry,) = self.stores.journal.entries(self.assignment.shelf)
        return entry

    @property
    def row(self) -> dict[str, Any]:
        entries = self.stores.journal.entries(self.assignment.shelf)
        frame = answers_frame(
            entries, payloads=self.stores.payloads, surface="api", prices=self.stores.prices
        )
        (row,) = conform("raw/answers", frame).rows(named=True)
        return row

    @property
    def asked(self) -> int:
        """Requests that the stub received."""
        return self.stub.counts[self.question]


@pytest.fixture(scope="module")
def stubs() -> Iterator[dict[str, StubServer]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(StubServer(name)) for name in PROVIDERS}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_BACKOFF", AsyncRetrying(wait=wait_none()))


def shop(home: Path, stubs: dict[str, StubServer], name: str, played: str, times: int = 1) -> Shop:
    one = Shop(home, stubs[name], played)
    stubs[name].play(*[played] * times, question=one.question)
    return one


def explained(row: dict[str, Any], fault: Fault) -> bool:
    """Whether a row that is no answer says which failure it was, and where, and nothing secret."""
    where = f"{row['engine']} {row['model']}: "
    return row["error_class"] == fault and where in row["reason"] and KEY not in repr(row)


@pytest.mark.parametrize(("name", "played"), STOPPING)
def test_an_engine_that_stops_leaves_its_calls_planned_and_a_later_run_asks_them(
    name: str, played: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one, fault = shop(tmp_path, stubs, name, played), fault_of(name, played)
    progress = one.ask()
    assert (progress.planned, progress.received, progress.failed, progress.not_asked) == (1, 0, 0, 1)
    assert (progress.stopped_by, dict(progress.faults)) == (fault, {fault: 1})
    assert (one.entry.state, one.entry.failures, one.entry.possibly_paid) == (PLANNED, 0, 0)
    assert (one.row["status"], one.asked) == ("not_asked", 1)
    assert explained(one.row, fault)

    again = one.ask()  # somebody has set a key, topped up, corrected the model
    assert (again.planned, again.received, again.stopped) == (1, 1, None)
    assert (one.entry.state, one.row["status"], one.row["error_class"]) == (RECEIVED, "ok", None)
    assert (one.row["attempts"], one.asked) == (2, 2)


@pytest.mark.parametrize(("name", "played"), REPEATED)
def test_a_fault_that_may_pass_is_sent_again_until_enough_and_then_never(
    name: str, played: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one, fault = shop(tmp_path, stubs, name, played, times=MAX_FAILURES), fault_of(name, played)
    progress = one.ask()
    assert (progress.planned, progress.received, progress.failed, progress.stopped) == (1, 0, 1, None)
    assert dict(progress.faults) == {fault: MAX_FAILURES}
    paid = MAX_FAILURES if HANDLING[fault].may_be_paid else 0
    assert (one.entry.state, one.entry.failures, one.entry.possibly_paid) == (FAILED, MAX_FAILURES, paid)
    row = one.row
    assert (row["status"], row["attempts"], row["possibly_paid"], row["text"]) == ("failed", 3, paid, None)
    assert explained(row, fault)
    assert one.asked == MAX_FAILURES
    assert (one.ask().planned, one.asked) == (0, MAX_FAILURES)


@pytest.mark.parametrize(("name", "played"), REPEATED)
def test_a_fault_that_passes_costs_one_more_request_and_leaves_an_answer(
    name: str, played: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one, fault = shop(tmp_path, stubs, name, played), fault_of(name, played)
    progress = one.ask()
    assert (progress.received, progress.failed, dict(progress.faults)) == (1, 0, {fault: 1})
    paid = int(HANDLING[fault].may_be_paid)
    assert (one.entry.state, one.entry.failures, one.entry.possibly_paid) == (RECEIVED, 1, paid)
    assert (one.row["status"], one.row["error_class"], one.row["attempts"]) == ("ok", None, 2)
    assert one.asked == 2


@pytest.mark.parametrize(("name", "played"), LIMITED)
def test_a_rate_limit_is_waited_for_and_counts_against_nobody(
    name: str, played: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one = shop(tmp_path, stubs, name, played)
    progress = one.ask()
    assert (progress.received, progress.failed, progress.stopped) == (1, 0, None)
    assert dict(progress.faults) == {Fault.RATE_LIMITED: 1}
    assert (one.entry.state, one.entry.failures, one.entry.possibly_paid) == (RECEIVED, 0, 0)
    assert (one.row["status"], one.row["attempts"], one.asked) == ("ok", 2, 2)


@pytest.mark.parametrize(("name", "played"), REJECTED)
def test_a_call_that_cannot_succeed_is_sent_once(
    name: str, played: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one, fault = shop(tmp_path, stubs, name, played), fault_of(name, played)
    progress = one.ask()
    assert (progress.received, progress.failed, progress.stopped) == (0, 1, None)
    assert dict(progress.faults) == {fault: 1}
    paid = int(HANDLING[fault].may_be_paid)
    assert (one.entry.state, one.entry.failures_left, one.entry.possibly_paid) == (FAILED, 0, paid)
    assert (one.row["status"], one.row["attempts"]) == ("failed", 1)
    assert explained(one.row, fault)
    assert (one.ask().planned, one.asked) == (0, 1)


@pytest.mark.parametrize("name", PROVIDERS)
def test_no_connection_is_a_failure_of_every_attempt_and_nothing_was_paid(
    name: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one = Shop(tmp_path, stubs[name], "cited")
    progress = one.ask(access=Access(closed_address(), KEY))
    assert (progress.failed, dict(progress.faults)) == (1, {Fault.CONNECTION: MAX_FAILURES})
    assert (one.entry.state, one.entry.attempts, one.entry.possibly_paid) == (FAILED, MAX_FAILURES, 0)
    assert explained(one.row, Fault.CONNECTION)
    assert one.asked == 0


@pytest.mark.parametrize(("name", "played"), STATUS_CELLS)
def test_a_reply_is_received_once_whatever_it_says(
    name: str, played: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one, status = shop(tmp_path, stubs, name, played), status_of(name, played)
    progress = one.ask()
    assert (progress.received, progress.failed, progress.stopped) == (1, 0, None)
    assert dict(progress.faults) == ({} if status == "ok" else {status: 1})
    assert (one.entry.state, one.entry.attempts, one.entry.failures) == (RECEIVED, 1, 0)
    row = one.row
    assert (row["status"], row["error_class"]) == (status, None if status == "ok" else status)
    assert row["served_model"] == (None if played == "policy" else PROVIDERS[name].served)
    assert (row["cost_usd"] is None) is (progress.unpriced == 1)
    assert row["cost_note"]
    assert KEY not in repr(one.stores.payloads.get(row["payload_hash"]))
    assert (one.ask().planned, one.asked) == (0, 1)


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name not in KNOWN_BEFOREHAND])
def test_what_a_model_refuses_is_remembered_for_the_next_run(
    name: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one = shop(tmp_path, stubs, name, LEARNED, times=3)
    progress = one.ask()
    assert (progress.received, dict(progress.faults)) == (1, {})
    assert one.stores.journal.parameters.of(name, PROVIDERS[name].model) == {"temperature"}
    assert ("temperature" in one.row["not_sent"], one.row["temperature"], one.asked) == (True, 0.5, 2)

    one.assignment = Assignment(one.monitor, one.monitor.engines[0], AskedDay(NEXT_DAY, NEXT_DAY, "run-2"))
    one.ask()
    assert ("temperature" in one.row["not_sent"], one.asked) == (True, 3)


@pytest.mark.parametrize("name", KNOWN_BEFOREHAND)
def test_what_a_model_is_known_to_refuse_is_never_sent(
    name: str, stubs: dict[str, StubServer], tmp_path: Path
) -> None:
    one = shop(tmp_path, stubs, name, LEARNED)
    assert one.ask().received == 1
    assert ("temperature" in one.row["not_sent"], one.row["temperature"], one.asked) == (True, 0.5, 1)
