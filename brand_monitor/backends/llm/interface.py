"""The engine: who answers. A call goes in, a raw payload comes out, and reading it is pure.

An engine never decides what to ask, how often, or where answers are kept: the journal does. ``read``
must work on a stored payload years later without any network, so that every later table can be
derived again at no cost.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Call:
    """One question to one engine. ``call_id`` is stable: the same plan gives the same ids."""

    call_id: str
    prompt: str
    persona: str | None
    locale: str
    repeat: int
    seed: int
    temperature: float
    max_tokens: int


@dataclass(frozen=True)
class Source:
    """A source that came with an answer; ``position`` counts from 1."""

    position: int
    url: str
    title: str | None
    document_id: str | None
    relation: str  # retrieved | cited


@dataclass(frozen=True)
class Reading:
    """What a payload says. ``status`` is one of ``schemas.raw.ANSWER_STATUSES``."""

    status: str
    text: str | None
    reason: str | None = None
    served_model: str | None = None
    finish_reason: str | None = None
    sources: tuple[Source, ...] = ()
    context_hash: str | None = None
    latency_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None


class Engine(ABC):
    """A way to ask. Entered once per run: starting and stopping a server belongs to the engine."""

    #: Calls that may be in flight at once.
    concurrency: int = 1

    @abstractmethod
    async def __aenter__(self) -> Self:
        """Start what answering needs."""

    @abstractmethod
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop what was started, also after an error."""

    @abstractmethod
    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Return the raw payload, JSON-serialisable: request, response, and what ``read`` needs.

        Raises:
            EngineCallError: the call failed in a way that may pass.
            PermanentFailure: the call cannot succeed.
        """

    @staticmethod
    @abstractmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what a stored payload says. Pure: no network, no clock."""
