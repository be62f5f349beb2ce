"""A loopback web server that misbehaves on request. Routes answer with raw bytes, so nothing is too wrong to say."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

Handler = Callable[["Request"], Awaitable[bytes]]


@dataclass(frozen=True)
class Request:
    host: str
    path: str
    headers: dict[str, str]


def reply(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """Raw response. ``content_type="..."`` becomes Content-Type; a length is added unless given."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    fields.setdefault("content-length", str(len(body)))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}connection: close\r\n\r\n".encode() + body


def html(text: str = "<p>hello</p>", **headers: str) -> bytes:
    return reply(text.encode(), content_type="text/html; charset=utf-8", **headers)


@dataclass
class StubWeb:
    """Serves ``routes`` (URL without scheme -> raw response, or a coroutine that makes one); 404 else."""

    routes: dict[str, bytes | Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    busy: Counter = field(default_factory=Counter)
    most_busy: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    @property
    def hosts(self) -> dict[str, tuple[str, int]]:
        return {route.partition("/")[0]: ("127.0.0.1", self.port) for route in self.routes}

    def paths(self, host: str | None = None) -> list[str]:
        return [request.path for request in self.requests if host in (None, request.host)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            request = Request(headers["host"], head[0].split()[1], headers)
            self.requests.append(request)
            writer.write(await self._counted(request))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up, which is its right
        finally:
            writer.close()

    async def _counted(self, request: Request) -> bytes:
        self.busy[request.host] += 1
        self.most_busy[request.host] = max(self.most_busy[request.host], self.busy[request.host])
        try:
            route = self.routes.get(request.host + request.path, reply(status=404))
            return route if isinstance(route, bytes) else await route(request)
        finally:
            self.busy[request.host] -= 1
