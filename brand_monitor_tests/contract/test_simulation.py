"""A day of asking over a real socket: money, keys, limits, resumption and the past, as the journal tells it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.factory import engine_for
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.progress import Progress
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores, account_of, ask_day
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.resource import open_journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.deployment import Settings
from brand_monitor.failures import BudgetError, PastPartitionError, StorageError
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.schemas.registry import conform
from brand_monitor_tests.contract.stores import KINDS, settings_of
from brand_monitor_tests.provider_stubs.server import StubServer

TODAY = date(2026, 11, 24)
QUESTIONS = 12


def monitor_of(*, budget: dict[str, float] | None = None, **engine: Any) -> Monitor:
    spec = {"id": "e1", "family": "openai", "model": "gpt-6-luna", "repeats": 1, "concurrency": 3} | engine
    return Monitor.model_validate(
        {
            "id": "tea",
            "market": "Tea",
            "brands": [
                {"id": "acme", "name": "Acme", "role": "own"},
                {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
            ],
            "prompts": [{"id": f"p{n}", "text": f"Which tea is best for day {n}?"} for n in range(QUESTIONS)],
            "engines": [spec],
            "budget": budget or {},
        }
    )


class House:
    """An installation that reaches a stub."""

    def __init__(
        self, home: Path, stub: StubServer, key: str | None = "sk-secret", database: SecretStr | None = None
    ) -> None:
        name = {"openai": "openai_base_url", "gemini": "gemini_api_base"}[stub.provider.name]
        keys = {"openai_api_key": key, "google_api_key": key} if key else {}
        self.settings = Settings(home, **keys, **{name: stub.base_url}, database_url=database)
        self.stores = Stores(
            settings=self.settings,
            journal=open_journal(self.settings, migrates=True),
            payloads=PayloadStore(FolderStore(self.settings.lake_dir)),
            coordinations=Coordinations(self.settings.coordination_url),
            prices=PriceSheet(home),
        )
        self.seen: list[Progress] = []

    def ask(self, monitor: Monitor, day: date = TODAY, *, allow_reask: bool = False) -> Progress:
        [spec] = monitor.engines
        asked = AskedDay(day, TODAY, "run-1", allow_reask=allow_reask)
        entries = plan_calls(monitor, spec, day, is_reasked=asked.is_past)
        make = partial(self._engine, spec)
        return ask_day(Assignment(monitor, spec, asked), entries, self.stores, make, self._report)

    def answers(self, monitor: Monitor, day: date = TODAY) -> pl.DataFrame:
        entries = self.stores.journal.entries(Shelf(day, monitor.engines[0].family, monitor.id))
        frame = answers_frame(
            entries, payloads=self.stores.payloads, surface="api", prices=self.stores.prices
        )
        return conform("raw/answers", frame)

    def _engine(self, spec: EngineSpec, refused: set[str]) -> Engine:
        return engine_for(spec, self.settings, refused=refused)

    def _report(self, progress: Progress) -> None:
        self.seen.append(replace(progress))


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer("openai") as running:
        yield running


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path, stub: StubServer) -> Iterator[House]:
    with settings_of(request.param, request, tmp_path) as store:
        yield House(tmp_path, stub, database=store.database_url)


def test_every_call_is_asked_once_priced_and_derived_from_its_payload(house: House, stub: StubServer) -> None:
    monitor = monitor_of(web=True)
    progress = house.ask(monitor)
    frame = house.answers(monitor)
    assert (progress.received, progress.failed, progress.stopped) == (QUESTIONS, 0, None)
    assert stub.total == QUESTIONS
    assert stub.most_in_flight <= 3
    assert frame["status"].unique().to_list() == ["ok"]
    assert frame["attempts"].to_list() == [1] * QUESTIONS
    assert frame["cost_usd"].null_count() == 0
    assert frame["cost_usd"].sum() == pytest.approx(progress.cost_usd)
    assert progress.cost_usd == pytest.approx(house.stores.journal.spent(account_of(monitor, TODAY))[0])
    assert frame["served_model"].n_unique() == 1
    assert frame["is_web"].all()
    assert frame["messages_hash"].n_unique() == QUESTIONS
    assert all(frame["queries"].list.len() > 0)


def test_the_same_day_again_asks_nothing(house: House, stub: StubServer) -> None:
    house.ask(monitor_of())
    assert house.ask(monitor_of()).planned == 0
    assert stub.total == QUESTIONS


def test_a_missing_key_leaves_every_call_planned_and_says_which_variable_to_set(
    tmp_path: Path, stub: StubServer
) -> None:
    house, monitor = House(tmp_path, stub, key=None), monitor_of()
    progress = house.ask(monitor)
    frame = house.answers(monitor)
    assert stub.total == 0
    assert "OPENAI_API_KEY is not set" in str(progress.stopped)
    assert frame["status"].unique().to_list() == ["not_asked"]
    assert frame["error_class"].unique().to_list() == ["auth"]
    assert "OPENAI_API_KEY is not set" in frame["reason"][0]
    assert house.seen[-1].not_asked == QUESTIONS


def test_a_wrong_key_stops_the_engine_at_once_and_a_right_one_goes_on(house: House, stub: StubServer) -> None:
    stub.play("auth", "auth", "auth")
    progress = house.ask(monitor_of())
    assert progress.stopped_by == "auth"
    assert stub.total <= 3
    frame = house.answers(monitor_of())
    assert set(frame["status"]) <= {"not_asked", "ok"}
    assert "sk-secret" not in str(frame["reason"].to_list())
    house.ask(monitor_of())
    assert house.answers(monitor_of())["status"].unique().to_list() == ["ok"]


def test_a_budget_is_never_passed_and_the_rest_is_marked(house: House, stub: StubServer) -> None:
    served = {"model": "gpt-5-mini", "web": True}  # as the stub says, so that the price is the one expected
    monitor = monitor_of(budget={"day_usd": 0.15}, **served)
    progress = house.ask(monitor)
    frame = house.answers(monitor)
    spent, possible = house.stores.journal.spent(account_of(monitor, TODAY))
    assert 0 < stub.total < QUESTIONS
    assert spent + possible <= 0.15
    assert progress.stopped_by == "budget"
    assert frame["status"].value_counts().sort("status").rows() == [
        ("not_asked", QUESTIONS - stub.total),
        ("ok", stub.total),
    ]
    raised = monitor_of(budget={"day_usd": 1.0}, **served)
    house.ask(raised)
    assert house.answers(raised)["status"].unique().to_list() == ["ok"]
    assert stub.total == QUESTIONS


def test_a_months_budget_counts_what_earlier_days_spent(house: House, stub: StubServer) -> None:
    house.ask(monitor_of())
    spent, _ = house.stores.journal.spent(account_of(monitor_of(), TODAY))
    used_up = monitor_of(budget={"month_usd": spent}, model="gpt-6-sol")
    assert house.ask(used_up).stopped_by == "budget"
    assert stub.total == QUESTIONS


def test_a_budget_without_a_known_price_is_refused_before_anything_is_asked(
    house: House, stub: StubServer
) -> None:
    monitor = monitor_of(budget={"day_usd": 1.0}, model="gpt-unheard-of")
    with pytest.raises(BudgetError, match=r"no price is known for openai gpt-unheard-of.*prices\.yaml"):
        house.ask(monitor)
    assert stub.total == 0


def test_a_price_that_is_added_later_prices_the_answers_of_before(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PriceSheet, "price_served", lambda *_: None)
    progress = house.ask(monitor_of())
    before = house.answers(monitor_of())
    assert (progress.unpriced, progress.cost_usd) == (QUESTIONS, 0.0)
    assert before["cost_usd"].null_count() == QUESTIONS, "an unknown price is null and never 0"
    assert before["cost_note"].unique().to_list() == ["unknown_price"]
    monkeypatch.undo()
    assert house.answers(monitor_of())["cost_usd"].null_count() == 0


def test_a_call_that_was_refused_for_its_rate_is_asked_again_and_loses_no_attempt(
    house: House, stub: StubServer
) -> None:
    stub.play(*["rate_limited"] * 2)
    progress = house.ask(monitor_of(concurrency=1))
    assert progress.faults["rate_limited"] == 2
    assert progress.received == QUESTIONS
    assert house.answers(monitor_of())["attempts"].max() in {2, 3}


def test_a_call_that_keeps_failing_is_given_up_alone(house: House, stub: StubServer) -> None:
    stub.play(*["garbage"] * 3, question="Which tea is best for day 4?")
    progress = house.ask(monitor_of())
    frame = house.answers(monitor_of())
    [bad] = frame.filter(pl.col("status") != "ok").to_dicts()
    assert (progress.received, progress.failed) == (QUESTIONS - 1, 1)
    assert (bad["status"], bad["error_class"], bad["attempts"]) == ("failed", "malformed", 3)
    assert bad["possibly_paid"] == 3
    assert bad["cost_usd"] is None
    assert house.ask(monitor_of()).planned == 0


def test_refused_and_empty_answers_are_paid_and_say_so(house: House, stub: StubServer) -> None:
    stub.play("refused", "empty")
    progress = house.ask(monitor_of(concurrency=1))
    frame = house.answers(monitor_of())
    assert (progress.faults["refused"], progress.faults["empty"]) == (1, 1)
    assert sorted(frame.filter(pl.col("status") != "ok")["error_class"]) == ["empty", "refused"]
    assert frame["payload_hash"].null_count() == 0


def test_a_parameter_that_the_model_refuses_is_learned_once_for_all_runs(
    house: House, stub: StubServer
) -> None:
    stub.default = "unsupported_parameter"
    monitor = monitor_of(model="gpt-unheard-of", temperature=0.3, concurrency=1)
    house.ask(monitor)
    assert stub.total == QUESTIONS + 1
    assert house.answers(monitor)["not_sent"].to_list() == [["seed", "temperature"]] * QUESTIONS
    later = monitor_of(model="gpt-unheard-of", temperature=0.3, concurrency=1, max_tokens=99)
    house.ask(later)
    assert stub.total == 2 * QUESTIONS + 1


def test_the_past_is_not_asked_unless_allowed_and_then_every_row_is_flagged(
    house: House, stub: StubServer
) -> None:
    yesterday, monitor = TODAY - timedelta(days=1), monitor_of()
    with pytest.raises(PastPartitionError, match="allow_reask"):
        house.ask(monitor, yesterday)
    assert stub.total == 0
    house.ask(monitor, yesterday, allow_reask=True)
    assert house.answers(monitor, yesterday)["is_reasked"].all()
    assert house.ask(monitor, yesterday).planned == 0  # settled: a re-derivation needs no permission


def test_what_was_planned_on_the_day_and_asked_after_it_is_flagged_too(
    house: House, stub: StubServer
) -> None:
    yesterday, monitor = TODAY - timedelta(days=1), monitor_of()
    [spec] = monitor.engines
    house.stores.journal.plan(plan_calls(monitor, spec, yesterday))  # and the run died
    house.ask(monitor, yesterday, allow_reask=True)
    assert house.answers(monitor, yesterday)["is_reasked"].all()


def test_a_model_that_is_corrected_during_its_day_is_the_only_one_that_is_asked(
    house: House, stub: StubServer
) -> None:
    stub.play("unknown_model")
    wrong, right = monitor_of(model="gpt-6-lunna", concurrency=1), monitor_of()
    assert house.ask(wrong).stopped_by == "unknown_model"
    progress = house.ask(right)
    frame = house.answers(right)
    assert (progress.planned, progress.received, progress.stopped) == (QUESTIONS, QUESTIONS, None)
    assert frame["model"].unique().to_list() == ["gpt-6-luna"]
    assert frame["status"].unique().to_list() == ["ok"]
    assert {seen.body["model"] for seen in list(stub.requests)[1:]} == {"gpt-6-luna"}


def test_a_disk_that_fills_up_stops_the_run_and_the_next_one_goes_on(
    house: House, stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[str] = []
    put = PayloadStore.put

    def fills_up(store: PayloadStore, payload: Any) -> str:
        if len(stored) >= 4:
            raise OSError(28, "No space left on device")
        stored.append(put(store, payload))
        return stored[-1]

    monkeypatch.setattr(PayloadStore, "put", fills_up)
    with pytest.raises(StorageError, match=r"No space left.*free some space"):
        house.ask(monitor_of())
    monkeypatch.undo()
    house.ask(monitor_of())
    frame = house.answers(monitor_of())
    assert frame["status"].unique().to_list() == ["ok"]
    assert stub.total <= QUESTIONS + 3 + 1, "only what was in the air is asked again"


def test_a_deterministic_request_is_answered_from_the_cache_and_each_repeat_is_a_draw_of_its_own(
    tmp_path: Path,
) -> None:
    with StubServer("gemini") as stub:
        house = House(tmp_path, stub)
        engine = {"family": "gemini", "model": "gemini-3.8-flash", "temperature": 0, "cache": True}
        first = monitor_of(**engine)
        house.ask(first)
        assert stub.total == QUESTIONS
        twin = first.model_copy(update={"id": "twin"})
        progress = house.ask(twin)
        frame = house.answers(twin)
    assert stub.total == QUESTIONS
    assert (progress.received, progress.cached, progress.cost_usd) == (QUESTIONS, QUESTIONS, 0.0)
    assert frame["is_cached"].all()
    assert frame["cost_usd"].to_list() == [0.0] * QUESTIONS
    assert frame["attempts"].to_list() == [0] * QUESTIONS
    assert frame["text"].to_list() == house.answers(first)["text"].to_list()


def test_answers_are_derived_again_without_the_provider(house: House, stub: StubServer) -> None:
    monitor = monitor_of(web=True)
    house.ask(monitor)
    before, total = house.answers(monitor), stub.total
    assert house.answers(monitor).equals(before)
    assert stub.total == total
