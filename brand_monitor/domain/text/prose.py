"""The parts of a text: what is prose, and where its sentences are, by offsets of the text as stored.

Belongs here: reading plain text and Markdown as people write it, broken Markdown included. Not here: lists
(``lists``), links (``links``), brands (``mentions``).

Markdown libraries give no character offsets of inline parts, and answers are rarely valid CommonMark, so
the few constructs that matter are read here. Every pattern is linear in the length of the text.
"""

import re
from collections.abc import Iterator, Sequence

from brand_monitor.domain.text.links import Cover, Links, Span, find_links

# Longest sentence, in characters: text without punctuation is cut at a space, so that a quoted sentence stays
# readable and a hostile page of one line cannot make each of its mentions quote the whole page.
MAX_SENTENCE = 500
# A line at least this long was probably wrapped, so that its sentence goes on in the next line.
WRAPPED_LINE = 60

_FENCE = re.compile(
    r"^[^\S\n]*(?:[-*+>][^\S\n]+|\d{1,3}[.)][^\S\n]+)?(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)$", re.MULTILINE
)
_PROSE_FENCES = frozenset({"markdown", "md", "text", "txt", "plaintext", "html"})
_BACKTICKS = re.compile(r"`+|\n[^\S\n]*\n")
_HTML_TAG = re.compile(
    r"<(?:!--|/?(?:abbr|article|aside|blockquote|body|br|button|caption|center|cite|code|col|colgroup|del|details|div"
    r"|em|figcaption|figure|font|footer|form|head|header|hr|html|iframe|img|input|ins|kbd|label|link|main|mark|meta"
    r"|nav|path|picture|pre|script|section|small|source|span|strong|style|sub|summary|sup|svg|table|tbody|tfoot"
    r"|thead|think|title|video|h[1-6]|[abipqsu]|d[dlt]|[ou]l|li|t[dhr])\b)[^<>]*>",
    re.IGNORECASE,
)

_LINE = re.compile(r"[^\n]+")
_LINE_MARKER = re.compile(
    r"[^\S\n]*(?:>[^\S\n]*)*(?:#{1,6}[^\S\n]+)?(?:[-*+•‣◦][^\S\n]+|\d{1,3}\\?[.)][^\S\n]+|\|[^\S\n]*)?"
)
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]")
_LINE_ENDS = frozenset(".!?:|*_\u3002\uff01\uff1f")
# A run of stops, and what makes it the end of a sentence unless it ends an abbreviation.
_STOPS = re.compile(r"[.!?\u2026]+|[\u3002\uff01\uff1f]+")
_SENTENCE_END = re.compile(
    r"[.!?\u2026]++[\"'\u201d\u2019\xbb)\]*_]*+(?=\s)"
    r"|[\u3002\uff01\uff1f]+[\u300d\u300f\u201d]*"
    r"|[.!?](?=[A-Z][a-z])(?<=[a-z0-9)%\"].)"  # two sentences glued together, as captured pages have them
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|mt|vs|eg|ie|e\.g|i\.e|etc|approx|ca|cf|incl|no|nr|inc|ltd|co|corp|jr|sr"
    r"|vol|fig|min|max|avg|est|dept|u\.s|u\.k)|\b[a-z])\.$",
    re.IGNORECASE,
)


def hidden_spans(text: str, links: Links | None = None) -> Cover:
    """Return what is no prose: code, HTML tags, URLs, link targets, citation markers.

    Anchor texts of links are prose. Code fences marked as Markdown or plain text hold prose: some models
    wrap a whole answer in one.
    """
    code = _code(text)
    tags = [Span(*match.span()) for match in _HTML_TAG.finditer(text)] if "<" in text else []
    return Cover([*code, *tags, *(links or find_links(text)).hidden])


def code_spans(text: str) -> Cover:
    """Return fenced and inline code."""
    return Cover(_code(text))


def iter_sentences(text: str) -> Iterator[Span]:
    """Yield sentences in order, without the marks of headings, lists and quotes in front of them.

    A list item or table row holds one sentence or more; none crosses from one item into the next.
    """
    for block in _blocks(text):
        yield from _split(text, block)


