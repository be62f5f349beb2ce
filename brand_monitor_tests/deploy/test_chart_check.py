"""What ``helm test`` says of an installation: the script of its pod, asked of a webserver that is made up."""

import json
import runpy
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from charting import CHART

LOADED = {
    "name": "brand_monitor",
    "loadStatus": "LOADED",
    "locationOrLoadError": {"__typename": "RepositoryLocation"},
}
LIVING = {"daemonType": "SCHEDULER", "required": True, "healthy": True, "lastHeartbeatTime": 0.0}


@pytest.fixture
def said() -> Iterator[Callable[..., list[str]]]:
    """What the script says of a webserver that knows these locations and daemons."""
    problems = runpy.run_path(str(CHART / "files/check_installation.py"))["problems"]
    answer: dict[str, Any] = {}

    class Webserver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"data": answer}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Webserver) as server:
        threading.Thread(target=server.serve_forever).start()

        def of(locations: list[dict[str, Any]], *daemons: dict[str, Any]) -> list[str]:
            answer["workspaceOrError"] = {"locationEntries": locations}
            answer["instance"] = {"daemonHealth": {"allDaemonStatuses": list(daemons)}}
            return list(problems(f"http://127.0.0.1:{server.server_port}"))

        yield of
        server.shutdown()


def test_nothing_is_wrong_where_the_code_is_loaded_and_the_daemon_spoke_just_now(
    said: Callable[..., list[str]],
) -> None:
    assert said([LOADED], LIVING | {"lastHeartbeatTime": time.time()}) == []


def test_a_daemon_that_was_stopped_minutes_ago_is_missed_though_the_webserver_calls_it_healthy(
    said: Callable[..., list[str]],
) -> None:
    stopped = LIVING | {"lastHeartbeatTime": time.time() - 180}
    assert said([LOADED], stopped) == ["daemon SCHEDULER gives no sign of life"]


def test_a_daemon_that_never_came_and_code_that_does_not_load_are_told(
    said: Callable[..., list[str]],
) -> None:
    never = LIVING | {"healthy": False, "lastHeartbeatTime": None}
    error = {"__typename": "PythonError", "message": "no such module"}
    assert said([LOADED | {"locationOrLoadError": error}], never) == [
        "code location brand_monitor: no such module",
        "daemon SCHEDULER gives no sign of life",
    ]
