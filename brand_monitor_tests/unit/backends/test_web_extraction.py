"""Documents out of snapshots: read once, reused by content, one process or several."""

import asyncio
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from web_samples import ARTICLE, DAY, PlannedFetcher, result

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.web import extraction
from brand_monitor.backends.web.extraction import Extraction, extract_pages
from brand_monitor.backends.web.interface import FetchResult
from brand_monitor.backends.web.snapshots import snapshot_pages
from brand_monitor.domain.documents import document_id, extractor
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.schemas.registry import conform

URL = "http://shop.example/"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def snapshot(store: FolderStore, *results: FetchResult, day=DAY, run_id="run") -> pl.DataFrame:
    pages = snapshot_pages(PlannedFetcher(*results), store, [], day=day, monitor_id="demo", run_id=run_id)
    return asyncio.run(pages)


def extract(store: FolderStore, *results: FetchResult, **where: object) -> Extraction:
    done = extract_pages(store, snapshot(store, *results, **where))
    conform("core/documents", done.documents)
    return done


def article(number: int) -> bytes:
    return ARTICLE.replace("three months", f"{number} months").encode()


def test_a_page_becomes_a_document(store):
    (row,) = extract(store, result()).documents.to_dicts()
    assert (row["url"], row["domain"], row["title"], row["language"]) == (
        URL,
        "shop.example",
        "Soft shoes",
        "en",
    )
    assert "The Larkstride Dawn was the one that we kept" in row["text"]
    assert "Menu" not in row["text"]
    assert row["links"] == ["http://shop.example/dawn"]
    assert row["document_id"] == document_id(URL, row["text"])
    assert row["word_count"] == len(row["text"].split())
    assert (row["extractor"], row["is_reused"]) == (extractor(), False)


def test_the_short_form_gives_the_table_alone(store):
    assert extract_pages(store, snapshot(store, result())).documents.height == 1


def test_unchanged_bytes_are_not_read_again_on_the_next_day(store, monkeypatch):
    first = extract(store, result()).documents
    monkeypatch.setattr(extraction, "extract_page", None)  # whoever calls it fails
    second = extract(store, result(), day=DAY + timedelta(days=1), run_id="tomorrow").documents
    assert second["is_reused"].to_list() == [True]
    same = pl.exclude("date", "is_reused")
    assert second.select(same).equals(first.select(same))


def test_changed_bytes_are_read_and_get_a_new_document_id(store):
    first = extract(store, result()).documents
    second = extract(store, result(body=article(5)), run_id="later").documents
    assert second["is_reused"].to_list() == [False]
    assert second["document_id"].to_list() != first["document_id"].to_list()


def test_equal_bytes_at_two_urls_are_read_once_and_stay_two_documents(store, monkeypatch):
    calls = []
    original = extraction.extract_page
    monkeypatch.setattr(extraction, "extract_page", lambda *a, **k: calls.append(1) or original(*a, **k))
    rows = extract(store, result(), result("http://other.example/deep/page")).documents
    assert len(calls) == 1
    assert rows["links"].to_list() == [["http://other.example/dawn"], ["http://shop.example/dawn"]]
    assert rows["document_id"].n_unique() == 2


def test_equal_bytes_under_another_charset_are_read_again(store):
    body = ARTICLE.replace("noticed", "caf\xe9").encode("latin-1")
    first = extract(store, result(body=body, charset="iso-8859-1")).documents
    second = extract(store, result(body=body, charset="iso-8859-5"), run_id="later").documents
    assert "café" in first["text"][0]
    assert "cafщ" in second["text"][0]


def test_two_urls_that_lead_to_one_page_are_one_document(store):
    rows = extract(store, result(), result("http://shop.example/old", final_url=URL)).documents
    assert rows["url"].to_list() == [URL]


def test_pages_without_text_are_reported_with_a_reason_and_remembered(store):
    pages = [
        result("http://shop.example/a.pdf", b"%PDF-1.7", content_type="application/pdf"),
        result("http://shop.example/empty", b""),
        result("http://shop.example/menu", b"<html><body><img src=x></body></html>"),
    ]
    for run_id in ("first", "again"):
        done = extract(store, *pages, run_id=run_id)
        assert done.documents.height == 0
        assert dict(done.unreadable.select("url", "reason").iter_rows()) == {
            "http://shop.example/a.pdf": "not_html",
            "http://shop.example/empty": "empty",
            "http://shop.example/menu": "no_text",
        }


def test_failed_and_cut_pages_are_no_documents(store):
    done = extract(
        store,
        result("http://shop.example/cut", outcome="too_large"),
        result("http://shop.example/gone", b"", outcome="http_error", status=404),
    )
    assert (done.documents.height, done.unreadable.height) == (0, 0)


def test_no_snapshots_give_an_empty_table(store):
    assert extract(store).documents.height == 0


def test_a_stored_body_that_was_changed_stops_the_extraction(store):
    rows = snapshot(store, result())
    with pytest.raises(CorruptPayloadError):
        extract_pages(store, rows.with_columns(content_hash=pl.lit("0" * 64)))


def test_several_processes_give_what_one_gives(store, monkeypatch):
    monkeypatch.setattr(extraction, "PARALLEL_FROM", 3)
    monkeypatch.setattr(extraction, "BATCH", 4)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    rows = snapshot(store, *(result(f"http://shop.example/{n}", article(n)) for n in range(10)))
    parallel = extract_pages(store, rows).documents
    assert parallel["is_reused"].to_list() == [False] * 10
    for key in list(store.list("cache")):
        store.delete(key)
    monkeypatch.setattr(extraction, "PARALLEL_FROM", 100)
    assert extract_pages(store, rows).documents.equals(parallel)
