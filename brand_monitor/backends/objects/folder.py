"""The embedded object store: a folder. Writes go aside, are synced, and then renamed."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from brand_monitor.backends.objects.interface import (
    ObjectExistsError,
    ObjectNotFoundError,
    ObjectStore,
    checked,
)

# Half-written files live here, on the same file system so that the rename is atomic; no key starts
# with a dot, so no listing shows them.
STAGING = ".staging"
_CHUNK_BYTES = 8 * 1024 * 1024
_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class FolderStore(ObjectStore):
    """Objects as files below ``root``. Safe for many processes on one machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._root = str(root.absolute())

    def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
        """Write aside, sync, rename: O(len(data))."""
        target = self._path(key)
        handle, staged = self._staged()
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # a full disk: what was staged is no use to anybody
            Path(staged).unlink(missing_ok=True)
            raise
        self._publish(key, target, staged, replace=replace)

    def put_file(self, key: str, path: Path, *, replace: bool = True) -> None:
        """Move ``path`` beside the objects (a copy if it is on another file system), then publish it."""
        target = self._path(key)
        handle, staged = self._staged()
        os.close(handle)
        shutil.move(path, staged)
        _sync(staged)
        self._publish(key, target, staged, replace=replace)

    def get(self, key: str) -> bytes:
        """Read the whole file."""
        return self.get_range(key, 0)

    def get_versioned(self, key: str) -> tuple[bytes, str | None]:
        """Read the whole file; its version is asked of the open file, which no replacement touches."""
        try:
            with open(self._path(key), "rb") as handle:  # noqa: PTH123
                return handle.read(), _version(os.fstat(handle.fileno()))
        except _ABSENT:
            raise ObjectNotFoundError(f"no object {key!r} below {self.root}") from None

    def get_range(self, key: str, offset: int, length: int | None = None) -> bytes:
        """Read a slice of the file without reading the rest."""
        try:
            with open(self._path(key), "rb") as handle:  # noqa: PTH123
                handle.seek(offset)
                return handle.read(-1 if length is None else length)
        except _ABSENT:
            raise ObjectNotFoundError(f"no object {key!r} below {self.root}") from None

    def chunks(self, key: str) -> Iterator[bytes]:
        """Read the file that was there when reading began; a replacement does not touch it."""
        try:
            with open(self._path(key), "rb") as handle:  # noqa: PTH123
                while data := handle.read(_CHUNK_BYTES):
                    yield data
        except _ABSENT:
            raise ObjectNotFoundError(f"no object {key!r} below {self.root}") from None

    def size(self, key: str) -> int | None:
        """Ask the file system."""
        try:
            found = os.stat(self._path(key))  # noqa: PTH116
        except _ABSENT:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def list(self, prefix: str, *, first: str = "", last: str | None = None) -> Iterator[str]:
        """Walk the folder ``prefix``, in the order of the keys."""
        base = self._path(prefix) if prefix else self._root
        yield from _keys(base, f"{prefix}/" if prefix else "", first, last)

    def versions(
        self, prefix: str, *, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, str | None]]:
        """Ask the file system about each file of the listing."""
        for key in self.list(prefix, first=first, last=last):
            with suppress(FileNotFoundError):
                yield key, _version(os.stat(self._path(key)))  # noqa: PTH116

    def folders(self, prefix: str) -> Sequence[str]:
        """Scan one folder; those below it are looked into until a file turns up."""
        base = self._path(prefix) if prefix else self._root
        return [
            name.rstrip("/")
            for name in _names(base)
            if name.endswith("/") and next(_keys(base + "/" + name.rstrip("/"), ""), None) is not None
        ]

    def delete(self, key: str) -> None:
        """Unlink the file."""
        try:
            os.unlink(self._path(key))  # noqa: PTH108
        except _ABSENT:
            return

    def uri(self, key: str) -> str:
        """Return the absolute path."""
        return self._path(key)

    def _path(self, key: str) -> str:
        """Return the path of an object: a string, since for small objects paths cost more than bytes."""
        return f"{self._root}/{checked(key)}"

    def _publish(self, key: str, target: str, staged: str, *, replace: bool) -> None:
        """Bring ``staged``, which is synced, to its place; the folder entry is synced too."""
        place = os.replace if replace else _link
        folder = os.path.dirname(target)  # noqa: PTH120
        try:
            try:
                place(staged, target)
            except FileNotFoundError:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
                place(staged, target)
        except FileExistsError:
            if not _equal(staged, target):
                raise ObjectExistsError(f"{key} exists below {self.root}, with other content") from None
        finally:
            Path(staged).unlink(missing_ok=True)
        _sync(folder)

    def _staged(self) -> tuple[int, str]:
        """Return an open file aside, and its path."""
        folder = self.root / STAGING
        try:
            return tempfile.mkstemp(dir=folder)
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
            return tempfile.mkstemp(dir=folder)


def _link(staged: str, target: str) -> None:
    """Give ``staged`` the name ``target`` unless it is taken; ``FileExistsError`` if it is."""
    try:
        os.link(staged, target)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:  # a file system without links, such as a network share: the next best thing
        if os.path.exists(target):  # noqa: PTH110
            raise FileExistsError(target) from None
        os.replace(staged, target)  # noqa: PTH105


def _names(folder: str) -> list[str]:
    """Return the visible names in a folder, folders with a slash: so sorted, keys come out in their order."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if not entry.name.startswith(".")
            )
    except _ABSENT:
        return []


def _keys(folder: str, prefix: str, first: str = "", last: str | None = None) -> Iterator[str]:
    for name in _names(folder):
        bare = name.rstrip("/")
        if bare < first or (last is not None and bare > last):
            continue
        if name.endswith("/"):
            yield from _keys(f"{folder}/{name[:-1]}", prefix + name)
        else:
            yield prefix + name


def _equal(one: str, other: str) -> bool:
    """Compare two files by content; never by what the file system says of them."""
    with open(one, "rb") as left, open(other, "rb") as right:  # noqa: PTH123
        while (piece := left.read(_CHUNK_BYTES)) == right.read(_CHUNK_BYTES):
            if not piece:
                return True
    return False


def _version(found: os.stat_result) -> str:
    """Return what changes with the file: a replacement is another inode, since the old one stands by then."""
    return f"{found.st_mtime_ns}-{found.st_size}-{found.st_ino}"


def _sync(path: str) -> None:
    """Flush a file or a folder entry to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
