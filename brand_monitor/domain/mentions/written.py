"""Whether a match of folded letters is the name as written.

Belongs here: letters one by one, what stands between words, endings, addresses. Not here: word boundaries and
finding matches (``search``), what the words around say (``homonyms``).
"""

import re

from brand_monitor.domain.mentions.folding import BEFORE_ADDRESS, gaps_of, same_words
from brand_monitor.domain.mentions.terms import Spelling, Term, gap_form

_PLAIN_GAPS = frozenset({"", " ", "-", "'"})
_DOMAIN = re.compile(
    r"[a-z0-9-]{0,63}(?:\.[a-z0-9-]{1,63}){0,3}\.(?:com|org|net|edu|gov|io|ai|app|dev|co|shop|store|info|biz"
    r"|example|uk|de|fr|jp|eu|ca|au|ch|nl|es|cn|ru|br|pl|se|kr|tv|me)(?![\w-])"
)
_IN_ADDRESS = re.compile(r"(?:[\w-]\.(?:com|org|net|io|co|de|uk|example)[/:]\S*|[\w.+-]+@[\w.-]*)$")
_ADDRESS_CHARACTERS = frozenset(BEFORE_ADDRESS)
_HANGUL_ENDING = re.compile(
    "(?:은|는|이|가|을|를|의|에|에서|에게|와|과|도|로|으로|만|까지|부터|이나|나|이라|라|처럼|보다|및|입니다|이다|이며|며"
    "|등|측|사|코리아|이란|란|이고|고|이죠|죠|이에요|예요|께서|한테|랑|이랑|하고|라는|이라는)(?![가-힣])"
)


def with_marks(text: str, end: int) -> int:
    """Return the end of a match with the accents, voicing marks and Hangul vowels of its last letter."""
    while end < len(text) and not text[end].isascii() and _MARK.match(text, end):
        end += 1
    return end


_MARK = re.compile("[\u0300-\u036f\u0900-\u0903\u093c-\u094d\u1160-\u11ff\u3099\u309a\uff9e\uff9f]")


def is_written(spelling: Spelling, text: str, start: int, end: int) -> bool:
    """Return whether the letters and what stands between the words are those of the spelling."""
    surface, tail = text[start:end], spelling.term.tail
    if tail and not text.startswith(tail, end):
        return False
    if not surface.isascii() and not same_words(surface, spelling.text):
        return False
    if "가" <= surface[-1] <= "힣" and end < len(text) and "가" <= text[end] <= "힣":
        return _HANGUL_ENDING.match(text, end) is not None
    return all(_is_gap(gap, spelling.term) for gap in gaps_of(surface))


def _is_gap(gap: str, term: Term) -> bool:
    if gap == " ":
        return True
    if gap.count("\n") > 1 or ("\n" in gap and not gap.isspace()):
        return False
    form = gap_form(gap)
    return form in _PLAIN_GAPS or form in term.gaps


def in_domain(term: Term, text: str, start: int, end: int) -> bool:
    """Return whether a match is part of an address such as ``nike.com``; a name that is one may be."""
    if "." in term.text:
        return False
    if end < len(text) and text[end] in ".-" and _DOMAIN.match(text, end):
        return True
    if start == 0 or text[start - 1] not in _ADDRESS_CHARACTERS:
        return False
    return _IN_ADDRESS.search(text, max(0, start - 200), start) is not None
