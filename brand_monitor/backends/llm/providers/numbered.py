"""Answers that cite by number: ``[7]`` in the text means the page with number 7.

Belongs here: matching such marks with numbered pages. Not here: annotations with spans (``spans``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from brand_monitor.backends.llm.interface import Source
from brand_monitor.backends.llm.providers.values import count, word
from brand_monitor.domain.text.links import find_links

#: ``[web:7]``, the form in which Perplexity's own prompts ask for citations.
_TAGGED = re.compile(r"\[[a-z_]{1,20}:(\d{1,4})\]")
_LARGEST_NUMBER = 1_000_000
#: Marks of one text that are followed; real answers have some dozens.
_MOST_MARKS = 1_000


def numbered_pages(entries: Iterable[tuple[Any, Mapping[str, Any]]]) -> list[Source]:
    """Return the pages that were retrieved, each at the position that is its number.

    A page without a usable number, or whose number another page has, follows after all others: it is
    retrieved, and no number in the text means it. The same page under the same number counts once.
    """
    taken: dict[int, str] = {}
    placed, loose = [], []
    for number, entry in entries:
        position, url = count(number), word(entry.get("url"))
        if url is None:
            continue
        if position and position < _LARGEST_NUMBER and taken.setdefault(position, url) == url:
            placed.append((position, entry))
        else:
            loose.append(entry)
    following = max(taken, default=0) + 1
    placed += enumerate(loose, following)
    pages: dict[tuple[int, str], Source] = {}
    for position, entry in placed:
        page = _page(position, entry)
        pages.setdefault((position, page.url), page)
    return list(pages.values())


def cited_by_number(text: str, pages: Sequence[Source], annotated: Sequence[Source] = ()) -> list[Source]:
    """Return the pages that a text cites, one entry per mark, in the order of the text.

    Args:
        text: the answer.
        pages: what was retrieved, from ``numbered_pages``.
        annotated: citations that the provider gives with spans; a mark inside such a span is the same one.
    """
    by_number, by_url = {page.position: page for page in reversed(pages)}, {page.url: page for page in pages}
    following = max(by_number, default=0)
    cited = []
    for source in annotated:
        known = by_url.get(source.url)
        position = known.position if known else following + source.position
        title = source.title or (known.title if known else None)
        cited.append(replace(source, position=position, title=title))
    spans = {(source.url, source.start) for source in cited}
    for number, start, end in islice(_marks(text), _MOST_MARKS):
        if (page := by_number.get(number)) and (page.url, start) not in spans:
            cited.append(replace(page, relation="cited", start=start, end=end, quote=None))
    return sorted(cited, key=lambda source: len(text) if source.start is None else source.start)


def _page(position: int, entry: Mapping[str, Any]) -> Source:
    return Source(
        position=position,
        url=word(entry.get("url")) or "",
        title=word(entry.get("title")),
        document_id=None,
        relation="retrieved",
        quote=word(entry.get("snippet")),
        published=word(entry.get("date")) or word(entry.get("last_updated")),
    )


def _marks(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of every mark; a list such as ``[1, 3]`` is one mark per number."""
    for marker in find_links(text).markers:
        closing = "】" if text[marker.start] == "【" else "]"
        yield marker.number, marker.start, text.index(closing, marker.start) + 1
    for tagged in _TAGGED.finditer(text):
        yield int(tagged[1]), *tagged.span()
