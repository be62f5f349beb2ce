"""The rights that docs ask for are those that the code uses: every request is covered, and no right is idle."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from brand_monitor.backends.objects.interface import ObjectExistsError, ObjectNotFoundError
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Limits, S3Location
from brand_monitor.failures import StorageError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.io_managers.sweeping import sweep
from brand_monitor.schemas.registry import empty_frame
from brand_monitor_tests.faults.fault_proxy import fault_proxy
from tools.servers.s3 import S3

IAM = Path(__file__).parents[2] / "deploy/iam"
BUCKET = "contract-policy"
PREFIX = "production"
TABLE = "core/documents"
DAY = Partition(date(2026, 11, 24))

#: Rights behind each operation: service authorization reference of Amazon S3.
RIGHTS = {
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "CompleteMultipartUpload": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
    "PutObject": "s3:PutObject",
    "UploadPart": "s3:PutObject",
}
#: What S3 asks of KMS on the caller's behalf: a key for each new object or part, and its use when read.
OF_KMS = {"kms:Decrypt", "kms:GenerateDataKey"}


def rights_of(policy: str) -> set[str]:
    statements = json.loads((IAM / policy).read_text())["Statement"]
    return {
        action
        for statement in statements
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
    }


class Recorder:
    """Operations and names that a store asks for, by boto3's own account."""

    def __init__(self, store: S3Store) -> None:
        self.operations: set[str] = set()
        self.names: set[str] = set()
        store._clients.current().meta.events.register("provide-client-params.s3", self)

    def __call__(self, params: dict[str, Any], model: Any, **_: object) -> None:
        self.operations.add(model.name)
        self.names.add(params.get("Key") or params["Prefix"])


@pytest.fixture(scope="module")
def server(s3: S3) -> S3:
    s3.ensure_buckets(BUCKET)
    return s3


def store_at(server: S3, url: str) -> S3Store:
    keys = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}
    limits = S3Limits(attempts=1, part_bytes=5 * 1024 * 1024)
    return S3Store(S3Location(BUCKET, PREFIX, "us-east-1", url), limits, lambda: keys)


def use_everything(store: S3Store, tmp_path: Path) -> None:
    lake = Lake(store)
    for _ in range(2):
        lake.publish(TABLE, empty_frame(TABLE), partition=DAY, monitors=["shoes"])
    path = tmp_path / "large"
    path.write_bytes(bytes(6 * 1024 * 1024))
    store.put_file("warc/large", path)
    list(store.chunks("warc/large"))
    with suppress(ObjectExistsError):
        store.put("warc/large", bytes(6 * 1024 * 1024 + 1), replace=False)
    sweep(store, now=datetime.now(UTC) + timedelta(days=3))


def read_everything(store: S3Store) -> None:
    lake = Lake(store)
    lake.read(TABLE, [DAY])
    lake.read_window(TABLE, DAY.day, DAY.day)
    lake.days(TABLE)
    lake.footer(TABLE, DAY, "shoes")
    assert lake.published(TABLE, DAY, "shoes")
    assert list(store.list(""))
    store.get_range("warc/large", 3, 4)
    with suppress(ObjectNotFoundError):
        store.get("warc/none")


def test_writing_needs_every_right_of_its_policy_and_no_other(server: S3, tmp_path: Path) -> None:
    store = store_at(server, server.url)
    recorded = Recorder(store)
    use_everything(store, tmp_path)
    read_everything(store)
    assert {RIGHTS[name] for name in recorded.operations} | OF_KMS == rights_of("lake-policy.json")
    assert all(name.startswith(f"{PREFIX}/") for name in recorded.names)


def test_a_failed_upload_is_taken_back_with_a_right_of_the_policy(server: S3) -> None:
    with fault_proxy(server.url) as proxy:
        store = store_at(server, proxy.url)
        recorded = Recorder(store)
        proxy.rule = lambda _method, path: "error" if "partNumber" in path else None
        with pytest.raises(StorageError):
            store.put("warc/failed", bytes(6 * 1024 * 1024))
    assert "AbortMultipartUpload" in recorded.operations


def test_reading_needs_only_the_rights_of_a_reader(server: S3, tmp_path: Path) -> None:
    use_everything(store_at(server, server.url), tmp_path)
    with fault_proxy(server.url) as proxy:
        store = store_at(server, proxy.url)
        recorded = Recorder(store)
        read_everything(store)
    needed = {RIGHTS[name] for name in recorded.operations} | {"kms:Decrypt"}
    assert needed == rights_of("lake-reader-policy.json")
    # What polars asks for itself goes by the same way: it only reads.
    assert {method for method, _ in proxy.requests} <= {"GET", "HEAD"}
    assert any(path.endswith(".parquet") for _, path in proxy.requests)


@pytest.mark.parametrize("policy", ["lake-policy.json", "lake-reader-policy.json"])
def test_a_policy_names_no_wildcard_of_actions_and_stays_in_its_folder(policy: str) -> None:
    document = json.loads((IAM / policy).read_text())
    assert document["Version"] == "2012-10-17"
    assert all("*" not in action for action in rights_of(policy))
    for statement in document["Statement"]:
        is_listing = statement["Action"] == "s3:ListBucket"
        place = statement["Resource"] if not is_listing else statement["Condition"]["StringLike"]["s3:prefix"]
        assert place in {"PREFIX*", "arn:aws:s3:::BUCKET/PREFIX*", "KMS_KEY_ARN"}
