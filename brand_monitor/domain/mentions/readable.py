"""A text as a reader sees it, for rules that look at letters and spaces around a name.

Belongs here: leaving out what is invisible, plain spaces and letters for wide ones, around a span.
Not here: folding for the search (``folding``), the rules (``homonyms``).
"""

import re

# More than any rule about a name looks at on one side, in characters.
SURROUNDINGS = 250

_INVISIBLE = "\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_ODD = re.compile(f"[{_INVISIBLE}\xa0\u2000-\u200a\u202f\u3000\uff01-\uff5e]")
# `str.translate` looks up every character; these leave alone what they do not match.
_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u3000]")
_WIDE = re.compile("[\uff01-\uff5e]")


def readable(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Return the surroundings of ``text[start:end]`` as a reader sees them, and where the span lies in them.

    Text that holds nothing odd is returned as it is. Otherwise 250 characters on each side are kept: the cost
    is that of the surroundings, not of the text.
    """
    first = max(0, start - SURROUNDINGS)
    around = text[first : end + SURROUNDINGS]
    if around.isascii() or _ODD.search(around) is None:
        return text, start, end
    before, inside, behind = map(_seen, (text[first:start], text[start:end], text[end : end + SURROUNDINGS]))
    return before + inside + behind, len(before), len(before) + len(inside)


def _seen(part: str) -> str:
    plain = _SPACES.sub(" ", _UNSEEN.sub("", part))
    return _WIDE.sub(lambda wide: chr(ord(wide[0]) - 0xFEE0), plain)
