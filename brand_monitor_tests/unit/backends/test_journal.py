"""The journal: planned before sent, settled when durable, resumable after any death."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import (
    FAILED,
    MAX_ATTEMPTS,
    PLANNED,
    RECEIVED,
    SENT,
    UNKNOWN,
    CallSpec,
    Journal,
    JournalEntry,
    call_id,
)
from brand_monitor.failures import TransientFailure

DAY = date(2026, 11, 24)
SPEC = CallSpec(
    prompt_id="p1",
    prompt_version="v1",
    prompt_text="Which shoes?",
    intent="discovery",
    persona=None,
    locale="en",
    is_branded=False,
    repeat=0,
    model="m",
    temperature=0.7,
    max_tokens=10,
    seed=1,
)


def entry(repeat: int = 0, **changes: object) -> JournalEntry:
    spec = replace(SPEC, repeat=repeat)
    made = JournalEntry(call_id("shoes", DAY, "e1", spec), "shoes", DAY, "local", "e1", PLANNED, spec)
    return replace(made, **changes)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(open_engine(f"sqlite:///{tmp_path / 'state' / 'journal.sqlite'}"))


def states(journal: Journal) -> list[str]:
    return [found.state for found in journal.entries(DAY, "local", "shoes")]


def test_planning_twice_adds_nothing(journal: Journal) -> None:
    plan = [entry(0), entry(1)]
    assert journal.plan(plan) == 2
    assert journal.plan(plan) == 0
    assert states(journal) == [PLANNED, PLANNED]


def test_a_larger_plan_than_one_statement_holds_is_whole(journal: Journal) -> None:
    assert journal.plan([entry(n) for n in range(1_203)]) == 1_203
    assert len(journal.pending(DAY, "local", "shoes")) == 1_203


def test_a_call_is_known_by_what_is_asked_and_not_by_its_seed() -> None:
    same = call_id("shoes", DAY, "e1", replace(SPEC, seed=99))
    other = call_id("shoes", DAY, "e1", replace(SPEC, prompt_version="v2"))
    assert same == call_id("shoes", DAY, "e1", SPEC)
    assert other != same


def test_a_settled_call_is_never_pending_again(journal: Journal) -> None:
    journal.plan([entry()])
    journal.mark_sent(entry().call_id, run_id="r1")
    journal.settle(entry().call_id, "a" * 64)
    assert journal.pending(DAY, "local", "shoes") == []
    [found] = journal.entries(DAY, "local", "shoes")
    assert (found.state, found.attempts, found.payload_hash, found.run_id) == (RECEIVED, 1, "a" * 64, "r1")


def test_a_moment_keeps_its_time_zone(journal: Journal) -> None:
    journal.plan([entry()])
    before = datetime.now(UTC)
    journal.mark_sent(entry().call_id, run_id=None)
    [found] = journal.entries(DAY, "local", "shoes")
    assert found.sent_at is not None
    assert found.sent_at.tzinfo is UTC
    assert found.sent_at >= before


def test_a_call_left_in_the_air_becomes_unknown_and_is_asked_once_more_only(journal: Journal) -> None:
    journal.plan([entry()])
    journal.mark_sent(entry().call_id, run_id="dead")
    assert journal.pending(DAY, "local", "shoes") == []  # it may still be in the air
    assert journal.recover(DAY, "local", "shoes") == 1
    assert [found.state for found in journal.pending(DAY, "local", "shoes")] == [UNKNOWN]
    journal.mark_sent(entry().call_id, run_id="dead again")
    journal.recover(DAY, "local", "shoes")
    assert journal.pending(DAY, "local", "shoes") == []


def test_a_failed_call_is_tried_until_its_attempts_are_used_up(journal: Journal) -> None:
    journal.plan([entry()])
    for _ in range(MAX_ATTEMPTS):
        assert len(journal.pending(DAY, "local", "shoes")) == 1
        journal.mark_sent(entry().call_id, run_id="r")
        journal.fail(entry().call_id, "busy", final=False)
    assert journal.pending(DAY, "local", "shoes") == []
    assert states(journal) == [FAILED]


def test_a_permanent_failure_is_not_tried_again(journal: Journal) -> None:
    journal.plan([entry()])
    journal.mark_sent(entry().call_id, run_id="r")
    journal.fail(entry().call_id, "no such model", final=True)
    assert journal.pending(DAY, "local", "shoes") == []


def test_other_days_engines_and_monitors_are_left_alone(journal: Journal) -> None:
    journal.plan([entry(), entry(1, date=date(2026, 11, 23), call_id="x"), entry(2, engine="grounded")])
    journal.mark_sent("x", run_id="r")
    assert journal.recover(DAY, "local", "shoes") == 0
    assert len(journal.entries(DAY, "local", "shoes")) == 1
    assert journal.entries(DAY, "local", "hats") == []


def test_two_processes_cannot_ask_the_same_partition(journal: Journal) -> None:
    with (
        journal.exclusive("ask shoes"),
        pytest.raises(TransientFailure, match="ask shoes"),
        journal.exclusive("ask shoes"),
    ):
        pass


def test_a_journal_that_is_opened_again_remembers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    Journal(open_engine(url)).plan([entry()])
    reopened = Journal(open_engine(url))
    reopened.mark_sent(entry().call_id, run_id="r")
    assert states(reopened) == [SENT]
