"""Planning an experiment: frozen once, asked by design, the same calls again, and their price beforehand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.llm.contexts import FrozenContext
from brand_monitor.backends.llm.experiments import (
    Prepared,
    estimate,
    known_contexts,
    plan_experiment,
    prepare,
    questions_of,
)
from brand_monitor.backends.llm.retrieval import Retriever
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.tables.entries import EXPERIMENT, PLANNED, JournalEntry
from brand_monitor.domain.costs.pricing import OWN_MACHINE, Price, Rates
from brand_monitor.monitor.models import Monitor

DAY = date(2026, 11, 24)
MONITOR = Monitor.model_validate(
    {
        "id": "shoes",
        "market": "Running shoes",
        "brands": [
            {"id": "larkstride", "name": "Larkstride", "role": "own"},
            {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
        ],
        "prompts": [
            {"id": "rain", "text": "Which shoes for rain?", "paraphrases": ["Shoes when it is wet?"]},
            {"id": "mud", "text": "Which shoes for mud?", "persona": "a hiker", "locale": "en-GB"},
            {"id": "own", "text": "Is Larkstride good?", "branded": True},
            {"id": "kettle", "text": "Which kettle?"},
        ],
        "sites": [{"id": "site", "base_url": "http://a.example", "pages": ["/"]}],
        "engines": [
            {"id": "small", "family": "grounded"},
            {
                "id": "luna",
                "family": "openai",
                "model": "gpt-6-luna",
                "system": "Be brief.",
                "max_tokens": 500,
            },
        ],
        "experiments": [
            {"id": "causes", "engines": ["small", "luna"], "documents": 3, "masks": 4, "permutations": 3}
        ],
    }
)
EXPERIMENT_FILE = MONITOR.experiments[0]
SMALL, LUNA = MONITOR.engines


def documents(word: str = "shoes") -> pl.DataFrame:
    texts = [f"These {word} number {n} are for rain and mud. They are shoes." for n in range(5)]
    return pl.DataFrame(
        {
            "document_id": [f"d{n}" for n in range(5)],
            "url": [f"http://a.example/{n}" for n in range(5)],
            "title": [f"Page {n}" for n in range(5)],
            "text": texts,
        }
    )


class Finding:
    """Makes retrievers, and counts how often it was asked to."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.made = 0

    def __call__(self) -> Retriever:
        self.made += 1
        return Retriever(self.frame, TantivyIndex(), top_k=10)


@pytest.fixture
def payloads(tmp_path: Path) -> PayloadStore:
    return PayloadStore(FolderStore(tmp_path))


@pytest.fixture
def prepared(payloads: PayloadStore) -> list[Prepared]:
    return prepare(
        questions_of(MONITOR, EXPERIMENT_FILE), 3, known={}, payloads=payloads, retriever=Finding(documents())
    )


def plan(prepared: Sequence[Prepared], **changes: object) -> list[JournalEntry]:
    experiment = EXPERIMENT_FILE.model_copy(update=changes)
    return plan_experiment(MONITOR, experiment, SMALL, DAY, prepared)


def test_prompts_are_asked_as_they_stand_and_branded_ones_only_by_name() -> None:
    assert [one.id for one in questions_of(MONITOR, EXPERIMENT_FILE)] == ["rain", "mud", "kettle"]
    named = EXPERIMENT_FILE.model_copy(update={"prompts": ["own"]})
    assert [one.id for one in questions_of(MONITOR, named)] == ["own"]


def test_a_prompt_that_no_document_speaks_of_is_left_out(prepared: list[Prepared]) -> None:
    assert [one.question.id for one in prepared] == ["rain", "mud"]
    assert [len(one.context.sources) for one in prepared] == [3, 3]


def test_every_row_of_every_design_is_a_call_of_its_own(prepared: list[Prepared]) -> None:
    entries = plan(prepared)
    kinds = Counter(entry.spec.design["kind"] for entry in entries if entry.spec.design)
    arms = {"full": 1, "empty": 1, "leave_one_out": 3, "mask": 4, "permutation": 3}
    assert kinds == {kind: 2 * 3 * n for kind, n in arms.items()}
    assert len({entry.call_id for entry in entries}) == len(entries)
    assert {entry.purpose for entry in entries} == {EXPERIMENT}
    assert {entry.state for entry in entries} == {PLANNED}
    assert [entry.position for entry in entries] == list(range(len(entries)))


def test_whole_replicates_of_all_prompts_follow_each_other(prepared: list[Prepared]) -> None:
    entries = plan(prepared)
    third = len(entries) // 3
    for replicate in range(3):
        part = entries[replicate * third : (replicate + 1) * third]
        assert {entry.spec.repeat for entry in part} == {replicate}
        assert {entry.spec.prompt_id for entry in part} == {"rain", "mud"}


def test_the_same_plan_is_the_same_calls(prepared: list[Prepared]) -> None:
    assert plan(prepared) == plan(prepared)


def test_more_replicates_keep_the_calls_that_are_planned(prepared: list[Prepared]) -> None:
    few = {entry.call_id for entry in plan(prepared, replicates=2)}
    many = {entry.call_id for entry in plan(prepared, replicates=5)}
    assert few < many


