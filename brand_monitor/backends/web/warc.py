"""WARC 1.1: page bodies as every web archive keeps them, readable by any WARC reader.

Belongs here: writing the records of one run to one file, and reading one body back by its offset. Not
here: what to fetch, or the table of snapshots. A body is stored decoded, so its headers are made to say
so: a reader that obeys them gets exactly the bytes whose hash the snapshot table holds.
"""

import hashlib
import tempfile
from datetime import UTC, date, datetime
from io import BufferedReader, BytesIO, RawIOBase
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.web.interface import FetchResult
from brand_monitor.backends.web.outcomes import named_status
from brand_monitor.failures import BrandMonitorError, CorruptPayloadError

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

# One read from the store covers a typical page (20-60 kB compressed) with what follows it.
WINDOW_BYTES = 256 * 1024
TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class WarcFile:
    """The WARC file of one run: written beside the store, handed over when complete.

    Use as a context manager; nothing is stored if the block fails or writes no record.

    Args:
        store: where the finished file goes.
        key: object key of the finished file.
        description: fields of the warcinfo record, such as ``isPartOf``.
    """

    def __init__(self, store: ObjectStore, key: str, description: dict[str, str]) -> None:
        self._store = store
        self._key = key
        self._description = description

    def __enter__(self) -> Self:
        from warcio.warcwriter import WARCWriter

        self._folder = tempfile.TemporaryDirectory(prefix="brand-monitor-warc-")
        self._path = Path(self._folder.name) / "records.warc.gz"
        self._file = self._path.open("wb")
        self._writer = WARCWriter(self._file, gzip=True, warc_version="1.1")
        self._records = 0
        info = {"software": "brand-monitor", "format": "WARC file version 1.1", **self._description}
        self._writer.write_record(self._writer.create_warcinfo_record(Path(self._key).name, info))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        with self._folder:
            if kind is None and self._records:
                self._store.put_file(self._key, self._path, replace=False)

    def write_response(self, result: FetchResult) -> int:
        """Append the page with its body and return the offset of the record in the file."""
        headers = {"WARC-Date": _warc_date(result.fetched_at)}
        if result.outcome == "too_large":
            headers["WARC-Truncated"] = "length"
        return self._write("response", result, headers, result.body)

    def write_not_modified(self, result: FetchResult) -> int:
        """Append a revisit of a page whose body an earlier file holds; return the record's offset."""
        known = result.request.validators
        assert known is not None, "only a conditional GET can say not_modified"
        headers = {
            "WARC-Date": _warc_date(result.fetched_at),
            "WARC-Profile": NOT_MODIFIED_PROFILE,
            "WARC-Refers-To-Target-URI": known.final_url,
            "WARC-Refers-To-Date": _warc_date(known.fetched_at),
        }
        return self._write("revisit", result, headers, b"")

    def _write(self, kind: str, result: FetchResult, headers: dict[str, str], body: bytes) -> int:
        record = self._writer.create_warc_record(
            result.final_url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_headers_dict=headers,
            http_headers=_http_head(result, len(body)),
        )
        offset = self._file.tell()
        self._writer.write_record(record)
        self._records += 1
        return offset


def free_key(store: ObjectStore, day: date, monitor_id: str, run_id: str) -> str:
    """Return the object key of a run's WARC file: ``<run>.warc.gz``, or ``<run>-2.warc.gz`` if that exists.

    A file is never replaced: published snapshots may point into it, and a retry of the same run would
    otherwise write revisits of bodies over the bodies themselves.
    """
    folder = f"warc/date={day.isoformat()}/monitor={monitor_id}"
    names = chain([run_id], (f"{run_id}-{attempt}" for attempt in count(2)))
    return next(key for name in names if not store.exists(key := f"{folder}/{name}.warc.gz"))


def read_body(store: ObjectStore, key: str, offset: int, content_hash: str | None = None) -> bytes:
    """Return the body of the record at ``offset``, reading no more of the file than it needs.

    Raises:
        ObjectNotFoundError: there is no such file.
        CorruptPayloadError: no readable record starts there, or its body has another SHA-256.
    """
    stream = BufferedReader(_StoredFile(store, key, offset), WINDOW_BYTES)
    try:
        body = _first_body(stream)
    except BrandMonitorError:
        raise
    except Exception as error:
        # The reader checks little: damage makes it raise whatever its next line happens to raise.
        message = f"{key}: no WARC record can be read at byte {offset} ({type(error).__name__}: {error})"
        raise CorruptPayloadError(message) from error
    if content_hash is not None and hashlib.sha256(body).hexdigest() != content_hash:
        raise CorruptPayloadError(f"{key}: the body at byte {offset} does not match its hash {content_hash}")
    return body


def _first_body(stream: BinaryIO) -> bytes:
    """Return the body of the first record of a stream. Any exception means that there is none."""
    from warcio.archiveiterator import ArchiveIterator

    record = next(ArchiveIterator(stream, check_digests="raise"))
    body: bytes = record.content_stream().read()
    # Digests are checked at the end of a record, which a file that was cut short never reaches.
    if len(body) != int(record.http_headers.get_header("Content-Length")):
        raise EOFError("the record is cut short")
    return body


class _StoredFile(RawIOBase):
    """An object from an offset on, as a file that fetches only what is read."""

    def __init__(self, store: ObjectStore, key: str, offset: int) -> None:
        self._store = store
        self._key = key
        self._position = offset

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's own narrower Buffer
        data = self._store.get_range(self._key, self._position, len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def _http_head(result: FetchResult, length: int) -> "StatusAndHeaders":
    """Return status line and headers that are true of the decoded body; the originals stay, renamed."""
    from warcio.statusandheaders import StatusAndHeaders

    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in TRANSFER_HEADERS else name, value)
        for name, value in result.headers
    ]
    if result.outcome != "not_modified":
        headers.append(("Content-Length", str(length)))
    return StatusAndHeaders(named_status(result.status or 0), headers, protocol="HTTP/1.1")


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
