"""The sentences of an answer without the signs of its citations, and the sentence that each sign belongs to.

Belongs here: blanking signs out, cutting and counting sentences, and the rule that gives a sign its sentence.
Not here: which signs there are and what they cite (``citing``).

A sign is no prose: sentences are cut from the text with all signs blanked out, at the same offsets. So
``Light.[1] Soft.[2]`` has two sentences, and a marker behind a full stop belongs to the sentence before it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from brand_monitor.domain.text.links import Cover, Links, Span
from brand_monitor.domain.text.prose import hidden_spans, iter_sentences


class Sentence(NamedTuple):
    """A sentence or list item of the answer, without the signs of its citations."""

    start: int
    end: int
    words: int


class Sign(NamedTuple):
    """What shows a citation: ``span`` (given by the engine), ``marker``, ``link``, ``chip`` (a name)."""

    start: int
    end: int
    evidence: str


class Place(NamedTuple):
    """A sign and a sentence that it belongs to: its number from 0 and offsets; None where there is none."""

    start: int
    end: int
    evidence: str
    sentence: int | None
    sentence_start: int | None
    sentence_end: int | None
    words: int | None


_TARGET = r"\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[^\S\n]+\"[^\"\n]*\")?\)"
#: Links that are signs and no prose: in brackets of their own, or named by a number or a host.
_SIGN_LINKS = re.compile(
    rf"\((?:[\s,;]*\[[^\[\]\n]{{0,300}}\]{_TARGET})+[\s,;]*\)"
    rf"|\[(?:\[\^?\d{{1,3}}\]|\^?\d{{1,3}}|[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}\.[a-z]{{2,12}})"
    rf"(?:\s?\+\d{{1,2}})?\]{_TARGET}",
    re.IGNORECASE,
)
#: A span of an engine that covers nothing but its own sign: ``[3]``, ``[web:7]``.
_BARE_SIGN = re.compile(r"[\W_]*(?:[a-z]{1,20}:)?\d{1,4}[\W_]*", re.IGNORECASE)
_LONGEST_BARE_SIGN = 30
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W_]+(?:['\u2019.,\u2011-][^\W_]+)*"
)
_NOT_NEWLINE = re.compile(r"[^\n]")
_LETTER = re.compile(r"[^\W_]")


def without_signs(text: str, in_text: Links, signs: Iterable[Sign], entries: Span | None) -> str:
    """Return the text with everything blank that is no prose, every character at its old offset.

    Args:
        text: The answer.
        in_text: Its links and markers.
        signs: The signs that were found in it.
        entries: Where its own list of sources is.
    """
    hidden = hidden_spans(text, in_text)
    spans = [Span(*pair) for pair in zip(hidden.starts, hidden.ends, strict=True)]
    spans += [Span(*match.span()) for match in _SIGN_LINKS.finditer(text)]
    spans += [Span(sign.start, sign.end) for sign in signs if _is_bare(text, sign)]
    blank = Cover(spans if entries is None else [*spans, entries])
    parts, at = [], 0
    for start, end in zip(blank.starts, blank.ends, strict=True):
        parts += [text[at:start], _NOT_NEWLINE.sub(" ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


class Sentences:
    """The sentences of a text without signs."""

    def __init__(self, masked: str) -> None:
        self._masked = masked
        self.all = [
            Sentence(start, end, len(_WORD.findall(masked, start, end)))
            for start, end in iter_sentences(masked)
        ]
        self._starts = [sentence.start for sentence in self.all]

    def places(self, sign: Sign) -> Iterator[Place]:
        """Yield a place for each sentence that a sign belongs to: one, or all that a span of prose covers."""
        covered = self._covered(sign) if sign.evidence == "span" else []
        nearest = self._nearest(sign.start)
        if nearest is None:
            yield Place(*sign, None, None, None, None)
            return
        for at in covered or [nearest]:
            yield Place(*sign, at, *self.all[at])

    def _covered(self, sign: Sign) -> list[int]:
        """Return the sentences of which a span covers most, or that hold most of the span."""
        first = max(0, bisect_right(self._starts, sign.start) - 1)
        last = bisect_left(self._starts, sign.end)
        found = []
        for at in range(first, last):
            start, end = max(self.all[at].start, sign.start), min(self.all[at].end, sign.end)
            half = min(self.all[at].end - self.all[at].start, sign.end - sign.start) / 2
            if end - start >= half and _LETTER.search(self._masked, start, end):
                found.append(at)
        return found

    def _nearest(self, offset: int) -> int | None:
        """Return the sentence around an offset, else the one before; of a sign that leads a line the next."""
        before = bisect_right(self._starts, offset) - 1
        if before >= 0 and offset < self.all[before].end:
            return before
        after = before + 1
        if after < len(self.all) and (before < 0 or self._leads(offset, self.all[after].start)):
            return after
        return before if before >= 0 else None

    def _leads(self, offset: int, next_start: int) -> bool:
        """Return whether only signs stand between the beginning of the line and the sentence behind them."""
        line = self._masked.rfind("\n", 0, offset) + 1
        same_line = "\n" not in self._masked[offset:next_start]
        return same_line and _LETTER.search(self._masked, line, next_start) is None


def _is_bare(text: str, sign: Sign) -> bool:
    """Return whether a sign is nothing but a sign; marks and link targets are blank already."""
    if sign.evidence == "chip":
        return True
    is_short = sign.end - sign.start <= _LONGEST_BARE_SIGN
    return (
        sign.evidence == "span" and is_short and _BARE_SIGN.fullmatch(text, sign.start, sign.end) is not None
    )
