"""Is a capitalised everyday word the brand of that name? Evidence from case and company.

Belongs here: rules for names that are words ("Away", "Target", "On") or too short to be sure ("HP"). Not
here: finding the names, nor exclusions that a monitor declares. The rules are English; a name that is a word
of another language is treated as distinctive.
"""

import re
from typing import Literal

from brand_monitor.domain.mentions.common_words import PREPOSITIONS, PRONOUNS
from brand_monitor.domain.mentions.terms import Spelling

# ``weak``: the word opens a sentence; it counts where the same text shows the brand beyond doubt elsewhere.
Evidence = Literal["none", "weak", "strong"]

LOOK_BACK = 80
LINE = 200
TITLE_CASE_SHARE = 0.6

# What may stand between the start of a line or sentence and its first word.
_AT_START = re.compile(
    r"(?:^|[.!?:;|\u2022\u2026]|[\s(][\u2013\u2014-])[\s\"'\u201c\u2018(\[*_#>+\u2022|-]*"
    r"(?:\d{1,3}[.)]\s*)?[\s*_\[\"\u201c]*$"
)
_HEAD_FOLLOWS = re.compile(
    r"[\])\"\u201d]{0,2}(?:\([^()\s]{0,300}\))?(?:\*\*|__|\*|_)?\s{0,2}(?:$|\n|:|\||[\u2013\u2014(]|- |\*\*)"
)
_LIST_BEFORE = re.compile(r"(?:[,/&]|\b(?:and|or|vs\.?|versus|by|from|like|than|at))\s+$")
_LIST_AFTER = re.compile(r"(?:\*\*|['\u2019]s)?\s*(?:[,./)!?]|$|\n|&|(?:and|or|vs|versus)\b)")
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_BRAND_VERB = re.compile(
    r"\s+(?:also |still |now |currently |recently |even |only |always |usually |often )?"
    r"(?:is|isn['\u2019]t|has|hasn['\u2019]t|was|does|doesn['\u2019]t|makes|made|offers|sells|launched|provides"
    r"|remains|stands|uses|produces|ships|includes|features|builds|designs|gives|takes|keeps|leads|wins|ranks|comes"
    r"|works|claims|says|announced|introduced|released|acquired|operates|delivers|supports|runs|allows|lets"
    r"|charges)\b"
)
_BRAND_NOUN = re.compile(
    r"\s+(?:\w+\s+)?(?:products?|shoes?|sneakers|stores?|shops?|users?|customers?|devices?|phones?|laptops?"
    r"|bags?|luggage|models?|apps?|website|brand|company|cards?|accounts?|employees|subscription|headphones"
    r"|watch(?:es)?)\b"
)
_NAME_BEFORE = re.compile(r"(?<![^\W_])[A-Z0-9][^\W_]*\s+$")
_PLURAL_VERB = re.compile(r"\s+(?:are|were|have|do)\b")
_NAME_FOLLOWS = re.compile(r"\s+(?:[A-Z0-9]|(?:and|or|&|vs\.?|x)\s+(?:the\s+)?[A-Z])")
_CAPITALISED = re.compile(r"(?<![^\W_])[A-Z]")
_WORD = re.compile(r"[A-Za-z]{4,}")


def evidence_of(spelling: Spelling, text: str, start: int, end: int, *, is_cased: bool) -> Evidence:
    """Return how sure it is that ``text[start:end]`` is the brand and not the word.

    Args:
        spelling: The spelling that was found there.
        text: The whole text.
        start: First character of the match.
        end: One past the last.
        is_cased: Whether the text uses capitals at all; where it does not, their absence says nothing.
    """
    tier = spelling.term.tier
    if spelling.parts and len(_CAPITALISED.findall(text, start, end)) < spelling.parts:
        return "none"
    if tier == "distinctive":
        return "strong"
    if not is_cased:
        return "strong" if tier == "needs_capital" else "none"
    if not _has_capitals(spelling.term.text, text, start, end):
        return "none"
    return "strong" if tier == "needs_capital" else _of_word(text, start, end)


def _has_capitals(name: str, text: str, start: int, end: int) -> bool:
    """Return whether every word has a capital where the name has one (or where all of the name is small).

    A name of digits alone (``686``) has none to show: it needs a name behind it.
    """
    surface = text[start:end]
    if surface.isdigit():
        return _NAME_FOLLOWS.match(text[end : end + LINE].replace("*", "")) is not None
    wanted = re.findall(r"[^\W_]+", name)
    written = re.findall(r"[^\W_]+", surface)
    if len(wanted) != len(written):
        return surface[:1].isupper()
    small = not any(word[0].isupper() for word in wanted)
    return all(
        one[0].isupper() or not (small or word[0].isupper())
        for word, one in zip(wanted, written, strict=True)
    )


def _of_word(text: str, start: int, end: int) -> Evidence:
    line_start = text.rfind("\n", max(0, start - LOOK_BACK), start) + 1 or max(0, start - LOOK_BACK)
    before, after = text[line_start:start], text[end : end + LINE]
    word = text[start:end].lower()
    is_first = bool(_AT_START.search(before))
    if _HEAD_FOLLOWS.match(after) if is_first else _LIST_BEFORE.search(before) and _LIST_AFTER.match(after):
        return "strong"
    between_names = _NAME_BEFORE.search(before) and _NAME_FOLLOWS.match(after)
    if between_names and word in PREPOSITIONS | PRONOUNS:
        return "none"
    if _is_title(text, start, end):
        return "none" if word in PREPOSITIONS | PRONOUNS else "weak"
    after = after.replace("*", "")
    if not is_first or _POSSESSIVE.match(after):
        return "strong"
    return _of_first_word(word, after)


def _of_first_word(word: str, after: str) -> Evidence:
    if word in PRONOUNS:
        return "none"
    if _BRAND_VERB.match(after):
        return "strong"
    if word in PREPOSITIONS or (word.endswith("s") and _PLURAL_VERB.match(after)):
        return "none"
    return "strong" if _BRAND_NOUN.match(after) or _NAME_FOLLOWS.match(after) else "weak"


def _is_title(text: str, start: int, end: int) -> bool:
    """Return whether the line around is set in capitals or title case, so that a capital says nothing."""
    line_start = text.rfind("\n", max(0, start - LINE), start) + 1 or max(0, start - LINE)
    line_end = text.find("\n", end, end + LINE)
    around = text[line_start:start] + " " + text[end : line_end if line_end >= 0 else end + LINE]
    words = _WORD.findall(around)
    return len(words) > 1 and sum(word[0].isupper() for word in words) >= TITLE_CASE_SHARE * len(words)
