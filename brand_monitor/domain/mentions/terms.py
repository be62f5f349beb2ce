"""From the names of a monitor to the spellings that are looked for.

Belongs here: what a name may look like in a text (plural, joined, split, ``and`` for ``&``) and how much
evidence it needs. Not here: searching (``search``), weighing the evidence (``homonyms``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from brand_monitor.domain.mentions.common_words import is_common
from brand_monitor.domain.mentions.folding import BREAK, fold_name, gaps_of, words_of
from brand_monitor.domain.mentions.rare_words import RARE_WORDS
from brand_monitor.failures import MonitorFileError

Role = Literal["name", "product", "exclusion"]
# How much the form of a name says by itself: anything is it, a capital is it, only its company tells.
Tier = Literal["distinctive", "needs_capital", "needs_evidence"]

# Up to this many letters a name is as likely an abbreviation, a unit or a syllable ("On", "HP", "ups").
SHORT_NAME = 3
MIN_PLURAL = 4


@dataclass(frozen=True)
class BrandNames:
    """What a monitor says of one brand, as far as finding it in a text goes."""

    brand_id: str
    names: tuple[str, ...]
    products: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """One name of one brand."""

    text: str
    brand: int
    role: Role
    tier: Tier
    gaps: frozenset[str]
    tail: str

    @property
    def may_be_glued(self) -> bool:
        """Whether ``reviewNike`` may be two words without their space, as captured pages have them."""
        is_shouted = self.tier == "needs_capital" and self.text.isupper() and len(self.text) >= SHORT_NAME
        return (self.tier == "distinctive" or is_shouted) and self.role != "exclusion"


@dataclass(frozen=True)
class Spelling:
    """One way to write a term. ``parts`` is how many of its words need a capital (0: as the tier says)."""

    term: Term
    text: str
    parts: int = 0


@dataclass
class Vocabulary:
    """All spellings by their codes, the best reading first, and the names that two brands share."""

    spellings: dict[bytes, list[Spelling]] = field(default_factory=dict)
    conflicts: list[tuple[str, int, int]] = field(default_factory=list)


def vocabulary(brands: Sequence[BrandNames]) -> Vocabulary:
    """Collect the spellings of all names.

    Of two brands that share a spelling the first has it, names before products; a name as written goes
    before the plural or joined form of another. Such a conflict between names is kept for a person to see.

    Raises:
        MonitorFileError: a name holds no letter and no digit, so that no text could ever mention it.
    """
    found = Vocabulary()
    roles: tuple[Role, ...] = ("name", "product", "exclusion")
    terms = [term for role in roles for term in _terms(brands, role)]
    for variant in (False, True):
        for term in terms:
            for spelling in _variants(term) if variant else [Spelling(term, term.text)]:
                _add(found, spelling)
    return found


def _terms(brands: Sequence[BrandNames], role: Role) -> Iterator[Term]:
    for at, brand in enumerate(brands):
        texts = {"name": brand.names, "product": brand.products, "exclusion": brand.exclusions}[role]
        for text in dict.fromkeys(texts):
            if not fold_name(text):
                raise MonitorFileError(
                    f"brand {brand.brand_id!r}: the {role} {text!r} holds no letter and no digit, so no text"
                    " can mention it; write the name as people write it"
                )
            yield _term(text.strip(), at, role)


def _term(text: str, brand: int, role: Role) -> Term:
    gaps = {gap_form(gap) for gap in gaps_of(text)}
    gaps |= {gap.strip() for gap in gaps} | (_AMPERSAND_GAPS if _AND.search(text) else set())
    tail = _TAIL.search(text)
    tier: Tier = "distinctive" if role == "exclusion" else tier_of(text)
    return Term(text, brand, role, tier, frozenset(gaps), tail[0] if tail else "")


def tier_of(text: str) -> Tier:
    """Return how much evidence a name needs beside its letters."""
    words = words_of(text)
    letters = sum(map(len, words))
    if not all(word.isascii() for word in words):
        return "distinctive"
    if len(words) > 1:
        return "needs_capital" if letters <= SHORT_NAME or all(map(is_common, words)) else "distinctive"
    if words and words[0] in RARE_WORDS:
        return "needs_capital"
    if words and is_common(words[0]):
        return "needs_evidence"
    return "needs_capital" if letters <= SHORT_NAME else "distinctive"


def _add(found: Vocabulary, spelling: Spelling) -> None:
    known = found.spellings.setdefault(fold_name(spelling.text), [])
    for other in known:
        if words_of(other.text) != words_of(spelling.text) or other.term.tail != spelling.term.tail:
            continue
        if other.term.brand == spelling.term.brand and other.term.role == spelling.term.role:
            if spelling.term.gaps <= other.term.gaps:
                return
            continue  # the same words with other signs between them: either is the name
        if "exclusion" not in (other.term.role, spelling.term.role):
            if other.term.brand != spelling.term.brand and spelling.text == spelling.term.text:
                found.conflicts.append((spelling.text, other.term.brand, spelling.term.brand))
            return
    known.append(spelling)


def _variants(term: Term) -> Iterator[Spelling]:
    forms = list(dict.fromkeys(form for form in _forms(term) if form.text != term.text))
    yield from forms
    for form in [Spelling(term, term.text), *forms]:
        if (plural := _plural(term, form.text)) is not None:
            yield Spelling(term, plural, form.parts)


def _forms(term: Term) -> Iterator[Spelling]:
    """Yield other ways to write a name: ``CocaCola``, ``Green Pan``, ``Johnson and Johnson``."""
    text = term.text
    if "&" in text:
        yield Spelling(term, text.replace("&", " and "))
        yield Spelling(term, text.replace("&", "&amp;"))
    if "&" not in text and _AND.search(text):
        yield Spelling(term, _AND.sub("&", text))
    if BREAK in fold_name(text):
        yield Spelling(term, " ".join(words_of(text)))
    joined = re.sub(r"[\s'\u2018\u2019\u02bc\u2010\u2011-]+", "", text)
    # "Model S" is not written "models".
    if len(joined) > SHORT_NAME and joined.isalnum() and not is_common(joined.lower()):
        yield Spelling(term, joined)
    split = _HUMP.sub(r"\1 \2", text)
    if split != text and all(len(part) > 1 for part in split.split()):
        yield Spelling(term, split, parts=len(split.split()))


def _plural(term: Term, text: str) -> str | None:
    """Return the plural of a name; a name that is an everyday word has none, its plural is the word's."""
    if (
        term.tier == "needs_evidence"
        or len(text) < MIN_PLURAL
        or not text[-1].isascii()
        or not text[-1].isalpha()
    ):
        return None
    return f"{text}es" if text[-1] in "sxzSXZ" else f"{text}s"


def gap_form(gap: str) -> str:
    """Return what stands between two words of a name, without emphasis, escapes, marks and typography."""
    seen = _UNSEEN.sub("", gap)
    return re.sub(r"\s+", " ", seen).translate(_TYPOGRAPHY)


_ASCII_LETTER = re.compile(r"[A-Za-z]")
_UNSEEN = re.compile("[*_\\\\\xa9\xae\u2122\u2120\xad\u200b-\u200f\u2060\ufeff]")
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\xb4`", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
    | dict.fromkeys("\u201c\u201d\u201f\u2033", '"')
)
_AND = re.compile(r"&|\band\b", re.IGNORECASE)
_AMPERSAND_GAPS = frozenset({"&", " & ", "+", " + ", ";", "; "})
_TAIL = re.compile(r"[+#]+$")
_HUMP = re.compile(r"([a-z])([A-Z])")
