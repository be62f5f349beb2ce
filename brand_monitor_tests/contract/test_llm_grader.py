"""The grader that asks a model: journaled, paid once, never asked twice, and never more than it was told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.graders.llm import GRADE, Judge, LlmGrader
from brand_monitor.backends.llm.factory import engine_for
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.providers.http import HttpEngine
from brand_monitor.backends.llm.simulation import Stores
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.deployment import Settings
from brand_monitor.domain.sentiment import Target, one_mention
from brand_monitor.domain.text.links import Span
from brand_monitor.monitor.models import Monitor
from brand_monitor_tests.contract.provider_cells import engine
from brand_monitor_tests.provider_stubs.openai import message, response, text
from brand_monitor_tests.provider_stubs.provider import canned
from brand_monitor_tests.provider_stubs.server import StubServer

DAY = date(2026, 11, 25)
REPLY = {"label": "positive", "score": 0.9, "confidence": 0.8, "evidence": ["is excellent"]}


def target(words: str) -> Target:
    return one_mention(words, 0, 4, Span(0, len(words)))


PRAISE, OTHER = target("Acme is excellent."), target("Acme is a shop.")


@pytest.fixture
def stub() -> Iterator[StubServer]:
    server = StubServer("openai", default="judged")
    judged = canned(response(message(text(json.dumps(REPLY)))))
    server.provider = replace(server.provider, replies={**server.provider.replies, "judged": judged})
    with server:
        yield server


def stores_in(home: Path) -> Stores:
    settings = Settings(home)
    return Stores(
        settings=settings,
        journal=Journal(open_engine(settings.journal_url)),
        payloads=PayloadStore(FolderStore(home / "lake")),
        coordinations=Coordinations(settings.coordination_url),
        prices=PriceSheet(),
    )


def monitor(family: str, model: str | None, **budget: float) -> Monitor:
    one = {"id": "judge", "family": family} | ({"model": model} if model else {})
    return Monitor.model_validate(
        {
            "id": "teas",
            "market": "tea",
            "brands": [
                {"id": "acme", "name": "Acme", "role": "own"},
                {"id": "ctrl", "name": "Ombrevale", "role": "control"},
            ],
            "prompts": [{"id": "best", "text": "Which tea?"}],
            "engines": [one],
            "budget": budget,
        }
    )


def grader(home: Path, stub: StubServer, *, day: date = DAY, **budget: float) -> LlmGrader:
    watched = monitor("openai", "gpt-5-mini", **budget)

    def make(refused: set[str]) -> HttpEngine:
        return engine(stub, refused=refused)

    judge = Judge(watched, watched.engines[0], day, stores_in(home), make)
    return LlmGrader(judge, FolderStore(home / "lake"))


def test_a_judgement_is_journaled_and_its_price_counted(tmp_path: Path, stub: StubServer) -> None:
    one = grader(tmp_path, stub)
    (grade,) = one.grade([PRAISE])
    assert (grade.label, grade.score) == ("positive", 0.9)
    assert [PRAISE.text[slice(*span)] for span in grade.evidence] == ["is excellent"]
    assert grade.cost_usd is not None
    assert grade.cost_usd > 0
    (entry,) = one._judge.stores.journal.entries(Shelf(DAY, "openai", "teas", GRADE, "judge"))
    assert entry.cost_usd == grade.cost_usd


def test_the_same_text_and_target_is_never_asked_twice(tmp_path: Path, stub: StubServer) -> None:
    first = grader(tmp_path, stub).grade([PRAISE, OTHER, PRAISE])
    later = grader(tmp_path, stub, day=DAY + timedelta(days=3)).grade([OTHER, PRAISE])
    assert stub.total == 2
    assert [one.label for one in later] == ["positive", "positive"]
    # The second of two equal targets in one table costs nothing.
    assert first[2].cost_usd == 0
    assert later[1] == first[0]


def test_a_reply_that_was_cut_is_null_with_a_reason(tmp_path: Path, stub: StubServer) -> None:
    stub.play("cut", "plain")
    cut, plain = grader(tmp_path, stub).grade([PRAISE, OTHER])
    assert {cut.label, plain.label} == {None}
    assert {cut.reason, plain.reason} == {"grader_truncated", "grader_invalid_json"}


@pytest.mark.parametrize(
    ("played", "reason"),
    [("refused", "grader_refused"), ("empty", "grader_empty"), ("auth", "grader_not_asked")],
)
def test_an_engine_that_gives_no_answer_leaves_null_with_a_reason(
    tmp_path: Path, stub: StubServer, played: str, reason: str
) -> None:
    stub.default = played
    (grade,) = grader(tmp_path, stub).grade([PRAISE])
    assert (grade.label, grade.score, grade.reason) == (None, None, reason)


def test_what_was_not_judged_is_asked_again_another_time(tmp_path: Path, stub: StubServer) -> None:
    stub.play("refused")
    grader(tmp_path, stub).grade([PRAISE])
    (grade,) = grader(tmp_path, stub, day=DAY + timedelta(days=1)).grade([PRAISE])
    assert grade.label == "positive"


def test_no_more_is_spent_than_the_budget_allows(tmp_path: Path, stub: StubServer) -> None:
    (grade,) = grader(tmp_path, stub, day_usd=0.0).grade([PRAISE])
    assert (grade.label, grade.reason) == (None, "grader_not_asked")
    assert stub.total == 0


def test_a_table_that_is_derived_again_asks_nobody(tmp_path: Path, stub: StubServer) -> None:
    grader(tmp_path, stub).grade([PRAISE])
    watched = grader(tmp_path, stub)
    offline = LlmGrader(watched._judge, FolderStore(tmp_path / "lake"), ask=False)
    filed, unknown = offline.grade([PRAISE, OTHER])
    assert (filed.label, unknown.label, unknown.reason) == ("positive", None, "grader_not_asked")
    assert stub.total == 1


def test_the_version_names_the_model(tmp_path: Path, stub: StubServer) -> None:
    assert grader(tmp_path, stub).version == "1.openai/gpt-5-mini"


def test_the_embedded_model_is_asked_and_its_reply_read_strictly(tmp_path: Path) -> None:
    watched = monitor("local", None)
    spec = watched.engines[0]
    stores = stores_in(tmp_path)

    def make(refused: set[str]) -> Engine:
        return engine_for(spec, stores.settings, refused=refused)

    one = LlmGrader(Judge(watched, spec, DAY, stores, make), FolderStore(tmp_path / "lake"))
    (grade,) = one.grade([PRAISE])
    # So small a model seldom keeps to a schema; whatever it writes is a grade or a reason, and is free.
    assert (grade.label is None) == (grade.reason is not None)
    assert grade.cost_usd == 0
