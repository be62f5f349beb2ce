"""The graph store: a rebuildable projection that answers Cypher questions.

A day's nodes and edges of one monitor are replaced as a whole; writing the same day twice changes
nothing. Frames follow the schemas ``graph/nodes`` and ``graph/edges``.
"""

from abc import ABC, abstractmethod
from datetime import date
from typing import Any

import polars as pl


class GraphStore(ABC):
    """What every graph store does."""

    @abstractmethod
    def replace_day(self, monitor_id: str, day: date, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
        """Make the store hold exactly these nodes and edges for the monitor's day.

        A node that other days still use stays; a node that no day uses any more goes.
        """

    @abstractmethod
    def count(self, monitor_id: str, day: date) -> dict[str, int]:
        """Return ``{"nodes": ..., "edges": ...}`` held for the monitor's day."""

    @abstractmethod
    def query(self, cypher: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run a read-only Cypher query and return its rows."""

    @abstractmethod
    def close(self) -> None:
        """Release the store; later calls fail."""
