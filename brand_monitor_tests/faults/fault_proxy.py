"""A proxy in front of a real HTTP server that answers some requests wrongly, as told, and remembers all.

The request is passed on unchanged (host included, so that signatures hold) unless a rule says otherwise. It
belongs to no server in particular: what one of them says when it refuses is a line of ``REFUSALS``.
"""

import base64
import http.client
import random
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tools.servers.certificates import Certificates

#: Returns how to answer a request, given method and path with its query: a fault, or None.
Rule = Callable[[str, str], str | None]

_S3, _OPENSEARCH = "application/xml", "application/json"
#: Faults that answer without asking the server: status, kind of server, code.
REFUSALS = {
    "slow_down": (503, _S3, "SlowDown"),
    "error": (500, _S3, "InternalError"),
    "elsewhere": (400, _S3, "AuthorizationHeaderMalformed"),
    "denied": (403, _S3, "AccessDenied"),
    "expired": (400, _S3, "ExpiredToken"),
    "busy": (429, _OPENSEARCH, "a fault on purpose"),
    "away": (503, _OPENSEARCH, "a fault on purpose"),
    "unknown_caller": (401, _OPENSEARCH, "Unauthorized"),
}
_BODIES = {
    _S3: "<Error><Code>{}</Code><Message>on purpose</Message></Error>",
    _OPENSEARCH: '{{"error": "{}"}}',
}
_OWN_HEADERS = {"transfer-encoding", "connection", "server", "date"}


def no_fault(_method: str, _path: str) -> None:
    """Let every request through."""


@dataclass
class FaultProxy:
    """Faults: those of ``REFUSALS``; ``unanswered`` (not passed on, connection closed), ``lost`` (the same,
    but done), ``twice`` (done two times), ``cut`` (half the body), ``hang`` (until ``released``).

    ``credentials`` are demanded if given. With ``certificates`` it speaks TLS, which the server behind it
    does not.
    """

    server: str
    rule: Rule = no_fault
    credentials: tuple[str, str] | None = None
    certificates: Certificates | None = None
    url: str = ""
    seen: list[tuple[str, str, str | None]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Method and path of every request."""
        return [(method, path) for method, path, _ in self.seen]

    @property
    def faults(self) -> list[str]:
        """What went wrong, in order."""
        return [fault for _, _, fault in self.seen if fault]

    def first(self, count: int, fault: str, method: str = "") -> None:
        """Answer the next ``count`` requests (of a method) with a fault, and the rest truly."""
        left = [count]

        def rule(asked: str, _path: str) -> str | None:
            if left[0] and (not method or asked == method):
                left[0] -= 1
                return fault
            return None

        self.rule = rule

    def fault_of(self, method: str, path: str, authorization: str | None) -> str | None:
        """Return how to answer a request, and remember it."""
        if self.credentials is not None:
            token = base64.b64encode(":".join(self.credentials).encode()).decode()
            if authorization != f"Basic {token}":
                return "unknown_caller"
        fault = self.rule(method, path)
        self.seen.append((method, path, fault))
        return fault


def now_and_then(share: float, seed: int, faults: Sequence[str]) -> Rule:
    """Return a rule by which a share of all requests fails, each kind of fault alike."""
    dice, lock = random.Random(seed), threading.Lock()

    def rule(_method: str, _path: str) -> str | None:
        with lock:
            return dice.choice(faults) if dice.random() < share else None

    return rule


@contextmanager
def fault_proxy(
    server: str,
    rule: Rule = no_fault,
    *,
    credentials: tuple[str, str] | None = None,
    certificates: Certificates | None = None,
) -> Iterator[FaultProxy]:
    """Serve in front of ``server``."""
    proxy = FaultProxy(server, rule, credentials, certificates)
    listening = _Server(("127.0.0.1", 0), _Handler)
    listening.proxy = proxy
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate_file, certificates.key_file)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    proxy.url = f"{'http' if certificates is None else 'https'}://127.0.0.1:{listening.server_port}"
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
    timeout = 60
    server: _Server

    def answer(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = proxy.fault_of(self.command, self.path, self.headers.get("Authorization"))
        if fault in REFUSALS:
            status, kind, code = REFUSALS[fault]
            self.say(status, _BODIES[kind].format(code).encode(), [("Content-Type", kind)])
        elif fault in ("hang", "unanswered"):
            if fault == "hang":
                proxy.released.wait(30)
            self.close_connection = True
        else:
            if fault == "twice":
                self.passed_on(body)
            answer = self.passed_on(body)
            if answer is None or fault == "lost":
                self.close_connection = True
            else:
                self.say(*answer, is_cut=fault == "cut")

    def passed_on(self, body: bytes) -> tuple[int, bytes, list[tuple[str, str]]] | None:
        """Return what the server answers, None if it does not."""
        to = urlsplit(self.server.proxy.server)
        connection = http.client.HTTPConnection(to.hostname or "", to.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        try:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN_HEADERS]
        return answer.status, content, kept

    def say(
        self, status: int, content: bytes, headers: Sequence[tuple[str, str]], *, is_cut: bool = False
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
