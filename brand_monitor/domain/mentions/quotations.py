"""Quotations that a text attributes to somebody: their words, not the text's own.

Belongs here: finding them by their marks and by who is said to speak. Not here: what they say.

A quotation without a speaker is none here: titles, ironies and single words stand in the same marks.
"""

import re
from collections.abc import Iterator

from brand_monitor.domain.text.links import Cover, Span

MIN_WORDS = 3
_REACH = 90

_QUOTED = re.compile(
    r"\u201c[^\u201c\u201d\n]{8,800}\u201d|\u201e[^\u201c\u201d\u201e\"\n]{8,800}[\u201c\u201d\"]"
    r"|\xab[^\xab\xbb\n]{8,800}\xbb|(?<![^\s(*_\u2014\u2013:>-])\"[^\s\"][^\"\n]{6,800}\"(?!\w)"
)
_SPEAKS = (
    r"(?:complained|complains|griped|raved|gushed|joked|admits|admitted|insists|told|recalls|posted|said|says|say|write|writes|wrote|notes|noted|states|stated|reports|reported|calls|called|quotes"
    r"|quoted|claims"
    r"|claimed|explains|explained|adds|added|commented|comments|concludes|concluded|argues|argued|praises"
    r"|praised|warns"
    r"|warned|reads|describes|described|summed|summarizes|observed|remarked|tells|told|puts it|put it"
    r"|in the words of"
    r"|according to|schreibt|schrieb|sagt|sagte|laut|urteilt|meint|hei\u00dft es|zufolge|\u00e9crit|selon"
    r"|affirme|dit"
    r"|d\u00e9clare|d'apr\u00e8s|dice|dijo|seg\u00fan|escribe|escribi\u00f3|afirma|se\u00f1ala)"
).replace(" ", r"\s")
_SPEAKER_BEFORE = re.compile(
    rf"(?:\b{_SPEAKS}\b[^.!?\n\"\u201c\u201d]{{0,60}}|(?:^"
    rf"|[\n.!?]\s*)[\W_]{{0,6}}[A-Z][\w.'\u2019&\s]{{1,40}}:[*_]{{0,2}}\s*)$",
    re.IGNORECASE,
)
_SPEAKER_AFTER = re.compile(
    rf"[,.]?[\s*_]{{0,3}}(?:(?:[\w.'\u2019&-]+\s){{0,4}}?{_SPEAKS}\b"
    rf"|[\u2014\u2013-]{{1,2}}\s?[*_]{{0,2}}[A-Z])"
)
_BLOCK = re.compile(r"(?:^[^\S\n]*>[^\n]*(?:\n|$))+", re.MULTILINE)
_SIGNED = re.compile(r"\n[^\S\n]*>?[^\S\n]*[\u2014\u2013-]{1,2}\s?[*_]{0,2}[A-Z][^\n]{1,60}\s*$")
_WORD = re.compile(r"\w+")


def quotations(text: str) -> Cover:
    """Return the attributed quotations of a text. Linear in its length."""
    return Cover([*_inline(text), *_blocks(text)])


def _inline(text: str) -> Iterator[Span]:
    for match in _QUOTED.finditer(text):
        start, end = match.span()
        if len(_WORD.findall(match[0])) < MIN_WORDS:
            continue
        before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
        if _SPEAKER_BEFORE.search(before) or _SPEAKER_AFTER.match(after):
            yield Span(start, end)


def _blocks(text: str) -> Iterator[Span]:
    """Yield block quotes that somebody signed, or that a line with a speaker announces."""
    if ">" not in text:
        return
    for match in _BLOCK.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()].rstrip()
        announced = before.endswith(":") and re.search(
            rf"\b{_SPEAKS}\b[^.!?\n]{{0,60}}$", before, re.IGNORECASE
        )
        if announced or _SIGNED.search("\n" + match[0].rstrip()):
            yield Span(*match.span())
