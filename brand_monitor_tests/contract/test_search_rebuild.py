"""The index is a projection: a rebuild and any history of single days lead to the same content."""

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date, timedelta

import pytest

from brand_monitor.backends.search.interface import COLLECTIONS, Entry
from brand_monitor.backends.search.projection import Day, Difference, differences, rebuild
from brand_monitor.failures import PermanentFailure, TransientFailure
from brand_monitor_tests.search_servers.implementations import DURABLE, IMPLEMENTATIONS, Opener

FIRST = date(2026, 10, 30)  # a few days on either side of the end of a month


class SmallLake:
    """What the lake would say: entries by monitor, day and collection."""

    def __init__(self) -> None:
        self.held: dict[tuple, list[Entry]] = {}

    def put(self, monitor_id: str, day: date, collection: str, entries: list[Entry]) -> None:
        self.held[monitor_id, day, collection] = entries

    def days(self) -> list[Day]:
        return [Day(*key, entries) for key, entries in sorted(self.held.items()) if entries]


def page(name: str, text: str = "the dawn") -> Entry:
    return Entry(
        name, f"Page {name}", text, f"http://a.example/{name}", "engine", "de" if "3" in name else "en"
    )


@pytest.fixture(params=IMPLEMENTATIONS)
def index(request: pytest.FixtureRequest):
    with IMPLEMENTATIONS[request.param](request) as opener, closing(opener()) as made:
        yield made


@pytest.fixture(params=DURABLE)
def open_index(request: pytest.FixtureRequest) -> Iterator[Opener]:
    with IMPLEMENTATIONS[request.param](request) as opener, ExitStack() as opened:
        yield lambda: opened.enter_context(closing(opener()))


def write(index, lake: SmallLake, *key, entries: list[Entry]) -> None:
    index.replace_day(*key, entries)
    lake.put(*key, entries)


def random_history(index, lake: SmallLake, dice: random.Random, steps: int) -> None:
    """Write days, derive them again otherwise, and delete them, in any order."""
    for _ in range(steps):
        monitor, day = dice.choice(["shoes", "boots"]), FIRST + timedelta(days=dice.randrange(3))
        names = dice.sample(range(8), k=dice.choice([0, 1, 4, 7]))
        entries = [page(f"{name}", dice.choice(["the dawn", "a trail", "der Läufer"])) for name in names]
        write(index, lake, monitor, day, dice.choice(COLLECTIONS), entries=entries)


def test_after_any_history_the_index_equals_the_lake_and_a_rebuild_changes_nothing(index):
    lake = SmallLake()
    random_history(index, lake, random.Random(3), steps=9)
    assert differences(index, lake.days()) == []
    before = {words: index.search(words, collection="documents", limit=50) for words in ("dawn", "trail")}
    assert rebuild(index, lake.days) == sum(len(each.entries) for each in lake.days())
    assert differences(index, lake.days()) == []
    for words, hits in before.items():
        again = index.search(words, collection="documents", limit=50)
        assert {(hit.entry_id, hit.date, hit.monitor_id) for hit in again} == {
            (hit.entry_id, hit.date, hit.monitor_id) for hit in hits
        }
    random_history(index, lake, random.Random(4), steps=3)
    assert differences(index, lake.days()) == []


def test_each_kind_of_difference_is_named_with_both_counts(index):
    lake = SmallLake()
    write(index, lake, "shoes", FIRST, "documents", entries=[page("1")])
    write(index, lake, "shoes", FIRST, "answers", entries=[page("1"), page("2")])
    index.replace_day("gone", FIRST, "documents", [page("9")])
    index.replace_day("shoes", FIRST, "documents", [page("1", "altered")])
    index.replace_day("shoes", FIRST, "answers", [page("1")])
    found = differences(index, lake.days())
    assert sorted(found, key=str) == sorted(
        [
            Difference("shoes", FIRST, "documents", 1, 1),
            Difference("shoes", FIRST, "answers", 2, 1),
            Difference("gone", FIRST, "documents", 0, 1),
        ],
        key=str,
    )
    assert "with other content" in str(next(each for each in found if each.in_lake == each.in_index))
    rebuild(index, lake.days)
    assert differences(index, lake.days()) == []


def test_a_rebuild_without_anything_in_the_lake_empties_the_index(index):
    index.replace_day("shoes", FIRST, "documents", [page("1")])
    assert rebuild(index, list) == 0
    assert index.search("dawn", collection="documents") == []
    index.replace_day("shoes", FIRST, "documents", [page("1")])
    assert index.count("shoes", FIRST, "documents") == 1


def test_a_rebuild_that_fails_changes_nothing_and_can_be_repeated(index):
    index.replace_day("shoes", FIRST, "documents", [page("1")])
    with pytest.raises(PermanentFailure, match="twice"):
        rebuild(index, lambda: [Day("shoes", FIRST, "documents", [page("2"), page("2")])])
    lakes = iter([[Day("shoes", FIRST, "documents", [page("2")])], []])
    with pytest.raises(PermanentFailure, match="differs from the lake in 1 days"):
        rebuild(index, lambda: next(lakes))
    assert [entry.entry_id for entry in index.entries("shoes", FIRST, "documents")] == ["1"]
    rebuild(index, lambda: [Day("shoes", FIRST, "documents", [page("2")])])
    assert [entry.entry_id for entry in index.entries("shoes", FIRST, "documents")] == ["2"]


def test_while_days_are_replaced_and_the_index_is_rebuilt_no_query_fails_or_misses(open_index):
    """A page that every version of the content holds is found by every query, once, whole days at a time."""
    writer, reader = open_index(), open_index()
    contents = [[page("always", "dawn"), *(page(f"{n}", "dawn") for n in range(size))] for size in (3, 6)]
    allowed = {len(entries) for entries in contents}
    writer.replace_day("shoes", FIRST, "documents", contents[0])
    stop, seen, problems = threading.Event(), [], []

    def query_until_stopped() -> None:
        while not stop.is_set():
            try:
                hits = reader.search("dawn", collection="documents", limit=20)
                seen.append((len(hits), "always" in [hit.entry_id for hit in hits]))
                seen.append((reader.count("shoes", FIRST, "documents"), True))
            except Exception as error:  # noqa: BLE001 - whatever a reader could get
                problems.append(repr(error))

    thread = threading.Thread(target=query_until_stopped)
    thread.start()
    for turn in range(1, 7):
        entries = contents[turn % 2]
        if turn % 3:
            writer.replace_day("shoes", FIRST, "documents", entries)
        else:
            rebuild(writer, lambda entries=entries: [Day("shoes", FIRST, "documents", entries)])
    stop.set()
    thread.join()
    assert problems == []
    assert seen
    assert {size for size, _ in seen} <= allowed
    assert all(found for _, found in seen)


def test_others_wait_while_the_index_is_rebuilt_and_are_told_so(open_index):
    one, other = open_index(), open_index()
    one.replace_day("shoes", FIRST, "documents", [page("1")])
    other.wait_seconds = 0
    with one.rebuilding() as staged:
        staged.replace_day("shoes", FIRST, "documents", [page("2")])
        with pytest.raises(TransientFailure, match="try again later"):
            other.replace_day("shoes", FIRST, "documents", [page("3")])
        assert [entry.entry_id for entry in other.entries("shoes", FIRST, "documents")] == ["1"]
    assert [entry.entry_id for entry in other.entries("shoes", FIRST, "documents")] == ["2"]
    other.replace_day("shoes", FIRST, "documents", [page("3")])
    assert [entry.entry_id for entry in one.entries("shoes", FIRST, "documents")] == ["3"]
