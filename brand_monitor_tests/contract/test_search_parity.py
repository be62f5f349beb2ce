"""The embedded index and OpenSearch rank alike: same words, same formula, same order.

Scores differ by the constant k1 + 1 = 2.2, which Lucene leaves out; they agree to .1 % beyond it, since both
keep lengths in one byte and sum in single precision. So hits whose scores are closer than that may change
places, and nothing else may.
"""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta

import pytest

from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.search.interface import Entry, Hit, SearchIndex
from brand_monitor_tests.search_servers.indexes import open_opensearch, opensearch_prefix

FACTOR = 2.2
CLOSE = 1e-3
START = date(2026, 10, 20)  # three weeks over two months: two indices on the server

STEMS = [
    "run",
    "jog",
    "trail",
    "shoe",
    "boot",
    "sock",
    "rain",
    "mud",
    "road",
    "light",
    "price",
    "return",
    "café",
    "naïve",
    "Straße",
    "On",
    "size",
    "order",
]
ENDINGS = ["", "s", "ing", "ed", "er", "ly", "ness", "'s", "-42", "_v2"]
WORDS = [stem + ending for stem in STEMS for ending in ENDINGS]


def corpus(dice: random.Random) -> dict[date, list[Entry]]:
    """Return 15 pages a day for three weeks, some of them every day; words have a few common and many rare."""
    weights = [1 / rank for rank in range(1, len(WORDS) + 1)]

    def text(most: int) -> str:
        return " ".join(dice.choices(WORDS, weights, k=dice.randint(1, most)))

    standing = [Entry(f"standing-{n}", text(8), text(200)) for n in range(5)]
    return {
        START + timedelta(days=day): [
            *standing,
            *(Entry(f"{day}-{n}", text(8), text(400)) for n in range(10)),
        ]
        for day in range(21)
    }


@contextmanager
def filled(index: SearchIndex, days: dict[date, list[Entry]]) -> Iterator[SearchIndex]:
    with closing(index):
        for day, entries in days.items():
            index.replace_day("shoes", day, "documents", entries)
        yield index


@pytest.fixture(scope="module")
def both(opensearch) -> Iterator[tuple[SearchIndex, SearchIndex]]:
    days = corpus(random.Random(11))
    with (
        opensearch_prefix(opensearch.url) as prefix,
        filled(TantivyIndex(), days) as embedded,
        filled(open_opensearch(opensearch.url, prefix), days) as server,
    ):
        yield embedded, server


def assert_alike(one: list[Hit], other: list[Hit]) -> None:
    assert [hit.score for hit in other] == pytest.approx([hit.score / FACTOR for hit in one], rel=CLOSE)
    for position, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        if (mine.entry_id, mine.date) != (theirs.entry_id, theirs.date):
            close = [hit.entry_id for hit in one if hit.score == pytest.approx(mine.score, rel=CLOSE)]
            # At the end of the list a rival may stand just outside it.
            assert theirs.entry_id in close or mine.score == pytest.approx(one[-1].score, rel=CLOSE), position


@pytest.mark.parametrize("number", range(40))
def test_a_question_has_the_same_best_hits(both, number):
    embedded, server = both
    dice = random.Random(number)
    words = " ".join(dice.sample(WORDS, k=dice.randint(1, 12)))
    filters = {"day": START + timedelta(days=number % 21)} if number % 3 == 0 else {}
    one, other = (each.search(words, collection="documents", **filters) for each in (embedded, server))
    assert len(one) == 10 or filters
    assert_alike(one, other)


def test_facets_are_equal(both):
    embedded, server = both
    for words in ("running", "Café", "on size order"):
        assert embedded.facets(words, collection="documents") == server.facets(words, collection="documents")


def test_what_is_most_alike_is_of_the_same_topic_in_both(both):
    """Lucene picks telling words by the counts of one month, tantivy by all: only the topic is compared."""
    dice = random.Random(5)
    pages = []
    for topic in range(6):
        own = [f"{word}{topic}x" for word in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")]
        for page in range(5):
            text = " ".join(dice.choices(own, k=20) + dice.choices(WORDS, k=20))
            pages.append(Entry(f"topic-{topic}-{page}", "", text))
    for index in both:
        index.replace_day("topics", START, "documents", pages)
        for topic in range(6):
            hits = index.more_like_this(
                f"topic-{topic}-0", collection="documents", monitor_id="topics", limit=4
            )
            assert sorted(hit.entry_id for hit in hits) == [f"topic-{topic}-{page}" for page in range(1, 5)]
