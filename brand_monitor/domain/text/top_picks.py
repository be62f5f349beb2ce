"""Labels that crown one thing: "Best overall: X", "My top pick: X", "X - Best Overall".

Belongs here: the spans of such a label and of what it names, in lines, headings, table cells and run-on
captures. Not here: sentences that say so in prose (``mentions.kind_rules``), labels for a purpose ("Best for
trails", "Best budget"), which crown nobody overall.
"""

import re
from dataclasses import dataclass

from brand_monitor.domain.text.links import Span
from brand_monitor.domain.text.list_heads import MAX_HEAD


@dataclass(frozen=True, slots=True)
class TopPick:
    """A label that names one thing as the best of all, and the part of the text that holds the name."""

    label: Span
    pick: Span


_CROWN = (
    r"(?:best\s+(?:pick\s+|choice\s+|option\s+|one\s+)?overall(?!\s+(?:value|budget|for)\b)"
    r"|overall\s+(?:best|winner|pick|favou?rite|recommendation|top\s+pick)"
    r"|(?:(?:\#|no\.?\s?|number\s+)(?:1|one)|top)\s+(?:overall\s+)?(?:pick|choice|recommendation)\b"
    r"|(?:editors?['\u2019]?s?['\u2019]?|our|my)\s+(?:\#1\s+|number\s+one\s+|overall\s+|personal\s+)?"
    r"(?:choice|pick|recommendation|winner|favou?rite)"
    r"|(?:the\s+)?winner)"
)
# Between a label and its colon: "My top pick if you want a mix of both: X".
_UNDER = r"(?:\s+(?:if|under|in|of|right\s+now|for\s+(?:most|you))\b[^:\n|]{0,80})?"
_BEFORE = re.compile(
    rf"(?:^|(?<=[.!?:)|\u2022\n])|(?<=\*\*))[^\S\n]*[^\w\n]{{0,12}}(?:\d{{1,2}}[.)]\W{{0,4}})?"
    rf"(?P<label>(?:the\s+|our\s+|my\s+)?{_CROWN}{_UNDER})"
    r"(?P<joint>\s*[*_]{0,3}\s*(?::|[\u2013\u2014|]|(?<=\s)-(?=\s)|\n)[*_\s|#>-]{0,12})",
    re.IGNORECASE | re.MULTILINE,
)
_BEHIND = re.compile(
    rf"(?P<joint>[*_\s]{{0,4}}(?:[\u2013\u2014:(\[|]|(?<=\s)-(?=\s))\s*[^\w\n]{{0,6}})"
    rf"(?P<label>(?:the\s+|our\s+|my\s+)?{_CROWN})\W{{0,6}}$",
    re.IGNORECASE | re.MULTILINE,
)
_PICK_END = re.compile(r"\n|[.!?](?=\s|$|[A-Z*])|[^\S\n][-\u2013\u2014][^\S\n]|\u2014|[:;|]|[^\S\n]\(|,\s")
_PICK_START = re.compile(r"[.!?](?=\s)|[\n|]")


# "Best overall: if you want speed, X": a pick for some, not for all.
_CONDITION = re.compile(r"\W*(?:if|for|when)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]")
_HASHES = re.compile(r"[^\S\n]*(\#{2,6})[^\S\n]")
_HEADING_ABOVE = re.compile(r"(?:^|\n)[^\S\n]*(\#{1,5})[^\S\n]+([^\n]+)\n\s*$")


def top_picks(text: str) -> list[TopPick]:
    """Return the labels that crown one thing, in order, with the span that names it.

    The span runs from behind the label to the first mark that ends a name (a dash, a colon, a comma, the end
    of the sentence), at most 120 characters; for ``X - Best Overall`` it is what stands before the label in
    its line, for a heading right below a larger one that heading. Linear in the length of the text.
    """
    found = []
    for match in _BEFORE.finditer(text):
        if "\n" in match["joint"] and _stands_behind(text, match.start("label")):
            continue  # "Nike Pegasus - Best Overall" names what stands before
        pick = _heading_over(text, match.start("label")) or Span(match.end(), _end(text, match.end()))
        if pick.start < pick.end and not _CONDITION.match(text, pick.start):
            found.append(TopPick(Span(*match.span("label")), pick))
    taken = {one.label for one in found}
    for match in _BEHIND.finditer(text):
        label = Span(*match.span("label"))
        start = _start(text, match.start())
        if label not in taken and start < match.start():
            found.append(TopPick(label, Span(start, match.start())))
    return sorted(found, key=lambda one: one.label)


def _stands_behind(text: str, label: int) -> bool:
    """Return whether the line of a label holds words before it."""
    return _WORD.search(text, text.rfind("\n", 0, label) + 1, label) is not None


def _heading_over(text: str, label: int) -> Span | None:
    """Return the heading right above a label that is itself a smaller heading: it names the thing."""
    line = text.rfind("\n", 0, label) + 1
    own = _HASHES.match(text, line)
    above = _HEADING_ABOVE.search(text, max(0, line - MAX_HEAD * 4), line) if own else None
    if own is None or above is None or len(above[1]) >= len(own[1]):
        return None
    return Span(*above.span(2))


def _end(text: str, start: int) -> int:
    end = min(len(text), start + MAX_HEAD)
    stop = _PICK_END.search(text, start + 1, end)
    return stop.start() if stop is not None else end


def _start(text: str, end: int) -> int:
    start = first = max(0, end - MAX_HEAD)
    for stop in _PICK_START.finditer(text, first, end):
        start = stop.end()
    while start < end and not text[start].isalnum():
        start += 1
    return start
