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
ANSWER_STATUSES = ["ok", "empty", "refused", "failed"]
SURFACES = ["api", "ui", "local", "grounded"]

SOURCE = pl.Struct(
    {
        "position": pl.Int64,  # 1-based, in the order in which the engine gave them
        "url": pl.String,
        "title": pl.String,
        "document_id": pl.String,  # null unless the page is one of our own snapshots
        "relation": pl.String,  # retrieved | cited
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
    prompt_id: pl.String = pa.Field(description="Prompt asked")
    prompt_version: pl.String = pa.Field(description="Version of the prompt asked")
    prompt_text: pl.String = pa.Field(description="The question as asked")
    intent: pl.String = pa.Field(description="Buyer intent of the prompt")
    persona: pl.String = pa.Field(nullable=True, description="Who asks")
    locale: pl.String = pa.Field(description="BCP 47 tag of the asker")
    is_branded: pl.Boolean = pa.Field(description="The prompt names a tracked brand")
    repeat: pl.Int64 = pa.Field(ge=0, description="Index of the independent draw")
    surface: pl.String = pa.Field(isin=SURFACES, description="Where the answer came from")
    model: pl.String = pa.Field(description="Model asked for")
    served_model: pl.String = pa.Field(nullable=True, description="Model that says it answered")
    status: pl.String = pa.Field(isin=ANSWER_STATUSES, description="Only ok enters a denominator")
    reason: pl.String = pa.Field(nullable=True, description="Why the status is not ok")
    text: pl.String = pa.Field(nullable=True, description="Answer text, Markdown as it arrived")
    finish_reason: pl.String = pa.Field(nullable=True, description="Why generation ended")
    sources: Annotated[pl.List, SOURCE] = pa.Field(description="Sources given with the answer")
    context_hash: pl.String = pa.Field(nullable=True, description="Hash of the grounding context")
    asked_at: Timestamp = pa.Field(nullable=True, description="When the call was sent")
    latency_ms: pl.Float64 = pa.Field(nullable=True, ge=0, description="Call to last token")
    input_tokens: pl.Int64 = pa.Field(nullable=True, ge=0, description="Tokens read")
    output_tokens: pl.Int64 = pa.Field(nullable=True, ge=0, description="Tokens written")
    cost_usd: pl.Float64 = pa.Field(nullable=True, ge=0, description="Price; 0 for local, null if unknown")
    attempts: pl.Int64 = pa.Field(ge=0, description="Times the call was sent")
    is_reasked: pl.Boolean = pa.Field(description="Asked after its day had passed")
    payload_hash: pl.String = pa.Field(nullable=True, description="SHA-256 of the raw payload, hex")
    run_id: pl.String = pa.Field(nullable=True, description="Dagster run that asked")
