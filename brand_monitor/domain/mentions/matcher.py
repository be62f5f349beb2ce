"""Mentions of tracked brands with everything that a figure and its evidence need.

Belongs here: putting hits, sentences, kinds, lists and ranks together. Not here: how each is found.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice

from brand_monitor.domain.mentions.clauses import plain
from brand_monitor.domain.mentions.confidence import HOMONYMS_VERSION
from brand_monitor.domain.mentions.folding import words_of
from brand_monitor.domain.mentions.kind_rules import Kind
from brand_monitor.domain.mentions.kinds import (
    COUNTED,
    KINDS_VERSION,
    MarkedSentence,
    Verdict,
    is_echo,
    kind_of,
    marked,
)
from brand_monitor.domain.mentions.readings import Company, topic_words
from brand_monitor.domain.mentions.search import NameSearch
from brand_monitor.domain.mentions.settling import Hit
from brand_monitor.domain.mentions.surroundings import Surroundings
from brand_monitor.domain.mentions.terms import BrandNames, vocabulary
from brand_monitor.domain.text.links import Span
from brand_monitor.domain.text.list_heads import ListItem
from brand_monitor.domain.text.lists import list_items
from brand_monitor.domain.text.prose import iter_sentences, sentences_at

# Which rules made a row: names and kinds, so that a history can be derived again and compared.
METHOD = f"mentions@2+{KINDS_VERSION}+{HOMONYMS_VERSION}"
# An answer repeats the question at its beginning, if at all.
ECHO_SENTENCES = 2
# How far above a sentence its heading may begin, in characters.
HEADING_REACH = 300
# A question so short only sets the topic of the next sentence.
TOPIC_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a text names a brand. Offsets are characters of the text as stored, 0-based.

    ``entity_rank`` is 1 + the number of tracked brands first named earlier, null for a mention that does not
    count. ``list_rank`` is the number of the item that the brand names, in a list of at least three.
    ``confidence`` is how sure it is that the name is the brand, by the signals in ``evidence`` (1 and none
    for a name that is no everyday word); an ``is_uncertain`` mention does not count. ``method`` names the
    versions of the rules.
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
    is_top_pick: bool
    confidence: float
    is_uncertain: bool
    evidence: tuple[str, ...]
    method: str = METHOD


class MentionMatcher:
    """Finds the brands of one monitor. Built once, then pure: the same text gives the same mentions.

    Args:
        brands: The brands.
        market: What is bought there, in a few words: these speak for a name that is an everyday word.

    Raises:
        MonitorFileError: a name without any letter or digit.
    """

    def __init__(self, brands: Sequence[BrandNames], market: str = "") -> None:
        self.brands = tuple(brands)
        words = vocabulary(brands)
        self._search = NameSearch(words, [Company.of(brand) for brand in self.brands])
        self._topic = topic_words(market)
        self._topic_of = lru_cache(maxsize=4_096)(topic_words)
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
        topics = [self._topic | self._topic_of(question) if question else self._topic for question in asked]
        found = zip(texts, asked, self._search.find_many(texts, topics), strict=True)
        return [self._described(text, question, hits) if hits else [] for text, question, hits in found]

    def _described(self, text: str, question: str | None, hits: list[Hit]) -> list[Mention]:
        places = _places(text, hits)
        around = Surroundings(text, question)
        verdicts = self._verdicts(text, question, hits, places, around)
        counted = [
            verdict.kind in COUNTED and hit.reading.is_sure
            for hit, verdict in zip(hits, verdicts, strict=True)
        ]
        entity_ranks = _entity_ranks(hits, counted)
        list_ranks = _list_ranks(list_items(text), hits)
        return [
            Mention(
                brand_id=self.brands[hit.brand].brand_id,
                surface=text[hit.start : hit.end],
                start=hit.start,
                end=hit.end,
                kind=verdict.kind,
                is_counted=counted[at],
                reason=verdict.rule,
                entity_rank=entity_ranks[hit.brand] if counted[at] else None,
                list_rank=list_ranks.get(at) if counted[at] else None,
                prominence=1 - hit.start / len(text),
                sentence=place.sentence,
                sentence_start=place.start,
                is_top_pick=counted[at] and around.is_top_pick(verdict, hit.start, list_ranks.get(at)),
                confidence=hit.reading.confidence,
                is_uncertain=not hit.reading.is_sure,
                evidence=hit.reading.evidence,
            )
            for at, (hit, verdict, place) in enumerate(zip(hits, verdicts, places, strict=True))
        ]

    def _verdicts(
        self,
        text: str,
        question: str | None,
        hits: list[Hit],
        places: list["_Place"],
        around: Surroundings,
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
            said = kind_of(
                place.marked, at - place.first, place.heading, place.follows, is_answer=place.is_answer
            )
            verdicts.append(around.verdict(said, hit.start, hit.end))
        return verdicts

    def _brands_in(self, question: str) -> frozenset[int]:
        return frozenset(hit.brand for hit in self._search.find_many([question], [self._topic])[0])


def _opening(text: str) -> int:
    """Return where the sentences end that may repeat the question."""
    return max((span.end for span in islice(iter_sentences(text), ECHO_SENTENCES)), default=0)


@dataclass(frozen=True, slots=True)
class _Place:
    """The sentence of a hit, the first hit in it, the heading above, and a next sentence about several."""

    sentence: str
    start: int
    first: int
    marked: MarkedSentence
    heading: str
    follows: str
    is_answer: bool


def _places(text: str, hits: list[Hit]) -> list[_Place]:
    places: list[_Place] = []
    spans = sentences_at(text, [hit.start for hit in hits])
    for span, group in groupby(range(len(hits)), key=spans.__getitem__):
        inside = [hits[at] for at in group]
        # A name with a full stop in it may run over what looks like the end of its sentence.
        sentence = text[span.start : max(span.end, inside[-1].end)]
        brands = [Span(hit.start - span.start, hit.end - span.start) for hit in inside]
        heading = _heading_above(text, span.start)
        place = _Place(
            sentence,
            span.start,
            len(places),
            marked(sentence, brands),
            heading,
            _spoken_on(text, span),
            is_answer=text[max(0, span.start - 3) : span.start].rstrip(" ").endswith("?"),
        )
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


def _spoken_on(text: str, span: Span) -> str:
    """Return the next sentence if it speaks of what this one names: "Both are good", or "§? Skip it"."""
    is_topic = span.end - span.start <= TOPIC_LENGTH and text[: span.end].rstrip(" *_").endswith("?")
    match = (_NEXT if is_topic else _BOTH).match(text, span.end)
    return plain(match[1]) if match else ""


_NEXT = re.compile(r"[^\S\n]{0,4}([^.!?;\n]{1,160})(?:[.!?;\n]|$)")
_BOTH = re.compile(
    r"[^\S\n]{0,4}((?:Both|Either|These|They|All (?:three|four))\b[^.!?;\n]{1,160})(?:[.!?;\n]|$)"
)
_BOLD_LINE = re.compile(r"\*\*[^*]{1,150}\*\*:?")


def _entity_ranks(hits: list[Hit], counted: list[bool]) -> dict[int, int]:
    ranks: dict[int, int] = {}
    for hit, counts in zip(hits, counted, strict=True):
        if counts:
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
