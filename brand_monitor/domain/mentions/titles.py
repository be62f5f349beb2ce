"""Titles: which way a name for the best or the worst points, and the brand that it is given to.

Belongs here: "our overall winner", "the weakest option", "a great place to begin is". Not here: what is
said of a brand as a subject (``verdicts``).
"""

from collections.abc import Sequence

from brand_monitor.domain.mentions.judgement_phrases import BLAME, PRAISE
from brand_monitor.domain.mentions.judgement_words import (
    BAD,
    CHOSEN,
    GOOD,
    PICKS,
    SELF,
    SOFTENERS,
    VERBS,
    listed,
)
from brand_monitor.domain.mentions.turning import OTHER, Reading, phrase_at, signed, turned

SHORTEST, TITLE, REACH = 2, 6, 12
_LINKS = listed("is are be remains remain goes go comes come has would 's")


def of_complement(words: Sequence[str], at: int) -> Reading | None:
    """Return the verdict that a brand is the answer to: "a great place to begin is §", "my money is on §"."""
    if SHORTEST < at < TITLE and words[at - 1] == "," and phrase_at(PRAISE, words, 0, at):
        return Reading(1, "title")
    near = at - 1
    skipped = SOFTENERS | {
        "the",
        "a",
        "an",
        "to",
        "from",
        "on",
        "with",
        "still",
        ":",
        "be",
        "easily",
        "your",
        "currently",
        "without",
        "question",
    }
    while near >= 0 and words[near] in skipped:
        near -= 1
    link = near if near >= 0 and words[near] in _LINKS else -1
    if link < 1:
        return None
    start = link
    while (
        start > 0
        and link - start < REACH
        and words[start - 1] not in {",", ";", ".", ":", "?", "\u2013", "\u2014"}
    ):
        start -= 1
    named = words[start:link]
    if OTHER in named or "than" in named:
        return None
    return crown(named)


def crown(named: Sequence[str]) -> Reading | None:  # noqa: C901, PLR0911 - one form, one ending
    """Return which way a title points: "our overall winner", "the weakest option", "top of the heap"."""
    flips = turned([word for word in named if word not in {"best", "better"}])
    adjective, owner = 0, False
    if "would" in named and SELF & set(named):
        verb = next((VERBS[word] for word in named[named.index("would") :] if word in VERBS), None)
        return Reading(verb.polarity * (-1) ** flips, "relative") if verb else None
    for at, word in enumerate(named):
        if phrase_at(PRAISE, named, at, len(named)):
            return signed(1, flips, "title")
        if phrase_at(BLAME, named, at, len(named)):
            return signed(-1, flips, "title")
        if word in {"my", "our", "the"}:
            owner = True
        if (
            at
            and named[at - 1] in {"my", "our"}
            and word in {"money", "vote", "nod", "dollars", "cash", "heart", "loyalty"}
        ):
            return signed(1, flips, "title")
        if word in GOOD:
            adjective = 1
            if word in {"best", "safest", "smartest"} and at and named[at - 1] in {"the", "our", "my"}:
                return signed(1, flips, "title")
        elif word in BAD:
            adjective = -1
        if (adjective and word in PICKS | CHOSEN) or (owner and word in CHOSEN):
            return signed(adjective or 1, flips, "title")
    return None
