"""The table of sentiments from frames of answers and mentions.

Belongs here: which targets a day holds, and the rows that their grades become. Not here: judging.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.domain.sentiment.aspects import Aspects, narrowed, words_version
from brand_monitor.domain.sentiment.grading import Grade, Grader, Target
from brand_monitor.domain.sentiment.passages import Named, passages
from brand_monitor.domain.text.links import Span
from brand_monitor.schemas.registry import conform, polars_schema

TABLE = "core/answer_sentiments"
_KEYS = ["date", "monitor_id", "engine", "engine_id", "answer_id", "prompt_id", "is_branded"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A target and the answer, brand and aspect that its grade is for."""

    keys: Mapping[str, Any]
    brand_id: str
    mentions: int
    target: Target
    aspect_version: str = ""


def answer_sentiments(
    answers: pl.DataFrame, mentions: pl.DataFrame, aspects: Mapping[str, Aspects], grader: Grader
) -> pl.DataFrame:
    """Return how each answer judges each brand that it names, as a whole and by aspect.

    Args:
        answers: Rows of ``raw/answers``.
        mentions: Rows of ``core/answer_mentions`` of these answers; only counted ones are judged, the others
            still mark that a sentence speaks of somebody else.
        aspects: By monitor; one that is missing has none.
        grader: Who judges.

    Returns:
        Rows of ``core/answer_sentiments``: aspect ``overall`` for every brand that is named, other aspects
        where something is said of them.
    """
    judged = list(targets_of(answers, mentions, aspects))
    grades = grader.grade([one.target for one in judged])
    rows = [_row(one, grade, grader) for one, grade in zip(judged, grades, strict=True)]
    return conform(TABLE, pl.DataFrame(rows, schema=polars_schema(TABLE), orient="row"))


def targets_of(
    answers: pl.DataFrame, mentions: pl.DataFrame, aspects: Mapping[str, Aspects]
) -> Iterator[Judged]:
    """Yield what there is to judge, in order of the answers; the arguments of ``answer_sentiments``."""
    said = mentions.group_by("answer_id", maintain_order=True).agg(
        "brand_id", "start", "end", "kind", "is_counted"
    )
    told = answers.filter(pl.col("text").is_not_null()).join(said, on="answer_id", maintain_order="left")
    for row in told.select(*_KEYS, "text", *said.columns[1:]).iter_rows(named=True):
        keys = {name: row[name] for name in _KEYS}
        for brand_id, count, target in answer_targets(
            row["text"],
            [
                (brand, Span(start, end), kind, counted)
                for brand, start, end, kind, counted in zip(
                    *(row[name] for name in said.columns[1:]), strict=True
                )
            ],
        ):
            yield Judged(keys, brand_id, count, target)
            for aspect, words in aspects.get(row["monitor_id"], {}).items():
                if (part := narrowed(target, aspect, words)) is not None:
                    yield Judged(keys, brand_id, count, part, words_version(words))


def answer_targets(
    text: str, mentions: list[tuple[str, Span, str, bool]]
) -> Iterator[tuple[str, int, Target]]:
    """Yield brand, number of counted mentions and target for each brand that a text names.

    Args:
        text: The answer.
        mentions: Brand, place, kind and whether it counts, in order.
    """
    counted = [Named(brand, span) for brand, span, _, counts in mentions if counts]
    for brand_id, spoken in passages(text, counted).items():
        others = tuple(span for brand, span, _, _ in mentions if brand != brand_id)
        kinds = tuple(kind for brand, _, kind, counts in mentions if counts and brand == brand_id)
        yield brand_id, len(kinds), Target(text, tuple(spoken), others, kinds=kinds)


def _row(judged: Judged, grade: Grade, grader: Grader) -> dict[str, Any]:
    first = grade.evidence[0] if grade.evidence else None
    return {
        **judged.keys,
        "brand_id": judged.brand_id,
        "aspect": judged.target.aspect,
        "aspect_version": judged.aspect_version,
        "label": grade.label,
        "score": grade.score,
        "confidence": grade.confidence,
        "grader": grader.id,
        "grader_version": grader.version,
        "mentions": judged.mentions,
        "passages": len(judged.target.passages),
        "evidence_start": None if first is None else first.start,
        "evidence_end": None if first is None else first.end,
        "reason": grade.reason,
        "cost_usd": grade.cost_usd,
    }
