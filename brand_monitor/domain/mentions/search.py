"""Find names in texts: one pass over everything, then Python only around what was found.

Belongs here: the automaton, word boundaries, offsets. Not here: whether a match is written as the name
(``written``), which of several matches counts (``settling``), what a mention says (``kinds``), what a name
may look like (``terms``).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind
from numpy.typing import NDArray

from brand_monitor.domain.mentions.boundaries import between_words
from brand_monitor.domain.mentions.folding import Folded, fold
from brand_monitor.domain.mentions.readable import readable
from brand_monitor.domain.mentions.readings import Company, has_sense, readings
from brand_monitor.domain.mentions.settling import (
    Candidate,
    Hit,
    leftmost,
    merged,
    settled,
    without_excluded,
)
from brand_monitor.domain.mentions.signals import local_signals
from brand_monitor.domain.mentions.terms import Spelling, Vocabulary
from brand_monitor.domain.mentions.written import in_domain, is_written, with_marks
from brand_monitor.domain.text.prose import hidden_spans

# Texts are searched together up to this many characters: enough to forget the cost of a call (9 us), few
# enough for the caches.
BATCH = 400_000
# A DFA is 1.4 times faster than an NFA and takes about 1 kB per character of all names together.
MAX_DFA_BYTES = 100_000
# Surfaces whose spelling was compared already, at most.
MAX_KEPT = 100_000


# Start, end, pattern, and whether the text around it says nothing more.
_Match = tuple[int, int, int, bool]


class NameSearch:
    """The automaton of all names of a monitor. Building takes about 1 ms per 100 names."""

    def __init__(self, words: Vocabulary, companies: Sequence[Company]) -> None:
        self._companies = companies
        patterns = list(words.spellings)
        self._spellings = list(words.spellings.values())
        small = sum(map(len, patterns)) <= MAX_DFA_BYTES
        self._automaton = BytesAhoCorasick(
            patterns, MatchKind.Standard, Implementation.DFA if small else Implementation.ContiguousNFA
        )
        self._may_be_glued = np.array(
            [any(one.term.may_be_glued for one in known) for known in self._spellings], np.bool_
        )
        self._is_plain = np.array(
            [_is_plain(known, companies[known[0].term.brand]) for known in self._spellings], np.bool_
        )
        # A name of one or two words: a match of its length, with a space where it has one, is as written.
        self._is_short = self._is_plain & np.array(
            [
                known[0].term.role == "name" and pattern.replace(b" ", b"", 1).isalnum()
                for pattern, known in words.spellings.items()
            ],
            np.bool_,
        )
        self._gap = np.array([pattern.find(b" ") for pattern in patterns], np.intp)
        self._length = np.array([len(pattern) for pattern in patterns], np.intp)
        self._brand = np.array([known[0].term.brand for known in self._spellings], np.intp)
        self._written: dict[tuple[int, str], bool] = {}

    def find_many(self, texts: Sequence[str], topics: Sequence[frozenset[str]]) -> list[list[Hit]]:
        """Return the names in each text, in order, never overlapping.

        Args:
            texts: The texts.
            topics: What each is about: words that speak for a name beside them.
        """
        found: list[list[Hit]] = []
        for batch in _batches(texts):
            hits: list[list[Hit]] = [[] for _ in batch]
            for at, matches in self._matches(batch):
                if isinstance(matches, _Words):
                    hits[at] = _shown(batch[at], matches)
                else:
                    hits[at] = self._settled(batch[at], matches, topics[len(found) + at])
            found += hits
        return found

    def _matches(self, batch: list[str]) -> "Iterator[tuple[int, list[_Match] | _Words]]":
        """Yield the matches of each text that has some, leftmost and longest first.

        Where all of a text are plain names of one or two words that do not touch each other, nothing is left
        to settle: these come as columns, for the price of a few operations on all texts together.
        """
        folded = fold(_JOIN.join(batch))
        start, end, pattern = self._bounded(folded)
        if not len(start):
            return
        plain = self._is_plain[pattern] & folded.is_apart(start, end)
        order = np.lexsort((-end, start))
        firsts = np.cumsum([0, *(len(text) + len(_JOIN) for text in batch)])
        owner = np.searchsorted(firsts, start[order], side="right") - 1
        start, end, pattern, plain = start[order], end[order], pattern[order], plain[order]
        reached = np.concatenate([[0], np.maximum.accumulate(end)[:-1]])
        inside = end <= reached  # of a longer match, which takes its letters
        gap = self._gap[pattern]
        is_written = (end - start == self._length[pattern]) & ((gap < 0) | folded.is_blank(start + gap))
        is_open = ~plain | ~inside & ~(self._is_short[pattern] & is_written & (start >= reached))
        is_open |= ~np.array([text.isascii() for text in batch], np.bool_)[owner]
        texts, begins = np.unique(owner, return_index=True)
        bounds = [*begins.tolist(), len(start)]
        start, end = start - firsts[owner], end - firsts[owner]
        kept = np.flatnonzero(~inside)
        shown = [column[kept].tolist() for column in (start, end, self._brand[pattern])]
        shown_bounds = np.searchsorted(kept, bounds).tolist()
        columns = [column.tolist() for column in (start, end, pattern, plain)]
        has_open = np.logical_or.reduceat(is_open, begins).tolist()
        for at, to_settle, row, shown_row in zip(
            texts.tolist(), has_open, pairwise(bounds), pairwise(shown_bounds), strict=True
        ):
            if to_settle:
                yield at, list(zip(*(column[slice(*row)] for column in columns), strict=True))
            else:
                yield at, _Words(*(column[slice(*shown_row)] for column in shown))

    def _bounded(self, folded: Folded) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Return start and end in the text and pattern of every match that lies between word boundaries."""
        matches = self._automaton.find_matches_as_indexes(folded.codes, overlapping=True)
        if not matches:
            return _NONE, _NONE, _NONE
        pattern, start, end = (
            np.fromiter(chain.from_iterable(matches), np.intp, 3 * len(matches)).reshape(-1, 3).T
        )
        codes = np.frombuffer(b"\x00" + folded.codes + b"\x00", np.uint8)
        # Most matches lie inside a word ("on" in "running"): drop them before anything that costs more.
        kept = self._may_be_glued[pattern] | ~(_IS_WORD[codes[start]] | _IS_WORD[codes[end + 1]])
        pattern, start, end = pattern[kept], start[kept], end[kept]
        if not len(pattern):
            return _NONE, _NONE, _NONE
        kept = between_words(folded, start, end, self._may_be_glued[pattern])
        return folded.offsets(start[kept]), folded.offsets(end[kept] - 1) + 1, pattern[kept]

    def _settled(self, text: str, matches: list[_Match], topic: frozenset[str]) -> list[Hit]:
        """Confirm matches in their text, apply exclusions, and keep the leftmost longest."""
        candidates: list[Candidate] = []
        is_cased: bool | None = None  # known where a match needs a closer look
        for start, end, pattern, plain in matches:
            if plain and (surface := text[start:end]).isascii():
                if self._is_written(pattern, surface):
                    candidates.append(Candidate(start, end, self._spellings[pattern][0].term, ()))
                continue
            if is_cased is None:
                is_cased = not (text.isupper() or (text.islower() and _LOWER_SENTENCE.search(text)))
            candidates += self._confirmed(text, start, end, pattern, is_cased=is_cased)
        if not candidates:
            return []
        hidden = hidden_spans(text)
        shown = candidates
        if hidden.starts:
            shown = [one for one in candidates if not hidden.touches(one.start, one.end)]
        if is_cased is None:
            return merged(text, leftmost(shown))
        kept = sorted(without_excluded(shown), key=lambda one: (one.start, -one.end))
        return merged(text, settled(kept, readings(text, kept, self._companies, topic)))

    def _is_written(self, pattern: int, surface: str) -> bool:
        """Return whether an ASCII surface is written as its name; surfaces come again, so this is kept."""
        known = self._written.get((pattern, surface))
        if known is None:
            if len(self._written) >= MAX_KEPT:
                self._written.clear()
            known = is_written(self._spellings[pattern][0], surface, 0, len(surface))
            self._written[pattern, surface] = known
        return known

    def _confirmed(
        self, text: str, start: int, end: int, pattern: int, *, is_cased: bool
    ) -> Iterator[Candidate]:
        end = with_marks(text, end)
        place: tuple[str, int, int] | None = None
        for spelling in self._spellings[pattern]:
            tail = end + len(spelling.term.tail)
            if not is_written(spelling, text, start, end) or in_domain(spelling.term, text, start, tail):
                continue
            if spelling.term.tier == "distinctive" and not spelling.parts:
                yield Candidate(start, tail, spelling.term, ())
                continue
            place = place or readable(text, start, end)
            signals = local_signals(spelling, *place, is_cased=is_cased)
            if signals is not None:
                yield Candidate(start, tail, spelling.term, signals)


