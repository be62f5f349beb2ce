"""Sentences as words in clauses, with the target and other brands among them.

Belongs here: tokens, where clauses break, where a sentence turns ("but"), whether it asks. Not here: what a
word is worth (``valence``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from brand_monitor.domain.sentiment.valence import PHRASES
from brand_monitor.domain.text.links import Span

_TOKEN: Final = re.compile(
    "|".join(
        [
            *(phrase.replace(" ", r"[\s-]+") + r"\b" for phrase in sorted(PHRASES, key=len, reverse=True)),
            r"[^\W_]+(?:['\u2019-][^\W_]+)*+",
            r"[.,;:!?()\u2013\u2014\u2026|\n\"\u201c\u201d]",
        ]
    ),
    re.IGNORECASE,
)
_HARD: Final = frozenset(";()\u2026.!?\n") | {
    *("but", "however", "although", "though", "while", "whereas", "because", "unless", "despite", "yet"),
    *("which", "who", "whose", "after", "before", "since", "until", "when"),
}
_SOFT: Final = frozenset(',:|\u2013\u2014"\u201c\u201d') | {"and", "or", "that", "as", "for"}
_CONTRAST: Final = frozenset({"but", "however", "yet"})
#: "Although it is dear, it lasts": what follows the comma is what is meant.
_CONCESSION: Final = frozenset({"although", "though", "while", "despite"})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a sentence.

    Attributes:
        texts: Words and signs in small letters, straight apostrophes, phrases joined by hyphens.
        is_name: Whether each lies in a mention, of the target or of another brand.
        targets: First word of each mention of the target.
        others: First word of each other brand.
        soft: Commas and joining words up to each word, it included.
        hard: Breaks between clauses up to each word, it included.
        names: Mentions of other brands begun up to each word, it included.
        clause_start: First word of the clause that each word stands in.
        contrast: Where the sentence turns to what is meant, or None.
        is_question: Whether it asks.
    """

    texts: list[str]
    is_name: list[bool]
    targets: list[int]
    others: list[int]
    soft: list[int]
    hard: list[int]
    names: list[int]
    clause_start: list[int]
    contrast: int | None
    is_question: bool


def words_of(text: str, span: Span, named: Sequence[Span], others: Sequence[Span]) -> Words:
    """Cut a sentence into words.

    Args:
        text: The whole text.
        span: The sentence.
        named: Mentions of the target in it.
        others: Mentions of other brands in it.
    """
    texts: list[str] = []
    is_name: list[bool] = []
    first: dict[Span, int] = {}
    mentions = [*named, *others]
    for match in _TOKEN.finditer(text, span.start, span.end):
        inside = next((one for one in mentions if match.start() < one.end and match.end() > one.start), None)
        if inside is not None:
            first.setdefault(inside, len(texts))
        texts.append("-".join(match[0].lower().replace("\u2019", "'").split()))
        is_name.append(inside is not None)
    soft, hard, names, starts = _breaks(texts, is_name, {first[one] for one in others if one in first})
    return Words(
        texts=texts,
        is_name=is_name,
        targets=[first[one] for one in named if one in first],
        others=[first[one] for one in others if one in first],
        soft=soft,
        hard=hard,
        names=names,
        clause_start=starts,
        contrast=_contrast(texts),
        is_question="?" in texts[-2:],
    )


def _breaks(
    texts: Sequence[str], is_name: Sequence[bool], others: set[int]
) -> tuple[list[int], list[int], list[int], list[int]]:
    soft, hard, names, starts = [], [], [], []
    softs = hards = named = start = 0
    for at, (text, in_name) in enumerate(zip(texts, is_name, strict=True)):
        if not in_name:
            softs += text in _SOFT
            if text in _HARD:
                hards += 1
                start = at + 1
        named += at in others
        soft.append(softs)
        hard.append(hards)
        names.append(named)
        starts.append(min(start, at))
    return soft, hard, names, starts


def _contrast(texts: Sequence[str]) -> int | None:
    """Return where the part begins that is meant, in a sentence that turns."""
    for at in range(len(texts) - 1, 0, -1):
        if texts[at] in _CONTRAST and "not" not in texts[max(0, at - 6) : at]:
            return at
    if texts and texts[0] in _CONCESSION and "," in texts:
        return texts.index(",")
    return None
