"""Clients of an S3 API: where the bucket is, how long to wait, whose keys.

Belongs here: addresses, limits, credentials and when they are read again. Not here: objects (``s3``), or what
an error means (``s3_errors``).
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Keys = dict[str, str]

#: How long polars may keep keys before it asks again, in seconds. boto3 renews temporary keys at least 10
#: minutes before they expire, so that what it hands out lasts longer than this.
KEYS_LAST_SECONDS = 300
#: Regions are no matter to most servers other than AWS; the signature needs some name.
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class S3Location:
    """Which folder of which bucket on which server, and the key that encrypts new objects there."""

    bucket: str
    prefix: str = ""
    region: str | None = None
    endpoint_url: str | None = None
    kms_key_id: str | None = None

    def __str__(self) -> str:
        return f"bucket {self.bucket} at {self.endpoint_url or 'AWS S3'}"

    def name_of(self, key: str) -> str:
        """Return the object's name in the bucket."""
        folder = self.prefix.strip("/")
        return f"{folder}/{key}" if folder else key


@dataclass(frozen=True)
class S3Limits:
    """How long to wait for a server, how often to try, and how much to hold in memory.

    Attributes:
        connect_seconds: longest wait for a connection.
        read_seconds: longest wait for the next bytes.
        attempts: most tries of one request, the first included.
        connections: most connections of one process.
        part_bytes: objects above this are sent in parts of this size; reading in pieces uses it as well.
        parallel_parts: parts on their way at the same time; memory is this times ``part_bytes``.
    """

    connect_seconds: float = 5
    read_seconds: float = 60
    attempts: int = 5
    connections: int = 16
    part_bytes: int = 16 * 1024 * 1024
    parallel_parts: int = 4


def _no_keys() -> Keys | None:
    return None


@dataclass(eq=False)
class S3Clients:
    """One boto3 client per process, made when first used, and made anew when its keys have become stale.

    Args:
        location: where the bucket is.
        limits: time-outs and retries.
        keys: called for each new client; the arguments of ``boto3.Session`` that name keys, None to leave
            it to boto3's own search (environment, ~/.aws, role of the pod or the machine).
    """

    location: S3Location
    limits: S3Limits = field(default_factory=S3Limits)
    keys: Callable[[], Keys | None] = field(default=_no_keys, repr=False)
    _lock: Any = field(default_factory=threading.Lock, repr=False)
    _made: tuple[int, Any, Any] | None = field(default=None, repr=False)

    def current(self) -> Any:
        """Return the client of this process."""
        return self._opened()[2]

    def renewed(self, stale: Any) -> Any:
        """Return a client whose keys were read after ``stale`` got its own."""
        with self._lock:
            if self._made is not None and self._made[2] is stale:
                self._made = None
        return self.current()

    @property
    def region(self) -> str:
        """The region that requests are signed for."""
        return self._opened()[1].region_name or DEFAULT_REGION

    def keys_for_polars(self) -> tuple[dict[str, str | None], int]:
        """Return the keys as ``polars`` wants them, and when (UNIX seconds) it must ask again."""
        found = self._opened()[1].get_credentials()
        if found is None:
            return {}, int(time.time()) + KEYS_LAST_SECONDS
        frozen = found.get_frozen_credentials()
        keys = {"aws_access_key_id": frozen.access_key, "aws_secret_access_key": frozen.secret_key}
        if frozen.token:
            keys["aws_session_token"] = frozen.token
        return keys, int(time.time()) + KEYS_LAST_SECONDS

    def _opened(self) -> tuple[int, Any, Any]:
        """Return process id, session and client; a forked process makes its own."""
        with self._lock:
            if self._made is None or self._made[0] != os.getpid():
                self._made = (os.getpid(), *self._new())
            return self._made

    def _new(self) -> tuple[Any, Any]:
        import boto3
        from botocore.config import Config

        # At DEBUG it writes whole requests, and those carry session tokens.
        logging.getLogger("botocore").setLevel(logging.INFO)
        at_aws = self.location.endpoint_url is None
        session = boto3.session.Session(region_name=self.location.region, **(self.keys() or {}))
        config = Config(
            connect_timeout=self.limits.connect_seconds,
            read_timeout=self.limits.read_seconds,
            retries={"mode": "standard", "total_max_attempts": self.limits.attempts},
            max_pool_connections=self.limits.connections,
            user_agent_appid="brand-monitor",
            # Other servers know neither trailing checksums nor buckets as host names.
            request_checksum_calculation="when_supported" if at_aws else "when_required",
            response_checksum_validation="when_supported" if at_aws else "when_required",
            s3={"addressing_style": "auto" if at_aws else "path"},
        )
        region = session.region_name or DEFAULT_REGION
        client = session.client(
            "s3", region_name=region, endpoint_url=self.location.endpoint_url, config=config
        )
        return session, client
