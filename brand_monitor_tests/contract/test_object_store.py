"""What every object store does, run against the folder."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.objects.folder import STAGING, FolderStore
from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.failures import PermanentFailure


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return FolderStore(tmp_path / "lake")


def test_what_was_put_is_read_back(store: ObjectStore) -> None:
    store.put("a/b/c.bin", b"\x00\xff")
    assert store.get("a/b/c.bin") == b"\x00\xff"


def test_a_put_replaces_the_whole_object(store: ObjectStore) -> None:
    store.put("k", b"a longer text")
    store.put("k", b"short")
    assert store.get("k") == b"short"


def test_a_range_reads_only_what_was_asked(store: ObjectStore) -> None:
    store.put("k", b"0123456789")
    assert store.get_range("k", 3, 4) == b"3456"
    assert store.get_range("k", 8) == b"89"


def test_an_absent_object_is_a_typed_error_that_names_it(store: ObjectStore) -> None:
    with pytest.raises(ObjectNotFoundError, match="no/such"):
        store.get("no/such")


def test_a_listing_is_sorted_and_bounded_by_its_prefix(store: ObjectStore) -> None:
    for key in ("x/2", "x/1", "x/y/3", "z/4"):
        store.put(key, b"")
    assert list(store.list("x")) == ["x/1", "x/2", "x/y/3"]


def test_listing_an_absent_prefix_is_empty(store: ObjectStore) -> None:
    assert list(store.list("nothing/here")) == []


def test_a_finished_file_is_moved_in(store: ObjectStore, tmp_path: Path) -> None:
    path = tmp_path / "finished"
    path.write_bytes(b"warc")
    store.put_file("w/1.warc.gz", path)
    assert store.get("w/1.warc.gz") == b"warc"
    assert not path.exists()


def test_deleting_twice_is_no_error(store: ObjectStore) -> None:
    store.put("k", b"1")
    store.delete("k")
    store.delete("k")
    assert not store.exists("k")


@pytest.mark.parametrize("key", ["", "/abs", "a/../b", "..", "a//b", ".hidden", "a/.staging/b"])
def test_a_key_cannot_leave_the_store(store: ObjectStore, key: str) -> None:
    with pytest.raises(PermanentFailure, match="no object key"):
        store.put(key, b"")


@given(data=st.binary(max_size=2_000))
def test_any_bytes_survive(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = FolderStore(tmp_path_factory.mktemp("lake"))
    store.put("k", data)
    assert store.get("k") == data


def test_a_writer_killed_halfway_leaves_the_old_object(tmp_path: Path) -> None:
    """The process dies between writing aside and renaming: a reader never sees the half."""
    store = FolderStore(tmp_path)
    store.put("k", b"old")
    script = f"""
        import os, signal
        from pathlib import Path
        from brand_monitor.backends.objects.folder import FolderStore
        store = FolderStore(Path({str(tmp_path)!r}))
        handle, _ = store._staged()
        os.write(handle, b"half of the new obj")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert done.returncode == -9
    assert store.get("k") == b"old"
    assert list(store.list("")) == ["k"]
    assert len(list((tmp_path / STAGING).iterdir())) == 1
