"""The lake: typed tables as Parquet below hive paths, published a whole partition at a time.

Belongs here: where a table's rows lie and how they are read and written. Not here: Dagster (see
``dagster_io``) and the bytes underneath (see ``backends.objects``).

The unit of publication is table x partition x monitor. Rows are written aside, to a file that is never
changed; then one small object, the manifest, is replaced atomically. So a reader sees the old rows or the new
ones however many requests it takes to read them, and re-deriving one monitor leaves the others alone.
"""

import hashlib
import io
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.backends.objects.parallel import at_once
from brand_monitor.failures import CorruptPayloadError, MissingPartitionError
from brand_monitor.io_managers.manifests import NAME, OLD_NAME, DataFile, Manifest, file_key, publishing
from brand_monitor.io_managers.packs import PLACE, Packed, packed
from brand_monitor.io_managers.scanning import named_failures, scan, selected
from brand_monitor.schemas.registry import conform, empty_frame, model_of, polars_schema

_DAY = "date="
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Partition:
    """Which part of a table: nothing (unpartitioned), a day, or a day and an engine family."""

    day: date | None = None
    engine: str | None = None

    @property
    def path(self) -> str:
        """Hive folders of the partition, each ending in a slash; empty if unpartitioned."""
        day = f"{_DAY}{self.day.isoformat()}/" if self.day else ""
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
        """Publish the rows of one monitor in one partition and return the key of the manifest.

        Args:
            table: key of the registry, such as ``core/documents``.
            frame: rows of that monitor and partition only; may be empty.
            partition: where they belong.
            monitor_id: whose rows they are.
            metadata: strings kept with the rows, such as the run that wrote them.

        Raises:
            SchemaViolationError: the frame breaks the table's schema; nothing is written.
        """
        key, manifest = self._written(table, frame, partition, monitor_id, metadata or {})
        self.store.put(key, manifest.encoded())
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

        An empty partition is a fact, a missing one is an error. Nothing of any monitor is published before
        the rows of all of them are stored.
        """
        written = [
            self._written(table, frame.filter(pl.col("monitor_id") == one), partition, one, metadata or {})
            for one in monitors
        ]
        for key, manifest in written:
            self.store.put(key, manifest.encoded())

    def read(
        self,
        table: str,
        partitions: Iterable[Partition],
        *,
        monitors: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """Return the rows of all given partitions; every one of them must have been published.

        Args:
            table: key of the registry.
            partitions: which ones; those of a day include its engines.
            monitors: restrict to these; all by default.
            columns: read no others from the files; all by default.
            where: rows to keep, looked for while reading.

        Raises:
            MissingPartitionError: names each partition that has no file.
        """
        wanted = list(partitions)
        found = at_once(self.store, lambda one: self._places(table, one, monitors), wanted)
        if missing := [str(one) for one, places in zip(wanted, found, strict=True) if not places]:
            whose = f" for monitor {', '.join(monitors)}" if monitors else ""
            raise MissingPartitionError(
                f"{table}: nothing published{whose} in {'; '.join(missing)}. Materialize the asset first "
                f"(`brand-monitor run`, or the partition in the Dagster UI)."
            )
        return self._load(table, [place for places in found for place in places], columns, where)

    def read_window(
        self,
        table: str,
        start: date,
        end: date,
        *,
        engines: Sequence[str] | None = None,
        monitors: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """Return what was published from ``start`` to ``end`` (inclusive); missing days are left out.

        A listing of what the window holds: the cost grows with the window, not with the history. Finished
        months come from their packs, as far as these hold what is published.
        """
        versions = self._versions(table, start, end)
        places = publishing(versions, monitors)
        if engines is not None:
            places = [place for place in places if any(f"/engine={one}/" in place for one in engines)]
        if (found := packed(self.store, versions, places)) is not None:
            try:
                return self._load_packed(table, places, found, columns, where)
            except (ObjectNotFoundError, CorruptPayloadError) as error:
                _LOG.warning(
                    "reading %s without its packs, remove packs/%s and compact: %s", table, table, error
                )
        return self._load(table, places, columns, where)

    def days(self, table: str) -> list[date]:
        """Return the days that hold anything of the table, oldest first: cost of the number of days."""
        model_of(table)
        names = [name for name in self.store.folders(table) if name.startswith(_DAY)]
        return [date.fromisoformat(name.removeprefix(_DAY)) for name in names]

    def published(self, table: str, partition: Partition, monitor_id: str) -> bool:
        """Tell whether the monitor's rows of the partition exist."""
        folder = _folder(table, partition, monitor_id)
        return any(self.store.exists(f"{folder}/{name}") for name in (NAME, OLD_NAME))

    def manifest(self, table: str, partition: Partition, monitor_id: str) -> Manifest | None:
        """Return what is said of the monitor's rows: counts, checksums, metadata; None before version 0.6.

        Raises:
            MissingPartitionError: nothing is published there.
        """
        folder = _folder(table, partition, monitor_id)
        if self.store.exists(key := f"{folder}/{NAME}"):
            return Manifest.decoded(key, self.store.get(key))
        if self.store.exists(f"{folder}/{OLD_NAME}"):
            return None
        raise MissingPartitionError(f"{table}: nothing published for {monitor_id} in {partition}")

    def footer(self, table: str, partition: Partition, monitor_id: str) -> dict[str, str]:
        """Return the metadata written with the monitor's rows of the partition, and the table's name."""
        if (manifest := self.manifest(table, partition, monitor_id)) is not None:
            return {"table": manifest.table, **manifest.metadata}
        data = self.store.get(f"{_folder(table, partition, monitor_id)}/{OLD_NAME}")
        footer = pl.read_parquet_metadata(io.BytesIO(data))
        return {name: value for name, value in footer.items() if name != "ARROW:schema"}

    def _written(
        self,
        table: str,
        frame: pl.DataFrame,
        partition: Partition,
        monitor_id: str,
        metadata: Mapping[str, str],
    ) -> tuple[str, Manifest]:
        """Store the rows where nobody looks yet; return the manifest that publishes them, and its key."""
        folder, now = _folder(table, partition, monitor_id), datetime.now(UTC)
        buffer = io.BytesIO()
        conform(table, frame).write_parquet(buffer, metadata={"table": table, **metadata})
        data = buffer.getvalue()
        digest = hashlib.sha256(data).hexdigest()
        key = file_key(folder, digest, now)
        self.store.put(key, data)
        file = DataFile(key, frame.height, len(data), digest)
        return f"{folder}/{NAME}", Manifest(table, now, (file,), metadata)

    def _places(self, table: str, partition: Partition, monitors: Sequence[str] | None) -> list[str]:
        """Return the key that publishes each monitor's rows: the manifest, or the rows of an old lake."""
        model_of(table)
        return publishing(self.store.list(f"{table}/{partition.path}".rstrip("/")), monitors)

    def _versions(self, table: str, start: date, end: date) -> dict[str, str | None]:
        """Return what lies below the days of a window, and the version of each object; months at once."""
        model_of(table)

        def listed(span: tuple[date, date]) -> list[tuple[str, str | None]]:
            first, last = (f"{_DAY}{day.isoformat()}" for day in span)
            if first == last:
                return list(self.store.versions(f"{table}/{first}"))
            return list(self.store.versions(table, first=first, last=last))

        found = at_once(self.store, listed, list(_by_month(start, end)))
        return {key: version for part in found for key, version in part}

    def _load(
        self, table: str, places: Sequence[str], columns: Sequence[str] | None, where: pl.Expr | None
    ) -> pl.DataFrame:
        files = [key for keys in at_once(self.store, self._files, places) for key in keys]
        if not files:
            nothing = empty_frame(table)
            return nothing if columns is None else nothing.select(columns)
        with named_failures(files):
            return selected(scan(self.store, files, polars_schema(table)), columns, where).collect()

    def _load_packed(
        self,
        table: str,
        places: Sequence[str],
        found: Packed,
        columns: Sequence[str] | None,
        where: pl.Expr | None,
    ) -> pl.DataFrame:
        """Return what ``_load`` does, in the same order, the rows of packed places from the packs."""
        loose = [place for place in places if place not in found.places]
        files = at_once(self.store, self._files, loose)
        origin = {key: place for place, keys in zip(loose, files, strict=True) for key in keys}
        frames = [found.scan(self.store, table)]
        if origin:
            named = {self.store.uri(key): place for key, place in origin.items()}
            rest = scan(self.store, list(origin), polars_schema(table), path_column=PLACE)
            frames.append(rest.with_columns(pl.col(PLACE).replace_strict(named, return_dtype=pl.String)))
        wanted = None if columns is None else [*columns, PLACE]
        with named_failures([*found.files, *origin]):
            frame = selected(pl.concat(frames), wanted, where).collect()
        return frame.sort(pl.col(PLACE).cast(pl.Enum(places)), maintain_order=True).drop(PLACE)

    def _files(self, place: str) -> list[str]:
        """Return the files of a publication."""
        if place.endswith(OLD_NAME):
            return [place]
        return [file.key for file in Manifest.decoded(place, self.store.get(place)).files]


def _by_month(start: date, end: date) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of a window in each of its months."""
    while start <= end:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(end, following - timedelta(days=1))
        start = following


def _folder(table: str, partition: Partition, monitor_id: str) -> str:
    model_of(table)
    return f"{table}/{partition.path}monitor={monitor_id}"
