"""Whether a text is English, as far as a grader that only knows English needs to know.

Belongs here: that one question. Not here: telling other languages apart (documents have their own language).

To a lexicon of English the German article "die" is a death. Function words decide: they make up a third of
any running text, and hardly any is shared. A text without any, such as a list of names, passes for English.
"""

import re
from functools import lru_cache
from typing import Final

from brand_monitor.domain.sentiment.valence import listed

_ENGLISH: Final = frozenset(
    listed(
        "the and is are of to for with it its that this you your they their from was has have but if which"
        " can best"
    )
)
_FOREIGN: Final = frozenset(
    listed("""
        der die das und ist sind nicht mit von ein eine einen auch für auf sich dem den als werden bei zu
        le la les des et est sont une un du pour avec dans qui que pas sur au ce cette plus nous vous
        el los las una del es son para por que como más pero muy su sus entre también
        il lo gli di che una sono della nel più anche non os um uma da dos e é são com não mais
        ao seu sua het een en zijn voor met op te dat niet ook og på som til är inte med det att
        jest w z na się nie że
    """)
)
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Characters that are looked at: enough to tell, and bounded for a hostile text.
_LOOKED_AT: Final = 4_000
#: Foreign function words, or letters beyond Latin, that it takes to say no.
_ENOUGH: Final = 3
_BEYOND_LATIN: Final = 0x250


@lru_cache(maxsize=4_096)
def is_english(text: str) -> bool:
    """Return whether nothing speaks against a text being English."""
    words = [word.lower() for word in _WORD.findall(text[:_LOOKED_AT])]
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    beyond = sum(any(ord(letter) >= _BEYOND_LATIN for letter in word) for word in words)
    return max(foreign, beyond) < _ENOUGH or english > max(foreign, beyond)
