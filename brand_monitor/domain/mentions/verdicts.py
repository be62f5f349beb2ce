"""Verdicts: what a clause says of a brand as its subject, its complement or under its label.

Belongs here: the verb behind the brand and its complement, superlatives that it is the answer to, labels. Not
here: the words by class (``judgement_words``), the brand as an object (``advice``).

A verdict is a noun of choice with an adjective or an owner ("a poor fit", "my pick"), a set phrase ("hard to
beat"), or advice in a relative clause ("the one I'd skip"), with every denial in between turning it round.
Praise or blame of a part ("the grinder is excellent") is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from brand_monitor.domain.mentions.judgement_phrases import BLAME, DISMISSED, PRAISE
from brand_monitor.domain.mentions.judgement_words import (
    BAD,
    BE,
    CHOSEN,
    ENDORSED,
    GOOD,
    MODALS,
    NEGATORS,
    PARTICLES,
    PARTS,
    PICKS,
    SCARCE,
    SELF,
    SOFTENERS,
    VERBS,
    listed,
)
from brand_monitor.domain.mentions.titles import of_complement
from brand_monitor.domain.mentions.turning import OTHER, Reading, phrase_at, signed, turned

REACH, NAME, ADJECTIVE_REACH, LINK_REACH = 22, 6, 3, 3
_ENDS = listed(". ; ? ! |")
_BREAKS = _ENDS | {OTHER, "if", "whether", "than", "because", "although"}
_NOT_SUBJECT = listed("with in from of to for at on by than like")
_HAVING = listed("has have does do")
_TROUBLE = listed("hassle trouble fuss work pain")
_APART = frozenset((*listed("and a an"), ",", "-", "\u2013", "\u2014", ":", "("))
_OWNERS = listed("my our the your")
_RELATIVE = listed("what where that which who why")
_COMPARED = listed("better smarter safer wiser stronger superior")
_TO_HAVE = listed("get buy beat have own avoid skip choose pick")
_FOR_READERS = listed("what most you your beginners everyday this")
_ABSOLUTE = listed(
    "excellent fantastic outstanding superb amazing perfect ideal brilliant terrific wonderful top-notch"
    " unbeatable great worthwhile"
)
_WORTH_SAYING = listed(
    "noting mentioning knowing remembering pointing checking asking comparing waiting keeping emphasizing"
)


def verdict(words: Sequence[str], at: int) -> Reading | None:
    """Return the verdict of a clause on the brand at ``at``, or None if it gives none."""
    if tuple(words[at + 1 : at + 3]) == ("it", "is"):
        return Reading(1, "answered")
    if phrase_at(PRAISE, words, at + 1, len(words)) if at + 1 < len(words) else 0:
        return Reading(1, "verdict")
    return _of_subject(words, at) or of_complement(words, at)


def _of_subject(words: Sequence[str], at: int) -> Reading | None:
    verb = _verb_of(words, at)
    if verb is None:
        return None
    end = min(len(words), verb + REACH)
    for stop in range(verb, end):
        if words[stop] in _BREAKS - {"than"}:
            end = stop
            break
    makes = at > 0 and words[at - 1] in {"make", "makes", "making", "made"}
    found = complement(words, verb, end, linked=makes)
    owns = words[at + 1] == "'s" and not _is_verb_short(words, at + 1)
    return None if found is not None and owns and found.rule in {"great", "verdict"} else found


def _verb_of(words: Sequence[str], at: int) -> int | None:
    """Return where what is said of a subject begins, behind the words that belong to its name."""
    before = words[max(0, at - 4) : at]
    if before and before[-1] in _NOT_SUBJECT and not any(word.endswith("ing") for word in before):
        return None
    for where in range(at + 1, min(len(words), at + 1 + NAME)):
        word = words[where]
        if word == OTHER and words[where - 1] in {"and", "or", ",", "the", "&", "/"}:
            continue
        if word in _ENDS:
            break
        if word in _BREAKS or word in PARTS:
            return None
        is_verb = word in BE | MODALS | NEGATORS | _HAVING or (
            where > at + 1 and word.endswith("s") and not word.endswith("ss")
        )
        if is_verb or _is_phrase(words, where):
            return where
    return at + 1 if at + 1 < len(words) else None


def _is_phrase(words: Sequence[str], where: int) -> bool:
    """Return whether a verdict begins at a place."""
    word, end = words[where], len(words)
    return bool(
        (word in PRAISE and phrase_at(PRAISE, words, where, end))
        or (word in BLAME and phrase_at(BLAME, words, where, end))
    )


def _is_verb_short(words: Sequence[str], where: int) -> bool:
    following = words[where + 1] if where + 1 < len(words) else ""
    return following in {"the", "a", "an", "not", "my", "our", "still", "hard", "your", "what", "where"}


def complement(words: Sequence[str], start: int, end: int, *, linked: bool = False) -> Reading | None:
    """Return the verdict between two places, the first that is given."""
    seen = _Seen(linked=linked, link=start)
    for at in range(start, end):
        seen.passes(words[at])
        word = words[at]
        if word in PRAISE and phrase_at(PRAISE, words, at, end):
            return signed(1, seen.flips, "verdict")
        if word in BLAME and phrase_at(BLAME, words, at, end):
            return signed(-1, seen.flips, "verdict")
        found = _given(words, at, end, seen)
        if found is not None:
            return found
        seen.notes(words[at], at)
    return None


@dataclass
class _Seen:
    """What the words of a complement up to a place have said.

    Attributes:
        linked: Whether a verb of being joins it to the brand.
        link: Where that verb stands.
        flips: Denials so far.
        adjective: Which way the last adjective points, 0 where none is near.
        since: Words since that adjective.
        owner: Whether it is somebody's ("my", "our", "the").
    """

    linked: bool
    link: int
    flips: int = 0
    adjective: int = 0
    since: int = 0
    owner: bool = False

    def passes(self, word: str) -> None:
        """Forget an adjective that is too far away, or that another noun begins after."""
        self.since += 1
        if self.since > ADJECTIVE_REACH or word in _APART:
            self.adjective = 0

    def notes(self, word: str, at: int) -> None:
        """Take in a word that gives no verdict by itself."""
        if word in NEGATORS or word in SCARCE:
            self.flips += 1
        elif word in BE or word in MODALS:
            self.linked, self.link = True, at
        elif word in _OWNERS:
            self.owner, self.adjective = True, 0
        elif word in GOOD or word in BAD:
            self.adjective, self.since = (1 if word in GOOD else -1), 0


def _given(words: Sequence[str], at: int, end: int, seen: _Seen) -> Reading | None:
    """Return the verdict that the word at a place gives, after what was seen before it."""
    word, following = words[at], words[at + 1] if at + 1 < end else ""
    if word == "worth" and following.endswith("ing") and following not in _WORTH_SAYING:
        return signed(1, seen.flips, "worth")
    if word == "least" and following in _TROUBLE:
        return signed(1, seen.flips, "verdict")
    if word == "too":
        return _too(words, at, end)
    return _linked(words, at, end, seen) if seen.linked else None


def _linked(words: Sequence[str], at: int, end: int, seen: _Seen) -> Reading | None:
    word = words[at]
    if word in GOOD and at - seen.link <= LINK_REACH:
        if word in _COMPARED and words[at - 1] == "the":
            return signed(1, seen.flips, "choice")
        is_whole = word in _ABSOLUTE and not seen.flips and _is_alone(words, at, end)
        return Reading(1, "great") if is_whole else None
    is_owned = seen.owner and word in CHOSEN and words[at - 1] in _OWNERS | GOOD | SOFTENERS
    if is_owned or (seen.adjective and word in PICKS | CHOSEN):
        is_other = words[at + 1 : at + 2] == ("to",) and word.startswith("alternative")
        return None if is_other else signed(seen.adjective or 1, seen.flips, "choice")
    if word in {"i", "we", "you", "to", "anyone"}:
        return _relative(words, at, end, seen.flips)
    if word in {"recommended", "avoided", "skipped"} and words[at + 1 : at + 2] != ("by",):
        return signed(1 if word == "recommended" else -1, seen.flips, "passive")
    return None


def _is_alone(words: Sequence[str], at: int, end: int) -> bool:
    return at + 1 >= end or words[at + 1] in {",", "for", ".", "if", "and", ")", "\u2014"}


def _too(words: Sequence[str], at: int, end: int) -> Reading | None:
    """Return a warning by "too": "too warm for me to endorse", "too slow to recommend"."""
    for where in range(at + 1, min(end, at + 8)):
        if words[where] == "for" and where + 1 < end and words[where + 1] in _FOR_READERS:
            return Reading(-1, "too")
        if words[where] == "to" and words[where + 1 : where + 3] in {("be", "worth"), ("be", "recommended")}:
            return Reading(-1, "too")
        if words[where] == "to" and where + 1 < end:
            verb = VERBS.get(words[where + 1])
            return Reading(-1, "too") if verb is not None and verb.polarity > 0 else None
    return None


def _relative(  # noqa: PLR0911 - one form, one ending
    words: Sequence[str], at: int, end: int, flips: int
) -> Reading | None:
    """Return advice in a relative clause: "what I'd buy", "the one to skip", "where I'd stay loyal"."""
    said = words[at : min(end, at + 9)]
    headed = at > 0 and (
        words[at - 1] in _RELATIVE | {"one", "ones", "something"}
        or "the" in words[max(0, at - 5) : at]
        or "a" in words[max(0, at - 3) : at]
    )
    if not headed:
        return None
    is_bare = words[at - 1] in {"one", "ones", "model", "brand", "thing", "name"}
    if said[0] == "to":
        is_bare = is_bare or bool(
            said[1:2] and said[1] in _TO_HAVE and (not "".join(said[2:3]).isalpha() or said[2] == "for")
        )
        verb = VERBS.get(said[1]) if len(said) > 1 and is_bare else None
        if said[1:2] in (("beat",), ("have",)) and is_bare:
            return signed(1, flips, "relative")
        return signed(verb.polarity, flips, "relative") if verb else None
    for where, word in enumerate(said[1:], 1):
        if word in SOFTENERS or word in MODALS or word in NEGATORS or word in {"actually", "have", "am"}:
            continue
        verb = VERBS.get(word)
        inner = turned(said[1:where])
        is_advice = (
            "would" in said[1:where]
            or "should" in said[1:where]
            or word in {"want", "need", "trust", "recommend"}
            or "keep" in said[1 : where + 1]
            or (verb is not None and verb.base in ENDORSED and said[0] in SELF)
        )
        if not is_advice:
            return None
        polarity = verb.polarity if verb else 1
        if verb and verb.base in PARTICLES and where + 1 < len(said):
            polarity = PARTICLES[verb.base].get(said[where + 1], polarity)
        if "against" in said[where:]:
            polarity = -1
        if word in {"say", "call", "think", "expect", "hesitate", "like"}:
            return None
        return _signed_inner(polarity, flips + inner)
    return None


def _signed_inner(polarity: int, flips: int) -> Reading:
    return Reading(polarity * (-1) ** flips, "relative")


def dismissal(words: Sequence[str]) -> Reading | None:
    """Return a warning in a clause that names nothing: "look elsewhere", "save your money"."""
    for at in range(len(words)):
        if phrase_at(DISMISSED, words, at, len(words)) and not turned(words[max(0, at - 4) : at]) % 2:
            return Reading(-1, "dismissed")
    return None
