"""Advice for and against: a brand as what somebody is told to take or to leave.

Belongs here: the verb, or the word of feeling, that a brand is the object of, and what stands before it: who
speaks to whom, denials, conditions. Not here: the words by class (``judgement_words``), what is said of a
brand as a subject (``verdicts``).

The way a clause points is a product of signs: of its verb ("buy" +, "avoid" -) and of each word before it
that turns it round ("not", "no reason to", "hard to", "a mistake to"). It is advice where it is an order,
where the answer speaks of itself ("I'd", "my"), where a reader should, or where a reason is given or
denied. What others do ("some breeders recommend") is none.
"""

from collections.abc import Sequence

from brand_monitor.domain.mentions.judgement_words import (
    DECIDED,
    ENDORSED,
    FILL,
    FORCE,
    FROM_SHOPS,
    OBTAINED,
    OMITTED,
    PARTICLES,
    READERS,
    REASONS,
    SELF,
    SOFTENERS,
    STOPS,
    VERBS,
    WEAK,
    Verb,
    listed,
)
from brand_monitor.domain.mentions.orders import (
    denied_order,
    felt,
    order_after_condition,
    placed,
    should_be_on,
    unbeaten,
)
from brand_monitor.domain.mentions.turning import OTHER, Reading, phrase_start, turned

REACH, UNKNOWN = 9, 2
_SHOPS = listed("from at via through")
_OTHERS = listed("they users some many reviewers critics")
_WORTHY = listed("worth wise smart sensible best better advise reasons")
_GROUNDS = listed("reason reasons point sense excuse case argument mistake error regret")
_NOBODYS_ORDER = listed("can could will to may might who they it")
_WHEN = listed("before after when while since by whether how where")
_PREPOSITIONS = listed("in on at with for to from of by into")
_LIKING = listed("love like enjoy prefer")
_LIKED = {(word,) for word in listed("might may will would you i we nobody really also not")}
_PLACING = listed("give gives giving put puts leave keep rank rate place rule write cross strike ranked take")


def advice(words: Sequence[str], at: int) -> Reading | None:
    """Return what a clause advises of the brand at ``at``, or None if nothing."""
    return (
        _as_object(words, at)
        or denied_order(words, at)
        or unbeaten(words, at)
        or felt(words, at)
        or order_after_condition(words, at)
    )


def _as_object(words: Sequence[str], at: int) -> Reading | None:  # noqa: PLR0911 - one form, one ending
    found = _governor(words, at)
    if found is None:
        return placed(words, at) or should_be_on(words, at)
    where, verb, polarity = found
    if verb.base in {"want", "need"} and {"to", "from", "of", "for"} & set(words[where:at]):
        return None
    if verb.base in _PLACING and (put := placed(words, at)):
        return put
    before = words[phrase_start(words, where) : where]
    if "whether" in before or (
        verb.form == "ing" and before and before[-1] in _WHEN and "think" not in before
    ):
        return None
    flips = turned(before)
    outer = _outer(words, where, verb)
    if outer is not None:
        return outer._replace(polarity=outer.polarity * polarity)
    if flips % 2 and polarity < 0 and verb.base != "waste":
        # "No reason to avoid" denies a warning and is no advice.
        return Reading(1, "not_missed") if verb.base in OMITTED else None
    sign = polarity * (1 if verb.base == "waste" else (-1) ** flips)
    force = _force(before, verb, flips)
    return Reading(sign, force) if force else None


def _governor(words: Sequence[str], at: int) -> tuple[int, Verb, int] | None:
    """Return where the verb stands that takes the brand, the verb, and which way it points."""
    between: list[str] = []
    unknown, has_object = 0, False
    for where in range(at - 1, max(-1, at - 1 - REACH), -1):
        word = words[where]
        verb = _verb_at(words, where)
        if verb is not None:
            polarity = _pointed(verb, between)
            if polarity and not (has_object and verb.base not in PARTICLES):
                return where, verb, polarity
        if _ends_object(words, where, verb):
            return None
        if word not in FILL and word not in (OTHER, ",") and not word.endswith("ly"):
            has_object = has_object or bool(_PREPOSITIONS & set(between))
            unknown += 1
            if unknown > UNKNOWN or "like" in between:
                return None
        between.append(word)
    return None


def _verb_at(words: Sequence[str], where: int) -> Verb | None:
    """Return the verb at a place, unless it is no verb there: "brands like §", "a used §"."""
    word = words[where]
    verb = VERBS.get(word)
    if verb is None or (word == "like" and words[max(0, where - 1) : where] not in _LIKED):
        return None
    return None if word in FILL and _is_adjective(words, where, verb) else verb


