"""Grounded answers: what the model is shown is kept to the letter, and its citations lead back to pages."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.factory import read
from brand_monitor.backends.llm.grounded import GroundedEngine
from brand_monitor.backends.llm.interface import Call, Engine, Message
from brand_monitor.backends.llm.retrieval import Retriever
from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.schemas.raw import ANSWER_STATUSES

DOCUMENTS = pl.DataFrame(
    {
        "document_id": ["d-trail", "d-road", "d-copy", "d-bread"],
        "url": [
            "http://a.example/trail",
            "http://b.example/road",
            "http://c.example/road",
            "http://d.example/",
        ],
        "title": ["Trail shoes", None, "Copied", "Bread"],
        "text": [
            "Trail shoes\nThe Hoka held on wet trail. We walked home.",
            "Road shoes by Nike are fast. Shoes wear out.",
            "Road shoes by Nike are fast. Shoes wear out.",
            "Flour, water, salt.",
        ],
    }
)


class ScriptedModel(Engine):
    """Answers with a fixed text and remembers what it was shown."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.shown: Call | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    async def ask(self, call: Call) -> Mapping[str, Any]:
        self.shown = call
        reply = {"model": "scripted", "choices": [{"message": {"content": self.text}}]}
        return {"wire": "chat", "request": {}, "response": reply, "latency_ms": 1.0}


def call(prompt: str, *, system: str | None = None) -> Call:
    return Call("c1", "m", prompt, 0, 50, (Message("user", prompt),), system=system)


def grounded(
    text: str, prompt: str, *, top_k: int = 4, is_small_model: bool = True
) -> tuple[dict[str, Any], Call]:
    """Return the payload, as it comes back from a store, and what the model was asked."""
    model = ScriptedModel(text)
    retriever = Retriever(DOCUMENTS, TantivyIndex(), top_k=top_k)
    engine = GroundedEngine(model, retriever, is_small_model=is_small_model)
    payload = json.loads(json.dumps(dict(asyncio.run(engine.ask(call(prompt, system="Be brief."))))))
    assert model.shown is not None
    return payload, model.shown


def test_the_context_is_stored_as_it_was_shown() -> None:
    payload, shown = grounded("Hoka [1].", "Which trail shoes are best?")
    context = payload["context"]
    assert context["text"] in shown.messages[-1].content
    assert context["hash"] == hashlib.sha256(context["text"].encode()).hexdigest()
    first = context["sources"][0]
    assert (first["position"], first["document_id"], first["url"]) == (1, "d-trail", "http://a.example/trail")
    assert first["text_hash"] == hashlib.sha256(DOCUMENTS["text"][0].encode()).hexdigest()
    assert first["shown"] == "[1] Trail shoes: The Hoka held on wet trail [1]. We walked home [1]."
    assert read(payload).context_hash == context["hash"]


def test_every_source_is_retrieved_and_those_that_the_text_cites_are_cited() -> None:
    payload, _ = grounded("Road shoes [2], yes [2]. Not [9]. `[1]` is code.", "Which trail shoes are best?")
    sources = [(one.position, one.relation, one.document_id) for one in read(payload).sources]
    assert sources == [(1, "retrieved", "d-trail"), (2, "retrieved", "d-road"), (2, "cited", "d-road")]


def test_an_answer_without_a_marker_cites_nothing() -> None:
    payload, _ = grounded("Hoka, says source 1.", "Which trail shoes are best?")
    reading = read(payload)
    assert (reading.text, reading.status) == ("Hoka, says source 1.", "ok")
    assert {source.relation for source in reading.sources} == {"retrieved"}


def test_a_text_that_stands_on_two_pages_is_one_source() -> None:
    payload, _ = grounded("", "road shoes")
    titles = {source["url"]: source["title"] for source in payload["context"]["sources"]}
    assert titles == {
        "http://a.example/trail": "Trail shoes",
        "http://b.example/road": "http://b.example/road",  # a page without title
    }


def test_no_more_sources_than_asked_for() -> None:
    payload, _ = grounded("", "shoes", top_k=1)
    assert len(payload["context"]["sources"]) == 1


def test_a_blank_grounded_answer_is_empty_and_keeps_its_context() -> None:
    payload, _ = grounded("  ", "trail shoes")
    reading = read(payload)
    assert (reading.status, reading.context_hash is None, len(reading.sources)) == ("empty", False, 2)


def test_the_system_text_of_the_engine_is_kept_before_the_sources() -> None:
    _, shown = grounded("x", "trail shoes")
    assert shown.system is not None
    assert shown.system.endswith("Be brief.")


def test_only_a_small_model_is_shown_an_example_and_a_place_to_stop() -> None:
    _, small = grounded("x", "trail shoes")
    _, large = grounded("x", "trail shoes", is_small_model=False)
    assert [message.role for message in small.messages] == ["user", "assistant", "user"]
    assert small.stop
    assert [message.role for message in large.messages] == ["user"]
    assert not large.stop
    assert small.messages[-1] == large.messages[-1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["sources", "position", "url", "title", "document_id", "hash"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON, st.text(max_size=20) | st.none())
def test_reading_never_raises_whatever_context_was_stored(context: Any, text: str | None) -> None:
    payload = {"wire": "chat", "context": context, "response": {"choices": [{"message": {"content": text}}]}}
    reading = read(payload)
    assert reading.status in ANSWER_STATUSES
    assert reading.status != "failed" or (reading.reason and reading.text is None)


def test_a_payload_that_nobody_reads_is_a_failed_answer_with_the_reason() -> None:
    for payload in ({}, {"wire": "telepathy"}, {"wire": 7}):
        reading = read(payload)
        assert reading.status == "failed"
        assert "nobody here reads" in str(reading.reason)
