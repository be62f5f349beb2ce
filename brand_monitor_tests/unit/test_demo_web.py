"""The demo: its pages, its server, its monitor, and that they tell the story the report is about."""

import asyncio
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import urlsplit

import polars as pl
import pytest
import yaml

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.web.extraction import extract_pages
from brand_monitor.backends.web.http import HttpFetcher
from brand_monitor.backends.web.interface import FetchLimits
from brand_monitor.backends.web.snapshots import requests_of, snapshot_pages, validators_of
from brand_monitor.demo.server import DemoWeb
from brand_monitor.demo.site import LAST_MODIFIED, sample_pages
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import today

DEMO = files("brand_monitor.monitor").joinpath("examples/demo.yaml").read_text(encoding="utf-8")
MONITOR = Monitor.model_validate(yaml.safe_load(DEMO))
HOST = "trailreview.example"


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as running:
        yield running


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> FolderStore:
    return FolderStore(tmp_path_factory.mktemp("lake"))


def scrape(
    web: DemoWeb, store: FolderStore, run_id: str, previous: pl.DataFrame | None = None
) -> pl.DataFrame:
    scraping = MONITOR.scraping
    limits = FetchLimits(
        delay_seconds=scraping.delay_seconds,
        max_bytes=scraping.max_page_bytes,
        timeout_seconds=scraping.timeout_seconds,
        connect_to=web.hosts,
    )
    known = {} if previous is None else validators_of(previous)
    requests = requests_of(MONITOR.sites, known)
    pages = snapshot_pages(
        HttpFetcher(limits), store, requests, day=today(), monitor_id="demo", run_id=run_id
    )
    return asyncio.run(pages)


@pytest.fixture(scope="module")
def snapshots(web, store) -> pl.DataFrame:
    return scrape(web, store, "first")


@pytest.fixture(scope="module")
def documents(store, snapshots) -> dict[str, dict]:
    done = extract_pages(store, snapshots)
    assert done.unreadable.height == 0
    return {row["url"].removeprefix("http://"): row for row in done.documents.to_dicts()}


