"""Where words end, for many matches at once.

Belongs here: boundaries in every script, and where captured pages lost a space. Not here: finding matches
(``search``), what a character is (``folding``).
"""

import numpy as np
from numpy.typing import NDArray

from brand_monitor.domain.mentions.folding import DIGIT, HANGUL, LOWER, SEPARATOR, UNSPACED, UPPER, Folded


def between_words(
    folded: Folded, start: NDArray[np.intp], end: NDArray[np.intp], glued: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which matches begin and end between words.

    A word also ends where the script changes to one without spaces, and, for distinctive names only, where
    captured pages lost a space: before a capital after a small letter or digit, and the same behind; also
    after a heading or name in capitals (``BEST BIKEAventon``, ``REIBackcountry``).
    """
    before, first = folded.classes(start - 1), folded.classes(start)
    last, after = folded.classes(end - 1), folded.classes(end)
    left = (before == SEPARATOR) | (before == UNSPACED) | (first == UNSPACED)
    left |= (before == HANGUL) != (first == HANGUL)
    left |= glued & (first == UPPER) & ((before == LOWER) | (before == DIGIT))
    heading = (before == UPPER) & (folded.classes(start - 2) == UPPER)
    left |= glued & heading & (first == UPPER) & (folded.classes(start + 1) == LOWER)
    right = (after == SEPARATOR) | (after == UNSPACED) | (last == UNSPACED) | (after == HANGUL)
    right |= glued & (first == UPPER) & (last != UPPER) & (after == UPPER)
    right |= glued & (first == UPPER) & (last != DIGIT) & (after == DIGIT)
    shouted = (last == UPPER) & (folded.classes(end - 2) == UPPER)
    right |= glued & shouted & (after == UPPER) & (folded.classes(end + 1) == LOWER)
    bounded: NDArray[np.bool_] = left & right
    return bounded
