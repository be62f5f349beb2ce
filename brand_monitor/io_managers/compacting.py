"""Compacting: making the packs of months that are over.

Belongs here: which months are worth a pack, and writing it. Not here: reading from packs (``packs``), or when
it is done (a job of ``defs``). What is replaced or left behind is removed by ``sweeping``, as any other file.

No publication is replaced or removed, so that a run may publish any partition meanwhile: its manifest has
another version then, and the pack does not count for it. Of two compactions at once the later pack stays.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.backends.objects.parallel import at_once
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.io_managers.manifests import NAME, DataFile, Manifest, file_key
from brand_monitor.io_managers.packs import FEW, PLACE, Pack, grouped
from brand_monitor.io_managers.scanning import named_failures, scan
from brand_monitor.schemas.registry import REGISTRY, polars_schema

#: Files above this are not small: reading them costs their bytes, not their number.
SMALL_BYTES = 1024 * 1024
#: How old a publication is that may be packed: a disk tells files apart by times of a few milliseconds.
SETTLED = timedelta(minutes=1)
#: Bytes of small files in one file of a pack: decoded, they are in memory.
_FILE_BYTES = 16 * SMALL_BYTES
#: Bytes that a reader of few partitions fetches for each of them, about.
_GROUP_BYTES = SMALL_BYTES


@dataclass(frozen=True)
class Due:
    """A pack that is worth making: the manifests of its month, and how many of them no pack holds yet."""

    pack: Pack
    places: tuple[str, ...]
    loose: int


@dataclass
class Compacted:
    """What a compaction did: packs made, small files and rows in them, and packs that failed, with why."""

    packs: int = 0
    files: int = 0
    rows: int = 0
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Publication:
    """A manifest as it was read: where, in which version, and what it says."""

    place: str
    version: str
    manifest: Manifest


def due(store: ObjectStore, *, now: datetime | None = None) -> Iterator[Due]:
    """Yield the packs that are missing or have fallen behind by more than ``FEW`` small files.

    Lists every table, a month at a time.

    Args:
        store: of the lake.
        now: the time, in UTC; the clock's by default. Months that are over by then are looked at.
    """
    this_month = f"{(now or datetime.now(UTC)):%Y-%m}"
    for table in REGISTRY:
        days = [name.removeprefix("date=") for name in store.folders(table) if name.startswith("date=")]
        for month in sorted({day[:7] for day in days if day[:7] < this_month}):
            span = {"first": f"date={month}-01", "last": f"date={month}-31"}
            versions = dict(store.versions(table, **span))
            for pack, places in grouped(list(versions)).items():
                if len(places) <= FEW:
                    continue
                loose = len(places) - len(_held(store, pack).items() & versions.items())
                if loose > FEW:
                    yield Due(pack, tuple(places), loose)


def _held(store: ObjectStore, pack: Pack) -> Mapping[str, str]:
    """Return the versions by place of the pack as it stands; none if its file is lost or cut."""
    manifest = pack.manifest(store)
    if manifest is None or any(store.size(file.key) != file.size_bytes for file in manifest.files):
        return {}
    return manifest.metadata


def compact(
    store: ObjectStore,
    *,
    now: datetime | None = None,
    report: Callable[[Due, int], None] = lambda _due, _files: None,
) -> Compacted:
    """Make every pack that is due. Killed at any point, all that was read is read as before.

    Safe beside readers, writers, sweeps and other compactions. In memory are the manifests of one month and
    monitor, and the rows of some megabytes of their files.

    Args:
        store: of the lake.
        now: see ``due``.
        report: told of each pack, with the small files in it: 0 if it was not made after all.
    """
    now = now or datetime.now(UTC)
    done = Compacted()
    for one in due(store, now=now):
        try:
            found = _settled(store, one.places, now)
            if len(found) <= FEW or _held(store, one.pack) == _versions(found):
                report(one, 0)
                continue
            done.rows += _make(store, one.pack, found)
        except (ObjectNotFoundError, CorruptPayloadError) as error:
            done.failed += (f"{one.pack.folder}: {error}",)
            continue
        files = sum(len(each.manifest.files) for each in found)
        done.packs, done.files = done.packs + 1, done.files + files
        report(one, files)
    return done


def _settled(store: ObjectStore, places: Sequence[str], now: datetime) -> list[_Publication]:
    """Return the publications of small files that have stood for a while."""

    def read(place: str) -> _Publication | None:
        try:
            data, version = store.get_versioned(place)
        except ObjectNotFoundError:  # removed by a person since it was listed
            return None
        manifest = Manifest.decoded(place, data)
        is_small = sum(file.size_bytes for file in manifest.files) <= SMALL_BYTES
        is_settled = manifest.published_at <= now - SETTLED
        return _Publication(place, version, manifest) if version and is_small and is_settled else None

    return [found for found in at_once(store, read, places) if found is not None]


def _versions(found: Sequence[_Publication]) -> dict[str, str]:
    return {each.place: each.version for each in found}


def _make(store: ObjectStore, pack: Pack, found: Sequence[_Publication]) -> int:
    """Write the files of a pack, then its manifest, and return the rows in it."""
    made = [_copied(store, pack, part) for part in _parts(found)]
    manifest = Manifest(pack.table, datetime.now(UTC), tuple(made), _versions(found))
    store.put(f"{pack.folder}/{NAME}", manifest.encoded())
    return manifest.rows


def _parts(found: Sequence[_Publication]) -> Iterator[list[_Publication]]:
    """Yield publications in order, as many at a time as memory should hold."""
    part: list[_Publication] = []
    for each in found:
        if part and _bytes(part) + _bytes([each]) > _FILE_BYTES:
            yield part
            part = []
        part.append(each)
    yield part


def _bytes(found: Sequence[_Publication]) -> int:
    return sum(file.size_bytes for each in found for file in each.manifest.files)


def _copied(store: ObjectStore, pack: Pack, part: Sequence[_Publication]) -> DataFile:
    """Write the rows of publications, in order, each with its place, into one file."""
    origin = {file.key: each.place for each in part for file in each.manifest.files}
    places = {store.uri(key): place for key, place in origin.items()}
    rows = scan(store, list(origin), polars_schema(pack.table), path_column=PLACE)
    with named_failures(list(origin)):
        frame = rows.with_columns(pl.col(PLACE).replace_strict(places, return_dtype=pl.String)).collect()
    promised = sum(each.manifest.rows for each in part)
    if frame.height != promised:
        raise CorruptPayloadError(f"its files hold {frame.height} rows and their manifests say {promised}")
    buffer = io.BytesIO()
    frame.write_parquet(
        buffer, row_group_size=max(1, promised * _GROUP_BYTES // max(_bytes(part), _GROUP_BYTES))
    )
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    # Now, not when the compaction began: a sweep takes an old name for a file that was left behind.
    key = file_key(pack.folder, digest, datetime.now(UTC))
    store.put(key, data)
    return DataFile(key, promised, len(data), digest)
