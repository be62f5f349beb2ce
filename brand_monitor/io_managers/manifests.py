"""Manifests: the small object that makes written files a publication.

Belongs here: what a manifest says, and where it and its files lie. Not here: reading and writing tables
(``lake``), or when replaced files are removed (``sweeping``). Why there are manifests: docs/adr/0016.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from brand_monitor.failures import CorruptPayloadError

NAME = "manifest.json"
#: What a lake of version 0.5 and before holds in place of a manifest: the rows themselves.
OLD_NAME = "part.parquet"
#: Files lie apart from manifests, so that a listing of a table shows what is published and nothing else.
FILES = "data"
#: Copies for readers of windows, published like tables (``packs``).
PACKS = "packs"
_VERSION = 1
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a publication: where it is, and what must be in it."""

    key: str
    rows: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What is published of one table, partition and monitor.

    Attributes:
        table: key of the registry.
        published_at: when, in UTC.
        files: the files that hold the rows, in order; never none.
        metadata: strings of the publisher, such as the run.
    """

    table: str
    published_at: datetime
    files: tuple[DataFile, ...]
    metadata: Mapping[str, str]

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)

    def encoded(self) -> bytes:
        """Return the bytes that are stored."""
        content = {
            "version": _VERSION,
            "table": self.table,
            "published_at": self.published_at.isoformat(),
            "files": [vars(file) for file in self.files],
            "metadata": dict(self.metadata),
        }
        return json.dumps(content, indent=1).encode()

    @classmethod
    def decoded(cls, key: str, data: bytes) -> "Manifest":
        """Return the manifest that was stored under ``key``.

        Raises:
            CorruptPayloadError: the bytes are no manifest, or one of a later version of this program.
        """
        try:
            content = json.loads(data)
            if content["version"] != _VERSION:
                raise CorruptPayloadError(f"{key} was written by a later version of brand-monitor: update")
            return cls(
                table=content["table"],
                published_at=datetime.fromisoformat(content["published_at"]),
                files=tuple(DataFile(**file) for file in content["files"]),
                metadata=content["metadata"],
            )
        except (ValueError, TypeError, KeyError) as error:
            raise CorruptPayloadError(f"{key} is no manifest ({type(error).__name__})") from error


def file_key(folder: str, digest: str, now: datetime) -> str:
    """Return the key of a new file for the publication in ``folder``.

    The name carries time and content: two writers never meet, and a sweep sees how old a file is.
    """
    return f"{FILES}/{folder}/{now.astimezone(UTC).strftime(_STAMP)}-{digest[:12]}.parquet"


def written_at(key: str) -> datetime | None:
    """Return when a file was written, from its name; None if the name does not say."""
    stamp = key.rpartition("/")[2].partition("-")[0]
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def folder_of(key: str) -> str:
    """Return the folder of a publication, from the key of its manifest or of one of its files."""
    return key.removeprefix(f"{FILES}/").rpartition("/")[0]


def publishing(keys: Iterable[str], monitors: Sequence[str] | None) -> list[str]:
    """Return of the keys of a table those that publish rows, one for each folder, of the given monitors."""
    found: dict[str, str] = {}
    for key in keys:
        folder, _, name = key.rpartition("/")
        if name == NAME or (name == OLD_NAME and folder not in found):
            found[folder] = key
    if monitors is None:
        return list(found.values())
    return [key for key in found.values() if any(f"/monitor={one}/" in key for one in monitors)]
