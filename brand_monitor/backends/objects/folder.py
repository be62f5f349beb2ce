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

    def put(self, key: str, data: bytes) -> None:
        """Write aside, sync, rename: O(len(data))."""
        staged = self._staged()
        with staged.open("wb") as handle:
            handle.write(data)
        self._publish(key, staged)

    def put_file(self, key: str, path: Path) -> None:
        """Move ``path`` beside the objects (a copy if it is on another file system), then publish it."""
        staged = self._staged()
        shutil.move(path, staged)
        self._publish(key, staged)

    def get(self, key: str) -> bytes:
        """Read the whole file."""
        return self.get_range(key, 0)

    def get_range(self, key: str, offset: int, length: int | None = None) -> bytes:
        """Read a slice of the file without reading the rest."""
        try:
            with self._path(key).open("rb") as handle:
                handle.seek(offset)
                return handle.read(-1 if length is None else length)
        except FileNotFoundError:
            raise ObjectNotFoundError(f"no object {key!r} below {self.root}") from None

    def exists(self, key: str) -> bool:
        """Tell whether the file is there."""
        return self._path(key).is_file()

    def list(self, prefix: str) -> Iterator[str]:
        """Walk the folder ``prefix``, in sorted order."""
        base = self._path(prefix) if prefix else self.root
        for folder, folders, files in os.walk(base):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def delete(self, key: str) -> None:
        """Unlink the file."""
        self._path(key).unlink(missing_ok=True)

    def uri(self, key: str) -> str:
        """Return the absolute path."""
        return str(self._path(key).absolute())

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not key or any(part in {"", ".", ".."} or part.startswith(".") for part in parts):
            raise PermanentFailure(f"{key!r} is no object key: use relative names without dots")
        return self.root.joinpath(*parts)

    def _publish(self, key: str, staged: Path) -> None:
        """Sync and rename ``staged`` to its place; the folder entry is synced too."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        _sync(staged)
        staged.replace(target)
        _sync(target.parent)

    def _staged(self) -> Path:
        folder = self.root / STAGING
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        os.close(handle)
        return Path(name)


def _sync(path: Path) -> None:
    """Flush a file or a folder entry to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
