"""Which class stands behind an engine family: for asking, and for reading what was stored.

Belongs here: the choice. Not here: settings of an engine (the monitor file), the engines themselves.
"""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from brand_monitor.backends.llm.embedded_model import MODEL, EmbeddedModel
from brand_monitor.backends.llm.grounded import GroundedEngine
from brand_monitor.backends.llm.imports import ImportReader
from brand_monitor.backends.llm.interface import Engine, Reading
from brand_monitor.backends.llm.local import LocalEngine
from brand_monitor.backends.llm.retrieval import Retriever
from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.failures import PermanentFailure, UnknownNameError
from brand_monitor.monitor.models import EngineSpec

_READERS: dict[str, Callable[[Mapping[str, Any]], Reading]] = {
    "local": LocalEngine.read,
    "grounded": GroundedEngine.read,
    "import": ImportReader.read,
}


def engine_for(spec: EngineSpec, *, documents: pl.DataFrame | None = None) -> Engine:
    """Return the engine that a monitor configures, not yet started.

    Args:
        spec: the engine as the monitor file has it.
        documents: the day's documents of that monitor; only a grounded engine needs them.

    Raises:
        PermanentFailure: the family is not asked, or a grounded engine has nothing to read.
        UnknownNameError: nobody here serves the model.
    """
    if spec.family == "import":
        raise PermanentFailure(f"engine {spec.id}: its answers are captured elsewhere; import a file instead")
    if spec.model != MODEL:
        raise UnknownNameError(
            f"engine {spec.id}: family {spec.family} serves {MODEL} only (got {spec.model!r})"
        )
    if spec.family == "local":
        return LocalEngine()
    if documents is None or documents.is_empty():
        raise PermanentFailure(
            f"engine {spec.id}: the day has no documents, so there is nothing to ground an answer on; "
            "scrape the monitor's sites first, or look at what became of its pages in raw/page_snapshots"
        )
    return GroundedEngine(EmbeddedModel(), Retriever(documents, TantivyIndex(), top_k=spec.top_k))


def reader_for(family: str) -> Callable[[Mapping[str, Any]], Reading]:
    """Return the pure function that reads the stored payloads of an engine family.

    Raises:
        UnknownNameError: there is no such family.
    """
    if family not in _READERS:
        raise UnknownNameError(f"no engine family {family!r}; known: {', '.join(sorted(_READERS))}")
    return _READERS[family]
