"""The lake: typed tables as Parquet below hive paths, published a whole partition at a time.

Belongs here: where a table's rows lie and how they are read and written. Not here: Dagster (see
``dagster_io``) and the bytes underneath (see ``backends.objects``).

The unit of publication is table x partition x monitor: one object, replaced atomically, so that a
reader sees the old rows or the new ones, and re-deriving one monitor leaves the others alone.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.failures import MissingPartitionError
from brand_monitor.schemas.registry import conform, empty_frame, model_of, polars_schema

FILE_NAME = "part.parquet"
_DAY = re.compile(r"/date=(\d{4}-\d{2}-\d{2})/")


@dataclass(frozen=True)
class Partition:
    """Which part of a table: nothing (unpartitioned), a day, or a day and an engine family."""

    day: date | None = None
    engine: str | None = None

    @property
    def path(self) -> str:
        """Hive folders of the partition, each ending in a slash; empty if unpartitioned."""
        day = f"date={self.day.isoformat()}/" if self.day else ""
        return day + (f"engine={self.engine}/" if self.engine else "")

    def __str__(self) -> str:
        return self.path.rstrip("/") or "unpartitioned"


class Lake:
    """Reads and writes the tables of ``schemas.registry``."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def write(
        self,
        table: str,
        frame: pl.DataFrame,
        *,
        partition: Partition,
        monitor_id: str,
        metadata: Mapping[str, str] | None = None,
    ) -> str:
        """Publish the rows of one monitor in one partition and return the object key.

        Args:
            table: key of the registry, such as ``core/documents``.
            frame: rows of that monitor and partition only; may be empty.
            partition: where they belong.
            monitor_id: whose rows they are.
            metadata: strings kept in the Parquet footer, such as the run that wrote the file.

        Raises:
            SchemaViolationError: the frame breaks the table's schema; nothing is written.
        """
        buffer = io.BytesIO()
        conform(table, frame).write_parquet(buffer, metadata={"table": table, **(metadata or {})})
        key = self._key(table, partition, monitor_id)
        self.store.put(key, buffer.getvalue())
        return key

    def publish(
        self,
        table: str,
        frame: pl.DataFrame,
        *,
        partition: Partition,
        monitors: Sequence[str],
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Write the rows of each monitor; one without rows gets an empty file.

        An empty partition is a fact, a missing one is an error.
        """
        for monitor_id in monitors:
            rows = frame.filter(pl.col("monitor_id") == monitor_id)
            self.write(table, rows, partition=partition, monitor_id=monitor_id, metadata=metadata)

    def read(
        self, table: str, partitions: Iterable[Partition], *, monitors: Sequence[str] | None = None
    ) -> pl.DataFrame:
        """Return the rows of all given partitions; every one of them must have been published.

        Raises:
            MissingPartitionError: names each partition that has no file.
        """
        wanted = list(partitions)
        found = {partition: self._files(table, partition, monitors) for partition in wanted}
        if missing := [str(partition) for partition, files in found.items() if not files]:
            whose = f" for monitor {', '.join(monitors)}" if monitors else ""
            raise MissingPartitionError(
                f"{table}: nothing published{whose} in {'; '.join(missing)}. Materialize the asset first "
                f"(`brand-monitor run`, or the partition in the Dagster UI)."
            )
        return self._load(table, [file for files in found.values() for file in files])

    def read_window(
        self,
        table: str,
        start: date,
        end: date,
        *,
        engines: Sequence[str] | None = None,
        monitors: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Return what was published from ``start`` to ``end`` (inclusive); missing days are left out.

        Lists one folder a day: the cost grows with the window, not with the history.
        """
        days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
        files = [file for day in days for file in self._files(table, Partition(day), monitors)]
        if engines is not None:
            files = [file for file in files if any(f"/engine={engine}/" in file for engine in engines)]
        return self._load(table, files)

    def days(self, table: str) -> list[date]:
        """Return the days that hold anything of the table, oldest first. Lists the whole table."""
        found = {match.group(1) for key in self.store.list(table) if (match := _DAY.search(key))}
        return [date.fromisoformat(day) for day in sorted(found)]

    def published(self, table: str, partition: Partition, monitor_id: str) -> bool:
        """Tell whether the monitor's rows of the partition exist."""
        return self.store.exists(self._key(table, partition, monitor_id))

    def footer(self, table: str, partition: Partition, monitor_id: str) -> dict[str, str]:
        """Return the metadata written with the monitor's rows of the partition."""
        data = self.store.get(self._key(table, partition, monitor_id))
        footer = pl.read_parquet_metadata(io.BytesIO(data))
        return {name: value for name, value in footer.items() if name != "ARROW:schema"}

    def _key(self, table: str, partition: Partition, monitor_id: str) -> str:
        model_of(table)
        return f"{table}/{partition.path}monitor={monitor_id}/{FILE_NAME}"

    def _files(self, table: str, partition: Partition, monitors: Sequence[str] | None) -> list[str]:
        model_of(table)
        keys = self.store.list(f"{table}/{partition.path}".rstrip("/"))
        files = [key for key in keys if key.endswith(f"/{FILE_NAME}")]
        if monitors is None:
            return files
        return [key for key in files if any(f"/monitor={monitor}/" in key for monitor in monitors)]

    def _load(self, table: str, keys: Sequence[str]) -> pl.DataFrame:
        if not keys:
            return empty_frame(table)
        uris = [self.store.uri(key) for key in keys]
        # A day that an earlier version wrote may lack a column: it is null there until it is derived again.
        schema = polars_schema(table)
        frame = pl.scan_parquet(
            uris, schema=schema, missing_columns="insert", extra_columns="ignore", hive_partitioning=False
        )
        return frame.collect()
