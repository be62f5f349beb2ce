"""The embedded graph store: ladybug, a Cypher database in one file.

Belongs here: opening, locking and asking the file. Not here: tables and statements that write
(``embedded_write``), labels and checks (``vocabulary``).

The file is opened for each call and closed after it (4 ms), so that a notebook that is left open blocks no
run. ladybug's own lock is one of the process: two openings in one process, or a reader beside a writer, pass
it and may read half a checkpoint. Hence a lock file of ours beside it: many readers or one writer.
"""

import glob
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from brand_monitor.backends.graph.embedded_write import check_schema, count_day, create_schema, replace
from brand_monitor.backends.graph.interface import GraphQueryError, GraphStore
from brand_monitor.backends.graph.vocabulary import day_graph, day_id
from brand_monitor.backends.locks import locked
from brand_monitor.failures import (
    BrandMonitorError,
    ClosedBackendError,
    DamagedProjectionError,
    TransientFailure,
)

# ladybug would take 80 % of the machine's memory and every core; runs and notebooks share the machine.
BUFFER_BYTES = 512 * 1024**2
THREADS = 2

LOCK_SUFFIX = ".lock"

# Keys that ladybug adds to the dictionaries of nodes and relationships: offsets that change with every write.
INTERNAL_KEYS = {"_ID", "_LABEL", "_SRC", "_DST"}

