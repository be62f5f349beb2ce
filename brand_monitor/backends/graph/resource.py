"""Dagster resource of the graph store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor.backends.graph.interface import GraphStore


class LadybugGraphs(dg.ConfigurableResource["LadybugGraphs"]):
    """The embedded graph in one file. Opened for the shortest time: it has one writer."""

    path: str

    @contextmanager
    def open(self) -> Iterator[GraphStore]:
        """Open the store for a block and close it afterwards."""
        store = LadybugGraph(Path(self.path))
        try:
            yield store
        finally:
            store.close()
