"""How much of an answer each cited source carries: impressions of generative engine optimisation.

Belongs here: word count and position-adjusted impression per answer and source. Not here: which sentence
cites what (``citing``), figures per domain with intervals (``citing_metrics``).

    Imp_wc(c)  = sum_{s in S_c} (|s| / k_s) / sum_{s in S} |s|
    Imp_pwc(c) = sum_{s in S_c} (|s| / k_s) exp(-pos(s) / |S|) / sum_{s in S} |s|, normalised to sum 1

S are the sentences of the answer, S_c those that cite c, |s| the words of s, k_s the sources that s cites,
pos(s) its number. Source: Aggarwal et al., GEO: Generative Engine Optimization, KDD 2024, eq. 2 and 3.
"""

from collections.abc import Collection, Hashable, Sequence
from math import exp
from typing import Final, NamedTuple, TypeVar

import polars as pl

TABLE = "core/impressions"
DEFINITION: Final = "word_count_impression@1, position_adjusted_impression@1"
ANSWER: Final = ["date", "monitor_id", "engine", "engine_id", "answer_id"]
IMPRESSION_COLUMNS: Final = [
    *ANSWER,
    "prompt_id",
    "is_branded",
    "url",
    "domain",
    "source_type",
    "brand_id",
    "position",
    "sentences",
    "first_sentence",
    "answer_sentences",
    "answer_words",
    "word_count_impression",
    "position_adjusted_impression",
    "definition",
    "reason",
]
_Source = TypeVar("_Source", bound=Hashable)


class Impression(NamedTuple):
    """Shares of one answer, 0 to 1: of its words, and of all that its citations carry, early ones first."""

    word_count: float
    position_adjusted: float


def answer_impressions(
    words: Sequence[int], cited: Sequence[Collection[_Source]]
) -> dict[_Source, Impression]:
    """Return the impression of each source of one answer; nothing where no sentence cites.

    Args:
        words: Words of each sentence, in order.
        cited: The sources that each sentence cites.

    Raises:
        ValueError: The two are not of equal length.
    """
    counted: dict[_Source, float] = {}
    weighted: dict[_Source, float] = {}
    for at, (count, sources) in enumerate(zip(words, cited, strict=True)):
        for source in dict.fromkeys(sources):
            part = count / len(set(sources))
            counted[source] = counted.get(source, 0.0) + part
            weighted[source] = weighted.get(source, 0.0) + part * exp(-at / len(words))
    total, all_weighted = sum(words), sum(weighted.values())
    if not total or not all_weighted:
        return {}
    return {
        source: Impression(counted[source] / total, weighted[source] / all_weighted) for source in counted
    }


def impressions(citations: pl.DataFrame) -> pl.DataFrame:
    """Return the frame of ``core/impressions``: one row per answer and source that it cites.

    An answer that cites nothing has no row. A source that is cited in no sentence that we know has nulls and
    the reason ``no_place``: what it carries is unknown, not nothing. Linear in the places of the citations.

    Args:
        citations: ``core/citations``; rows of other relations than ``cited`` do not count.
    """
    cited = citations.filter(pl.col("relation") == "cited")
    return (
        cited.join(_carried(cited), on=[*ANSWER, "url"], how="left", maintain_order="left")
        .with_columns(
            pl.col("sentences").fill_null(0),
            definition=pl.lit(DEFINITION),
            reason=pl.when(pl.col("word_count_impression").is_null()).then(pl.lit("no_place")),
        )
        .select(IMPRESSION_COLUMNS)
    )


def _carried(cited: pl.DataFrame) -> pl.DataFrame:
    """Return what each source carries, one row per answer and source with a place."""
    answer_words = pl.col("answer_words").first()
    parts = (
        cited.select(*ANSWER, "url", "answer_words", "answer_sentences", "places")
        .explode("places", empty_as_null=True)
        .with_columns(
            sentence=pl.col("places").struct.field("sentence"), words=pl.col("places").struct.field("words")
        )
        .drop_nulls("sentence")
        .unique([*ANSWER, "url", "sentence"], maintain_order=True)
        .with_columns(part=pl.col("words") / pl.len().over(*ANSWER, "sentence"))
    )
    weight = (-pl.col("sentence") / pl.col("answer_sentences")).exp()
    return (
        parts.group_by(*ANSWER, "url", maintain_order=True)
        .agg(
            sentences=pl.len().cast(pl.Int64),
            first_sentence=pl.col("sentence").min(),
            word_count_impression=pl.col("part").sum() / answer_words,
            weighted=(pl.col("part") * weight).sum(),
        )
        .with_columns(position_adjusted_impression=pl.col("weighted") / pl.col("weighted").sum().over(ANSWER))
        .drop("weighted")
    )
