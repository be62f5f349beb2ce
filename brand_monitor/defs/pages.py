"""Layer ``raw``, pages: the day's snapshots of the monitored sites, bodies kept as WARC."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

import dagster as dg
import polars as pl

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.web.interface import FetchLimits
from brand_monitor.backends.web.resource import HttpWeb
from brand_monitor.backends.web.snapshots import requests_of, snapshot_pages, validators_of
from brand_monitor.defs.tables import counts, preview, table_asset
from brand_monitor.demo.server import DemoWeb
from brand_monitor.failures import PastPartitionError
from brand_monitor.io_managers.lake import Lake
from brand_monitor.labels import POOL_WEB
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, split_key, today
from brand_monitor.schemas.registry import empty_frame

TABLE = "raw/page_snapshots"

#: How far back validators for a conditional GET are looked for; bounds the listing.
_LOOK_BACK_DAYS = 7


class ScrapeConfig(dg.Config):
    """Whether today's pages may stand for a day that has passed."""

    allow_past: bool = False


@table_asset(TABLE, kinds={"http", "warc", "parquet"}, partitions_def=DAILY, pool=POOL_WEB)
def page_snapshots(
    context: dg.AssetExecutionContext,
    config: ScrapeConfig,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    objects: dg.ResourceParam[ObjectStore],
    lake: dg.ResourceParam[Lake],
    web: HttpWeb,
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and page URL that the day's scrape tried, whatever became of it.

    A day that has passed is not scraped: today's pages are not its pages.
    """
    day, _ = split_key(context.partition_key)
    if day < today() and not config.allow_past:
        raise PastPartitionError(
            f"{TABLE} {day}: the day has passed, and today's pages are not its pages. What was scraped on it "
            "is kept; set `allow_past` in the run config to scrape for it all the same."
        )
    frames = [empty_frame(TABLE)]
    for monitor in monitors.values():
        requests = requests_of(monitor.sites, validators_of(_previous(lake, monitor.id, day)))
        with _sample_pages(monitor) as hosts:
            fetcher = web.fetcher(_limits(monitor, hosts))
            snapshots = snapshot_pages(
                fetcher, objects, requests, day=day, monitor_id=monitor.id, run_id=context.run.run_id
            )
            frames.append(asyncio.run(snapshots))
    frame = pl.concat(frames)
    downloaded = frame.filter(pl.col("outcome").is_in(["ok", "too_large"]))
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "outcomes": counts(frame, "outcome"),
            "downloaded_bytes": int(downloaded["size_bytes"].sum()),
            "preview": preview(frame, ["url", "outcome", "status", "reason"], rows=30),
        },
    )


def _previous(lake: Lake, monitor_id: str, day: date) -> pl.DataFrame:
    """Return the last published snapshots of the monitor, the day's own included."""
    for back in range(_LOOK_BACK_DAYS + 1):
        earlier = day - timedelta(days=back)
        frame = lake.read_window(TABLE, earlier, earlier, monitors=[monitor_id])
        if frame.height:
            return frame
    return empty_frame(TABLE)


def _limits(monitor: Monitor, hosts: Mapping[str, tuple[str, int]]) -> FetchLimits:
    scraping = monitor.scraping
    return FetchLimits(
        timeout_seconds=scraping.timeout_seconds,
        max_bytes=scraping.max_page_bytes,
        delay_seconds=scraping.delay_seconds,
        allowed_private_hosts=frozenset(scraping.allow_private_hosts),
        connect_to=hosts,
    )


@contextmanager
def _sample_pages(monitor: Monitor) -> Iterator[Mapping[str, tuple[str, int]]]:
    """Serve the sample pages while a demo monitor is scraped; yields where their hosts listen."""
    if not monitor.demo_web:
        yield {}
        return
    with DemoWeb() as demo:
        yield demo.hosts
