"""HTTP: ``/metrics`` for Prometheus, ``/healthz`` for Kubernetes. Neither asks a database.

Belongs here: the two answers, and starting and stopping all of it. Not here: what is collected.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from brand_monitor.deployment import Settings
from brand_monitor.exporter.collecting import Collection, Rounds
from brand_monitor.exporter.databases import open_sources

_PLAIN = "text/plain; charset=utf-8"
#: What is waited for at the end: a statement of each subject that ends by its time-out would take longer.
_LONGEST_ROUND_SECONDS = 15.0


@contextmanager
def serving(settings: Settings, host: str, port: int, interval_seconds: float) -> Iterator[int]:
    """Collect and serve for a block; yield the port, which is a free one where 0 is given.

    Raises:
        SetupError: there is no database to read.
        OSError: the port is taken.
    """
    sources = open_sources(settings)
    collection = Collection(sources)
    rounds = Rounds(collection, interval_seconds)
    registry = CollectorRegistry()
    registry.register(collection)
    server = ThreadingHTTPServer((host, port), _handler(registry, rounds.is_alive))
    listening = Thread(target=server.serve_forever, name="serving", daemon=True)
    rounds.start()
    listening.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        rounds.stop()
        rounds.join(_LONGEST_ROUND_SECONDS)
        for source in sources:
            source.engine.dispose()


def _handler(registry: CollectorRegistry, is_alive: Callable[[], bool]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "brand-monitor-exporter", ""
        timeout = 30  # of a client that connects and says nothing

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                encode, kind = choose_encoder(self.headers.get("Accept", ""))
                self._answer(HTTPStatus.OK, encode(registry), kind)
            elif path == "/healthz":
                status = HTTPStatus.OK if is_alive() else HTTPStatus.SERVICE_UNAVAILABLE
                self._answer(status, b"ok\n" if is_alive() else b"nothing is collected any more\n", _PLAIN)
            else:
                self._answer(HTTPStatus.NOT_FOUND, b"see /metrics and /healthz\n", _PLAIN)

        def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing: a line a scrape tells nobody anything."""

    return Handler
