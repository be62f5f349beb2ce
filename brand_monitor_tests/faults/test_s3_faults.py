"""S3 when it goes wrong: what a person reads, what is visible meanwhile, and that a second try succeeds."""

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.objects.interface import ObjectExistsError, ObjectNotFoundError
from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Limits, S3Location
from brand_monitor.deployment import current_settings
from brand_monitor.failures import BrandMonitorError, SetupError, StorageError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor_tests.faults.fault_proxy import FaultProxy, fault_proxy, no_fault
from brand_monitor_tests.mention_rows import DAY, TABLE, mentions
from tools.servers.s3 import S3

BUCKET = "faults-objects"
MEGABYTE = 1024 * 1024
QUICK = S3Limits(connect_seconds=1, read_seconds=1, attempts=2, part_bytes=5 * MEGABYTE)
CANARY = "s3cr3t-canary-41c9"


def keys(server: S3) -> dict[str, str]:
    return {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}


@pytest.fixture(scope="module")
def server(s3: S3) -> S3:
    s3.ensure_buckets(BUCKET)
    return s3


@pytest.fixture
def proxy(server: S3) -> Iterator[FaultProxy]:
    with fault_proxy(server.url) as standing:
        yield standing


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    return request.node.name.replace("[", "-").rstrip("]")


@pytest.fixture
def store(server: S3, proxy: FaultProxy, prefix: str) -> S3Store:
    return S3Store(S3Location(BUCKET, prefix, "us-east-1", proxy.url), QUICK, lambda: keys(server))


@pytest.fixture
def truth(server: S3, prefix: str) -> S3Store:
    """The same objects, without the proxy between."""
    return S3Store(S3Location(BUCKET, prefix, "us-east-1", server.url), QUICK, lambda: keys(server))


def write(store: S3Store, frame: pl.DataFrame) -> None:
    Lake(store).write(TABLE, frame, partition=Partition(DAY), monitor_id="shoes")


def brands(store: S3Store) -> list[str]:
    return Lake(store).read_window(TABLE, DAY, DAY)["brand_id"].to_list()


@pytest.mark.parametrize("fault", ["slow_down", "error", "lost"])
def test_a_server_that_is_busy_for_a_moment_is_asked_again(
    store: S3Store, proxy: FaultProxy, fault: str
) -> None:
    proxy.first(1, fault)
    store.put("k", b"content")
    proxy.first(1, fault)
    assert store.get("k") == b"content"


@pytest.mark.parametrize("fault", ["slow_down", "error", "hang"])
def test_a_server_that_stays_busy_is_an_error_that_may_pass(
    store: S3Store, truth: S3Store, proxy: FaultProxy, fault: str
) -> None:
    truth.put("k", b"old")
    proxy.first(100, fault)
    for operation, call in (
        ("PutObject", lambda: store.put("k", b"new")),
        ("GetObject", lambda: store.get("k")),
        ("ListObjectsV2", lambda: list(store.list(""))),
    ):
        asked = len(proxy.seen)
        with pytest.raises(StorageError) as raised:
            call()
        assert len(proxy.seen) - asked == QUICK.attempts
        assert operation in str(raised.value)
        assert BUCKET in str(raised.value)
        assert proxy.url in str(raised.value)
    assert truth.get("k") == b"old"


def test_a_body_that_is_cut_is_read_again(store: S3Store, proxy: FaultProxy) -> None:
    store.put("k", bytes(200_000))
    proxy.first(1, "cut", "GET")
    assert store.get("k") == bytes(200_000)


def test_a_body_that_is_always_cut_is_an_error_and_never_half_an_object(
    store: S3Store, proxy: FaultProxy
) -> None:
    store.put("k", bytes(200_000))
    proxy.first(1_000, "cut", "GET")
    for read in (store.get, lambda key: list(store.chunks(key)), lambda key: store.get_range(key, 10)):
        with pytest.raises(StorageError, match="no whole answer"):
            read("k")


def test_a_publication_whose_answer_was_lost_is_no_conflict_with_itself(
    store: S3Store, proxy: FaultProxy
) -> None:
    proxy.first(1, "lost", "PUT")
    store.put("once", b"mine", replace=False)
    with pytest.raises(ObjectExistsError):
        store.put("once", b"another's", replace=False)


def test_an_object_that_is_replaced_while_it_is_read_in_pieces_is_no_mixture(
    store: S3Store, truth: S3Store
) -> None:
    truth.put("k", b"a" * 11 * MEGABYTE)
    pieces = store.chunks("k")
    next(pieces)
    truth.put("k", b"b" * 11 * MEGABYTE)
    with pytest.raises(StorageError, match="replaced"):
        list(pieces)


