"""Real answers written in another way: what must not change a count (ai-product-bench).

Belongs here: changes of typography and Markdown that a reader does not notice. Not here: changes of case,
which are evidence for brands that are everyday words.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

from tools.measures.figures import Figure, share
from tools.measures.markets import answers, matcher

SOURCE = "ai-product-bench-dev"
CHANGES: dict[str, Callable[[str], str]] = {
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "curly quotes": lambda text: text.replace("'", "\u2019"),
    "straight quotes": lambda text: text.replace("\u2019", "'"),
    "no-break hyphens": lambda text: re.sub(r"(?<=\w)-(?=\w)", "\u2011", text),
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "zero-width spaces": lambda text: text.replace(" ", " \u200b"),
    "no emphasis": lambda text: text.replace("**", ""),
}


def measure() -> list[Figure]:
    """Return the figures."""
    figures = []
    for name, change in CHANGES.items():
        same = []
        for one in answers():
            found = matcher(one.market).find_many([one.text, change(one.text)], [one.question] * 2)
            before, after = (Counter(m.brand_id for m in mentions if m.is_counted) for mentions in found)
            same.append((one.market, before == after))
        figures.append(share(f"answers that count the same with {name}", same))
    return figures
