"""One HTTP exchange: a URL in, a capped and decoded response out; no redirects, no retries.

Belongs here: the HTTP client session, the caps on what a response may cost, the headers worth keeping.
Not here: whether a URL may be asked at all, and what to do with the answer.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

import aiohttp
import yarl

from brand_monitor.backends.web.guard import AddressGuard, GuardedResolver
from brand_monitor.backends.web.interface import FetchLimits
from brand_monitor.failures import FetchError

# Kept as bytes by the HTTP client and decoded here: its own decoding stops a decompression bomb late
# and by an error, and the truncated body would be lost.
ACCEPTED_ENCODING = "gzip"
SECRET_HEADERS = frozenset(
    {
        "set-cookie",
        "set-cookie2",
        "cookie",
        "authorization",
        "proxy-authorization",
        "www-authenticate",
        "proxy-authenticate",
        "authentication-info",
        "x-api-key",
        "x-auth-token",
        "x-csrf-token",
    }
)


class GarbledBodyError(FetchError):
    """The body does not decode the way its headers say."""


@dataclass(frozen=True)
class Response:
    """A response as it arrived, its body decoded and cut at the cap."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    is_truncated: bool = False

    @property
    def is_success(self) -> bool:
        """Tell whether the status is 2xx."""
        return self.status // 100 == 2  # noqa: PLR2004 - the class of success, as HTTP numbers it

    def header(self, name: str) -> str | None:
        """Return the first header of that name (lower case), if there is one."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def open_session(limits: FetchLimits, guard: AddressGuard) -> aiohttp.ClientSession:
    """Return a session without cookies, proxies or time-outs of its own (the caller has the clock)."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=GuardedResolver(guard), limit=limits.concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={
            "User-Agent": limits.user_agent,
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
            "Accept-Encoding": ACCEPTED_ENCODING,
        },
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=False,  # a proxy would connect on our behalf, past the guard
    )


async def exchange(
    session: aiohttp.ClientSession, url: str, *, headers: dict[str, str], max_bytes: int
) -> Response:
    """Send one GET and read at most ``max_bytes`` of decoded body, only if the status is 2xx.

    Raises:
        GarbledBodyError: the content encoding is unknown or broken.
        BlockedAddressError: the host has no address that may be reached.
        aiohttp.ClientError, OSError: the connection failed.
    """
    # `encoded=True`: the URL is in normal form already, and the guard has seen exactly this one.
    request = session.get(yarl.URL(url, encoded=True), headers=headers, allow_redirects=False)
    async with request as response:
        kept = _kept_headers(response.raw_headers)
        if not (without_body := Response(response.status, kept)).is_success:
            response.close()
            return without_body
        body, is_truncated = await _read(response, max_bytes)
        if is_truncated:
            response.close()  # not `release`: the rest must not be read for the sake of the connection
        return Response(response.status, kept, body, is_truncated)


def media_type(content_type: str | None) -> tuple[str | None, str | None]:
    """Return (media type, charset) of a Content-Type header, lower case, None where it is silent."""
    if not content_type:
        return None, None
    message = Message()
    message["Content-Type"] = content_type
    kind = content_type.partition(";")[0].strip().lower()
    return kind or None, message.get_content_charset() or None


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> tuple[bytes, bool]:
    """Read until the end or the cap. Memory: the cap plus one chunk of the socket."""
    inflater = _inflater(response.headers.get("Content-Encoding", ""))
    body = bytearray()
    async for chunk in response.content.iter_any():
        room = max_bytes + 1 - len(body)
        body += chunk[:room] if inflater is None else _inflated(inflater, chunk, room)
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
    if inflater is not None and not inflater.eof:
        raise GarbledBodyError("the gzip body ends early")
    return bytes(body), False


def _inflater(content_encoding: str) -> "zlib._Decompress | None":
    name = content_encoding.strip().lower()
    if name in {"", "identity"}:
        return None
    if name in {"gzip", "x-gzip"}:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    raise GarbledBodyError(f"content encoding {name!r} was not asked for (only {ACCEPTED_ENCODING})")


def _inflated(inflater: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    """Return at most ``room`` decoded bytes; what follows the gzip stream is ignored, as browsers do."""
    if inflater.eof:
        return b""
    try:
        return inflater.decompress(chunk, room)
    except zlib.error as error:
        raise GarbledBodyError(f"the gzip body is broken: {error}") from error


def _kept_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Drop the headers that carry secrets; bytes that are no UTF-8 become a replacement character."""
    texts = ((name.decode("utf-8", "replace"), value.decode("utf-8", "replace")) for name, value in headers)
    return tuple((name, value) for name, value in texts if name.lower() not in SECRET_HEADERS)
