"""The object store: named bytes, replaced as a whole, listed by prefix.

Keys are relative POSIX paths (``core/documents/date=2026-11-24/part.parquet``). A reader sees the old
bytes or the new ones, never a mixture, and a returned ``put`` has survived a crash.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from brand_monitor.failures import PermanentFailure


class ObjectNotFoundError(PermanentFailure):
    """No object has that key."""


class ObjectStore(ABC):
    """What every object store does."""

    #: Writes that are worth making at the same time: one for a disk, several for a server that answers late.
    parallel_writes: int = 1

    @abstractmethod
    def put(self, key: str, data: bytes) -> None:
        """Store ``data`` under ``key``, atomically and durably; an existing object is replaced."""

    @abstractmethod
    def put_file(self, key: str, path: Path) -> None:
        """Store a finished local file under ``key``, atomically; the file is consumed."""

    @abstractmethod
    def get(self, key: str) -> bytes:
        """Return the object.

        Raises:
            ObjectNotFoundError: there is none.
        """

    @abstractmethod
    def get_range(self, key: str, offset: int, length: int | None = None) -> bytes:
        """Return ``length`` bytes from ``offset`` (to the end without ``length``)."""

    @abstractmethod
    def exists(self, key: str) -> bool:
        """Tell whether an object has that key."""

    @abstractmethod
    def list(self, prefix: str) -> Iterator[str]:
        """Yield the keys below the folder ``prefix``, sorted."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove the object; no error if there is none."""

    @abstractmethod
    def uri(self, key: str) -> str:
        """Return an address that polars and DuckDB can read."""
