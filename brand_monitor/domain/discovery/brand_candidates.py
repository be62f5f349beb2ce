"""The table of unknown names per day and engine.

Belongs here: which answers and pages are read, and the rows of ``core/brand_candidates``. Not here: finding
names (``discovery``). Nothing here changes a monitor.
"""

from typing import Any

import polars as pl

from brand_monitor.domain.discovery.names import FoundName, discover, squeezed
from brand_monitor.domain.mentions.folding import words_of
from brand_monitor.domain.mentions.frames import brand_names
from brand_monitor.domain.mentions.matcher import MentionMatcher
from brand_monitor.domain.text.links import Span
from brand_monitor.domain.text.prose import sentences_at
from brand_monitor.schemas.registry import conform, empty_frame, polars_schema

TABLE = "core/brand_candidates"
MAX_ROWS = 200


def brand_candidates(answers: pl.DataFrame, citations: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return one row per engine and unknown name in its answers of a day, the best 200 of each engine.

    Args:
        answers: Rows of ``raw/answers``; only status ``ok`` is read.
        citations: Rows of ``core/citations``: titles and domains of the pages that the answers used.
        brands: Rows of ``seed/brands``: what is tracked is no candidate.

    Returns:
        Rows of ``core/brand_candidates``, per engine the best first.

    Raises:
        MonitorFileError: a brand has a name that no text could hold.
    """
    told = answers.filter((pl.col("status") == "ok") & pl.col("text").is_not_null())
    rows: list[dict[str, Any]] = []
    for part in told.partition_by("monitor_id", "engine_id", maintain_order=True):
        keys = part.select("date", "monitor_id", "engine", "engine_id").row(0, named=True)
        own = brands.filter(pl.col("monitor_id") == keys["monitor_id"])
        matcher = MentionMatcher(brand_names(own))
        texts = part["text"].to_list()
        tracked = [[Span(one.start, one.end) for one in found] for found in matcher.find_many(texts)]
        used = citations.filter(
            pl.col("monitor_id") == keys["monitor_id"], pl.col("engine_id") == keys["engine_id"]
        )
        publishers = frozenset(squeezed((host.split(".")[0],)) for host in used["domain"].unique())
        found = discover(texts, tracked, part["prompt_text"].unique().to_list(), publishers)[:MAX_ROWS]
        titles = [" ".join(words_of(title)) for title in used["title"].drop_nulls().unique()]
        rows += [keys | _row(one, part, titles) for one in found]
    if not rows:
        return empty_frame(TABLE)
    return conform(TABLE, pl.DataFrame(rows, schema=polars_schema(TABLE)))


def _row(found: FoundName, answers: pl.DataFrame, titles: list[str]) -> dict[str, Any]:
    best = next((one for one in found.places if one.sighting.is_head), found.places[0])
    text = answers["text"][best.text]
    start, end = best.sighting.start, best.sighting.ends[-1]
    sentence = sentences_at(text, [start])[0]
    padded = f" {found.key} "
    return {
        "candidate_key": found.key,
        "candidate": found.name,
        "score": found.score,
        "answers": len(found.texts),
        "listed_answers": len(found.listed),
        "sightings": len(found.places),
        "titles": sum(padded in f" {title} " for title in titles),
        "prompt_ids": sorted({answers["prompt_id"][at] for at in found.texts}),
        "products": found.products,
        "sentence": text[sentence.start : max(sentence.end, end)],
        "answer_id": answers["answer_id"][best.text],
        "sentence_start": sentence.start,
        "name_start": start,
        "name_end": end,
    }
