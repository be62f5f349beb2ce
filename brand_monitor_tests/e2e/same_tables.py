"""Two installations that ran the same day: which tables differ, apart from when and by whom they were made."""

import polars as pl

from brand_monitor.io_managers.lake import Lake
from brand_monitor.schemas.registry import REGISTRY

#: Moments, durations, the run, and hashes of bytes that hold one of these.
OF_THE_RUN = {"run_id", "asked_at", "fetched_at", "latency_ms", "payload_hash", "content_hash", "size_bytes"}
#: How pages were fetched: a day that is run twice is told "not modified".
OF_THE_FETCH = {"outcome", "status", "warc_key", "warc_offset", "is_reused"}

#: How often calls were sent: those in the air when a run is killed are sent once more, and counted.
OF_THE_KILL = {"attempts", "possibly_paid"}


def tables(lake: Lake) -> dict[str, pl.DataFrame]:
    """Return every table that was published, all of it."""
    found = {}
    for table in REGISTRY:
        if days := lake.days(table):
            found[table] = lake.read_window(table, days[0], days[-1])
    return found


def differing(one: Lake, other: Lake, *, ignored: set[str] = frozenset()) -> list[str]:
    """Return the tables that one of the two lacks, or whose rows differ; the order of rows is no content."""
    ours, theirs = tables(one), tables(other)
    lacking = sorted(ours.keys() ^ theirs.keys())
    return lacking + [
        table for table in ours.keys() & theirs.keys() if not _same(ours[table], theirs[table], ignored)
    ]


def _same(one: pl.DataFrame, other: pl.DataFrame, ignored: set[str]) -> bool:
    columns = [column for column in one.columns if column not in ignored]
    return sorted(map(repr, one.select(columns).iter_rows())) == sorted(
        map(repr, other.select(columns).iter_rows())
    )
