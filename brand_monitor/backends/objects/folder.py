"""The embedded object store: a folder. Writes go aside, are synced, and then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.failures import PermanentFailure

# Half-written files live here, on the same file system so that the rename is atomic; no key starts
# with a dot, so no listing shows them.
STAGING = ".staging"


class FolderStore(ObjectStore):
    """Objects as files below ``root``. Safe for many processes on one machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._root = str(root.absolute())

    def put(self, key: str, data: bytes) -> None:
        """Write aside, sync, rename: O(len(data))."""
        handle, staged = self._staged()
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # a full disk: what was staged is no use to anybody
            Path(staged).unlink(missing_ok=True)
            raise
        self._publish(key, staged)

    def put_file(self, key: str, path: Path) -> None:
        """Move ``path`` beside the objects (a copy if it is on another file system), then publish it."""
        handle, staged = self._staged()
        os.close(handle)
        shutil.move(path, staged)
        _sync(staged)
        self._publish(key, staged)

    def get(self, key: str) -> bytes:
        """Read the whole file."""
        return self.get_range(key, 0)

    def get_range(self, key: str, offset: int, length: int | None = None) -> bytes:
        """Read a slice of the file without reading the rest."""
        try:
            with open(self._path(key), "rb") as handle:  # noqa: PTH123
                handle.seek(offset)
                return handle.read(-1 if length is None else length)
        except FileNotFoundError:
            raise ObjectNotFoundError(f"no object {key!r} below {self.root}") from None

    def exists(self, key: str) -> bool:
        """Tell whether the file is there."""
        return os.path.isfile(self._path(key))  # noqa: PTH113

    def list(self, prefix: str) -> Iterator[str]:
        """Walk the folder ``prefix``, in sorted order."""
        base = self._path(prefix) if prefix else self._root
        for folder, folders, files in os.walk(base):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def delete(self, key: str) -> None:
        """Unlink the file."""
        Path(self._path(key)).unlink(missing_ok=True)

    def uri(self, key: str) -> str:
        """Return the absolute path."""
        return self._path(key)

    def _path(self, key: str) -> str:
        """Return the path of an object: a string, since for small objects paths cost more than bytes."""
        if not key or any(not part or part.startswith(".") for part in key.split("/")):
            raise PermanentFailure(f"{key!r} is no object key: use relative names without dots")
        return f"{self._root}/{key}"

    def _publish(self, key: str, staged: str) -> None:
        """Rename ``staged``, which is synced, to its place; the folder entry is synced too."""
        target = self._path(key)
        folder = os.path.dirname(target)  # noqa: PTH120
        try:
            os.replace(staged, target)  # noqa: PTH105
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            os.replace(staged, target)  # noqa: PTH105
        _sync(folder)

    def _staged(self) -> tuple[int, str]:
        """Return an open file aside, and its path."""
        folder = self.root / STAGING
        try:
            return tempfile.mkstemp(dir=folder)
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
            return tempfile.mkstemp(dir=folder)


def _sync(path: str) -> None:
    """Flush a file or a folder entry to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
