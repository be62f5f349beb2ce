"""Pages as a scrape would have left them in the lake, for tests that read pages and fetch none."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from brand_monitor.io_managers.lake import Lake, Partition


def publish_pages(lake: Lake, monitor_id: str, day: date, pages: Mapping[str, str]) -> None:
    """Publish ``core/documents`` of a day.

    Args:
        lake: where to.
        monitor_id: whose pages they are.
        day: of the scrape.
        pages: text by URL; the end of the URL is the id of the page.
    """
    rows = [
        {
            "monitor_id": monitor_id,
            "date": day,
            "document_id": f"doc{url.rpartition('/')[2]}",
            "url": url,
            "domain": url.split("/")[2],
            "title": f"Page {url.rpartition('/')[2]}",
            "language": "en",
            "published_on": None,
            "text": text,
            "word_count": len(text.split()),
            "links": [],
            "content_hash": "0" * 64,
            "extractor": "a test",
            "is_reused": False,
        }
        for url, text in pages.items()
    ]
    lake.publish(
        "core/documents", pl.DataFrame(rows), partition=Partition(day), monitors=[monitor_id], metadata={}
    )
