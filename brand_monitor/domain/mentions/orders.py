"""Further forms of advice: where a brand is put, orders with any verb, denials that praise, feelings.

Belongs here: forms that need no verb of the lists. Not here: verbs of taking and leaving (``advice``).
"""

from collections.abc import Sequence

from brand_monitor.domain.mentions.judgement_words import (
    FILL,
    FORCE,
    MODALS,
    NEGATORS,
    READERS,
    SELF,
    SOFTENERS,
    STOPS,
    listed,
)
from brand_monitor.domain.mentions.turning import HERE, OTHER, Reading, phrase_start, turned

REACH = 9
# Words of the shortest condition, its comma included.
SHORTEST = 3
_BEATEN = listed(
    "beat beats top tops match matches rival rivals touch touches surpass surpasses fault equal equals"
    " compares compare outdoes argue"
)
_FEELINGS = {
    **dict.fromkeys(listed("fan fans sold happy happier happiest served hands off comfortable convinced"), 1),
    **dict.fromkeys(
        listed("wary cautious careful skeptical sceptical nervous suspicious leery disappointed"), -1
    ),
}
_ALWAYS_ADVICE = listed("served hands off wary careful cautious skeptical sceptical leery")
_NO_ORDER = listed(
    "expect worry confuse forget overlook assume mistake let be underestimate think ask compare say call"
    " describe rank hesitate mind discount dismiss ignore miss have know mean see want need regret fault"
    " blame put place rate skip avoid rule sleep believe care judge argue change trade swap"
)
_BEFORE_ORDER = listed("if for when to on with unless in at")
_NOT_VERBS = listed("every all only just much many enough too so even everyone")
_PLACING = listed("give gives giving put puts leave keep rank rate place rule write cross strike ranked take")
_WELL_PLACED = listed("first highest top try chance shot go look whirl spin nod vote number")
_ILL_PLACED = listed("miss pass skip rest berth out off alone shelf behind last bottom")


def placed(words: Sequence[str], at: int) -> Reading | None:
    """Return advice by where a brand is put: "give § a miss", "keep § out of", "rank § first"."""
    start = phrase_start(words, at)
    verb = next((where for where in range(at - 1, start - 1, -1) if words[where] in _PLACING), None)
    if verb is None or verb < at - 4 or (words[verb + 1 : at] and not set(words[verb + 1 : at]) <= FILL):
        return None
    before = words[start:verb]
    if not (set(before) & (SELF | FORCE) or set(before) <= SOFTENERS | NEGATORS):
        return None
    for word in words[at + 1 : at + 7]:
        if word in _WELL_PLACED or word in _ILL_PLACED:
            return Reading((1 if word in _WELL_PLACED else -1) * (-1) ** turned(before), "placed")
    return None


def should_be_on(words: Sequence[str], at: int) -> Reading | None:
    """Return advice to be with something: "serious teams should be on §"."""
    before = words[max(0, at - 6) : at]
    if before[-1:] in (("on",), ("with",), ("using",)) and before[-2:-1] == ("be",) and "should" in before:
        return Reading((-1) ** turned(before), "should")
    return None


def denied_order(words: Sequence[str], at: int) -> Reading | None:
    """Return a warning by any verb: "don't convert money through", "I wouldn't board"."""
    for where in range(at - 2, max(-1, at - 2 - REACH), -1):
        if words[where] in STOPS or words[where] == ",":
            return None
        if words[where] not in {"not", "never"}:
            continue
        verb = next((word for word in words[where + 1 : at] if word not in SOFTENERS), "")
        if (
            (verb in _NO_ORDER and words[at - 1] != "into")
            or verb in STOPS | _NOT_VERBS
            or verb in FILL - {"using", "buying", "getting"}
            or verb.endswith(("ing", "ed"))
        ):
            return None
        before = [word for word in words[phrase_start(words, where) : where] if word not in SOFTENERS]
        if not before:
            return Reading(-1, "told_not")
        if before[-1] in {"would", "should"} and set(before) & (SELF | READERS):
            return Reading(-1, "would_not")
        return None
    return None


def unbeaten(words: Sequence[str], at: int) -> Reading | None:
    """Return praise by a denial: "nothing touches", "you won't find a better one than"."""
    near = at - 1
    while near >= 0 and words[near] in {"the", "a", "an", OTHER, "or", "and", "with"}:
        near -= 1
    if near < 1:
        return None
    before = words[phrase_start(words, near) : near]
    if (
        words[near] in _BEATEN
        and turned(before) % 2
        and set(before) & ({"nothing", "nobody", "none", "no", "few", "to", "can"})
    ):
        return Reading(1, "unbeaten")
    better = {"better", "finer", "safer", "stronger", "smarter", "easier"} & set(before)
    if words[near] in {"than", "from"} and better and turned(before) % 2:
        return Reading(1, "none_better")
    return None


def felt(words: Sequence[str], at: int) -> Reading | None:  # noqa: PLR0911 - one form, one ending
    """Return advice by a word of feeling: "in safe hands with", "wary of", "happiest with"."""
    for where in range(at - 2, max(-1, at - 6), -1):
        word = words[where]
        if word in STOPS or "if" in words[:where]:
            return None
        polarity = _FEELINGS.get(word)
        if polarity is None:
            continue
        if words[where + 1] not in {"of", "with", "by", "on", "about"}:
            return None
        start = phrase_start(words, where)
        said, flips = set(words[start:where]), turned(words[start:where])
        if word == "off" and "better" not in said:
            return None
        if polarity < 0:
            is_own = not said or bool(said & (SELF | {"be"}))
            return Reading(-1, "felt") if is_own and not flips else None
        if (
            word in _ALWAYS_ADVICE
            or said & SELF
            or (said & (READERS | MODALS) and said & {"will", "would", "are"})
        ):
            return Reading(polarity * (-1) ** flips, "felt")
        return None
    return None


def order_after_condition(words: Sequence[str], at: int) -> Reading | None:
    """Return advice by any verb behind a condition: "If budget is no object, feed §"."""
    start = phrase_start(words, at)
    if start < SHORTEST or words[start - 1] != "," or words[0] not in _BEFORE_ORDER:
        return None
    between = words[start:at]
    ends = at + 1 == len(words) or words[at + 1] in {".", ",", "!", ";", "for", "and", "or"}
    if not between:
        is_last = ends and at + 2 >= len(words) and not {OTHER, ":"} & set(words)
        return Reading(1, "answered") if is_last and words[0] in {"if", "for", "when"} else None
    verb = between[0]
    is_verb = (
        verb.isalpha()
        and verb not in FILL | STOPS | _NO_ORDER | MODALS
        and not verb.endswith(("ly", "s", "ed", "ing"))
    )
    filled = all(word in FILL for word in between[1:])
    return Reading(1, "told") if ends and is_verb and filled and HERE not in between else None
