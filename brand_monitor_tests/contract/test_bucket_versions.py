"""A server whose listings name no versions, or weak ones: doctor says so, and nothing is taken for equal."""

from typing import Any

import pytest

from brand_monitor.backends.objects.probe import look_at_bucket
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Clients, S3Location
from tools.servers.s3 import S3

BUCKET = "contract-versions"


@pytest.fixture
def store(s3: S3) -> S3Store:
    s3.ensure_buckets(BUCKET)
    keys = {"aws_access_key_id": s3.access_key, "aws_secret_access_key": s3.secret_key}
    return S3Store(S3Location(BUCKET, "", "us-east-1", s3.url), keys=lambda: keys)


@pytest.fixture(params=[None, 'W/"1"'])
def poor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every listing say this of every version."""
    make = S3Clients._new

    def say_less(parsed: dict[str, Any], **_: object) -> None:
        for entry in parsed.get("Contents", []):
            del entry["ETag"]
            if request.param is not None:
                entry["ETag"] = request.param

    def made(self: S3Clients) -> tuple[Any, Any]:
        session, client = make(self)
        client.meta.events.register("after-call.s3.ListObjectsV2", say_less)
        return session, client

    monkeypatch.setattr(S3Clients, "_new", made)


def test_a_server_that_names_versions_is_well(store: S3Store) -> None:
    assert look_at_bucket(store).complaints == []


@pytest.mark.usefixtures("poor")
def test_doctor_tells_of_a_server_that_names_none(store: S3Store) -> None:
    [complaint] = look_at_bucket(store).complaints
    assert "versions" in complaint.what
    assert not complaint.is_grave


@pytest.mark.usefixtures("poor")
def test_an_unknown_version_is_none(store: S3Store) -> None:
    store.put("t/1", b"content")
    assert dict(store.versions("t")) == {"t/1": None}
