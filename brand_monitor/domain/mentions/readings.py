"""From what single places show to how sure each mention of a text is.

Belongs here: what candidates say about each other, declared senses and contexts, the topic. Not here: the
signals of one place (``signals``), the weights (``confidence``).
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from brand_monitor.domain.mentions.common_words import PREPOSITIONS, PRONOUNS
from brand_monitor.domain.mentions.confidence import FLOOR, SURE, Reading, log_odds, reading
from brand_monitor.domain.mentions.senses import NEAR, NEXT
from brand_monitor.domain.mentions.terms import MIN_PLURAL, BrandNames, Term

# A place this sure by itself vouches for the same name elsewhere in the text.
VOUCHING_LOG_ODDS = 2.0
# How far a sentence and a list around a place may reach, in characters.
REACH = 200
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_EDGE = re.compile(r"[.!?](?=\s)|\n")
_HOST = re.compile(r"(?<![\w.-])(?:www\.)?([a-z0-9-]{2,40})\.(?:com|co|tech|io|net|org|de|fr|es|ai|eu|uk)\b")
_TOPIC_WORD = re.compile(r"[^\W\d_]{4,}")
_VAGUE_WORDS = """
best good great better most what which where when with from that this your have does make should would
could recommend like under over about some more than need want looking find buying brand brands company
companies right there
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())


class Candidate(Protocol):
    """A place where a name may stand."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last character."""

    @property
    def term(self) -> Term:
        """The name."""

    @property
    def signals(self) -> tuple[str, ...]:
        """What the place shows (``signals.local_signals``)."""


class Company(NamedTuple):
    """What a monitor says of one brand's name: phrases of other senses, and words that speak for it."""

    senses: tuple[tuple[str, ...], ...]
    context: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, brand: BrandNames) -> "Company":
        """Return the phrases of a brand as words in small letters."""
        return cls(*(tuple(filter(None, map(_words, phrases))) for phrases in (brand.senses, brand.context)))


def topic_words(text: str) -> frozenset[str]:
    """Return the content words of a question or market, that speak for a brand beside them."""
    return frozenset(_stem(word) for word in _TOPIC_WORD.findall(text.lower()) if word not in _VAGUE)


def readings(
    text: str, candidates: Sequence[Candidate], companies: Sequence[Company], topic: frozenset[str]
) -> list[Reading]:
    """Return how sure each candidate is; below ``confidence.FLOOR`` it is the word and no mention.

    A name that is no everyday word is sure, unless its brand declares other senses.

    Args:
        text: The text.
        candidates: The places, in order of their start.
        companies: What the monitor declares, by number of the brand.
        topic: Words of what the text is about.
    """
    if not any(one.signals or companies[one.term.brand].senses or has_sense(one.term) for one in candidates):
        return [SURE] * len(candidates)
    return _Text(text, candidates, companies, topic).readings()


def has_sense(term: Term) -> bool:
    """Return whether the dictionary knows another sense of a name."""
    return term.text.lower() in NEAR or term.text.lower() in NEXT


def is_dropped(one: Reading) -> bool:
    """Return whether a reading says that the word is just the word."""
    return one.confidence < FLOOR


