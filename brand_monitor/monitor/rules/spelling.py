"""When two spellings are the same, and which tracked brands a prompt names.

Belongs here: what a monitor file needs to know of names. Not here: what a name is in a text, which
``domain.mentions`` decides for answers and prompts alike.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Naming:
    """Which brands a text names, by id.

    ``surely``: as answers are counted. ``maybe``: also everyday words that could be the brand ("on",
    "target"), which only a person can tell.
    """

    surely: frozenset[str]
    maybe: frozenset[str]


def naming(draft: Draft, texts: Sequence[str]) -> list[Naming]:
    """Return what each text names. Linear in the texts, whatever the number of brands."""
    from brand_monitor.domain.mentions import BrandNames, MentionMatcher

    sure = MentionMatcher([BrandNames(*_names(brand)) for brand in draft.brands.values()]).find_many(texts)
    maybe = _word_search(draft.brands.values())
    return [
        Naming(surely, surely | maybe(text))
        for text, surely in zip(
            texts,
            (frozenset(one.brand_id for one in found if not one.is_uncertain) for found in sure),
            strict=True,
        )
    ]


def is_findable(name: str) -> bool:
    """Return whether a text can hold the name: it has a letter or a digit."""
    from brand_monitor.domain.mentions.folding import fold_name

    return bool(fold_name(name))


def _names(brand: "Brand") -> tuple[str, *tuple[tuple[str, ...], ...]]:
    """Return id, names, products, exclusions, senses and context, as far as a text can hold them."""
    kinds = ([brand.name, *brand.aliases], brand.products, brand.exclusions, brand.senses, brand.context)
    return (brand.id, *(tuple(filter(is_findable, kind)) for kind in kinds))


def _word_search(brands: "Collection[Brand]") -> Callable[[str], frozenset[str]]:
    """Return a search for whole words in any case; at each word the longest spelling or exclusion wins."""
    phrases: dict[tuple[str, ...], str | None] = {}
    for brand in brands:
        phrases |= {words(spelling): brand.id for spelling in brand.spellings}
    for brand in brands:
        phrases |= {words(phrase): None for phrase in brand.exclusions}
    by_first_word: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first_word.setdefault(phrase[0], []).append(phrase)

    def named(text: str) -> frozenset[str]:
        found: set[str | None] = set()
        written, at = words(text), 0
        while at < len(written):
            candidates = by_first_word.get(written[at], ())
            match = next((one for one in candidates if written[at : at + len(one)] == one), None)
            found.add(phrases[match] if match else None)
            at += len(match) if match else 1
        return frozenset(one for one in found if one is not None)

    return named


def words(text: str) -> tuple[str, ...]:
    """Return words and single signs: ``nike's`` names Nike, ``unike`` does not."""
    return tuple(_WORD.findall(fold(text)))


_WORD = re.compile(r"\w+|[^\w\s]")
