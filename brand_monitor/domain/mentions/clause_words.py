"""A clause as words: small letters, contractions taken apart, signs for brands.

Belongs here: cutting a clause into words. Not here: where clauses end (``clauses``), what the words say
(``advice``, ``verdicts``).
"""

import re
from functools import lru_cache

_TOKEN = re.compile(r"[\u00a7\u00a4]|'s\b|\w+(?:['-]\w+)*|[^\w\s]")
_SHORT = {"'d": "would", "'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'s": "'s"}
_WHOLE = {"cannot": ("can", "not")}
_DENIED = {"can't": "can", "won't": "will", "ain't": "is"}


@lru_cache(maxsize=4_096)
def words_in(clause: str) -> tuple[str, ...]:
    """Return the words and signs of a clause: "I'd" is "i", "would"; "can't" is "can", "not"."""
    words: list[str] = []
    for token in _TOKEN.findall(clause.lower()):
        if "'" not in token or token in {"'", "'s"}:
            words += _WHOLE.get(token, (token,))
        elif token.endswith("n't"):
            words += (_DENIED.get(token, token[:-3]), "not")
        else:
            stem, _, end = token.rpartition("'")
            short = _SHORT.get("'" + end)
            words += (stem, short) if short else (token,)
    return tuple(words)
