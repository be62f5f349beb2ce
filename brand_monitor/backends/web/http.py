"""The page fetcher over HTTP: many hosts at once, one request at a time to each.

Belongs here: the order of work and the path of one page through guard, robots.txt, turns and redirects.
Not here: one exchange (``exchange``), addresses (``guard``), storing (``snapshots``).
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import ada_url
import aiohttp

from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.web.exchange import Response, exchange, open_session
from brand_monitor.backends.web.guard import AddressGuard
from brand_monitor.backends.web.interface import (
    FetchLimits,
    FetchRequest,
    FetchResult,
    PageFetcher,
    Validators,
)
from brand_monitor.backends.web.manners import Turns
from brand_monitor.backends.web.outcomes import Failure, Step, conditions, result_of
from brand_monitor.backends.web.robots import MAX_ROBOTS_BYTES, RobotsCache
from brand_monitor.failures import BlockedAddressError, FetchError

# At least five have to be followed for robots.txt (RFC 9309, 2.3.1.2).
MAX_ROBOTS_REDIRECTS = 5
MAX_REASON_LENGTH = 300


class HttpFetcher(PageFetcher):
    """Fetches over HTTP/1.1 with one session per call of ``fetch_all``.

    Holds at most ``concurrency`` results at a time, however many pages are asked for, and starts no new
    page while its caller is busy. Hosts take turns, so that a slow or large one does not hold up others.
    """

    def __init__(
        self, limits: FetchLimits, turns: Turns | None = None, *, coordinations: Coordinations | None = None
    ) -> None:
        self._limits = limits
        self._turns = turns
        self._coordinations = coordinations

    async def fetch_all(self, requests: Sequence[FetchRequest]) -> AsyncGenerator[FetchResult, None]:
        """Yield one result per request, in order of completion. See ``PageFetcher.fetch_all``."""
        guard = AddressGuard(self._limits.allowed_private_hosts, self._limits.connect_to)
        waiting = deque(_by_host(requests))
        running: dict[asyncio.Task[FetchResult], deque[FetchRequest]] = {}
        async with open_session(self._limits, guard) as session, self._open_turns() as turns:
            crawl = _Crawl(self._limits, guard, session, turns)
            try:
                while waiting or running:
                    while waiting and len(running) < self._limits.concurrency:
                        pages = waiting.popleft()
                        running[asyncio.create_task(crawl.page(pages.popleft()))] = pages
                    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        if pages := running.pop(task):
                            waiting.append(pages)
                        yield task.result()
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)

    @asynccontextmanager
    async def _open_turns(self) -> AsyncIterator[Turns]:
        """Open the turns of this crawl, shared with other processes where somebody says how."""
        if self._turns is not None or self._coordinations is None:
            yield self._turns or Turns()
            return
        async with self._coordinations.open() as shared:
            yield Turns(shared=shared)


class _Crawl:
    """What the pages of one ``fetch_all`` share: session, robots.txt per origin, turns per host."""

    def __init__(
        self, limits: FetchLimits, guard: AddressGuard, session: aiohttp.ClientSession, turns: Turns
    ) -> None:
        self._limits = limits
        self._guard = guard
        self._session = session
        self._turns = turns
        self._robots = RobotsCache(self._robots_file, limits.user_agent, limits.max_delay_seconds)

    async def page(self, request: FetchRequest) -> FetchResult:
        """Fetch one page through its redirects; every hop is checked like the first."""
        url, passed, spent_ms = request.url, list[str](), 0.0
        try:
            url = self._guard.checked(url)
            while True:
                step = await self._hop(url, request.validators, spent_ms)
                location, spent_ms = step.location(), spent_ms + step.latency_ms
                if location is None:
                    return result_of(request, step, url, passed)
                if len(passed) >= self._limits.max_redirects:
                    reason = f"more than {self._limits.max_redirects} redirects"
                    return result_of(request, Step(("too_many_redirects", reason)), url, passed)
                target = self._guard.checked(location, base=url)
                passed.append(url)
                url = target
        except BlockedAddressError as error:
            return result_of(request, Step(("blocked_address", str(error))), url, passed)

    async def _hop(self, url: str, validators: Validators | None, spent_ms: float) -> Step:
        """Make one request in the host's turn, if robots.txt lets us."""
        host = _host(url)
        async with self._turns.turn(host):
            rules = await self._robots.rules_for(url)
            if refusal := rules.refuses(url):
                return Step(refusal)
            await self._turns.pause(host, max(self._limits.delay_seconds, rules.delay_seconds))
            headers = conditions(url, validators)
            seconds = self._limits.timeout_seconds - spent_ms / 1000
            try:
                return await self._request(url, headers, self._limits.max_bytes, seconds)
            finally:
                self._turns.ended(host)

    async def _request(self, url: str, headers: dict[str, str], max_bytes: int, seconds: float) -> Step:
        """Make one request; whatever goes wrong on the way is a step with a failure."""
        clock = asyncio.get_running_loop().time
        sent_at, start = datetime.now(UTC), clock()
        answer: Response | Failure
        try:
            async with asyncio.timeout(seconds):
                answer = await exchange(self._session, url, headers=headers, max_bytes=max_bytes)
        except BlockedAddressError as error:
            answer = "blocked_address", str(error)
        except TimeoutError:
            answer = "timed_out", f"no complete answer within {self._limits.timeout_seconds:g} s"
        except FetchError as error:
            answer = "http_error", str(error)
        except (aiohttp.ClientError, OSError) as error:
            answer = "unreachable", f"{type(error).__name__}: {error}"[:MAX_REASON_LENGTH]
        return Step(answer, sent_at, (clock() - start) * 1000, bool(headers))

    async def _robots_file(self, url: str) -> Response | Failure:
        """GET a robots.txt with its redirects, in the turn that the page already holds."""
        step = await self._request(url, {}, MAX_ROBOTS_BYTES, self._limits.timeout_seconds)
        for _ in range(MAX_ROBOTS_REDIRECTS):
            if (location := step.location()) is None:
                break
            try:
                url = self._guard.checked(location, base=url)
            except BlockedAddressError as error:
                return "blocked_address", str(error)
            step = await self._request(url, {}, MAX_ROBOTS_BYTES, self._limits.timeout_seconds)
        return step.answer


def _by_host(requests: Sequence[FetchRequest]) -> list[deque[FetchRequest]]:
    """Return one queue per host, in the order in which hosts and pages first appear."""
    queues: dict[str, deque[FetchRequest]] = {}
    for request in requests:
        queues.setdefault(_host(request.url), deque()).append(request)
    return list(queues.values())


def _host(url: str) -> str:
    """Return the host of a URL, empty for what is no URL (the guard refuses it later)."""
    try:
        return str(ada_url.URL(url).hostname)
    except ValueError:
        return ""
