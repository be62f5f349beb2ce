"""WARC files: what we write, the standard tool reads; what we read back is what was fetched."""

import gzip
import hashlib
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from web_samples import ARTICLE, DAY, result, validators

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectExistsError, ObjectNotFoundError
from brand_monitor.backends.web.warc import WarcFile, free_key, read_body
from brand_monitor.failures import CorruptPayloadError

KEY = "warc/date=2026-11-24/monitor=demo/run.warc.gz"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def write(store: FolderStore, *results) -> list[int]:
    store.delete(KEY)  # examples of one test share a store, and a file is never replaced
    with WarcFile(store, KEY, {"isPartOf": "demo"}) as warc:
        return [
            warc.write_not_modified(one) if one.outcome == "not_modified" else warc.write_response(one)
            for one in results
        ]


def read_all(store: FolderStore, read: Callable = lambda record: record) -> list:
    with Path(store.uri(KEY)).open("rb") as file:
        return [read(record) for record in ArchiveIterator(file, check_digests="raise")]


def test_any_body_can_be_read_back_from_its_offset(store):
    bodies = [ARTICLE.encode(), b"", bytes(range(256)) * 5000, b"\r\n\r\nWARC/1.1\r\n"]
    offsets = write(store, *(result(f"http://shop.example/{n}", body) for n, body in enumerate(bodies)))
    assert [read_body(store, KEY, offset) for offset in reversed(offsets)] == bodies[::-1]
    assert read_body(store, KEY, offsets[0], hashlib.sha256(bodies[0]).hexdigest()) == bodies[0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=400), min_size=1, max_size=4), st.text(max_size=30))
def test_bodies_and_headers_of_any_bytes_survive(store, bodies, value):
    value = value.encode("utf-8", "replace").decode().translate(dict.fromkeys(range(32), " "))
    headers = (("Content-Type", "text/html"), ("X-Note", value))
    offsets = write(
        store, *(result(f"http://shop.example/{n}", b, headers=headers) for n, b in enumerate(bodies))
    )
    assert [read_body(store, KEY, offset) for offset in offsets] == bodies


def test_the_standard_reader_finds_every_record_and_its_digests_hold(store):
    page, cut = result(), result("http://shop.example/huge", b"x" * 100, outcome="too_large")
    same = result(outcome="not_modified", status=304, body=b"", validators=validators())
    write(store, page, cut, same)
    records = read_all(store, lambda r: (r.rec_type, r.content_stream().read(), r.rec_headers))
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "response", "revisit"]
    assert b"isPartOf: demo" in records[0][1]
    assert [body for _, body, _ in records[1:]] == [ARTICLE.encode(), b"x" * 100, b""]
    assert records[1][2].get_header("WARC-Date") == "2026-11-24T09:30:00.123456Z"
    assert records[1][2].get_header("WARC-Target-URI") == "http://shop.example/"
    assert records[2][2].get_header("WARC-Truncated") == "length"
    assert records[3][2].get_header("WARC-Refers-To-Target-URI") == "http://shop.example/"
    assert records[3][2].get_header("WARC-Profile").endswith("/server-not-modified")
    assert {headers.protocol for _, _, headers in records} == {"WARC/1.1"}


def test_warcio_check_and_index_accept_the_file(store):
    write(store, result(), result("http://shop.example/2", b"<p>two</p>"))
    for command in (["check"], ["index"]):
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", *command, store.uri(KEY)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n") == 3


def test_every_record_is_a_gzip_member_of_its_own(store):
    offset = write(store, result(), result("http://shop.example/2"))[1]
    assert gzip.decompress(store.get(KEY)[offset:]).startswith(b"WARC/1.1\r\n")


def test_headers_are_true_of_the_decoded_body_and_the_old_ones_are_kept_under_another_name(store):
    sent = (
        ("Content-Encoding", "gzip"),
        ("content-length", "999"),
        ("Transfer-Encoding", "chunked"),
        ("ETag", '"1"'),
    )
    write(store, result(headers=sent))
    _, http = read_all(store, lambda record: record.http_headers)
    assert (http.get_statuscode(), http.get_header("Content-Length")) == ("200", str(len(ARTICLE.encode())))
    assert (http.get_header("Content-Encoding"), http.get_header("Transfer-Encoding")) == (None, None)
    assert http.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert http.get_header("ETag") == '"1"'


def test_a_file_without_records_is_not_stored(store):
    write(store)
    assert not store.exists(KEY)


def test_a_file_that_breaks_off_is_not_stored(store):
    def broken() -> None:
        with WarcFile(store, KEY, {}) as warc:
            warc.write_response(result())
            raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug"):
        broken()
    assert list(store.list("")) == []


def test_a_file_is_never_replaced_because_published_rows_point_into_it(store):
    keys = []
    for _ in range(3):
        keys.append(free_key(store, DAY, "demo", "run"))
        store.put(keys[-1], b"taken")
    folder = "warc/date=2026-11-24/monitor=demo"
    assert keys == [f"{folder}/run.warc.gz", f"{folder}/run-2.warc.gz", f"{folder}/run-3.warc.gz"]


def test_only_the_part_of_the_file_around_the_record_is_read(store, monkeypatch):
    import random

    big = random.Random(1).randbytes(3_000_000)
    first, second = write(store, result(body=big), result("http://shop.example/2"))[:2]
    read = []
    original = store.get_range
    monkeypatch.setattr(store, "get_range", lambda *a: read.append(len(data := original(*a))) or data)
    assert read_body(store, KEY, second) == ARTICLE.encode()
    assert sum(read) < 2_000
    assert read_body(store, KEY, first) == big


class TestDamage:
    def test_another_hash_is_reported(self, store):
        (offset,) = write(store, result())
        with pytest.raises(CorruptPayloadError, match="does not match its hash"):
            read_body(store, KEY, offset, "0" * 64)

    def test_a_missing_file_is_reported(self, store):
        with pytest.raises(ObjectNotFoundError):
            read_body(store, KEY, 0)

    def test_an_offset_past_the_end_is_reported(self, store):
        write(store, result())
        with pytest.raises(CorruptPayloadError, match="no WARC record"):
            read_body(store, KEY, 10_000_000)

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cut=st.integers(0, 500), flip=st.integers(0, 500), with_cut=st.booleans())
    def test_damage_is_an_error_of_ours_or_harmless_and_never_another_body(self, store, cut, flip, with_cut):
        (offset,) = write(store, result())
        data = bytearray(store.get(KEY))
        if with_cut:
            del data[len(data) - 1 - cut :]
        elif offset + flip < len(data):
            data[offset + flip] ^= 0xFF
        store.put(KEY, bytes(data))
        with suppress(CorruptPayloadError):
            assert read_body(store, KEY, offset) == ARTICLE.encode()


def test_a_file_that_another_run_finished_meanwhile_is_not_replaced(store: FolderStore) -> None:
    """A retry that still runs, and its successor: published snapshots may point into what is there."""
    write(store, result(body=b"the first"))
    kept = store.get(KEY)
    with pytest.raises(ObjectExistsError), WarcFile(store, KEY, {"isPartOf": "demo"}) as warc:
        warc.write_response(result(body=b"the second"))
    assert store.get(KEY) == kept
