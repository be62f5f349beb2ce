"""Mention tables from frames of answers and documents.

Belongs here: which rows go in and the shape of what comes out. Not here: finding mentions (``matcher``).
"""

from collections.abc import Iterable, Sequence

import polars as pl

from brand_monitor.domain.mentions.matcher import Mention, MentionMatcher
from brand_monitor.domain.mentions.terms import BrandNames
from brand_monitor.schemas.registry import conform, empty_frame, polars_schema

ANSWER_KEYS = ["date", "monitor_id", "engine", "engine_id", "answer_id", "prompt_id", "is_branded"]
DOCUMENT_KEYS = ["date", "monitor_id", "document_id", "url"]


def brand_names(brands: pl.DataFrame) -> list[BrandNames]:
    """Return what ``seed/brands`` says of each brand's names, in its order."""
    return [
        BrandNames(
            brand_id=row["brand_id"],
            names=(row["brand"], *row["aliases"]),
            products=tuple(row["products"]),
            exclusions=tuple(row["exclusions"]),
            # Null in rows from before brands had them.
            senses=tuple(row.get("senses") or ()),
            context=tuple(row.get("context") or ()),
        )
        for row in brands.iter_rows(named=True)
    ]


def answer_mentions(answers: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return one row per mention of a tracked brand in an answer of status ``ok``.

    Args:
        answers: Rows of ``raw/answers``.
        brands: Rows of ``seed/brands``; an answer is searched for the brands of its own monitor only.

    Returns:
        Rows of ``core/answer_mentions``, ordered as the answers are and by offset.

    Raises:
        MonitorFileError: a brand has a name that no text could hold.
    """
    told = answers.filter((pl.col("status") == "ok") & pl.col("text").is_not_null())
    frames = [
        _rows(
            "core/answer_mentions",
            part.select(ANSWER_KEYS),
            matcher.find_many(part["text"].to_list(), part["prompt_text"].to_list()),
        )
        for matcher, part in _by_monitor(told, brands)
    ]
    return _table("core/answer_mentions", frames)


def page_mentions(documents: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return one row per mention of a tracked brand in a document.

    Args:
        documents: Rows of ``core/documents``.
        brands: Rows of ``seed/brands``; a document is searched for the brands of its own monitor only.

    Returns:
        Rows of ``core/page_mentions``, ordered as the documents are and by offset.

    Raises:
        MonitorFileError: a brand has a name that no text could hold.
    """
    frames = [
        _rows("core/page_mentions", part.select(DOCUMENT_KEYS), matcher.find_many(part["text"].to_list()))
        for matcher, part in _by_monitor(documents, brands)
    ]
    return _table("core/page_mentions", frames)


def _by_monitor(texts: pl.DataFrame, brands: pl.DataFrame) -> Iterable[tuple[MentionMatcher, pl.DataFrame]]:
    for part in texts.partition_by("monitor_id", maintain_order=True):
        own = brands.filter(pl.col("monitor_id") == part["monitor_id"][0])
        yield MentionMatcher(brand_names(own)), part


def _rows(table: str, keys: pl.DataFrame, found: Sequence[Sequence[Mention]]) -> pl.DataFrame:
    """Put the mentions of each text beside the keys of its row."""
    fields = [name for name in polars_schema(table) if name not in keys.columns]
    schema = {name: kind for name, kind in polars_schema(table).items() if name in fields}
    mentions = [mention for of_text in found for mention in of_text]
    columns = {name: [getattr(mention, name) for mention in mentions] for name in fields}
    owner = [at for at, of_text in enumerate(found) for _ in of_text]
    return pl.concat([keys[owner], pl.DataFrame(columns, schema=schema)], how="horizontal")


def _table(table: str, frames: list[pl.DataFrame]) -> pl.DataFrame:
    if not frames:
        return empty_frame(table)
    return conform(table, pl.concat(frames))
