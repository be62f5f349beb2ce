"""Precision on 60 answers in which every mention was labelled by hand (ai-product-bench).

Belongs here: the machine's mentions beside the labels of ``brand_monitor_tests/gold``. How they were made is
written there. Not here: labels of the data set itself (``bench.py``).
"""

import json
from collections import defaultdict
from dataclasses import dataclass

from brand_monitor.domain.mentions import Mention
from tools.measures.figures import Figure, share
from tools.measures.markets import ROOT, BenchAnswer, matcher, sample

SOURCE = "ai-product-bench-dev"
LABELS = ROOT / "brand_monitor_tests" / "gold" / "ai-product-bench-mentions.jsonl"
NOT_THE_BRAND, SELLER, RECOMMENDED = "not_the_brand", "seller_only", "recommended"


@dataclass(frozen=True)
class Label:
    """One labelled place: character offsets, brand, and named, recommended, seller_only or not_the_brand."""

    start: int
    end: int
    brand: str
    label: str

    def is_at(self, mention: Mention) -> bool:
        """Whether a mention is of the same brand and overlaps the place."""
        same_place = mention.start < self.end and self.start < mention.end
        return same_place and mention.brand_id == self.brand


def labels() -> dict[str, list[Label]]:
    """Return the labels of each answer, by its id."""
    found = defaultdict(list)
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row.pop("answer")].append(Label(**row))
    return found


def measure() -> list[Figure]:
    """Return the figures."""
    by_answer = labels()
    right, kept, pairs, praise, praised, sold = [], [], [], [], [], []
    for answer in sample():
        places = [one for one in by_answer.get(answer.id, []) if one.label != NOT_THE_BRAND]
        counted = [one for one in _mentions(answer) if one.is_counted]
        right += [(answer.market, any(place.is_at(one) for place in places)) for one in counted]
        kept += [(answer.market, _is_at_any(place, counted)) for place in places if place.label != SELLER]
        sold += [(answer.market, not _is_at_any(place, counted)) for place in places if place.label == SELLER]
        brands = {one.brand_id for one in counted}
        pairs += [(answer.market, brand in {place.brand for place in places}) for brand in brands]
        best = [place for place in places if place.label == RECOMMENDED]
        said = [one for one in counted if one.kind == RECOMMENDED]
        praise += [(answer.market, any(place.is_at(one) for place in best)) for one in said]
        praised += [(answer.market, _is_at_any(place, said)) for place in best]
    return [
        share("precision of mentions", right, "of counted mentions, those that are the brand"),
        share("recall of mentions", kept, "of places that name a tracked brand, those found and counted"),
        share("precision of brands per answer", pairs, "what visibility counts"),
        share("precision of recommended", praise, "the answer itself calls the brand a good or best choice"),
        share("recall of recommended", praised, "labels began from the machine's: an upper bound"),
        share("shops left out", sold, "places that only say where something is sold, not counted"),
    ]


def _is_at_any(place: Label, mentions: list[Mention]) -> bool:
    return any(place.is_at(one) for one in mentions)


def _mentions(answer: BenchAnswer) -> list[Mention]:
    return matcher(answer.market).find(answer.text, answer.question)
