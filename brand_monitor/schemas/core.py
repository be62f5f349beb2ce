"""Tables of layer ``core``: what was read out of pages and answers."""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import AnswerTable, MonitorTable, Strings, Table

MENTION_KINDS = [
    "named",
    "recommended",
    "compared",
    "warned_against",
    "absent",
    "asked",
    "seller",
    "quoted",
]
SOURCE_TYPES = [
    "own",
    "competitor",
    "editorial",
    "reference",
    "institutional",
    "community",
    "retailer",
    "other",
]
PAGE_TYPES = ["listicle", "comparison", "how_to", "product", "forum", "home", "other"]
DOMAIN_EVIDENCE = ["url", "title", "unresolved"]
RELATIONS = ["retrieved", "cited", "linked"]

PLACE = pl.Struct(
    {
        "start": pl.Int64,  # of the sign of the citation in the answer's text, in characters
        "end": pl.Int64,  # exclusive
        "evidence": pl.String,  # span (given by the engine) | marker | link | chip (name of the site)
        "sentence": pl.Int64,  # 0-based number of the sentence it belongs to; null where the text has none
        "sentence_start": pl.Int64,
        "sentence_end": pl.Int64,
        "words": pl.Int64,  # in that sentence, without signs of citations
    }
)


class _DocumentTable(Table):
    """Columns of a table about documents: which one a row speaks of."""

    document_id: pl.String = pa.Field(description="Hash of URL and text: changes when the text does")
    url: pl.String = pa.Field(description="Canonical URL after redirects")


class Documents(_DocumentTable):
    """One row per monitor and page of the day that yielded readable text."""

    domain: pl.String = pa.Field(description="Registrable domain, or the host where it has none")
    title: pl.String = pa.Field(nullable=True, description="Title of the page")
    language: pl.String = pa.Field(nullable=True, description="ISO 639-1 code")
    published_on: pl.String = pa.Field(nullable=True, description="ISO date stated by the page")
    text: pl.String = pa.Field(description="Main text, boilerplate removed")
    word_count: pl.Int64 = pa.Field(ge=0, description="Words in the text")
    links: Strings = pa.Field(description="Canonical outgoing links, in order, without repeats")
    content_hash: pl.String = pa.Field(description="SHA-256 of the page body, hex")
    extractor: pl.String = pa.Field(description="Name and version of the extractor")
    is_reused: pl.Boolean = pa.Field(description="Taken from an earlier extraction of the same bytes")


class _Mention(MonitorTable):
    """Columns of a mention of a tracked brand in a text, whatever the text is."""

    brand_id: pl.String = pa.Field(description="Brand mentioned")
    surface: pl.String = pa.Field(description="Text as written")
    start: pl.Int64 = pa.Field(ge=0, description="First character in the text, 0-based")
    end: pl.Int64 = pa.Field(ge=0, description="One past the last character")
    kind: pl.String = pa.Field(isin=MENTION_KINDS, description="How the brand is spoken of")
    sentence: pl.String = pa.Field(description="Sentence or list item around the mention")
    confidence: pl.Float64 = pa.Field(
        ge=0,
        le=1,
        nullable=True,
        description="How sure it is that the name is the brand; 1 if no everyday word",
    )
    is_uncertain: pl.Boolean = pa.Field(
        nullable=True, description="Confidence is below the threshold: not counted"
    )
    evidence: Strings = pa.Field(
        nullable=True,
        description="Signals behind the confidence, the weightiest first; empty if none was needed",
    )
    method: pl.String = pa.Field(
        nullable=True, description="Versions of the rules that made the row; null before rows named them"
    )


class PageMentions(_Mention, _DocumentTable):
    """One row per mention of a tracked brand in a document of the day."""

    is_counted: pl.Boolean = pa.Field(
        nullable=True, description="False for what is no visibility: absent, asked, seller, uncertain"
    )
    reason: pl.String = pa.Field(nullable=True, description="Rule that decided the kind")


class AnswerMentions(_Mention, AnswerTable):
    """One row per mention of a tracked brand in an answer."""

    is_counted: pl.Boolean = pa.Field(
        description="False for what is no visibility: absent, asked, seller, uncertain"
    )
    reason: pl.String = pa.Field(description="Rule that decided the kind")
    entity_rank: pl.Int64 = pa.Field(
        ge=1, nullable=True, description="1 + tracked brands first named earlier"
    )
    list_rank: pl.Int64 = pa.Field(ge=1, nullable=True, description="Item number in a list of 3 or more")
    prominence: pl.Float64 = pa.Field(ge=0, le=1, description="1 - start / length of the answer")
    sentence_start: pl.Int64 = pa.Field(ge=0, description="First character of that sentence")
    is_top_pick: pl.Boolean = pa.Field(
        nullable=True, description="Named first by a word for it, or first in a list that ranks"
    )


class Citations(AnswerTable):
    """One row per answer, source and relation (retrieved, cited, linked)."""

    relation: pl.String = pa.Field(isin=RELATIONS, description="How the answer relates to the source")
    position: pl.Int64 = pa.Field(ge=1, description="1-based, in order of appearance per relation")
    url: pl.String = pa.Field(description="Canonical URL, tracking parameters removed")
    domain: pl.String = pa.Field(
        description="Registrable domain, or the host where it has none; unresolved.invalid if hidden"
    )
    domain_evidence: pl.String = pa.Field(
        isin=DOMAIN_EVIDENCE, nullable=True, description="What the domain is known by; a title is a hint only"
    )
    title: pl.String = pa.Field(nullable=True, description="Title, where the engine gave one")
    document_id: pl.String = pa.Field(nullable=True, description="Our snapshot of the page, if any")
    source_type: pl.String = pa.Field(isin=SOURCE_TYPES, description="Whose page it is")
    source_evidence: pl.String = pa.Field(nullable=True, description="Rule that decided the source type")
    page_type: pl.String = pa.Field(isin=PAGE_TYPES, nullable=True, description="What kind of page it is")
    page_evidence: pl.String = pa.Field(nullable=True, description="Rule that decided the page type")
    brand_id: pl.String = pa.Field(nullable=True, description="Brand that owns the domain, if tracked")
    marker_count: pl.Int64 = pa.Field(ge=0, description="Signs of it in the text: markers, spans, links")
    first_offset: pl.Int64 = pa.Field(ge=0, nullable=True, description="First sign of it in the text")
    places: Annotated[pl.List, PLACE] = pa.Field(
        nullable=True, description="Sentences that carry it; empty where the text does not show it"
    )
    answer_sentences: pl.Int64 = pa.Field(ge=0, nullable=True, description="Sentences of the answer")
    answer_words: pl.Int64 = pa.Field(ge=0, nullable=True, description="Words in them, without signs")
