"""Asks a hosted model over HTTP: one shared client, time-outs per phase, caps, faults by type.

Belongs here: what is the same for all providers. Not here: how their requests and replies look (``wire``),
when to ask again (``asking``).
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from brand_monitor.backends.llm.faults import Fault, fault_error
from brand_monitor.backends.llm.interface import Call, Engine
from brand_monitor.backends.llm.providers.wire import Failure, Reply, Request, Wire
from brand_monitor.failures import CallRejectedError, EngineCallError, EngineStoppedError

if TYPE_CHECKING:
    import aiohttp

#: Largest reply that is read; search results of a long answer are some hundred kilobytes.
MAX_BODY_BYTES = 8_000_000
CONNECT_SECONDS = 10.0
#: Longest silence: a model that searches and thinks sends its first byte late.
SILENCE_SECONDS = 240.0
TOTAL_SECONDS = 600.0
#: A paused reply is continued at most this often.
MOST_FOLLOW_UPS = 3
_QUOTED = 500
#: Response headers that are kept: identity of the request and what is left of the limits.
_KEPT_HEADERS = re.compile("request-id|retry-after|ratelimit|processing-ms")


@dataclass(frozen=True)
class Access:
    """Where a provider is reached and with which key. The key never shows in a repr."""

    base_url: str
    key: str

    def __repr__(self) -> str:
        """Return the address alone."""
        return f"Access({self.base_url!r})"


@dataclass(frozen=True)
class Timeouts:
    """Longest waits in seconds: for a connection, between two bytes, and for the whole reply."""

    connect: float = CONNECT_SECONDS
    silence: float = SILENCE_SECONDS
    total: float = TOTAL_SECONDS


class HttpEngine(Engine):
    """Asks one provider.

    Args:
        wire: the provider's wire format.
        access: address and key.
        concurrency: calls in flight at once.
        refused: parameters that the model is known to refuse; what is learned is added to it, so that the
            caller may keep it for the next run.
        timeouts: longest waits.
    """

    def __init__(
        self,
        wire: Wire,
        access: Access,
        *,
        concurrency: int,
        refused: set[str] | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.concurrency = concurrency
        self._wire = wire
        self._access = access
        self._refused = set() if refused is None else refused
        self._timeouts = timeouts or Timeouts()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the shared client: connections are kept and reused, at most ``concurrency`` of them.

        Raises:
            EngineStoppedError: no header can hold the key.
        """
        import aiohttp

        if not self._access.key.isprintable():
            message = f"{self._wire.name}: the key holds a line break or another character that no header can"
            raise fault_error(Fault.AUTH, message)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.concurrency, ttl_dns_cache=300),
            timeout=aiohttp.ClientTimeout(
                total=self._timeouts.total,
                sock_connect=self._timeouts.connect,
                sock_read=self._timeouts.silence,
            ),
            headers={"User-Agent": "brand-monitor"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Send the call and return request and response; see ``Engine.ask``."""
        started = time.perf_counter()
        request, reply = await self._send_accepted(call)
        asked = request
        earlier: list[Mapping[str, Any]] = []
        try:
            for _ in range(MOST_FOLLOW_UPS):
                assert reply.body is not None
                if (following := self._wire.follow_up(request, reply.body)) is None:
                    break
                earlier.append(reply.body)
                request, reply = following, await self._post(call, following)
                self._raise(call, self._wire.failure(reply))
        except (EngineCallError, CallRejectedError, EngineStoppedError) as error:
            error.is_half_answered = bool(earlier)
            raise
        assert reply.body is not None
        latency_ms = (time.perf_counter() - started) * 1_000
        return {
            "wire": self._wire.name,
            "request": dict(asked.body),
            "not_sent": list(asked.not_sent),
            "headers": {name: value for name, value in reply.headers.items() if _KEPT_HEADERS.search(name)},
            "response": dict(reply.body),
            **({"earlier_responses": [dict(body) for body in earlier]} if earlier else {}),
            **await self._looked_up(reply.body),
            "latency_ms": latency_ms,
        }

    async def _send_accepted(self, call: Call) -> tuple[Request, Reply]:
        """Send the call, leaving out what the model turns out to refuse; each refusal is learned once."""
        while True:
            left_out = frozenset(self._refused)  # as of this request: other calls learn while it is away
            request = self._wire.request(call, left_out)
            reply = await self._post(call, request)
            failure = self._wire.failure(reply)
            refused = failure.parameter if failure else None
            if refused is None or refused in left_out:
                self._raise(call, failure)
                return request, reply
            self._refused.add(refused)

    def _raise(self, call: Call, failure: Failure | None) -> None:
        if failure:
            message = f"call {call.call_id}, {self._wire.name} {call.model}: {failure.message}"
            raise fault_error(
                failure.fault,
                message,
                retry_after_seconds=failure.retry_after_seconds,
            )

    async def _post(self, call: Call, request: Request) -> Reply:
        """Send one request and return its reply, whatever its status.

        Raises:
            EngineCallError: no connection, no reply in time, or a reply that broke off.
            CallRejectedError: the reply is larger than the cap.
        """
        import aiohttp

        if self._session is None:
            raise RuntimeError("the engine is asked outside `async with`")
        where = f"call {call.call_id}, {self._wire.name} {call.model}"
        url = self._access.base_url.rstrip("/") + request.path
        if not _is_address(url):
            raise fault_error(Fault.CONNECTION, f"{where}: the base URL is no address: {url!r}")
        has_begun = False
        try:
            async with self._session.post(
                url, json=request.body, headers=self._wire.headers(self._access.key), allow_redirects=False
            ) as reply:
                has_begun = True
                data = await _capped(reply)
                headers = {name.lower(): value for name, value in reply.headers.items()}
                status = reply.status
        except TimeoutError as error:
            if isinstance(error, aiohttp.ConnectionTimeoutError):
                raise fault_error(Fault.CONNECTION, f"{where}: no connection in time") from error
            raise fault_error(Fault.TIMEOUT, f"{where}: no reply in time") from error
        except aiohttp.ClientConnectorError as error:
            raise fault_error(Fault.CONNECTION, f"{where}: cannot connect ({error})") from error
        except (aiohttp.ClientError, OSError) as error:
            # After the request left, the provider may have answered although nothing whole came back.
            state = "the reply broke off" if has_begun else "the connection broke before a reply"
            raise fault_error(Fault.TRUNCATED, f"{where}: {state} ({error!r})") from error
        if data is None:
            raise fault_error(Fault.TOO_LARGE, f"{where}: the reply is larger than {MAX_BODY_BYTES:,} bytes")
        if (
            self._access.key
        ):  # one that is repeated must not be shown, not even by halves at the end of a quote
            data = data.replace(self._access.key.encode(), b"[key]")
        return Reply(status, headers, _object(data), data[:_QUOTED].decode("utf-8", "replace"))

    async def _looked_up(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``{"redirects": {URL: target}}`` for URLs of the reply that stand for others.

        Looked up now, since such URLs expire; never followed, so nothing but the provider is reached. One
        that does not answer is left out: the answer is worth more than the address.
        """
        urls = self._wire.redirects(response)
        if not urls:
            return {}
        targets = await asyncio.gather(*(self._location(url) for url in urls))
        return {"redirects": {url: target for url, target in zip(urls, targets, strict=True) if target}}

    async def _location(self, url: str) -> str | None:
        import aiohttp

        assert self._session is not None
        try:
            async with self._session.head(
                url, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=CONNECT_SECONDS)
            ) as reply:
                return reply.headers.get("Location")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return None


async def _capped(reply: "aiohttp.ClientResponse") -> bytes | None:
    """Return the body, None if it is larger than the cap; decoded bytes count, so a bomb ends there too."""
    parts, size = [], 0
    async for part in reply.content.iter_any():
        size += len(part)
        if size > MAX_BODY_BYTES:
            reply.close()
            return None
        parts.append(part)
    return b"".join(parts)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _object(data: bytes) -> Mapping[str, Any] | None:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
