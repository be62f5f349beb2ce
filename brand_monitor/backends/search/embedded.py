"""The embedded search index: tantivy (BM25), in a folder or in memory.

Belongs here: writing and asking the index. Not here: its folder and its writer's lock (``embedded_folder``),
fields and analyser (``embedded_schema``), queries (``embedded_query``), what is indexed (the assets of layer
``search``).

One folder serves many processes: readers take no lock; writers queue for tantivy's own lock, which the
operating system releases when its holder dies. A commit replaces one file at the end, so a killed writer
leaves the index as it was.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from brand_monitor.backends.search.embedded_folder import explained, only_writer, open_index, place_of
from brand_monitor.backends.search.embedded_query import count_by, find, find_like, terms_of
from brand_monitor.backends.search.embedded_rebuild import replace_unreadable, staging_folder, take_over
from brand_monitor.backends.search.embedded_schema import document, entry_of
from brand_monitor.backends.search.interface import Collection, Entry, Facets, Hit, Scope, SearchIndex
from brand_monitor.backends.search.keys import day_key, identity, refuse_repeated, split_day_key
from brand_monitor.failures import DamagedProjectionError


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

    @property
    def where(self) -> str:
        """The folder, if it has one."""
        return place_of(self.path)

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

    def _terms(self, words: str) -> list[str]:
        """Reduce words to their English stems, without case and accents."""
        return terms_of(words)

    def _find(self, terms: Sequence[str], scope: Scope, limit: int) -> list[Hit]:
        """Rank by BM25 over title and text."""
        with self._searcher() as (fields, searcher):
            return find(fields, searcher, terms, scope, limit)

    def _find_like(self, entry_id: str, collection: Collection, monitor_id: str, limit: int) -> list[Hit]:
        """Rank by the telling words of the entry's newest day."""
        with self._searcher() as (fields, searcher):
            own = identity(monitor_id, entry_id)
            return find_like(fields, searcher, own, Scope(collection, monitor_id), limit)

    def _tally(self, terms: Sequence[str], scope: Scope) -> Facets:
        """Count by day at once, and by engine and monitor one value after the other."""
        with self._searcher() as (fields, searcher):
            return count_by(fields, searcher, terms, scope)

    def _release(self) -> None:
        with self._lock:
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
            with explained(self.where):
                take_over(self.path, staged.path)

    def _replace_unreadable(self, staged: "TantivyIndex") -> None:
        staged._opened()  # noqa: SLF001 - makes the folder if nothing was written
        if self.path is not None and staged.path is not None:
            replace_unreadable(self.path, staged.path)

    @contextmanager
    def _searcher(self) -> Iterator[tuple[Any, Any]]:
        """Yield schema and a searcher over the last commit of any process."""
        with explained(self.where):
            index = self._opened()
            index.reload()
            yield index.schema, index.searcher()

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        """Yield the only writer of any process."""
        with explained(self.where), only_writer(self._opened(), self.where, self.wait_seconds) as writer:
            yield writer

    def _opened(self) -> Any:
        with self._lock:
            self._refuse_closed()
            if self._index is None:
                with explained(self.where):
                    self._index = open_index(self.path)
            return self._index
