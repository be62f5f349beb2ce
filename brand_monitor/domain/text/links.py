"""Where a Markdown text points: links, bare URLs and citation markers, with their offsets.

Belongs here: finding them in the text as stored. Not here: what a URL means (``urls``), whose page it is
(``citations``). Every pattern is linear in the length of the text, so that a hostile text costs no more.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of characters of the text as stored."""

    start: int
    end: int


class Link(NamedTuple):
    """A URL as written, where the reader meets it, and the part of it that the reader does not see."""

    url: str
    start: int
    hidden: Span


class Marker(NamedTuple):
    """A citation marker such as ``[2]``, ``[1, 3]``, ``[^2]`` or ``【4†source】``, one per number."""

    number: int
    start: int


class Links(NamedTuple):
    """Everything in a text that points somewhere."""

    links: list[Link]
    markers: list[Marker]
    hidden: list[Span]


# Longest anchor that is looked back for, in characters: a bound, so that unopened brackets stay cheap.
MAX_ANCHOR = 500
MAX_MARKER_RANGE = 50

_TARGET = re.compile(
    r"\]\([^\S\n]*<?(?P<url>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?"
    r"(?:[^\S\n]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[^\S\n]*\)"
)
_REFERENCE = re.compile(r"\]\[(?P<label>[^\[\]\n]{1,100})\]")
_DEFINITION = re.compile(
    r"^[^\S\n]{0,3}(?:>[^\S\n]*)*\[(?P<label>[^\[\]\n]{1,100})\]:[^\S\n]*<?(?P<url>[^\s<>]+)[^\n]*$",
    re.MULTILINE,
)
# Stops at brackets, quotes and where CJK text begins; what a sentence puts behind a URL is cut afterwards.
_BARE_URL = re.compile(
    r"(?:https?://|(?<![\w./@-])www\.)[^\s<>\"`|\\^{}\[\]\u2018-\u201f\u2e80-\U0010ffff]+", re.IGNORECASE
)
_BRACKET_MARKER = re.compile(r"\[\^?(?P<numbers>\d{1,3}(?:[ ]?[,;\u2013-][ ]?\^?\d{1,3}){0,20})\](?![(:])")
_LENTICULAR_MARKER = re.compile(r"【(?P<numbers>\d{1,3})(?::\d+)?(?:†[^【】\n]{0,200})?】")
_PRIVATE_MARKER = re.compile("\ue200[^\ue200\ue201\n]{0,200}\ue201")


def find_links(text: str) -> Links:
    """Return links and markers of a text in order, and the spans that a reader of it does not see.

    Linked are inline links and images, references with their definitions, and bare URLs. A marker whose
    number is the label of a definition is a link to it, not a marker.
    """
    if not _may_point(text):
        return Links([], [], [])
    defined = list(_DEFINITION.finditer(text)) if "]:" in text else []
    definitions = {match["label"].lower(): match["url"] for match in defined}
    hidden = [Span(*match.span()) for match in defined]
    links = [*_inline_links(text), *_reference_links(text, definitions)]
    covered = Cover([*hidden, *(link.hidden for link in links)])
    links += [link for link in _bare_links(text) if not covered.touches(link.start, link.start + 1)]
    markers = []
    for span, numbers in _markers(text):
        if covered.starts and covered.touches(*span):
            continue
        left = numbers
        if definitions:
            linked = {one: url for one in numbers if (url := _defined(definitions, one)) is not None}
            links += [Link(url, span.start, span) for url in linked.values()]
            left = [one for one in numbers if one not in linked]
        if left:
            markers += [Marker(one, span.start) for one in left]
            hidden.append(span)
    hidden += [link.hidden for link in links]
    hidden += [Span(*match.span()) for match in _PRIVATE_MARKER.finditer(text)]
    return Links(sorted(links, key=lambda link: link.start), markers, hidden)


def _may_point(text: str) -> bool:
    """Return whether a text may hold a link or marker; single characters are looked for first, being fast."""
    if "[" in text or ("]" in text and "](" in text) or ("/" in text and "://" in text):
        return True
    return "www." in text.lower() or (not text.isascii() and ("\u3010" in text or "\ue200" in text))


class Cover:
    """Merged spans that answer whether a range touches any of them, in logarithmic time."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(spans):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def touches(self, start: int, end: int) -> bool:
        """Return whether any character of ``start:end`` is covered."""
        at = bisect_right(self.starts, max(start, end - 1)) - 1
        return at >= 0 and self.ends[at] > start

    def contains(self, start: int, end: int) -> bool:
        """Return whether all characters of ``start:end`` are covered."""
        at = bisect_right(self.starts, start) - 1
        return at >= 0 and end <= self.ends[at]


def _inline_links(text: str) -> Iterator[Link]:
    for match in _TARGET.finditer(text) if "](" in text else ():
        opening = text.rfind("[", max(0, match.start() - MAX_ANCHOR), match.start())
        is_image = opening > 0 and text[opening - 1] == "!"
        start = opening - is_image if opening >= 0 else match.start()
        yield Link(match["url"], start, Span(start if is_image else match.start(), match.end()))


def _reference_links(text: str, definitions: dict[str, str]) -> Iterator[Link]:
    for match in _REFERENCE.finditer(text) if definitions else ():
        if (url := definitions.get(match["label"].lower())) is not None:
            opening = text.rfind("[", max(0, match.start() - MAX_ANCHOR), match.start())
            yield Link(url, max(opening, 0), Span(*match.span()))


def _bare_links(text: str) -> Iterator[Link]:
    for match in _BARE_URL.finditer(text) if "://" in text or "www." in text.lower() else ():
        url = _without_punctuation(match[0])
        span = Span(match.start(), match.start() + len(url))
        yield Link(url if "://" in url[:8] else f"https://{url}", span.start, span)


def _without_punctuation(url: str) -> str:
    """Cut what belongs to the sentence: final punctuation, emphasis, and a bracket that opened before."""
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end and (url[end - 1] in ".,;:!?'*_~)"):
        if url[end - 1] == ")":
            if surplus <= 0:
                break
            surplus -= 1
        end -= 1
    return url[:end]


def _markers(text: str) -> Iterator[tuple[Span, list[int]]]:
    """Yield markers in order with their numbers; a range ``[2-4]`` has each number in it."""
    found: Iterable[re.Match[str]] = _BRACKET_MARKER.finditer(text) if "[" in text else ()
    if "\u3010" in text:
        found = sorted([*found, *_LENTICULAR_MARKER.finditer(text)], key=re.Match.start)
    for match in found:
        written = match["numbers"]
        # Nearly all are one number: the general reading costs four times as much.
        yield Span(*match.span()), [int(written)] if written.isdigit() else list(_numbers(written))


def _defined(definitions: dict[str, str], number: int) -> str | None:
    return definitions.get(str(number)) or definitions.get(f"^{number}")


def _numbers(written: str) -> Iterator[int]:
    for part in re.split(r"[,;]", written.replace("^", "")):
        first, _, last = (piece.strip() for piece in part.replace("\u2013", "-").partition("-"))
        low, high = int(first), int(last or first)
        yield from range(low, min(high, low + MAX_MARKER_RANGE) + 1)
