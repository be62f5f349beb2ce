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

from brand_monitor.domain.text.links import Span
from brand_monitor.domain.text.list_heads import (
    MAX_HEAD,
    MIN_ITEMS,
    ListItem,
    head_end,
    is_category,
    is_detail,
    is_structure,
)
from brand_monitor.domain.text.run_on_lists import run_on_items


@dataclass(slots=True)
class _Line:
    """A line as the scan sees it.

    ``level`` is the depth of a heading, 7 for a line that is all bold, 8 for a paragraph that a bold name
    opens (``**Nike** - light``).
    """

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
_BOLD_LINE = re.compile(r"[^\S\n]*(\*\*|__)[^*_\n]{1,150}\1:?[^\S\n]*$")
_BOLD_LEAD = re.compile(
    r"(\*\*|__)(?=\S)[^*_\n]{1,100}(?::\1|\1(?:[^\S\n]*:|[^\S\n]+[-\u2013\u2014(]|\u2014))"
)
_TABLE_RULE = re.compile(
    r"[^\S\n]*\|?[^\S\n]*:?-{2,}:?[^\S\n]*(?:\|[^\S\n]*:?-{2,}:?[^\S\n]*)*(?:\|[^\S\n]*)?$"
)
_CELL = re.compile(r"[^|\s][^|]*")
_RANK_CELL = re.compile(r"[\s*#]*(\d{1,3})[\s*.)]*")
_LETTER = re.compile(r"[^\W\d_]")
_NAMED_BELOW = re.compile(r"\s*(?=\*\*|__|\[)(?P<line>[^\n]+)")

_BOLD, _LEAD = 7, 8


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
    items += _table_items(text, lines)
    items += run_on_items(text, (Span(line.start, line.end) for line in lines))
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
        if not level and match["bold"]:
            level = _bold_level(text, match, end)
        content = match.end() if number is not None else match.start("bold")
        indent = len(match["indent"].expandtabs(4))
        yield _Line(start, end, indent, level, number, bool(match["bullet"]), content)


def _bold_level(text: str, line: re.Match[str], end: int) -> int:
    if _BOLD_LINE.match(text, line.start(), end):
        return _BOLD
    is_lead = not line["bullet"] and not line["number"] and _BOLD_LEAD.match(text, line.start("bold"), end)
    return _LEAD if is_lead else 0


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
        if is_structure(text, line.content, line.end) or (
            line.level == _LEAD and is_detail(_lead_label(text, line))
        ):
            continue
        if line.level not in running:
            found.append(running.setdefault(line.level, _OpenList()))
        current = running[line.level]
        current.lines.append(line)
        current.ranks.append(len(current.lines))
    return found


def _lead_label(text: str, line: _Line) -> str:
    return text[line.content : head_end(text, line.content, line.end)]


def _head(text: str, line: _Line) -> Span:
    """Return the naming part of an item; a heading lends it to a bold line or link right below."""
    if line.level in range(1, _LEAD):
        return Span(line.content, _named_below(text, line) or line.end)
    return Span(line.content, head_end(text, line.content, line.end))


def _named_below(text: str, line: _Line) -> int | None:
    match = _NAMED_BELOW.match(text, line.end, line.end + MAX_HEAD * 4)
    if match is None:
        return None
    end = head_end(text, match.start("line"), match.end("line"))
    return None if is_detail(text[match.start("line") : end]) else end


def _table_items(text: str, lines: list[_Line]) -> list[ListItem]:
    """Return rows of Markdown tables with at least three rows below the rule."""
    if "|" not in text:
        return []
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
    """Rank the rows of a table by its first column where that numbers them, else by their order."""
    if len(rows) < MIN_ITEMS:
        return []
    cells = [[Span(*match.span()) for match in _CELL.finditer(text, row.start, row.end)] for row in rows]
    printed = [_RANK_CELL.fullmatch(text, *row[0]) if row else None for row in cells]
    numbers = [int(match[1]) for match in printed if match is not None]
    is_ranked = len(set(numbers)) == len(rows) and min(numbers) == 1
    ranks = numbers if is_ranked else range(1, len(rows) + 1)
    return [
        ListItem(rank, _named_cell(text, row, of_row))
        for rank, row, of_row in zip(ranks, rows, cells, strict=True)
    ]


def _named_cell(text: str, row: _Line, cells: list[Span]) -> Span:
    """Return the first cell, or the second where the first holds a number or a category."""
    if not cells:
        return Span(row.start, row.end)
    first = text[slice(*cells[0])]
    is_name = _LETTER.search(first) and not is_category(first, 0, len(first))
    return cells[0] if is_name or len(cells) == 1 else cells[1]
