"""Sentences written before the rules were read: kinds and homonyms, by round (`brand_monitor_tests/unseen`).

Belongs here: the figures of today's code on these rounds. The first run of each round, before its errors were
mended, is the estimate for unseen text; it cannot be measured again and stands in the notes. Not here: how
the rounds were written (README beside them).
"""

import re
from collections.abc import Iterator

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from tools.measures.figures import Figure, share
from tools.measures.markets import ROOT

SOURCE = "brand_monitor_tests/unseen"
FOLDER = ROOT / SOURCE
LETTERS = {
    "n": "named",
    "r": "recommended",
    "c": "compared",
    "w": "warned_against",
    "a": "absent",
    "q": "asked",
    "s": "seller",
    "Q": "quoted",
}
#: The round that was kept back while the rules of round 8 were mended, and that nothing was mended for.
HELD_OUT = 9
#: Round -> first runs of kinds and of homonyms, where it has any.
FIRST_RUNS: dict[int, tuple[str, str | None]] = {
    3: ("126 of 199", "88 of 100"),
    4: ("114 of 127", "72 of 82"),
    5: ("74 of 110", "92 of 99"),
    6: ("74 of 108", "61 of 67"),
    7: ("76 of 103", "53 of 61"),
    8: ("81 of 138", None),
    HELD_OUT: ("100 of 139", None),
}
#: Other brands of the monitor in which homonyms are looked for.
OTHERS = ["Samsung", "Walmart", "Verizon", "Asana", "Uber", "Samsonite", "Monos", "Fidelity", "Headspace"]


def measure() -> list[Figure]:
    """Return the figures."""
    figures = []
    for number, (kinds, homonyms) in FIRST_RUNS.items():
        name = f"kinds, round {number}" + (" (held out)" if number == HELD_OUT else "")
        figures.append(share(name, _kinds(number), f"first run {kinds}"))
        if homonyms is not None:
            figures.append(share(f"homonyms, round {number}", _homonyms(number), f"first run {homonyms}"))
    return figures


def rows(name: str, number: int) -> Iterator[tuple[str, str]]:
    """Yield label and text of each row of a round."""
    for line in (FOLDER / f"{name}-{number}.tsv").read_text(encoding="utf-8").splitlines():
        label, _, text = line.partition("\t")
        yield label, text.replace("\\n", "\n")


def _kinds(number: int) -> Iterator[tuple[str, bool]]:
    for label, text in rows("kinds", number):
        wanted = dict(part.replace("_", " ").split("=") for part in label.split())
        found = MentionMatcher([BrandNames(brand, (brand,)) for brand in wanted]).find(text)
        for brand, letters in wanted.items():
            kind = next((one.kind for one in found if one.brand_id == brand), None)
            yield text, kind in [LETTERS[letter] for letter in letters.split("|")]


def _homonyms(number: int) -> Iterator[tuple[str, bool]]:
    for label, text in rows("homonyms", number):
        name, digits = label.split("=")
        matcher = MentionMatcher([BrandNames(one, (one,)) for one in (name, *OTHERS)])
        sure = {one.start for one in matcher.find(text) if one.brand_id == name and not one.is_uncertain}
        places = [match.start() for match in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)]
        for place, digit in zip(places, digits, strict=True):
            yield text, (place in sure) == (digit == "1")