class _Text:
    """One text with candidates of which some are in doubt."""

    def __init__(
        self, text: str, candidates: Sequence[Candidate], companies: Sequence[Company], topic: frozenset[str]
    ) -> None:
        self.text = text
        self.candidates = candidates
        self.companies = companies
        self.topic = topic
        firm = [one for one in candidates if not one.signals or log_odds(one.signals) >= VOUCHING_LOG_ODDS]
        # How near is measured without the second sign of a Windows line end.
        self._returns = [at for at, sign in enumerate(text) if sign == "\r"] if "\r" in text else []
        self.firm_starts = [self._place(one.start) for one in firm]
        self.firm_brands = [one.term.brand for one in firm]
        self.roles = Counter((one.term.brand, one.term.role) for one in firm)
        self.brands = frozenset(self.firm_brands)
        self._held: dict[tuple[tuple[str, ...], ...], bool] = {}

    def _place(self, at: int) -> int:
        return at - bisect_left(self._returns, at)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the text."""
        return _words(self.text)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """What stands before the dot of the addresses in the text."""
        return frozenset(_HOST.findall(self.text.lower()))

    def readings(self) -> list[Reading]:
        return [self._reading(one) for one in self.candidates]

    def _reading(self, one: Candidate) -> Reading:
        company = self.companies[one.term.brand]
        sentence = self._sentence(one)
        if not one.signals:
            declared = self._declared(one, company, sentence) if company.senses else []
            if has_sense(one.term) and not company.senses:
                declared += self._known_senses(one, sentence)
            if not any(signal.startswith("sense.") for signal in declared):
                return SURE
            return reading(["form.phrase", *declared])
        return reading([*one.signals, *self._declared(one, company, sentence), *self._company(one, sentence)])

    def _known_senses(self, one: Candidate, around: tuple[str, ...]) -> list[str]:
        """Return what speaks for the river, of a name that is not an everyday word but has another sense."""
        word = self.text[one.start : one.end].lower()
        beside = self._beside(one)
        if not NEXT.get(word, frozenset()).isdisjoint(beside[beside.index("") + 1 : beside.index("") + 2]):
            return ["sense.next"]
        near = len(frozenset(map(_stem, around)).intersection(map(_stem, NEAR.get(word, ()))))
        found = ["sense.near", "sense.near_twice"][: min(near, 2)]
        is_thing = near and beside[beside.index("") - 1 : beside.index("")] == ("the",)
        return [*found, "sense.near_article"] if is_thing else found

    def _declared(self, one: Candidate, company: Company, sentence: tuple[str, ...]) -> list[str]:
        found = []
        if any(_has(sentence, phrase) for phrase in company.senses):
            found.append("sense.declared")
        elif self._anywhere(company.senses):
            found.append("sense.declared_in_text")
        if any(_has(self._beside(one), phrase) for phrase in company.context):
            found.append("context.next")
        elif any(_has(sentence, phrase) for phrase in company.context):
            found.append("context.near")
        elif self._anywhere(company.context):
            found.append("context.in_text")
        return found

    def _anywhere(self, phrases: tuple[tuple[str, ...], ...]) -> bool:
        """Return whether the text holds one of the phrases; looked up once per set of phrases."""
        if phrases not in self._held:
            self._held[phrases] = any(_has(self.words, phrase) for phrase in phrases)
        return self._held[phrases]

    def _company(self, one: Candidate, around: tuple[str, ...]) -> list[str]:
        """Return what the sentence and the other candidates say."""
        word = self.text[one.start : one.end].lower()
        sentence = frozenset(map(_stem, around))
        found = []
        near = len(sentence.intersection(map(_stem, NEAR.get(word, ()))))
        found += ["sense.near", "sense.near_twice"][: min(near, 2)]
        topic = self.topic - {_stem(word)}
        beside = [_stem(after) for after in _words(self.text[one.end : one.end + 60])[:2]]
        if not topic.isdisjoint(beside):
            found.append("context.topic_next")
        elif not topic.isdisjoint(sentence):
            found.append("context.topic")
        return [*found, *self._others(one, word)]

    def _others(self, one: Candidate, word: str) -> list[str]:
        found = []
        brand = one.term.brand
        at = self._place(one.start)
        first, last = (bisect_left(self.firm_starts, at + step) for step in (-REACH, REACH))
        if any(other != brand for other in self.firm_brands[first:last]):
            found.append("context.neighbours")
        elif self.brands - {brand}:
            found.append("context.neighbours_in_text")
        if self.roles[brand, "product"]:
            found.append("context.product")
        is_firm = log_odds(one.signals) >= VOUCHING_LOG_ODDS
        if self.roles[brand, "name"] > is_firm and "form.lower" not in one.signals:
            is_function = word in PREPOSITIONS or word in PRONOUNS
            found.append("context.vouched_function_word" if is_function else "context.vouched")
        if any(host.startswith(word.replace(" ", "")) for host in self.hosts):
            found.append("context.domain")
        return found

    def _sentence(self, one: Candidate) -> tuple[str, ...]:
        before = self.text[max(0, one.start - REACH) : one.start]
        edges = [match.end() for match in _SENTENCE_EDGE.finditer(before)]
        after = self.text[one.end : one.end + REACH]
        edge = _SENTENCE_EDGE.search(after)
        before, after = before[edges[-1] if edges else 0 :], after[: edge.start() if edge else REACH]
        return (*_words(before), "", *_words(after))

    def _beside(self, one: Candidate) -> tuple[str, ...]:
        before, after = self.text[max(0, one.start - 40) : one.start], self.text[one.end : one.end + 60]
        return (*_words(before)[-2:], "", *_words(after)[:2])


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _stem(word: str) -> str:
    return word[:-1] if len(word) >= MIN_PLURAL and word.endswith("s") and not word.endswith("ss") else word


def _has(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Return whether the words hold a phrase in a row."""
    if phrase[0] not in words:
        return False
    size = len(phrase)
    return size == 1 or any(words[at : at + size] == phrase for at in range(len(words) - size + 1))
