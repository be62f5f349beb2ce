"""Dagster resource of the page fetcher."""

from pathlib import Path

import dagster as dg

from brand_monitor.backends.coordination.resource import coordinations_of
from brand_monitor.backends.web.interface import FetchLimits, PageFetcher
from brand_monitor.deployment import current_settings


class HttpWeb(dg.ConfigurableResource["HttpWeb"]):
    """Pages over HTTP, with the manners that all processes of the installation in ``home`` keep together."""

    home: str

    def fetcher(self, limits: FetchLimits) -> PageFetcher:
        """Return a fetcher; limits belong to a monitor, so each has its own."""
        from brand_monitor.backends.web.http import HttpFetcher  # aiohttp costs .3 s, for one asset

        return HttpFetcher(limits, coordinations=coordinations_of(current_settings(Path(self.home))))
