"""The search index: a rebuildable projection that finds pages and answers by their words.

A day's entries of one monitor and collection are replaced as a whole; writing the same day twice
changes nothing.

Belongs here: what an index promises, and what is refused or answered before any index is asked. Not here: how
one looks into what it holds.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from brand_monitor.failures import ClosedBackendError

Collection = Literal["documents", "answers"]
COLLECTIONS: tuple[Collection, ...] = get_args(Collection)

SNIPPET_CHARACTERS = 240


@dataclass(frozen=True)
class Entry:
    """One thing that can be found. ``entry_id`` is a document_id or an answer_id.

    ``language`` is a BCP 47 tag, empty if unknown: an index that knows the language reduces words to its
    stems, any other index to English ones.
    """

    entry_id: str
    title: str
    text: str
    url: str = ""
    engine_id: str = ""
    language: str = ""


@dataclass(frozen=True)
class Hit:
    """One thing that was found.

    ``score`` is BM25: comparable within one answer of the index only. ``snippet`` is plain text of at most
    ``SNIPPET_CHARACTERS``, never markup: escape it before it goes into a page.
    """

    entry_id: str
    score: float
    title: str
    url: str
    snippet: str
    date: date
    monitor_id: str
    engine_id: str = ""


@dataclass(frozen=True)
class Facets:
    """How many entries hold one of the words, an entry of three days counting three times.

    Values that no entry has are left out; so is the empty engine of pages.
    """

    by_day: Mapping[date, int]
    by_engine: Mapping[str, int]
    by_monitor: Mapping[str, int]


@dataclass(frozen=True)
class Scope:
    """Where to look: in one collection, and there for one monitor or on one day only, if given."""

    collection: Collection
    monitor_id: str | None = None
    day: date | None = None


class SearchIndex(ABC):
    """What every search index does.

    An implementation writes the methods below ``close``; they are called while the index is open, and only
    with words and limits that can find something.
    """

    _is_closed = False

    @abstractmethod
    def replace_day(
        self, monitor_id: str, day: date, collection: Collection, entries: Sequence[Entry]
    ) -> None:
        """Make the index hold exactly these entries for the monitor's day and collection.

        Atomic: a reader sees the day before or after, and a killed writer leaves the day before.

        Raises:
            PermanentFailure: two entries share an ``entry_id``, or one cannot be stored; the message names
                it, and nothing changed for any reader.
            TransientFailure: the index cannot be written now, or another writer was at it; nothing changed
                for any reader, unless the message says so.
            DamagedProjectionError: the index cannot be read and has to be rebuilt.
        """

    def search(
        self,
        words: str,
        *,
        collection: Collection,
        monitor_id: str | None = None,
        day: date | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """Return the best hits, best first; an entry needs one of the words to be found.

        An entry that several days hold is returned once: ranked by its best matching day, shown as its
        newest matching day.

        Args:
            words: Free text from anywhere; there is no query syntax, so nothing in it can fail.
            collection: Where to look.
            monitor_id: Only this monitor's entries.
            day: Only this day's entries.
            limit: Most hits to return; none for less than 1.

        Raises:
            DamagedProjectionError: the index cannot be read and has to be rebuilt.
        """
        self._refuse_closed()
        terms = self._terms(words)
        if not terms or limit < 1:
            return []
        return self._find(terms, Scope(collection, monitor_id, day), limit)

    def more_like_this(
        self, entry_id: str, *, collection: Collection, monitor_id: str, limit: int = 10
    ) -> list[Hit]:
        """Return the monitor's other entries that share most telling words with this one, best first.

        Telling words are the 25 of its newest day with the highest tf-idf, those that no other entry has
        left out. An entry that the index does not hold has nothing like it.
        """
        self._refuse_closed()
        return self._find_like(entry_id, collection, monitor_id, limit) if limit > 0 else []

    def facets(
        self,
        words: str,
        *,
        collection: Collection,
        monitor_id: str | None = None,
        day: date | None = None,
    ) -> Facets:
        """Count what ``search`` would find, by day, engine and monitor."""
        self._refuse_closed()
        terms = self._terms(words)
        return self._tally(terms, Scope(collection, monitor_id, day)) if terms else Facets({}, {}, {})

    @abstractmethod
    def count(self, monitor_id: str, day: date, collection: Collection) -> int:
        """Return the number of entries held."""

    @abstractmethod
    def days(self, collection: Collection) -> list[tuple[str, date]]:
        """Return (monitor_id, day) of every day that holds an entry, in ascending order."""

    @abstractmethod
    def entries(self, monitor_id: str, day: date, collection: Collection) -> list[Entry]:
        """Return what the index holds of a day, in no particular order; the language may be lost."""

    @abstractmethod
    def rebuilding(self) -> AbstractContextManager["SearchIndex"]:
        """Give a block an empty index beside this one, which takes this one's place when the block ends.

        A block that raises changes nothing. Readers see the old content or the new, and no query fails in
        between. Other writers wait, then fail with ``TransientFailure``.

        Raises:
            TransientFailure: another writer or rebuild did not finish in time.
        """

    def close(self) -> None:
        """Release the index; later calls fail."""
        self._is_closed = True
        self._release()

    @property
    @abstractmethod
    def where(self) -> str:
        """Which index it is, without a secret, as errors name it."""

    @abstractmethod
    def _terms(self, words: str) -> list[str]:
        """Return the different words of free text as the index compares them."""

    @abstractmethod
    def _find(self, terms: Sequence[str], scope: Scope, limit: int) -> list[Hit]:
        """Do what ``search`` says."""

    @abstractmethod
    def _find_like(self, entry_id: str, collection: Collection, monitor_id: str, limit: int) -> list[Hit]:
        """Do what ``more_like_this`` says."""

    @abstractmethod
    def _tally(self, terms: Sequence[str], scope: Scope) -> Facets:
        """Do what ``facets`` says."""

    @abstractmethod
    def _release(self) -> None:
        """Let go of what is held open; called again if ``close`` is."""

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise ClosedBackendError(f"{self.where} was closed; open it again")
