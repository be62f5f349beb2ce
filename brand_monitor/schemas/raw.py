"""Tables of layer ``raw``: what the web and the models said, before any reading of it."""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import EngineTable, Strings, Table, Timestamp

FETCH_OUTCOMES = [
    "ok",
    "not_modified",
    "robots_disallowed",
    "http_error",
    "too_large",
    "timed_out",
    "blocked_address",
    "unreachable",
    "too_many_redirects",
]
#: not_asked: planned and never sent, because the budget was spent or the engine could not be asked.
ANSWER_STATUSES = ["ok", "empty", "refused", "failed", "not_asked"]
SURFACES = ["api", "ui", "local", "grounded"]

SOURCE = pl.Struct(
    {
        "position": pl.Int64,  # 1-based, in the order in which the engine gave them
        "url": pl.String,
        "title": pl.String,
        "document_id": pl.String,  # null unless the page is one of our own snapshots
        "relation": pl.String,  # retrieved | cited
        "start": pl.Int64,  # span of the answer's text that carries the citation, in characters
        "end": pl.Int64,  # exclusive
        "quote": pl.String,  # words of the page that the provider shows as evidence
        "published": pl.String,  # date or age of the page, as the provider writes it
    }
)


class PageSnapshots(Table):
    """One row per monitor and page URL that the day's scrape tried."""

    site_id: pl.String = pa.Field(description="Site of the monitor file that listed the URL")
    url: pl.String = pa.Field(description="Canonical URL that was asked for")
    final_url: pl.String = pa.Field(description="Canonical URL after redirects")
    redirects: Strings = pa.Field(description="URLs passed through, in order; empty without redirect")
    outcome: pl.String = pa.Field(isin=FETCH_OUTCOMES, description="What became of the fetch")
    reason: pl.String = pa.Field(nullable=True, description="Why the outcome is not ok")
    status: pl.Int64 = pa.Field(nullable=True, description="HTTP status, null if none arrived")
    content_type: pl.String = pa.Field(nullable=True, description="Media type without parameters")
    charset: pl.String = pa.Field(nullable=True, description="Charset that the server declared")
    size_bytes: pl.Int64 = pa.Field(ge=0, description="Decoded body bytes kept")
    content_hash: pl.String = pa.Field(nullable=True, description="SHA-256 of the body, hex")
    etag: pl.String = pa.Field(nullable=True, description="Validator for the next conditional GET")
    last_modified: pl.String = pa.Field(nullable=True, description="Validator, as the server sent it")
    fetched_at: Timestamp = pa.Field(description="When the request was sent")
    latency_ms: pl.Float64 = pa.Field(ge=0, description="Request to last byte")
    warc_key: pl.String = pa.Field(nullable=True, description="Object key of the WARC file with the body")
    warc_offset: pl.Int64 = pa.Field(nullable=True, ge=0, description="Byte offset of the record in it")


class Answers(EngineTable):
    """One row per planned call: monitor, engine, prompt version and repeat."""

    answer_id: pl.String = pa.Field(unique=True, description="Stable id, equal to the call's id")
    prompt_id: pl.String = pa.Field(description="Question asked: a prompt, or a variant of one")
    prompt_family: pl.String = pa.Field(description="Prompt that the question is a variant of")
    prompt_version: pl.String = pa.Field(description="Version of the question asked")
    prompt_text: pl.String = pa.Field(description="The question as asked")
    intent: pl.String = pa.Field(description="Buyer intent of the prompt")
    persona: pl.String = pa.Field(nullable=True, description="Who asks")
    locale: pl.String = pa.Field(description="BCP 47 tag of the asker")
    country: pl.String = pa.Field(nullable=True, description="Where web search was told the asker is")
    is_branded: pl.Boolean = pa.Field(description="The prompt names a tracked brand")
    repeat: pl.Int64 = pa.Field(ge=0, description="Index of the independent draw")
    surface: pl.String = pa.Field(isin=SURFACES, description="Where the answer came from")
    is_web: pl.Boolean = pa.Field(description="The model could search the web")
    model: pl.String = pa.Field(description="Model asked for")
    temperature: pl.Float64 = pa.Field(nullable=True, description="Asked for; null: the provider's default")
    max_tokens: pl.Int64 = pa.Field(nullable=True, description="Asked for")
    seed: pl.Int64 = pa.Field(nullable=True, description="Asked for")
    effort: pl.String = pa.Field(nullable=True, description="Reasoning effort asked for")
    not_sent: Strings = pa.Field(description="Parameters left out because the model does not take them")
    messages_hash: pl.String = pa.Field(nullable=True, description="SHA-256 of what the model was shown")
    served_model: pl.String = pa.Field(nullable=True, description="Model that says it answered")
    status: pl.String = pa.Field(isin=ANSWER_STATUSES, description="Only ok enters a denominator")
    reason: pl.String = pa.Field(
        nullable=True, description="Why the status is not ok, or what an answer lacks"
    )
    error_class: pl.String = pa.Field(nullable=True, description="Class of the failure")
    text: pl.String = pa.Field(nullable=True, description="Answer text, Markdown as it arrived")
    finish_reason: pl.String = pa.Field(nullable=True, description="Why generation ended")
    sources: Annotated[pl.List, SOURCE] = pa.Field(description="Sources given with the answer")
    queries: Strings = pa.Field(description="What the engine searched for, in order")
    context_hash: pl.String = pa.Field(nullable=True, description="Hash of the grounding context")
    asked_at: Timestamp = pa.Field(nullable=True, description="When the call was sent")
    latency_ms: pl.Float64 = pa.Field(nullable=True, ge=0, description="Call to last token")
    input_tokens: pl.Int64 = pa.Field(nullable=True, ge=0, description="Tokens read, cached ones included")
    cached_tokens: pl.Int64 = pa.Field(nullable=True, ge=0, description="Tokens read from a cache")
    output_tokens: pl.Int64 = pa.Field(nullable=True, ge=0, description="Tokens written, with reasoning")
    reasoning_tokens: pl.Int64 = pa.Field(nullable=True, ge=0, description="Tokens of reasoning")
    searches: pl.Int64 = pa.Field(nullable=True, ge=0, description="Searches that are billed")
    cost_usd: pl.Float64 = pa.Field(nullable=True, ge=0, description="Price; 0 for local, null if unknown")
    cost_note: pl.String = pa.Field(nullable=True, description="Where the price is from, or why it is null")
    attempts: pl.Int64 = pa.Field(ge=0, description="Times the call was sent")
    possibly_paid: pl.Int64 = pa.Field(ge=0, description="Times it may have been paid without an answer")
    is_cached: pl.Boolean = pa.Field(description="Taken from an equal request, not asked")
    is_reasked: pl.Boolean = pa.Field(description="Asked after its day had passed")
    payload_hash: pl.String = pa.Field(nullable=True, description="SHA-256 of the raw payload, hex")
    run_id: pl.String = pa.Field(nullable=True, description="Dagster run that asked")
