"""Small valid frames of answers, documents and brands for the tests of what is read out of texts."""

from datetime import UTC, date, datetime

import polars as pl

from brand_monitor.schemas.registry import conform, polars_schema

DAY = date(2030, 5, 6)


def frame(table, rows, **defaults):
    """Return a conforming frame; columns that a row does not name take the default, else null."""
    schema = polars_schema(table)
    full = [dict.fromkeys(schema) | defaults | row for row in rows]
    return conform(table, pl.DataFrame(full, schema=schema))


def brands(*rows, monitor="shoes"):
    """Return ``seed/brands``: rows of (id, name, role) with optional fields."""
    return frame(
        "seed/brands",
        [{"brand_id": brand_id, "brand": name, "role": role, **more} for brand_id, name, role, more in rows],
        monitor_id=monitor,
        aliases=[],
        products=[],
        domains=[],
        exclusions=[],
    )


def answers(*rows, monitor="shoes"):
    """Return ``raw/answers``: one row per dict; ``text`` is all that most tests care for."""
    return frame(
        "raw/answers",
        [{"answer_id": f"{monitor}-{at}", **row} for at, row in enumerate(rows)],
        date=DAY,
        monitor_id=monitor,
        engine="import",
        engine_id="chat",
        prompt_id="p1",
        prompt_family="p1",
        prompt_version="v1",
        prompt_text="Which shoe is best?",
        intent="discovery",
        locale="en",
        is_branded=False,
        repeat=0,
        surface="ui",
        model="m",
        status="ok",
        sources=[],
        asked_at=datetime(2030, 5, 6, tzinfo=UTC),
        attempts=1,
        is_reasked=False,
        is_web=False,
        is_cached=False,
        possibly_paid=0,
        not_sent=[],
        queries=[],
    )


def documents(*rows, monitor="shoes"):
    """Return ``core/documents``: rows of (id, URL, text)."""
    return frame(
        "core/documents",
        [{"document_id": one, "url": url, "text": text} for one, url, text in rows],
        date=DAY,
        monitor_id=monitor,
        domain="d.example",
        word_count=1,
        links=[],
        content_hash="h",
        extractor="e",
        is_reused=False,
    )


def source(position, url, relation="retrieved", title=None, document_id=None):
    """Return one entry of an answer's list of sources."""
    return {
        "position": position, "url": url, "title": title, "document_id": document_id, "relation": relation,
    }  # fmt: skip
