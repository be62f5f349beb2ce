"""Rows of one small table, ``core/page_mentions``, for tests of where tables lie."""

from datetime import date

import polars as pl

from brand_monitor.schemas.registry import polars_schema

TABLE = "core/page_mentions"
DAY = date(2026, 11, 24)


def mentions(brand: str = "nike", rows: int = 1, **changes: object) -> pl.DataFrame:
    """Return equal rows of one brand; the columns that are not named are null."""
    row = {
        "monitor_id": "shoes",
        "date": DAY,
        "document_id": "d",
        "url": "http://x.example/",
        "brand_id": brand,
        "surface": "Nike",
        "start": 0,
        "end": 4,
        "kind": "named",
        "sentence": "Nike.",
        **changes,
    }
    return pl.DataFrame([row] * rows, schema=polars_schema(TABLE))
