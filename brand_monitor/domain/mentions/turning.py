"""Signs of a clause: what turns round what follows it, where its phrases begin, set phrases.

Belongs here: what the readings of a clause share. Not here: the readings (``advice``, ``orders``,
``verdicts``, ``titles``), the words by class (``judgement_words``).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from brand_monitor.domain.mentions.judgement_words import HARD, NEGATORS, REASONS, SCARCE, TURNERS

HERE, OTHER = "\u00a7", "\u00a4"
# Words that are looked back over for what turns a verb round.
BACK = 10
_EDGES = frozenset(',;:.?!()|\u2013\u2014-"')


class Reading(NamedTuple):
    """Which way a clause points (1 or -1), and the construction that says so."""

    polarity: int
    rule: str


def turned(words: Sequence[str]) -> int:
    """Return how many of these words turn round what follows."""
    flips = 0
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        flips += (
            word in NEGATORS
            or (word in SCARCE)
            or (word in TURNERS)
            or (word in HARD and following in {"to", "time", "for", "pressed"})
            or (word in {"little", "few"} and following in REASONS)
            or (word == "too" and "to" in words[at + 1 :])
            or (word == "before" and bool({"twice", "hard", "long", "carefully"} & set(words[:at])))
        )
    return flips


def phrase_start(words: Sequence[str], where: int) -> int:
    """Return where the phrase begins that a verb stands in: behind a comma, colon, dash or other brand."""
    for at in range(where - 1, max(-1, where - 1 - BACK), -1):
        if words[at] in {",", ";", ":", ".", "?", "!", "(", ")", "|", "\u2013", "\u2014", "-", '"'}:
            return at + 1
    return max(0, where - BACK)


def phrase_at(listed: Mapping[str, list[tuple[str, ...]]], words: Sequence[str], at: int, end: int) -> int:
    """Return how many words of a listed phrase stand at ``at``; 0 for none."""
    for phrase in listed.get(words[at], ()):
        size = len(phrase)
        if at + size <= end and all(
            wanted in ("#", word) for wanted, word in zip(phrase, words[at : at + size], strict=True)
        ):
            return size
    return 0


def signed(polarity: int, flips: int, rule: str) -> Reading | None:
    """Return a reading turned round as often as given; a denial of blame is no praise."""
    sign = polarity * (-1) ** flips
    if polarity < 0 < sign and rule != "choice":
        return None
    return Reading(sign, rule)
