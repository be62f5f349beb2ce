"""Frozen contexts: kept to the letter, shown in any arrangement, numbered as they are shown."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.contexts import FrozenContext, FrozenContextEngine
from brand_monitor.backends.llm.interface import Call, Engine, Message
from brand_monitor.backends.llm.passages import numbered
from brand_monitor.backends.llm.retrieval import Excerpt
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.failures import CallRejectedError, CorruptPayloadError

QUESTION = "Which shoes are good for rain?"
TITLES = ("Rain guide", "Forum", "Shop")


def excerpt(position: int, title: str) -> Excerpt:
    shown = numbered(position, title, [f"{title} says one thing.", "And another!"])
    return Excerpt(position, f"doc-{title}", f"http://{position}.example/", title, "0" * 64, shown)


CONTEXT = FrozenContext(QUESTION, 3, tuple(excerpt(at, title) for at, title in enumerate(TITLES, start=1)))


class Recorder(Engine):
    """Answers with what it was asked."""

    concurrency = 7

    def __init__(self) -> None:
        self.asked: list[Call] = []
        self.is_open = False

    async def __aenter__(self) -> Self:
        self.is_open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.is_open = False

    async def ask(self, call: Call) -> Mapping[str, Any]:
        self.asked.append(call)
        return {"wire": "recorder", "response": {}}


@pytest.fixture
def payloads(tmp_path: Path) -> PayloadStore:
    return PayloadStore(FolderStore(tmp_path))


def call(design: Mapping[str, Any] | None) -> Call:
    return Call("call-1", "model", QUESTION, 0, 64, (Message("user", QUESTION),), design=design)


def ask(payloads: PayloadStore, design: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], Recorder]:
    recorder = Recorder()

    async def run() -> Mapping[str, Any]:
        async with FrozenContextEngine(recorder, payloads) as engine:
            assert recorder.is_open
            return await engine.ask(call(design))

    payload = asyncio.run(run())
    assert not recorder.is_open
    return payload, recorder


def test_a_context_comes_back_as_it_was_frozen(payloads: PayloadStore) -> None:
    assert FrozenContext.load(payloads, CONTEXT.freeze(payloads)) == CONTEXT


def test_the_same_context_has_the_same_hash_and_another_one_another(payloads: PayloadStore) -> None:
    other = FrozenContext(QUESTION, 3, CONTEXT.sources[::-1])
    assert CONTEXT.freeze(payloads) == CONTEXT.freeze(payloads)
    assert CONTEXT.freeze(payloads) != other.freeze(payloads)


def test_what_is_no_context_is_refused_with_its_hash(payloads: PayloadStore) -> None:
    digest = payloads.put({"wire": "chat", "response": {}})
    with pytest.raises(CorruptPayloadError, match=digest):
        FrozenContext.load(payloads, digest)
    with pytest.raises(ObjectNotFoundError):
        FrozenContext.load(payloads, "0" * 64)


def test_the_whole_in_its_order_is_shown_as_retrieval_found_it() -> None:
    assert CONTEXT.arranged([0, 1, 2]) == list(CONTEXT.sources)
    assert CONTEXT.arranged([]) == []


def test_an_arrangement_is_numbered_as_it_is_shown() -> None:
    shown = [source.shown for source in CONTEXT.arranged([2, 0])]
    assert shown == [
        "[1] Shop: Shop says one thing [1]. And another [1]!",
        "[2] Rain guide: Rain guide says one thing [2]. And another [2]!",
    ]


@given(st.permutations(range(3)), st.integers(0, 3))
def test_a_source_keeps_its_words_wherever_it_stands(order: list[int], length: int) -> None:
    for position, source in enumerate(CONTEXT.arranged(order[:length]), start=1):
        original = CONTEXT.sources[order[position - 1]]
        assert source.position == position
        assert source.document_id == original.document_id
        assert source.shown.replace(f"[{position}]", f"[{original.position}]") == original.shown


@pytest.mark.parametrize("order", [[3], [-1], [0, 1, 2, 3]])
def test_a_source_that_is_not_there_cannot_be_shown(order: list[int]) -> None:
    with pytest.raises(IndexError):
        CONTEXT.arranged(order)


def test_the_engine_shows_the_arrangement_and_keeps_it_in_the_payload(payloads: PayloadStore) -> None:
    design = {"context_hash": CONTEXT.freeze(payloads), "order": [2, 0], "arm": "mask-0-2", "kind": "mask"}
    payload, recorder = ask(payloads, design)
    [asked] = recorder.asked
    question = asked.messages[-1].content
    assert question.startswith("Sources:\n[1] Shop: ")
    assert "[2] Rain guide: " in question
    assert "Forum" not in question
    assert QUESTION in question
    assert payload["design"] == design
    assert payload["wire"] == "recorder"
    assert [source["document_id"] for source in payload["context"]["sources"]] == [
        "doc-Shop",
        "doc-Rain guide",
    ]
    assert [source["position"] for source in payload["context"]["sources"]] == [1, 2]


def test_an_empty_arrangement_asks_in_the_same_words_without_sources(payloads: PayloadStore) -> None:
    design = {"context_hash": CONTEXT.freeze(payloads), "order": []}
    payload, recorder = ask(payloads, design)
    assert recorder.asked[0].messages[-1].content.startswith(f"Sources:\n\n\nQuestion: {QUESTION}")
    assert payload["context"]["sources"] == []


def test_the_engine_answers_as_many_at_once_as_who_answers() -> None:
    assert FrozenContextEngine(Recorder(), PayloadStore(FolderStore(Path()))).concurrency == 7


@pytest.mark.parametrize(
    "design", [None, {}, {"context_hash": "0" * 64, "order": [0]}], ids=["none", "empty", "lost context"]
)
def test_a_call_whose_context_cannot_be_shown_is_refused_unasked(
    payloads: PayloadStore, design: Mapping[str, Any] | None
) -> None:
    with pytest.raises(CallRejectedError, match="call-1: the frozen context"):
        ask(payloads, design)


def test_a_damaged_context_is_never_shown(payloads: PayloadStore, tmp_path: Path) -> None:
    digest = CONTEXT.freeze(payloads)
    (tmp_path / payload_key(digest)).write_bytes(b"damaged")
    with pytest.raises(CallRejectedError, match="the frozen context"):
        ask(payloads, {"context_hash": digest, "order": [0]})
