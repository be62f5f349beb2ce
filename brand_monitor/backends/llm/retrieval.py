"""Retrieval for grounded answers: the day's documents that speak of a question, best first.

Belongs here: documents in, numbered sources out. Not here: ranking (``backends.search``), the prompt.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import polars as pl

from brand_monitor.backends.llm.passages import keywords, numbered, passage
from brand_monitor.backends.search.interface import Entry, SearchIndex

PASSAGE_WORDS = 90
# The index holds the documents of one engine for one run, so any name and day will do.
_MONITOR, _DAY = "grounding", date(2000, 1, 1)


@dataclass(frozen=True)
class Excerpt:
    """One source as the model is shown it; ``text_hash`` is the SHA-256 of the whole document's text."""

    position: int
    document_id: str
    url: str
    title: str
    text_hash: str
    shown: str


class Retriever:
    """Finds excerpts in a fixed set of documents.

    Args:
        documents: columns ``document_id``, ``url``, ``title``, ``text``; a text
            that two pages share is one source.
        index: an empty index that this object may fill.
        top_k: most excerpts per question.
    """

    def __init__(self, documents: pl.DataFrame, index: SearchIndex, *, top_k: int) -> None:
        kept = documents.unique(subset="text", keep="first", maintain_order=True)
        self._documents = {row["document_id"]: row for row in kept.iter_rows(named=True)}
        self._index = index
        self._top_k = top_k
        index.replace_day(
            _MONITOR,
            _DAY,
            "documents",
            [
                Entry(entry_id=name, title=row["title"] or "", text=row["text"], url=row["url"])
                for name, row in self._documents.items()
            ],
        )

    def find(self, question: str) -> list[Excerpt]:
        """Return the best excerpts, numbered from 1; none if no document holds a word of the question."""
        hits = self._index.search(
            " ".join(keywords(question)), collection="documents", limit=self._top_k, monitor_id=_MONITOR
        )
        return [self._excerpt(position, hit.entry_id, question) for position, hit in enumerate(hits, start=1)]

    def _excerpt(self, position: int, document_id: str, question: str) -> Excerpt:
        row = self._documents[document_id]
        title = row["title"] or row["url"]
        # Pages begin with their title as a heading; shown once is enough.
        sentences = passage(row["text"].removeprefix(title), question, words=PASSAGE_WORDS)
        return Excerpt(
            position=position,
            document_id=document_id,
            url=row["url"],
            title=title,
            text_hash=hashlib.sha256(row["text"].encode("utf-8", "replace")).hexdigest(),
            shown=numbered(position, title, sentences),
        )
