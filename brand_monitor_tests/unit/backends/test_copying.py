"""Copying a lake: everything arrives, once, compared; what is different is left alone."""

from pathlib import Path

import pytest

from brand_monitor.backends.objects.copying import Copied, copy_objects, foreign_keys
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.failures import StorageError
from brand_monitor_tests.faults.faulty_objects import FaultyStore, ObjectFaults

OBJECTS = {
    "payloads/ab/1.json.gz": b"one",
    "payloads/cd/2.json.gz": b"two",
    "data/core/documents/date=2026-11-24/monitor=m/f.parquet": b"rows",
    "core/documents/date=2026-11-24/monitor=m/manifest.json": b"names f",
    "reports/html/date=2026-11-24/monitor=m/report.html": b"<html>",
    "warc/date=2026-11-24/monitor=m/big.warc.gz": bytes(9 * 1024 * 1024),
}


@pytest.fixture
def source(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "source")
    for key, data in OBJECTS.items():
        store.put(key, data)
    return store


@pytest.fixture
def target(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "target")


def content(store: FolderStore) -> dict[str, bytes]:
    return {key: store.get(key) for key in store.list("")}


def test_everything_arrives_and_a_second_copy_finds_it(source: FolderStore, target: FolderStore) -> None:
    done = copy_objects(source, target)
    assert (done.copied, done.bytes_copied) == (6, sum(map(len, OBJECTS.values())))
    assert content(target) == OBJECTS
    again = copy_objects(source, target)
    assert (again.copied, again.present, again.different) == (0, 6, [])


def test_packs_are_not_copied_and_are_nothing_foreign(source: FolderStore, target: FolderStore) -> None:
    """They count in their own store only."""
    for store in (source, target):
        store.put(
            "packs/core/documents/month=2026-10/monitor=m/manifest.json", bytes(str(store.root), "utf-8")
        )
        store.put(f"data/packs/core/documents/month=2026-10/monitor=m/{store.root.name}.parquet", b"rows")
    done = copy_objects(source, target)
    assert (done.copied, done.different) == (6, [])
    assert foreign_keys(source, target) == []


def test_what_publishes_is_copied_last(source: FolderStore, tmp_path: Path) -> None:
    order: list[str] = []

    class Noting(FolderStore):
        def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
            order.append(key)
            super().put(key, data, replace=replace)

    copy_objects(source, Noting(tmp_path / "noting"))
    assert order[-1].endswith("manifest.json")


def test_other_content_is_named_and_left_until_told(source: FolderStore, target: FolderStore) -> None:
    report = "reports/html/date=2026-11-24/monitor=m/report.html"
    target.put(report, b"<HTML>")
    done = copy_objects(source, target)
    assert done.different == [report]
    assert target.get(report) == b"<HTML>"
    assert copy_objects(source, target, replace=True).copied == 1
    assert content(target) == OBJECTS


def test_a_full_comparison_finds_damage_that_sizes_hide(source: FolderStore, target: FolderStore) -> None:
    target.put("payloads/ab/1.json.gz", b"0ne")
    assert copy_objects(source, target).different == []
    assert copy_objects(source, target, full=True).different == ["payloads/ab/1.json.gz"]


def test_a_copy_that_breaks_off_is_resumed(source: FolderStore, target: FolderStore) -> None:
    faulty = FaultyStore(target, ObjectFaults(fail=0.2, lose_answer=0.2, seed=5))
    broken = 0
    while True:
        try:
            copy_objects(source, faulty)
            break
        except StorageError:
            broken += 1
    assert broken
    assert content(target) == OBJECTS


def test_what_arrived_as_something_else_is_an_error(source: FolderStore, tmp_path: Path) -> None:
    class Garbling(FolderStore):
        def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
            super().put(key, data[:-1], replace=replace)

    with pytest.raises(StorageError, match="other bytes"):
        copy_objects(source, Garbling(tmp_path / "garbling"))


def test_progress_is_told(source: FolderStore, target: FolderStore) -> None:
    told: list[int] = []
    copy_objects(source, target, report=lambda so_far: told.append(so_far.total))
    assert told == [6]
    assert Copied(1, 2, 3, ["x"]).total == 4
