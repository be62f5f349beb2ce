"""Fetch results made up for tests, and a fetcher that gives them out."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, date, datetime

from brand_monitor.backends.web.interface import FetchRequest, FetchResult, PageFetcher, Validators

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)
ARTICLE = (
    "<html lang=en><title>Soft shoes</title><body><nav><a href=/menu>Menu</a></nav><article><h1>Soft shoes</h1>"
    "<p>We ran for three months in soft shoes and wrote down what we noticed about each of them, every day.</p>"
    "<p>The <a href='/dawn?utm_source=x'>Larkstride Dawn</a> was the one that we kept, and we would buy it again.</p>"
    "</article></body></html>"
)


class PlannedFetcher(PageFetcher):
    """Gives out prepared results by URL; an exception among them is raised, as by a bug."""

    def __init__(self, *results: FetchResult | Exception) -> None:
        self.results = results

    async def fetch_all(self, requests: Sequence[FetchRequest]) -> AsyncGenerator[FetchResult, None]:
        for result in self.results:
            if isinstance(result, Exception):
                raise result
            yield result


def result(
    url: str = "http://shop.example/", body: bytes = ARTICLE.encode(), **changes: object
) -> FetchResult:
    known = changes.pop("validators", None)
    values: dict = {
        "request": FetchRequest(url, "shop", known),
        "outcome": "ok",
        "fetched_at": NOW,
        "latency_ms": 12.5,
        "final_url": url,
        "status": 200,
        "headers": (("Content-Type", "text/html; charset=utf-8"),),
        "content_type": "text/html",
        "charset": "utf-8",
        "body": body,
    }
    return FetchResult(**values | changes)


def validators(**changes: object) -> Validators:
    values: dict = {
        "etag": '"v1"',
        "last_modified": None,
        "content_hash": "0" * 64,
        "final_url": "http://shop.example/",
        "warc_key": "warc/yesterday.warc.gz",
        "warc_offset": 7,
        "size_bytes": 12,
        "content_type": "text/html",
        "charset": "utf-8",
        "fetched_at": NOW,
    }
    return Validators(**values | changes)
