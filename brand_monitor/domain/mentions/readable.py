"""A text as a reader sees it, for rules that look at letters and spaces around a name.

Belongs here: leaving out what is invisible, plain spaces and letters for wide ones, and where an offset goes.
Not here: folding for the search (``folding``), the rules (``homonyms``).
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

_INVISIBLE = "\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_ODD = re.compile(f"[{_INVISIBLE}\xa0\u2000-\u200a\u202f\u3000\uff01-\uff5e]")
_PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000], " ")
)


@dataclass(frozen=True, slots=True)
class Readable:
    """A text without what nobody sees.

    Attributes:
        text: what is seen.
        removed: offsets in the stored text that are left out, ascending.
    """

    text: str
    removed: list[int]

    def at(self, offset: int) -> int:
        """Return where an offset of the stored text lies in ``text``."""
        return offset - bisect_left(self.removed, offset) if self.removed else offset


def readable(text: str) -> Readable:
    """Return the text as it is seen; most texts are that already, and are told apart by one search."""
    if text.isascii() or _ODD.search(text) is None:
        return Readable(text, [])
    removed = [match.start() for match in _UNSEEN.finditer(text)]
    seen = _UNSEEN.sub("", text) if removed else text
    return Readable(seen.translate(_PLAIN), removed)
