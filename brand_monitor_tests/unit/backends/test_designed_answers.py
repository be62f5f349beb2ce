"""Rows of experiments: the answer, its design, and the whole context, derived without asking anybody."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.contexts import FrozenContext
from brand_monitor.backends.llm.designed_answers import ANSWERS, MENTIONS, designed_answers, designed_mentions
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.retrieval import Excerpt
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.backends.tables.entries import EXPERIMENT, PLANNED, RECEIVED, CallSpec, JournalEntry
from brand_monitor.domain.mentions import answer_mentions
from brand_monitor.schemas.registry import conform

CONTEXT = FrozenContext(
    "Which tea?",
    2,
    (
        Excerpt(1, "doc-a", "http://a.example/", "A", "0" * 64, "[1] A: Northwind [1]."),
        Excerpt(2, "doc-b", "http://b.example/", "B", "0" * 64, "[2] B: Water [2]."),
    ),
)
BRANDS = pl.DataFrame(
    {
        "monitor_id": ["teas"],
        "brand_id": ["north"],
        "brand": ["Northwind"],
        "aliases": [[]],
        "products": [[]],
        "exclusions": [[]],
    },
    schema_overrides=dict.fromkeys(("aliases", "products", "exclusions"), pl.List(pl.String)),
)


@pytest.fixture
def payloads(tmp_path: Path) -> PayloadStore:
    return PayloadStore(FolderStore(tmp_path))


def entry(payloads: PayloadStore, call: str, order: list[int], text: str | None) -> JournalEntry:
    """Return a call of a design that was answered with ``text``, or is still planned."""
    design = {
        "experiment_id": "causes",
        "kind": "permutation",
        "arm": f"order-{call}",
        "order": order,
        "replicate": 1,
        "context_hash": CONTEXT.freeze(payloads),
        "k": 2,
    }
    spec = CallSpec(
        prompt_id="best",
        prompt_family="best",
        prompt_version="v1",
        prompt_text="Which tea?",
        intent="discovery",
        persona=None,
        locale="en",
        is_branded=False,
        repeat=1,
        model="m",
        max_tokens=9,
        design=design,
    )
    reply = {"choices": [{"message": {"content": text}}]}
    digest = None if text is None else payloads.put({"wire": "chat", "response": reply, "design": design})
    state = PLANNED if text is None else RECEIVED
    return JournalEntry(
        call, "teas", date(2026, 11, 24), "local", "small", state, spec, EXPERIMENT, payload_hash=digest
    )


def rows(payloads: PayloadStore, entries: list[JournalEntry]) -> pl.DataFrame:
    answers = answers_frame(entries, payloads=payloads, surface="grounded", prices=PriceSheet())
    return conform(ANSWERS, designed_answers(answers, entries, payloads))


def test_an_answer_stands_beside_its_design_and_its_whole_context(payloads: PayloadStore) -> None:
    [row] = rows(payloads, [entry(payloads, "one", [1, 0], "Northwind.")]).to_dicts()
    assert row["answer_id"] == "one"
    assert (row["experiment_id"], row["design_kind"], row["arm"], row["replicate"]) == (
        "causes",
        "permutation",
        "order-one",
        1,
    )
    assert (row["sources_in_context"], row["shown"]) == (2, [1, 0])
    assert row["context_documents"] == ["doc-a", "doc-b"]
    assert row["context_urls"] == ["http://a.example/", "http://b.example/"]


def test_a_call_that_nobody_was_asked_keeps_its_design(payloads: PayloadStore) -> None:
    [row] = rows(payloads, [entry(payloads, "one", [], None)]).to_dicts()
    assert (row["status"], row["shown"]) == ("not_asked", [])


def test_a_lost_context_costs_its_documents_and_not_the_answers(
    payloads: PayloadStore, tmp_path: Path
) -> None:
    entries = [entry(payloads, "one", [0], "Northwind."), entry(payloads, "two", [1], "Water.")]
    (tmp_path / payload_key(CONTEXT.freeze(payloads))).unlink()
    frame = rows(payloads, entries)
    assert frame["text"].to_list() == ["Northwind.", "Water."]
    assert frame["context_documents"].to_list() == [None, None]


def test_without_any_call_there_is_no_row(payloads: PayloadStore) -> None:
    assert rows(payloads, []).is_empty()


def test_a_mention_knows_the_design_of_its_answer(payloads: PayloadStore) -> None:
    entries = [
        entry(payloads, "one", [0], "Northwind, then Northwind."),
        entry(payloads, "two", [1], "Water."),
    ]
    answers = rows(payloads, entries)
    mentions = conform(MENTIONS, designed_mentions(answer_mentions(answers, BRANDS), answers))
    assert (
        mentions.select("answer_id", "brand_id", "arm", "replicate").rows()
        == [("one", "north", "order-one", 1)] * 2
    )
