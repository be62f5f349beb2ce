"""Real lists: three or more items that a text puts in an order.

Belongs here: which parts are items, their rank and their head, for numbered lists (in lines of their own or
run into one, as captured pages have them), bulleted and headed lists and tables. Not here: which brand an
item names (``mentions``).

A head is the part of an item that names it: ``Nike Pegasus`` in ``2. **Nike Pegasus** - softer than Adidas``.
Only a brand named there has the item's rank. The scan is by line, linear, and needs no valid Markdown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from brand_monitor.domain.links import Span

MIN_ITEMS = 3
# A head without any mark that ends it is at most this long, in characters.
MAX_HEAD = 120


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a real list: its number in the list, 1-based, and the part that names it."""

    rank: int
    head: Span


@dataclass(slots=True)
class _Line:
    """A line as the scan sees it. ``level`` is the depth of a heading, 7 for a line that is all bold."""

    start: int
    end: int
    indent: int
    level: int
    number: int | None
    bullet: bool
    content: int


@dataclass(slots=True)
class _OpenList:
    """A list that may still go on."""

    ranks: list[int] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)


_WHOLE_LINE = re.compile(r"[^\n]+")
_LINE = re.compile(
    r"(?P<indent>[^\S\n]*)(?:>[^\S\n]*)*(?:(?P<hashes>\#{1,6})[^\S\n]+)?"
    r"(?:(?P<bullet>[-*+\u2022\u2023\u25e6])[^\S\n]+)?"
    r"(?P<bold>(?:\*\*|__)?)[^\w\s*\[|\"'(]{0,4}[^\S\n]?"  # an emoji may stand before the number
    r"(?:(?P<number>\d{1,3})(?:\\?[.)](?=[\s*_])|\ufe0f?\u20e3)(?:\*\*|__)?[^\S\n]*)?",
)
# Begins with a plain character set, which `re` finds ten times faster than a look-behind.
_RUN_IN_NUMBER = re.compile(r"([0-9]{1,2})[.)]\s+(?=[*_\[\"]{0,4}[^\W\d_])")
_BEFORE_NUMBER = frozenset(" \t:.;,(")
_BOLD_LINE = re.compile(r"[^\S\n]*(\*\*|__)[^*_\n]{1,150}\1:?[^\S\n]*$")
_TABLE_RULE = re.compile(
    r"[^\S\n]*\|?[^\S\n]*:?-{2,}:?[^\S\n]*(?:\|[^\S\n]*:?-{2,}:?[^\S\n]*)*(?:\|[^\S\n]*)?$"
)
_CELL = re.compile(r"[^|\s][^|]*")
_LETTER = re.compile(r"[^\W\d_]")
# Headings that structure an answer instead of naming something to buy.
_NOT_AN_ITEM = re.compile(
    r"\W*(?:overview|introduction|conclusion|summary|final|bottom line|tips?\b|how\b|what\b|why\b|when\b"
    r"|where\b|which\b|factors?\b|key\b|things\b|considerations?|faqs?\b|notes?\b|sources?\b|references\b|comparison"
    r"|quick\b|other\b|more\b|additional|pros\b|cons\b|features?\b|buying|choosing|next steps?|table of"
    r"|recommendations?\b|honou?rable|verdict|disclaimer|methodology)",
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
_NAMED_BELOW = re.compile(r"\s*(?=\*\*|__|\[)(?P<line>[^\n]+)")
_HEAD_END = re.compile(
    r":(?:\*\*|__)?(?=\s|$)|(?:\*\*|__):?(?=\s|$)|[^\S\n][-\u2013\u2014][^\S\n]|\u2014|[^\S\n]\(|\|"
)


def list_items(text: str) -> list[ListItem]:
    """Return the items of all lists of at least three items, in order of their heads."""
    lines = list(_lines(text))
    found = [*_numbered(lines), *_bulleted(lines), *_headed(text, lines)]
    items = [
        ListItem(rank, _head(text, line))
        for one in found
        if len(one.lines) >= MIN_ITEMS
        for rank, line in zip(one.ranks, one.lines, strict=True)
    ]
    items += [*_table_items(text, lines), *_run_in_items(text, lines)]
    return sorted(items, key=lambda item: item.head)


def _lines(text: str) -> Iterator[_Line]:
    for whole in _WHOLE_LINE.finditer(text):
        start, end = whole.span()
        if text[start:end].isspace():
            continue
        if text[start].isalpha():
            yield _Line(start, end, 0, 0, None, bullet=False, content=start)
            continue
        match = _LINE.match(text, start, end)
        assert match is not None, "every part of the pattern is optional"
        number = int(match["number"]) if match["number"] else None
        level = len(match["hashes"] or "")
        if not level and match["bold"] and _BOLD_LINE.match(text, start, end):
            level = 7
        content = match.end() if number is not None else match.start("bold")
        indent = len(match["indent"].expandtabs(4))
        yield _Line(start, end, indent, level, number, bool(match["bullet"]), content)


def _numbered(lines: list[_Line]) -> list[_OpenList]:
    """Chain items by their printed number; what stands between two items does not end the list."""
    found: list[_OpenList] = []
    running: dict[tuple[int, int], _OpenList] = {}
    for line in lines:
        if line.number is None:
            continue
        key = (line.indent, line.level)
        current = running.get(key)
        last = current.ranks[-1] if current else None
        is_lazy = last is not None and line.number == 1 == (current.lines[-1].number if current else 0)
        if current is None or not (line.number == (last or 0) + 1 or is_lazy):
            current = running[key] = _OpenList()
            found.append(current)
        current.ranks.append((last or 0) + 1 if is_lazy else line.number or 1)
        current.lines.append(line)
    return found


def _bulleted(lines: list[_Line]) -> list[_OpenList]:
    """Group bullets of one indent that no less indented line of another kind interrupts."""
    found: list[_OpenList] = []
    running: dict[int, _OpenList] = {}
    previous_end = -2
    for line in lines:
        is_item = line.bullet and line.number is None
        is_continuation = line.start == previous_end + 1 and not line.level and line.number is None
        for indent in [one for one in running if one > line.indent or (one == line.indent and not is_item)]:
            if is_item or not is_continuation:
                del running[indent]
        if is_item:
            if line.indent not in running:
                found.append(running.setdefault(line.indent, _OpenList()))
            current = running[line.indent]
            current.lines.append(line)
            current.ranks.append(len(current.lines))
        previous_end = line.end
    return found


def _headed(text: str, lines: list[_Line]) -> list[_OpenList]:
    """Group headings of one level below one parent; headings that only structure the text are left out."""
    found: list[_OpenList] = []
    running: dict[int, _OpenList] = {}
    for line in lines:
        if not line.level or line.number is not None:
            continue
        for level in [one for one in running if one > line.level]:
            del running[level]
        if _NOT_AN_ITEM.match(text, line.content, line.end) or text[line.content : line.end].endswith(
            ("?", "?**")
        ):
            continue
        if line.level not in running:
            found.append(running.setdefault(line.level, _OpenList()))
        current = running[line.level]
        current.lines.append(line)
        current.ranks.append(len(current.lines))
    return found


def _run_in_items(text: str, lines: list[_Line]) -> Iterator[ListItem]:
    """Yield the items of ``1. One ... 2. Two ... 3. Three`` within one line."""
    for line in lines:
        starts: list[int] = []
        for match in _RUN_IN_NUMBER.finditer(text, line.start, line.end):
            is_free = match.start() == line.start or text[match.start() - 1] in _BEFORE_NUMBER
            if is_free and int(match[1]) == len(starts) + 1:
                starts.append(match.end())
        if len(starts) >= MIN_ITEMS:
            for rank, (start, end) in enumerate(pairwise([*starts, line.end]), start=1):
                yield ListItem(rank, Span(start, _head_end(text, start, end)))


def _head(text: str, line: _Line) -> Span:
    """Return the naming part of an item; a heading lends it to a bold line or link right below."""
    if line.level and (below := _named_below(text, line)) is not None:
        return Span(line.content, below)
    if line.level:
        return Span(line.content, line.end)
    return Span(line.content, _head_end(text, line.content, line.end))


def _named_below(text: str, line: _Line) -> int | None:
    match = _NAMED_BELOW.match(text, line.end, line.end + MAX_HEAD * 4)
    return _head_end(text, match.start("line"), match.end("line")) if match else None


def _head_end(text: str, start: int, end: int) -> int:
    """Return where the name of an item ends: at the first mark, at the second after a category label."""
    marks = _HEAD_END.finditer(text, start + 2, end)
    first = next(marks, None)
    if first is None:
        return min(end, start + MAX_HEAD)
    if first.end() == end or not _CATEGORY.match(text, start, first.start()):
        return first.start()
    second = next(marks, None)
    return second.start() if second is not None else min(end, first.end() + MAX_HEAD)


def _table_items(text: str, lines: list[_Line]) -> list[ListItem]:
    """Return rows of Markdown tables with at least three rows below the rule."""
    items: list[ListItem] = []
    rows: list[_Line] | None = None
    for line in [*lines, None]:
        is_row = line is not None and "|" in text[line.start : line.end]
        if rows is not None and not is_row:
            items += _rows(text, rows)
            rows = None
        if line is not None and is_row and _TABLE_RULE.match(text, line.start, line.end):
            rows = []
        elif line is not None and rows is not None:
            rows.append(line)
    return items


def _rows(text: str, rows: list[_Line]) -> list[ListItem]:
    if len(rows) < MIN_ITEMS:
        return []
    return [ListItem(rank, _named_cell(text, row)) for rank, row in enumerate(rows, start=1)]


def _named_cell(text: str, row: _Line) -> Span:
    """Return the first cell, or the second where the first holds a number or a category."""
    cells = [Span(*match.span()) for match in _CELL.finditer(text, row.start, row.end)]
    if not cells:
        return Span(row.start, row.end)
    first = text[slice(*cells[0])]
    is_name = _LETTER.search(first) and not _CATEGORY.match(first)
    return cells[0] if is_name or len(cells) == 1 else cells[1]
