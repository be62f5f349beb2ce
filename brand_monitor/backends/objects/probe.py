"""A look at a bucket for ``doctor``: writes one small object, reads it, and removes it."""

import uuid
from email.utils import parsedate_to_datetime
from typing import Any

from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Clients, S3Limits
from brand_monitor.backends.objects.s3_errors import is_taken, known_errors, translated
from brand_monitor.backends.probing import Probe

#: A person waits: two tries and short time-outs instead of the patience of a run.
LIMITS = S3Limits(read_seconds=10, attempts=2)
CONTENT = b"written by brand-monitor doctor"


def look_at_bucket(store: S3Store) -> Probe:
    """Return what a look at the bucket found.

    Raises:
        SetupError: no such bucket, wrong region, or the keys are refused.
        StorageError: the server cannot be reached.
    """
    # The store's own keys, with less patience.
    clients = S3Clients(store.location, LIMITS, store._clients.keys)  # noqa: SLF001
    probe = Probe(str(store.location))
    key = store.location.name_of(f".doctor/{uuid.uuid4()}")
    target = {"Bucket": store.location.bucket, "Key": key}
    operation = "HeadBucket"
    try:
        client = clients.current()
        probe.see_clock(lambda: _server_seconds(client, store.location.bucket))
        operation = "PutObject"
        client.put_object(**target, Body=CONTENT)
        try:
            operation = "GetObject"
            found = client.get_object(**target)
            is_kept = found["Body"].read() == CONTENT
            operation = "ListObjectsV2"
            is_versioned = _lists_version(client, target, found.get("ETag"))
            operation = "PutObject"
            is_guarded = _refuses_a_second(client, target)
        finally:
            operation = "DeleteObject"
            client.delete_object(**target)
    except known_errors() as error:
        raise translated(error, operation, store.location) from error
    probe.facts.append("written, read and deleted a small object")
    if not is_kept:
        probe.complain("it returned other bytes than were written", "use another server")
    if not is_guarded:
        what = "it ignores conditions on writes (If-None-Match)"
        probe.complain(what, "use a server that keeps them, see docs/backends/s3.md")
    if not is_versioned:
        what = "its listings do not name the versions (ETag) of objects"
        advice = "use a server that does: packs are not read here, so that long windows are slow"
        probe.complain(what, advice, is_grave=False)
    return probe


def _server_seconds(client: Any, bucket: str) -> float:
    answer = client.head_bucket(Bucket=bucket)
    headers: dict[str, str] = answer["ResponseMetadata"]["HTTPHeaders"]
    return parsedate_to_datetime(headers["date"]).timestamp()


def _lists_version(client: Any, target: dict[str, str], tag: str | None) -> bool:
    """Tell whether a listing names the same version of an object as reading it does."""
    found = client.list_objects_v2(Bucket=target["Bucket"], Prefix=target["Key"])
    return tag is not None and [entry.get("ETag") for entry in found.get("Contents", [])] == [tag]


def _refuses_a_second(client: Any, target: dict[str, str]) -> bool:
    try:
        client.put_object(**target, Body=CONTENT, IfNoneMatch="*")
    except known_errors() as error:
        if is_taken(error):
            return True
        raise
    return False
