"""Engine ``grounded``: a model that is shown the day's pages as numbered sources, and cites them by number.

Belongs here: one grounded call, and reading a stored one. Not here: finding the pages (``retrieval``), the
words of the prompt (``grounding``), the model.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from types import TracebackType
from typing import Any, Self

from brand_monitor.backends.llm.faults import Fault, fault_error
from brand_monitor.backends.llm.grounding import context_of, grounded_call
from brand_monitor.backends.llm.interface import Call, Engine, Reading, Source
from brand_monitor.backends.llm.retrieval import Excerpt, Retriever
from brand_monitor.domain.text.links import find_links
from brand_monitor.domain.text.prose import code_spans


class ContextEngine(Engine):
    """An engine that puts sources before the question and lets another one answer, whose life it shares.

    Args:
        answerer: who answers.
        is_small_model: whether the answerer needs a worked example.
    """

    def __init__(self, answerer: Engine, *, is_small_model: bool) -> None:
        self._answerer = answerer
        self._is_small_model = is_small_model
        self.concurrency = answerer.concurrency

    async def __aenter__(self) -> Self:
        """Start the answerer."""
        await self._answerer.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the answerer."""
        await self._answerer.__aexit__(kind, error, traceback)

    async def ask_with(self, call: Call, excerpts: Sequence[Excerpt]) -> dict[str, Any]:
        """Ask with these sources; the payload keeps the context to the letter, its order and its hashes."""
        context = context_of([excerpt.shown for excerpt in excerpts])
        shown = grounded_call(call, context, is_small_model=self._is_small_model)
        return {
            **await self._answerer.ask(shown),
            "context": {
                "text": context,
                "hash": hashlib.sha256(context.encode("utf-8", "replace")).hexdigest(),
                "sources": [asdict(excerpt) for excerpt in excerpts],
            },
        }


class GroundedEngine(ContextEngine):
    """Asks any model with the sources that a retriever finds for the question."""

    def __init__(self, answerer: Engine, retriever: Retriever, *, is_small_model: bool = True) -> None:
        super().__init__(answerer, is_small_model=is_small_model)
        self._retriever = retriever

    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Ask with sources; see ``Engine.ask``.

        Raises:
            CallRejectedError: no document of the day holds a word of the question.
        """
        excerpts = self._retriever.find(call.prompt)
        if not excerpts:
            raise fault_error(
                Fault.BAD_REQUEST,
                f"call {call.call_id}: no document of the day holds a word of {call.prompt!r}, so there is "
                "nothing to ground an answer on; add pages to the monitor's sites",
            )
        return await self.ask_with(call, excerpts)


def with_context(reading: Reading, context: Any) -> Reading:
    """Return the reading of a grounded answer with its sources.

    Every source of the context is ``retrieved``; one whose number the text cites is also ``cited``.
    """
    if reading.status == "failed" or not isinstance(context, Mapping):
        return replace(
            reading, status="failed", text=None, reason=reading.reason or "the stored call has no context"
        )
    retrieved = tuple(_sources(context.get("sources")))
    cited = _cited(reading.text or "")
    return replace(
        reading,
        sources=(
            *retrieved,
            *(replace(source, relation="cited") for source in retrieved if source.position in cited),
        ),
        context_hash=context["hash"] if isinstance(context.get("hash"), str) else None,
    )


def _sources(stored: Any) -> Iterator[Source]:
    """Yield the sources of a stored context, leaving out what is none."""
    for entry in stored if isinstance(stored, list) else []:
        if not isinstance(entry, Mapping):
            continue
        position, url = entry.get("position"), entry.get("url")
        if isinstance(position, int) and 0 < position < 2**31 and isinstance(url, str):
            title, document = entry.get("title"), entry.get("document_id")
            yield Source(
                position=position,
                url=url,
                title=title if isinstance(title, str) else None,
                document_id=document if isinstance(document, str) else None,
                relation="retrieved",
            )


def _cited(text: str) -> set[int]:
    """Return the numbers that the text cites in its prose."""
    code = code_spans(text)
    return {
        marker.number
        for marker in find_links(text).markers
        if not code.touches(marker.start, marker.start + 1)
    }
