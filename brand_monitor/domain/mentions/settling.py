"""From candidates of one text to hits: exclusions, the longest match, a name with its product.

Belongs here: what a hit is, and how candidates that touch each other are settled. Not here: finding
candidates (``search``).
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from brand_monitor.domain.mentions.confidence import SURE, Reading
from brand_monitor.domain.mentions.readings import is_dropped
from brand_monitor.domain.mentions.terms import Term
from brand_monitor.domain.text.links import Cover, Span

MAX_MERGED = 100
_PRODUCT_GAP = re.compile(
    r"(?:['\u2019]s)?[\u00ae\u2122*_]{0,4}[ \t\u00a0\u200b-\u200d\u2060\ufeff-]{0,4}[*_]{0,3}$"
)


class Hit(NamedTuple):
    """A name found in a text: half-open range of characters, brand by its position, name or product."""

    start: int
    end: int
    brand: int
    role: str
    reading: Reading = SURE


class Candidate(NamedTuple):
    """A match that is written as a name, and what its place shows where the name may be a word."""

    start: int
    end: int
    term: Term
    signals: tuple[str, ...]


def leftmost(candidates: list[Candidate]) -> list[Hit]:
    """Return the leftmost longest of candidates in order."""
    hits: list[Hit] = []
    free = 0
    for start, end, term, _ in candidates:
        if start >= free:
            hits.append(Hit(start, end, term.brand, term.role))
            free = end
    return hits


def settled(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> list[Hit]:
    """Return the leftmost longest of candidates in order; what is sure goes first, then what is uncertain.

    No doubtful name takes the letters of a sure one, and what is just a word is no hit.
    """
    hits: list[Hit] = []
    for wants_sure in (True, False):
        for one, how in zip(candidates, readings, strict=True):
            if how.is_sure == wants_sure and not is_dropped(how):
                _place(hits, Hit(one.start, one.end, one.term.brand, one.term.role, how))
    return hits


def _place(hits: list[Hit], hit: Hit) -> None:
    """Put a hit among others, in order, if none of them has its letters."""
    at = bisect_right(hits, hit.start, key=lambda one: one.start)
    before_is_free = at == 0 or hits[at - 1].end <= hit.start
    if before_is_free and (at == len(hits) or hits[at].start >= hit.end):
        hits.insert(at, hit)


def without_excluded(candidates: list[Candidate]) -> list[Candidate]:
    """Drop what lies inside an exclusion of its own brand, and the exclusions themselves."""
    spans: dict[int, list[Span]] = defaultdict(list)
    for one in candidates:
        if one.term.role == "exclusion":
            spans[one.term.brand].append(Span(one.start, one.end))
    excluded = {brand: Cover(found) for brand, found in spans.items()}
    return [
        one
        for one in candidates
        if one.term.role != "exclusion"
        and not (one.term.brand in excluded and excluded[one.term.brand].contains(one.start, one.end))
    ]


def merged(text: str, hits: list[Hit]) -> list[Hit]:
    """Join a name with the product of the same brand right behind it: ``Nike Pegasus`` is one mention."""
    merged: list[Hit] = []
    for hit in hits:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.brand == hit.brand
            and hit.role == "product"
            and hit.end - last.start <= MAX_MERGED
            and _PRODUCT_GAP.match(text, last.end, hit.start)
        ):
            merged[-1] = last._replace(end=hit.end)
        else:
            merged.append(hit)
    return merged
