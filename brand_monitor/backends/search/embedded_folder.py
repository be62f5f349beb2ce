"""One tantivy index on disk or in memory: opening it, its one writer, and what its errors mean.

Belongs here: whatever takes the folder. Not here: what is written into it (``embedded``), how a folder takes
over another (``embedded_rebuild``), fields and analyser (``embedded_schema``).
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from brand_monitor.backends.search.embedded_schema import ANALYSER, analyser, schema
from brand_monitor.failures import DamagedProjectionError, TransientFailure

# One indexing thread: a day is small, one segment per commit keeps merging cheap, and the machine is shared.
WRITER_BYTES = 32_000_000
WRITER_THREADS = 1

POLL_SECONDS = 0.05


def place_of(path: Path | None) -> str:
    """Return the index as errors name it."""
    return f"search index {path}" if path else "search index in memory"


def open_index(path: Path | None) -> Any:
    """Return the tantivy index of a folder, made if there is none, or a new one in memory."""
    import tantivy

    if path is None:
        index = tantivy.Index(schema())
    else:
        _create_if_missing(path)
        index = tantivy.Index(schema(), path=str(path))
    index.register_tokenizer(ANALYSER, analyser())
    return index


@contextmanager
def only_writer(index: Any, where: str, wait_seconds: float) -> Iterator[Any]:
    """Yield the only writer; roll back what a failing block left uncommitted.

    Raises:
        TransientFailure: another process or thread writes, and did not end in time.
    """
    writer = _locked_writer(index, where, wait_seconds)
    try:
        yield writer
    except BaseException:
        writer.rollback()
        raise
    finally:
        # Also what frees the lock at once: otherwise it stays until the garbage collector comes.
        writer.wait_merging_threads()


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what tantivy says of a broken or foreign folder into an error that says what to do.

    Damage inside a file makes tantivy panic, which reaches Python as a ``BaseException`` whose class
    cannot be imported: it is known by its name.
    """
    try:
        yield
    except BaseException as error:
        panicked = type(error).__name__ == "PanicException"
        if not panicked and not isinstance(error, (ValueError, OSError)):
            raise
        raise DamagedProjectionError(
            f"{where} cannot be used ({error}); it holds nothing that the lake does not: "
            "check that the folder is readable and writable, else delete it and rebuild the index"
        ) from error


def _locked_writer(index: Any, where: str, wait_seconds: float) -> Any:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return index.writer(heap_size=WRITER_BYTES, num_threads=WRITER_THREADS)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            if time.monotonic() >= deadline:
                raise TransientFailure(
                    f"{where} is being written by another process or thread and was not free "
                    f"within {wait_seconds:g} s; nothing was written, try again later"
                ) from error
        time.sleep(POLL_SECONDS)


def _create_if_missing(folder: Path) -> None:
    """Put an empty index at ``folder`` by one rename.

    tantivy's own create-or-open lets the later of two processes wipe what the earlier has committed, and
    makes a new index where only its list of files was lost. A rename onto a folder that holds anything fails.
    """
    import tantivy

    if folder.is_dir() and tantivy.Index.exists(str(folder)):
        return
    staged = folder.with_name(f".{folder.name}.{uuid4().hex}")
    staged.mkdir(parents=True)
    tantivy.Index(schema(), path=str(staged))
    try:
        staged.rename(folder)
    except OSError:
        shutil.rmtree(staged)
        if not (folder.is_dir() and tantivy.Index.exists(str(folder))):
            raise
