"""A proxy before a real OpenSearch that answers some requests badly and remembers all of them.

Which requests fail is decided by a function, so that a test can fail one kind of request, or a share of all by
a seed. It belongs to no test in particular.
"""

import base64
import http.client
import random
import ssl
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

from tools.servers.certificates import Certificates

#: busy and away: an answer of 429 or 503, nothing forwarded. cut: no answer, nothing forwarded.
#: lost: forwarded, and the answer thrown away. twice: forwarded two times.
Fault = Literal["busy", "away", "cut", "lost", "twice"]


@dataclass
class Proxy:
    """``decide(method, path)`` names the fault of a request; ``credentials`` are demanded if given.

    With ``certificates`` it speaks TLS, which the server behind it does not.
    """

    upstream: str
    decide: Callable[[str, str], Fault | None] = lambda method, path: None
    credentials: tuple[str, str] | None = None
    certificates: Certificates | None = None
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    url: str = ""


def now_and_then(share: float, seed: int) -> Callable[[str, str], Fault | None]:
    """Return a decision by which a share of all requests fails, each kind of fault alike."""
    dice, lock = random.Random(seed), threading.Lock()
    kinds: tuple[Fault, ...] = ("busy", "away", "cut", "lost", "twice")

    def decide(method: str, path: str) -> Fault | None:
        with lock:
            return dice.choice(kinds) if dice.random() < share else None

    return decide


@contextmanager
def running(proxy: Proxy):
    """Serve the proxy for a block."""
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    if proxy.certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(proxy.certificates.certificate_file, proxy.certificates.key_file)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        proxy.url = proxy.url.replace("http", "https")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        method, path = self.command, self.path
        if not self._knows_caller():
            self._answer(401, b'{"error": "Unauthorized"}')
            return
        fault = self.proxy.decide(method, urlsplit(path).path)
        self.proxy.requests.append((method, path))
        if fault:
            self.proxy.faults.append(fault)
        if fault in ("busy", "away"):
            self._answer(429 if fault == "busy" else 503, b'{"error": "a fault on purpose"}')
            return
        if fault == "cut":
            self.close_connection = True
            return
        answer = self._forward(body)
        if fault == "twice":
            answer = self._forward(body)
        if fault == "lost":
            self.close_connection = True
            return
        self._answer(*answer)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any  # noqa: N815

    def _knows_caller(self) -> bool:
        if self.proxy.credentials is None:
            return True
        token = base64.b64encode(":".join(self.proxy.credentials).encode()).decode()
        return self.headers.get("Authorization") == f"Basic {token}"

    def _forward(self, body: bytes) -> tuple[int, bytes]:
        target = urlsplit(self.proxy.upstream)
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
        headers = {"Content-Type": self.headers.get("Content-Type", "application/json")}
        connection.request(self.command, self.path, body or None, headers)
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""
