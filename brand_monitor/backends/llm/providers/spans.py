"""Where in an answer a citation stands, and the page it stands for.

Belongs here: spans of ``url_citation`` annotations in code points, and URLs without the mark of who sent the
visitor. Not here: reading whole replies (each provider's wire format).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

_MARKS = ("utm_source=openai", "utm_source=chatgpt.com")
#: Longest marker beside its URL: the name of the site and brackets.
_MARKER_WORDS = 300
_LAST_OF_BASIC_PLANE = "\uffff"


@dataclass(frozen=True)
class Annotation:
    """A citation as it came: ``start`` and ``end`` count characters, in a unit that nobody documents."""

    url: str
    title: str | None
    start: int | None
    end: int | None


def unmarked(url: str) -> str:
    """Return a URL without the ``utm_source`` that ChatGPT's search adds; all else stays as it is."""
    if not any(mark in url for mark in _MARKS):
        return url
    address, hash_sign, fragment = url.partition("#")
    page, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part not in _MARKS)
    return f"{page}?{kept}{hash_sign}{fragment}" if kept else f"{page}{hash_sign}{fragment}"


def code_point_spans(text: str, annotations: Sequence[Annotation]) -> list[tuple[int, int] | None]:
    """Return each annotation's span of ``text`` in code points, None where it lies outside of the text.

    The documentation says "characters". Python counts code points, JavaScript UTF-16 units, and the two
    differ once an emoji stands before the citation. A citation covers its visible marker,
    ``([example.com](https://example.com/a))``, so the unit under which more spans are markers is the right
    one; without such evidence code points are taken, unless they run past the end.
    """
    points = [_inside(text, one.start, one.end) for one in annotations]
    if text.isascii() or max(text) <= _LAST_OF_BASIC_PLANE:
        return points
    wide = [at for at, letter in enumerate(text) if letter > _LAST_OF_BASIC_PLANE]
    units = [at + before for before, at in enumerate(wide)]  # the same characters, counted in UTF-16
    converted = [
        _inside(text, _from_units(one.start, units), _from_units(one.end, units)) for one in annotations
    ]
    return max(points, converted, key=lambda spans: (_fitting(text, annotations, spans), _known(spans)))


def _from_units(position: int | None, units: Sequence[int]) -> int | None:
    return None if position is None else position - bisect_left(units, position)


def _inside(text: str, start: int | None, end: int | None) -> tuple[int, int] | None:
    return (start, end) if start is not None and end is not None and start < end <= len(text) else None


def _fitting(text: str, annotations: Sequence[Annotation], spans: Sequence[tuple[int, int] | None]) -> int:
    """Return how many spans are exactly a Markdown link to the annotation's URL, in brackets or not."""
    return sum(
        _is_marker(text[slice(*span)], one.url)
        for one, span in zip(annotations, spans, strict=True)
        if span and span[1] - span[0] <= len(one.url) + _MARKER_WORDS
    )


def _is_marker(shown: str, url: str) -> bool:
    link = rf"\[[^\]]*\]\({re.escape(url)}\)"
    return re.fullmatch(rf"{link}|\({link}\)", shown) is not None


def _known(spans: Sequence[tuple[int, int] | None]) -> int:
    return sum(span is not None for span in spans)
