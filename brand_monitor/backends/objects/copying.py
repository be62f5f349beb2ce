"""Copying a store into another one: from the folder to a bucket, between buckets, back.

Belongs here: which objects go, in which order, and the comparison of what arrived. Not here: the
journal (``backends.tables.moving``).
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.failures import StorageError

#: Objects below these are written once and never changed: there equal sizes are equal contents.
WRITTEN_ONCE = ("payloads/", "warc/", "data/")
#: Copied last: who reads the target meanwhile finds only what is there whole.
_PUBLISHES = "/manifest.json"
_BATCH = 256
_NO_TRUTH = ("data/", "packs/", "cache/", "compute_logs/", ".")
#: Copies that count in their own store only, see docs/adr/0020: made anew in the target.
_STAYS = ("packs/", "data/packs/")


@dataclass
class Copied:
    """What a copy did, in objects; ``different`` lists keys that have other content in the target."""

    copied: int = 0
    present: int = 0
    bytes_copied: int = 0
    different: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Objects that were looked at."""
        return self.copied + self.present + len(self.different)

    def add(self, other: "Copied") -> None:
        """Count another copy in."""
        self.copied += other.copied
        self.present += other.present
        self.bytes_copied += other.bytes_copied
        self.different += other.different


def copy_objects(
    source: ObjectStore,
    target: ObjectStore,
    *,
    replace: bool = False,
    full: bool = False,
    report: Callable[[Copied], None] = lambda _copied: None,
) -> Copied:
    """Copy every object that the target lacks, and read each back to compare it. Repeat it to resume.

    Packs are not copied.

    Args:
        source: where from; stop writing to it first, or repeat the copy afterwards.
        target: where to.
        replace: write over objects that have other content; by default they are left and named.
        full: compare the content of all that is there, not only sizes of what is written once.
        report: told after each batch.

    Raises:
        StorageError: a store does not serve, or what arrived is not what was sent; copy again.
    """
    done = Copied()
    copy = partial(_copy, source, target, replace=replace, full=full)
    keys = iter(_ordered(source))
    with ThreadPoolExecutor(max(source.parallel_writes, target.parallel_writes)) as pool:
        while batch := list(islice(keys, _BATCH)):
            for one in pool.map(copy, batch):
                done.add(one)
            report(done)
    return done


def foreign_keys(source: ObjectStore, target: ObjectStore) -> list[str]:
    """Return what the target has and the source does not: a copy would mix two lakes.

    What is no truth does not count: files that a sweep of the source may have removed since, caches, logs.
    """
    kept = (key for key in target.list("") if not key.startswith(_NO_TRUTH))
    return [key for key in kept if source.size(key) is None]


def _ordered(source: ObjectStore) -> Iterator[str]:
    """Yield every key that is copied, those that publish others at the end."""
    last = []
    for key in source.list(""):
        if key.startswith(_STAYS):
            continue
        if key.endswith(_PUBLISHES):
            last.append(key)
        else:
            yield key
    yield from last


def _copy(source: ObjectStore, target: ObjectStore, key: str, *, replace: bool, full: bool) -> Copied:
    """Copy one object, unless it is there, and return what became of it."""
    there = target.size(key)
    if there is not None:
        if there == source.size(key):
            is_known = key.startswith(WRITTEN_ONCE) and not full
            if is_known or _digest(source.chunks(key)) == _digest(target.chunks(key)):
                return Copied(present=1)
        if not replace:
            return Copied(different=[key])
    size, digest = _send(source, target, key, replace=replace)
    if _digest(target.chunks(key)) != digest:
        raise StorageError(f"{key} arrived as other bytes than were sent; copy again")
    return Copied(copied=1, bytes_copied=size)


def _send(source: ObjectStore, target: ObjectStore, key: str, *, replace: bool) -> tuple[int, str]:
    """Send one object and return its bytes and hash; one of several pieces goes by way of the disk."""
    pieces = source.chunks(key)
    first, second = next(pieces, b""), next(pieces, None)
    if second is None:
        target.put(key, first, replace=replace)
        return len(first), hashlib.sha256(first).hexdigest()
    seen = hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="brand-monitor-copy-") as folder:
        path = Path(folder) / "object"
        with path.open("wb") as file:
            for piece in chain((first, second), pieces):
                seen.update(piece)
                file.write(piece)
            size = file.tell()
        target.put_file(key, path, replace=replace)
    return size, seen.hexdigest()


def _digest(pieces: Iterable[bytes]) -> str:
    seen = hashlib.sha256()
    for piece in pieces:
        seen.update(piece)
    return seen.hexdigest()
