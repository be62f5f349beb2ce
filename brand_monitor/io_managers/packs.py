"""Packs: the rows of a finished month of one table and monitor once more in one file, for readers of windows.

Belongs here: where a pack lies, what it says, and which partitions of a window may be read from it. Not here:
making packs (``compacting``), or the rows that are not packed (``lake``). Why: docs/adr/0020.

A pack is a copy and never the truth. Its manifest names every manifest that it was made from, and the version
which that had; rows of a partition are taken from the pack only where a listing shows this very version.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.backends.objects.parallel import at_once
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.io_managers.manifests import NAME, PACKS, Manifest
from brand_monitor.io_managers.scanning import scan
from brand_monitor.schemas.registry import polars_schema

#: Column of a pack's file that no table has: the manifest that published the row, by key.
PLACE = "__manifest"
#: As many small files are read as they are: a pack of no more would save nothing.
FEW = 8

_PLACE = re.compile(
    rf"(?P<table>.+)/date=(?P<month>\d{{4}}-\d\d)-\d\d/(.+/)?monitor=(?P<monitor>[^/]+)/{re.escape(NAME)}"
)


@dataclass(frozen=True, order=True)
class Pack:
    """Which pack: of a table, a month such as ``2026-10``, and a monitor."""

    table: str
    month: str
    monitor: str

    @classmethod
    def of(cls, place: str) -> "Pack | None":
        """Return the pack that a manifest's rows belong into; None for rows without a day or a manifest."""
        found = _PLACE.fullmatch(place)
        return cls(found["table"], found["month"], found["monitor"]) if found else None

    @property
    def folder(self) -> str:
        """Folder of its manifest."""
        return f"{PACKS}/{self.table}/month={self.month}/monitor={self.monitor}"

    def manifest(self, store: ObjectStore) -> Manifest | None:
        """Return its manifest, whose metadata are versions by place; None if none can be used."""
        key = f"{self.folder}/{NAME}"
        try:
            return Manifest.decoded(key, store.get(key))
        except (ObjectNotFoundError, CorruptPayloadError):  # a copy: whoever cannot read it does without
            return None


@dataclass(frozen=True)
class Packed:
    """What of a window is to be read from packs: their files, and the places that count of all they hold."""

    files: tuple[str, ...]
    places: frozenset[str]
    is_whole: bool

    def scan(self, store: ObjectStore, table: str) -> pl.LazyFrame:
        """Return the rows, with the column ``PLACE``."""
        schema = pl.Schema([*polars_schema(table).items(), (PLACE, pl.String())])
        frame = scan(store, self.files, schema)
        return frame if self.is_whole else frame.filter(pl.col(PLACE).is_in(sorted(self.places)))


def grouped(places: Sequence[str]) -> dict[Pack, list[str]]:
    """Return places by their packs, in order."""
    groups: dict[Pack, list[str]] = defaultdict(list)
    for place in places:
        if (pack := Pack.of(place)) is not None:
            groups[pack].append(place)
    return groups


def packed(store: ObjectStore, versions: Mapping[str, str | None], places: Sequence[str]) -> Packed | None:
    """Return what of a window the packs hold as it is published; None if they hold nothing of use.

    Args:
        store: of the lake.
        versions: of every place, as a listing showed them that began after the reader did.
        places: keys of the manifests of the window.
    """
    groups = {pack: group for pack, group in grouped(places).items() if len(group) > FEW}
    manifests = at_once(store, lambda pack: pack.manifest(store), list(groups))
    files: list[str] = []
    served: set[str] = set()
    held = 0
    for group, manifest in zip(groups.values(), manifests, strict=True):
        if manifest is None:
            continue
        same = manifest.metadata.items() & ((place, versions[place]) for place in group)
        if len(same) > FEW:
            files += [file.key for file in manifest.files]
            served.update(place for place, _version in same)
            held += len(manifest.metadata)
    return Packed(tuple(files), frozenset(served), held == len(served)) if files else None
