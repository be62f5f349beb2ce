"""From snapshots to documents: each distinct body is read once, whichever day or URL it turns up on.

Belongs here: the cache of extractions and the choice between one process and several. Not here: what is
read out of a page (``domain.documents``).
"""

import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.backends.objects.parallel import at_once
from brand_monitor.backends.web.warc import read_body
from brand_monitor.domain.documents import (
    ExtractedPage,
    UnreadablePage,
    document_id,
    extract_page,
    extractor,
    outgoing_links,
)
from brand_monitor.domain.urls import registrable_domain
from brand_monitor.schemas.registry import polars_schema

TABLE = "core/documents"
READABLE = ["ok", "not_modified"]  # a page cut at the cap is kept, and not taken for the whole page
UNREADABLE_SCHEMA = pl.Schema({"url": pl.String, "reason": pl.String, "detail": pl.String})
# Below this, starting worker processes (about 1 s) costs more than it saves: a page takes 10 to 40 ms.
PARALLEL_FROM = 100
MAX_WORKERS = 8
BATCH = 64  # pages held in memory at a time

Page = ExtractedPage | UnreadablePage
Row = dict[str, Any]


@dataclass(frozen=True)
class Extraction:
    """What became of the pages: documents, and the pages that gave none with the reason."""

    documents: pl.DataFrame  # core/documents
    unreadable: pl.DataFrame  # url, reason, detail


def extract_pages(store: ObjectStore, snapshots: pl.DataFrame) -> Extraction:
    """Return the documents of ``raw/page_snapshots``, one per monitor, day and final URL, by URL.

    Raises:
        CorruptPayloadError: a stored body is not the one that was fetched.
        ObjectNotFoundError: a WARC file is gone.
    """
    rows = (
        snapshots.filter(pl.col("outcome").is_in(READABLE))
        .unique(["date", "monitor_id", "final_url"], keep="first", maintain_order=True)
        .sort("date", "monitor_id", "final_url")
        .to_dicts()
    )
    cache = _Cache(store)
    known = at_once(store, cache.get, rows)
    pages = {_key(row): page for row, page in zip(rows, known, strict=True) if page is not None}
    reused = set(pages)
    new = list({_key(row): row for row in rows if _key(row) not in pages}.values())
    for row, page in zip(new, _extracted(store, new), strict=True):
        cache.put(row, page)
        pages[_key(row)] = page
    return _assembled([(row, pages[_key(row)], _key(row) in reused) for row in rows])


def _extracted(store: ObjectStore, rows: Sequence[Row]) -> Iterator[Page]:
    """Yield the page of each row, in order, from this process or from several."""
    workers = min(os.cpu_count() or 1, MAX_WORKERS)
    if len(rows) < PARALLEL_FROM or workers == 1:
        for batch in _batches(store, rows):
            yield from (extract_page(body, **_declared(row)) for row, body in batch)
        return
    # `spawn`: forking a process whose other threads (polars, dagster) hold locks can deadlock. A worker
    # imports the module of the submitted function alone, not polars and pandera (3 s).
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for batch in _batches(store, rows):
            tasks = [pool.submit(extract_page, body, **_declared(row)) for row, body in batch]
            yield from (task.result() for task in tasks)


def _batches(store: ObjectStore, rows: Sequence[Row]) -> Iterator[list[tuple[Row, bytes]]]:
    """Yield the rows with their bodies, as many at a time as memory shall hold."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        yield list(zip(batch, at_once(store, lambda row: _body(store, row), batch), strict=True))


def _declared(row: Row) -> dict[str, Any]:
    return {"content_type": row["content_type"], "charset": row["charset"], "fetched_on": row["date"]}


def _body(store: ObjectStore, row: Row) -> bytes:
    return read_body(store, row["warc_key"], row["warc_offset"], row["content_hash"])


def _key(row: Row) -> tuple[str, str | None, str | None]:
    """What an extraction depends on: the bytes, and what the server said about them."""
    return row["content_hash"], row["content_type"], row["charset"]


class _Cache:
    """Extractions under the hash of the body and the version of the extractor."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._prefix = f"cache/documents/{extractor()}"

    def get(self, row: Row) -> Page | None:
        """Return the stored page, None if these bytes were not read before, or under another charset."""
        key = self._object_key(row)
        try:
            stored = json.loads(self._store.get(key))
        except ObjectNotFoundError:
            return None
        if stored["declared"] != [row["content_type"], row["charset"]]:
            return None
        if stored["page"] is None:
            return UnreadablePage(**stored["unreadable"])
        return ExtractedPage(**stored["page"] | {"hrefs": tuple(stored["page"]["hrefs"])})

    def put(self, row: Row, page: Page) -> None:
        """Store what was read; a page under two charsets keeps the last."""
        is_page = isinstance(page, ExtractedPage)
        stored = {
            "declared": [row["content_type"], row["charset"]],
            "page": asdict(page) if is_page else None,
            "unreadable": None if is_page else asdict(page),
        }
        self._store.put(self._object_key(row), json.dumps(stored, ensure_ascii=False).encode())

    def _object_key(self, row: Row) -> str:
        return f"{self._prefix}/{row['content_hash']}.json"


def _assembled(readings: Sequence[tuple[Row, Page, bool]]) -> Extraction:
    documents = [
        _document(row, page, is_reused=reused)
        for row, page, reused in readings
        if isinstance(page, ExtractedPage)
    ]
    unreadable = [
        {"url": row["final_url"], "reason": page.reason, "detail": page.detail}
        for row, page, _ in readings
        if isinstance(page, UnreadablePage)
    ]
    return Extraction(
        pl.DataFrame(documents, schema=polars_schema(TABLE)),
        pl.DataFrame(unreadable, schema=UNREADABLE_SCHEMA),
    )


def _document(row: Row, page: ExtractedPage, *, is_reused: bool) -> Row:
    url = row["final_url"]
    return {
        "date": row["date"],
        "monitor_id": row["monitor_id"],
        "document_id": document_id(url, page.text),
        "url": url,
        "domain": registrable_domain(url),
        "title": page.title,
        "language": page.language,
        "published_on": page.published_on,
        "text": page.text,
        "word_count": page.word_count,
        "links": outgoing_links(page, url),
        "content_hash": row["content_hash"],
        "extractor": extractor(),
        "is_reused": is_reused,
    }
