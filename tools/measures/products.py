"""Products in 36 ChatGPT answers and 80 pages, in whatever typography (chatgpt-vs-bing).

Belongs here: whether the matcher finds a labelled product that the text holds, whatever spaces, quotes,
primes and hyphens it is written with. Not here: whether the labels are right.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from tools.measures.figures import Figure, share
from tools.measures.markets import DATA

SOURCE = "chatgpt-vs-bing-dev"
_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u2032\u02bc\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"),
}
_FLAT = str.maketrans(_QUOTES)


def measure() -> list[Figure]:
    """Return the figures."""
    figures = []
    for name, file, text_field, prompt_field in (
        ("ChatGPT answers", "chatgpt_answers.jsonl", "response", "query"),
        ("pages", "bing_pages.jsonl", "content", "query"),
    ):
        rows = list(_rows(file))
        found = [
            (row[prompt_field], product, row[text_field], is_found)
            for row in rows
            if row[text_field]
            for product, is_found in _searched(row[text_field], row["recommended_products"])
        ]
        written = [one for one in found if flat(one[1]) in flat(one[2])]
        otherwise = [one for one in written if one[1] not in one[2]]
        figures += [
            share(
                f"products labelled in {name}",
                ((q, hit) for q, _, _, hit in found),
                "also those in other words",
            ),
            share(f"products written in {name}", ((q, hit) for q, _, _, hit in written), "up to typography"),
            share(
                f"of these in another typography, {name}",
                ((q, hit) for q, _, _, hit in otherwise),
                "another case, space, quote, prime or hyphen than the label",
            ),
        ]
    return figures


def flat(text: str) -> str:
    """Return a text without case and typography, for a search that knows nothing of words."""
    plain = unicodedata.normalize("NFKC", text.translate(_FLAT)).casefold()
    return re.sub(r"\s+", " ", plain)


def _searched(text: str, products: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each product and whether it is found; each is looked for by itself, so none hides another."""
    for product in dict.fromkeys(products):
        matcher = MentionMatcher([BrandNames(product, (product,))])
        yield product, bool(matcher.find(text))


def _rows(file: str) -> Iterator[dict[str, Any]]:
    for line in (DATA / SOURCE / file).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
