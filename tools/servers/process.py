"""One server process: started until it really answers, stopped, killed, paused; on one port, with kept data.

Belongs here: what all servers have in common. Not here: how a certain server is configured.
"""

import json
import secrets
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar, Self

import psutil

from tools.servers.certificates import Certificates
from tools.servers.ports import free_ports
from tools.servers.process_tree import born_at, memory_bytes, send, tree_of, wait_until_gone

HOST = "127.0.0.1"
STOP_SECONDS = 30.0
#: Last lines of a server's log that an error shows.
SHOWN_LINES = 30


class ServerFailure(RuntimeError):
    """A server did not start or stop; the message ends with its log."""


class MissingProgram(RuntimeError):
    """What a server needs is not on this machine; the message says how to get it."""


@dataclass
class Server(ABC):
    """A server in a folder of its own. What is in the folder (data, ports, password) survives every restart.

    Attributes:
        folder: holds data, configuration, log and ``server.json``.
        settings: more settings, in the server's own configuration language; win over those given here.
        tls: serve with a certificate of an authority of its own, ``ca_file``.
        user: who logs in.
        password: made up at the first start where none is given.
    """

    name: ClassVar[str]
    PORTS: ClassVar[int] = 1
    START_SECONDS: ClassVar[float] = 120.0
    STOP_SIGNAL: ClassVar[signal.Signals] = signal.SIGTERM

    folder: Path
    settings: dict[str, str] = field(default_factory=dict, kw_only=True)
    tls: bool = field(default=False, kw_only=True)
    user: str = field(default="contract", kw_only=True)
    password: str = field(default="", kw_only=True, repr=False)
    ports: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.absolute()
        kept = self._state()
        self.ports = kept.get("ports") or free_ports(self.PORTS)
        self.password = self.password or kept.get("password") or secrets.token_urlsafe(12)
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Where it listens: this machine only."""
        return HOST

    @property
    def port(self) -> int:
        """The port of its clients, the same after every restart."""
        return self.ports[0]

    @property
    @abstractmethod
    def url(self) -> str:
        """The address that its clients take."""

    @property
    def ca_file(self) -> Path:
        """Certificate of the authority that signed the server's; only with ``tls``."""
        return self.certificates.ca_file

    @property
    def certificates(self) -> Certificates:
        """The server's key and certificates."""
        return Certificates(self.folder / "tls")

    @property
    def log(self) -> Path:
        """What the server writes to its console, since its last start."""
        return self.folder / "console.log"

    @abstractmethod
    def variables(self) -> dict[str, str]:
        """Return the product's variables that make it use this server."""

    @classmethod
    @abstractmethod
    def check_programs(cls) -> None:
        """Look for the programs that the server needs.

        Raises:
            MissingProgram: one is missing.
        """

    @abstractmethod
    def _prepare(self) -> None:
        """Write what must be in the folder before a start."""

    @abstractmethod
    def _command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""

    @abstractmethod
    def _answers(self) -> bool:
        """Return whether the server does its work already; may raise OSError."""

    def _spawn_options(self) -> dict[str, Any]:
        return {}

    def start(self) -> Self:
        """Start on kept data and wait until it answers; nothing happens if it runs.

        Raises:
            MissingProgram: a program is not on this machine.
            ServerFailure: it died, or did not answer in time.
        """
        if self.is_running():
            return self
        self._reap(wait=True)
        self.check_programs()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.tls:
            self.certificates.ensure()
        self._prepare()
        with self.log.open("wb") as log:
            self._child = self._spawn(log)
        self._keep_state(self._child.pid)
        self._wait_until_it_answers()
        return self

    def stop(self) -> None:
        """End it cleanly."""
        self._end(self.STOP_SIGNAL)

    def kill(self) -> None:
        """End it with all its processes as a crash of the machine would: SIGKILL, no word of goodbye."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang: connections stay open and nothing is answered (SIGSTOP)."""
        send(self._processes(), signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after a pause (SIGCONT)."""
        send(self._processes(), signal.SIGCONT)

    def is_running(self) -> bool:
        """Return whether its process lives."""
        return bool(self._processes())

    def memory_bytes(self) -> int:
        """Return the resident memory of all its processes."""
        return memory_bytes(self._processes())

    def tail(self) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-SHOWN_LINES:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _spawn(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self._command(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder,
            start_new_session=True,  # Ctrl-C in the terminal is not for the server
            **self._spawn_options(),
        )

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + self.START_SECONDS
        while time.monotonic() < until and self.is_running():
            try:
                if self._answers():
                    return
            except OSError:
                pass  # nobody listens yet
            time.sleep(0.05)
        why = "did not answer in time" if self.is_running() else "died"
        self.kill()
        raise ServerFailure(f"{self.name} in {self.folder} {why}:\n{self.tail()}")

    def _end(self, wanted: signal.Signals) -> None:
        """Send the signal to the server (a crash: to its children too) and wait until all are gone."""
        processes = self._processes()
        send(processes if wanted is signal.SIGKILL else processes[:1], wanted)
        # A stopped process does not see a signal other than SIGKILL before it goes on.
        send(processes, signal.SIGCONT)
        wait_until_gone(processes, STOP_SECONDS, self._reap)
        self._reap(wait=True)

    def _reap(self, *, wait: bool = False) -> None:
        """Take note of our child's end, which would stay a zombie otherwise."""
        if self._child is None:
            return
        if wait:
            self._child.kill()  # nothing happens to one that has ended; its folder may be gone, though
            self._child.wait()
        if self._child.poll() is not None:
            self._child = None

    def _processes(self) -> list[psutil.Process]:
        """Return the server's process, then its children."""
        kept = self._state()
        return tree_of(kept["pid"], kept["created"]) if "pid" in kept else []

    def _state(self) -> dict[str, Any]:
        path = self.folder / "server.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _keep_state(self, pid: int) -> None:
        path = self.folder / "server.json"
        path.touch(mode=0o600)
        state = {"ports": self.ports, "password": self.password, "pid": pid, "created": born_at(pid)}
        path.write_text(json.dumps(state))
