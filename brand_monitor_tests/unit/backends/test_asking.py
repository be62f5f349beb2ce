"""Asking: bounded, resumable, nothing lost and nothing asked twice. The engine here fails on purpose."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import pytest
from tenacity import AsyncRetrying
from tenacity.wait import wait_none

from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.llm import asking, gate
from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.interface import Call, Engine
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.progress import Progress
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores, ask_day
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.backends.tables.changes import Sending
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.entries import MAX_FAILURES
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.backends.tables.spending import Account
from brand_monitor.deployment import Settings
from brand_monitor.failures import CallRejectedError, EngineCallError, EngineStoppedError, PastPartitionError
from brand_monitor.monitor.models import Monitor
from brand_monitor.schemas.registry import conform

DAY = date(2026, 11, 24)
MONITOR = Monitor.model_validate(
    {
        "id": "shoes",
        "market": "running shoes",
        "brands": [
            {"id": "lark", "name": "Larkstride", "role": "own"},
            {"id": "ctrl", "name": "Ombrevale", "role": "control"},
        ],
        "prompts": [{"id": f"p{n}", "text": f"Question {n}?"} for n in range(4)],
        "engines": [{"id": "fake", "family": "local", "repeats": 3}],
    }
)
SPEC = MONITOR.engines[0]


class FakeEngine(Engine):
    """Answers at once, or does what ``fault`` says for a call."""

    concurrency = 4

    def __init__(self, fault: Callable[[Call, int], None] = lambda _call, _attempt: None) -> None:
        self.fault = fault
        self.asked: Counter[str] = Counter()
        self.open = self.most_open = 0
        self.entered = self.left = 0

    async def __aenter__(self) -> Self:
        self.entered += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.left += 1

    async def ask(self, call: Call) -> Mapping[str, Any]:
        self.asked[call.call_id] += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await asyncio.sleep(0)
            self.fault(call, self.asked[call.call_id])
            reply = {"choices": [{"message": {"content": f"{call.prompt} {call.seed}"}}]}
            return {"wire": "chat", "request": {}, "response": reply}
        finally:
            self.open -= 1


class Setup:
    def __init__(self, root: Path) -> None:
        self.store = FolderStore(root / "lake")
        self.payloads = PayloadStore(self.store)
        self.journal = Journal(open_engine(f"sqlite:///{root / 'journal.sqlite'}"))
        settings = Settings(root)
        self.stores = Stores(
            settings, self.journal, self.payloads, Coordinations(settings.coordination_url), PriceSheet()
        )
        self.seen: list[Progress] = []

    def ask(self, engine: Engine, *, today: date = DAY, allow_reask: bool = False) -> Progress:
        asked = AskedDay(DAY, today, "run-1", allow_reask=allow_reask)
        plan = plan_calls(MONITOR, SPEC, DAY, is_reasked=asked.is_past)
        return ask_day(
            Assignment(MONITOR, SPEC, asked),
            plan,
            self.stores,
            lambda _refused: engine,
            lambda progress: self.seen.append(replace(progress)),
        )

    def frame(self) -> pl.DataFrame:
        entries = self.journal.entries(Shelf(DAY, "local", "shoes"))
        return answers_frame(entries, payloads=self.payloads, surface="local", prices=PriceSheet())


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    monkeypatch.setattr(asking, "_BACKOFF", AsyncRetrying(wait=wait_none()))
    monkeypatch.setattr(gate, "BREAKING", frozenset())  # the breaker has tests of its own
    return Setup(tmp_path)


def test_every_planned_call_becomes_one_answer(setup: Setup) -> None:
    engine = FakeEngine()
    done = setup.ask(engine)
    assert (done.planned, done.received, done.failed) == (12, 12, 0)
    frame = conform("raw/answers", setup.frame())
    assert frame.height == 12
    assert frame["status"].unique().to_list() == ["ok"]
    assert (engine.entered, engine.left) == (1, 1)


def test_repeats_are_independent_draws_with_their_own_seed(setup: Setup) -> None:
    setup.ask(FakeEngine())
    assert setup.frame()["text"].n_unique() == 12


def test_asking_again_asks_nothing_and_starts_no_engine(setup: Setup) -> None:
    setup.ask(FakeEngine())
    engine = FakeEngine()
    assert setup.ask(engine).planned == 0
    assert engine.entered == 0
    assert setup.frame().height == 12


def test_never_more_calls_in_the_air_than_the_engine_takes(setup: Setup) -> None:
    engine = FakeEngine()
    setup.ask(engine)
    assert 1 < engine.most_open <= engine.concurrency


def test_a_call_that_fails_once_is_sent_again_and_counted(setup: Setup) -> None:
    def fault(call: Call, attempt: int) -> None:
        if attempt == 1 and call.repeat == 0:
            raise EngineCallError(f"{call.call_id}: 500", fault="overloaded")

    engine = FakeEngine(fault)
    assert setup.ask(engine).failed == 0
    assert setup.frame().sort("repeat", descending=True)["attempts"].to_list() == [1] * 8 + [2] * 4


def test_a_call_that_keeps_failing_does_not_stop_the_others(setup: Setup) -> None:
    def fault(call: Call, _attempt: int) -> None:
        if call.prompt == "Question 1?":
            raise EngineCallError("timed out after 60 s", fault="timeout")

    engine = FakeEngine(fault)
    done = setup.ask(engine)
    assert (done.received, done.failed) == (9, 3)
    assert max(engine.asked.values()) == MAX_FAILURES
    failed = setup.frame().filter(prompt_id="p1")
    assert failed["status"].to_list() == ["failed"] * 3
    assert failed["reason"].to_list() == ["timed out after 60 s"] * 3
    assert failed["text"].to_list() == [None] * 3


def test_a_permanent_failure_is_sent_once(setup: Setup) -> None:
    def fault(call: Call, _attempt: int) -> None:
        raise CallRejectedError("too long", fault="bad_request")

    engine = FakeEngine(fault)
    setup.ask(engine)
    assert set(engine.asked.values()) == {1}
    assert setup.ask(FakeEngine()).planned == 0


def test_a_crash_in_the_engine_loses_no_answer_and_asks_none_twice(setup: Setup) -> None:
    def crash(call: Call, _attempt: int) -> None:
        if call.prompt == "Question 2?":
            raise MemoryError

    first = FakeEngine(crash)
    with pytest.raises(MemoryError):
        setup.ask(first)
    assert first.left == 1  # the engine is stopped even so
    answered = set(setup.frame().filter(status="ok")["answer_id"])
    second = FakeEngine()
    setup.ask(second)
    assert answered
    assert answered.isdisjoint(second.asked)
    assert setup.frame()["status"].to_list() == ["ok"] * 12


def test_an_unknown_call_is_sent_at_most_once_more(setup: Setup) -> None:
    [entry, *_] = plan = list(plan_calls(MONITOR, SPEC, DAY))
    setup.journal.plan(plan)
    setup.journal.open_account(Account("shoes", DAY))
    setup.journal.commit([Sending(entry.call_id, run_id="dead")], Account("shoes", DAY))

    def fault(call: Call, _attempt: int) -> None:
        raise EngineCallError("busy", fault="overloaded")

    engine = FakeEngine(fault)
    setup.ask(engine)
    assert engine.asked[entry.call_id] == 1
    again = FakeEngine()
    setup.ask(again)
    assert entry.call_id not in again.asked
    [row] = setup.frame().filter(pl.col("answer_id") == entry.call_id).to_dicts()
    assert (row["status"], row["possibly_paid"]) == ("failed", 1)


def test_an_engine_that_stops_leaves_the_rest_planned_and_says_why(setup: Setup) -> None:
    def fault(call: Call, _attempt: int) -> None:
        if call.prompt == "Question 1?":
            raise EngineStoppedError("the key is wrong", fault="auth")

    done = setup.ask(FakeEngine(fault))
    frame = setup.frame()
    left = frame.filter(pl.col("status") == "not_asked")
    assert (done.stopped, done.stopped_by) == ("the key is wrong", "auth")
    assert left.height == done.not_asked > 0
    assert left["reason"].unique().to_list() == ["the key is wrong"]
    assert setup.ask(FakeEngine()).received == left.height
    assert setup.frame()["status"].unique().to_list() == ["ok"]


def test_the_past_is_not_asked(setup: Setup) -> None:
    engine = FakeEngine()
    with pytest.raises(PastPartitionError, match=r"2026-11-24: the day has passed.*allow_reask"):
        setup.ask(engine, today=date(2026, 11, 25))
    assert engine.entered == 0


def test_the_past_may_be_asked_explicitly_and_is_flagged_in_every_row(setup: Setup) -> None:
    setup.ask(FakeEngine(), today=date(2026, 11, 25), allow_reask=True)
    assert setup.frame()["is_reasked"].all()


def test_a_past_day_that_was_answered_can_be_run_again(setup: Setup) -> None:
    setup.ask(FakeEngine())
    engine = FakeEngine()
    assert setup.ask(engine, today=date(2026, 11, 25)).planned == 0
    assert engine.entered == 0


def test_a_lost_payload_is_a_failed_answer_with_its_reason(setup: Setup) -> None:
    setup.ask(FakeEngine())
    [entry, *_] = setup.journal.entries(Shelf(DAY, "local", "shoes"))
    assert entry.payload_hash
    setup.store.delete(payload_key(entry.payload_hash))
    [row] = setup.frame().filter(answer_id=entry.call_id).to_dicts()
    assert row["status"] == "failed"
    assert entry.payload_hash in row["reason"]


def test_progress_tells_what_is_left(setup: Setup) -> None:
    setup.ask(FakeEngine())
    assert [progress.received for progress in setup.seen] == list(range(1, 13))
    assert setup.seen[-1].seconds_left == 0
    assert Progress(planned=3).seconds_left is None


def test_a_large_day_is_committed_in_groups(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    commit = Journal.commit

    def counted(journal: Journal, changes: Any, account: Account) -> set[str]:
        sizes.append(len(changes))
        return commit(journal, changes, account)

    monkeypatch.setattr(Journal, "commit", counted)
    setup.ask(FakeEngine())
    assert sum(sizes) == 24  # each call is marked as sent, and settled
    assert len(sizes) < 24
