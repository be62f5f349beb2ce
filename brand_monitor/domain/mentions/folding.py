"""Texts and names as bytes that compare equal when a reader would call them equal.

Belongs here: the folding, and the way back to offsets of the text as stored. Not here: which names there are
(``terms``), whether a match is a mention (``matcher``).

One byte per character: ``a``-``z`` and digits stand for themselves in any case, width, style or accent; a
run of white space and of what may stand inside a name (hyphen, apostrophe, full stop, emphasis) is one space;
other punctuation is a break, which no name crosses; every other letter is one of 127 codes. Different letters
may share a code, so a match of folded bytes is a candidate until ``same_words`` confirms it. What this buys:
the automaton runs on bytes (440 MB/s with 1,000 names, against 170 on ``str``), folding is table look-ups.
"""

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

SPACE = ord(" ")
BREAK = 31
_REMOVED = 0
_EXPANDS = 1
_FIRST_OTHER = 128
_OTHERS = 127

# What a character is to a word boundary.
SEPARATOR, LOWER, UPPER, DIGIT, LETTER, UNSPACED, HANGUL = range(7)

_JOINERS = frozenset(
    "-\u2010\u2011\u2012\u2013\u2212'`\xb4\u2018\u2019\u201b\u02bc\u2032.&+/*_\\\xb7\xa9\xae\u2122\u2120"
)
_ZERO_WIDTH = frozenset("\xad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\ufeff").union(
    map(chr, (*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)))
)
# Scripts that write without spaces: a name in them may begin and end anywhere.
_UNSPACED_RANGES = (
    (0x0E00, 0x10A0), (0x1780, 0x1800), (0x2E80, 0x3000), (0x3005, 0x3008), (0x3040, 0x3130),
    (0x31A0, 0x3200), (0x3400, 0xA000), (0xF900, 0xFB00), (0xFF66, 0xFFA0), (0x20000, 0x40000),
)  # fmt: skip
_HANGUL_RANGES = ((0x1100, 0x1200), (0x3130, 0x3190), (0xA960, 0xA980), (0xAC00, 0xD800))
# Read one by one; the rest of the code space is one letter class per range (CJK, Hangul) or no letter.
_READ_RANGES = ((0, 0x3400), (0xA000, 0xAC00), (0xD7B0, 0xD800), (0xF900, 0x10000), (0x1D400, 0x1D800))


