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
    """One thing that was found, best first. ``score`` is BM25; ``snippet`` is plain text."""

    entry_id: str
    score: float
    title: str
    url: str
    snippet: str
    date: date
    monitor_id: str


class SearchIndex(ABC):
    """What every search index does."""

    @abstractmethod
    def replace_day(
        self, monitor_id: str, day: date, collection: Collection, entries: Sequence[Entry]
    ) -> None:
        """Make the index hold exactly these entries for the monitor's day and collection."""

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
        """Return the best hits. ``words`` is free text from anywhere: no query syntax can break it."""

    @abstractmethod
    def count(self, monitor_id: str, day: date, collection: Collection) -> int:
        """Return the number of entries held."""

    @abstractmethod
    def close(self) -> None:
        """Release the index; later calls fail."""
