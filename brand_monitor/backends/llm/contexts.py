"""Frozen contexts: the sources of one question, kept to the letter, and an engine that shows parts of them.

Belongs here: freezing, loading and arranging sources, and asking with them. Not here: which arrangements are
asked for (``experiments``, ``domain.designs``), finding the sources (``retrieval``).

A frozen context is a payload like any other: stored under the hash of its content, so that whoever asks later
shows the same words, whatever became of the pages since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from brand_monitor.backends.llm.faults import Fault, fault_error
from brand_monitor.backends.llm.grounded import ContextEngine
from brand_monitor.backends.llm.interface import Call, Engine
from brand_monitor.backends.llm.retrieval import Excerpt
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.failures import CorruptPayloadError

_KIND = "frozen context"


@dataclass(frozen=True)
class FrozenContext:
    """The sources that retrieval found for a question, best first.

    Attributes:
        question: what was looked for.
        wanted: most sources that were to be found; ``sources`` may be fewer.
        sources: as the model is shown them, numbered from 1.
    """

    question: str
    wanted: int
    sources: tuple[Excerpt, ...]

    def freeze(self, payloads: PayloadStore) -> str:
        """Store the context and return its hash: the same sources have the same one."""
        sources = [asdict(source) for source in self.sources]
        return payloads.put(
            {"kind": _KIND, "question": self.question, "wanted": self.wanted, "sources": sources}
        )

    @classmethod
    def load(cls, payloads: PayloadStore, context_hash: str) -> Self:
        """Return the context that was stored under a hash.

        Raises:
            ObjectNotFoundError: nothing is stored under it.
            CorruptPayloadError: what is stored there is damaged, or no context.
        """
        stored = payloads.get(context_hash)
        try:
            sources = tuple(Excerpt(**source) for source in stored["sources"])
            return cls(str(stored["question"]), int(stored["wanted"]), sources)
        except (KeyError, TypeError, ValueError) as error:
            raise CorruptPayloadError(f"payload {context_hash} is no frozen context ({error!r})") from error

    def arranged(self, order: Sequence[int]) -> list[Excerpt]:
        """Return the sources of an arrangement, numbered from 1 as they are shown.

        Args:
            order: indexes into ``sources``, from 0.

        Raises:
            IndexError: an index is none of a source.
        """
        if any(not 0 <= index < len(self.sources) for index in order):
            raise IndexError(f"order {list(order)} for {len(self.sources)} sources")
        return [_numbered(self.sources[index], position) for position, index in enumerate(order, start=1)]


def _numbered(source: Excerpt, position: int) -> Excerpt:
    """Return the source with another number at its head and its sentences.

    Numbers of the page itself in brackets were taken out when the passage was made: what is left is ours.
    """
    shown = source.shown.replace(f"[{source.position}]", f"[{position}]")
    return replace(source, position=position, shown=shown)


class FrozenContextEngine(ContextEngine):
    """Asks any model with the arrangement of a frozen context that the call's design names.

    Args:
        answerer: who answers.
        payloads: where the contexts are stored.
        is_small_model: whether the answerer needs a worked example.
    """

    def __init__(self, answerer: Engine, payloads: PayloadStore, *, is_small_model: bool = True) -> None:
        super().__init__(answerer, is_small_model=is_small_model)
        self._payloads = payloads
        self._loaded: dict[str, FrozenContext] = {}

    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Ask with the sources of the design; the payload keeps both. See ``Engine.ask``.

        Raises:
            CallRejectedError: the call has no design, or its context is lost or damaged.
        """
        design = call.design or {}
        try:
            context = self._context(design["context_hash"])
            excerpts = context.arranged(design["order"])
        except (KeyError, TypeError, IndexError, ObjectNotFoundError, CorruptPayloadError) as error:
            raise fault_error(
                Fault.BAD_REQUEST,
                f"call {call.call_id}: the frozen context of its design cannot be shown ({error!r}); "
                "give the experiment another id to plan it anew",
            ) from error
        return {**await self.ask_with(call, excerpts), "design": dict(design)}

    def _context(self, context_hash: str) -> FrozenContext:
        """Return a context, read from the store once: a few dozen, a few KB each."""
        if context_hash not in self._loaded:
            self._loaded[context_hash] = FrozenContext.load(self._payloads, context_hash)
        return self._loaded[context_hash]