def test_draws_have_seeds_of_their_own_but_a_missing_source_is_paired_with_the_whole(
    prepared: list[Prepared],
) -> None:
    seeds: dict[tuple[str, int], set[int | None]] = {}
    for entry in plan(prepared[:1]):
        design = entry.spec.design or {}
        paired = design["kind"] in {"full", "leave_one_out"}
        seeds.setdefault((("paired" if paired else design["arm"]), design["replicate"]), set()).add(
            entry.spec.seed
        )
    assert all(len(drawn) == 1 for drawn in seeds.values())
    assert len(set.union(*seeds.values())) == len(seeds)
    assert None not in set.union(*seeds.values())


def test_another_day_is_another_draw(prepared: list[Prepared]) -> None:
    later = plan_experiment(MONITOR, EXPERIMENT_FILE, SMALL, date(2026, 11, 25), prepared)
    for one, other in zip(plan(prepared), later, strict=True):
        assert one.spec.design == other.spec.design
        assert one.spec.seed != other.spec.seed


def test_a_call_says_who_asks_and_searches_nothing(prepared: list[Prepared]) -> None:
    searching = LUNA.model_copy(update={"web": True, "country": "GB"})
    entries = plan_experiment(MONITOR, EXPERIMENT_FILE, searching, DAY, prepared)
    [spec, *_] = [entry.spec for entry in entries if entry.spec.prompt_id == "mud"]
    assert spec.system == "Be brief. You are talking to a hiker. Answer for a reader whose locale is en-GB."
    assert (spec.web, spec.country, spec.max_tokens, spec.model) == (False, None, 500, "gpt-6-luna")


def test_a_model_asked_with_sources_is_not_told_to_answer_without(prepared: list[Prepared]) -> None:
    alone = SMALL.model_copy(update={"family": "local"})
    [entry, *_] = plan_experiment(MONITOR, EXPERIMENT_FILE, alone, DAY, prepared)
    assert entry.spec.system is None


def test_a_later_run_shows_the_documents_of_the_first(
    payloads: PayloadStore, prepared: list[Prepared]
) -> None:
    """Pages that changed since are not looked at: a design is asked of one context."""
    known = known_contexts(plan(prepared), "causes")
    changed = Finding(documents("wholly rewritten shoes"))
    questions = [one.question for one in prepared]
    assert prepare(questions, 3, known=known, payloads=payloads, retriever=changed) == prepared
    assert changed.made == 0


def test_another_experiment_another_size_or_another_wording_has_a_context_of_its_own(
    payloads: PayloadStore, prepared: list[Prepared]
) -> None:
    known = known_contexts(plan(prepared), "causes")
    assert known_contexts(plan(prepared), "other") == {}
    asked = [replace(prepared[0].question, text="Which shoes for much rain?")]
    [reworded] = prepare(asked, 3, known=known, payloads=payloads, retriever=Finding(documents()))
    [larger] = prepare(
        [prepared[0].question], 5, known=known, payloads=payloads, retriever=Finding(documents())
    )
    assert len(larger.context.sources) == 5
    assert len({reworded.context_hash, larger.context_hash, prepared[0].context_hash}) == 3


def test_a_lost_context_is_frozen_anew(
    payloads: PayloadStore, prepared: list[Prepared], tmp_path: Path
) -> None:
    known = known_contexts(plan(prepared), "causes")
    (tmp_path / payload_key(prepared[0].context_hash)).unlink()
    again = prepare(
        [prepared[0].question], 3, known=known, payloads=payloads, retriever=Finding(documents("other shoes"))
    )
    assert again[0].context_hash != prepared[0].context_hash
    assert FrozenContext.load(payloads, again[0].context_hash) == again[0].context


def test_the_price_is_known_before_anything_is_sent(prepared: list[Prepared]) -> None:
    entries = plan_experiment(MONITOR, EXPERIMENT_FILE, LUNA, DAY, prepared)
    price = Price(Rates(1.0, 10.0), source="a test")
    found = estimate(entries, prepared, price, is_small_model=False)
    assert found.calls == {"full": 6, "empty": 6, "leave_one_out": 18, "mask": 24, "permutation": 18}
    assert found.all_calls == len(entries) == 72
    assert found.output_tokens == 72 * 500
    assert found.cost.usd == pytest.approx((found.input_tokens * 1.0 + found.output_tokens * 10.0) / 1e6)


def test_fewer_sources_read_fewer_tokens(prepared: list[Prepared]) -> None:
    entries = plan(prepared)
    read = {
        kind: estimate(
            [entry for entry in entries if (entry.spec.design or {})["kind"] == kind],
            prepared,
            OWN_MACHINE,
            is_small_model=True,
        )
        for kind in ("full", "leave_one_out", "empty")
    }
    per_call = {kind: found.input_tokens / found.all_calls for kind, found in read.items()}
    assert per_call["full"] > per_call["leave_one_out"] > per_call["empty"]
    assert read["full"].cost.usd == 0.0


def test_an_unknown_price_is_null_with_its_reason(prepared: list[Prepared]) -> None:
    cost = estimate(plan(prepared), prepared, None, is_small_model=True).cost
    assert (cost.usd, cost.reason) == (None, "unknown_price")
    assert estimate([], prepared, None, is_small_model=True).cost.usd == 0.0
