"""Publication by manifest: what a reader sees at every moment, old lakes, and the sweep of what nobody reads."""

import io
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.failures import CorruptPayloadError, MissingPartitionError, StorageError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.io_managers.sweeping import sweep
from brand_monitor_tests.faults.faulty_objects import FaultyStore, ObjectFaults
from brand_monitor_tests.mention_rows import DAY, TABLE, mentions

HERE = Partition(DAY)
FOLDER = "core/page_mentions/date=2026-11-24/monitor=shoes"
LATER = timedelta(days=2)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def lake(store: FolderStore) -> Lake:
    return Lake(store)


def write(lake: Lake, frame: pl.DataFrame) -> None:
    lake.write(TABLE, frame, partition=HERE, monitor_id="shoes", metadata={"dagster_run_id": "r"})


def write_as_before(store: FolderStore, frame: pl.DataFrame) -> None:
    """Write rows as version 0.5 did."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, metadata={"table": TABLE, "dagster_run_id": "old"})
    store.put(f"{FOLDER}/part.parquet", buffer.getvalue())


class DiesAt(FolderStore):
    """A process that dies when it has made so many writes."""

    def __init__(self, root: Path, writes: int) -> None:
        super().__init__(root)
        self.left = writes

    def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        super().put(key, data, replace=replace)


@pytest.mark.parametrize("writes", range(4))
def test_a_publisher_that_dies_anywhere_leaves_each_monitor_old_or_new(
    lake: Lake, tmp_path: Path, writes: int
) -> None:
    old = pl.concat([mentions("nike"), mentions("nike", monitor_id="hats")])
    new = pl.concat([mentions("asics", 3), mentions("asics", 3, monitor_id="hats")])
    both = ["shoes", "hats"]
    lake.publish(TABLE, old, partition=HERE, monitors=both)
    with pytest.raises(KeyboardInterrupt):
        Lake(DiesAt(tmp_path, writes)).publish(TABLE, new, partition=HERE, monitors=both)
    for one in both:
        seen = lake.read(TABLE, [HERE], monitors=[one])
        assert seen["brand_id"].to_list() in (["nike"], ["asics"] * 3)
    if writes < 3:  # two files of rows, then two manifests
        assert lake.read(TABLE, [HERE]).equals(old.sort("monitor_id"))


def test_rows_that_were_never_published_are_no_partition_and_no_day(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(Lake(DiesAt(tmp_path, 1)), mentions())
    assert not lake.published(TABLE, HERE, "shoes")
    assert lake.days(TABLE) == []
    with pytest.raises(MissingPartitionError):
        lake.read(TABLE, [HERE])


def test_a_reader_that_began_before_a_replacement_reads_the_old_rows_to_the_end(lake: Lake) -> None:
    write(lake, mentions("nike", 2))
    begun = pl.scan_parquet(lake.store.uri(lake.manifest(TABLE, HERE, "shoes").files[0].key))
    write(lake, mentions("asics", 5))
    assert begun.collect()["brand_id"].to_list() == ["nike"] * 2
    assert lake.read(TABLE, [HERE])["brand_id"].to_list() == ["asics"] * 5


def test_writers_and_readers_at_once_never_show_a_mixture(lake: Lake) -> None:
    write(lake, mentions("b0", 1))
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - shown by the test
                failures.append(error)

        return run

    def replace() -> None:
        for n in range(1, 15):
            write(lake, mentions(f"b{n}", n + 1))

    def look() -> None:
        for _ in range(30):
            seen = lake.read(TABLE, [HERE])["brand_id"]
            assert seen.n_unique() == 1
            assert seen.len() == int(seen[0][1:]) + 1

    threads = [threading.Thread(target=guarded(work)) for work in (replace, replace, look, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_two_monitors_published_at_once_are_both_there(lake: Lake) -> None:
    names = [f"m{n}" for n in range(8)]
    threads = [
        threading.Thread(
            target=lake.write,
            args=(TABLE, mentions(monitor_id=name)),
            kwargs={"partition": HERE, "monitor_id": name},
        )
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lake.read(TABLE, [HERE])["monitor_id"].to_list() == names


def test_a_manifest_counts_rows_and_knows_the_checksum(lake: Lake) -> None:
    write(lake, mentions(rows=7))
    manifest = lake.manifest(TABLE, HERE, "shoes")
    assert manifest is not None
    assert (manifest.rows, manifest.metadata) == (7, {"dagster_run_id": "r"})
    [file] = manifest.files
    assert lake.store.size(file.key) == file.size_bytes


def test_a_lake_of_before_manifests_is_read_and_replaced(lake: Lake, store: FolderStore) -> None:
    write_as_before(store, mentions("nike"))
    assert lake.read(TABLE, [HERE])["brand_id"].to_list() == ["nike"]
    assert lake.read_window(TABLE, DAY, DAY).height == 1
    assert lake.published(TABLE, HERE, "shoes")
    assert lake.days(TABLE) == [DAY]
    assert lake.manifest(TABLE, HERE, "shoes") is None
    assert lake.footer(TABLE, HERE, "shoes") == {"table": TABLE, "dagster_run_id": "old"}
    write(lake, mentions("asics"))
    assert lake.read(TABLE, [HERE])["brand_id"].to_list() == ["asics"]
    assert lake.footer(TABLE, HERE, "shoes") == {"table": TABLE, "dagster_run_id": "r"}


def test_only_the_wanted_columns_and_rows_are_returned(lake: Lake) -> None:
    write(lake, pl.concat([mentions("nike", 2), mentions("asics", 3)]))
    seen = lake.read(TABLE, [HERE], columns=["brand_id"], where=pl.col("brand_id") == "asics")
    assert seen.columns == ["brand_id"]
    assert seen.height == 3
    assert lake.read_window(TABLE, DAY - LATER, DAY - LATER, columns=["brand_id"]).columns == ["brand_id"]


def test_a_manifest_of_a_later_version_says_update(lake: Lake, store: FolderStore) -> None:
    store.put(f"{FOLDER}/manifest.json", json.dumps({"version": 2}).encode())
    with pytest.raises(CorruptPayloadError, match="later version"):
        lake.read(TABLE, [HERE])


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"version": 1}', b'{"version": 1, "files": [{}]}'])
def test_a_damaged_manifest_is_named(lake: Lake, store: FolderStore, data: bytes) -> None:
    store.put(f"{FOLDER}/manifest.json", data)
    with pytest.raises(CorruptPayloadError, match=r"monitor=shoes/manifest\.json"):
        lake.read(TABLE, [HERE])


def test_a_lost_and_a_damaged_file_of_rows_are_named(lake: Lake, store: FolderStore) -> None:
    write(lake, mentions())
    [file] = lake.manifest(TABLE, HERE, "shoes").files
    store.put(file.key, b"no parquet")
    with pytest.raises(CorruptPayloadError, match="backup"):
        lake.read(TABLE, [HERE])
    store.delete(file.key)
    with pytest.raises(ObjectNotFoundError, match="gone"):
        lake.read(TABLE, [HERE])


def files(store: FolderStore) -> list[str]:
    return list(store.list("data"))


def test_a_sweep_removes_what_was_replaced_or_never_published(
    lake: Lake, store: FolderStore, tmp_path: Path
) -> None:
    write_as_before(store, mentions("oldest"))
    write(lake, mentions("old"))
    with pytest.raises(KeyboardInterrupt):
        write(Lake(DiesAt(tmp_path, 1)), mentions("lost"))
    write(lake, mentions("new"))
    assert len(files(store)) == 3
    swept = sweep(store, now=datetime.now(UTC) + LATER)
    assert (swept.kept, swept.removed) == (1, 3)
    assert lake.read(TABLE, [HERE])["brand_id"].to_list() == ["new"]
    assert not store.exists(f"{FOLDER}/part.parquet")


def test_a_sweep_leaves_what_a_reader_or_a_writer_may_be_using(
    lake: Lake, store: FolderStore, tmp_path: Path
) -> None:
    write(lake, mentions("old"))
    write(lake, mentions("new"))
    with pytest.raises(KeyboardInterrupt):
        write(Lake(DiesAt(tmp_path, 1)), mentions("being written"))
    assert sweep(store).removed == 0
    assert len(files(store)) == 3


def test_a_sweep_of_an_old_file_waits_for_readers_of_it(lake: Lake, store: FolderStore) -> None:
    """A file of last month that was replaced just now may be in the hands of a reader."""
    write(lake, mentions("old"))
    [named] = lake.manifest(TABLE, HERE, "shoes").files
    aged = named.key.replace(named.key.rpartition("/")[2], "20200101T000000000000Z-aaaaaaaaaaaa.parquet")
    store.put(aged, store.get(named.key))
    assert sweep(store).removed == 0
    assert store.exists(aged)


def test_a_lake_on_a_store_that_fails_now_and_then_ends_up_whole(store: FolderStore) -> None:
    faulty = FaultyStore(store, ObjectFaults(fail=0.2, lose_answer=0.2, write_twice=0.2, seed=7))
    for n in range(10):
        while True:
            try:
                write(Lake(faulty), mentions(f"b{n}", n + 1))
                break
            except StorageError:
                seen = Lake(store).read_window(TABLE, DAY, DAY)["brand_id"].unique().to_list()
                assert seen in ([f"b{n - 1}"], [f"b{n}"], [])
    assert Lake(store).read(TABLE, [HERE])["brand_id"].to_list() == ["b9"] * 10
    sweep(store, now=datetime.now(UTC) + LATER)
    assert len(files(store)) == 1
