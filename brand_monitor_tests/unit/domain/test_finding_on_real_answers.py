"""Real answers: list ranks, typographic variants and discovery, as far as their labels tell.

The answers lie beside the repository (``../shared/data``); without them nothing is measured here. The floors
are a little below what was measured, so that a change for the worse is seen.
"""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from brand_monitor.domain.discovery.names import discover
from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from brand_monitor.domain.mentions.folding import words_of
from brand_monitor.domain.text.lists import list_items

SHARED = Path(__file__).parents[4] / "shared" / "data"


def rows_of(name):
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"no real answers: {file} is absent")
    return [json.loads(line) for line in file.read_text().splitlines()]


def squeezed(name):
    return "".join(words_of(name or "")).removeprefix("the")


def names(product):
    return [name for name in map(squeezed, (product["brand"], product["name"])) if name]


def test_lists_name_the_labelled_products_and_the_first_pick_first():
    answers = [row for row in rows_of("ai-product-bench-dev/responses.jsonl") if row["products_mentioned"]]
    products = listed = first = 0
    for row in answers:
        text = row["response"]
        heads = [(item.rank, squeezed(text[slice(*item.head)])) for item in list_items(text)]
        for product in row["products_mentioned"]:
            products += 1
            listed += any(name in head for name in names(product) for _, head in heads)
        best = min(row["products_mentioned"], key=lambda product: product["rank"] or 99)
        first += any(rank == 1 and name in head for name in names(best) for rank, head in heads)
    assert listed / products > 0.84
    assert first / len(answers) > 0.83


def test_products_are_found_in_every_typography():
    answers = rows_of("chatgpt-vs-bing-dev/chatgpt_answers.jsonl")
    spellings = defaultdict(list)
    for name in sorted({name for row in answers for name in row["recommended_products"]}):
        spellings[words_of(name)].append(name)
    matcher = MentionMatcher([BrandNames(" ".join(words), tuple(some)) for words, some in spellings.items()])
    wanted = [(at, name) for at, row in enumerate(answers) for name in row["recommended_products"]]
    found = [
        {mention.brand_id for mention in mentions}
        for mentions in matcher.find_many([row["response"] for row in answers])
    ]
    missed = [name for at, name in wanted if " ".join(words_of(name)) not in found[at]]
    assert len(missed) / len(wanted) < 0.04
    assert [name for name in missed if not name.isascii()] == []


def test_discovery_suggests_the_labelled_brands_of_each_market():
    wanted = {
        variant["text"]: row["id"]
        for row in rows_of("ai-product-bench-dev/queries.jsonl")
        for variant in row["variations"]
    }
    markets = defaultdict(list)
    for row in rows_of("ai-product-bench-dev/responses.jsonl"):
        markets[wanted[row["query_text"]]].append(row)
    often = hit = 0
    for rows in markets.values():
        texts = [row["response"] for row in rows]
        top = [squeezed(one.key) for one in discover(texts, None, [row["query_text"] for row in rows])[:20]]
        everything = "".join(map(squeezed, texts))
        labelled = Counter(
            brand
            for row in rows
            for brand in {squeezed(product["brand"]) for product in row["products_mentioned"]}
            if brand and brand in everything
        )
        frequent = [brand for brand, count in labelled.items() if count > 1]
        often += len(frequent)
        hit += sum(any(one.startswith(brand) or brand.startswith(one) for one in top) for brand in frequent)
    assert hit / often > 0.8
