"""How a text speaks of a brand: named, recommended, warned against, absent, asked.

Belongs here: cutting out the clause that a rule may look at, headings, echoes of the question. Not here: the
rules (``kind_rules``), finding names (``search``), sentences (``text``).

A rule sees one clause, with one sign for the brand and one for every other tracked brand. The rules are
English: in other languages a brand is ``named``, with rule ``named.default``.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from brand_monitor.domain.links import Span
from brand_monitor.domain.mentions.kind_rules import HERE, OTHER, RULES, Kind

COUNTED: frozenset[Kind] = frozenset({"named", "recommended", "warned_against"})


_WORD = re.compile(r"[a-z]+")
ECHO_SHARE = 0.6
_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', HERE: "S", OTHER: "o"})
_FINITE = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|will|would|should|could|may|might|makes?|offers?"
    r"|remains?|provides?|stands?|comes?|gets?|gives?|seems?|looks?|feels?|isn't|aren't|doesn't|don't|can't|won't)"
)
_CLAUSE_BREAK = re.compile(
    r"[;|()\u2013\u2014\u2026]|[.!?](?=\s)|\s-\s"
    r"|,?\s(?:but|however|whereas|although|though|while|because|unless|since)\s"
    r"|,\s(?:so|yet|which|who|whose|and|or)?\s?(?=(?:i|you|we|it|they|he|she|there|this|that|instead|try"
    r"|consider|choose|go|opt|look|pick|get)\b)"
    rf"|,\s(?:and\s)?(?=(?:[^\s,]{{1,30}}\s){{1,4}}?{_FINITE}\b)",
    re.IGNORECASE,
)
_QUOTES_QUESTION = re.compile(
    r"\b(?:you(?:'|\u2019)?(?:re| are)? (?:asked|asking|mentioned|wanted to know|want to know)"
    r"|your (?:question|query)|the question (?:is|was|asks))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?:][\"'\u201d\u2019*_)]*\s*$|^[\"\u201c>*#]")
_BEST_HEADING = re.compile(
    r"\W*(?:\d{1,3}[.)]\W*)?(?:\w++(?:['-]\w++)*+\W++){0,2}?"
    r"(?:best|top pick|winner|our pick|my pick|editors?'?s?'? choice)\b",
    re.IGNORECASE,
)
_AVOID_HEADING = re.compile(
    r"\W*(?:\w++(?:['-]\w++)*+\W++){0,3}?(?:avoid|skip|not recommended)\b", re.IGNORECASE
)


class Verdict(NamedTuple):
    """A kind and the id of the rule that decided it."""

    kind: Kind
    rule: str


@dataclass(frozen=True)
class MarkedSentence:
    """A sentence as the rules see it, made once for all brands in it.

    Attributes:
        text: The sentence with one sign for each brand, and straight quotes.
        brands: The positions of the signs.
        breaks: Where clauses end and begin.
        words: Its words, in small letters.
    """

    text: str
    brands: list[int]
    breaks: list[Span]
    words: frozenset[str]


def marked(sentence: str, brands: Sequence[Span]) -> MarkedSentence:
    """Put the sign of a tracked brand for each of ``brands``, spans of the sentence in order."""
    parts: list[str] = []
    positions: list[int] = []
    at = size = 0
    for span in brands:
        parts += [sentence[at : span.start].translate(_PLAIN), OTHER]
        positions.append(size + span.start - at)
        size = positions[-1] + 1
        at = span.end
    text = "".join([*parts, sentence[at:].translate(_PLAIN)])
    breaks = [Span(*match.span()) for match in _CLAUSE_BREAK.finditer(text)]
    return MarkedSentence(text, positions, breaks, frozenset(_WORD.findall(text.lower())))


def kind_of(sentence: MarkedSentence, number: int, heading: str) -> Verdict:
    """Return how a sentence speaks of one of its brands.

    Args:
        sentence: The sentence.
        number: Which of its brands, 0-based.
        heading: The heading right above, or nothing.
    """
    at = sentence.brands[number]
    whole = sentence.text[:at] + HERE + sentence.text[at + 1 :]
    start = max((one.end for one in sentence.breaks if one.end <= at), default=0)
    end = min((one.start for one in sentence.breaks if one.start > at), default=len(whole))
    clause = whole[start:end]
    for rule in RULES:
        if rule.cues.isdisjoint(sentence.words):
            continue
        match = rule.pattern.search(whole if rule.is_label else clause)
        if match is None:
            continue
        before = match.string[max(0, match.start() - 40) : match.start()]
        if rule.unless_before is None or not rule.unless_before.search(before):
            return Verdict(rule.kind, rule.id)
    return (_by_heading(heading) if number == 0 else None) or Verdict("named", "named.default")


def is_echo(sentence: str, question: str, words: Callable[[str], Sequence[str]]) -> str | None:
    """Return the rule by which a sentence only repeats the question, or None if it says something."""
    if _QUOTES_QUESTION.search(sentence):
        return "asked.quoted"
    said, asked = set(words(sentence)), set(words(question))
    if not said or not asked or len(said & asked) < ECHO_SHARE * len(said | asked):
        return None
    return "asked.echo" if _ASKS.search(sentence) else None


def _by_heading(heading: str) -> Verdict | None:
    """Return what a heading says of the first brand below it; "Top picks" speaks of many, so of none."""
    if _AVOID_HEADING.match(heading):
        return Verdict("warned_against", "warned.heading")
    return Verdict("recommended", "recommended.heading") if _BEST_HEADING.match(heading) else None
