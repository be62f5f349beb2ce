"""From fetch results to rows of ``raw/page_snapshots`` and back to validators for the next day."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from web_samples import ARTICLE, DAY, NOW, PlannedFetcher, result, validators

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.web.interface import FetchResult
from brand_monitor.backends.web.snapshots import requests_of, snapshot_pages, validators_of
from brand_monitor.backends.web.warc import read_body
from brand_monitor.monitor.models import Site
from brand_monitor.schemas.registry import conform

HASH = hashlib.sha256(ARTICLE.encode()).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def snapshot(store: FolderStore, *results: FetchResult | Exception, day=DAY, run_id="run") -> pl.DataFrame:
    pages = snapshot_pages(PlannedFetcher(*results), store, [], day=day, monitor_id="demo", run_id=run_id)
    return conform("raw/page_snapshots", asyncio.run(pages))


def test_a_page_becomes_a_row_that_leads_to_its_bytes(store):
    (row,) = snapshot(store, result(etag='"v1"', redirects=("http://shop.example/old",))).to_dicts()
    assert read_body(store, row["warc_key"], row["warc_offset"], row["content_hash"]) == ARTICLE.encode()
    expected = {
        "date": DAY,
        "monitor_id": "demo",
        "site_id": "shop",
        "outcome": "ok",
        "reason": None,
        "status": 200,
        "redirects": ["http://shop.example/old"],
        "size_bytes": len(ARTICLE.encode()),
        "content_hash": HASH,
        "content_type": "text/html",
        "charset": "utf-8",
        "etag": '"v1"',
        "fetched_at": NOW,
        "latency_ms": 12.5,
        "warc_key": "warc/date=2026-11-24/monitor=demo/run.warc.gz",
    }
    assert {name: row[name] for name in expected} == expected


def test_the_final_url_is_canonical(store):
    page = result(final_url="http://shop.example/a?utm_source=mail&b=1")
    assert snapshot(store, page)["final_url"].to_list() == ["http://shop.example/a?b=1"]


def test_every_outcome_is_a_row_and_only_bodies_are_stored(store):
    failed = [
        "robots_disallowed",
        "http_error",
        "timed_out",
        "blocked_address",
        "unreachable",
        "too_many_redirects",
    ]
    pages = [
        result(f"http://shop.example/{name}", b"", outcome=name, reason="because", status=None, headers=())
        for name in failed
    ]
    rows = snapshot(store, *pages, result("http://shop.example/huge", b"x" * 9, outcome="too_large"))
    assert sorted(rows["outcome"]) == sorted([*failed, "too_large"])
    without = rows.filter(pl.col("outcome") != "too_large")
    assert without["warc_key"].null_count() == without["content_hash"].null_count() == len(failed)
    assert without["size_bytes"].to_list() == [0] * len(failed)
    (cut,) = rows.filter(outcome="too_large").to_dicts()
    assert read_body(store, cut["warc_key"], cut["warc_offset"], cut["content_hash"]) == b"x" * 9


def test_a_day_without_a_body_leaves_no_file(store):
    rows = snapshot(store, result(body=b"", outcome="timed_out", status=None))
    assert rows.height == 1
    assert list(store.list("")) == []


def test_no_pages_give_an_empty_table(store):
    assert snapshot(store).height == 0


def test_rows_are_ordered_by_url_whatever_the_order_of_completion(store):
    rows = snapshot(store, *(result(f"http://shop.example/{name}") for name in "cab"))
    assert rows["url"].to_list() == [f"http://shop.example/{name}" for name in "abc"]


def test_an_unchanged_page_leads_to_the_body_of_the_day_that_has_it(store):
    first = snapshot(store, result(etag='"v1"'))
    days = [first]
    for number in (1, 2):
        known = validators_of(days[-1])["http://shop.example/"]
        same = result(body=b"", outcome="not_modified", status=304, etag='"v1"', validators=known, headers=())
        days.append(snapshot(store, same, day=DAY + timedelta(days=number), run_id=f"run{number}"))
    for day in days[1:]:
        assert day["outcome"].to_list() == ["not_modified"]
        for column in ("content_hash", "warc_key", "warc_offset", "size_bytes", "content_type", "charset"):
            assert day[column].to_list() == first[column].to_list()


def test_a_bug_in_the_fetcher_publishes_nothing(store):
    with pytest.raises(RuntimeError, match="bug"):
        snapshot(store, result(), RuntimeError("bug"))
    assert list(store.list("")) == []


def test_a_retry_of_the_same_run_leaves_the_first_file_alone(store):
    first = snapshot(store, result())
    second = snapshot(store, result(body=b"<p>other</p>"))
    assert first["warc_key"].to_list() != second["warc_key"].to_list()
    assert read_body(store, first["warc_key"][0], first["warc_offset"][0]) == ARTICLE.encode()


class TestValidators:
    def test_they_come_by_url_from_pages_with_a_body(self, store):
        rows = snapshot(
            store,
            result("http://shop.example/etag", etag='"v1"'),
            result("http://shop.example/date", last_modified="Mon, 02 Nov 2026 08:00:00 GMT"),
            result("http://shop.example/neither"),
            result("http://shop.example/cut", etag='"v1"', outcome="too_large"),
            result("http://shop.example/gone", b"", etag='"v1"', outcome="http_error", status=404),
        )
        known = validators_of(rows)
        assert sorted(known) == ["http://shop.example/date", "http://shop.example/etag"]
        one = known["http://shop.example/etag"]
        assert (one.etag, one.content_hash, one.final_url) == ('"v1"', HASH, "http://shop.example/etag")

    def test_an_empty_table_has_none(self, store):
        assert validators_of(snapshot(store)) == {}


class TestRequests:
    def test_each_page_is_asked_once_under_its_canonical_url(self):
        sites = [
            Site(id="a", base_url="http://Shop.example", pages=["/", "/x?utm_source=mail", "/y#part"]),
            Site(id="b", pages=["http://shop.example/y", "http://other.example/z"]),
        ]
        known = validators(final_url="http://shop.example/y")
        requests = requests_of(sites, {"http://shop.example/y": known})
        assert [(request.url, request.site_id, request.validators) for request in requests] == [
            ("http://shop.example/", "a", None),
            ("http://shop.example/x", "a", None),
            ("http://shop.example/y", "a", known),
            ("http://other.example/z", "b", None),
        ]
