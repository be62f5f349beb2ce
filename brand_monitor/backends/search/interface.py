"""The search index: a rebuildable projection that finds pages and answers by their words.

A day's entries of one monitor and collection are replaced as a whole; writing the same day twice
changes nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Collection = Literal["documents", "answers"]

SNIPPET_CHARACTERS = 240


@dataclass(frozen=True)
class Entry:
    """One thing that can be found. ``entry_id`` is a document_id or an answer_id."""

    entry_id: str
    title: str
    text: str
    url: str = ""
    engine_id: str = ""


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


class SearchIndex(ABC):
    """What every search index does."""

    @abstractmethod
    def replace_day(
        self, monitor_id: str, day: date, collection: Collection, entries: Sequence[Entry]
    ) -> None:
        """Make the index hold exactly these entries for the monitor's day and collection.

        Atomic: a reader sees the day before or after, and a killed writer leaves the day before.

        Raises:
            PermanentFailure: two entries share an ``entry_id``; nothing was written.
            TransientFailure: another writer held the index for too long; nothing was written.
            DamagedProjectionError: the index cannot be read and has to be rebuilt.
        """

    @abstractmethod
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

    @abstractmethod
    def count(self, monitor_id: str, day: date, collection: Collection) -> int:
        """Return the number of entries held."""

    @abstractmethod
    def close(self) -> None:
        """Release the index; later calls fail."""
