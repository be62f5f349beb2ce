"""The loopback server of the sample web: one port, all hosts, told apart by the Host header.

Belongs here: HTTP. Not here: what is on the pages (``site``).
"""

import gzip
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import urlsplit

from brand_monitor.demo.site import LAST_MODIFIED, Page, sample_pages

LOOPBACK = "127.0.0.1"


class DemoWeb:
    """Serves the sample pages on a free port of this machine while the ``with`` block runs.

    ``hosts`` is what ``FetchLimits.connect_to`` takes: with it the fetcher reaches
    ``http://trailreview.example/`` here, so that the URLs of the demo stay the same from day to day.
    """

    def __init__(self) -> None:
        self._server = _Server((LOOPBACK, 0), _Handler)
        self._thread = Thread(target=self._server.serve_forever, name="demo-web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> Mapping[str, tuple[str, int]]:
        """Host name -> (address, port) of every sample site."""
        return {host: (LOOPBACK, self.port) for host, _ in sample_pages()}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that hang up, as ours does at the end of its patience with a huge page."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes; waiting for the first costs 40 ms a page
    timeout = 10  # seconds; an idle connection must not keep a thread, and with it the process

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0].lower()
        page = sample_pages().get((host, urlsplit(self.path).path))
        if page is None:
            self._send(HTTPStatus.NOT_FOUND, Page(b"<!doctype html><title>Not found</title><p>No such page."))
        elif page.location is not None:
            self._send(HTTPStatus.MOVED_PERMANENTLY, page, {"Location": page.location})
        elif self._is_known(page):
            self._send(HTTPStatus.NOT_MODIFIED, Page(b"", page.content_type), _validators(page))
        else:
            self._send(HTTPStatus.OK, page, _validators(page))

    def log_message(self, *_: object) -> None:
        """Say nothing: the demo's terminal belongs to its progress."""

    def _is_known(self, page: Page) -> bool:
        """Tell whether the client holds this version; the ETag decides if both are given (RFC 9110)."""
        if known := self.headers.get("If-None-Match"):
            return page.etag in known
        return self.headers.get("If-Modified-Since") == LAST_MODIFIED

    def _send(self, status: HTTPStatus, page: Page, headers: Mapping[str, str] | None = None) -> None:
        body, sent = page.body, dict(headers or {})
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            sent["Content-Encoding"] = "gzip"
        if status != HTTPStatus.NOT_MODIFIED:
            sent |= {"Content-Type": page.content_type, "Content-Length": str(len(body))}
        self.send_response(status)
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _validators(page: Page) -> dict[str, str]:
    return {"ETag": page.etag, "Last-Modified": LAST_MODIFIED}
