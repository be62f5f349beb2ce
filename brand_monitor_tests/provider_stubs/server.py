"""A loopback server that speaks a provider's HTTP format, well or badly, as a test tells it.

In a test::

    with StubServer("openai") as stub:
        stub.play("rate_limited", "cited")  # the next two requests; later ones get ``default``
        ... HttpEngine(OpenAIWire(), Access(stub.base_url, "key")) ...
        assert stub.counts == {"Which tea is best?": 2}

As a process, for benchmarks and drills (it prints its base URL, then serves until it is ended)::

    python -m brand_monitor_tests.provider_stubs.server --provider openai --latency-ms 200

Any process may ask ``GET <address>/stub/counts`` for ``{"total", "counts": {question: times received},
"answered": {question: times answered in whole}, "most_in_flight"}``, POST ``{"names": [...], "question": null}``
to ``/stub/play``, or POST to ``/stub/reset``.
"""

import argparse
import asyncio
import contextlib
import importlib
import json
import socket
import threading
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from brand_monitor_tests.provider_stubs.accidents import accident
from brand_monitor_tests.provider_stubs.provider import ACCIDENTS, Provider

PROVIDERS = ("openai", "perplexity", "anthropic", "gemini")
#: Requests that are kept for tests to look at; counting goes on past them.
_KEPT_REQUESTS = 1_000


def provider(name: str) -> Provider:
    """The provider of that name; raises ``ModuleNotFoundError`` until somebody writes it."""
    return importlib.import_module(f"brand_monitor_tests.provider_stubs.{name}").PROVIDER


def closed_address() -> str:
    """An address at which nothing listens: connections are refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: Any


class StubServer:
    """Answers in a thread of its own, so that any test can use it. ``default`` is what it plays unless told."""

    def __init__(
        self,
        name: str,
        *,
        default: str = "cited",
        latency_seconds: float = 0.0,
        drip_seconds: float = 0.05,
        port: int = 0,
    ) -> None:
        self.provider = provider(name)
        self.default = default
        self.latency_seconds = latency_seconds
        self._drip_seconds = drip_seconds
        self._port = port
        self._ready = threading.Event()
        self._forget()

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"stub {self.provider.name}", daemon=True)
        self._thread.start()
        if not self._ready.wait(30):
            raise RuntimeError("the stub does not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)

    def play(self, *names: str, question: str | None = None) -> None:
        """Queue behaviours for the next requests, or for those of one question; by name, in order."""
        for name in names:
            if name not in ACCIDENTS and name not in self.provider.replies:
                raise KeyError(f"{self.provider.name} cannot play {name!r}")
        self._queues[question].extend(names)

    @property
    def total(self) -> int:
        """Requests received."""
        return self.counts.total()

    def _forget(self) -> None:
        self.counts: Counter[str] = Counter()  # requests received, by question
        self.answered: Counter[str] = Counter()  # replies handed over in whole, by question
        self.requests: deque[Seen] = deque(maxlen=_KEPT_REQUESTS)
        self.in_flight = self.most_in_flight = 0
        self._queues: defaultdict[str | None, deque[str]] = defaultdict(deque)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self.serve())

    async def serve(self) -> None:
        """Serve until told to end."""
        self._end = asyncio.Event()
        listener = socket.create_server(("127.0.0.1", self._port), backlog=1_024)
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.base_url = self.address + self.provider.root
        self._replies = {name: reply.at(self.address) for name, reply in self.provider.replies.items()}
        # The bare server: no routes and no access log, since a benchmark shares its cores with the stub.
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        self._ready.set()
        try:
            await self._end.wait()
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        data, path = await request.read(), request.path
        if path.startswith("/stub/"):
            return self._controlled(path, data)
        if target := self.provider.redirects.get(path):
            return web.Response(status=302, headers={"Location": target})
        if request.method != "POST" or not self.provider.path.fullmatch(path):
            return web.json_response({"error": {"message": f"no such path: {path}"}}, status=404)
        body = json.loads(data)
        question = self.provider.question(body)
        self.counts[question] += 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Seen(path, headers, body))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.latency_seconds:
                await asyncio.sleep(self.latency_seconds)
            response = await self._played(request, self._next(question, body))
        except ConnectionResetError:
            return web.Response()  # goes nowhere: one side or the other has hung up
        finally:
            self.in_flight -= 1
        self.answered[question] += 1
        return response

    def _controlled(self, path: str, data: bytes) -> web.Response:
        if path == "/stub/play":
            told = json.loads(data)
            self.play(*told["names"], question=told.get("question"))
        elif path == "/stub/reset":
            self._forget()
        return web.json_response(
            {
                "total": self.total,
                "counts": self.counts,
                "answered": self.answered,
                "most_in_flight": self.most_in_flight,
            }
        )

    def _next(self, question: str, body: Any) -> str:
        for key in (question, None):
            if queue := self._queues.get(key):
                return self._suiting(queue.popleft(), body)
        return self._suiting(self.default, body)

    def _suiting(self, name: str, body: Any) -> str:
        """A temperature is refused only where there is one; ``cited`` else, as a real provider would."""
        return (
            "cited" if name == "unsupported_parameter" and not self.provider.has_temperature(body) else name
        )

    async def _played(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        if reply := self._replies.get(name):
            return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
        return await accident(name, request, self._replies["cited"], self._drip_seconds)


async def _main(stub: StubServer) -> None:
    serving = asyncio.create_task(stub.serve())
    while not stub._ready.is_set():
        if serving.done():
            break
        await asyncio.sleep(0.01)
    else:
        print(stub.base_url, flush=True)  # noqa: T201 - what whoever started it reads
    await serving


def main() -> None:
    """Serve as a process; the first line printed is the base URL."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--provider", choices=PROVIDERS, default="openai")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--default", default="cited", help="what is played unless told")
    parser.add_argument("--play", default="", help="what the first requests get, by comma")
    told = parser.parse_args()
    stub = StubServer(
        told.provider, default=told.default, latency_seconds=told.latency_ms / 1_000, port=told.port
    )
    stub.play(*filter(None, told.play.split(",")))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(stub))


if __name__ == "__main__":
    main()
