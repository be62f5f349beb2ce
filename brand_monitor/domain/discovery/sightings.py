"""Capitalised names in texts, and where they stand: the raw material of discovery.

Belongs here: reading runs of capitalised words with their offsets, which of them a list item, heading or bold
label opens with, and how often each word is written small. Not here: which names are brands (``discovery``).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from brand_monitor.domain.discovery.words import NEVER, STRUCTURE
from brand_monitor.domain.mentions.common_words import PREPOSITIONS, PRONOUNS, is_common
from brand_monitor.domain.mentions.folding import without_accents
from brand_monitor.domain.text.links import Cover, Span
from brand_monitor.domain.text.list_heads import is_category, is_detail, is_structure
from brand_monitor.domain.text.lists import list_items
from brand_monitor.domain.text.prose import hidden_spans

MAX_NAME_WORDS = 6
# How far into a head its name may begin, in characters: "The all-new Nike Pegasus".
HEAD_REACH = 30

_WORD = re.compile(r"[^\W_]+(?:['\u2019&+-](?=[^\W_])[^\W_]+)*\+?")
_POSSESSIVE = re.compile(r"['\u2019]s$")
_GAP = re.compile(r"[ \xa0]{1,2}|(?<=Mr)\. |(?<=Dr)\. |(?<=St)\. |[ \xa0]&(?:amp;)?[ \xa0]")
_MID_SENTENCE = re.compile(r"(?:[\w,;)'\u2019\"/&][*_]{0,2} |[a-z,]\xa0)[*_\[\"\u201c(]{0,3}$")
# In a title every word has a capital, so only one behind a small word or a comma says something.
_BEHIND_SMALL = re.compile(
    r"(?:(?:^|[^\w'\u2019-])[a-z][a-z'\u2019-]*[,;]?[*_]{0,2} |\w, )[*_\[\"\u201c(]{0,3}$"
)
_HEADING = re.compile(r"^[^\S\n]*\#{1,6}[^\S\n]+(?P<head>[^\n]+)$", re.MULTILINE)
_BOLD = re.compile(r"(?:\*\*|__)(?=[^\s*_])(?P<head>[^*_\n]{2,100})(?:\*\*|__)")
# "([Food & Wine][1])": the anchor of a numbered source is its publisher.
_QUOTED_SOURCE = re.compile(r"\[[^\[\]\n]{1,80}\]\[\d{1,3}\]")
_LABEL = re.compile(r"[^:\n]{2,60}:(?:\*\*|__)?\s*")


@dataclass
class WordCounts:
    """How often each word is written small, with a capital behind a small word, with one behind any word."""

    small: Counter[str] = field(default_factory=Counter)
    capital: Counter[str] = field(default_factory=Counter)
    in_titles: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, hidden: Cover) -> None:
        """Count the words of a text outside ``hidden``, the parts of compounds too."""
        for match in _WORD.finditer(text):
            word = match[0]
            if hidden.touches(*match.span()):
                continue
            if word.islower():
                self.small[word] += 1
                self.small.update(word.split("-") if "-" in word else ())
            elif word[0].isupper() and _is_mid_sentence(text, match.start()):
                self.in_titles[_key(word)] += 1
                if _BEHIND_SMALL.search(text, max(0, match.start() - 24), match.start()):
                    self.capital[_key(word)] += 1

    def is_generic(self, word: str) -> bool:
        """Return whether a capitalised word is an everyday word that happens to have a capital."""
        key = _key(word)
        if key in NEVER or key in STRUCTURE or key in _FUNCTION_WORDS or (len(key) == 1 and key.isalpha()):
            return True
        if "-" in word and self._is_everyday_compound(word):
            return True
        if any(letter.isupper() for letter in word.rpartition("-")[2][1:]) and not word.isupper():
            return False
        return self._is_everyday(key)

    def _is_everyday_compound(self, word: str) -> bool:
        """Return whether a compound is a description: "Budget-Friendly", "PTFE-free", "3-Speed"."""
        key = _key(word)
        first, *rest = key.split("-")
        if (
            self.small[key] > self.in_titles[key] / 4
            or first in NEVER
            or (first.isdigit() and word[-1].islower())
        ):
            return True
        parts = [first in _FUNCTION_WORDS or self._is_everyday(first), *map(self._is_everyday, rest)]
        is_open = word.rpartition("-")[2].islower()
        never_small = not self.small[key] and self.in_titles[key] >= _SURE_CAPITALS
        return (parts[0] and is_open) or (all(parts) and not never_small)

    def _is_everyday(self, key: str) -> bool:
        small, capital = self.small[key], self.capital[key]
        if not (is_common(key) or key.endswith("ly")):
            return small > capital / 2
        never_small = not small and self.in_titles[key] >= _SURE_CAPITALS
        return not never_small and (capital < _SURE_CAPITALS or small > capital / 4)


_SURE_CAPITALS = 3
_SMALL_WORDS = frozenset(
    ("and", "but", "or", "if", "when", "while", "as", "so", "not", "no", "the", "a", "an")
)
_FUNCTION_WORDS = PREPOSITIONS | PRONOUNS | _SMALL_WORDS


@dataclass(frozen=True, slots=True)
class Sighting:
    """A capitalised name at one place: its words from the first that is no everyday word on.

    Attributes:
        words: the words, without a possessive; at most six.
        start: first character of the first word.
        ends: one past the last character of each word.
        is_head: a list item, heading or bold label opens with it.
        is_sure: it stands in a sentence behind its beginning, or is a head, and no everyday word was cut off
            in front of it: only then the capital says something.
        is_product: a tracked name stands right before it.
    """

    words: tuple[str, ...]
    start: int
    ends: tuple[int, ...]
    is_head: bool
    is_sure: bool
    is_product: bool


def sightings(text: str, counts: WordCounts, hidden: Cover, tracked: Cover) -> Iterator[Sighting]:
    """Yield the capitalised names of a text in order.

    Args:
        text: Plain text or Markdown.
        counts: Words of this text and of others like it.
        hidden: Spans that hold no names: code, URLs, quoted sources.
        tracked: Names that are known already; what directly follows one is its product and no name.
    """
    heads = _heads(text)
    for run in _runs(text, hidden, tracked):
        first = next((at for at, (word, _) in enumerate(run) if not _opens_nothing(word, counts)), None)
        if first is None:
            continue
        kept = run[first : first + MAX_NAME_WORDS]
        start = kept[0][1].start
        is_whole = all(_key(word) in _MAY_PRECEDE for word, _ in run[:first])
        is_head = is_whole and heads.touches(start, start + 1)
        yield Sighting(
            words=tuple(word for word, _ in kept),
            start=start,
            ends=tuple(span.end for _, span in kept),
            is_head=is_head,
            is_sure=is_head or (is_whole and _is_mid_sentence(text, run[0][1].start)),
            is_product=bool(tracked.starts) and _follows(text, run[0][1].start, tracked),
        )


# Cut off in front of a name without making it doubtful: "The Best Breville".
_MAY_PRECEDE = frozenset(("the", "a", "an", "best", "top", "our", "my", "this", "new", "all-new", "original"))
_MODEL_NUMBER = re.compile(r"[A-Z]{1,4}-?\d+\w*")


def _opens_nothing(word: str, counts: WordCounts) -> bool:
    """Return whether no name begins with a word: an everyday word, a number, a model ("RT81", "IP68")."""
    return word.isdigit() or bool(_MODEL_NUMBER.fullmatch(word)) or counts.is_generic(word)


def no_prose(text: str) -> list[Span]:
    """Return what holds no names to discover: code, tags, URLs, and whom a text quotes as its source."""
    hidden = hidden_spans(text)
    spans = [Span(*pair) for pair in zip(hidden.starts, hidden.ends, strict=True)]
    return [*spans, *(Span(*match.span()) for match in _QUOTED_SOURCE.finditer(text))]


def _follows(text: str, start: int, tracked: Cover) -> bool:
    """Return whether only a space, and perhaps a possessive, is between a tracked name and ``start``."""
    gap = _PRODUCT_GAP.search(text, max(0, start - 8), start)
    return gap is not None and gap.start() > 0 and tracked.touches(gap.start() - 1, gap.start())


_PRODUCT_GAP = re.compile(r"(?:['\u2019]s)?[*_]{0,2}[ \xa0]{1,2}$")


def _runs(text: str, hidden: Cover, tracked: Cover) -> Iterator[list[tuple[str, Span]]]:
    """Yield capitalised words that follow each other with nothing but a space or "&" between."""
    run: list[tuple[str, Span]] = []
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        span = Span(match.start(), match.start() + len(word))
        if not _is_name_like(word, is_first=not run) or hidden.touches(*span) or tracked.touches(*span):
            if run:
                yield run
            run = []
            continue
        if run and not _GAP.fullmatch(text, run[-1][1].end, span.start):
            yield run
            run = []
            if not _is_name_like(word, is_first=True):
                continue
        run.append((word, span))
    if run:
        yield run


def _is_name_like(word: str, *, is_first: bool) -> bool:
    """Return whether a word may be part of a name: a capital somewhere, or a number behind the first."""
    if word[0].isdigit():
        has_letter = any(letter.isalpha() for letter in word)
        return has_letter if is_first else True
    if word.islower():
        return not is_first and word[1:2] == "-"  # the "e-tron" of an Audi
    return any(letter.isupper() for letter in word)


def _heads(text: str) -> Cover:
    """Return where heads begin to name their thing: a short stretch at the start of each."""
    spans = [item.head for item in list_items(text)]
    spans += [Span(*match.span("head")) for match in _HEADING.finditer(text)]
    spans += [Span(*match.span("head")) for match in _BOLD.finditer(text)]
    return Cover(_openings(text, spans))


def _openings(text: str, heads: Iterable[Span]) -> Iterator[Span]:
    for head in heads:
        start = head.start
        if is_detail(text[start : head.end].rstrip(":*_ ")):
            continue
        label = _LABEL.match(text, start, head.end)
        if label is not None and is_category(text, start, label.end()):
            start = label.end()
        elif is_structure(text, start, head.end):
            continue
        yield Span(start, min(head.end, start + HEAD_REACH))


def _is_mid_sentence(text: str, start: int) -> bool:
    return _MID_SENTENCE.search(text, max(0, start - 6), start) is not None


def _key(word: str) -> str:
    return without_accents(_POSSESSIVE.sub("", word)).lower()
