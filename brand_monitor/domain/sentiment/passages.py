"""Which sentences of an answer speak of which brand: those that name it, and those that go on about it.

Belongs here: items of lists and headed sections ("### 2. X" and the bullets below), labels such as "Pros" and
"Cons", sentences that begin with "It". Not here: finding brands (``domain.mentions``), judging (``lexicon``).

A sentence that names another brand never goes on about the one before it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from brand_monitor.domain.sentiment.grading import Passage, Target, one_mention
from brand_monitor.domain.text.links import Span
from brand_monitor.domain.text.prose import iter_sentences, sentences_at

_LINE: Final = re.compile(r"[^\n]+")
_HEAD: Final = re.compile(
    r"(?P<indent>[^\S\n]*)(?P<hashes>#{1,6}[^\S\n]+)?(?P<bullet>[-*+\u2022\u2023\u25e6][^\S\n]+)?"
    r"(?:\*\*|__)?(?P<number>\d{1,3}\\?[.)][^\S\n]+)?(?P<bold>\*\*|__)?"
)
_RULE: Final = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_BOLD_LINE: Final = re.compile(r"\s*(?:\*\*|__)[^*_]{1,150}(?:\*\*|__):?\s*$")
_MINUS: Final = (
    r"cons?|considerations?|downsides?|drawbacks?|weakness(?:es)?|disadvantages?|limitations?|caveats?"
    r"|what (?:we|i) (?:do|did)n['\u2019]t (?:like|love)|not so (?:good|great)|keep in mind|the bad"
    r"|watch out(?: for)?|trade-?offs?|potential (?:cons?|downsides?|drawbacks?|issues?)"
)
_PLUS: Final = (
    r"pros?|strengths?|key strengths?|advantages?|benefits?|highlights?|the good|standout features?"
    r"|(?:reasons? )?why (?:it|we|you|they|people)\b[^:\n]{0,40}|what (?:we|i) (?:like|love)d?"
)
_LABEL: Final = re.compile(
    rf"\W*(?:(?P<minus>{_MINUS})|(?P<plus>{_PLUS}))\W*(?::|\u2014|\u2013|-\s|$)", re.IGNORECASE
)
_GOES_ON: Final = re.compile(
    r"\W*(?:it|its|it['\u2019]s|they|their|they['\u2019]re|this|these|however|but|that said"
    r"|the (?:brand|company|product|shoe|model|machine|service|app|platform|tool|firm|store|site)"
    r"|(?:some )?(?:users|people|buyers|reviewers|owners|customers))\b",
    re.IGNORECASE,
)
#: Depths: 1-6 headings, 7 lines that are all bold, then items by their indentation.
_BOLD, _PLAIN = 7, 99


class Named(NamedTuple):
    """A mention: whose, and where."""

    brand_id: str
    span: Span


@dataclass(slots=True)
class _Section:
    """Whose item is being read, how deep its head stands, and under which label."""

    brand: str | None = None
    level: int = _PLAIN
    leaning: int = 0
    label_level: int = _PLAIN
    last: str | None = None  # brand of the sentence before, if it names one only


def passages(text: str, mentions: Sequence[Named]) -> dict[str, list[Passage]]:
    """Return what speaks of each brand, in order of the text.

    Args:
        text: Plain text or Markdown.
        mentions: All mentions of tracked brands that count, in order.

    Returns:
        By brand, for every brand that is mentioned. Linear in the text.
    """
    found: dict[str, list[Passage]] = {}
    starts = [one.span.start for one in mentions]
    section = _Section()
    for line, sentences in _sentences_by_line(text):
        _enter(section, text, line, _within(mentions, starts, line))
        for sentence in sentences:
            if label := _LABEL.match(text, sentence.start, sentence.end):
                section.leaning = _leaning(label)
            inside = _within(mentions, starts, sentence)
            brands = dict.fromkeys(one.brand_id for one in inside)
            for brand in brands:
                named = tuple(one.span for one in inside if one.brand_id == brand)
                # "Cons: fewer films than X", in the item of another, is nothing against X.
                leaning = section.leaning if brand == section.brand else 0
                found.setdefault(brand, []).append(Passage(sentence, named, leaning))
            if not brands and (brand_id := _speaks_on(section, text[slice(*sentence)])):
                found.setdefault(brand_id, []).append(Passage(sentence, (), section.leaning))
            if brands:
                section.last = next(iter(brands)) if len(brands) == 1 else None
    return found


def target_at(text: str, start: int, end: int, others: Sequence[Span] = ()) -> Target:
    """Return the target of one mention, with the sentence around it and nothing else.

    Args:
        text: Plain text or Markdown.
        start: First character of the mention.
        end: One past its last.
        others: Other brands in the text.

    Raises:
        ValueError: the offsets are no part of the text.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start}:{end} is no part of a text of {len(text)} characters")
    (sentence,) = sentences_at(text, [start])
    around = Span(min(sentence.start, start), max(sentence.end, end))
    return one_mention(text, start, end, around, tuple(others))


def _within(mentions: Sequence[Named], starts: Sequence[int], span: Span) -> Sequence[Named]:
    return mentions[bisect_left(starts, span.start) : bisect_left(starts, span.end)]


def _sentences_by_line(text: str) -> Iterator[tuple[Span, list[Span]]]:
    """Yield each line with the sentences that begin in it; lines without any word come along, too."""
    sentences = list(iter_sentences(text))
    at = 0
    for match in _LINE.finditer(text):
        first = at
        while at < len(sentences) and sentences[at].start < match.end():
            at += 1
        yield Span(*match.span()), sentences[first:at]


def _enter(section: _Section, text: str, line: Span, inside: Sequence[Named]) -> None:
    """Move on to a line: it may end the item, begin one, or be a label."""
    written = text[slice(*line)]
    level = _level(written)
    after_gap = text[max(0, line.start - 2) : line.start] == "\n\n"
    label = _LABEL.match(written)
    if _RULE.match(written) or level < section.level or (level == section.level and not label):
        section.brand, section.level = None, _PLAIN
    if after_gap and level == _PLAIN and section.level > _BOLD:
        section.brand, section.level = None, _PLAIN
    if after_gap or level == _PLAIN:
        section.last = None
    if label is not None:
        section.leaning = _leaning(label)
        section.label_level = level
    elif level <= section.label_level:
        section.leaning, section.label_level = 0, _PLAIN
    brands = {one.brand_id for one in inside}
    if level < _PLAIN and len(brands) == 1 and (section.brand is None or level <= section.level):
        section.brand, section.level = next(iter(brands)), level


def _leaning(label: re.Match[str]) -> int:
    return -1 if label["minus"] else 1


def _level(line: str) -> int:
    """Return how deep a line stands: 1-6 headings, 7 bold lines, then items by indentation, 99 plain."""
    match = _HEAD.match(line)
    if match is None or _RULE.match(line):
        return _PLAIN
    if match["hashes"]:
        return len(match["hashes"].strip())
    indent = len(match["indent"].expandtabs(4))
    if not match["bullet"] and _BOLD_LINE.match(line):
        return _BOLD
    if match["number"]:
        return 8 + min(indent, 40) * 2
    if match["bullet"]:
        return 9 + min(indent, 40) * 2
    return _PLAIN


def _speaks_on(section: _Section, sentence: str) -> str | None:
    """Return the brand that a sentence without any brand goes on about."""
    if section.brand is not None:
        return section.brand
    return section.last if section.last is not None and _GOES_ON.match(sentence) else None
