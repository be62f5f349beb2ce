"""Recall of labelled brands, first pick and order on 192 web answers (ai-product-bench).

Belongs here: the comparison with the labels of the set, which are machine-made and hold at most five products
an answer. Not here: precision, which such labels cannot give (``labelled.py``).
"""

from itertools import combinations

from tools.measures.figures import Figure, share
from tools.measures.markets import BenchAnswer, answers, brand_of, brands, matcher

SOURCE = "ai-product-bench-dev"


def labelled_order(answer: BenchAnswer) -> list[str]:
    """Return the brands that the labels name, each once, in the order of their ranks."""
    named = (brand_of(answer.market, label, product) for label, product in answer.labels)
    return list(dict.fromkeys(brand for brand in named if brand))


def found_order(answer: BenchAnswer) -> list[str]:
    """Return the brands that count as named, in the order of their first mention."""
    mentions = matcher(answer.market).find(answer.text, answer.question)
    return list(dict.fromkeys(one.brand_id for one in mentions if one.is_counted))


def measure() -> list[Figure]:
    """Return the figures."""
    recall, written, first, order = [], [], [], []
    for one in answers():
        labelled, found = labelled_order(one), found_order(one)
        hits = [(one.market, brand in found) for brand in labelled]
        recall += hits
        written += [hit for hit, brand in zip(hits, labelled, strict=True) if _is_written(one, brand)]
        if labelled and found:
            first.append((one.market, labelled[0] == found[0]))
        both = [brand for brand in labelled if brand in found]
        order += [(one.market, found.index(a) < found.index(b)) for a, b in combinations(both, 2)]
    return [
        share(
            "recall of labelled brands", recall, "a label whose brand the answer never names counts as missed"
        ),
        share("recall where the brand is written", written, "some name of the brand occurs in the answer"),
        share("first pick", first, "the brand named first is the label of rank 1"),
        share("order", order, "pairs of labelled brands in the order of the labels"),
    ]


def _is_written(answer: BenchAnswer, brand: str) -> bool:
    """Return whether any name of a brand occurs in the answer, by plain search without case."""
    text = answer.text.casefold()
    [names] = [one for one in brands(answer.market) if one.brand_id == brand]
    return any(name.casefold() in text for name in (*names.names, *names.products))
