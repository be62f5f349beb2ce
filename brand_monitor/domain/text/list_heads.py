"""The part of a list item that names it, and which labels and headings name nothing.

Belongs here: where a head ends, labels of a category ("Best overall"), headings that only structure a text.
Not here: which parts of a text are items (``lists``, ``run_on_lists``).
"""

import re
from dataclasses import dataclass

from brand_monitor.domain.text.links import Span

MIN_ITEMS = 3
# A head without any mark that ends it is at most this long, in characters.
MAX_HEAD = 120


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a real list: its number in the list, 1-based, and the part that names it."""

    rank: int
    head: Span


# Headings that structure an answer instead of naming something to buy.
_STRUCTURE = re.compile(
    r"\W*(?:overview|introduction|conclusion|summary|final|bottom line|tips?\b|how\b|what\b|why\b|when\b"
    r"|where\b|which\b|factors?\b|key\b|things\b|considerations?|faqs?\b|notes?\b|sources?\b|references\b|comparison"
    r"|quick\b|other\b|more\b|additional|pros\b|cons\b|features?\b|buying|choosing|next steps?|table of"
    r"|recommendations?\b|honou?rable|verdict|disclaimer|methodology|important\b|ultimately\b|in short\b)",
    re.IGNORECASE,
)
# Labels that describe the item above them.
_DETAIL = re.compile(
    r"\W*(?:pros?|cons?|strengths?|weakness(?:es)?|prices?|pricing|cost|features?|key \w+|highlights?|specs?"
    r"|specifications|(?:best|ideal|great|good|perfect) for|downsides?|drawbacks?|upsides?"
    r"|(?:dis)?advantages?|benefits?|note|tip|bonus|warning|ratings?|reviews?|availability|battery(?: life)?"
    r"|weight|size|dimensions|material|design|display|performance|comfort|fit|range|style|pace|vibe"
    r"|considerations?|use case|bottom line|verdict|summary|website|link|source"
    r"|(?:why|what|who|how|where)\b.*)\W*$",
    re.IGNORECASE,
)
# "Best overall: X": the label says for whom, what follows names the thing.
_CATEGORY = re.compile(
    r"(?!\W*best for\W*$)\W*(?:the\s+)?"
    r"(?:best|top|most|overall|budget|value|premium|runner|editor|our|my|great|good|ideal|for"
    r"|winner|cheapest|splurge|upgrade|affordable|luxury|high|mid|midrange|entry|beginner|also|rank|category"
    r"|type|use|need)\b",
    re.IGNORECASE,
)
_HEAD_END = re.compile(
    r":(?:\*\*|__)?(?=\s|$)|(?:\*\*|__):?(?=\s|$)|[^\S\n][-\u2013\u2014][^\S\n]|\u2014|[^\S\n]\(|\|"
)


def is_structure(text: str, start: int, end: int) -> bool:
    """Return whether a heading only structures the text: "Overview", "How to choose", a question."""
    return bool(_STRUCTURE.match(text, start, end)) or text[start:end].rstrip("*_ ").endswith("?")


def is_detail(label: str) -> bool:
    """Return whether a label only describes the item that it belongs to, such as "Pros"."""
    return _DETAIL.match(label) is not None


def is_category(text: str, start: int, end: int) -> bool:
    """Return whether a label says for whom the thing behind it is, such as "Best overall"."""
    return _CATEGORY.match(text, start, end) is not None


def head_end(text: str, start: int, end: int) -> int:
    """Return where the name of an item ends: at the first mark, at the second after a category label."""
    marks = _HEAD_END.finditer(text, start + 2, end)
    first = next(marks, None)
    if first is None:
        return min(end, start + MAX_HEAD)
    if first.end() == end or not _CATEGORY.match(text, start, first.start()):
        return first.start()
    second = next(marks, None)
    return second.start() if second is not None else min(end, first.end() + MAX_HEAD)