# Strings, quoted names and comments of Cypher.
LITERALS = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|/\*.*?\*/""", re.DOTALL)


class LadybugGraph(GraphStore):
    """A graph store in the file ``path``.

    Args:
        path: File of the database, made when first needed; its log and lock files lie beside it.
        wait_seconds: How long a call waits for others before it gives up.
        query_seconds: How long one question may run; a question holds off writers.
    """

    def __init__(self, path: Path, *, wait_seconds: float = 60.0, query_seconds: float = 60.0) -> None:
        self.path = path
        self.wait_seconds = wait_seconds
        self.query_seconds = query_seconds
        self._closed = False

    def replace_day(self, monitor_id: str, day: date, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
        """Replace the day in one transaction."""
        graph = day_graph(monitor_id, day, nodes, edges)
        with self._writer() as connection, _transaction(connection):
            replace(connection, monitor_id, day, graph)

    def count(self, monitor_id: str, day: date) -> dict[str, int]:
        """Count the day's members and scan the relationship tables for its edges."""
        with self._reader() as connection:
            return count_day(connection, monitor_id, day, day_id(monitor_id, day))

    def query(self, cypher: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run the question on a read-only opening of the file, which refuses every write."""
        _refuse_missing(cypher, parameters or {})
        with self._reader() as connection:
            connection.set_query_timeout(int(self.query_seconds * 1000))
            try:
                result = connection.execute(cypher, parameters or {})
                if isinstance(result, list):
                    raise GraphQueryError("one statement at a time: the text holds several")
                return [_plain(row) for row in result.rows_as_dict()]
            except (RuntimeError, TypeError, ValueError) as error:
                raise GraphQueryError(f"{self._where} refused {cypher!r}: {error}") from error

    @contextmanager
    def rebuilding(self) -> Iterator[GraphStore]:
        """Yield an empty store beside this file, and put it in the place of the file at the end."""
        staged = LadybugGraph(self._beside("rebuild"), wait_seconds=self.wait_seconds)
        with locked(
            self._beside("rebuilding"), exclusive=True, wait_seconds=self.wait_seconds, what=self._where
        ):
            staged.drop()
            yield staged
            staged.settle()
            with self._locked(exclusive=True):
                # A log of the old file would be read into the new one.
                for leftover in self._leftovers():
                    leftover.unlink()
                staged.path.replace(self.path)
            staged.drop()

    def drop(self) -> None:
        """Delete the file and what lies beside it."""
        for path in (self.path, *self._leftovers(), self._lock_file):
            path.unlink(missing_ok=True)

    def settle(self) -> None:
        """Make the file whole by itself: all that was written is in it and nothing waits beside it."""
        with self._writer():
            pass

    def close(self) -> None:
        """Refuse later calls; nothing is held open between calls."""
        self._closed = True

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        """Yield the only connection; opening it also finishes what a killed writer left in the log."""
        with self._locked(exclusive=True):
            if not self.path.exists():
                self._create()
            with _opened(self.path, read_only=False) as connection:
                check_schema(connection)
                yield connection

    @contextmanager
    def _reader(self) -> Iterator[Any]:
        """Yield one of many read-only connections, after a writer's if there is nothing ready to be read."""
        with self._locked(exclusive=False):
            ready = self.path.exists() and not self._leftovers()
        if not ready:
            with self._writer():
                pass
        with self._locked(exclusive=False), _opened(self.path, read_only=True) as connection:
            check_schema(connection)
            yield connection

    def _leftovers(self) -> list[Path]:
        """Return the files of an unfinished checkpoint or log; with them ladybug may refuse to read."""
        beside = self.path.parent.glob(f"{glob.escape(self.path.name)}.*")
        return [path for path in beside if path.suffix != LOCK_SUFFIX]

    def _beside(self, purpose: str) -> Path:
        """Return a hidden name beside the file, which no pattern of its leftovers matches."""
        return self.path.with_name(f".{self.path.name}.{purpose}")

    def _create(self) -> None:
        """Make the tables aside and rename, so that a file that exists has all of its tables."""
        staged = self._beside("new")
        for leftover in self.path.parent.glob(f"{glob.escape(staged.name)}*"):
            leftover.unlink()
        with _opened(staged, read_only=False) as connection:
            create_schema(connection)
        staged.rename(self.path)

    @contextmanager
    def _locked(self, *, exclusive: bool) -> Iterator[None]:
        """Hold the store, and turn what ladybug says of its file into an error that says what to do."""
        if self._closed:
            raise ClosedBackendError(f"{self._where} was closed; open it again")
        with locked(self._lock_file, exclusive=exclusive, wait_seconds=self.wait_seconds, what=self._where):
            try:
                yield
            except (RuntimeError, DamagedProjectionError) as error:
                raise self._explained(error) from error

    def _explained(self, error: Exception) -> BrandMonitorError:
        if "Could not set lock" in str(error):
            return TransientFailure(
                f"{self._where} is held open by another program: {error}; close it and try again"
            )
        return DamagedProjectionError(
            f"{self._where} cannot be used ({error}); it holds nothing that the lake does not: check that "
            f"the file is readable and writable, else delete {self.path.name}* and rebuild the graph"
        )

    @property
    def _lock_file(self) -> Path:
        return self.path.with_name(f"{self.path.name}{LOCK_SUFFIX}")

    @property
    def _where(self) -> str:
        return f"graph {self.path}"


@contextmanager
def _opened(path: Path, *, read_only: bool) -> Iterator[Any]:
    import ladybug

    with (
        ladybug.Database(
            path, buffer_pool_size=BUFFER_BYTES, max_num_threads=THREADS, read_only=read_only
        ) as database,
        ladybug.Connection(database) as connection,
    ):
        yield connection


@contextmanager
def _transaction(connection: Any) -> Iterator[None]:
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        # ladybug has rolled back already when one of its own statements failed.
        with suppress(RuntimeError):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _refuse_missing(cypher: str, parameters: Mapping[str, Any]) -> None:
    """Refuse a parameter without a value: ladybug would take it for null and return no rows."""
    missing = set(re.findall(r"\$(\w+)", LITERALS.sub(" ", cypher))) - set(parameters)
    if missing:
        raise GraphQueryError(f"{cypher!r} needs a value for ${', $'.join(sorted(missing))}")


def _plain(value: Any) -> Any:
    """Reduce nodes, relationships and paths to what every store can return."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"_NODES", "_RELS"}:
        return {"nodes": _plain(value["_NODES"]), "relationships": _plain(value["_RELS"])}
    return {key: _plain(each) for key, each in value.items() if key not in INTERNAL_KEYS}
