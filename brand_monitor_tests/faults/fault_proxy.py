"""A proxy in front of a real HTTP server that answers some requests wrongly, as told.

The request is passed on unchanged (host included, so that signatures hold) unless a rule says otherwise.
"""

import http.client
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

#: Returns how to answer a request, given method and path: a name of ``FaultProxy``'s faults, or None.
Rule = Callable[[str, str], str | None]


@dataclass
class FaultProxy:
    """Faults: ``slow_down`` (503), ``error`` (500), ``cut`` (half the body), ``hang`` (until released),
    ``lost`` (done, and the connection closed without an answer), ``elsewhere`` (signed for another region),
    ``denied`` (403), ``expired`` (400, token).
    """

    server: str
    rule: Rule = lambda _method, _path: None
    url: str = ""
    seen: list[tuple[str, str, str | None]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def first(self, count: int, fault: str, method: str = "") -> None:
        """Answer the next ``count`` requests (of a method) with a fault, and the rest truly."""
        left = [count]

        def rule(asked: str, _path: str) -> str | None:
            if left[0] and (not method or asked == method):
                left[0] -= 1
                return fault
            return None

        self.rule = rule


_XML = {
    "slow_down": (503, "SlowDown"),
    "error": (500, "InternalError"),
    "elsewhere": (400, "AuthorizationHeaderMalformed"),
    "denied": (403, "AccessDenied"),
    "expired": (400, "ExpiredToken"),
}
_OWN_HEADERS = {"transfer-encoding", "connection", "server", "date"}


@contextmanager
def fault_proxy(server: str) -> Iterator[FaultProxy]:
    """Serve in front of ``server``."""
    proxy = FaultProxy(server)
    listening = _Server(("127.0.0.1", 0), _Handler)
    listening.proxy = proxy
    proxy.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.released.set()
        listening.shutdown()
        listening.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: FaultProxy


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def answer(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = proxy.rule(self.command, self.path)
        proxy.seen.append((self.command, self.path, fault))
        if fault in _XML:
            status, code = _XML[fault]
            self.say(status, f"<Error><Code>{code}</Code><Message>on purpose</Message></Error>".encode())
        elif fault == "hang":
            proxy.released.wait(30)
            self.close_connection = True
        else:
            self.pass_on(body, fault)

    def pass_on(self, body: bytes, fault: str | None) -> None:
        to = urlsplit(self.server.proxy.server)
        connection = http.client.HTTPConnection(to.hostname or "", to.port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        try:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError:
            fault = "lost"
        finally:
            connection.close()
        if fault == "lost":
            self.close_connection = True
            return
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN_HEADERS]
        self.say(answer.status, content, kept, is_cut=fault == "cut")

    def say(
        self, status: int, content: bytes, headers: Sequence[tuple[str, str]] = (), *, is_cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in {name.lower() for name, _ in headers}:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if is_cut:
            content = content[: len(content) // 2]
            self.close_connection = True
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815 - the names of http.server

    def log_message(self, *_: object) -> None:
        """Say nothing."""
