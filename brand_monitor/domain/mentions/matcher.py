"""Mentions of tracked brands with everything that a figure and its evidence need.

Belongs here: putting hits, sentences, kinds, lists and ranks together. Not here: how each is found.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice

from brand_monitor.domain.links import Span
from brand_monitor.domain.list_heads import ListItem
from brand_monitor.domain.lists import list_items
from brand_monitor.domain.mentions.folding import words_of
from brand_monitor.domain.mentions.kind_rules import Kind
from brand_monitor.domain.mentions.kinds import COUNTED, MarkedSentence, Verdict, is_echo, kind_of, marked
from brand_monitor.domain.mentions.search import NameSearch
from brand_monitor.domain.mentions.settling import Hit
from brand_monitor.domain.mentions.terms import BrandNames, vocabulary
from brand_monitor.domain.text import iter_sentences, sentences_at

# An answer repeats the question at its beginning, if at all.
ECHO_SENTENCES = 2
# How far above a sentence its heading may begin, in characters.
HEADING_REACH = 300


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a text names a brand. Offsets are characters of the text as stored, 0-based.

    ``entity_rank`` is 1 + the number of tracked brands first named earlier, null for a mention that does not
    count. ``list_rank`` is the number of the item that the brand names, in a list of at least three.
    """

    brand_id: str
    surface: str
    start: int
    end: int
    kind: Kind
    is_counted: bool
    reason: str
    entity_rank: int | None
    list_rank: int | None
    prominence: float
    sentence: str
    sentence_start: int


class MentionMatcher:
    """Finds the brands of one monitor. Built once, then pure: the same text gives the same mentions.

    Raises:
        MonitorFileError: a name without any letter or digit.
    """

    def __init__(self, brands: Sequence[BrandNames]) -> None:
        self.brands = tuple(brands)
        words = vocabulary(brands)
        self._search = NameSearch(words)
        # Names that two brands share: name, brand that has it, brand that does not. A person must mend them.
        self.conflicts = [
            (text, brands[kept].brand_id, brands[lost].brand_id) for text, kept, lost in words.conflicts
        ]
        self._asked_brands = lru_cache(maxsize=4_096)(self._brands_in)

    def find(self, text: str, question: str | None = None) -> list[Mention]:
        """Return the mentions in one text, in order; see ``find_many``."""
        return self.find_many([text], [question])[0]

    def find_many(
        self, texts: Sequence[str], questions: Sequence[str | None] | None = None
    ) -> list[list[Mention]]:
        """Return the mentions in each text, in order, never overlapping.

        Args:
            texts: Plain text or Markdown.
            questions: What each text answers, if anything: an answer that repeats it mentions nobody.
        """
        asked = questions if questions is not None else [None] * len(texts)
        found = zip(texts, asked, self._search.find_many(texts), strict=True)
        return [self._described(text, question, hits) if hits else [] for text, question, hits in found]

    def _described(self, text: str, question: str | None, hits: list[Hit]) -> list[Mention]:
        places = _places(text, hits)
        verdicts = self._verdicts(text, question, hits, places)
        entity_ranks = _entity_ranks(hits, verdicts)
        list_ranks = _list_ranks(list_items(text), hits)
        return [
            Mention(
                brand_id=self.brands[hit.brand].brand_id,
                surface=text[hit.start : hit.end],
                start=hit.start,
                end=hit.end,
                kind=verdict.kind,
                is_counted=verdict.kind in COUNTED,
                reason=verdict.rule,
                entity_rank=entity_ranks[hit.brand] if verdict.kind in COUNTED else None,
                list_rank=list_ranks.get(at) if verdict.kind in COUNTED else None,
                prominence=1 - hit.start / len(text),
                sentence=place.sentence,
                sentence_start=place.start,
            )
            for at, (hit, verdict, place) in enumerate(zip(hits, verdicts, places, strict=True))
        ]

    def _verdicts(
        self, text: str, question: str | None, hits: list[Hit], places: list["_Place"]
    ) -> list[Verdict]:
        asked = self._asked_brands(question) if question else frozenset()
        opening = _opening(text) if any(hit.brand in asked for hit in hits) else 0
        verdicts = []
        for at, (hit, place) in enumerate(zip(hits, places, strict=True)):
            if question and hit.brand in asked and hit.start < opening:
                rule = is_echo(place.sentence, question, words_of)
                if rule is not None:
                    verdicts.append(Verdict("asked", rule))
                    continue
            verdicts.append(kind_of(place.marked, at - place.first, place.heading))
        return verdicts

    def _brands_in(self, question: str) -> frozenset[int]:
        return frozenset(hit.brand for hit in self._search.find_many([question])[0])


def _opening(text: str) -> int:
    """Return where the sentences end that may repeat the question."""
    return max((span.end for span in islice(iter_sentences(text), ECHO_SENTENCES)), default=0)


@dataclass(frozen=True, slots=True)
class _Place:
    """The sentence of a hit, the position of the first hit in it, and the heading above it."""

    sentence: str
    start: int
    first: int
    marked: MarkedSentence
    heading: str


def _places(text: str, hits: list[Hit]) -> list[_Place]:
    places: list[_Place] = []
    spans = sentences_at(text, [hit.start for hit in hits])
    for span, group in groupby(range(len(hits)), key=spans.__getitem__):
        inside = [hits[at] for at in group]
        # A name with a full stop in it may run over what looks like the end of its sentence.
        sentence = text[span.start : max(span.end, inside[-1].end)]
        brands = [Span(hit.start - span.start, hit.end - span.start) for hit in inside]
        heading = _heading_above(text, span.start)
        place = _Place(sentence, span.start, len(places), marked(sentence, brands), heading)
        places += [place] * len(inside)
    return places


def _heading_above(text: str, start: int) -> str:
    """Return the heading right above the line of ``start``, if only blank lines are between.

    A list below a heading has none: what the heading says is true of all its items, not of the first.
    """
    above = text[max(0, start - HEADING_REACH) : start].rstrip('*_["')
    if not above.endswith("\n"):
        return ""
    line = above.rstrip().rpartition("\n")[2].strip()
    return line.lstrip("# ") if line.startswith("#") or _BOLD_LINE.fullmatch(line) else ""


_BOLD_LINE = re.compile(r"\*\*[^*]{1,150}\*\*:?")


def _entity_ranks(hits: list[Hit], verdicts: list[Verdict]) -> dict[int, int]:
    ranks: dict[int, int] = {}
    for hit, verdict in zip(hits, verdicts, strict=True):
        if verdict.kind in COUNTED:
            ranks.setdefault(hit.brand, len(ranks) + 1)
    return ranks


def _list_ranks(items: list[ListItem], hits: list[Hit]) -> dict[int, int]:
    """Give the rank of an item to the first brand in its head: an item names one thing."""
    starts = [hit.start for hit in hits]
    ranks: dict[int, int] = {}
    for item in items:
        at = bisect_right(starts, item.head.start - 1)
        if at < len(hits) and hits[at].end <= item.head.end:
            ranks.setdefault(at, item.rank)
    return ranks
