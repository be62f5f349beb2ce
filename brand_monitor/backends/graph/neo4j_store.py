"""The graph store on a Neo4j server, through its own driver.

Belongs here: transactions, retries, opening and closing. Not here: statements that write (``neo4j_write``),
constraints and indexes (``neo4j_migrations``), what a question may do (``neo4j_read``), errors
(``neo4j_errors``).

A day is replaced in one transaction, so a failed or killed writer leaves the day before. The driver tries a
transaction again when the server was away, restarted, or chose it as the victim of a deadlock, for at most
``retry_seconds``. A connection that breaks in the middle of a commit leaves it unknown whether it took
place; writing the day again is right in both cases.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from brand_monitor.backends.graph.interface import GraphStore
from brand_monitor.backends.graph.neo4j_connection import Neo4jServer, connect
from brand_monitor.backends.graph.neo4j_errors import explained
from brand_monitor.backends.graph.neo4j_migrations import MIGRATIONS, migrate, schema_version
from brand_monitor.backends.graph.neo4j_read import ask
from brand_monitor.backends.graph.neo4j_write import count_day, delete_strays, replace
from brand_monitor.backends.graph.vocabulary import day_graph, day_id
from brand_monitor.failures import ClosedBackendError

if TYPE_CHECKING:
    from neo4j import Driver, Session


class Neo4jGraph(GraphStore):
    """A graph store in one database of a server.

    Args:
        server: Where it is, and who asks.
        query_seconds: How long the server works on one question.
        write_seconds: How long the server works on one day, waiting for other writers included.
        retry_seconds: How long a transaction is tried again after what may pass.
    """

    def __init__(
        self,
        server: Neo4jServer,
        *,
        query_seconds: float = 60.0,
        write_seconds: float = 900.0,
        retry_seconds: float = 30.0,
    ) -> None:
        self.server = server
        self.query_seconds = query_seconds
        self.write_seconds = write_seconds
        self.retry_seconds = retry_seconds
        self._driver: Driver | None = None
        self._migrated = False
        self._closed = False

    def replace_day(self, monitor_id: str, day: date, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
        """Replace the day in one transaction; the first write makes or updates constraints and indexes."""
        import neo4j

        graph = day_graph(monitor_id, day, nodes, edges)
        with self._session(f"writing {day} of {monitor_id}") as session:
            self._migrate(session)
            work = neo4j.unit_of_work(timeout=self.write_seconds)(replace)
            session.execute_write(work, monitor_id, day, graph)

    def count(self, monitor_id: str, day: date) -> dict[str, int]:
        """Count the day's members, and its edges through their index."""
        import neo4j

        with self._session(f"counting {day} of {monitor_id}", reads=True) as session:
            work = neo4j.unit_of_work(timeout=self.query_seconds)(count_day)
            counts: dict[str, int] = session.execute_read(work, monitor_id, day, day_id(monitor_id, day))
            return counts

    def query(self, cypher: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Look at the plan, then run the question in a transaction that may only read."""
        import neo4j

        with self._session(f"asking {cypher!r}", reads=True, is_question=True) as session:
            work = neo4j.unit_of_work(timeout=self.query_seconds)(ask)
            rows: list[dict[str, Any]] = session.execute_read(work, cypher, parameters or {})
            return rows

    @contextmanager
    def rebuilding(self) -> Iterator[GraphStore]:
        """Yield this store: each day is swapped as it is written, since the server has no second database."""
        import neo4j

        yield self
        with self._session("deleting what no day holds") as session:
            work = neo4j.unit_of_work(timeout=self.write_seconds)(delete_strays)
            while session.execute_write(work):
                pass

    def close(self) -> None:
        """Close the connections."""
        self._closed = True
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _migrate(self, session: "Session") -> None:
        if not self._migrated:
            if schema_version(session) < MIGRATIONS[-1].number:
                migrate(session)
            self._migrated = True

    @contextmanager
    def _session(
        self, operation: str, *, reads: bool = False, is_question: bool = False
    ) -> Iterator["Session"]:
        import neo4j

        if self._closed:
            raise ClosedBackendError(f"{self.server.where} was closed; open it again")
        with explained(self.server.where, operation, is_question=is_question):
            if self._driver is None:
                self._driver = connect(self.server, retry_seconds=self.retry_seconds)
            mode = neo4j.READ_ACCESS if reads else neo4j.WRITE_ACCESS
            with self._driver.session(
                database=self.server.database, default_access_mode=mode, fetch_size=10_000
            ) as session:
                yield session
