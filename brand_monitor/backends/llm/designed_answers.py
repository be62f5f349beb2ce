"""Rows of layer ``experiments``: answers and mentions with the design behind them. No call, no clock.

Belongs here: what the journal and the frozen contexts say of a design, put beside the answer. Not here: the
answer itself (``answers``).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from brand_monitor.backends.llm.contexts import FrozenContext
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.schemas.registry import polars_schema

ANSWERS, MENTIONS = "experiments/designed_answers", "experiments/designed_mentions"
_DESIGN_OF_MENTION = ("experiment_id", "design_kind", "arm", "replicate")


def designed_answers(
    answers: pl.DataFrame, entries: Iterable[JournalEntry], payloads: PayloadStore
) -> pl.DataFrame:
    """Return rows of ``experiments/designed_answers``: the answers, each with the design of its call.

    Args:
        answers: rows of the form of ``raw/answers``, of calls with a design.
        entries: the calls.
        payloads: where the frozen contexts are.
    """
    contexts: dict[str, dict[str, list[str] | None]] = {}
    rows = []
    for entry in entries:
        design = entry.spec.design or {}
        digest = str(design["context_hash"])
        if digest not in contexts:
            contexts[digest] = _documents(payloads, digest)
        rows.append(_row(entry.call_id, design) | contexts[digest])
    schema = polars_schema(ANSWERS)
    added = {name: schema[name] for name in schema if name not in answers.columns}
    designs = pl.DataFrame(rows, schema={"answer_id": pl.String(), **added}, orient="row")
    return answers.join(designs, on="answer_id", how="inner", maintain_order="left")


def _row(answer_id: str, design: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "answer_id": answer_id,
        "experiment_id": design["experiment_id"],
        "design_kind": design["kind"],
        "arm": design["arm"],
        "replicate": design["replicate"],
        "frozen_hash": design["context_hash"],
        "sources_in_context": design["k"],
        "shown": design["order"],
    }


def _documents(payloads: PayloadStore, digest: str) -> dict[str, list[str] | None]:
    """Return ids and URLs of a whole context; null if it is lost: the answers are still answers."""
    try:
        sources = FrozenContext.load(payloads, digest).sources
    except (ObjectNotFoundError, CorruptPayloadError):
        return {"context_documents": None, "context_urls": None}
    return {
        "context_documents": [source.document_id for source in sources],
        "context_urls": [source.url for source in sources],
    }


def designed_mentions(mentions: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Return rows of ``experiments/designed_mentions``: the mentions, each with the design of its answer.

    Args:
        mentions: rows of the form of ``core/answer_mentions``, found in ``answers``.
        answers: rows of ``experiments/designed_answers``.
    """
    designs = answers.select("monitor_id", "answer_id", *_DESIGN_OF_MENTION)
    return mentions.join(designs, on=["monitor_id", "answer_id"], how="left", maintain_order="left")
