"""What a test or a person does with a cluster, whichever it is."""

import json
import os
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from tools.cluster import programs

WAIT_SECONDS = 120


class ClusterFailure(RuntimeError):
    """A command to the cluster failed, or what was waited for did not come; the message says why."""


class Cluster(ABC):
    """A cluster that is up, or can be brought up.

    Attributes:
        kind: which of the implementations this is.
        host: address at which pods reach servers of this machine; None where that is not known.
    """

    kind: ClassVar[str]
    host: str | None = None

    @property
    @abstractmethod
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""

    @abstractmethod
    def is_up(self) -> bool:
        """Return whether the cluster was brought up and not taken down."""

    @abstractmethod
    def up(self) -> None:
        """Bring it up and wait for a Ready node; nothing happens if it is up."""

    @abstractmethod
    def down(self) -> None:
        """Take down what ``up`` brought up, and leave nothing behind."""

    @abstractmethod
    def load_image(self, image: str) -> None:
        """Give the nodes an image of this machine's container engine, to be used with ``IfNotPresent``."""

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Within this block, this thread and what it starts are in the network of the cluster's node.

        Servers that pods must reach are started, and asked, in here. Threads that a library made before, as
        polars does to read from S3, stay where they were: what uses them is asked in a process of its own.
        """
        yield

    def command(self, program: Path, *arguments: str) -> list[str]:
        """Return the command line that runs a program where it reaches the API server."""
        return [str(program), *arguments]

    def kubectl(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        """Run kubectl as administrator; return what it printed (with ``check=False`` also its errors).

        Raises:
            ClusterFailure: it failed; the message is its own.
        """
        return self._run(programs.kubectl(), arguments, stdin, check=check)

    def helm(self, *arguments: str, check: bool = True) -> str:
        """Run Helm as administrator; return what it printed.

        Raises:
            ClusterFailure: it failed; the message is its own.
        """
        return self._run(programs.helm(), arguments, None, check=check)

    def get(self, *arguments: str) -> Any:
        """Return what ``kubectl get ... -o json`` says, parsed."""
        return json.loads(self.kubectl("get", *arguments, "-o", "json"))

    def apply(self, *objects: dict[str, Any], namespace: str | None = None) -> None:
        """Apply objects given as dictionaries."""
        where = ["--namespace", namespace] if namespace else []
        document = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", *where, "-f", "-", stdin=json.dumps(document))

    def wait(self, condition: str, *arguments: str, seconds: int = WAIT_SECONDS) -> None:
        """Wait for a condition, such as ``condition=Ready`` or ``delete``, of objects named as for kubectl.

        Raises:
            ClusterFailure: it did not come in time; the message ends with the events of the namespace.
        """
        try:
            self.kubectl("wait", f"--for={condition}", f"--timeout={seconds}s", *arguments)
        except ClusterFailure as failure:
            where = [part for part in arguments if part.startswith("--namespace=")]
            events = self.kubectl("get", "events", "--sort-by=.lastTimestamp", *where, check=False)
            raise ClusterFailure(f"{failure}\n{events[-4000:]}") from None

    def wait_until_ready(self, *, seconds: int = WAIT_SECONDS) -> None:
        """Wait until the API server answers and every node is Ready."""
        until = time.monotonic() + seconds
        while self.kubectl("get", "--raw=/readyz", check=False).strip() != "ok":
            if time.monotonic() > until:
                raise ClusterFailure("the API server does not answer")
            time.sleep(0.5)
        self.wait("condition=Ready", "node", "--all", seconds=seconds)

    def _run(self, program: Path, arguments: tuple[str, ...], stdin: str | None, *, check: bool) -> str:
        done = subprocess.run(
            self.command(program, *arguments),
            check=False,
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, "KUBECONFIG": str(self.kubeconfig)},
        )
        if done.returncode and check:
            raise ClusterFailure(f"{program.name} {' '.join(arguments)}: {done.stderr.strip()[-4000:]}")
        return done.stdout if check else done.stdout + done.stderr
