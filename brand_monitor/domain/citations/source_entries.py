"""The list of sources that an answer writes itself: ``[1] Title - https://...`` under "Sources".

Belongs here: where it is in the text, and which page has which number. It is no prose, and a number in it
cites nothing. Not here: definitions of Markdown references (``links`` knows them).
"""

import re
from bisect import bisect_left
from typing import NamedTuple

from brand_monitor.domain.text.links import Link, Links, Span


class Entries(NamedTuple):
    """Where the list is (None: there is none), and the URL of each number, as written."""

    span: Span | None
    pages: dict[int, str]

    def holds(self, offset: int) -> bool:
        """Return whether an offset lies in the list."""
        return self.span is not None and self.span.start <= offset < self.span.end


_HEADING = re.compile(
    r"^[^\S\n]*(?:#{1,6}[^\S\n]+)?[*_]{0,2}(?:sources?|references?|citations?|bibliography|works cited"
    r"|footnotes|further reading|quellen|einzelnachweise|literatur|r[\u00e9e]f[\u00e9e]rences|fuentes"
    r"|referencias|fonti|refer[\u00eae]ncias|bronnen|\u53c2\u8003(?:\u6587\u732e|\u8d44\u6599)?|\u6765\u6e90|\u51fa\u5178)"
    r"[*_]{0,2}[:\uff1a]?[*_]{0,2}[^\S\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ENTRY = re.compile(
    r"[^\S\n]*(?:[-*\u2022][^\S\n]+)?(?:\[\^?(?P<marked>\d{1,3})\][:.]?|(?P<counted>\d{1,3})[.):])"
    r"[^\S\n]+\S"
)
_BULLET = re.compile(r"[^\S\n]*[-*\u2022][^\S\n]+\S")
_URL = re.compile(r"https?://|www\.", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")


def find_entries(text: str, in_text: Links) -> Entries:
    """Return the list of sources of a text: under the last heading that names one, or numbered at its end."""
    if not in_text.links and not in_text.hidden:
        return Entries(None, {})
    lines = [match for match in _LINE.finditer(text) if match[0].strip()]
    headings = list(_HEADING.finditer(text))
    span = _headed(lines, headings[-1]) if headings else _at_the_end(lines)
    return Entries(span, _pages(text, span, in_text.links) if span else {})


def _headed(lines: list[re.Match[str]], heading: re.Match[str]) -> Span | None:
    """Return the lines under a heading that are entries, with it; None where the first of them is none."""
    end = None
    for line in lines:
        if line.start() < heading.end():
            continue
        is_entry = _URL.search(line[0]) or _ENTRY.match(line[0]) or _BULLET.match(line[0])
        if not is_entry:
            break
        end = line.end()
    return Span(heading.start(), end) if end is not None else None


def _at_the_end(lines: list[re.Match[str]]) -> Span | None:
    """Return the last lines of a text that begin with a marker and hold a URL."""
    start = end = None
    for line in reversed(lines):
        entry = _ENTRY.match(line[0])
        if entry is None or entry["marked"] is None or not _URL.search(line[0]):
            break
        start, end = line.start(), end or line.end()
    return Span(start, end) if start is not None and end is not None else None


def _pages(text: str, span: Span, links: list[Link]) -> dict[int, str]:
    """Return the first URL behind each number of the list."""
    starts = [link.start for link in links]
    entries = [
        (line.start(), int(entry["marked"] or entry["counted"]))
        for line in _LINE.finditer(text, *span)
        if (entry := _ENTRY.match(line[0]))
    ]
    ends = [start for start, _ in entries[1:]] + [span.end]
    pages: dict[int, str] = {}
    for (start, number), end in zip(entries, ends, strict=True):
        at = bisect_left(starts, start)
        if at < len(links) and links[at].start < end:
            pages.setdefault(number, links[at].url)
    return pages
