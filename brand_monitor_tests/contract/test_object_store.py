"""What every object store does, run against the folder, a real S3 server, and either with faults in front."""

import errno
import itertools
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brand_monitor.backends.objects.folder import STAGING, FolderStore
from brand_monitor.backends.objects.interface import ObjectExistsError, ObjectNotFoundError, ObjectStore
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Limits, S3Location
from brand_monitor.failures import PermanentFailure, StorageError
from brand_monitor_tests.faults.faulty_objects import FaultyStore, ObjectFaults

BUCKET = "contract-objects"
PART = 5 * 1024 * 1024  # the smallest part that S3 takes
_fresh = itertools.count()

MakeStore = Callable[[], ObjectStore]


@pytest.fixture(scope="module", params=["folder", "s3", "faulty folder"])
def make_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakeStore:
    """Make empty stores; the faulty one never fails here, it is slow and does things twice."""
    if request.param == "s3":
        server = request.getfixturevalue("s3")
        server.ensure_buckets(BUCKET)
        keys = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}

        def in_bucket() -> ObjectStore:
            location = S3Location(BUCKET, f"p{next(_fresh)}/", "us-east-1", server.url)
            return S3Store(location, S3Limits(part_bytes=PART, attempts=2, read_seconds=20), lambda: keys)

        return in_bucket
    twice = ObjectFaults(write_twice=0.5, slow=0.1)
    if request.param == "folder":
        return lambda: FolderStore(tmp_path_factory.mktemp("lake") / "objects")
    return lambda: FaultyStore(FolderStore(tmp_path_factory.mktemp("lake") / "objects"), twice)


@pytest.fixture
def store(make_store: MakeStore) -> ObjectStore:
    return make_store()


def test_what_was_put_is_read_back(store: ObjectStore) -> None:
    store.put("a/b/c.bin", b"\x00\xff")
    assert store.get("a/b/c.bin") == b"\x00\xff"
    assert store.size("a/b/c.bin") == 2
    assert store.exists("a/b/c.bin")


def test_a_put_replaces_the_whole_object(store: ObjectStore) -> None:
    store.put("k", b"a longer text")
    store.put("k", b"short")
    assert store.get("k") == b"short"


def test_a_range_reads_only_what_was_asked(store: ObjectStore) -> None:
    store.put("k", b"0123456789")
    assert store.get_range("k", 3, 4) == b"3456"
    assert store.get_range("k", 8) == b"89"
    assert store.get_range("k", 8, 50) == b"89"
    assert store.get_range("k", 2, 0) == b""
    assert store.get_range("k", 10, 5) == b""


def test_an_absent_object_is_a_typed_error_that_names_it(store: ObjectStore) -> None:
    for read in (store.get, lambda key: store.get_range(key, 0, 1), lambda key: list(store.chunks(key))):
        with pytest.raises(ObjectNotFoundError, match="no/such"):
            read("no/such")
    assert store.size("no/such") is None
    assert not store.exists("no/such")


def test_a_folder_is_no_object(store: ObjectStore) -> None:
    store.put("folder/object", b"1")
    assert not store.exists("folder")
    with pytest.raises(ObjectNotFoundError):
        store.get("folder")


def test_a_listing_is_sorted_by_key_and_bounded_by_its_prefix(store: ObjectStore) -> None:
    keys = ["x/2", "x/1", "x/y/3", "x/y-z/0", "x/y.a", "xx/4", "z/4"]
    for key in keys:
        store.put(key, b"")
    assert list(store.list("x")) == sorted(key for key in keys if key.startswith("x/"))
    assert list(store.list("")) == sorted(keys)


def test_a_listing_may_be_of_a_span_of_names(store: ObjectStore) -> None:
    days = [f"t/date=2026-01-0{n}/engine=local/x" for n in range(1, 7)]
    for key in [*days, "t/other/x", "s/x", "u/x"]:
        store.put(key, b"")
    assert list(store.list("t", first="date=2026-01-02", last="date=2026-01-04")) == days[1:4]
    assert list(store.list("t", first="date=2026-01-05")) == [*days[4:], "t/other/x"]
    assert list(store.list("t", last="date=2026-01-01")) == days[:1]
    assert list(store.list("t", first="date=2027-01-01", last="date=2027-02-01")) == []
    assert list(store.list("", first="t", last="t")) == [*days, "t/other/x"]


def test_a_version_changes_with_its_object_and_with_nothing_else(store: ObjectStore) -> None:
    for key in ("t/a/1", "t/b/1", "t/c/1"):
        store.put(key, b"old")
    before = dict(store.versions("t"))
    assert list(before) == list(store.list("t"))
    assert None not in before.values()
    store.put("t/b/1", b"new")
    after = dict(store.versions("t"))
    assert {key for key in after if after[key] != before[key]} == {"t/b/1"}
    assert dict(store.versions("t", first="b", last="b")) == {"t/b/1": after["t/b/1"]}


def test_what_is_read_says_its_version_as_a_listing_does(store: ObjectStore) -> None:
    store.put("t/a/1", b"content")
    assert store.get_versioned("t/a/1") == (b"content", dict(store.versions("t"))["t/a/1"])
    with pytest.raises(ObjectNotFoundError, match="no/such"):
        store.get_versioned("no/such")


def test_listing_an_absent_prefix_is_empty(store: ObjectStore) -> None:
    assert list(store.list("nothing/here")) == []
    assert list(store.folders("nothing/here")) == []


