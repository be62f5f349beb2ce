"""What is said of one aspect of a target, such as its price: the clauses that hold a word of the aspect.

Belongs here: narrowing a target to an aspect. Not here: which aspects a monitor has (``monitor.aspects``),
judging (``lexicon``).

"Durable but expensive" praises the durability and blames the price: what is judged is a clause, not a
sentence. Clauses end at punctuation and at turning words, and at "and" where both sides say something.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from brand_monitor.domain.sentiment.grading import Passage, Target
from brand_monitor.domain.sentiment.valence import valence_of
from brand_monitor.domain.text.links import Span

#: Id of an aspect -> words that speak of it; a word ending in ``*`` stands for all that begin with it.
Aspects = Mapping[str, Sequence[str]]

_BREAK: Final = re.compile(
    r"(?<!\d)[,;:.!?()|\u2013\u2014](?=\s|$|\()|[()|\u2014]"
    r"|\s(?:but|however|although|though|while|whereas|yet|despite)\s|\s-\s",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s(?:and|&|plus)\s", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*+")


def words_version(words: Sequence[str]) -> str:
    """Return the hash, 12 hex digits, of the words of an aspect: other words find other clauses."""
    told = "\x1f".join(sorted({word.lower() for word in words}))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def narrowed(target: Target, aspect: str, words: Sequence[str]) -> Target | None:
    """Return the target with only what it says of an aspect, None where that is nothing.

    Args:
        target: All that speaks of a brand.
        aspect: Id of the aspect.
        words: What speaks of it, in any case.
    """
    pattern = _pattern(tuple(words))
    kept = [
        part
        for passage in target.passages
        if pattern.search(target.text, passage.span.start, passage.span.end)
        for part in _parts(target, passage, pattern)
    ]
    return replace(target, passages=tuple(kept), aspect=aspect, kinds=()) if kept else None


@lru_cache(maxsize=1_024)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(
        re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else r"(?:s|es)?")
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE)


def _parts(target: Target, passage: Passage, pattern: re.Pattern[str]) -> Iterator[Passage]:
    for clause in _clauses(target.text, passage.span):
        # A name may hold a word of the aspect: "Value Village" says nothing of value.
        if not any(
            not any(name.start < hit.end() and hit.start() < name.end for name in passage.named)
            for hit in pattern.finditer(target.text, clause.start, clause.end)
        ):
            continue
        if _speaks_of_target(target, passage, clause):
            named = tuple(one for one in passage.named if clause.start <= one.start and one.end <= clause.end)
            yield Passage(clause, named, passage.leaning)


def _clauses(text: str, span: Span) -> Iterator[Span]:
    at = span.start
    for match in [*_BREAK.finditer(text, span.start, span.end), None]:
        end = match.start() if match else span.end
        yield from _sides(text, Span(at, end))
        at = match.end() if match else span.end


def _sides(text: str, clause: Span) -> Iterator[Span]:
    """Yield both sides of an "and" where each says something, else the whole."""
    match = _AND.search(text, clause.start, clause.end)
    if match and all(map(_is_charged, (text[clause.start : match.start()], text[match.end() : clause.end]))):
        yield from _sides(text, Span(clause.start, match.start()))
        yield from _sides(text, Span(match.end(), clause.end))
    elif said := text[slice(*clause)].strip():
        start = text.index(said, clause.start)
        yield Span(start, start + len(said))


def _is_charged(text: str) -> bool:
    return any(valence_of(word.lower()) for word in _WORD.findall(text))


def _speaks_of_target(target: Target, passage: Passage, clause: Span) -> bool:
    """Return whether the brand that a clause speaks of is the target: the last one named up to its end."""
    if not passage.named:
        return True
    names = sorted(
        [
            *((one, True) for one in passage.named),
            *((one, False) for one in target.others if passage.span.start <= one.start < passage.span.end),
        ]
    )
    before = [is_target for one, is_target in names if one.start < clause.end]
    return before[-1] if before else names[0][1]
