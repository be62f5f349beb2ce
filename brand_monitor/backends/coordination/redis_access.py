"""How a Redis is reached: TLS, time-outs, repetitions, and what a failure means.

Belongs here: connections and their failures, which name the server and never its password. Not here: what is
kept there (``redis``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from brand_monitor.failures import PermanentFailure, SetupError, TransientFailure

if TYPE_CHECKING:
    from redis import Redis

#: Longest wait for a connection, for a reply, and for a free connection of the pool.
TIMEOUT_SECONDS = 5.0
#: How often a call is tried again, with a growing and jittered pause of at most a second: about 3 s in all.
RETRIES = 6
#: Longest time that a call takes with all its repetitions, also where each of them runs into the time-out.
CALL_SECONDS = 15.0


@dataclass(frozen=True)
class RedisAccess:
    """Which server, and whom to trust.

    Args:
        url: ``redis://`` or ``rediss://`` (TLS), with the password if there is one.
        ca_file: certificate of an authority of one's own; without it those of the system are trusted.
    """

    url: str = field(repr=False)
    ca_file: Path | None = None

    @property
    def where(self) -> str:
        """The address without user and password."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or 6379}{parts.path}"

    def pool(self, size: int) -> Any:
        """Return a pool of connections for one event loop; nothing is connected yet.

        Raises:
            SetupError: the settings of TLS do not fit the address, or their file cannot be read.
        """
        from redis.asyncio import BlockingConnectionPool
        from redis.asyncio.retry import Retry
        from redis.backoff import ExponentialWithJitterBackoff

        return BlockingConnectionPool.from_url(
            self.url,
            max_connections=size,
            timeout=TIMEOUT_SECONDS,
            retry=Retry(ExponentialWithJitterBackoff(cap=1.0, base=0.1), RETRIES),
            decode_responses=True,
            **self._options(),
        )

    def client(self) -> "Redis":
        """Return a client that tries nothing twice, as a check wants it; nothing is connected yet.

        Raises:
            SetupError: as ``pool``.
        """
        from redis import Redis

        return Redis.from_url(self.url, retry=None, decode_responses=True, **self._options())

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Turn what the client raises inside the block into a failure that says what to do.

        Raises:
            SetupError: the server refuses who asks, or is not the one that the certificate names.
            TransientFailure: the server is away, silent, or cannot do it now.
        """
        from redis.exceptions import RedisError

        try:
            yield
        except (RedisError, OSError) as error:
            raise self._failure(error) from error

    def _options(self) -> dict[str, Any]:
        waits = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        if self.ca_file is None:
            return waits
        if urlsplit(self.url).scheme != "rediss":
            raise SetupError(
                f"REDIS_CA_FILE is set, but {self.where} is reached without TLS: let REDIS_URL begin with "
                "rediss://, or remove REDIS_CA_FILE"
            )
        try:
            self.ca_file.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SetupError(f"REDIS_CA_FILE names {self.ca_file}: {reason}; correct the path") from error
        return {**waits, "ssl_ca_certs": str(self.ca_file)}

    def _failure(self, error: Exception) -> PermanentFailure | TransientFailure:
        from redis.exceptions import AuthenticationError, NoPermissionError

        what = f"Redis at {self.where} cannot be used: {type(error).__name__}: {error}"
        # "HELLO must be called with the client already authenticated" is how a missing password is said.
        if isinstance(error, AuthenticationError) or "NOAUTH" in str(error):
            return SetupError(f"{what}; correct user and password in REDIS_URL")
        if isinstance(error, NoPermissionError):
            return SetupError(f"{what}; allow the user every command on keys brand-monitor:* (ACL SETUSER)")
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return SetupError(f"{what}; let REDIS_CA_FILE name the authority that signed its certificate")
        if isinstance(error, TimeoutError) and not str(error):
            what = f"Redis at {self.where} cannot be used: it did not answer for {CALL_SECONDS:.0f} s"
        return TransientFailure(what)
