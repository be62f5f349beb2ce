"""Who does what to whom: comparisons, and verbs whose effect is on their object.

Belongs here: what the place of a target beside a verb or "than" says of it. Not here: plain praise and blame
(``lexicon``).
"""

from collections.abc import Sequence
from typing import Final

from brand_monitor.domain.sentiment.clauses import Words
from brand_monitor.domain.sentiment.valence import NEGATORS, done_to, listed

_REACH: Final = 6
_COMPARATIVES: Final = frozenset(
    listed("""
    better cheaper faster lighter longer stronger more superior easier quieter softer cleaner simpler safer
    smoother sharper bigger larger greater higher smarter nicer
""")
)
_WORSE: Final = frozenset(
    listed("worse slower heavier weaker less pricier costlier louder harder inferior lower poorer noisier")
)
_BE: Final = frozenset(listed("is are was were be been being gets got get"))
_COMPARED: Final = 2.5
#: Strength of being passed over: "choose A over X", "instead of X", "unlike X".
_UNLIKE, _INSTEAD, _OVER = -0.6, -1.0, -1.2
_PREFERRING: Final = frozenset(
    listed("choose chose prefer prefers preferred pick picked recommend chosen edge edges")
)
_SAYING: Final = frozenset(
    listed(
        "said says told tells tweeted wrote added adds asked explained announced argued insisted claimed"
        " claims noted stated suggested responded replied testified reported writes"
    )
)


def comparison(words: Words, strengths: Sequence[float]) -> float:
    """Return what comparisons say of the target beyond the plain strengths of their words.

    In "A is better than X" the words stand near X and speak against it: their strength is taken back and the
    turned one given.
    """
    total = 0.0
    for anchor in words.targets:
        before = range(max(words.clause_start[anchor], anchor - _REACH), anchor)
        than = next((at for at in reversed(before) if words.texts[at] == "than"), None)
        if than is not None and not _is_name_between(words, than + 1, anchor):
            total += _turned(words, strengths, than)
        total += _passed_over(words, before)
    return total


def _turned(words: Words, strengths: Sequence[float], than: int) -> float:
    compared = range(max(0, than - _REACH), than)
    texts = {words.texts[at] for at in compared}
    sign = _sign(texts)
    if not sign:
        return 0.0
    return -sum(strengths[at] for at in compared) - sign * _COMPARED


def _sign(texts: set[str]) -> int:
    sign = -1 if texts & _WORSE else 1 if texts & _COMPARATIVES else 0
    return -sign if texts & NEGATORS else sign


def _passed_over(words: Words, before: range) -> float:
    texts = [words.texts[at] for at in before]
    if not texts:
        return 0.0
    if texts[-1] == "unlike" or texts[-2:-1] == ["unlike"]:
        return _UNLIKE
    if texts[-2:] == ["instead", "of"]:
        return _INSTEAD
    if texts[-1] == "over" and _PREFERRING & {
        words.texts[at] for at in range(max(0, before.stop - 8), before.stop)
    }:
        return _OVER
    return 0.0


def _is_name_between(words: Words, start: int, end: int) -> bool:
    return any(words.is_name[start:end])


def done_by_verbs(words: Words) -> float:
    """Return what verbs do to the target: as their object, or as the subject of their passive.

    "Critics slammed X" and "X was slammed" are bad for X, "X slammed critics" is not; what the plain strength
    of such a verb says of its subject is taken as it is.
    """
    total = 0.0
    for anchor in words.targets:
        for at in range(max(0, anchor - 4), anchor):
            if _links(words, at + 1, anchor) and words.texts[at].endswith(("ed", "es", "s", "ing", "e", "t")):
                total += 0.75 * done_to(words.texts[at])
        end = _end_of_name(words, anchor)
        for at in range(end, min(len(words.texts), end + 5)):
            if words.texts[at].endswith(("ed", "hit", "beaten")) and _BE & set(words.texts[end:at]):
                total += 0.75 * done_to(words.texts[at])
    return total


def is_speaker(words: Words) -> bool:
    """Return whether the target is who says what the sentence says: "..., X told reporters"."""
    for anchor in words.targets:
        end = _end_of_name(words, anchor)
        if _SAYING & {*words.texts[max(0, anchor - 1) : anchor], *words.texts[end : end + 2]}:
            return True
    return False


def _links(words: Words, start: int, end: int) -> bool:
    """Return whether only small words stand between a verb and its object."""
    small = {"the", "a", "an", "by", "of", "mr", "mrs", "ms", "president", "senator", "former", "both", "all"}
    return all(words.texts[at] in small or words.texts[at] == "." for at in range(start, end))


def _end_of_name(words: Words, anchor: int) -> int:
    end = anchor
    while end < len(words.texts) and words.is_name[end]:
        end += 1
    return end
