"""The journal: a call is planned once, sent at most as often as it may be, and never forgotten."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.backends.tables import pages
from brand_monitor.backends.tables.changes import Change, Failing, Releasing, Sending, Settling
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.entries import (
    CANARY,
    EXPERIMENT,
    FAILED,
    MAX_FAILURES,
    PLANNED,
    RECEIVED,
    SENT,
    UNKNOWN,
    CallSpec,
    JournalEntry,
    call_id,
)
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.postgresql import close_engines
from brand_monitor.backends.tables.resource import open_journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.backends.tables.spending import Account
from brand_monitor.deployment import Settings
from brand_monitor.failures import SetupError, StorageError, TransientFailure
from brand_monitor_tests.contract.stores import KINDS, settings_of
from brand_monitor_tests.faults.unreliable import Unreliable, until_it_succeeds

DAY = date(2026, 11, 24)
SHELF = Shelf(DAY, "openai", "shoes")
FREE = Account("shoes", DAY)
SPEC = CallSpec(
    prompt_id="p1",
    prompt_family="p1",
    prompt_version="v1",
    prompt_text="Which shoes?",
    intent="discovery",
    persona=None,
    locale="en",
    is_branded=False,
    repeat=0,
    model="m",
    temperature=0.7,
    max_tokens=20,
    seed=7,
)


def entry(repeat: int = 0, **changes: object) -> JournalEntry:
    spec = replace(SPEC, repeat=repeat)
    made = JournalEntry(
        call_id("shoes", DAY, "e1", spec), "shoes", DAY, "openai", "e1", PLANNED, spec, position=repeat
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with settings_of(request.param, request, tmp_path) as of_store:
        yield of_store


@pytest.fixture
def journal(store: Settings) -> Journal:
    return opened(store)


def opened(store: Settings) -> Journal:
    journal = open_journal(store, migrates=True)
    journal.open_account(FREE)
    return journal


def commit(journal: Journal, *changes: Change, account: Account = FREE) -> set[str]:
    return journal.commit(changes, account)


def send(repeat: int = 0, usd: float = 0.0) -> Sending:
    return Sending(entry(repeat).call_id, usd, "run-1")


def states(journal: Journal) -> list[str]:
    return [found.state for found in journal.entries(SHELF)]


def pending(journal: Journal) -> list[JournalEntry]:
    return list(journal.pending(SHELF))


def test_planning_twice_adds_nothing(journal: Journal) -> None:
    plan = [entry(), entry(1)]
    assert journal.plan(plan) == 2
    assert journal.plan(plan) == 0
    assert states(journal) == [PLANNED, PLANNED]


def test_a_plan_of_many_pages_comes_back_whole_and_in_its_order(journal: Journal) -> None:
    assert journal.plan(entry(n) for n in range(1_203)) == 1_203
    assert [found.spec.repeat for found in journal.pending(SHELF)] == list(range(1_203))
    assert journal.count(SHELF) == journal.count_pending(SHELF) == 1_203


def test_calls_that_are_answered_while_the_pages_are_read_are_not_met_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_PAGE", 20)
    journal.plan(entry(n) for n in range(50))
    met = []
    for found in journal.pending(SHELF):
        met.append(found.call_id)
        commit(journal, Failing(found.call_id, "busy", "overloaded"))
    assert len(met) == len(set(met)) == 50


def test_a_call_is_known_by_what_is_asked_and_not_by_its_seed() -> None:
    same = call_id("shoes", DAY, "e1", replace(SPEC, seed=99))
    assert same == call_id("shoes", DAY, "e1", SPEC)
    others = [
        call_id("shoes", DAY, "e1", replace(SPEC, prompt_version="v2")),
        call_id("shoes", DAY, "e1", replace(SPEC, web=True)),
        call_id("shoes", DAY, "e1", replace(SPEC, design={"arm": "full"})),
        call_id("shoes", DAY, "e1", SPEC, CANARY),
    ]
    assert len({same, *others}) == 5


def test_a_settled_call_is_never_pending_again(journal: Journal) -> None:
    journal.plan([entry()])
    commit(journal, send())
    commit(journal, Settling(entry().call_id, "a" * 64, cost_usd=0.25, cost_note="prices 2026"))
    assert pending(journal) == []
    [found] = journal.entries(SHELF)
    assert (found.state, found.attempts, found.payload_hash, found.run_id) == (RECEIVED, 1, "a" * 64, "run-1")
    assert (found.cost_usd, found.cost_note) == (0.25, "prices 2026")


def test_a_moment_keeps_its_time_zone(journal: Journal) -> None:
    journal.plan([entry()])
    before = datetime.now(UTC)
    commit(journal, send())
    [found] = journal.entries(SHELF)
    assert found.sent_at is not None
    assert found.sent_at.tzinfo is UTC
    assert found.sent_at >= before


def test_a_call_left_in_the_air_becomes_unknown_and_is_asked_once_more_only(journal: Journal) -> None:
    journal.plan([entry()])
    commit(journal, send())
    assert pending(journal) == []  # it may still be in the air
    assert journal.recover(SHELF) == 1
    [found] = pending(journal)
    assert (found.state, found.possibly_paid) == (UNKNOWN, 1)
    commit(journal, send())
    journal.recover(SHELF)
    assert pending(journal) == []
    [found] = journal.entries(SHELF)
    assert found.possibly_paid == 2


def test_a_failed_call_is_tried_until_its_failures_are_used_up(journal: Journal) -> None:
    journal.plan([entry()])
    for _ in range(MAX_FAILURES):
        assert len(pending(journal)) == 1
        commit(journal, send())
        commit(journal, Failing(entry().call_id, "busy", "overloaded"))
    assert pending(journal) == []
    [found] = journal.entries(SHELF)
    assert (found.state, found.error, found.error_class, found.attempts) == (FAILED, "busy", "overloaded", 3)


def test_waiting_for_a_rate_limit_is_no_failure(journal: Journal) -> None:
    journal.plan([entry()])
    for _ in range(MAX_FAILURES + 2):
        commit(journal, send())
        commit(journal, Failing(entry().call_id, "slow down", "rate_limited", counts=False))
    assert len(pending(journal)) == 1


def test_a_final_failure_is_not_tried_again(journal: Journal) -> None:
    journal.plan([entry()])
    commit(journal, send())
    commit(journal, Failing(entry().call_id, "too long", "bad_request", is_final=True))
    assert pending(journal) == []


def test_a_call_whose_engine_stopped_is_planned_again_and_says_why(journal: Journal) -> None:
    journal.plan([entry(), entry(1)])
    commit(journal, send())
    commit(journal, Releasing(entry().call_id, "wrong key", "auth"))
    journal.explain(SHELF, "wrong key", "auth")
    assert {(found.state, found.error, found.error_class) for found in pending(journal)} == {
        (PLANNED, "wrong key", "auth")
    }


def test_other_days_engines_monitors_and_purposes_are_left_alone(journal: Journal) -> None:
    others = [
        entry(1, date=date(2026, 11, 23), call_id="x"),
        entry(2, engine="gemini"),
        entry(3, purpose=CANARY),
        entry(4, engine_id="e2"),
    ]
    journal.plan([entry(), *others])
    commit(journal, Sending("x"))
    assert journal.recover(SHELF) == 0
    assert len(list(journal.entries(replace(SHELF, engine_id="e1")))) == 1
    assert len(list(journal.entries(SHELF))) == 2
    assert list(journal.entries(replace(SHELF, monitor_id="hats"))) == []


def test_two_processes_cannot_ask_the_same_partition(journal: Journal) -> None:
    with (
        journal.exclusive("ask shoes"),
        pytest.raises(TransientFailure, match="ask shoes"),
        journal.exclusive("ask shoes"),
    ):
        pass


def test_a_journal_that_is_opened_again_remembers(store: Settings) -> None:
    opened(store).plan([entry()])
    close_engines()
    reopened = opened(store)
    commit(reopened, send())
    assert states(reopened) == [SENT]


def test_processes_that_plan_the_same_at_once_add_each_call_once(store: Settings) -> None:
    plan = [entry(n) for n in range(700)]
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda journal: journal.plan(plan), [opened(store) for _ in range(4)]))
    assert sum(added) == 700
    assert states(opened(store)) == [PLANNED] * 700


def test_processes_that_spend_at_once_never_pass_the_budget(store: Settings) -> None:
    account = Account("shoes", DAY, day_usd=1.0, month_usd=1.0)
    opened(store).plan([entry(n) for n in range(40)])

    def spend(worker: int) -> int:
        journal = opened(store)
        numbers = range(worker * 10, worker * 10 + 10)
        return sum(not journal.commit([send(n, usd=0.1)], account) for n in numbers)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(spend, range(4))) == 10
    assert states(opened(store)).count(SENT) == 10


def test_a_name_with_quotes_is_a_name(journal: Journal) -> None:
    evil = "x'; DROP TABLE calls; --"
    journal.plan([entry(spec=replace(SPEC, prompt_text=evil, model=evil), engine_id=evil)])
    [found] = journal.entries(replace(SHELF, engine_id=evil))
    assert (found.spec.prompt_text, found.engine_id) == (evil, evil)
    with journal.exclusive(evil):
        journal.explain(SHELF, evil, None)
    assert [one.error for one in journal.entries(SHELF)] == [evil]


def test_a_budget_lets_through_what_it_can_pay_at_worst(journal: Journal) -> None:
    journal.plan(entry(n) for n in range(4))
    account = Account("shoes", DAY, day_usd=1.0)
    denied = commit(journal, *(send(n, usd=0.4) for n in range(4)), account=account)
    assert denied == {entry(2).call_id, entry(3).call_id}
    assert states(journal) == [SENT, SENT, PLANNED, PLANNED]


def test_money_that_was_reserved_and_not_spent_is_free_again(journal: Journal) -> None:
    journal.plan([entry(), entry(1)])
    account = Account("shoes", DAY, day_usd=1.0)
    commit(journal, send(0, usd=0.9), account=account)
    assert commit(journal, send(1, usd=0.9), account=account)
    commit(journal, Settling(entry().call_id, "a" * 64, cost_usd=0.05, reserved_usd=0.9), account=account)
    assert not commit(journal, send(1, usd=0.9), account=account)
    assert journal.spent(account) == pytest.approx((0.05, 0.9))


def test_a_call_that_may_have_been_paid_counts_against_the_budget(journal: Journal) -> None:
    journal.plan([entry(), entry(1)])
    account = Account("shoes", DAY, day_usd=1.0)
    commit(journal, send(0, usd=0.9), account=account)
    commit(
        journal,
        Failing(entry().call_id, "no reply", "timeout", may_be_paid=True, reserved_usd=0.9),
        account=account,
    )
    assert commit(journal, send(1, usd=0.9), account=account) == {entry(1).call_id}


def test_what_a_dead_run_had_in_the_air_counts_as_possibly_paid(journal: Journal) -> None:
    journal.plan([entry()])
    account = Account("shoes", DAY, day_usd=1.0)
    commit(journal, send(0, usd=0.9), account=account)
    journal.recover(SHELF)
    assert journal.spent(account) == pytest.approx((0.0, 0.9))
    assert journal.money_left(account) == (pytest.approx(0.1), None)


def test_a_months_budget_counts_its_earlier_days_and_no_other_month(journal: Journal) -> None:
    journal.plan(entry(n) for n in range(3))
    for day, usd in ((date(2026, 10, 31), 5.0), (date(2026, 11, 2), 0.7)):
        earlier = Account("shoes", day)
        journal.open_account(earlier)
        commit(journal, Settling("other", "b" * 64, cost_usd=usd), account=earlier)
    account = Account("shoes", DAY, month_usd=1.0)
    assert commit(journal, send(0, usd=0.4), account=account) == {entry().call_id}
    assert not commit(journal, send(1, usd=0.3), account=account)


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_any_call_may_end_is_repeated_until_all_is_asked_within_the_budget(
    store: Settings, seed: int
) -> None:
    """Each run ends at its first failure, as in the product; the provider remembers what it was asked."""
    account = Account("shoes", DAY, day_usd=1.0)
    calls = [entry(n) for n in range(12)]
    calm, asked, settled = opened(store), Counter[str](), set[str]()
    journal = Unreliable(calm, {"recover", "plan", "commit"}, refused=0.12, lost=0.12, seed=seed)

    def run() -> None:
        journal.recover(SHELF)
        journal.plan(calls)
        for call in list(journal.pending(SHELF)):
            if journal.commit([Sending(call.call_id, 0.1)], account):
                continue
            assert call.call_id not in settled
            asked[call.call_id] += 1
            journal.commit([Settling(call.call_id, "a" * 64, cost_usd=0.1, reserved_usd=0.1)], account)
            settled.add(call.call_id)

    until_it_succeeds(run)
    assert {"refused", "lost"} <= set(journal.faults)
    held = {found.call_id: found.state for found in calm.entries(SHELF)}
    assert len(held) == len(calls)
    assert all(state in {RECEIVED, UNKNOWN, PLANNED} for state in held.values())
    assert {call for call, state in held.items() if state == RECEIVED} >= settled
    assert max(asked.values()) <= 2
    spent, possible = calm.spent(account)
    assert 0.1 * asked.total() <= spent + possible + 1e-9
    assert spent + possible <= 1.0 + 1e-9
    assert spent == pytest.approx(0.1 * list(held.values()).count(RECEIVED))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["settle", "fail", "paid", "release"]), st.floats(0, 1)), max_size=12)
)
def test_whatever_happens_the_books_balance(events: list[tuple[str, float]]) -> None:
    journal = Journal(open_engine("sqlite://"))
    account = Account("shoes", DAY)
    journal.open_account(account)
    journal.plan(entry(n) for n in range(len(events)))
    spent = possible = 0.0
    for number, (event, usd) in enumerate(events):
        call = entry(number).call_id
        commit(journal, send(number, usd=usd))
        if event == "settle":
            commit(journal, Settling(call, "c" * 64, cost_usd=usd / 2, reserved_usd=usd))
            spent += usd / 2
        elif event == "release":
            commit(journal, Releasing(call, "down", "auth", reserved_usd=usd))
        else:
            is_paid = event == "paid"
            commit(journal, Failing(call, "x", "timeout", may_be_paid=is_paid, reserved_usd=usd))
            possible += usd if is_paid else 0.0
    assert journal.spent(account) == pytest.approx((spent, possible), abs=1e-9)


def test_a_disk_that_is_full_is_said_and_loses_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'journal.sqlite'}")
    journal = Journal(engine)
    journal.open_account(FREE)
    journal.plan([entry()])
    with engine.connect() as connection:  # SQLite says "database or disk is full" at its page limit
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.commit()
    with pytest.raises(StorageError, match="full"):
        journal.plan([entry(n) for n in range(1, 1_000)])
    assert states(Journal(open_engine(f"sqlite:///{tmp_path / 'journal.sqlite'}"))) == [PLANNED]


def test_a_table_that_no_version_made_is_refused_with_what_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        connection.execute("CREATE TABLE calls (call_id TEXT PRIMARY KEY, state TEXT)")
    connection.close()
    with pytest.raises(SetupError, match=r"calls .* lacks monitor_id.*start a new home"):
        open_engine(url)


def test_the_payloads_to_verify_are_the_answers_and_the_contexts_they_rest_on(journal: Journal) -> None:
    design = {"arm": "full", "context_hash": "c" * 64}
    arms = [replace(SPEC, repeat=n, design=design) for n in range(3)]
    plan = [
        entry(n, purpose=EXPERIMENT, spec=spec, call_id=call_id("shoes", DAY, "e1", spec, EXPERIMENT))
        for n, spec in enumerate(arms)
    ]
    journal.plan([entry(9), *plan])
    commit(journal, Settling(entry(9).call_id, "a" * 64))
    assert sorted(stored.payload_hash for stored in journal.payloads(DAY)) == ["a" * 64, "c" * 64]
    assert list(journal.payloads(date(2026, 11, 25))) == []
