"""A lake with packs is a plain dictionary of publications, whatever happens in which order, on every store."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Location
from brand_monitor.io_managers import compacting, packs
from brand_monitor.io_managers.compacting import compact
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.io_managers.sweeping import sweep
from brand_monitor_tests.mention_rows import TABLE, mentions
from tools.servers.s3 import S3

BUCKET = "contract-packs"
DAYS = [date(2026, 9, 29) + timedelta(days=n) for n in range(7)]
MONITORS = ("hats", "shoes")
_fresh = itertools.count()


@pytest.fixture(scope="module", autouse=True)
def packs_of_few_files() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packs, "FEW", 1)
        patch.setattr(compacting, "FEW", 1)
        patch.setattr(compacting, "_FILE_BYTES", 20_000)  # some of a month, which is several files then
        yield


@dataclass
class Model:
    """The lake, and beside it what must be read: brand and number of rows by day and monitor."""

    lake: Lake
    truth: dict[tuple[date, str], tuple[str, int]] = field(default_factory=dict)

    def publish(self, day: date, monitor: str, rows: int) -> None:
        brand = f"b{next(_fresh)}"
        frame = mentions(brand, rows, date=day, monitor_id=monitor)
        self.lake.write(TABLE, frame, partition=Partition(day), monitor_id=monitor)
        self.truth[day, monitor] = brand, rows

    def publisher_dies(self, day: date, monitor: str, rows: int, writes: int) -> None:
        with dying(self.lake.store, writes):
            self.publish(day, monitor, rows)

    def withdraw(self, day: date, monitor: str) -> None:
        """A person removes a publication by hand."""
        self.lake.store.delete(f"{TABLE}/{Partition(day).path}monitor={monitor}/manifest.json")
        self.truth.pop((day, monitor), None)

    def compact(self) -> None:
        done = compact(self.lake.store, now=datetime.now(UTC) + timedelta(days=60))
        assert not done.failed

    def compaction_dies(self, writes: int) -> None:
        with dying(self.lake.store, writes):
            self.compact()

    def publish_meanwhile(self, day: date, monitor: str, rows: int, when: int) -> None:
        """Publish in the middle of a compaction: after so many of its reads."""
        with after_reads(self.lake.store, when, lambda: self.publish(day, monitor, rows)):
            self.compact()

    def sweep(self) -> None:
        sweep(self.lake.store, now=datetime.now(UTC) + timedelta(days=90))

    def check(self, first: date = DAYS[0], last: date = DAYS[-1]) -> None:
        found = self.lake.read_window(TABLE, first, last, columns=["date", "monitor_id", "brand_id"])
        assert found.rows() == [
            (*place, brand)
            for place, (brand, rows) in sorted(self.truth.items())
            for _ in range(rows)
            if first <= place[0] <= last
        ]


@contextmanager
def dying(store: Any, writes: int) -> Iterator[None]:
    """Let the process die at its next write after so many."""
    left = iter(range(writes))

    def guarded(write: Callable[..., None], *given: Any, **named: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        write(*given, **named)

    store.put = partial(guarded, store.put)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        del store.put


@contextmanager
def after_reads(store: Any, reads: int, work: Callable[[], None]) -> Iterator[None]:
    left, read = iter(range(reads)), store.get_versioned

    def noted(key: str) -> Any:
        found = read(key)
        if next(left, reads) == reads - 1:
            work()
        return found

    store.get_versioned, store.parallel_writes = noted, 1
    try:
        yield
    finally:
        del store.get_versioned, store.parallel_writes


PLACES = (st.sampled_from(DAYS), st.sampled_from(MONITORS))
ROWS = st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just(Model.publish), *PLACES, ROWS),
    st.tuples(st.just(Model.publisher_dies), *PLACES, ROWS, st.integers(0, 1)),
    st.tuples(st.just(Model.withdraw), *PLACES),
    st.tuples(st.just(Model.compact)),
    st.tuples(st.just(Model.compaction_dies), st.integers(0, 5)),
    st.tuples(st.just(Model.publish_meanwhile), *PLACES, ROWS, st.integers(1, 14)),
    st.tuples(st.just(Model.sweep)),
)
HISTORIES = st.lists(STEPS, min_size=4, max_size=12)


def play(model: Model, steps: list[tuple[Any, ...]]) -> None:
    for day, monitor in itertools.product(DAYS, MONITORS):
        model.publish(day, monitor, (day.day + len(monitor)) % 3)
    model.compact()
    for step, *given_to_it in steps:
        step(model, *given_to_it)
        model.check()
    model.check(DAYS[1], DAYS[-2])
    model.sweep()
    model.check()


@settings(max_examples=20)
@given(steps=HISTORIES)
def test_any_history_on_a_folder_reads_as_a_dictionary_of_publications(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    play(Model(Lake(FolderStore(tmp_path_factory.mktemp("lake")))), steps)


@settings(max_examples=4)
@given(steps=HISTORIES)
def test_any_history_on_s3_reads_as_a_dictionary_of_publications(
    s3: S3, steps: list[tuple[Any, ...]]
) -> None:
    s3.ensure_buckets(BUCKET)
    keys = {"aws_access_key_id": s3.access_key, "aws_secret_access_key": s3.secret_key}
    location = S3Location(BUCKET, f"p{next(_fresh)}", "us-east-1", s3.url)
    play(Model(Lake(S3Store(location, keys=lambda: keys))), steps)
