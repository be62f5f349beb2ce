"""Dagster resources of the graph store: one way to open it, whichever implementation is configured."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, closing
from pathlib import Path

import dagster as dg

from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor.backends.graph.interface import GraphStore
from brand_monitor.deployment import current_settings


class Graphs(dg.ConfigurableResource["Graphs"], ABC):
    """What assets and jobs ask for: a store that is opened for a block."""

    @abstractmethod
    def open(self) -> AbstractContextManager[GraphStore]:
        """Open the store for a block and close it afterwards."""


class LadybugGraphs(Graphs):
    """The embedded graph in one file. Opened for the shortest time: it has one writer."""

    path: str

    def open(self) -> AbstractContextManager[GraphStore]:
        """Open the file for a block and close it afterwards."""
        return closing(LadybugGraph(Path(self.path)))


class Neo4jGraphs(Graphs):
    """The graph on the Neo4j server that the settings of the installation in ``home`` name.

    Configuration of a resource shows in the UI, so address and password are no part of it: they are read
    whenever the store is opened, and a password that was changed counts from then on.
    """

    home: str

    def open(self) -> AbstractContextManager[GraphStore]:
        """Connect for a block and close the connections afterwards.

        Raises:
            SetupError: the settings name no server or no password.
        """
        from brand_monitor.backends.graph.neo4j_connection import server_of
        from brand_monitor.backends.graph.neo4j_store import Neo4jGraph

        return closing(Neo4jGraph(server_of(current_settings(Path(self.home)))))