def get(web: DemoWeb, path: str, host: str = HOST, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(f"http://127.0.0.1:{web.port}{path}", headers={"Host": host, **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


class TestServer:
    def test_hosts_on_one_port_are_told_apart_by_name(self, web):
        assert b"Trailreview" in get(web, "/")[1]
        assert b"Stride Market" in get(web, "/", "stridemarket.example")[1]
        assert get(web, "/", "nobody.example")[0] == 404

    def test_unchanged_pages_are_answered_with_304(self, web):
        etag = get(web, "/")[2]["ETag"]
        assert get(web, "/", **{"If-None-Match": etag})[:2] == (304, b"")
        assert get(web, "/", **{"If-Modified-Since": LAST_MODIFIED})[0] == 304
        assert get(web, "/", **{"If-None-Match": '"old"', "If-Modified-Since": LAST_MODIFIED})[0] == 200

    def test_two_demos_run_side_by_side(self, web):
        with DemoWeb() as other:
            assert other.port != web.port
            assert get(other, "/")[0] == 200


class TestPages:
    def test_a_day_s_scrape_meets_every_kind_of_page(self, snapshots):
        odd = snapshots.filter(pl.col("outcome") != "ok").select("url", "outcome")
        assert dict(odd.iter_rows()) == {
            "http://stridemarket.example/catalogue": "too_large",
            "http://trailreview.example/private/draft-notes": "robots_disallowed",
            "http://trailreview.example/winter-shoes-2019": "http_error",
        }
        redirected = snapshots.filter(pl.col("redirects").list.len() > 0)
        assert redirected["url"].to_list() == ["http://trailreview.example/best-cushioned"]

    def test_the_next_day_downloads_and_reads_nothing_twice(self, web, store, snapshots, documents):
        again = scrape(web, store, "second", snapshots)
        assert again.filter(outcome="ok").height == 0
        assert again.filter(outcome="not_modified").height == snapshots.filter(outcome="ok").height
        reused = extract_pages(store, again).documents.filter("is_reused")
        assert reused.height == len(documents)

    def test_about_thirty_documents_of_some_length_come_out(self, documents):
        assert 25 <= len(documents) <= 32
        assert all(100 <= row["word_count"] <= 420 for row in documents.values())
        assert all(row["title"] and row["language"] for row in documents.values())

    def test_menus_and_footers_are_left_behind(self, documents):
        boilerplate = re.compile("Imprint|Subscribe|cookie, to remember|Log in|Random article|sample shop")
        assert [url for url, row in documents.items() if boilerplate.search(row["text"])] == []

    def test_latin_1_pages_are_read_with_their_umlauts_and_accents(self, documents):
        german, french = (
            documents["laufnotizen.example/anfaenger"],
            documents["carnetdecourse.example/choisir"],
        )
        assert (german["language"], french["language"]) == ("de", "fr")
        assert "Schöne Grüße" in german["text"]
        assert "à condition de prendre son temps" in french["text"]

    def test_the_page_with_broken_markup_is_read(self, documents):
        assert (
            "Which brands of running shoes are good for rain"
            in documents["pavementandpine.example/guides/wet-weather"]["text"]
        )

    def test_pages_link_to_each_other(self, documents):
        links = documents[f"{HOST}/best-cushioned-running-shoes"]["links"]
        assert "http://larkstride.example/dawn" in links

    def test_every_link_between_content_pages_leads_somewhere(self, documents):
        for row in documents.values():
            for link in row["links"]:
                parts = urlsplit(link)
                assert (parts.hostname, parts.path) in sample_pages(), f"{row['url']} links to {link}"


class TestStory:
    def naming(self, documents, name: str) -> set[str]:
        return {url for url, row in documents.items() if re.search(rf"\b{name}\b", row["text"])}

    def test_some_pages_name_the_own_brand_and_some_never_do(self, documents):
        with_brand = self.naming(documents, "Larkstride")
        assert 12 <= len(with_brand) <= 18
        assert not any(url.startswith("pavementandpine.example") for url in with_brand)
        rivals_only = self.naming(documents, "Nike") - with_brand
        assert f"{HOST}/trail-running-shoes-guide" in rivals_only
        assert len(rivals_only) >= 6

    def test_no_page_names_the_control(self, documents):
        (control,) = [brand.name for brand in MONITOR.brands if brand.role == "control"]
        assert [
            at for at, page in sample_pages().items() if control.lower().encode() in page.body.lower()
        ] == []

    def test_real_companies_are_never_recommended_or_judged(self, documents):
        rivals = "|".join(brand.name for brand in MONITOR.brands if brand.role == "competitor")
        judged = re.compile(
            rf"(?:recommend|prefer|best|worst|better than|avoid)\w*(?:\s\w+){{0,2}}\s(?:{rivals})\b",
            re.IGNORECASE,
        )
        assert [
            (url, found[0]) for url, row in documents.items() if (found := judged.search(row["text"]))
        ] == []


class TestMonitor:
    def test_it_asks_twelve_open_questions_and_two_that_name_a_brand(self):
        assert [sum(prompt.branded is flag for prompt in MONITOR.prompts) for flag in (False, True)] == [
            12,
            2,
        ]
        names = [brand.name for brand in MONITOR.brands]
        for prompt in MONITOR.prompts:
            assert any(name in prompt.text for name in names) == prompt.branded, prompt.text

    def test_its_engines_are_the_small_model_with_and_without_the_pages(self):
        assert [(one.id, one.family, one.repeats) for one in MONITOR.engines] == [
            ("smollm2", "local", 3),
            ("smollm2-grounded", "grounded", 3),
        ]

    def test_every_sample_page_is_in_it_except_the_ones_only_readers_find(self):
        listed = {(urlsplit(url).hostname, urlsplit(url).path) for site in MONITOR.sites for url in site.urls}
        unlisted = {at for at in sample_pages() if at not in listed and not at[1].endswith("robots.txt")}
        assert unlisted == set()
        assert MONITOR.demo_web
