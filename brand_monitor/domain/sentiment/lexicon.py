"""The lexicon grader: sentiment towards one target, from word strengths and the clauses around it.

Belongs here: weighing the words of a sentence for a target. Not here: the words (``valence``), cutting a
sentence into words and clauses (``clauses``).

A word speaks of the target the less, the more clauses and other brands stand between them. A comparison
counts the other way for what stands behind "than"; what follows "but" counts more than what is before it;
a question or a guess counts less, and what the target itself says is its view of others. Scores of sentences
are added and squashed to (-1, 1) by x / sqrt(x^2 + a), the normalisation of VADER (Hutto and Gilbert 2014).
"""

from collections.abc import Sequence
from typing import Final

from brand_monitor.domain.sentiment.clauses import Words, words_of
from brand_monitor.domain.sentiment.grading import Grade, Label, Passage, Target
from brand_monitor.domain.sentiment.language import is_english
from brand_monitor.domain.sentiment.roles import comparison, done_by_verbs, is_speaker
from brand_monitor.domain.sentiment.valence import BOOSTERS, DAMPERS, HEDGES, NEGATORS, valence_of
from brand_monitor.domain.text.links import Span

VERSION: Final = "1"
#: Reason of a grade that only an English text can have.
UNSUPPORTED_LANGUAGE: Final = "grader_unsupported_language"

#: Squared scale of a score: one clear word in the clause of the target gives about .5.
_ALPHA: Final = 12.0
#: Scores between these are neutral.
NEGATIVE_BELOW, POSITIVE_ABOVE = -0.05, 0.1
_SOFT_BREAK, _HARD_BREAK, _OTHER_BRAND = 0.8, 0.6, 0.25
_BEFORE_BUT, _AFTER_BUT = 0.6, 1.25
_BOOSTED, _DAMPED, _GUESSED = 1.3, 0.6, 0.6
#: "not good" is worse than neutral and better than "bad".
_NEGATED: Final = -0.7
_NEGATION_REACH: Final = 4
#: Weight of the words of a sentence that goes on about the target without naming it.
_UNNAMED: Final = 0.8
#: What somebody says is their view of others.
_SPOKEN: Final = 0.2
_LEANING: Final = 1.5
_KINDS: Final = {"recommended": 2.0, "warned_against": -4.0}


class LexiconGrader:
    """Grades by the built-in English lexicon. Pure, needs nothing, some thousand targets a second."""

    id = "lexicon"
    version = VERSION

    def grade(self, targets: Sequence[Target]) -> list[Grade]:
        """Return one grade per target, in order; without label only where the text is not English."""
        return [_grade(target) for target in targets]


def _grade(target: Target) -> Grade:
    if not is_english(target.text):
        return Grade(None, None, None, (), UNSUPPORTED_LANGUAGE)
    scores = [passage_score(target, passage) for passage in target.passages]
    total = sum(scores) + sum(_KINDS.get(kind, 0.0) for kind in set(target.kinds))
    score = squashed(total)
    label = label_of(score)
    return Grade(label, score, _confidence(score, label), _evidence(target, scores, label))


def squashed(total: float) -> float:
    """Return a sum of strengths as a score in (-1, 1)."""
    return float(total / (total * total + _ALPHA) ** 0.5)


def label_of(score: float) -> Label:
    """Return the label of a score."""
    if score > POSITIVE_ABOVE:
        return "positive"
    return "negative" if score < NEGATIVE_BELOW else "neutral"


def passage_score(target: Target, passage: Passage) -> float:
    """Return the sum of strengths that one passage says of the target, unbounded."""
    others = [one for one in target.others if passage.span.start <= one.start < passage.span.end]
    words = words_of(target.text, passage.span, passage.named, others)
    strengths = _strengths(words)
    if passage.leaning < 0:
        # "Cons: no grinder, great only for two": what stands under the label is no praise.
        return -_LEANING + min(0.0, sum(strengths) / 2)
    weights = _weights(words)
    total = sum(weight * strength for weight, strength in zip(weights, strengths, strict=True))
    total += comparison(words, strengths) + done_by_verbs(words)
    return total + passage.leaning * _LEANING / 2


def _strengths(words: Words) -> list[float]:
    """Return what each word says by itself: negated, boosted, damped, guessed or asked."""
    texts = words.texts
    strengths = [0.0] * len(texts)
    for at, text in enumerate(texts):
        strength = 0.0 if words.is_name[at] else valence_of(text)
        if not strength:
            continue
        before = range(max(words.clause_start[at], at - _NEGATION_REACH), at)
        near = {texts[one] for one in before}
        if texts[at - 1] in BOOSTERS if at else False:
            strength *= _BOOSTED
        if near & DAMPERS:
            strength *= _DAMPED
        if words.is_question or near & HEDGES:
            strength *= _GUESSED
        if near & NEGATORS and not (text in NEGATORS or _is_not_only(texts, before)):
            strength *= _NEGATED
        strengths[at] = strength
    return strengths


def _is_not_only(texts: Sequence[str], before: range) -> bool:
    return any(texts[at] == "not" and texts[at + 1] in {"only", "just", "merely"} for at in before)


def _weights(words: Words) -> list[float]:
    """Return how much each word speaks of the target."""
    anchors = words.targets
    turn, speaks = words.contrast, is_speaker(words)
    weights = []
    for at in range(len(words.texts)):
        weight = max((_between(words, at, anchor) for anchor in anchors), default=_UNNAMED)
        if speaks:
            weight *= _SPOKEN
        if turn is not None:
            weight *= _BEFORE_BUT if at < turn else _AFTER_BUT
        weights.append(weight)
    return weights


def _between(words: Words, at: int, anchor: int) -> float:
    low, high = sorted((at, anchor))
    weight = _SOFT_BREAK ** (words.soft[high] - words.soft[low])
    weight *= _HARD_BREAK ** (words.hard[high] - words.hard[low])
    others = words.names[high] - words.names[low]
    return float(weight * _OTHER_BRAND**others)


def _confidence(score: float, label: Label) -> float:
    if label == "neutral":
        edge = POSITIVE_ABOVE if score > 0 else NEGATIVE_BELOW
        return 1 - 0.5 * abs(score / edge)
    return 0.5 + 0.5 * abs(score)


def _evidence(target: Target, scores: Sequence[float], label: Label) -> tuple[Span, ...]:
    """Return the passages that speak for the label, strongest first; the first passage where none does."""
    sign = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}[label]
    ranked = sorted(zip(scores, target.passages, strict=True), key=lambda one: -sign * one[0])
    speaking = tuple(passage.span for score, passage in ranked if sign * score > 0)
    return speaking or (target.passages[0].span,)
