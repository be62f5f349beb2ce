"""Engine ``grounded``: a model that is shown the day's pages as numbered sources, and cites them by number.

Belongs here: one grounded call, and reading a stored one. Not here: finding the pages (``retrieval``), the
words of the prompt (``grounding``), the model.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from brand_monitor.backends.llm.chat import ChatEngine, ChatModel, read_chat
from brand_monitor.backends.llm.grounding import STOP, context_of, grounded_messages
from brand_monitor.backends.llm.interface import Call, Reading, Source
from brand_monitor.backends.llm.local import asker
from brand_monitor.backends.llm.retrieval import Retriever
from brand_monitor.domain.links import find_links
from brand_monitor.domain.text import code_spans
from brand_monitor.failures import PermanentFailure


class GroundedEngine(ChatEngine):
    """Asks any chat model with the sources that a retriever finds for the question."""

    concurrency = 1

    def __init__(self, model: ChatModel, retriever: Retriever) -> None:
        super().__init__(model)
        self._retriever = retriever

    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Ask with sources; the payload keeps the context to the letter, its order and its hashes.

        Raises:
            PermanentFailure: no document of the day holds a word of the question.
        """
        excerpts = self._retriever.find(call.prompt)
        if not excerpts:
            raise PermanentFailure(
                f"call {call.call_id}: no document of the day holds a word of {call.prompt!r}, so there is "
                "nothing to ground an answer on; add pages to the monitor's sites"
            )
        context = context_of([excerpt.shown for excerpt in excerpts])
        messages = grounded_messages(context, call.prompt, asker(call))
        return {
            "engine": "grounded",
            "context": {
                "text": context,
                "hash": hashlib.sha256(context.encode("utf-8", "replace")).hexdigest(),
                "sources": [asdict(excerpt) for excerpt in excerpts],
            },
            **await self._model.chat(messages, call, stop=STOP),
        }

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return the reply and its sources.

        Every source of the context is ``retrieved``; one whose number the text cites is also ``cited``.
        """
        reading = read_chat(payload, cost_usd=0.0)
        context = payload.get("context")
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