def _ends_object(words: Sequence[str], where: int, verb: Verb | None) -> bool:
    """Return whether a word cannot stand between a verb and its object."""
    word = words[where]
    if word == ",":
        return OTHER not in (words[where - 1], words[where + 1])
    is_open = word in FILL or word == OTHER or word.endswith("ly")
    return word in STOPS or (not is_open and (verb is not None or word.endswith("ing")))


def _is_adjective(words: Sequence[str], where: int, verb: Verb) -> bool:
    """Return whether a form of a verb stands before a noun: "a used §"."""
    return verb.form == "past" and where > 0 and words[where - 1] in FILL


def _pointed(verb: Verb, between: Sequence[str]) -> int:
    """Return which way a verb points, by its particle; 0 where it says nothing with these words behind it."""
    nearest = between[::-1]
    particles = PARTICLES.get(verb.base)
    if particles is None:
        if verb.base in FROM_SHOPS and nearest and nearest[0] in _SHOPS:
            return 0
        against = {"against", "elsewhere"} & set(nearest)
        return -abs(verb.polarity) if against else verb.polarity
    for word in nearest[:3]:
        if word in particles:
            return particles[word]
    return particles.get("", 0) if not nearest or nearest[0] not in _SHOPS | {"to", "by", "like"} else 0


def _outer(words: Sequence[str], where: int, verb: Verb) -> Reading | None:
    """Return what is said of doing it: "I'd avoid buying", "worth trying"."""
    if verb.form == "ing" and where and words[where - 1] == "worth":
        flips = turned(words[phrase_start(words, where - 1) : where - 1])
        return Reading((-1) ** flips, "worth")
    return None


def _force(before: Sequence[str], verb: Verb, flips: int) -> str | None:
    """Return the construction by which a verb is advice, given what stands before it in its phrase."""
    said = set(before)
    if _is_order(before, verb):
        return "told" if before[-1:] != ("to",) else None
    if verb.form == "s" and said & {"nobody", "none"}:
        return "nobody"
    if "if" in said or (said & _OTHERS and not said & FORCE):
        return None
    if (flips and said & _GROUNDS) or {"think", "before"} <= said or {"do", "well", "to"} <= said:
        return "reasoned"
    return "told" if _is_second_order(before, verb) else _by_speaker(said, verb, flips)


def _is_order(before: Sequence[str], verb: Verb) -> bool:
    is_bare = all(word in SOFTENERS or word in {"not", "never"} for word in before)
    return verb.form == "base" and is_bare and not set(before) & READERS - {"most"}


def _by_speaker(said: set[str], verb: Verb, flips: int) -> str | None:
    """Return the construction by who does it: the answer itself, a reader, anybody for a reason."""
    if said & SELF:
        return _of_oneself(said, verb, flips)
    if verb.base in _LIKING and said & {"will", "would"} and not said & {"it", "they", "who"}:
        return "should"
    if said & REASONS:
        is_ground = {"time", "to"} <= said or {"reason", "to"} <= said or said & _WORTHY
        return "reasoned" if flips or is_ground else None
    is_told = said & FORCE and (verb.form == "base" or "be" in said or {"no", "one"} <= said)
    if is_told or not (said & READERS and verb.form == "base"):
        return "should" if is_told else None
    return _of_readers(said, verb, flips)


def _is_second_order(before: Sequence[str], verb: Verb) -> bool:
    """Return whether an order goes on: "save your money and get", "skip the rest and buy"."""
    return (
        verb.form == "base"
        and bool(before)
        and before[-1] in {"and", "then", "instead"}
        and (before[0] in VERBS or before[0] in {"save", "do", "treat"})
        and not set(before) & (SELF | _NOBODYS_ORDER)
    )


def _of_oneself(said: set[str], verb: Verb, flips: int) -> str | None:
    if said & {"think", "guess", "wonder", "unsure", "tested", "doubt"} and not flips:
        return None
    if "would" in said or "will" in said:
        return "would"
    if verb.base not in ENDORSED:
        return "would" if flips and said & {"can", "could"} and verb.base not in OBTAINED else None
    if verb.form == "past" and verb.base not in DECIDED and not said & {"keep", "always"}:
        return None
    if flips and verb.base in {"use", "wear", "drive"} and not said & {"longer", "never"}:
        return None
    return "of_oneself"


def _of_readers(said: set[str], verb: Verb, flips: int) -> str | None:
    if (
        verb.base in {"want", "need"}
        and not said & {"did", "what", "when", "that"}
        and (flips or "do" not in said)
    ):
        return "should"
    if "will" in said or "want" in said or "need" in said or "better" in said:
        return "should"
    if said & WEAK:
        if flips:
            return None if verb.base in OBTAINED else "should"
        return (
            "should" if verb.base in {"consider", "look", "go", "like", "love", "enjoy", "prefer"} else None
        )
    return None
