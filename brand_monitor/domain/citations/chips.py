"""Names of sites that a captured page shows as citations: ``... battery life. TechRadar+2``.

Belongs here: finding them. Assistants draw a citation as a chip with the site's name; copied as text, the
name stands behind the sentence, glued to the next one: ``Wikipedia+3Windows Central+3``. Not here: what a
chip cites (``citing``).
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from brand_monitor.domain.urls import host_of, registrable_domain

_TAIL = 200
_LINE = re.compile(r"[^\n]+")
_AFTER_SENTENCE = re.compile(r"(?<=[.!?:;\u2026)\]\"\u201d\u2019])\s+(?=\S)")
_COUNT = re.compile(r"\++\d{1,2}")
_TITLE_SITE = re.compile(r"(?:\s[|\u2013\u2014\u00b7-]\s)([^|\u2013\u2014\u00b7]{3,40})$")
#: Shorter names would be words of the text.
_SHORTEST = 3
_LONGEST = 40
#: Counts of one text that are looked at; real answers have some dozens.
_MOST_COUNTS = 2_000


class Chip(NamedTuple):
    """The name of a site as shown, and that name in letters and digits only."""

    start: int
    end: int
    name: str


def site_names(url: str, title: str | None) -> set[str]:
    """Return the names under which an assistant may show a page's site: ``rtings``, ``rtingscom``."""
    host, domain = (host_of(url) or "").removeprefix("www."), registrable_domain(url) or ""
    own, below = domain.partition(".")[0], host.removesuffix(domain).rstrip(".")
    names = {host, domain, own, f"{own}{below}"}
    if title and (match := _TITLE_SITE.search(title.strip())):
        names.add(match[1])
    return {short for name in names if _SHORTEST <= len(short := _letters(name)) <= _LONGEST}


def find_chips(text: str, names: Iterable[str]) -> list[Chip]:
    """Return the chips of a text in order.

    A known name with a count of further sources, ``TechRadar+2``, is one anywhere; a name alone is one at the
    end of a line, behind a sentence, where nothing but names follows.

    Args:
        text: The answer.
        names: Names of sites, as ``site_names`` gives them.
    """
    known = sorted(set(names), key=lambda name: (-len(name), name))
    if not known:
        return []
    any_name = "|".join(map(re.escape, known))
    # The next name may begin with a digit: "+19to5mac" is one more source, and another site.
    one = re.compile(rf"({any_name})(?:\++(?:\d(?={any_name})|\d{{1,2}}(?!\d)))?")
    found = {chip.start: chip for chip in _counted(text, known)}
    for line in _LINE.finditer(text):
        for chip in _of_tail(text, max(line.start(), line.end() - _TAIL), line.end(), one):
            found.setdefault(chip.start, chip)
    return [found[start] for start in sorted(found)]


def _counted(text: str, known: Sequence[str]) -> Iterator[Chip]:
    """Yield known names with a count behind them."""
    for count in islice(_COUNT.finditer(text), _MOST_COUNTS):
        letters, at = _spelt(text, max(0, count.start() - 2 * _LONGEST), count.start())
        name = next((name for name in known if letters.endswith(name)), None)
        if name is not None and _begins(text, start := at[len(at) - len(name)]):
            yield Chip(start, count.end(), name)


def _begins(text: str, start: int) -> bool:
    """Return whether a name may begin here: not in the middle of a word, but glued to the chip before it."""
    return start == 0 or not text[start - 1].isalpha() or text[start].isupper()


def _of_tail(text: str, start: int, end: int, one: re.Pattern[str]) -> Iterator[Chip]:
    """Yield the chips behind the last sentence of a line: the longest tail that is made of names."""
    letters, at = _spelt(text, start, end)
    for behind in _AFTER_SENTENCE.finditer(text, start, end):
        chips, place = [], bisect_left(at, behind.end())
        while match := one.match(letters, place):
            chips.append(Chip(at[match.start()], at[match.end() - 1] + 1, match[1]))
            place = match.end()
            if place == len(letters):
                yield from chips
                return


def _spelt(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Return the letters, digits and plus signs of a part of the text, and the offset of each."""
    at = [place for place in range(start, end) for _ in _letter(text[place])]
    return "".join(_letter(text[place]) for place in range(start, end)), at


def _letter(sign: str) -> str:
    if sign == "&":
        return "and"
    return sign.lower() if sign.isalnum() or sign == "+" else ""


def _letters(name: str) -> str:
    return "".join(_letter(sign) for sign in name if sign != "+")
