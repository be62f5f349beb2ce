"""The engine: who answers. A call goes in, a raw payload comes out, and reading it is pure.

An engine never decides what to ask, how often, or where answers are kept: the journal does. What a payload
says must be readable years later without any network, so that every later table can be derived again at no
cost.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; ``role`` is ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(frozen=True)
class Call:
    """One question to one engine. ``call_id`` is stable: the same plan gives the same ids.

    ``messages`` is the conversation without the system text; unless something to read is put before the
    question, it is the prompt alone.
    """

    call_id: str
    model: str
    prompt: str
    repeat: int
    max_tokens: int
    messages: tuple[Message, ...]
    system: str | None = None
    locale: str = "en"
    country: str | None = None  # ISO 3166-1 alpha-2; where the asker is, for web search
    web: bool = False
    temperature: float | None = None  # None: what the provider takes by default
    seed: int | None = None
    effort: str | None = None  # how long a reasoning model may think, in the provider's words
    stop: tuple[str, ...] = ()  # texts that end the reply where they would begin
    design: Mapping[str, Any] | None = None  # of an experiment: see ``domain.designs``


@dataclass(frozen=True)
class Source:
    """A source that came with an answer; ``position`` counts from 1 in the order of the provider.

    ``start`` and ``end`` are the span of the answer's text that carries the citation, in characters (code
    points), end exclusive; None where the provider does not say. One source may be cited at many spans: one
    entry each.
    """

    position: int
    url: str
    title: str | None
    document_id: str | None
    relation: str  # retrieved | cited
    start: int | None = None
    end: int | None = None
    quote: str | None = None  # words of the page that the provider shows as evidence
    published: str | None = None  # age or date of the page, as the provider writes it


@dataclass(frozen=True)
class Usage:
    """What a call used. None where the payload does not say; ``searches`` counts those that are billed."""

    input_tokens: int | None = None  # all that was read, cached parts included
    cached_tokens: int | None = None  # the part of the input that came from the provider's cache
    cache_write_tokens: int | None = None  # the part of the input that was written to it
    output_tokens: int | None = None  # all that was written, reasoning included
    reasoning_tokens: int | None = None
    searches: int | None = None
    stated_cost_usd: float | None = None  # where the provider says what the call cost


@dataclass(frozen=True)
class Reading:
    """What a payload says. ``status`` is one of ``schemas.raw.ANSWER_STATUSES``."""

    status: str
    text: str | None
    reason: str | None = None
    served_model: str | None = None
    finish_reason: str | None = None
    sources: tuple[Source, ...] = ()
    queries: tuple[str, ...] = ()  # what the engine searched for (fan-out), in order
    context_hash: str | None = None
    latency_ms: float | None = None
    usage: Usage = field(default_factory=Usage)
    not_sent: tuple[str, ...] = ()  # parameters of the call that the model does not take


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
        """Return the raw payload, JSON-serialisable: request, response, and what reading it needs.

        Its key ``wire`` names the format, which ``factory.read`` goes by.

        Raises:
            EngineCallError: the call failed in a way that may pass.
            CallRejectedError: this call cannot succeed; others may.
            EngineStoppedError: no call to this engine can succeed until a person changes something.
        """
