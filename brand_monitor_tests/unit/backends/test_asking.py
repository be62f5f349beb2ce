"""Asking: bounded, resumable, nothing lost and nothing asked twice. The engine here fails on purpose."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from brand_monitor.backends.llm import asking
from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.asking import ask_all
from brand_monitor.backends.llm.interface import Call, Engine, Reading
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.progress import Progress
from brand_monitor.backends.llm.simulation import AskedDay, ask_day
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import MAX_ATTEMPTS, Journal
from brand_monitor.failures import EngineCallError, PastPartitionError, PermanentFailure
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
            return {"text": f"{call.prompt} {call.seed}"}
        finally:
            self.open -= 1

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        return Reading(status="ok", text=payload["text"], cost_usd=0.0)


class Setup:
    def __init__(self, root: Path) -> None:
        self.store = FolderStore(root / "lake")
        self.payloads = PayloadStore(self.store)
        self.journal = Journal(open_engine(f"sqlite:///{root / 'journal.sqlite'}"))

    def ask(self, engine: Engine, *, today: date = DAY, allow_reask: bool = False) -> Progress:
        asked = AskedDay(DAY, today, "run-1", allow_reask=allow_reask)
        return ask_day(
            MONITOR, SPEC, engine, asked, journal=self.journal, payloads=self.payloads, report=lambda _: None
        )

    def frame(self) -> Any:
        entries = self.journal.entries(DAY, "local", "shoes")
        return answers_frame(entries, payloads=self.payloads, read=FakeEngine.read, surface="local")


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    monkeypatch.setattr(asking, "BACKOFF_SECONDS", 0.0)
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
    assert engine.most_open == engine.concurrency


def test_a_call_that_fails_once_is_sent_again_and_counted(setup: Setup) -> None:
    def fault(call: Call, attempt: int) -> None:
        if attempt == 1 and call.repeat == 0:
            raise EngineCallError(f"{call.call_id}: 500")

    engine = FakeEngine(fault)
    assert setup.ask(engine).failed == 0
    assert setup.frame().sort("repeat", descending=True)["attempts"].to_list() == [1] * 8 + [2] * 4


def test_a_call_that_keeps_failing_does_not_stop_the_others(setup: Setup) -> None:
    def fault(call: Call, _attempt: int) -> None:
        if call.prompt == "Question 1?":
            raise EngineCallError("timed out after 60 s")

    engine = FakeEngine(fault)
    done = setup.ask(engine)
    assert (done.received, done.failed) == (9, 3)
    assert max(engine.asked.values()) == MAX_ATTEMPTS
    failed = setup.frame().filter(prompt_id="p1")
    assert failed["status"].to_list() == ["failed"] * 3
    assert failed["reason"].to_list() == ["timed out after 60 s"] * 3
    assert failed["text"].to_list() == [None] * 3


def test_a_permanent_failure_is_sent_once(setup: Setup) -> None:
    def fault(call: Call, _attempt: int) -> None:
        raise PermanentFailure("no such model")

    engine = FakeEngine(fault)
    setup.ask(engine)
    assert set(engine.asked.values()) == {1}
    assert setup.ask(FakeEngine()).planned == 0


def test_a_crash_in_the_engine_loses_no_answer_and_asks_none_twice(setup: Setup) -> None:
    def crash(call: Call, _attempt: int) -> None:
        if call.prompt == "Question 2?":
            raise MemoryError

    first = FakeEngine(crash)
    with pytest.raises(ExceptionGroup):
        setup.ask(first)
    assert first.left == 1  # the engine is stopped even so
    answered = set(setup.frame().filter(status="ok")["answer_id"])
    second = FakeEngine()
    setup.ask(second)
    assert answered
    assert answered.isdisjoint(second.asked)
    assert setup.frame()["status"].to_list() == ["ok"] * 12


def test_an_unknown_call_is_sent_at_most_once_more(setup: Setup) -> None:
    [entry, *_] = plan = plan_calls(MONITOR, SPEC, DAY, is_reasked=False)
    setup.journal.plan(plan)
    setup.journal.mark_sent(entry.call_id, run_id="dead")

    def fault(call: Call, _attempt: int) -> None:
        raise EngineCallError("busy")

    engine = FakeEngine(fault)
    setup.ask(engine)
    assert engine.asked[entry.call_id] == 1


def test_the_past_is_not_asked(setup: Setup) -> None:
    engine = FakeEngine()
    with pytest.raises(PastPartitionError, match=r"2026-11-24 has passed.*allow_reask"):
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
    [entry, *_] = setup.journal.entries(DAY, "local", "shoes")
    assert entry.payload_hash
    setup.store.delete(payload_key(entry.payload_hash))
    [row] = setup.frame().filter(answer_id=entry.call_id).to_dicts()
    assert row["status"] == "failed"
    assert entry.payload_hash in row["reason"]


def test_progress_tells_what_is_left(setup: Setup) -> None:
    seen: list[Progress] = []
    entries = plan_calls(MONITOR, SPEC, DAY, is_reasked=False)
    setup.journal.plan(entries)
    asyncio.run(
        ask_all(
            FakeEngine(),
            entries,
            journal=setup.journal,
            payloads=setup.payloads,
            run_id=None,
            report=lambda progress: seen.append(replace(progress)),
        )
    )
    assert [progress.received for progress in seen] == list(range(1, 13))
    assert seen[-1].seconds_left == 0
    assert Progress(planned=3).seconds_left is None
