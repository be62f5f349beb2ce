"""Sweeping: removing the files that no manifest names any more.

Belongs here: which files of the lake nobody can be reading. Not here: when it is done (a job of ``defs``), or
how long answers and pages are kept, which is a decision of people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.io_managers.manifests import FILES, NAME, OLD_NAME, Manifest, folder_of, written_at
from brand_monitor.schemas.registry import REGISTRY

#: A reader that took the names from a manifest has read the files by then, and a writer has published.
GRACE = timedelta(days=1)


@dataclass(frozen=True)
class Swept:
    """What a sweep did: files that it kept and removed."""

    kept: int
    removed: int


def sweep(store: ObjectStore, *, grace: timedelta = GRACE, now: datetime | None = None) -> Swept:
    """Remove files that were replaced, or never published, longer than ``grace`` ago.

    Safe beside readers and writers: a file goes only if it is older than ``grace`` by its name and the
    manifest beside it, which does not name it, is older than ``grace`` as well. Killed at any point, it has
    removed less. Lists every file of the lake: once a day is enough.

    Args:
        store: the store of the lake.
        grace: how long a reader or a writer may take.
        now: the time, in UTC; the clock's by default.
    """
    before = (now or datetime.now(UTC)) - grace
    kept = removed = 0
    for folder, keys in groupby(store.list(FILES), key=folder_of):
        files = list(keys)
        unused = set(_unused(_manifest(store, folder), files, before))
        for key in unused:
            store.delete(key)
        kept, removed = kept + len(files) - len(unused), removed + len(unused)
    old = list(_old_rows(store, before))
    for key in old:
        store.delete(key)
    return Swept(kept, removed + len(old))


def _unused(manifest: Manifest | None, files: list[str], before: datetime) -> Iterator[str]:
    if manifest is not None and manifest.published_at >= before:
        return
    named = {file.key for file in manifest.files} if manifest is not None else set()
    for key in files:
        written = written_at(key)
        if key not in named and written is not None and written < before:
            yield key


def _old_rows(store: ObjectStore, before: datetime) -> Iterator[str]:
    """Yield rows of version 0.5 and before that a manifest has replaced."""
    for table in REGISTRY:
        for key in store.list(table):
            if key.endswith(f"/{OLD_NAME}"):
                manifest = _manifest(store, folder_of(key))
                if manifest is not None and manifest.published_at < before:
                    yield key


def _manifest(store: ObjectStore, folder: str) -> Manifest | None:
    key = f"{folder}/{NAME}"
    try:
        return Manifest.decoded(key, store.get(key))
    except ObjectNotFoundError:
        return None