def test_folders_are_those_that_hold_something_however_deep(store: ObjectStore) -> None:
    for key in ("t/date=2/engine=a/x", "t/date=1/x", "t/date=1/y", "t/file", "u/date=3/x"):
        store.put(key, b"")
    assert list(store.folders("t")) == ["date=1", "date=2"]
    assert list(store.folders("")) == ["t", "u"]


def test_a_finished_file_is_moved_in(store: ObjectStore, tmp_path: Path) -> None:
    path = tmp_path / "finished"
    path.write_bytes(b"warc")
    store.put_file("w/1.warc.gz", path)
    assert store.get("w/1.warc.gz") == b"warc"
    assert not path.exists()


def test_a_large_object_arrives_whole_and_is_read_in_pieces(store: ObjectStore, tmp_path: Path) -> None:
    content = bytes(range(256)) * (PART // 256 * 2 + 100)
    path = tmp_path / "large"
    path.write_bytes(content)
    store.put_file("large", path)
    pieces = list(store.chunks("large"))
    assert b"".join(pieces) == content
    assert len(pieces) > 1
    assert store.get_range("large", PART - 2, 4) == content[PART - 2 : PART + 2]
    store.put("large", content[:-1])
    assert store.size("large") == len(content) - 1


def test_deleting_twice_is_no_error(store: ObjectStore) -> None:
    store.put("k", b"1")
    store.delete("k")
    store.delete("k")
    store.delete("never/there")
    assert not store.exists("k")


def test_what_is_published_once_stays_as_it_is(store: ObjectStore, tmp_path: Path) -> None:
    store.put("once", b"first", replace=False)
    with pytest.raises(ObjectExistsError, match="once"):
        store.put("once", b"second", replace=False)
    path = tmp_path / "third"
    path.write_bytes(b"third")
    with pytest.raises(ObjectExistsError, match="once"):
        store.put_file("once", path, replace=False)
    assert store.get("once") == b"first"
    assert list(store.list("")) == ["once"]


def test_publishing_the_same_content_again_is_no_conflict(store: ObjectStore) -> None:
    store.put("once", b"first", replace=False)
    store.put("once", b"first", replace=False)
    assert store.get("once") == b"first"


def test_of_many_that_publish_at_once_one_wins(store: ObjectStore) -> None:
    together = threading.Barrier(6)
    refused: list[bytes] = []

    def publish(content: bytes) -> None:
        together.wait()
        try:
            store.put("once", content, replace=False)
        except ObjectExistsError:
            refused.append(content)

    writers = [threading.Thread(target=publish, args=(bytes([65 + n]) * 100,)) for n in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(refused) == 5
    assert store.get("once") not in refused


@pytest.mark.parametrize(
    "key", ["", "/abs", "a/../b", "..", "a//b", "a/", ".hidden", "a/.staging/b", "a\nb", "a\\b", "n" * 256]
)
def test_a_key_cannot_leave_the_store_or_hide_in_it(store: ObjectStore, key: str) -> None:
    with pytest.raises(PermanentFailure, match="no object key"):
        store.put(key, b"")


_NAMES = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="/\\"), min_size=1, max_size=12
).filter(lambda name: name.isprintable() and not name.startswith("."))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(_NAMES, min_size=1, max_size=3), data=st.binary(max_size=2_000))
def test_any_key_and_any_bytes_survive(store: ObjectStore, parts: list[str], data: bytes) -> None:
    folder = f"example-{next(_fresh)}"  # examples of one test share a store
    key = "/".join([folder, *parts])
    store.put(key, data)
    assert store.get(key) == data
    assert list(store.list(folder)) == [key]
    store.delete(key)
    assert list(store.list(folder)) == []


def test_a_store_that_fails_now_and_then_holds_what_was_put_in_the_end(tmp_path: Path) -> None:
    inner = FolderStore(tmp_path)
    store = FaultyStore(inner, ObjectFaults(fail=0.3, lose_answer=0.3, write_twice=0.3, seed=3))
    for n in range(20):
        while True:
            try:
                store.put(f"k{n}", str(n).encode())
                break
            except StorageError:
                assert inner.exists(f"k{n}") is (inner.size(f"k{n}") == len(str(n)))
    assert {key: inner.get(key) for key in inner.list("")} == {f"k{n}": str(n).encode() for n in range(20)}
    assert store.faults.keys() == {"fail", "lose_answer", "write_twice"}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[FolderStore]:
    yield FolderStore(tmp_path)
    assert not list((tmp_path / STAGING).glob("*"))


def test_an_emptied_folder_counts_no_more(folder: FolderStore) -> None:
    """Not asked of every server: SeaweedFS shows an emptied folder for some seconds."""
    folder.put("t/gone/x", b"")
    folder.put("t/here/x", b"")
    folder.delete("t/gone/x")
    assert folder.folders("t") == ["here"]


def test_a_refused_publication_leaves_nothing_aside(folder: FolderStore) -> None:
    folder.put("k", b"old")
    with pytest.raises(ObjectExistsError):
        folder.put("k", b"new", replace=False)


def test_a_disk_without_links_publishes_once_as_well(
    folder: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    folder.put("a/once", b"first", replace=False)
    with pytest.raises(ObjectExistsError):
        folder.put("a/once", b"second", replace=False)
    assert folder.get("a/once") == b"first"


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
