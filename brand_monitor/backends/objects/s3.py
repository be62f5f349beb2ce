"""Objects in a bucket of S3, or of any server with its API.

Belongs here: the interface of ``ObjectStore`` in terms of S3. Not here: clients and keys (``s3_client``),
sending in parts (``s3_upload``), the meaning of errors (``s3_errors``).
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO

from brand_monitor.backends.objects.interface import ObjectExistsError, ObjectStore, checked
from brand_monitor.backends.objects.s3_client import Keys, S3Clients, S3Limits, S3Location
from brand_monitor.backends.objects.s3_errors import (
    code_of,
    is_absent,
    is_cut,
    is_stale,
    known_errors,
    translated,
    was_retried,
)
from brand_monitor.backends.objects.s3_upload import upload
from brand_monitor.failures import StorageError

_PAST_THE_END = {"InvalidRange", "416"}


class S3Store(ObjectStore):
    """Objects in one folder of one bucket. Safe for many threads, processes and machines.

    Args:
        location: bucket, folder, server and encryption.
        limits: time-outs, retries, memory.
        keys: see ``S3Clients``.
    """

    parallel_writes = 8

    def __init__(
        self,
        location: S3Location,
        limits: S3Limits | None = None,
        keys: Callable[[], Keys | None] = lambda: None,
    ) -> None:
        self.location = location
        self.limits = limits or S3Limits()
        self._clients = S3Clients(location, self.limits, keys)
        kms = location.kms_key_id
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms} if kms else {}

    def __repr__(self) -> str:
        return f"S3Store({self.location})"

    def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
        """Send the object; above ``limits.part_bytes`` in parts, which become visible together."""
        self._put(key, io.BytesIO(data), len(data), replace=replace)

    def put_file(self, key: str, path: Path, *, replace: bool = True) -> None:
        """Send the file as ``put`` does, a few parts in memory at a time; then remove it."""
        with path.open("rb") as file:
            self._put(key, file, path.stat().st_size, replace=replace)
        path.unlink()

    def get(self, key: str) -> bytes:
        """Read the whole object with one request: one version of it."""
        return self._read(key)[0]

    def get_versioned(self, key: str) -> tuple[bytes, str | None]:
        """Read the whole object; its version came with the bytes."""
        return self._read(key)

    def get_range(self, key: str, offset: int, length: int | None = None) -> bytes:
        """Read a slice with one request."""
        # A span holds one byte at least.
        end = "" if length is None else str(offset + max(length, 1) - 1)
        return self._read(key, f"bytes={offset}-{end}")[0][:length]

    def chunks(self, key: str) -> Iterator[bytes]:
        """Read piece after piece; each is a request of its own, bound to the version of the first."""
        found = self._ask("HeadObject", key, lambda client, target: client.head_object(**target))
        for start in range(0, found["ContentLength"], self.limits.part_bytes):
            span = f"bytes={start}-{start + self.limits.part_bytes - 1}"
            try:
                yield self._read(key, span, IfMatch=found["ETag"])[0]
            except ObjectExistsError:
                raise StorageError(f"{key} of {self.location} was replaced while it was read") from None

    def size(self, key: str) -> int | None:
        """Ask for the object's head."""
        head = self._ask("HeadObject", key, _head)
        return None if head is None else int(head["ContentLength"])

    def list(self, prefix: str, *, first: str = "", last: str | None = None) -> Iterator[str]:
        """Return the names of ``versions``, which come in the same answers."""
        yield from (key for key, _version in self.versions(prefix, first=first, last=last))

    def versions(
        self, prefix: str, *, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, str | None]]:
        """Page through the names, 1,000 a request; sorted here, since not every server sorts as AWS does."""
        # One letter short: AWS takes the name itself along, other servers do not.
        before = f"{prefix}/{first[:-1]}".lstrip("/")
        begin = {"StartAfter": self.location.name_of(before)} if first[:-1] else {}
        found = self._listed(prefix, "Contents", "Key", span=(first, last), **begin)
        yield from sorted((key, _version(entry)) for key, entry in found)

    def folders(self, prefix: str) -> Sequence[str]:
        """Ask for the names up to the next slash, 1,000 a request."""
        found = self._listed(prefix, "CommonPrefixes", "Prefix", Delimiter="/")
        return sorted(name.rstrip("/").rpartition("/")[2] for name, _entry in found)

    def delete(self, key: str) -> None:
        """Remove the object; with versioning on, it stays restorable."""
        self._ask("DeleteObject", key, lambda client, target: client.delete_object(**target))

    def uri(self, key: str) -> str:
        """Return ``s3://bucket/prefix/key``."""
        return f"s3://{self.location.bucket}/{self.location.name_of(checked(key))}"

    @property
    def scan_options(self) -> Mapping[str, Any]:
        """How polars reaches the bucket. Keys are handed over by a function, never as values."""
        endpoint = self.location.endpoint_url
        options: dict[str, Any] = {
            "aws_region": self._clients.region,
            "timeout": f"{self.limits.read_seconds:g}s",
            "connect_timeout": f"{self.limits.connect_seconds:g}s",
            "max_retries": self.limits.attempts - 1,
            "retry_timeout_ms": int(1_000 * self.limits.read_seconds * self.limits.attempts),
        }
        if endpoint:
            options |= {
                "aws_endpoint_url": endpoint,
                "aws_allow_http": str(endpoint.startswith("http://")).lower(),
            }
        return {"storage_options": options, "credential_provider": self._clients.keys_for_polars}

    def _put(self, key: str, source: BinaryIO, size: int, *, replace: bool) -> None:
        def send(client: Any, target: dict[str, str]) -> None:
            upload(
                client,
                target,
                source,
                size,
                encryption=self._encryption,
                condition={} if replace else {"IfNoneMatch": "*"},
                limits=self.limits,
            )

        try:
            self._ask("PutObject", key, send)
        except ObjectExistsError:
            # A retry of a request whose answer was lost meets its own object.
            if not self._holds(key, source):
                raise

    def _holds(self, key: str, source: BinaryIO) -> bool:
        """Tell whether the object has the content of ``source``."""
        source.seek(0)
        expected, found = hashlib.sha256(), hashlib.sha256()
        for piece in iter(lambda: source.read(self.limits.part_bytes), b""):
            expected.update(piece)
        for piece in self.chunks(key):
            found.update(piece)
        return found.digest() == expected.digest()

    def _read(self, key: str, span: str | None = None, **condition: str) -> tuple[bytes, str | None]:
        """Return a body, whole, and its version: botocore retries requests, and this bodies that were cut."""
        asked = {"Range": span} if span else {}

        def read(client: Any, target: dict[str, str]) -> tuple[bytes, str | None]:
            for attempt in range(1, self.limits.attempts + 1):
                try:
                    answer = client.get_object(**target, **asked, **condition)
                    body: bytes = answer["Body"].read()
                except known_errors() as error:
                    if code_of(error) in _PAST_THE_END:
                        return b"", None
                    if attempt == self.limits.attempts or not is_cut(error) or was_retried(error):
                        raise
                else:
                    return body, _version(answer)
            raise AssertionError("the last attempt returns or raises")

        whole: tuple[bytes, str | None] = self._ask("GetObject", key, read)
        return whole

    def _listed(
        self,
        prefix: str,
        part: str,
        name: str,
        *,
        span: tuple[str, str | None] = ("", None),
        **asked: str,
    ) -> Iterator[tuple[str, Any]]:
        """Yield visible names below a folder, without the prefix of this store, and what is said of each."""
        folder = f"{checked(prefix)}/" if prefix else ""
        within = self.location.name_of(folder)
        first, last = span
        # What lies between two names begins as both do: with a month of days, no page holds another's.
        pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, last or "", strict=False))
        shared = "".join(letter for letter, _ in pairs)

        def pages(client: Any, target: dict[str, str]) -> Any:
            pager = client.get_paginator("list_objects_v2")
            found = pager.paginate(Bucket=target["Bucket"], Prefix=within + shared, **asked)
            entries = ((entry[name][len(within) :], entry) for page in found for entry in page.get(part, []))
            # Names directly below a folder come sorted from every server: past the last, no more pages.
            return list(takewhile(lambda one: last is None or one[0][: len(last)] <= last, entries))

        for rest, entry in self._ask("ListObjectsV2", prefix or "/", pages, is_key=False):
            # A console marks an empty folder by an object whose name ends in a slash.
            is_marker = not rest or (rest[-1] == "/" and "Delimiter" not in asked)
            is_hidden = rest.startswith(".") or "/." in rest
            name_below = rest.partition("/")[0]
            is_outside = name_below < first or (last is not None and name_below > last)
            if not (is_marker or is_hidden or is_outside):
                yield folder + rest, entry

    def _ask(
        self,
        operation: str,
        key: str,
        request: Callable[[Any, dict[str, str]], Any],
        *,
        is_key: bool = True,
    ) -> Any:
        """Make a request; with new keys once more if the server says that these are stale.

        Raises:
            BrandMonitorError: what ``s3_errors.translated`` makes of it.
        """
        name = self.location.name_of(checked(key)) if is_key else key
        target = {"Bucket": self.location.bucket, "Key": name}
        client = None
        try:
            client = self._clients.current()
            try:
                return request(client, target)
            except known_errors() as error:
                if not is_stale(error):
                    raise
                return request(self._clients.renewed(client), target)
        except known_errors() as error:
            raise translated(error, f"{operation} {name}", self.location) from error


def _head(client: Any, target: dict[str, str]) -> Any:
    """Return the head of an object, None if there is none."""
    try:
        return client.head_object(**target)
    except known_errors() as error:
        if is_absent(error):
            return None
        raise


def _version(entry: Mapping[str, Any]) -> str | None:
    """Return the entity tag of an answer, None without one: a weak tag promises no equal bytes."""
    tag = str(entry.get("ETag") or "W/")
    return None if tag.startswith("W/") else tag.strip('"')
