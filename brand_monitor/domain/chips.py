"""Names of sites that a captured page shows as citations: ``... battery life. TechRadar+2``.

Belongs here: finding them. Assistants draw a citation as a chip with the site's name; copied as text, the
name stands behind the sentence, glued to the next one: ``Wikipedia+3Windows Central+3``. Not here: what a
chip cites (``citing``).
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from brand_monitor.domain.urls import host_of, registrable_domain

_TAIL = 200
_LINE = re.compile(r"[^\n]+")
_AFTER_SENTENCE = re.compile(r"(?:^|(?<=[.!?:;\u2026)\]\"\u201d\u2019])\s+)(?=\S)")
_TITLE_SITE = re.compile(r"(?:\s[|\u2013\u2014\u00b7-]\s)([^|\u2013\u2014\u00b7]{3,40})$")
#: Shorter names would be words of the text.
_SHORTEST = 3


class Chip(NamedTuple):
    """The name of a site as shown, and that name in letters and digits only."""

    start: int
    end: int
    name: str


def site_names(url: str, title: str | None) -> set[str]:
    """Return the names under which an assistant may show a page's site: ``rtings``, ``rtingscom``."""
    host, domain = (host_of(url) or "").removeprefix("www."), registrable_domain(url) or ""
    names = {host, domain, domain.partition(".")[0]}
    if title and (match := _TITLE_SITE.search(title.strip())):
        names.add(match[1])
    return {short for name in names if len(short := _letters(name)) >= _SHORTEST}


def find_chips(text: str, names: Iterable[str]) -> Iterator[Chip]:
    """Yield the chips at the ends of lines, in order: tails that are nothing but names that are known.

    Args:
        text: The answer.
        names: Names of sites, as ``site_names`` gives them.
    """
    known = sorted(set(names), key=lambda name: (-len(name), name))
    if not known:
        return
    one = rf"(?P<name>{'|'.join(map(re.escape, known))})(?:\+\d{{1,2}}?)?"
    piece, whole = re.compile(one), re.compile(rf"(?:{one.replace('?P<name>', '?:')})+")
    for line in _LINE.finditer(text):
        yield from _of_tail(text, max(line.start(), line.end() - _TAIL), line.end(), piece, whole)


def _of_tail(
    text: str, start: int, end: int, piece: re.Pattern[str], whole: re.Pattern[str]
) -> Iterator[Chip]:
    """Yield the chips behind the last sentence of a line: the longest tail that is made of names."""
    for match in _AFTER_SENTENCE.finditer(text, start, end):
        at = [place for place in range(match.end(), end) if text[place].isalnum() or text[place] == "+"]
        letters = "".join(text[place].lower() if len(text[place].lower()) == 1 else "?" for place in at)
        if whole.fullmatch(letters):
            for found in piece.finditer(letters):
                yield Chip(at[found.start()], at[found.end() - 1] + 1, found["name"])
            return


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
