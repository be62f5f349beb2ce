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
NOT_THE_BRAND = "not_the_brand"


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
    right, kept, recommended, recalled, pairs = [], [], [], [], []
    for answer in sample():
        places = by_answer.get(answer.id, [])
        true = [place for place in places if place.label != NOT_THE_BRAND]
        counted = [one for one in _mentions(answer) if one.is_counted]
        right += [(answer.market, any(place.is_at(one) for place in true)) for one in counted]
        kept += [(answer.market, any(place.is_at(one) for one in counted)) for place in true]
        praised = [place for place in true if place.label == "recommended"]
        said = [one for one in counted if one.kind == "recommended"]
        recommended += [(answer.market, any(place.is_at(one) for place in praised)) for one in said]
        recalled += [(answer.market, any(place.is_at(one) for one in said)) for place in praised]
        found = {one.brand_id for one in counted}
        pairs += [(answer.market, brand in {place.brand for place in true}) for brand in found]
    return [
        share("precision of mentions", right, "of counted mentions, those that are the brand"),
        share("recall of mentions", kept, "of the places that name a tracked brand, those found and counted"),
        share("precision of brands per answer", pairs, "what visibility counts"),
        share(
            "precision of recommended", recommended, "the answer itself calls the brand a good or best choice"
        ),
        share(
            "recall of recommended", recalled, "labels began from the machine's, so this is an upper bound"
        ),
    ]


def errors() -> list[tuple[str, Mention]]:
    """Return (answer, mention) of the counted mentions that the labels do not know as the brand."""
    by_answer = labels()
    return [
        (answer.id, one)
        for answer in sample()
        for one in _mentions(answer)
        if one.is_counted
        and not any(
            place.is_at(one) for place in by_answer.get(answer.id, []) if place.label != NOT_THE_BRAND
        )
    ]


def _mentions(answer: BenchAnswer) -> list[Mention]:
    return matcher(answer.market).find(answer.text, answer.question)
