"""A real Redis for tests: the server of the Debian package, on a free port, in a folder of its own."""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

PASSWORD = "not-to-be-shown-4711"
START_SECONDS = 30.0
INSTALL = "install it with `apt-get install redis-server` (or the package of your system)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def executable() -> str:
    """Return the server, or skip the test where a person runs it without one. CI never skips: there it fails."""
    found = shutil.which("redis-server")
    if found is None and os.environ.get("CI"):
        pytest.fail(f"redis-server is missing: {INSTALL}")
    if found is None:
        pytest.skip(f"redis-server is missing: {INSTALL}")
    return found


@dataclass
class RedisServer:
    """Starts, stops and starts again on the same port; what it holds is gone after a stop."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> Self:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        options += ["--requirepass", PASSWORD, "--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([executable(), *options], stdout=log, stderr=log)
        self._wait()
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                    connection.sendall(f"AUTH {PASSWORD}\r\nPING\r\n".encode())
                    with connection.makefile("rb") as reply:
                        if [reply.readline(), reply.readline()] == [b"+OK\r\n", b"+PONG\r\n"]:
                            return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"redis-server did not start:\n{(self.folder / 'redis.log').read_text()}")
