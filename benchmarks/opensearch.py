"""What writing answers to OpenSearch costs, against the same client's own bulk loop in the same run.

Run with: python benchmarks/opensearch.py [--url URL] [--answers N] [--rounds N] [--skip-history]. Without a
URL a server is started. Prints two tables: a big day against ``helpers.streaming_bulk`` into an index of the
same mapping, with the refresh that makes it visible; and one day replaced in an index of 1, 30 and 365 days.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

from opensearchpy.helpers import streaming_bulk

from brand_monitor.backends.search.interface import Entry
from brand_monitor.backends.search.opensearch import OpenSearchIndex
from brand_monitor.backends.search.opensearch_client import Server, connect
from brand_monitor.backends.search.opensearch_schema import Names, document, template

DAY = date(2026, 11, 24)
HISTORIES = (1, 30, 365)
SMALL_DAY = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-history", action="store_true")
    options = parser.parse_args()
    with _server(options.url) as url:
        _bulk(url, options.answers, options.rounds)
        if not options.skip_history:
            _history(url)


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    from tools.servers.opensearch import OpenSearch

    with tempfile.TemporaryDirectory() as folder:
        server = OpenSearch(Path(folder) / "opensearch", heap_mb=1024)
        with server.start():
            yield server.url


def _answers(count: int) -> list[Entry]:
    """Return answers of some 150 words, of a vocabulary with few common and many rare words."""
    dice = random.Random(1)
    words = [f"word{n}" for n in range(20_000)]
    weights = [1 / (n + 3) for n in range(len(words))]
    pool = dice.choices(words, weights, k=200_000)
    starts = [dice.randrange(len(pool) - 200) for _ in range(count)]
    return [
        Entry(
            f"answer-{n}", "Which shoe is best?", " ".join(pool[start : start + 150]), "", "gemini", "en-US"
        )
        for n, start in enumerate(starts)
    ]


def _bulk(url: str, count: int, rounds: int) -> None:
    entries = _answers(count)
    bare, ours = [], []
    for number in range(rounds):
        # Each goes first in turn: a server that has just worked is warm and busy merging.
        pair = [(bare, _bare), (ours, _ours)]
        for times, write in pair if number % 2 == 0 else reversed(pair):
            times.append(_timed(url, entries, write))
    plain, own = (statistics.median(times) for times in (bare, ours))
    print(f"{count:,} answers, median of {rounds} rounds")
    print(f"{'bare streaming_bulk, refresh':<32} {plain:7.2f} s {count / plain:9,.0f} answers/s")
    print(f"{'replace_day':<32} {own:7.2f} s {count / own:9,.0f} answers/s  ratio {plain / own:.2f}")


def _timed(url: str, entries: list[Entry], write: Callable[[str, str, list[Entry]], float]) -> float:
    prefix = f"bench-{time.time_ns():x}"
    try:
        return write(url, prefix, entries)
    finally:
        _remove(url, prefix)


def _bare(url: str, prefix: str, entries: list[Entry]) -> float:
    with closing(connect(Server(url))) as client:
        client.indices.create(index=f"{prefix}-bare", body=template(Names(prefix))["template"])
        shared = {"batch": "bare", "monitor_id": "shoes", "day": DAY, "collection": "answers"}
        start = time.perf_counter()
        actions = (
            {"_index": f"{prefix}-bare", "_source": document(entry, ordinal=n, **shared)}
            for n, entry in enumerate(entries)
        )
        for _ in streaming_bulk(client, actions, chunk_size=1_000):
            pass
        client.indices.refresh(index=f"{prefix}-bare", params={"request_timeout": 600})
        return time.perf_counter() - start


def _ours(url: str, prefix: str, entries: list[Entry]) -> float:
    with closing(OpenSearchIndex(Server(url), Names(prefix))) as index:
        start = time.perf_counter()
        index.replace_day("shoes", DAY, "answers", entries)
        return time.perf_counter() - start


def _history(url: str) -> None:
    entries = _answers(SMALL_DAY)
    prefix = f"bench-{time.time_ns():x}"
    print(f"\none day of {SMALL_DAY} answers replaced, median of 5")
    with closing(OpenSearchIndex(Server(url), Names(prefix))) as index:
        done = 0
        for days in HISTORIES:
            for number in range(done, days):
                index.replace_day("shoes", DAY - timedelta(days=number), "answers", entries)
            done = days
            times = []
            for _ in range(5):
                start = time.perf_counter()
                index.replace_day("shoes", DAY, "answers", entries)
                times.append(time.perf_counter() - start)
            print(f"{days:>4} days in the index {1000 * statistics.median(times):7.0f} ms")
    _remove(url, prefix)


def _remove(url: str, prefix: str) -> None:
    with closing(connect(Server(url))) as client:
        for name in client.indices.get(index=f"{prefix}-*"):
            client.indices.delete(index=name)
        client.indices.delete_index_template(name=f"{prefix}-*", params={"ignore": 404})


if __name__ == "__main__":
    main()
