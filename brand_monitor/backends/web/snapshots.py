"""Page snapshots: from fetches to the rows of ``raw/page_snapshots`` and the WARC file behind them.

Belongs here: one scrape of one monitor, and what yesterday's scrape leaves for today's. Not here: HTTP,
the record format, or when to scrape.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import fields
from datetime import date
from typing import Any

import polars as pl

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.web.interface import FetchRequest, FetchResult, PageFetcher, Validators
from brand_monitor.backends.web.warc import WarcFile, free_key
from brand_monitor.domain.urls import canonical_url
from brand_monitor.monitor.models import Site
from brand_monitor.schemas.registry import polars_schema

TABLE = "raw/page_snapshots"
WARC_STANDARD = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
WITH_BODY = frozenset({"ok", "too_large"})
# A page that has not changed keeps these of the snapshot that holds its body.
BODY_COLUMNS = ("size_bytes", "content_hash", "content_type", "charset", "warc_key", "warc_offset")


async def snapshot_pages(
    fetcher: PageFetcher,
    store: ObjectStore,
    requests: Sequence[FetchRequest],
    *,
    day: date,
    monitor_id: str,
    run_id: str,
) -> pl.DataFrame:
    """Fetch the pages, keep their bodies in one WARC file, and return ``raw/page_snapshots``, by URL.

    Memory is bounded by what the fetcher holds at a time: a body is on disk before the next is taken.
    The file is stored only when all pages are through, so that no row points to half a file.
    """
    key = free_key(store, day, monitor_id, run_id)
    identity = {"date": day, "monitor_id": monitor_id}
    rows = []
    with WarcFile(store, key, {"isPartOf": monitor_id, "conformsTo": WARC_STANDARD}) as warc:
        async with aclosing(fetcher.fetch_all(requests)) as results:
            async for result in results:
                # Compressing a large body would stop the event loop, and with it the clocks of the others.
                kept = await asyncio.to_thread(_keep, warc, key, result)
                rows.append(identity | _row(result) | kept)
    return pl.DataFrame(rows, schema=polars_schema(TABLE)).sort("url")


def validators_of(previous: pl.DataFrame) -> dict[str, Validators]:
    """Return by URL what an earlier ``raw/page_snapshots`` frame offers for conditional GETs."""
    usable = previous.filter(
        pl.col("outcome").is_in(["ok", "not_modified"]),
        pl.col("warc_key").is_not_null(),
        pl.col("etag").is_not_null() | pl.col("last_modified").is_not_null(),
    )
    names = [field.name for field in fields(Validators)]
    return {row["url"]: Validators(**{name: row[name] for name in names}) for row in usable.to_dicts()}


def requests_of(sites: Iterable[Site], validators: Mapping[str, Validators]) -> list[FetchRequest]:
    """Return one request per canonical URL that the sites list; the first site to list it owns it."""
    found: dict[str, FetchRequest] = {}
    for site in sites:
        for page in site.urls:
            url = canonical_url(page) or page  # what is no URL is refused by the fetcher, with a reason
            found.setdefault(url, FetchRequest(url, site.id, validators.get(url)))
    return list(found.values())


def _keep(warc: WarcFile, key: str, result: FetchResult) -> dict[str, Any]:
    """Write the record of a result, if it has one, and return the columns that lead to its body."""
    known = result.request.validators
    if result.outcome == "not_modified" and known is not None:
        warc.write_not_modified(result)
        return {name: getattr(known, name) for name in BODY_COLUMNS}
    if result.outcome not in WITH_BODY:
        return dict.fromkeys(BODY_COLUMNS) | {"size_bytes": 0}
    return {
        "size_bytes": len(result.body),
        "content_hash": hashlib.sha256(result.body).hexdigest(),
        "content_type": result.content_type,
        "charset": result.charset,
        "warc_key": key,
        "warc_offset": warc.write_response(result),
    }


def _row(result: FetchResult) -> dict[str, Any]:
    """Return the columns that the fetch itself decides."""
    return {
        "site_id": result.request.site_id,
        "url": result.request.url,
        "final_url": canonical_url(result.final_url) or result.final_url,
        "redirects": list(result.redirects),
        "outcome": result.outcome,
        "reason": result.reason,
        "status": result.status,
        "etag": result.etag,
        "last_modified": result.last_modified,
        "fetched_at": result.fetched_at,
        "latency_ms": result.latency_ms,
    }