@pytest.mark.parametrize(
    ("fault", "advice"), [("elsewhere", "S3_REGION"), ("denied", "lake-policy"), ("expired", "keys")]
)
def test_what_a_person_has_to_change_is_said_and_not_tried_again(
    store: S3Store, proxy: FaultProxy, fault: str, advice: str
) -> None:
    proxy.first(100, fault)
    with pytest.raises(SetupError, match=advice):
        store.get("k")
    # Expired keys are read again once, and the client looks for the region of the bucket.
    assert len(proxy.seen) <= 3


def test_a_bucket_that_is_not_there_is_named(server: S3, store: S3Store) -> None:
    nowhere = S3Store(S3Location("no-such-bucket", "", "us-east-1", server.url), QUICK, lambda: keys(server))
    for call in (lambda: nowhere.get("k"), lambda: list(nowhere.list(""))):
        with pytest.raises(SetupError, match=r"no-such-bucket.*create it or correct S3_BUCKET"):
            call()
    with pytest.raises(ObjectNotFoundError, match="missing/key"):
        store.get("missing/key")


def test_nobody_listening_is_an_error_that_may_pass(server: S3, prefix: str) -> None:
    with fault_proxy(server.url) as gone:
        pass
    location = S3Location(BUCKET, prefix, "us-east-1", gone.url)
    with pytest.raises(StorageError, match=rf"{gone.url}: no whole answer \(EndpointConnectionError\)"):
        S3Store(location, QUICK, lambda: keys(server)).put("k", b"")


def test_a_certificate_of_an_own_authority_is_trusted_once_it_is_named(
    own_s3: Callable[..., S3], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_s3(tls=True)
    server.ensure_buckets(BUCKET)
    location = S3Location(BUCKET, "", "us-east-1", server.url)
    assert server.url.startswith("https://")
    with pytest.raises(SetupError, match="AWS_CA_BUNDLE"):
        S3Store(location, QUICK, lambda: keys(server)).put("k", b"")
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(server.ca_file))
    store = S3Store(location, QUICK, lambda: keys(server))
    write(store, mentions("nike"))
    assert brands(store) == ["nike"]


