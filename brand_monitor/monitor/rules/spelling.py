"""When two spellings are the same, and which tracked brands a prompt names. Not here: mentions in answers."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from brand_monitor.monitor.rules.draft import Draft, Path

if TYPE_CHECKING:
    from brand_monitor.monitor.models import Brand


def fold(text: str) -> str:
    """Return ``text`` without the differences that never tell two brand names apart."""
    plain = unicodedata.normalize("NFKC", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(plain.casefold().split())


def spellings(draft: Draft) -> Iterator[tuple[Path, int, str]]:
    """Yield (path, brand index, folded spelling) for every name, alias and product."""
    for index, brand in draft.brands.items():
        yield ("brands", index, "name"), index, fold(brand.name)
        for field in ("aliases", "products"):
            for position, value in enumerate(getattr(brand, field)):
                yield ("brands", index, field, position), index, fold(value)


def naming(draft: Draft) -> "Callable[[str], list[Brand]]":
    """Return a function from a text to the tracked brands that it names, in order of first naming.

    Words are compared whole, and at each word the longest spelling or excluded phrase wins. Linear in the
    words of a text, whatever the number of brands.
    """
    phrases: dict[tuple[str, ...], int | None] = {}
    for _, index, spelling in spellings(draft):
        phrases.setdefault(_words(spelling), index)
    for brand in draft.brands.values():
        phrases.update((_words(fold(phrase)), None) for phrase in brand.exclusions)
    by_first_word: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted(phrases, key=len, reverse=True):
        by_first_word.setdefault(words[0], []).append(words)

    def named(text: str) -> "list[Brand]":
        found: dict[int, None] = {}
        words, at = _words(fold(text)), 0
        while at < len(words):
            candidates = by_first_word.get(words[at], ())
            match = next((one for one in candidates if words[at : at + len(one)] == one), None)
            owner = phrases[match] if match else None
            if owner is not None:
                found.setdefault(owner)
            at += len(match) if match else 1
        return [draft.brands[index] for index in found]

    return named


def _words(folded: str) -> tuple[str, ...]:
    """Return words and single signs: ``nike's`` names Nike, ``unike`` does not."""
    return tuple(_WORD.findall(folded))


_WORD = re.compile(r"\w+|[^\w\s]")
