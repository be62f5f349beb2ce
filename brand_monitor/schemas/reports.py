"""Tables of layer ``reports``: what was shown to people, and where it lies."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import Table


class DailyReports(Table):
    """One row per monitor: the report of the day."""

    report_key: pl.String = pa.Field(description="Object key of the HTML file")
    size_bytes: pl.Int64 = pa.Field(ge=0, description="Size of the HTML file")
    content_hash: pl.String = pa.Field(description="SHA-256 of the HTML file, hex")
    answers: pl.Int64 = pa.Field(ge=0, description="Answers that the report rests on")
    engines: pl.Int64 = pa.Field(ge=0, description="Engines side by side in it")
