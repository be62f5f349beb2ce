"""What a sentence advises of one of its brands, put together from its clauses.

Belongs here: the clause of the brand, clauses that go on about it by a pronoun or without a word for it. Not
here: how one clause is read (``advice``, ``verdicts``).
"""

import re
from collections.abc import Iterator, Sequence

from brand_monitor.domain.mentions.advice import advice
from brand_monitor.domain.mentions.clause_words import words_in
from brand_monitor.domain.mentions.clauses import MarkedSentence
from brand_monitor.domain.mentions.judgement_phrases import BLAME
from brand_monitor.domain.mentions.judgement_words import BE, CHOSEN, CUES, PICKS, listed
from brand_monitor.domain.mentions.titles import crown
from brand_monitor.domain.mentions.turning import HERE, OTHER, Reading
from brand_monitor.domain.mentions.verdicts import complement, dismissal, verdict

LABEL_REACH, LABEL_WORDS = 70, 7
_LABEL_BEFORE = re.compile(
    r"(?:^|[\n.])\W*([^\n:.\u00a7\u00a4]{3,50})(?::|\s[\u2013\u2014-])\s\W{0,4}(?:the |an? |our |my )?$",
    re.IGNORECASE,
)
_LABEL_BEHIND = re.compile(
    r"(?: [\w.+-]+){0,4}\W{0,3}(?:\s[\u2013\u2014-]\s|:|\()\W{0,4}"
    r"((?:the|our|my)\s[^\n:.,;\u00a7\u00a4]{3,50})",
    re.IGNORECASE,
)
_OBJECTS = listed("it them one this these that")
_ENDS = listed(". , ; : ! ?")
_SUBJECTS = listed("it they this that these")


def judgement(sentence: MarkedSentence, number: int) -> Reading | None:
    """Return what a sentence advises of one of its brands, or None if nothing.

    Args:
        sentence: The sentence.
        number: Which of its brands, 0-based.
    """
    if not (CUES & sentence.words or sentence.text[:5].lower().startswith(("if ", "when ", "for "))):
        return None
    place = sentence.brands[number]
    span = sentence.clause(place)
    words = words_in(sentence.text[span.start : span.end])
    nth = sum(span.start <= one < place for one in sentence.brands)
    at = [index for index, word in enumerate(words) if word == OTHER][nth]
    here = (*words[:at], HERE, *words[at + 1 :])
    found = advice(here, at) or verdict(here, at) or _labelled(sentence.text, place)
    if found is not None:
        return found
    alone = len(sentence.brands) == 1
    if (
        OTHER not in words[at + 1 :]
        and not CUES.isdisjoint(words)
        and (found := of_pronoun(words, at + 1)) is not None
    ):
        return found._replace(rule=f"{found.rule}.it")
    for clause in _clauses(sentence, span.end, span.start, alone=alone):
        if OTHER in clause or CUES.isdisjoint(clause):
            continue
        found = of_pronoun(clause)
        if found is not None:
            return found._replace(rule=f"{found.rule}.it")
    return None


def _labelled(text: str, place: int) -> Reading | None:
    """Return the verdict of a label before or behind a brand: "Top of the heap: §", "§ - our luxury pick"."""
    before = _LABEL_BEFORE.search(text, max(0, place - LABEL_REACH), place)
    if before is not None and (found := crown(_singular(words_in(before[1])))):
        return found._replace(rule="labelled")
    behind = _LABEL_BEHIND.match(text, place + 1)
    if behind is not None and (found := crown(words_in(behind[1])[:LABEL_WORDS])):
        return found._replace(rule="labelled")
    return None


def _singular(label: tuple[str, ...]) -> tuple[str, ...]:
    """Return a label, or nothing where it announces many: what it says is of none in particular."""
    return () if any(word.endswith("s") and word[:-1] in PICKS | CHOSEN for word in label) else label


def of_pronoun(words: Sequence[str], start: int = 0) -> Reading | None:
    """Return what a clause advises of what "it" or "one" stands for, or without a word for it."""
    for at in range(start, len(words)):
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else "."
        if word == "that" and not (following in BE or following in _ENDS or following in BLAME):
            continue
        if word in _OBJECTS or (word == "its" and at):
            here = (*words[:at], HERE, *words[at + 1 :])
            found = advice(here, at)
            if found is None and word in _SUBJECTS:
                found = verdict(here, at)
            if found is not None and found.rule != "great":
                return found
    words = words[start:]
    if words[:1] in (("not",), ("hardly",)) and (found := complement(words, 0, len(words), linked=True)):
        return found
    return dismissal(words)


def _clauses(sentence: MarkedSentence, end: int, start: int, *, alone: bool) -> Iterator[tuple[str, ...]]:
    """Yield the clauses behind that of the brand; where no other is named, those before it too."""
    text = sentence.text
    edges = [0, *(edge for one in sentence.breaks for edge in (one.start, one.end)), len(text)]
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    behind = [one for one in spans if one[0] >= end]
    for first, last in behind if alone else behind[:1]:
        yield words_in(text[first:last])
    if alone:
        for first, last in spans:
            if last <= start:
                yield words_in(text[first:last])
