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
    """Return a function from a text to the tracked brands that it names, in order of first naming."""
    owner = {spelling: index for _, index, spelling in spellings(draft)}
    excluded = [fold(phrase) for brand in draft.brands.values() for phrase in brand.exclusions]
    words = sorted({*owner, *excluded}, key=len, reverse=True)  # the longest match wins, as in answers
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words) or r"(?!)")
    barred = set(excluded)

    def named(text: str) -> "list[Brand]":
        found = (match.group() for match in pattern.finditer(fold(text)))
        indices = dict.fromkeys(owner[word] for word in found if word not in barred)
        return [draft.brands[index] for index in indices]

    return named
