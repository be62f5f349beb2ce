"""What happens when OpenSearch fails: a typed error, nothing half-visible, and equal content in the end."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date

import pytest

from brand_monitor.backends.search import opensearch_write
from brand_monitor.backends.search.interface import Entry
from brand_monitor.backends.search.opensearch import OpenSearchIndex
from brand_monitor.backends.search.opensearch_write import DayWriter
from brand_monitor.backends.search.projection import Day, differences, rebuild
from brand_monitor.failures import PermanentFailure, StorageError, TransientFailure
from brand_monitor_tests.faults.fault_proxy import FaultProxy, fault_proxy, now_and_then
from brand_monitor_tests.search_servers.indexes import new_prefix, open_opensearch, opensearch_prefix
from brand_monitor_tests.servers.fixtures import start_or_skip
from tools.servers.opensearch import OpenSearch

DAY = date(2026, 11, 24)
SHOES = ("shoes", DAY, "documents")
BEFORE = [Entry(f"before-{n}", "Before", "the dawn") for n in range(3)]
AFTER = [Entry(f"after-{n}", "After", "the dawn") for n in range(25)]


@pytest.fixture(scope="module")
def hurt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSearch]:
    """A server of this file alone, for the tests that kill or stop it."""
    server = start_or_skip(OpenSearch(tmp_path_factory.mktemp("hurt") / "opensearch"))
    yield server
    server.kill()


@pytest.fixture
def prefix(opensearch) -> Iterator[str]:
    with opensearch_prefix(opensearch.url) as made:
        yield made


@pytest.fixture
def index(opensearch, prefix) -> Iterator[OpenSearchIndex]:
    with closing(open_opensearch(opensearch.url, prefix)) as made:
        made.replace_day(*SHOES, BEFORE)
        yield made


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch) -> None:
    """Ten documents a request: a day of 25 is three requests."""
    monkeypatch.setattr(opensearch_write, "CHUNK", 10)


@contextmanager
def proxied(url: str, prefix: str, rule, **options) -> Iterator[tuple[OpenSearchIndex, FaultProxy]]:
    patience = {"attempts": 3, "backoff_seconds": 0.001, **options}
    with (
        fault_proxy(url, rule) as proxy,
        closing(open_opensearch(proxy.url, prefix, **patience)) as made,
    ):
        yield made, proxy


def bulk_number(wanted: int, fault, then=lambda: None):
    """Return a rule that fails a bulk request, counted from 1, and those after it."""
    sent = []

    def rule(method: str, path: str):
        if "_bulk" not in path:
            return None
        sent.append(path)
        if len(sent) == wanted:
            then()
        return fault if len(sent) >= wanted else None

    return rule


def held(index: OpenSearchIndex) -> list[Entry]:
    return sorted(index.entries(*SHOES), key=lambda entry: entry.entry_id)


def stored(index: OpenSearchIndex) -> int:
    """Count all documents that lie in the index, seen by readers or not."""
    alias = index.names.read("documents")
    index._client.indices.refresh(index=alias)
    return index._client.count(index=alias)["count"]


def assert_as_before(index: OpenSearchIndex) -> None:
    assert held(index) == BEFORE
    assert len(index.search("dawn", collection="documents", limit=100)) == len(BEFORE)


def assert_written(index: OpenSearchIndex, entries=AFTER) -> None:
    assert differences(index, [Day(*SHOES, entries)]) == []
    assert stored(index) == len(entries)


def test_a_server_that_is_killed_in_mid_bulk_shows_the_old_day_and_takes_the_new_one_later(hurt):
    prefix = new_prefix()
    with closing(open_opensearch(hurt.url, prefix, attempts=40, backoff_seconds=0.001)) as direct:
        direct.replace_day(*SHOES, BEFORE)
        rule = bulk_number(2, "unanswered", then=hurt.kill)
        with (
            proxied(hurt.url, prefix, rule) as (index, _),
            pytest.raises(StorageError, match="no connection after 3 attempts"),
        ):
            index.replace_day(*SHOES, AFTER)
        hurt.start()
        assert_as_before(direct)
        assert stored(direct) == len(BEFORE) + 10
        direct.replace_day(*SHOES, AFTER)
        assert_written(direct)


def test_a_server_that_hangs_is_given_up_in_bounded_time_and_used_again_when_it_goes_on(hurt):
    with closing(open_opensearch(hurt.url, new_prefix())) as patient:
        patient.replace_day(*SHOES, BEFORE)
        hasty = open_opensearch(
            hurt.url, patient.names.prefix, timeout_seconds=0.3, attempts=2, backoff_seconds=0.001
        )
        with closing(hasty):
            hurt.pause()
            try:
                with pytest.raises(StorageError, match="no answer in time after 2 attempts"):
                    hasty.replace_day(*SHOES, AFTER)
                with pytest.raises(StorageError, match="no answer in time after 2 attempts"):
                    hasty.search("dawn", collection="documents")
            finally:
                hurt.resume()
        assert_as_before(patient)
        patient.replace_day(*SHOES, AFTER)
        assert_written(patient)


def test_nobody_at_the_address_is_an_error_that_names_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with closing(open_opensearch(url, "nobody", attempts=2, backoff_seconds=0.001)) as index:
        with pytest.raises(StorageError, match=f"{url}.*no connection after 2 attempts.*OPENSEARCH_URL"):
            index.search("dawn", collection="documents")
        with pytest.raises(StorageError, match=url):
            index.replace_day(*SHOES, AFTER)


def test_an_index_blocked_by_a_full_disk_says_so_and_takes_the_day_when_the_block_is_gone(index):
    alias = index.names.month("documents", DAY)

    def block(value) -> None:
        index._client.indices.put_settings(index=alias, body={"index.blocks.read_only_allow_delete": value})

    block("true")
    with pytest.raises(StorageError, match="free disk space"):
        index.replace_day(*SHOES, AFTER)
    assert_as_before(index)
    block(None)
    index.replace_day(*SHOES, AFTER)
    assert_written(index)


def test_one_bad_document_among_thousands_is_named_and_nothing_of_its_day_is_seen(index, monkeypatch):
    monkeypatch.setattr(opensearch_write, "CHUNK", 1_000)
    thousands = [Entry(f"good-{n}", "", "the dawn") for n in range(2_500)]
    bad = Entry("bad-" + "x" * 40_000, "", "the dawn")  # Lucene takes no term of more than 32,766 bytes
    with pytest.raises(PermanentFailure, match=r"1 refused, first 'bad-xxx.*immense term"):
        index.replace_day(*SHOES, [*thousands[:1_700], bad, *thousands[1_700:]])
    assert_as_before(index)
    assert stored(index) == len(BEFORE)
    index.replace_day(*SHOES, thousands)
    assert_written(index, thousands)


def test_an_index_with_a_foreign_mapping_refuses_the_day_until_it_is_rebuilt(opensearch, prefix):
    with closing(open_opensearch(opensearch.url, prefix)) as index:
        names = index.names
        foreign = {"dynamic": "strict", "properties": {"title": {"type": "integer"}}}
        aliases = {names.read("documents"): {}, names.month("documents", DAY): {"is_write_index": True}}
        index._client.indices.create(
            index=names.new_index("documents", DAY, "0badc0de"),
            body={"mappings": foreign, "aliases": aliases},
        )
        with pytest.raises(PermanentFailure, match=r"'after-0'.*rebuild the index"):
            index.replace_day(*SHOES, AFTER)
        assert held(index) == []
        rebuild(index, lambda: [Day(*SHOES, AFTER)])
        assert_written(index)


def test_a_busy_server_is_asked_again_and_given_up_after_so_many_times(opensearch, index, prefix):
    rejected = []

    def busy_twice(method: str, path: str):
        if "_bulk" in path and len(rejected) < 2:
            rejected.append(path)
            return "busy"
        return None

    with proxied(opensearch.url, prefix, busy_twice, attempts=4) as (patient, _):
        patient.replace_day(*SHOES, AFTER)
    assert len(rejected) == 2
    assert_written(index)
    with proxied(opensearch.url, prefix, bulk_number(1, "busy"), attempts=2) as (hasty, proxy):
        with pytest.raises(StorageError, match="busy"):
            hasty.replace_day(*SHOES, BEFORE)
        assert len(proxy.faults) <= 4
    assert held(index) == sorted(AFTER, key=lambda entry: entry.entry_id)


def test_a_writer_that_dies_before_the_end_leaves_the_day_as_it_was(index, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(DayWriter, "_counted", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            index.replace_day(*SHOES, AFTER)
    assert_as_before(index)
    index.replace_day(*SHOES, AFTER)
    assert held(index) == sorted(AFTER, key=lambda entry: entry.entry_id)


def test_two_runs_that_write_a_day_at_once_leave_one_whole_content(opensearch, index, prefix):
    """Whoever began last wins; the other is told, and may write again."""
    contents = [[Entry(f"{name}-{n}", name, "the dawn") for n in range(25)] for name in ("one", "two")]
    outcomes = []

    def write(entries, barrier) -> None:
        with closing(open_opensearch(opensearch.url, prefix)) as mine:
            barrier.wait()
            try:
                mine.replace_day(*SHOES, entries)
                outcomes.append("written")
            except TransientFailure as lost:
                outcomes.append(str(lost))

    for _ in range(3):
        outcomes.clear()
        barrier = threading.Barrier(2)
        threads = [threading.Thread(target=write, args=(entries, barrier)) for entries in contents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert "written" in outcomes
        assert all(each == "written" or "another run began" in each for each in outcomes)
        assert {entry.title for entry in index.entries(*SHOES)} in ({"one"}, {"two"})
        assert index.count(*SHOES) == 25
        assert stored(index) == 25


def test_over_a_network_that_loses_repeats_and_refuses_requests_the_content_is_still_equal(
    opensearch, prefix
):
    lake, dice = {}, random.Random(1)
    kinds = ["busy", "away", "unanswered", "lost", "twice"]
    rule = now_and_then(share=0.1, seed=7, faults=kinds)
    with proxied(opensearch.url, prefix, rule, attempts=12) as (index, proxy):
        for _ in range(6):
            key = (dice.choice(["shoes", "boots"]), DAY, dice.choice(["documents", "answers"]))
            lake[key] = dice.sample(AFTER, k=dice.choice([0, 4, 12]))
            index.replace_day(*key, lake[key])
        days = [Day(*key, entries) for key, entries in lake.items() if entries]
        assert differences(index, days) == []
        rebuild(index, lambda: days)
        assert differences(index, days) == []
    assert set(proxy.faults) == set(kinds), "every kind of fault happened"
