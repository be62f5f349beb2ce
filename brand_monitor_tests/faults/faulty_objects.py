"""An object store that fails on purpose: probabilities and seed are settings.

Wraps any store. Every fault is one that a real server shows: refused before anything happened, answer lost
after it happened (so that a retry does it twice), a write that stopped halfway and must not be seen, slowness.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.failures import StorageError


@dataclass(frozen=True)
class ObjectFaults:
    """How often what goes wrong, each from 0 to 1 per call.

    Attributes:
        fail: refused; nothing happened.
        lose_answer: done, and reported as failed.
        write_twice: a write that is done, and done again later by a request that was on its way.
        slow: waits ``slow_seconds`` first.
        slow_seconds: how long.
        seed: same seed, same faults.
    """

    fail: float = 0.0
    lose_answer: float = 0.0
    write_twice: float = 0.0
    slow: float = 0.0
    slow_seconds: float = 0.001
    seed: int = 0


class FaultyStore(ObjectStore):
    """A store with faults in front of it; ``faults`` counts them by name."""

    def __init__(self, store: ObjectStore, faults: ObjectFaults) -> None:
        self.store = store
        self.parallel_writes = store.parallel_writes
        self.chances = faults
        self.faults: dict[str, int] = {}
        self._random = random.Random(faults.seed)

    def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
        self._before("put", key)
        self.store.put(key, data, replace=replace)
        if self._happens("write_twice"):
            self.store.put(key, data, replace=replace)
        self._after("put", key)

    def put_file(self, key: str, path: Path, *, replace: bool = True) -> None:
        self._before("put_file", key)
        self.store.put_file(key, path, replace=replace)

    def get(self, key: str) -> bytes:
        self._before("get", key)
        return self.store.get(key)

    def get_versioned(self, key: str) -> tuple[bytes, str | None]:
        self._before("get_versioned", key)
        return self.store.get_versioned(key)

    def get_range(self, key: str, offset: int, length: int | None = None) -> bytes:
        self._before("get_range", key)
        return self.store.get_range(key, offset, length)

    def chunks(self, key: str) -> Iterator[bytes]:
        self._before("chunks", key)
        for piece in self.store.chunks(key):
            yield piece
            self._before("chunks", key)

    def size(self, key: str) -> int | None:
        self._before("size", key)
        return self.store.size(key)

    def list(self, prefix: str, *, first: str = "", last: str | None = None) -> Iterator[str]:
        self._before("list", prefix)
        return self.store.list(prefix, first=first, last=last)

    def versions(
        self, prefix: str, *, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, str | None]]:
        self._before("versions", prefix)
        return self.store.versions(prefix, first=first, last=last)

    def folders(self, prefix: str) -> Sequence[str]:
        self._before("folders", prefix)
        return self.store.folders(prefix)

    def delete(self, key: str) -> None:
        self._before("delete", key)
        self.store.delete(key)
        self._after("delete", key)

    def uri(self, key: str) -> str:
        return self.store.uri(key)

    @property
    def scan_options(self) -> Mapping[str, Any]:
        return self.store.scan_options

    def _before(self, operation: str, key: str) -> None:
        if self._happens("slow"):
            time.sleep(self.chances.slow_seconds)
        if self._happens("fail"):
            raise StorageError(f"{operation} {key}: refused on purpose")

    def _after(self, operation: str, key: str) -> None:
        if self._happens("lose_answer"):
            raise StorageError(f"{operation} {key}: done, and the answer lost on purpose")

    def _happens(self, fault: str) -> bool:
        happens = self._random.random() < getattr(self.chances, fault)
        if happens:
            self.faults[fault] = self.faults.get(fault, 0) + 1
        return happens