def sentences_at(text: str, offsets: Sequence[int]) -> list[Span]:
    """Return the sentence around each offset, as ``iter_sentences`` cuts it, for the cost of those only.

    Args:
        text: The text.
        offsets: Offsets of characters in it, in ascending order.
    """
    found: list[Span] = []
    block = current = following = None
    parts: Iterator[Span] = iter(())
    for offset in offsets:
        if block is None or offset >= block.end:
            block = _block_around(text, offset)
            parts = _split(text, block)
            current, following = None, next(parts, None)
        while following is not None and following.start <= offset:
            current, following = following, next(parts, None)
        found.append(current or Span(offset, offset))
    return found


def _block_around(text: str, offset: int) -> Span:
    """Return the block of ``_blocks`` around an offset."""
    line = _line_around(text, offset)
    end = line.end
    while line.start and _goes_on(text, before := _line_around(text, line.start - 1), line.start):
        line = before
    last = _line_around(text, offset)
    while end < len(text) and _goes_on(text, last, end + 1):
        last = _line_around(text, end + 1)
        end = last.end
    marker = _LINE_MARKER.match(text, line.start, line.end)
    return Span(marker.end() if marker else line.start, end)


def _line_around(text: str, offset: int) -> Span:
    end = text.find("\n", offset)
    return Span(text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text))


def _code(text: str) -> list[Span]:
    return [*_fenced(text), *_inline_code(text)] if "`" in text or ("~" in text and "~~~" in text) else []


def _fenced(text: str) -> Iterator[Span]:
    """Yield fenced code; a fence that nobody closed runs to the end, as CommonMark says."""
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opened is None:
            opened = match
        elif match["fence"].startswith(opened["fence"]) and not match["info"].strip():
            if opened["info"].strip().lower() not in _PROSE_FENCES:
                yield Span(opened.start(), match.end())
            opened = None
    if opened is not None and opened["info"].strip().lower() not in _PROSE_FENCES:
        yield Span(opened.start(), len(text))


def _inline_code(text: str) -> list[Span]:
    """Return code between two runs of equally many backticks in one paragraph, in linear time."""
    fences = {match.start("fence") for match in _FENCE.finditer(text)}
    runs = list(_BACKTICKS.finditer(text))
    partner: list[int | None] = [None] * len(runs)
    nearest: dict[int, int] = {}
    for at in range(len(runs) - 1, -1, -1):
        if "\n" in runs[at][0] or runs[at].start() in fences:
            nearest = {}
            continue
        partner[at] = nearest.get(len(runs[at][0]))
        nearest[len(runs[at][0])] = at
    spans, at = [], 0
    while at < len(runs):
        closing = partner[at]
        if closing is not None:
            spans.append(Span(runs[at].start(), runs[closing].end()))
        at = closing + 1 if closing is not None else at + 1
    return spans


def _blocks(text: str) -> Iterator[Span]:
    """Yield runs of text in which a sentence may lie: a line without its mark, or wrapped lines together."""
    start = end = line_start = 0
    for match in _LINE.finditer(text):
        if end and _goes_on(text, Span(line_start, end), match.start()):
            end, line_start = match.end(), match.start()
            continue
        if end > start:
            yield Span(start, end)
        marker = _LINE_MARKER.match(text, match.start(), match.end())
        start = marker.end() if marker else match.start()
        end, line_start = match.end(), match.start()
    if end > start:
        yield Span(start, end)


def _goes_on(text: str, line: Span, next_start: int) -> bool:
    """Return whether the sentence of ``line`` runs into the line right below it."""
    if next_start != line.end + 1 or line.start == line.end or text[line.end - 1] in _LINE_ENDS:
        return False
    first = text[next_start : next_start + 1]
    return first.islower() or (line.end - line.start >= WRAPPED_LINE and bool(_LETTER.match(first)))


def _split(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for stops in _STOPS.finditer(text, block.start, block.end):
        match = _SENTENCE_END.match(text, stops.start(), block.end)
        if match is not None and _ends_sentence(text, match, block.end):
            yield from _capped(text, start, match.end())
            start = match.end()
    yield from _capped(text, start, block.end)


def _ends_sentence(text: str, match: re.Match[str], block_end: int) -> bool:
    if not match[0].startswith(".") or not text[match.end() : match.end() + 1].isspace():
        return True
    if match.end() < block_end and text[match.end() : match.end() + 3].lstrip()[:1].islower():
        return False
    return not _ABBREVIATION.search(text, max(0, match.start() - 12), match.start() + 1)


def _capped(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield ``start:end`` in pieces of bearable length, without what has no word in it."""
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    if _WORD.search(piece):
        yield Span(start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip())))
