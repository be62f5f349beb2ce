"""Dagster resource of the search index."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.search.interface import SearchIndex


class TantivyIndexes(dg.ConfigurableResource["TantivyIndexes"]):
    """The embedded index in one folder. Opened for the shortest time: it has one writer."""

    folder: str

    @contextmanager
    def open(self) -> Iterator[SearchIndex]:
        """Open the index for a block and close it afterwards."""
        index = TantivyIndex(Path(self.folder))
        try:
            yield index
        finally:
            index.close()
