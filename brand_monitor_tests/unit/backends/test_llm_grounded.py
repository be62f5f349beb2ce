"""Grounded answers: what the model is shown is kept to the letter, and its citations lead back to pages."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.chat import ChatModel, Messages
from brand_monitor.backends.llm.factory import reader_for
from brand_monitor.backends.llm.grounded import GroundedEngine
from brand_monitor.backends.llm.interface import Call
from brand_monitor.backends.llm.local import LocalEngine
from brand_monitor.backends.llm.retrieval import Retriever
from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.failures import UnknownNameError
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


class ScriptedModel(ChatModel):
    """Answers with a fixed text and remembers what it was shown."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.shown: list[Mapping[str, str]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    async def chat(self, messages: Messages, call: Call, *, stop: Sequence[str] = ()) -> dict[str, Any]:
        self.shown = list(messages)
        reply = {"model": "scripted", "choices": [{"message": {"content": self.text}}]}
        return {"request": {"seed": call.seed, "stop": list(stop)}, "response": reply, "latency_ms": 1.0}


def call(prompt: str, *, persona: str | None = None, locale: str = "en") -> Call:
    return Call("c1", prompt, persona, locale, 0, seed=1, temperature=0.7, max_tokens=50)


def grounded(text: str, prompt: str, *, top_k: int = 4) -> tuple[dict[str, Any], ScriptedModel]:
    """Return the payload, as it comes back from a store, and the model."""
    model = ScriptedModel(text)
    engine = GroundedEngine(model, Retriever(DOCUMENTS, TantivyIndex(), top_k=top_k))
    return json.loads(json.dumps(dict(asyncio.run(engine.ask(call(prompt)))))), model


def test_the_context_is_stored_as_it_was_shown() -> None:
    payload, model = grounded("Hoka [1].", "Which trail shoes are best?")
    context = payload["context"]
    assert context["text"] in model.shown[-1]["content"]
    assert context["hash"] == hashlib.sha256(context["text"].encode()).hexdigest()
    first = context["sources"][0]
    assert (first["position"], first["document_id"], first["url"]) == (1, "d-trail", "http://a.example/trail")
    assert first["text_hash"] == hashlib.sha256(DOCUMENTS["text"][0].encode()).hexdigest()
    assert first["shown"] == "[1] Trail shoes: The Hoka held on wet trail [1]. We walked home [1]."
    assert GroundedEngine.read(payload).context_hash == context["hash"]


def test_every_source_is_retrieved_and_those_that_the_text_cites_are_cited() -> None:
    payload, _ = grounded("Road shoes [2], yes [2]. Not [9]. `[1]` is code.", "Which trail shoes are best?")
    sources = [(one.position, one.relation, one.document_id) for one in GroundedEngine.read(payload).sources]
    assert sources == [(1, "retrieved", "d-trail"), (2, "retrieved", "d-road"), (2, "cited", "d-road")]


def test_an_answer_without_a_marker_cites_nothing() -> None:
    payload, _ = grounded("Hoka, says source 1.", "Which trail shoes are best?")
    reading = GroundedEngine.read(payload)
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
    reading = GroundedEngine.read(payload)
    assert (reading.status, reading.context_hash is None, len(reading.sources)) == ("empty", False, 2)


def test_persona_and_locale_reach_the_model_and_plain_english_adds_nothing() -> None:
    model = ScriptedModel("x")
    engine = LocalEngine(model)
    asyncio.run(engine.ask(call("Which shoes?")))
    plain = model.shown
    asyncio.run(engine.ask(call("Which shoes?", persona="a nurse", locale="de")))
    assert model.shown[-1] == plain[-1] == {"role": "user", "content": "Which shoes?"}
    added = model.shown[0]["content"].removeprefix(plain[0]["content"])
    assert "a nurse" in added
    assert "de" in added


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
    payload = {"context": context, "response": {"choices": [{"message": {"content": text}}]}}
    reading = GroundedEngine.read(payload)
    assert reading.status in ANSWER_STATUSES
    assert reading.status != "failed" or (reading.reason and reading.text is None)


def test_every_family_has_a_reader_and_another_is_refused() -> None:
    for family in ("local", "grounded", "import"):
        assert reader_for(family)({}).status == "failed"
    with pytest.raises(UnknownNameError, match="known: grounded, import, local"):
        reader_for("telepathy")