class _Words(NamedTuple):
    """The matches of a text that need no second look: columns of start, end and brand."""

    starts: list[int]
    ends: list[int]
    brands: list[int]


def _shown(text: str, words: _Words) -> list[Hit]:
    """Return the hits among plain names: those outside code and addresses."""
    hidden = hidden_spans(text)
    rows = zip(*words, strict=True)
    if not hidden.starts:
        return [Hit(start, end, brand, "name") for start, end, brand in rows]
    return [Hit(start, end, brand, "name") for start, end, brand in rows if not hidden.touches(start, end)]


def _is_plain(known: list[Spelling], company: Company) -> bool:
    """Return whether a pattern has one reading, which its form puts beyond doubt."""
    one = known[0]
    return (
        len(known) == 1
        and not company.senses
        and not has_sense(one.term)
        and one.term.tier == "distinctive"
        and one.term.role != "exclusion"
        and not one.parts
        and not one.term.tail
    )


_NONE: NDArray[np.intp] = np.empty(0, np.intp)
# Between two texts of a batch: a break for words, and two line ends, which no name crosses.
_JOIN = "\n\n|\n\n"
_IS_WORD = np.zeros(256, np.bool_)
_IS_WORD[[*range(ord("0"), ord("9") + 1), *range(ord("a"), ord("z") + 1)]] = True

# A text without capitals says nothing by them only if it has sentences that would have begun with one.
_LOWER_SENTENCE = re.compile(r"[.!?]\s+[a-z]")


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and size + len(text) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