def test_a_wrong_key_says_what_to_do_and_shows_no_secret(
    server: S3, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = {
        "aws_access_key_id": server.access_key,
        "aws_secret_access_key": CANARY,
        "aws_session_token": CANARY,
    }
    store = S3Store(S3Location(BUCKET, prefix, "us-east-1", server.url), QUICK, lambda: wrong)
    write_calls: list[Callable[[], object]] = [
        lambda: store.get("k"),
        lambda: store.put("k", b""),
        lambda: store.size("k"),
        lambda: list(store.list("")),
    ]
    said = [repr(store), repr(vars(store)), repr(store.scan_options)]
    for call in write_calls:
        with pytest.raises(SetupError, match=r"refused .*check the keys") as raised:
            call()
        said += [str(raised.value), repr(raised.getrepr(style="long"))]
    good = S3Store(S3Location(BUCKET, prefix, "us-east-1", server.url), QUICK, lambda: keys(server))
    write(good, mentions("nike"))
    [file] = Lake(good).manifest(TABLE, Partition(DAY), "shoes").files
    with pytest.raises(PermissionError) as refused:
        pl.scan_parquet(store.uri(file.key), **store.scan_options).collect()
    said += [str(refused.value), caplog.text]
    assert all(CANARY not in text for text in said)


def test_keys_that_changed_are_read_again(
    server: S3, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a mounted secret changes: the file that boto3 reads, while the process runs."""
    file = tmp_path / "credentials"

    def hand_out(secret: str) -> None:
        file.write_text(f"[default]\naws_access_key_id={server.access_key}\naws_secret_access_key={secret}\n")

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    hand_out("of-yesterday")
    store = S3Store(S3Location(BUCKET, prefix, "us-east-1", server.url), QUICK)
    with pytest.raises(SetupError):
        store.put("k", b"")
    hand_out(server.secret_key)
    store.put("k", b"content")
    assert store.get("k") == b"content"
    assert store.size("k") == 7


def test_keys_of_the_secrets_file_of_the_home_are_used_and_read_again(
    server: S3, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    env = tmp_path / ".env"

    def hand_out(secret: str) -> None:
        lines = {
            "S3_BUCKET": BUCKET,
            "S3_PREFIX": prefix,
            "S3_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": secret,
        }
        env.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        env.chmod(0o600)

    hand_out("of-yesterday")
    store = open_objects(current_settings(tmp_path))
    hand_out(server.secret_key)
    store.put("k", b"content")
    hand_out("of-tomorrow")
    assert store.get("k") == b"content"


def test_a_server_killed_in_mid_upload_shows_nothing_and_takes_the_object_when_it_is_back(
    own_s3: Callable[..., S3],
) -> None:
    server = own_s3()
    server.ensure_buckets(BUCKET)
    store = S3Store(S3Location(BUCKET, "", "us-east-1", server.url), QUICK, lambda: keys(server))
    write(store, mentions("nike", 2))
    content = bytes(range(256)) * (4 * 1024 * 12)
    with fault_proxy(server.url) as proxy:
        between = S3Store(S3Location(BUCKET, "", "us-east-1", proxy.url), QUICK, lambda: keys(server))

        def kill_at_second_part(_method: str, path: str) -> None:
            if "partNumber=2" in path:
                server.kill()

        proxy.rule = kill_at_second_part
        with pytest.raises(StorageError):
            between.put("large", content)
    with pytest.raises(StorageError):
        write(store, mentions("asics", 3))
    server.start()
    assert brands(store) == ["nike"] * 2
    assert store.size("large") is None
    assert [key for key in store.list("") if "large" in key] == []
    store.put("large", content)
    assert b"".join(store.chunks("large")) == content
    write(store, mentions("asics", 3))
    assert brands(store) == ["asics"] * 3


def test_a_publication_that_fails_between_rows_and_manifest_leaves_the_old_partition(
    store: S3Store, truth: S3Store, proxy: FaultProxy
) -> None:
    write(truth, mentions("nike", 2))
    proxy.rule = lambda method, path: "slow_down" if method == "PUT" and "manifest" in path else None
    with pytest.raises(StorageError):
        write(store, mentions("asics", 3))
    assert brands(truth) == ["nike"] * 2
    proxy.rule = no_fault
    write(store, mentions("asics", 3))
    assert brands(truth) == ["asics"] * 3


def test_two_runs_that_write_one_partition_at_once_leave_one_of_them_whole(truth: S3Store) -> None:
    together = threading.Barrier(3)
    seen: list[list[str]] = []
    write(truth, mentions("b1", 2))

    def publish(brand: str, rows: int) -> None:
        together.wait()
        for _ in range(4):
            write(truth, mentions(brand, rows))

    def look() -> None:
        together.wait()
        seen.extend(brands(truth) for _ in range(8))

    threads = [
        threading.Thread(target=publish, args=("b1", 2)),
        threading.Thread(target=publish, args=("b2", 5)),
        threading.Thread(target=look),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(rows in (["b1"] * 2, ["b2"] * 5) for rows in [*seen, brands(truth)])


@pytest.mark.parametrize("fault", ["slow_down", "denied", "hang"])
def test_a_scan_of_polars_fails_with_our_errors_too(
    store: S3Store, truth: S3Store, proxy: FaultProxy, fault: str
) -> None:
    write(truth, mentions("nike", 2))
    proxy.rule = lambda _method, path: fault if path.endswith(".parquet") else None
    began = time.monotonic()
    with pytest.raises(BrandMonitorError) as raised:
        brands(store)
    assert isinstance(raised.value, SetupError if fault == "denied" else StorageError)
    assert TABLE in str(raised.value)
    assert "<Error>" not in str(raised.value)
    assert time.monotonic() - began < 60, "it gives up"
    proxy.released.set()
    proxy.rule = no_fault
    assert brands(store) == ["nike"] * 2


def test_objects_are_encrypted_with_the_key_of_the_settings(server: S3) -> None:
    """Said to the server in every request that makes an object; the test server has no KMS to obey."""
    location = S3Location(BUCKET, "kms", "us-east-1", server.url, kms_key_id="alias/lake")
    store = S3Store(location, QUICK, lambda: keys(server))
    said: list[tuple[str, str | None, str | None]] = []

    def note(request: object, **_: object) -> None:
        headers = request.headers  # type: ignore[attr-defined]
        named = [
            value.decode() if isinstance(value, bytes) else value
            for value in (
                headers.get("x-amz-server-side-encryption"),
                headers.get("x-amz-server-side-encryption-aws-kms-key-id"),
            )
        ]
        said.append((request.method, *named))  # type: ignore[attr-defined]
        raise InterruptedError

    store._clients.current().meta.events.register("before-send.s3", note)
    for content in (b"small", bytes(6 * MEGABYTE)):
        with pytest.raises(InterruptedError):
            store._put("k", io.BytesIO(content), len(content), replace=True)
    assert said == [("PUT", "aws:kms", "alias/lake"), ("POST", "aws:kms", "alias/lake")]
