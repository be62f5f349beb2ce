"""The embedded search index: tantivy (BM25), in a folder or in memory.

Belongs here: opening, locking, writing and asking the index. Not here: fields and analyser
(``embedded_schema``), queries (``embedded_query``), what is indexed (the assets of layer ``search``).

One folder serves many processes: readers take no lock; writers queue for tantivy's own lock, which the
operating system releases when its holder dies. A commit replaces one file at the end, so a killed writer
leaves the index as it was.
"""

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from brand_monitor.backends.search.embedded_query import count_by, find, find_like, terms_of
from brand_monitor.backends.search.embedded_rebuild import replace_unreadable, staging_folder, take_over
from brand_monitor.backends.search.embedded_schema import ANALYSER, analyser, document, entry_of, schema
from brand_monitor.backends.search.interface import Collection, Entry, Facets, Hit, SearchIndex
from brand_monitor.backends.search.keys import day_key, identity, refuse_repeated, split_day_key
from brand_monitor.failures import ClosedBackendError, DamagedProjectionError, TransientFailure

# One indexing thread: a day is small, one segment per commit keeps merging cheap, and the machine is shared.
WRITER_BYTES = 32_000_000
WRITER_THREADS = 1

POLL_SECONDS = 0.05


class TantivyIndex(SearchIndex):
    """A search index in the folder ``path``, or in memory without one.

    Args:
        path: Folder of the index, made when first needed; ``None`` keeps the index in memory.
        wait_seconds: How long a writer waits for another one before it gives up.
    """

    def __init__(self, path: Path | None = None, *, wait_seconds: float = 60.0) -> None:
        self.path = path
        self.wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._index: Any = None
        self._closed = False

    def replace_day(
        self, monitor_id: str, day: date, collection: Collection, entries: Sequence[Entry]
    ) -> None:
        """Delete the day's entries and add the new ones in one commit: O(entries)."""
        refuse_repeated(entries)
        key = day_key(monitor_id, day, collection)
        documents = [document(key, monitor_id, day, collection, entry) for entry in entries]
        with self._writer() as writer:
            writer.delete_documents_by_term("day_key", key)
            for each in documents:
                writer.add_document(each)
            writer.commit()

    def search(
        self,
        words: str,
        *,
        collection: Collection,
        monitor_id: str | None = None,
        day: date | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """Rank by BM25 over title and text; words are reduced to their English stems."""
        terms = terms_of(words)
        if not terms or limit < 1:
            return []
        with self._searcher() as (fields, searcher):
            return find(fields, searcher, terms, _filters(collection, monitor_id, day), limit)

    def more_like_this(
        self, entry_id: str, *, collection: Collection, monitor_id: str, limit: int = 10
    ) -> list[Hit]:
        """Rank by the telling words of the entry's newest day."""
        if limit < 1:
            return []
        with self._searcher() as (fields, searcher):
            filters = _filters(collection, monitor_id, None)
            return find_like(fields, searcher, identity(monitor_id, entry_id), filters, limit)

    def facets(
        self,
        words: str,
        *,
        collection: Collection,
        monitor_id: str | None = None,
        day: date | None = None,
    ) -> Facets:
        """Count by day at once, and by engine and monitor one value after the other."""
        terms = terms_of(words)
        if not terms:
            return Facets({}, {}, {})
        with self._searcher() as (fields, searcher):
            return count_by(fields, searcher, terms, _filters(collection, monitor_id, day))

    def count(self, monitor_id: str, day: date, collection: Collection) -> int:
        """Count by the term that a day's entries share."""
        import tantivy

        with self._searcher() as (fields, searcher):
            query = tantivy.Query.term_query(fields, "day_key", day_key(monitor_id, day, collection))
            return int(searcher.search(query, limit=1).count)

    def days(self, collection: Collection) -> list[tuple[str, date]]:
        """List the terms that the entries of a day share."""
        import tantivy

        with self._searcher() as (fields, searcher):
            keys = [key for key, _ in searcher.terms_with_prefix("day_key", f"{collection}/")]
            # A term outlives its last document until segments are merged.
            held = [
                key
                for key in keys
                if searcher.search(tantivy.Query.term_query(fields, "day_key", key), limit=1).count
            ]
        return sorted(split_day_key(key) for key in held)

    def entries(self, monitor_id: str, day: date, collection: Collection) -> list[Entry]:
        """Read the day back; the language is not held, since every text is reduced to English stems."""
        import tantivy

        with self._searcher() as (fields, searcher):
            query = tantivy.Query.term_query(fields, "day_key", day_key(monitor_id, day, collection))
            found = searcher.search(query, limit=max(1, searcher.num_docs), count=False)
            return [entry_of(searcher.doc(address)) for _, address in found.hits]

    @contextmanager
    def rebuilding(self) -> Iterator[SearchIndex]:
        """Give an index beside this one, and keep the writer's lock until its content is taken over."""
        with self._taking_over() as take_over, staging_folder(self.path) as folder:
            staged = TantivyIndex(folder)
            try:
                yield staged
                take_over(staged)
            finally:
                staged.close()

    def close(self) -> None:
        """Let the index go."""
        with self._lock:
            self._closed = True
            self._index = None

    @contextmanager
    def _taking_over(self) -> Iterator[Callable[["TantivyIndex"], None]]:
        """Yield what puts a staged index in the place of this one; nobody else writes meanwhile."""
        try:
            self._opened()
        except DamagedProjectionError:
            yield self._replace_unreadable
        else:
            with self._writer():
                yield self._take_over

    def _take_over(self, staged: "TantivyIndex") -> None:
        new = staged._opened()  # noqa: SLF001 - makes the folder if nothing was written
        if self.path is None or staged.path is None:
            self._index = new
        else:
            with self._typed_errors():
                take_over(self.path, staged.path)

    def _replace_unreadable(self, staged: "TantivyIndex") -> None:
        staged._opened()  # noqa: SLF001 - makes the folder if nothing was written
        if self.path is not None and staged.path is not None:
            replace_unreadable(self.path, staged.path)

    @contextmanager
    def _searcher(self) -> Iterator[tuple[Any, Any]]:
        """Yield schema and a searcher over the last commit of any process."""
        with self._typed_errors():
            index = self._opened()
            index.reload()
            yield index.schema, index.searcher()

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        """Yield the only writer; roll back what a failing block left uncommitted."""
        with self._typed_errors():
            writer = self._locked_writer(self._opened())
            try:
                yield writer
            except BaseException:
                writer.rollback()
                raise
            finally:
                # Also what frees the lock at once: otherwise it stays until the garbage collector comes.
                writer.wait_merging_threads()

    def _locked_writer(self, index: Any) -> Any:
        deadline = time.monotonic() + self.wait_seconds
        while True:
            try:
                return index.writer(heap_size=WRITER_BYTES, num_threads=WRITER_THREADS)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise
                if time.monotonic() >= deadline:
                    raise TransientFailure(
                        f"{self._where} is being written by another process or thread and was not free "
                        f"within {self.wait_seconds:g} s; nothing was written, try again later"
                    ) from error
            time.sleep(POLL_SECONDS)

    def _opened(self) -> Any:
        with self._lock:
            if self._closed:
                raise ClosedBackendError(f"{self._where} was closed; open it again")
            if self._index is None:
                with self._typed_errors():
                    self._index = self._open()
            return self._index

    def _open(self) -> Any:
        import tantivy

        if self.path is None:
            index = tantivy.Index(schema())
        else:
            _create_if_missing(self.path)
            index = tantivy.Index(schema(), path=str(self.path))
        index.register_tokenizer(ANALYSER, analyser())
        return index

    @contextmanager
    def _typed_errors(self) -> Iterator[None]:
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
                f"{self._where} cannot be used ({error}); it holds nothing that the lake does not: "
                "check that the folder is readable and writable, else delete it and rebuild the index"
            ) from error

    @property
    def _where(self) -> str:
        return f"search index {self.path}" if self.path else "search index in memory"


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


def _filters(collection: Collection, monitor_id: str | None, day: date | None) -> dict[str, str | int]:
    wanted = {
        "collection": collection,
        "monitor_id": monitor_id,
        "day": None if day is None else day.toordinal(),
    }
    return {name: value for name, value in wanted.items() if value is not None}
