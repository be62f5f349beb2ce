"""Lists that lost their line breaks, as captured pages have them: all items in one line.

Belongs here: ``1. One ... 2. Two``, ``- One - Two`` with signs that only bullets have, and labels in front of
sentences (``Top picks: One: light.Two: soft.``). Not here: lists in lines of their own (``lists``).

A label is a short phrase in title case between the end of a sentence and a colon. Three of them under one
header are a list. Labels that describe an item ("Pros:") or occur again and again are none of it; a label
right in front of another is the header of what follows, unless each header has one item ("Best overall:
One: light.Best budget: Two: ...").
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from brand_monitor.domain.text.links import Span
from brand_monitor.domain.text.list_heads import (
    MIN_ITEMS,
    ListItem,
    head_end,
    is_category,
    is_detail,
)

# Begins with a plain character set, which `re` finds ten times faster than a look-behind.
_NUMBER = re.compile(r"([0-9]{1,2})[.)]\s*(?=[*_\[\"]{0,4}[^\W\d_])")
_BEFORE_NUMBER = frozenset(" \t:.;,()!?")
_BULLET = re.compile(r"[\u2022\u2023\u25e6\u25aa\u25cf]\s*(?=[*_\[\"]{0,4}\w)")
_COLON = re.compile(r":(?=\s|[A-Z*\"\u201c]|$)")
_LABEL_START = re.compile(r"(?:[!?:)\]\u201d\u2026]|\.(?!\d))[\s*_]*")
# Where the header lost its colon too, only its line break is left, as a no-break space.
_BARE_HEADER = re.compile(
    r"\b(?:Top|Best|Other|Things|Factors|Key|Recommend\w+|Additional|Features|Popular|Important|More|Consider\w*)"
    r"\b[^.!?:\xa0]{0,50}\xa0+(?=\S)"
)
_BARE_BREAK = re.compile(r"[^\W_]\xa0|\xa0\xa0")
_CATEGORY_START = re.compile(
    r"(?<=\s)(?:Best|Top|Most|Runner[- ]?[Uu]p|Budget|Premium|Splurge|Upgrade|Also)\b[^.!?:]{0,40}$"
)
# Headers of what to think of, not of what to buy; "Other Options to Consider" is none.
_NO_THINGS = re.compile(
    r"\W*(?:\w+\W+){0,2}?(?:factors?|things|features?|what|how|why|tips?|criteria|considerations?|choosing|faqs?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
MAX_LABEL = 80
MAX_LABEL_WORDS = 9
# A shorter line holds no three items, in characters.
MIN_LINE = 12
# A line with more colons is data, not a list that somebody wrote.
MAX_COLONS = 1_000
# A label that comes again within so many labels names the same item.
MAX_RECALL = 50
TITLE_SHARE = 0.6
_SMALL_WORD = 3


@dataclass(slots=True)
class _Section:
    header: Span | None
    labels: list[Span] = field(default_factory=list)


def run_on_items(text: str, lines: Iterable[Span]) -> Iterator[ListItem]:
    """Yield the items of lists within one line each.

    Args:
        text: The text.
        lines: The lines to look at. Most hold no such list, which three counts of characters tell.
    """
    has_bullets = _BULLET.search(text) is not None
    has_numbers = len(set(_NUMBER.findall(text)) & {"1", "2", "3"}) == MIN_ITEMS
    for start, end in lines:
        if end - start < MIN_LINE:
            continue
        numbered = list(_numbered(text, start, end)) if has_numbers else []
        if has_bullets:
            numbered += _bulleted(text, start, end)
        if not numbered and text.count(":", start, end) >= MIN_ITEMS:
            numbered += _labelled(text, start, end)
        yield from numbered


def _numbered(text: str, start: int, end: int) -> Iterator[ListItem]:
    starts: list[int] = []
    for match in _NUMBER.finditer(text, start, end):
        if not (match.start() == start or text[match.start() - 1] in _BEFORE_NUMBER):
            continue
        if int(match[1]) == len(starts) + 1:
            starts.append(match.end())
        elif int(match[1]) == 1:
            yield from _items(text, [*starts, match.start()])
            starts = [match.end()]
    yield from _items(text, [*starts, end])


def _bulleted(text: str, start: int, end: int) -> Iterator[ListItem]:
    starts = [match.end() for match in _BULLET.finditer(text, start, end)]
    yield from _items(text, [*starts, end])


def _items(text: str, bounds: list[int]) -> Iterator[ListItem]:
    """Yield the items between neighbouring bounds, if they are enough for a list."""
    if len(bounds) > MIN_ITEMS:
        for rank, (start, end) in enumerate(pairwise(bounds), start=1):
            yield ListItem(rank, Span(start, head_end(text, start, end)))


def _labelled(text: str, start: int, end: int) -> Iterator[ListItem]:
    labels = _labels(text, start, end)
    if len(labels) < MIN_ITEMS:
        return
    for section in _merged(_sections(text, labels)):
        if len(section.labels) < MIN_ITEMS or (section.header and _NO_THINGS.match(text, *section.header)):
            continue
        bounds = [*(label.start for label in section.labels), end]
        for rank, (label, (_, until)) in enumerate(
            zip(section.labels, pairwise(bounds), strict=True), start=1
        ):
            yield ListItem(rank, Span(label.start, _label_head(text, label, until)))


def _label_head(text: str, label: Span, until: int) -> int:
    """Return the end of the name: of the label, or of what follows it where it is a category."""
    if not is_category(text, *label):
        return label.end
    return head_end(text, label.start, until)


def _labels(text: str, start: int, end: int) -> list[Span]:
    """Return labels in order, without those that describe an item."""
    colons = [match.start() for match in _COLON.finditer(text, start, end)]
    if not MIN_ITEMS <= len(colons) <= MAX_COLONS:
        return []
    found = [label for colon in colons if (label := _label_before(text, start, colon)) is not None]
    names = [text[slice(*label)].strip(" *_\xa0").lower() for label in found]
    seen = Counter(names)
    return [
        label
        for at, (label, name) in enumerate(zip(found, names, strict=True))
        if seen[name] < MIN_ITEMS and name not in names[max(0, at - MAX_RECALL) : at] and not is_detail(name)
    ]


def _label_before(text: str, start: int, colon: int) -> Span | None:
    """Return the label that ends at a colon: title case, back to the end of the sentence before."""
    first = max(start, colon - MAX_LABEL)
    # Brackets belong to the label: "Max (formerly HBO Max):".
    body = colon
    if text[colon - 1 : colon] == ")" and (opening := text.rfind("(", first, colon)) > 0:
        body = opening
    begins = start if first == start else None
    for match in _LABEL_START.finditer(text, first, body):
        begins = match.end()
    if begins is not None and (bare := _BARE_HEADER.match(text, begins, body)) is not None:
        begins = bare.end()
    if (category := _CATEGORY_START.search(text, begins if begins is not None else first, body)) is not None:
        begins = category.start()
    if begins is None or begins >= body:
        return None
    words = _WORD.findall(text, begins, body)
    titled = [word for word in words if len(word) > _SMALL_WORD or not word.islower()]
    if not titled or len(words) > MAX_LABEL_WORDS or not (words[0][0].isupper() or words[0][0].isdigit()):
        return None
    capitals = sum(not word[0].islower() for word in titled)
    return Span(begins, colon) if capitals >= TITLE_SHARE * len(titled) else None


def _sections(text: str, labels: list[Span]) -> list[_Section]:
    """Group labels by the header above them: a label with nothing between it and the next."""
    sections = [_Section(None)]
    following = [*labels[1:], None]
    for label, after in zip(labels, following, strict=True):
        if (
            text[label.start - 1 : label.start] == "\xa0"
            and text[label.start - 2 : label.start - 1].isalnum()
        ):
            sections.append(_Section(None))
        if after is not None and not text[label.end + 1 : after.start].strip(" *_\t\xa0"):
            sections.append(_Section(label))
        else:
            sections[-1].labels.append(label)
    return sections


def _merged(sections: list[_Section]) -> list[_Section]:
    """Make one list of neighbouring sections that have one item each, category and name together."""
    merged: list[_Section] = []
    singles = _Section(None)
    for section in sections:
        if section.header is not None and len(section.labels) == 1:
            singles.labels.append(Span(section.header.start, section.labels[0].end))
            continue
        merged += [singles, section]
        singles = _Section(None)
    return [*merged, singles]
