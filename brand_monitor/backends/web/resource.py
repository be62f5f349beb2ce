"""Dagster resource of the page fetcher."""

import dagster as dg

from brand_monitor.backends.web.interface import FetchLimits, PageFetcher


class HttpWeb(dg.ConfigurableResource["HttpWeb"]):
    """Pages over HTTP."""

    def fetcher(self, limits: FetchLimits) -> PageFetcher:
        """Return a fetcher; limits belong to a monitor, so each has its own."""
        from brand_monitor.backends.web.http import HttpFetcher  # aiohttp costs .3 s, for one asset

        return HttpFetcher(limits)
