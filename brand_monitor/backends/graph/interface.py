"""The graph store: a rebuildable projection that answers Cypher questions.

A day's nodes and edges of one monitor are replaced as a whole; writing the same day twice changes
nothing. Frames follow the schemas ``graph/nodes`` and ``graph/edges``. What a question may name (labels,
relationship types, properties) is in ``vocabulary``.
"""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import polars as pl

from brand_monitor.failures import PermanentFailure


class GraphQueryError(PermanentFailure):
    """A question that the store refuses: wrong Cypher, a wrong parameter, a write, or too long a run."""


class GraphStore(ABC):
    """What every graph store does."""

    @abstractmethod
    def replace_day(self, monitor_id: str, day: date, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
        """Make the store hold exactly these nodes and edges for the monitor's day.

        A node that other days still use stays; a node that no day uses any more goes. A node's label is the
        one of its newest day, whatever the order in which days are written. Atomic: a reader sees the day
        before or after, and a killed writer leaves the day before.

        Raises:
            PermanentFailure: the frames are no graph of this day (the message says why); nothing was written.
            TransientFailure: the store was in use for too long; nothing was written.
            DamagedProjectionError: the store cannot be read and has to be rebuilt.
        """

    @abstractmethod
    def count(self, monitor_id: str, day: date) -> dict[str, int]:
        """Return ``{"nodes": ..., "edges": ...}`` held for the monitor's day."""

    @abstractmethod
    def query(self, cypher: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run one read-only Cypher query and return its rows.

        Columns are called as the query names them (``RETURN p.label AS page``). A node or relationship comes
        as a dictionary of its properties, a path as ``{"nodes": [...], "relationships": [...]}``. Values go
        in as ``$parameters``, never into the text.

        Raises:
            GraphQueryError: the query is wrong, would write, or ran for too long.
            TransientFailure: the store was in use for too long.
            DamagedProjectionError: the store cannot be read and has to be rebuilt.
        """

    @abstractmethod
    def rebuilding(self) -> AbstractContextManager["GraphStore"]:
        """Return a block for a rebuild: it yields the store to write every day into that there is to be.

        What the yielded store holds is the graph when the block ends without an error; readers see each day
        as it was or as it is, never a part. An embedded store yields an empty one beside itself and swaps; a
        server yields itself, each day being swapped by its own transaction, and days that are not wanted any
        more are replaced by empty ones before the block ends (``rebuilding.rebuild`` does so).

        Raises:
            TransientFailure: the store was in use for too long; it is as it was.
        """

    @abstractmethod
    def close(self) -> None:
        """Release the store; later calls fail."""