@dataclass(frozen=True)
class Folded:
    """A text folded to bytes, with the source character of every byte."""

    text: str
    codes: bytes
    _points: NDArray[np.uint8] | NDArray[np.uint32]
    _expanded: NDArray[np.intp] | None
    _visible: NDArray[np.bool_] | None
    _kept: NDArray[np.bool_]

    @cached_property
    def index(self) -> NDArray[np.intp]:
        """For every byte of ``codes`` the offset of its character in ``text``."""
        return self.offsets(np.arange(len(self.codes)))

    @cached_property
    def _gaps(self) -> NDArray[np.intp]:
        """For every space that was left out, how many bytes of ``codes`` stand before it."""
        dropped = np.flatnonzero(~self._kept)
        return dropped - np.arange(len(dropped))

    def offsets(self, at: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the offsets in ``text`` of some bytes of ``codes``, for the cost of those."""
        found = at + np.searchsorted(self._gaps, at, side="right")
        if self._visible is not None:
            found = np.flatnonzero(self._visible)[found]
        return found if self._expanded is None else self._expanded[found]

    def classes(self, at: NDArray[np.intp]) -> NDArray[np.uint8]:
        """Return the boundary class of the characters behind ``codes[at]``; outside is a separator."""
        inside = (at >= 0) & (at < len(self.codes))
        found = np.full(len(at), SEPARATOR, np.uint8)
        points = self._points[self.offsets(at[inside])]
        found[inside] = _tables(wide=self._points.dtype != np.uint8)[1][points]
        return found

    def is_blank(self, at: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which characters of the text are plain spaces."""
        blank: NDArray[np.bool_] = self._points[at] == SPACE
        return blank

    def is_apart(self, start: NDArray[np.intp], end: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which spans of the text have nothing at their sides that may belong to an address or letter.

        Such a span is no ``nike.com`` and no letter whose accent stands behind it.
        """
        points = np.append(self._points, np.array([ord("\n")], self._points.dtype))
        before, after = points[start - 1], points[end]
        apart: NDArray[np.bool_] = ~(_SIDES[np.minimum(before, 128), 0] | _SIDES[np.minimum(after, 128), 1])
        return apart


# What may stand before a name that is part of an address.
BEFORE_ADDRESS = "/-_=.?&#%@+"
# By ASCII code (128: any other character): not apart as the character before, as the one behind.
_SIDES = np.zeros((129, 2), np.bool_)
_SIDES[[ord(sign) for sign in BEFORE_ADDRESS], 0] = True
_SIDES[[ord("."), ord("-"), 128], 1] = True


def fold(text: str) -> Folded:
    """Fold a text. Linear; 600 MB/s for ASCII, 200 MB/s for other text."""
    points, raw = _coded(text)
    expanded = visible = None
    codes = np.frombuffer(raw, np.uint8)
    if bytes([_EXPANDS]) in raw:
        codes, expanded = _expand(text, codes)
    if bytes([_REMOVED]) in raw:
        visible = codes != _REMOVED
        codes = codes[visible]
    is_space = codes == SPACE
    kept = np.ones(len(codes), np.bool_)
    np.logical_not(is_space[1:] & is_space[:-1], out=kept[1:])
    return Folded(text, codes[kept].tobytes(), points, expanded, visible, kept)


def _coded(text: str) -> tuple[NDArray[np.uint8] | NDArray[np.uint32], bytes]:
    """Return the code points of a text and one code for each; Latin-1 text takes a faster way."""
    try:
        narrow = text.encode("latin-1")
    except UnicodeEncodeError:
        points = np.frombuffer(text.encode(f"utf-32-{sys.byteorder[0]}e", "surrogatepass"), np.uint32)
        return points, _tables(wide=True)[0].take(points, mode="clip").tobytes()
    return np.frombuffer(narrow, np.uint8), narrow.translate(_tables(wide=False)[0].tobytes())


def fold_name(name: str) -> bytes:
    """Return the codes of a name, without outer separators."""
    return fold(name).codes.strip(bytes([SPACE, BREAK]))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text for an exact comparison: NFKC, caseless, nothing invisible."""
    if text.isascii():
        return tuple(_ASCII_WORDS.findall(text.lower()))
    seen = "".join(character for character in text if character not in _ZERO_WIDTH)
    folded = _one_i(unicodedata.normalize("NFKC", _SYMBOLS.sub(" ", seen)).casefold())
    return tuple("".join(one if _in_word(one) else " " for one in folded).split())


def _one_i(folded: str) -> str:
    """Write the Turkish letters i, with and without a dot in either case, as one: names come in all."""
    return folded.replace("\u0131", "i").replace("i\u0307", "i")


def gaps_of(text: str) -> list[str]:
    """Return what stands between the words of a text, as written."""
    if text.isascii():
        return _ASCII_GAPS.findall(text)
    shape = "".join("z" if one in _ZERO_WIDTH else "x" if _in_word(one) else " " for one in text)
    return [text[slice(*match.span())] for match in _INNER_SPACES.finditer(shape)]


def _in_word(character: str) -> bool:
    """Return whether a character is a letter, a mark on one (for `re` that is no word) or a digit."""
    return unicodedata.category(character)[0] in "LM" or character.isdecimal()


def same_words(surface: str, name: str) -> bool:
    """Return whether a text span is a name: letter by letter, but for accents that the text left out.

    A text may drop the accents of a name (``Nescafe`` for ``Nescafé``), never add some: ``über`` is not Uber.
    """
    written, wanted = words_of(surface), words_of(name)
    if written == wanted:
        return True
    plain = tuple(map(without_accents, written))
    return plain == written and plain == tuple(map(without_accents, wanted))


def without_accents(word: str) -> str:
    """Return a word without the accents of Latin, Greek and Cyrillic letters."""
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", word)))


_ACCENTS = re.compile("[\u0300-\u036f]")
_SYMBOLS = re.compile("[\u2100-\u218f\u2460-\u24ff\u00b2\u00b3\u00b9\u00a9\u00ae\u2070-\u209f]")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_ASCII_GAPS = re.compile(r"(?<=[A-Za-z0-9])[^A-Za-z0-9]+(?=[A-Za-z0-9])")
_INNER_SPACES = re.compile(r"(?<=x)z* [ z]*(?=x)")


def _expand(text: str, codes: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Give characters such as the sharp s or the ligature fi as many bytes as they have letters."""
    at = np.flatnonzero(codes == _EXPANDS)
    parts = [_letters(text[position]) for position in at.tolist()]
    counts = np.ones(len(codes), np.intp)
    counts[at] = [len(part) for part in parts]
    index = np.repeat(np.arange(len(codes)), counts)
    longer = codes[index]
    longer[longer == _EXPANDS] = np.frombuffer(b"".join(parts), np.uint8)
    return longer, index


@cache
def _letters(character: str) -> bytes:
    return bytes(_code(part)[0] for part in unicodedata.normalize("NFKD", character).casefold())


@cache
def _tables(*, wide: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return code and class by code point: for Latin-1 at once, for all of Unicode in 40 ms on first use."""
    size = sys.maxunicode + 1 if wide else 256
    points = np.arange(size)
    codes = np.full(size, BREAK, np.uint8)
    classes = np.full(size, SEPARATOR, np.uint8)
    for (low, high), kind in [*((one, UNSPACED) for one in _UNSPACED_RANGES), ((0xAC00, 0xD7A4), HANGUL)]:
        classes[low:high] = kind
        codes[low:high] = _FIRST_OTHER + points[low:high] % _OTHERS
    # A Hangul syllable is known by its first letter, so that composed and decomposed text fold alike.
    codes[0xAC00:0xD7A4] = _FIRST_OTHER + (0x1100 + (points[0xAC00:0xD7A4] - 0xAC00) // 588) % _OTHERS
    for low, high in _READ_RANGES:
        for point in range(low, min(high, size)):
            codes[point], classes[point] = _code(chr(point))
    return codes, classes


def _code(character: str) -> tuple[int, int]:
    """Return code and class of one character, by its first letter once decomposed."""
    if character in _ZERO_WIDTH or _is_mark(character):
        return _REMOVED, SEPARATOR
    if character.isspace() or character in _JOINERS:
        return SPACE, SEPARATOR
    if unicodedata.category(character)[0] not in "LM" and not character.isdecimal():
        return BREAK, SEPARATOR
    folded = _one_i(unicodedata.normalize("NFKD", character).casefold())
    letters = [one for one in folded if not _is_mark(one)]
    if not letters:
        return _REMOVED, SEPARATOR
    point = ord(letters[0])
    code = point if letters[0].isascii() and letters[0].isalnum() else _FIRST_OTHER + point % _OTHERS
    return (code if len(letters) == 1 else _EXPANDS), _class(character)


def _is_mark(character: str) -> bool:
    """Return whether a character completes the letter before it: accents, voicing, Hangul vowels."""
    return unicodedata.combining(character) > 0 or "\u1160" <= character < "\u1200"


def _class(character: str) -> int:
    if any(low <= ord(character) < high for low, high in _HANGUL_RANGES):
        return HANGUL
    if any(low <= ord(character) < high for low, high in _UNSPACED_RANGES):
        return UNSPACED
    if character.isdecimal():
        return DIGIT
    return UPPER if character.isupper() else LOWER if character.islower() else LETTER
