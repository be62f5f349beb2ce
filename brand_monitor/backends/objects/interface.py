"""The object store: named bytes, replaced as a whole, listed by prefix.

Keys are relative POSIX paths (``core/documents/date=2026-11-24/monitor=shoes/manifest.json``). A reader sees
the old bytes or the new ones, never a mixture, and a returned ``put`` has survived a crash.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from brand_monitor.failures import PermanentFailure, TransientFailure

#: Longest key and longest name between two slashes, in bytes: what S3 (less a prefix) and file systems hold.
MOST_KEY_BYTES = 900
MOST_NAME_BYTES = 255


class ObjectNotFoundError(PermanentFailure):
    """No object has that key."""


class ObjectExistsError(TransientFailure):
    """Another object has that key already, and was not to be replaced: a retry chooses another key."""


class ObjectStore(ABC):
    """What every object store does.

    Every method raises ``PermanentFailure`` for a key that is none. A server that does not serve is a
    ``StorageError`` (may pass) or a ``SetupError`` (a person has to act); a disk raises ``OSError``.
    """

    #: Requests worth making at the same time: one for a disk, several for a server that answers late.
    parallel_writes: int = 1

    @abstractmethod
    def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
        """Store ``data`` under ``key``, atomically and durably; an existing object is replaced.

        Args:
            key: where.
            data: the whole object.
            replace: False leaves an existing object alone. One of equal content counts as stored.

        Raises:
            ObjectExistsError: ``replace`` is False, and the key has other content.
        """

    @abstractmethod
    def put_file(self, key: str, path: Path, *, replace: bool = True) -> None:
        """Store a finished local file under ``key`` as ``put`` does; the file is consumed."""

    @abstractmethod
    def get(self, key: str) -> bytes:
        """Return the object.

        Raises:
            ObjectNotFoundError: there is none.
        """

    @abstractmethod
    def get_versioned(self, key: str) -> tuple[bytes, str | None]:
        """Return the object and the version that it is, as ``versions`` names it.

        Raises:
            ObjectNotFoundError: there is none.
        """

    @abstractmethod
    def get_range(self, key: str, offset: int, length: int | None = None) -> bytes:
        """Return ``length`` bytes from ``offset`` (to the end without ``length``); fewer past the end."""

    @abstractmethod
    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the object in pieces of bounded size, all of one version of it.

        Raises:
            ObjectNotFoundError: there is none.
        """

    @abstractmethod
    def size(self, key: str) -> int | None:
        """Return the bytes of the object, None if no object has that key."""

    def exists(self, key: str) -> bool:
        """Tell whether an object has that key."""
        return self.size(key) is not None

    @abstractmethod
    def list(self, prefix: str, *, first: str = "", last: str | None = None) -> Iterator[str]:
        """Yield the keys below the folder ``prefix``, sorted as strings.

        Args:
            prefix: a folder, "" for the whole store.
            first: leave out names directly below the folder that sort before this one.
            last: leave out names directly below the folder that sort after this one.
        """

    @abstractmethod
    def versions(
        self, prefix: str, *, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, str | None]]:
        """Yield what ``list`` yields, each key with the version of its object.

        Equal versions of a key are equal contents. A version means something in its own store only; None is
        one that the store does not know, and is equal to none.
        """

    @abstractmethod
    def folders(self, prefix: str) -> Sequence[str]:
        """Return the names directly below the folder ``prefix`` that hold objects, sorted.

        Costs the number of names, not of objects.
        """

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove the object; no error if there is none."""

    @abstractmethod
    def uri(self, key: str) -> str:
        """Return an address that polars can read, with ``scan_options``."""

    @property
    def scan_options(self) -> Mapping[str, Any]:
        """What ``polars.scan_parquet`` needs beside the address."""
        return {}


def checked(key: str) -> str:
    """Return the key as it is.

    Raises:
        PermanentFailure: it could leave the store, hide from listings, or exist in one kind of store only.
    """
    parts = key.split("/")
    if not key.isprintable() or "\\" in key or any(not part or part.startswith(".") for part in parts):
        raise PermanentFailure(
            f"{key!r} is no object key: use relative, printable names that start without a dot"
        )
    if not key.isascii() or len(key) > MOST_NAME_BYTES:
        sizes = [len(part.encode()) for part in parts]
        if max(sizes) > MOST_NAME_BYTES or sum(sizes) + len(parts) > MOST_KEY_BYTES:
            raise PermanentFailure(
                f"{key[:80]!r}... is no object key: at most {MOST_NAME_BYTES} bytes a name and "
                f"{MOST_KEY_BYTES} in all"
            )
    return key
