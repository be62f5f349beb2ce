"""Clauses: how far a negation or a piece of advice reaches.

Belongs here: where a clause ends, and the sentence as rules see it. Not here: the rules (``rule_parts``),
sentences (``text``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from brand_monitor.domain.mentions.rule_parts import HERE, OTHER
from brand_monitor.domain.text.links import Span

_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u2032\xb4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\xab\xbb", '"')
    | dict.fromkeys("\u2010\u2011", "-")
    | dict.fromkeys("\xa0\u2007\u2009\u202f\t", " ")
    | dict.fromkeys("*\xad\u200b\u2060\ufeff", "")
    | {HERE: "S", OTHER: "o"}
)
_UNDERSCORES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_FINITE = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|will|would|should|could|may|might|makes?|offers?"
    r"|remains?|provides?|stands?|comes?|gets?|gives?|seems?|looks?|feels?|isn't|aren't|doesn't|don't|can't|won't|ist|sind|hat|haben|wird|bietet|est|sont|offre|es|son|tiene|ofrece)"
)
_CONJUNCTIONS = (
    r"(?:but|however|whereas|although|though|while|because|unless|since|yet"
    r"|aber|jedoch|sondern|während|weil|obwohl|allerdings|denn|dagegen"
    r"|mais|cependant|tandis que|alors que|toutefois|car|bien que"
    r"|pero|sin embargo|mientras|aunque|porque|sino)"
)
_CLAUSE_BREAK = re.compile(
    r"[;|()\u2013\u2014\u2026]|(?<!\bvs)(?<!\bv)(?<!\be\.g)(?<!\bi\.e)[.!?](?=\s)|\s-\s"
    rf"|,?\s{_CONJUNCTIONS}\s"
    r"|,\s(?:so|then)\s(?=\w)"
    r"|,\s(?:so|which|who|whose|and|or)?\s?(?=(?:i|you|we|it|they|he|she|there|this|that|instead|try"
    r"|consider|choose|go|opt|look|pick|get|stick|skip|avoid|ich|wir|er|sie|man|je|nous|vous|il|elle|yo|te|se)\b)"
    rf"|,\s(?:and\s)?(?=(?:[^\s,]{{1,30}}\s){{1,4}}?{_FINITE}\b)"
    r"|\s(?:and|so)\s(?=(?:i|we|you)(?:'d|'ll|'ve)?\s)",
    re.IGNORECASE,
)
# "not only A but (also) B" denies nothing and contrasts nothing.
_NOT_ONLY = re.compile(
    r"\b(?P<not>not (?:only|just|merely|simply)|n't (?:only|just)|nicht nur|non seulement|pas seulement"
    r"|no (?:solo|s\u00f3lo|solamente))\b"
    r"(?:(?P<between>[^.;!?]{0,200}?)"
    r"(?P<but>\b(?:but also|but|sondern auch|sondern|mais aussi|mais|sino tambi\u00e9n|sino)\b))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class MarkedSentence:
    """A sentence as the rules see it, made once for all brands in it.

    Attributes:
        text: The sentence with one sign for each brand, straight quotes, and no emphasis.
        brands: The positions of the signs.
        breaks: Where clauses end and begin.
        words: Its words, in small letters.
    """

    text: str
    brands: list[int]
    breaks: list[Span]
    words: frozenset[str]

    def clause(self, at: int) -> Span:
        """Return the clause around a position."""
        start = max((one.end for one in self.breaks if one.end <= at), default=0)
        end = min((one.start for one in self.breaks if one.start > at), default=len(self.text))
        return Span(start, end)

    def after(self, end: int) -> Span | None:
        """Return the clause that follows the one which ends at ``end``, or None behind the last."""
        nexts = [one.end for one in self.breaks if one.start >= end]
        return self.clause(nexts[0]) if nexts and nexts[0] < len(self.text) else None


def marked(sentence: str, brands: Sequence[Span]) -> MarkedSentence:
    """Put the sign of a tracked brand for each of ``brands``, spans of the sentence in order."""
    parts: list[str] = []
    at = 0
    for span in brands:
        parts += [plain(sentence[at : span.start]), OTHER]
        at = span.end
    text = _NOT_ONLY.sub(_without_not_only, "".join([*parts, plain(sentence[at:])]))
    positions = [match.start() for match in re.finditer(OTHER, text)]
    breaks = [Span(*match.span()) for match in _CLAUSE_BREAK.finditer(text)]
    return MarkedSentence(text, positions, breaks, frozenset(_WORD.findall(text.lower())))


def plain(text: str) -> str:
    """Return a text without emphasis and what is invisible, with straight quotes and plain spaces."""
    return _UNDERSCORES.sub("", text.translate(_PLAIN))


def _without_not_only(match: re.Match[str]) -> str:
    return f" {match['between'] or ''} {'and' if match['but'] else ''}"
