"""The page fetcher: URLs in, snapshots and a WARC file out.

Belongs here: what a fetch is asked and what comes back. Not here: how, or where it is stored.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Validators:
    """What an earlier fetch of a URL left for a conditional GET, and where its body is kept.

    ``final_url`` is the page that gave the validators: after redirects they belong to it and to no
    other, so they are sent to no other. ``warc_key`` and ``warc_offset`` point to the record with the
    body, ``fetched_at`` says when that body was confirmed last.
    """

    etag: str | None
    last_modified: str | None
    content_hash: str
    final_url: str
    warc_key: str
    warc_offset: int
    size_bytes: int
    content_type: str | None
    charset: str | None
    fetched_at: datetime


@dataclass(frozen=True)
class FetchRequest:
    """One page to fetch."""

    url: str
    site_id: str
    validators: Validators | None = None


@dataclass(frozen=True)
class FetchLimits:
    """Caps and manners; every limit has a unit in its name."""

    timeout_seconds: float = 20.0
    max_bytes: int = 5_000_000  # decoded bytes, so that a decompression bomb ends here too
    max_redirects: int = 5
    concurrency: int = 8
    delay_seconds: float = 1.0  # between two requests to one host, unless robots.txt asks for more
    max_delay_seconds: float = 60.0  # a site that asks for more in its robots.txt is not fetched at all
    user_agent: str = "brand-monitor/0.1 (+https://github.com/brand-monitor/brand-monitor)"
    allowed_private_hosts: frozenset[str] = frozenset()  # "127.0.0.1:8000": explicit exceptions
    # Host name -> (address, port) to connect to instead of what DNS says, like curl's --connect-to;
    # an explicit exception to the guard, used to serve the demo's sample pages on loopback.
    connect_to: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class FetchResult:
    """What became of one request. ``outcome`` is one of ``schemas.raw.FETCH_OUTCOMES``.

    ``body`` is the body without its transfer and content encodings (empty unless the outcome is ok or
    too_large, cut at the cap in the latter case); ``headers`` are those of the last response, in order,
    without the ones that carry secrets. ``redirects`` are the URLs passed through before ``final_url``.
    """

    request: FetchRequest
    outcome: str
    fetched_at: datetime
    latency_ms: float
    final_url: str
    redirects: tuple[str, ...] = ()
    reason: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body: bytes = field(default=b"", repr=False)


class PageFetcher(ABC):
    """Fetches pages politely: robots.txt, per-host delay, caps, and no private addresses."""

    @abstractmethod
    def fetch_all(self, requests: Sequence[FetchRequest]) -> AsyncGenerator[FetchResult, None]:
        """Yield one result per request, in order of completion. A failed page is a result, not an error.

        A caller that stops early closes the generator, and with it the connections.
        """
