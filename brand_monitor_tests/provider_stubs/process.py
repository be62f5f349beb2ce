"""A stub provider as a process of its own, as benchmarks and drills need it."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class StubProcess:
    """A running stub; ``base_url`` is what an engine is given."""

    base_url: str
    pid: int

    def told(self) -> dict[str, Any]:
        """What the stub has counted so far."""
        return self._control("counts")

    def reset(self) -> None:
        """Forget what was counted."""
        self._control("reset", b"")

    def _control(self, what: str, data: bytes | None = None) -> dict[str, Any]:
        parts = urlsplit(self.base_url)
        with urllib.request.urlopen(
            f"{parts.scheme}://{parts.netloc}/stub/{what}", data, timeout=30
        ) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer


@contextmanager
def running_stub(provider: str, *, latency_ms: float) -> Iterator[StubProcess]:
    """Run a stub for a block."""
    script = [sys.executable, "-m", "brand_monitor_tests.provider_stubs.server"]
    options = ["--provider", provider, "--latency-ms", str(latency_ms)]
    with subprocess.Popen([*script, *options], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield StubProcess(process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()
