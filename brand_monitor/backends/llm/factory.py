"""Which class stands behind an engine of a monitor file, and which function reads a stored payload.

Belongs here: the choice. Not here: settings of an engine (the monitor file), keys (``Settings``), the engines
themselves.
"""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from brand_monitor.backends.llm.chat import WIRE as CHAT
from brand_monitor.backends.llm.chat import read_chat
from brand_monitor.backends.llm.embedded_model import MODEL, EmbeddedModel
from brand_monitor.backends.llm.faults import Fault, fault_error
from brand_monitor.backends.llm.grounded import GroundedEngine, with_context
from brand_monitor.backends.llm.imports import read_captured
from brand_monitor.backends.llm.interface import Engine, Reading
from brand_monitor.backends.llm.providers.anthropic import AnthropicWire
from brand_monitor.backends.llm.providers.gemini import GeminiWire
from brand_monitor.backends.llm.providers.http import Access, HttpEngine
from brand_monitor.backends.llm.providers.litellm import LiteLLMEngine
from brand_monitor.backends.llm.providers.openai import OpenAIWire
from brand_monitor.backends.llm.providers.perplexity import PerplexityWire
from brand_monitor.backends.llm.providers.wire import Wire
from brand_monitor.backends.llm.retrieval import Retriever
from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.deployment import Settings
from brand_monitor.failures import PermanentFailure, UnknownNameError
from brand_monitor.monitor.engines import EngineSpec

#: Calls in flight at once where the monitor file does not say.
HOSTED_CONCURRENCY = 16

_READERS: dict[str, Callable[[Mapping[str, Any]], Reading]] = {
    CHAT: read_chat,
    "import": read_captured,
    "openai": OpenAIWire.read,
    "anthropic": AnthropicWire.read,
    "gemini": GeminiWire.read,
    "perplexity": PerplexityWire.read,
    "litellm": LiteLLMEngine.read,
}


def engine_for(
    spec: EngineSpec,
    settings: Settings,
    *,
    documents: pl.DataFrame | None = None,
    refused: set[str] | None = None,
) -> Engine:
    """Return the engine that a monitor configures, not yet started.

    Args:
        spec: the engine as the monitor file has it.
        settings: keys and addresses.
        documents: the day's documents of that monitor; only a grounded engine needs them.
        refused: parameters that the model is known to refuse; what is learned is added.

    Raises:
        PermanentFailure: the family is not asked, or a grounded engine has nothing to read.
        EngineStoppedError: its key is missing, or it is switched off.
        UnknownNameError: nobody here serves the model.
    """
    if spec.family == "import":
        raise PermanentFailure(f"engine {spec.id}: its answers are captured elsewhere; import a file instead")
    if spec.family != "grounded":
        return answerer_for(spec, settings, refused=refused)
    if documents is None or documents.is_empty():
        raise PermanentFailure(
            f"engine {spec.id}: the day has no documents, so there is nothing to ground an answer on; "
            "scrape the monitor's sites first, or look at what became of its pages in raw/page_snapshots"
        )
    return GroundedEngine(
        answerer_for(spec, settings, refused=refused),
        Retriever(documents, TantivyIndex(), top_k=spec.top_k),
        is_small_model=not spec.hosted,
    )


def answerer_for(spec: EngineSpec, settings: Settings, *, refused: set[str] | None = None) -> Engine:
    """Return who answers in the end: the model of an engine, without anything put before its questions.

    Raises:
        EngineStoppedError: its key is missing, or it is switched off.
        UnknownNameError: nobody here serves the model.
    """
    family, model = spec.answerer
    if family == "local":
        if model != MODEL:
            raise UnknownNameError(
                f"engine {spec.id}: family {spec.family} serves {MODEL}, or PROVIDER/MODEL (got {model!r})"
            )
        return EmbeddedModel()
    if why := settings.why_disabled(family, api_key_variable=spec.api_key_variable):
        raise fault_error(Fault.AUTH, f"engine {spec.id} is disabled: {why}")
    concurrency = spec.concurrency or HOSTED_CONCURRENCY
    if family == "litellm":
        key = settings.variable(spec.api_key_variable) if spec.api_key_variable else None
        return LiteLLMEngine(
            Access(spec.base_url or "", key.get_secret_value() if key else ""),
            concurrency=concurrency,
            refused=refused,
            search_context=spec.search_context,
        )
    access = settings.access_of(family)
    assert access is not None  # a family that is not disabled has one
    return HttpEngine(_wire(family, spec), access, concurrency=concurrency, refused=refused)


def _wire(family: str, spec: EngineSpec) -> Wire:
    match family:
        case "openai":
            return OpenAIWire(search_context=spec.search_context)
        case "anthropic":
            return AnthropicWire()
        case "gemini":
            return GeminiWire()
        case "perplexity":
            return PerplexityWire(search_context=spec.search_context)
    raise UnknownNameError(f"engine {spec.id}: no engine family {family!r}")


def read(payload: Mapping[str, Any]) -> Reading:
    """Return what a stored payload says, whoever answered. Pure and total: no network, no clock."""
    name = payload.get("wire", payload.get("engine"))
    if not isinstance(name, str) or name not in _READERS:
        return Reading(status="failed", text=None, reason=f"nobody here reads payloads of {str(name)[:60]!r}")
    reading = _READERS[name](payload)
    return with_context(reading, payload["context"]) if "context" in payload else reading
