"""Sending one object to S3: at once if it is small, in parts if it is not.

Belongs here: requests that write. Until the last of them nothing is visible; parts of an upload that a killed
process leaves behind are removed by a lifecycle rule (docs/backends/s3.md).
"""

import io
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, BinaryIO

from brand_monitor.backends.objects.s3_client import S3Limits
from brand_monitor.backends.objects.s3_errors import known_errors

_MOST_PARTS = 10_000


def upload(
    client: Any,
    target: dict[str, str],
    source: BinaryIO,
    size: int,
    *,
    encryption: dict[str, str],
    condition: dict[str, str],
    limits: S3Limits,
) -> None:
    """Send ``size`` bytes of ``source``.

    Args:
        client: boto3 client.
        target: ``Bucket`` and ``Key``.
        source: read from its start.
        size: bytes in ``source``.
        encryption: arguments that name the key of SSE-KMS, or none.
        condition: ``IfNoneMatch``, or nothing.
        limits: size of a part, parts at a time.

    Raises:
        ClientError, BotoCoreError: as the client raises them; nothing is visible then.
    """
    source.seek(0)
    if size <= limits.part_bytes:
        client.put_object(Body=source.read(), **target, **encryption, **condition)
        return
    started = client.create_multipart_upload(**target, **encryption)
    named = {**target, "UploadId": started["UploadId"]}
    try:
        parts = _send_parts(client, named, source, max(limits.part_bytes, -(-size // _MOST_PARTS)), limits)
        client.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named, **condition)
    except BaseException:
        with suppress(*known_errors()):  # a server that is gone keeps the parts for the lifecycle rule
            client.abort_multipart_upload(**named)
        raise


def _send_parts(
    client: Any, named: dict[str, str], source: BinaryIO, part_bytes: int, limits: S3Limits
) -> list[dict[str, Any]]:
    """Send the parts, a few at a time, and return what completes the upload."""

    def send(number: int, data: bytes) -> dict[str, Any]:
        # A stream of its own: the client rewinds it for a retry.
        sent = client.upload_part(Body=io.BytesIO(data), PartNumber=number, **named)
        return {"PartNumber": number, "ETag": sent["ETag"]}

    parts: list[dict[str, Any]] = []
    on_their_way: deque[Future[dict[str, Any]]] = deque()
    with ThreadPoolExecutor(limits.parallel_parts, thread_name_prefix="s3-parts") as pool:
        number = 0
        while data := source.read(part_bytes):
            number += 1
            if len(on_their_way) >= limits.parallel_parts:
                parts.append(on_their_way.popleft().result())
            on_their_way.append(pool.submit(send, number, data))
        parts.extend(sent.result() for sent in on_their_way)
    return parts
