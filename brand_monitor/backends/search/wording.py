"""What every search index makes of the words that somebody looks for.

Belongs here: limits and weights that are the same in each. Not here: stems and queries, of which each has its
own.
"""

from collections.abc import Iterable

# A title says what a page is about; twice the weight is the usual start for title against body.
TITLE_BOOST = 2.0

# A pasted page may be a query; past this many different words, more of them no longer change the order.
MOST_WORDS = 256


def readable(words: str) -> str:
    """Return the text without what has no UTF-8 form: lone surrogates, half an emoji from a broken export."""
    return words.encode("utf-8", "ignore").decode("utf-8")


def different(words: Iterable[str]) -> list[str]:
    """Return each word once, in order of appearance, at most ``MOST_WORDS``."""
    return list(dict.fromkeys(words))[:MOST_WORDS]
