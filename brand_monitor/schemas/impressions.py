"""Tables of layer ``core`` that say how much of an answer its sources carry, and whom their pages name."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import AnswerTable
from brand_monitor.schemas.core import RELATIONS, SOURCE_TYPES

IMPRESSION_REASONS = ["no_place"]


class _SourceOfAnswer(AnswerTable):
    """Columns of a source in an answer."""

    url: pl.String = pa.Field(description="Canonical URL of the source")
    domain: pl.String = pa.Field(description="Registrable domain, as in core/citations")


class Impressions(_SourceOfAnswer):
    """One row per answer and source that it cites: how much of the answer the source carries."""

    source_type: pl.String = pa.Field(isin=SOURCE_TYPES, description="Whose page it is")
    brand_id: pl.String = pa.Field(nullable=True, description="Brand that owns the domain, if tracked")
    position: pl.Int64 = pa.Field(ge=1, description="Order in which the answer first cites the source")
    sentences: pl.Int64 = pa.Field(ge=0, description="Sentences that cite the source")
    first_sentence: pl.Int64 = pa.Field(ge=0, nullable=True, description="Number of the first, from 0")
    answer_sentences: pl.Int64 = pa.Field(ge=0, nullable=True, description="Sentences of the answer")
    answer_words: pl.Int64 = pa.Field(ge=0, nullable=True, description="Words of the answer")
    word_count_impression: pl.Float64 = pa.Field(
        ge=0, le=1, nullable=True, description="Share of the answer's words; null without a known place"
    )
    position_adjusted_impression: pl.Float64 = pa.Field(
        ge=0, le=1 + 1e-9, nullable=True, description="Share among the sources of the answer, early first"
    )
    definition: pl.String = pa.Field(description="Metric ids and versions")
    reason: pl.String = pa.Field(nullable=True, isin=IMPRESSION_REASONS, description="Why both are null")


class CitedPageBrands(_SourceOfAnswer):
    """One row per answer, source that we scraped, and tracked brand that the source's page names."""

    relation: pl.String = pa.Field(
        isin=RELATIONS, description="Strongest: cited, then retrieved, then linked"
    )
    document_id: pl.String = pa.Field(description="Our snapshot of the page")
    source_type: pl.String = pa.Field(isin=SOURCE_TYPES, description="Whose page it is")
    brand_id: pl.String = pa.Field(description="Brand that the page names")
    page_mentions: pl.Int64 = pa.Field(ge=1, description="Counted mentions of the brand on the page")
    is_recommended: pl.Boolean = pa.Field(description="The page recommends the brand at least once")
    first_sentence: pl.String = pa.Field(description="Sentence of the page's first mention")
    is_owner: pl.Boolean = pa.Field(description="The page is on a domain of that brand")
    is_named_in_answer: pl.Boolean = pa.Field(description="The answer names the brand too")
